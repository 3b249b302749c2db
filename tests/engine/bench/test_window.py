"""What a window said becomes rows; a real one says it."""

from __future__ import annotations

from typing import Any

import pytest

from engine.bench.window import (
    Heard,
    audition_row,
    cancel_rows,
    gap_row,
    late_rows,
    memory_rows,
    start_rows,
    watch_window,
)
from engine.evaluation.rows import Row


def _heard(*said: dict[str, Any], **rest: Any) -> Heard:
    return Heard(100.0, said, **rest)


def _by_id(rows: Any) -> dict[str, Row]:
    return {row.id: row for row in rows}


def test_a_start_counts_from_the_process_on_and_the_median_is_given() -> None:
    starts = [
        _heard({"event": "usable", "moment": 100 + usable}, {"event": "ready", "moment": 103.0})
        for usable in (1.0, 9.0, 1.2)
    ]
    rows = _by_id(start_rows(starts))
    assert rows["P7.usable"].value == pytest.approx(1.2)
    assert rows["P7.usable"].passed is True
    assert rows["P7.ready"].value == pytest.approx(3.0)


def test_a_window_without_a_model_has_no_first_bar() -> None:
    rows = _by_id(start_rows([_heard({"event": "usable", "moment": 101.0})]))
    assert rows["P7.ready"].value is None and rows["P7.ready"].passed is None


def test_lateness_is_told_by_priority() -> None:
    late = [0.1] * 98 + [0.5, 2.0]
    heard = _heard({"event": "late", "priority": "real-time priority 10", "milliseconds": late})
    rows = _by_id(late_rows(heard, "at rest"))
    assert rows["P4.realtime.max"].value == 2.0 and rows["P4.realtime.max"].passed is False
    assert rows["P4.realtime.p99"].value == pytest.approx(0.515)
    assert rows["P4.normal.p99"].value is None


def test_gap_memory_and_cancel() -> None:
    heard = _heard(
        {"event": "gap", "ms": 12.5},
        {"event": "first", "ms": 40.0},
        {"event": "cancelled", "silent": 4.0, "idle": 10.0},
        {"event": "cancelled", "silent": 9.0, "idle": 120.0},
        idle=500.0,
        composing=(650.0, 640.0),
    )
    assert gap_row(heard, "").passed is True
    assert audition_row(heard).value == 40.0
    rows = _by_id([*memory_rows(heard), *cancel_rows(heard)])
    assert rows["P10.composing"].value == 650.0
    assert rows["P11.silent"].value == 9.0 and rows["P11.silent"].passed is True
    assert rows["P11.idle"].passed is False


def test_where_nothing_was_cancelled_the_row_says_so() -> None:
    assert all(row.value is None and row.note for row in cancel_rows(_heard()))


def test_a_real_window_opens_says_when_and_leaves() -> None:
    heard = watch_window(0)
    usable, ready = heard.seconds_to("usable"), heard.seconds_to("ready")
    assert usable is not None and ready is not None
    assert 0 < usable <= ready
