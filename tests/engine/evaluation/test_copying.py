"""Q9 on known clips: copies are seen, and held-out music sets the measure."""

from __future__ import annotations

import pytest

from engine.evaluation.copies import Borrowed
from engine.evaluation.copying import copy_rows
from engine.evaluation.rows import Row


def rows_of(found: list[Borrowed], beside: list[Borrowed]) -> dict[str, Row]:
    return {row.id: row for row in copy_rows("copied", "all voices", found, beside, "note")}


def test_the_goal_is_what_held_out_music_has_and_two_points() -> None:
    rows = rows_of([Borrowed(3, 100, 14), Borrowed(5, 100, 20)], [Borrowed(4, 200, 13)])
    row = rows["Q9.copied"]
    assert row.value == pytest.approx(0.04) and row.goal == pytest.approx(0.04)
    assert row.passed is True and row.ratio == pytest.approx(2.0)
    assert row.interval is not None and row.interval[0] >= 0.03 and row.interval[1] <= 0.05
    assert rows["Q9.copied.held_out"].value == pytest.approx(0.02)
    longest = rows["Q9.copied.longest"]
    assert longest.value == 20 and longest.ratio == pytest.approx(20 / 13)


def test_a_copyist_does_not_pass() -> None:
    rows = rows_of([Borrowed(80, 100, 91)], [Borrowed(1, 100, 12)])
    assert rows["Q9.copied"].passed is False


def test_nothing_to_compare_is_no_division_by_zero() -> None:
    rows = rows_of([Borrowed(0, 0, 0)], [Borrowed(0, 0, 0)])
    assert rows["Q9.copied"].value == 0.0 and rows["Q9.copied"].ratio is None
