"""Rows that ship: they are whole, and stand in the table behind those of their part."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import PsychoscoreError
from engine.evaluation.bounds import bounds_json, read_bounds
from engine.evaluation.corpora import Archives
from engine.evaluation.evaluate import PARTS, evaluate
from engine.evaluation.rows import Measured, Row
from tests.engine.evaluation.sizes import TINY
from tests.engine.tiny import tiny_model

ROWS = (
    Row("Q8.floor.starts", "random weights", 0.1, "share", interval=(0.0, 0.3), note="16 starts"),
    Row("Q3.real.valence", "real clips", 0.74, "share"),
)


def test_rows_survive_the_file(tmp_path: Path) -> None:
    path = tmp_path / "bounds.json"
    path.write_text(bounds_json(ROWS), encoding="utf-8")
    assert read_bounds(path) == {"Q8": ROWS[:1], "Q3": ROWS[1:]}


@pytest.mark.parametrize(
    "text", ["", "[]", '{"format": 2, "rows": []}', '{"format": 1, "rows": [{"id": "Q1"}]}']
)
def test_a_damaged_file_is_a_sentence(text: str, tmp_path: Path) -> None:
    path = tmp_path / "bounds.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(PsychoscoreError, match=r"bounds\.json"):
        read_bounds(path)


def test_what_ships_has_values_and_no_goals_and_belongs_to_parts() -> None:
    for part, rows in read_bounds().items():
        assert part in PARTS
        for row in rows:
            assert row.value is not None and row.goal is None and row.passed is None
            assert row.id.split(".")[1] in ("floor", "real")


def test_they_follow_the_rows_of_their_part() -> None:
    bounds = {"Q8": ROWS[:1], "Q3": ROWS[1:]}
    model = tiny_model(guidance=1.0)
    events = evaluate(model, Archives(), TINY, parts=("Q8",), bounds=bounds)
    ids = [event.row.id for event in events if isinstance(event, Measured)]
    assert ids == ["Q8.starts", "Q8.bars", "Q8.floor.starts"]
