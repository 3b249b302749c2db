"""Locked bars: stretches grow, shrink and split, and what is open is the rest."""

from __future__ import annotations

import pytest

from engine.errors import PsychoscoreError
from engine.project.cue import new_cue
from engine.project.cue_marks import LockedBars
from engine.project.edits import AddCue, SetLocks, edit_json, parse_edit
from engine.project.locks import lock_at, open_stretches, with_lock, without_lock
from engine.project.state import ProjectState


def spans(*stretches: tuple[int, int]) -> tuple[LockedBars, ...]:
    return tuple(LockedBars(first=first, last=last) for first, last in stretches)


def test_stretches_that_touch_become_one() -> None:
    assert with_lock(spans((5, 8)), 9, 10) == spans((5, 10))
    assert with_lock(spans((1, 2), (7, 8)), 3, 6) == spans((1, 8))
    assert with_lock(spans((5, 8)), 1, 2) == spans((1, 2), (5, 8))


def test_unlocking_shrinks_splits_and_leaves_others() -> None:
    assert without_lock(spans((1, 8)), 3, 4) == spans((1, 2), (5, 8))
    assert without_lock(spans((1, 2), (5, 8)), 4, 6) == spans((1, 2), (7, 8))
    assert without_lock(spans((5, 8)), 1, 16) == ()
    assert without_lock(spans((5, 8)), 9, 12) == spans((5, 8))


@pytest.mark.parametrize(
    ("locked", "bars", "left"),
    [
        (spans((5, 8)), 16, ((1, 4), (9, 16))),
        (spans((1, 4)), 16, ((5, 16),)),
        (spans((1, 16)), 16, ()),
        (spans((9, 20)), 12, ((1, 8),)),
        (spans((20, 24)), 12, ((1, 12),)),
        ((), 3, ((1, 3),)),
    ],
)
def test_what_is_open(
    locked: tuple[LockedBars, ...], bars: int, left: tuple[tuple[int, int], ...]
) -> None:
    assert open_stretches(locked, bars) == left


def test_a_bar_knows_its_lock() -> None:
    locked = spans((1, 2), (5, 8))
    assert lock_at(locked, 6) == locked[1] and lock_at(locked, 3) is None


def test_locks_that_overlap_or_run_backwards_are_refused() -> None:
    cue = new_cue("1M1")
    state = AddCue(cue=cue).apply(ProjectState())
    with pytest.raises(PsychoscoreError, match="overlap"):
        SetLocks(cue=cue.id, act="lock", locked=spans((1, 4), (4, 6))).apply(state)
    with pytest.raises(ValueError, match="end before they begin"):
        spans((4, 2))


def test_the_edit_says_what_was_done_and_survives_json() -> None:
    edit = SetLocks(cue="0" * 12, act="unlock", locked=spans((1, 2)))
    assert edit.text == "Unlock Bars" and parse_edit(edit_json(edit)) == edit
