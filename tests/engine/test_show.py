"""What GO does, where vamps are left, and what is ready next: a show without a player."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from engine.project.vamps import Leave, Vamp, vamp_at, with_vamp, without_vamp
from engine.score import Metre, bar_starts
from engine.show import (
    Begin,
    Choose,
    Ended,
    Fade,
    FadeAway,
    Go,
    Halt,
    LeaveAt,
    Prepare,
    Reached,
    Repeat,
    Show,
    ShowAction,
    ShowCue,
    ShowEvent,
    StopPlaying,
    after,
    show_vamps,
)

METRES = (Metre(),) * 8


def _cue(number: str, *vamps: Vamp, take: str = "a") -> ShowCue:
    starts = bar_starts(METRES)
    found = show_vamps(vamps, METRES)
    return ShowCue(number, number, "", take, "A", False, 0, starts[-1], 16.0, starts, found)


def _run(show: Show, *events: ShowEvent) -> tuple[Show, list[ShowAction]]:
    actions: list[ShowAction] = []
    for event in events:
        show, more = after(show, event)
        actions += more
    return show, actions


PLAIN = Show.of([_cue("1M1"), _cue("1M2", take=""), _cue("1M3")])
VAMPED = Show.of([_cue("1M1", Vamp(first=3, last=4), Vamp(first=6, last=6)), _cue("1M2")])


def test_go_begins_one_cue_after_the_other_and_skips_what_has_no_take() -> None:
    show, actions = _run(PLAIN, Go())
    assert (show.current, show.next, show.phase) == (0, 2, "playing")
    assert actions == [Repeat(None), Begin(0)]
    show, actions = _run(show, Ended())
    assert actions == [Repeat(None), Prepare(2)]
    assert show.go_text == "Begin 1M3"
    show, _ = _run(show, Go(), Ended())
    assert (show.phase, show.next, show.go_text) == ("waiting", None, "The show is over")
    assert _run(show, Go()) == (show, [])


def test_go_while_a_cue_plays_begins_the_next_at_once() -> None:
    show, actions = _run(PLAIN, Go(), Reached(100.0), Go())
    assert actions[-1] == Begin(2)
    assert show.current == 2


def test_a_vamp_repeats_until_go_and_the_next_vamp_follows() -> None:
    show, actions = _run(VAMPED, Go())
    assert actions == [Repeat(None), Begin(0), Repeat((3840, 7680))]
    show, _ = _run(show, Reached(4000.0), Reached(7000.0), Reached(4000.0))
    assert show.vamping
    assert show.go_text == "Leave the vamp on the bar"
    show, actions = _run(show, Go(), Go())
    assert actions == [LeaveAt((5760, 7680))]
    assert show.phase == "leaving"
    show, actions = _run(show, Reached(5700.0), Reached(7690.0))
    assert actions == [Repeat((9600, 11520))]
    assert (show.phase, show.vamp) == ("playing", 1)
    show, actions = _run(show, Reached(10000.0), Go(), Reached(11600.0))
    assert actions == [LeaveAt((11520,)), Repeat(None)]
    assert show.go_text == "Begin 1M2"


def test_go_before_a_vamp_passes_it_by() -> None:
    show, _ = _run(VAMPED, Go(), Reached(10.0))
    assert show.go_text == "Skip the vamp in bars 3-4"
    show, actions = _run(show, Go())
    assert actions == [Repeat((9600, 11520))]
    assert show.go_text == "Skip the vamp in bar 6"
    show, actions = _run(show, Go())
    assert actions == [Repeat(None)]
    assert show.go_text == "Begin 1M2"


def test_stop_makes_the_stopped_cue_the_next_one() -> None:
    show, actions = _run(VAMPED, Go(), Reached(4000.0), Halt())
    assert actions[-3:] == [StopPlaying(), Repeat(None), Prepare(0)]
    assert (show.phase, show.next, show.vamp) == ("waiting", 0, 0)
    assert _run(show, Halt()) == (show, [])


def test_a_fade_ends_in_the_next_cue_being_ready() -> None:
    show, actions = _run(VAMPED, Go(), Fade(), Fade(), Go())
    assert actions[-1] == FadeAway()
    assert show.phase == "fading"
    show, actions = _run(show, Ended())
    assert actions[-1] == Prepare(1)
    assert _run(show, Fade()) == (show, [])


def test_another_cue_is_chosen_and_made_ready_only_while_nothing_plays() -> None:
    show, actions = _run(PLAIN, Choose(2))
    assert actions == [Prepare(2)]
    assert show.next == 2
    assert _run(show, Choose(1)) == (show, [])
    playing, actions = _run(PLAIN, Go(), Choose(0))
    assert actions[2:] == []
    assert playing.next == 0


def test_positions_count_only_while_something_plays() -> None:
    assert _run(PLAIN, Reached(100.0), Ended()) == (PLAIN, [])


@pytest.mark.parametrize(
    ("leave", "borders"),
    [
        ("beat", (4320, 4800, 5280, 5760, 6240, 6720, 7200, 7680)),
        ("bar", (5760, 7680)),
        ("phrase", (7680,)),
    ],
)
def test_borders_of_a_vamp(leave: Leave, borders: tuple[int, ...]) -> None:
    vamp = Vamp(first=3, last=4, leave=leave)
    (found,) = show_vamps([vamp], METRES)
    assert (found.start, found.end, found.borders) == (3840, 7680, borders)


def test_beats_of_a_compound_metre_are_dotted_and_odd_bars_end_where_they_end() -> None:
    vamp = Vamp(first=1, last=2, leave="beat")
    (found,) = show_vamps([vamp], (Metre(6, 8), Metre(7, 8)))
    assert found.borders == (720, 1440, 1680, 1920, 2160, 2400, 2640, 2880, 3120)


def test_a_vamp_behind_the_end_of_the_cue_does_not_count() -> None:
    assert show_vamps([Vamp(first=8, last=9)], METRES) == ()


def test_vamps_are_laid_over_each_other() -> None:
    vamps = with_vamp((Vamp(first=1, last=2), Vamp(first=5, last=6)), Vamp(first=2, last=3))
    assert [(each.first, each.last) for each in vamps] == [(2, 3), (5, 6)]
    assert vamp_at(vamps, 3) == vamps[0]
    assert vamp_at(vamps, 4) is None
    assert without_vamp(vamps, 6) == vamps[:1]
    with pytest.raises(ValidationError):
        Vamp(first=2, last=1)
