"""Which bars a change of the lanes touches."""

from __future__ import annotations

from dataclasses import replace

from engine.lanes import Lane, Lanes
from engine.profile import Profile
from engine.project.changed import changed_bars, changed_stretches
from engine.project.cue_marks import LockedBars
from engine.score import Metre
from engine.take import GenerationRequest

THEN = GenerationRequest(Lanes(Profile(trauma=0.2)), (Metre(),) * 12)


def with_lane(*points: tuple[float, float]) -> GenerationRequest:
    return replace(THEN, lanes=THEN.lanes.with_lane("trauma", Lane("trauma", points)))


def test_only_bars_whose_profile_differs_have_changed() -> None:
    assert changed_bars(THEN, THEN) == ()
    step = with_lane((1, 0.2), (5, 0.2), (5, 0.9), (8, 0.9), (8, 0.2))
    assert changed_bars(step, THEN) == (5, 6, 7)
    muted = replace(
        step, lanes=Lanes(THEN.lanes.profile, (replace(step.lanes.lanes[0], muted=True),))
    )
    assert changed_bars(muted, THEN) == ()
    # Another seed or tempo asks for other music, but for none that feels otherwise.
    assert changed_bars(replace(THEN, seed=9), THEN) == ()


def test_what_is_asked_of_single_bars_and_of_all_counts() -> None:
    single = replace(THEN, bar_attributes=(("onset_rate", ((3, 0.1), (4, 0.2))),))
    assert changed_bars(single, THEN) == (3, 4) == changed_bars(THEN, single)
    assert changed_bars(replace(THEN, texture="drone"), THEN) == tuple(range(1, 13))


def test_bars_that_only_one_of_the_two_has_do_not_count() -> None:
    longer = replace(with_lane((11, 0.2), (11, 0.8)), metres=(Metre(),) * 16)
    assert changed_bars(longer, THEN) == (11, 12)


def test_stretches_leave_locked_bars_out() -> None:
    step = with_lane((2, 0.2), (2, 0.9), (4, 0.9), (4, 0.2), (7, 0.2), (7, 0.5))
    assert changed_stretches(step, THEN) == ((2, 3), (7, 12))
    locks = (LockedBars(first=1, last=3), LockedBars(first=9, last=9))
    assert changed_stretches(step, THEN, locks) == ((7, 8), (10, 12))
