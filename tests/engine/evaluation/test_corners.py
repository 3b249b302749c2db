"""The four corners: what is asked of them, and where they have a goal."""

from __future__ import annotations

from engine.evaluation.clips import ClipStore, Setting
from engine.evaluation.corners import CORNERS, fault_rows, measure_extremes
from engine.evaluation.rows import Measured
from engine.score import Metre, Note, Score, Voice
from tests.engine.tiny import tiny_model


def test_each_corner_has_its_rows_and_only_the_calm_and_still_one_a_goal_for_strangers() -> None:
    store = ClipStore(tiny_model(guidance=1.0))
    events = measure_extremes(store, Setting.of_product(1.0), clips=1, bars=2)
    rows = {event.row.id: event.row for event in events if isinstance(event, Measured)}
    assert len(rows) == 2 * len(CORNERS)
    goals = {name: rows[f"Q14.{name}"].goal for name, _ in CORNERS}
    assert goals == {
        "calm_still": 0.08, "calm_agitated": None, "wounded_still": None, "wounded_agitated": None,
    }  # fmt: skip
    assert all(rows[f"Q14.{name}.literal"].goal == 3 for name, _ in CORNERS)
    # The schedule, not the fixed temperature of the other rows.
    assert "temperature 0.40" in rows["Q14.wounded_still"].name
    assert {request.fixed_temperature for request in store.scores} == {None}
    assert len({request.seed for request in store.scores}) == len(CORNERS)


def test_a_bar_four_times_running_fails() -> None:
    notes = tuple(Note(bar * 1920, 480, 60, 80, Voice.MELODY) for bar in range(4))
    loop = Score(notes, (Metre(),) * 4)
    strangers, literal = fault_rows("x", "x", [loop], judged=True)
    assert strangers.value == 0.0 and strangers.passed is True
    assert literal.value == 4.0 and literal.passed is False
