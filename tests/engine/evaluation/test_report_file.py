"""Reports as files: written and read again, and one run's rows among those of another."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.errors import PsychoscoreError
from engine.evaluation.report_file import Report, read_report
from engine.evaluation.rows import Row

SETTINGS = {"model": "tiny 0123", "guidance": "2", "size": "default", "threads": "1"}


def report(settings: dict[str, str], **values: float) -> Report:
    rows = tuple(Row(id.replace("_", "."), id, value, "share") for id, value in values.items())
    return Report(SETTINGS | settings, rows)


def test_a_report_is_read_as_it_was_written(tmp_path: Path) -> None:
    found = report({}, Q1_a=0.5, Q2_b=0.25)
    found.write(tmp_path / "report.json")
    assert read_report(tmp_path / "report.json") == found


def test_rows_of_a_later_run_take_their_places() -> None:
    old = report({}, Q1_a=0.1, Q2_b=0.2, Q3_c=0.3)
    found = old.updated(report({"size": "quick"}, Q2_b=0.9, Q4_d=0.4))
    values = [(row.id, row.value) for row in found.rows]
    assert values == [("Q1.a", 0.1), ("Q2.b", 0.9), ("Q3.c", 0.3), ("Q4.d", 0.4)]
    assert found.settings["size"] == "quick"
    assert found.sizes == {"Q1.a": "default", "Q3.c": "default"}
    again = found.updated(report({"size": "full"}, Q1_a=0.7))
    assert again.sizes == {"Q2.b": "quick", "Q3.c": "default", "Q4.d": "quick"}


def test_a_curve_measured_anew_keeps_none_of_its_old_points() -> None:
    old = report({}, Q5_x_at_0=0.1, Q5_x_at_1=0.2, Q5_y_at_1=0.3)
    found = old.updated(report({}, Q5_x_at_2=0.9))
    assert [row.id for row in found.rows] == ["Q5.y.at.1", "Q5.x.at.2"]


def test_only_the_same_weights_in_the_same_setting_stand_together() -> None:
    old = report({}, Q1_a=0.1)
    assert old.beside(report({"size": "full", "threads": "2"}, Q1_a=0.2))
    assert not old.beside(report({"guidance": "3"}, Q1_a=0.2))
    assert not old.beside(report({"model": "tiny 4567"}, Q1_a=0.2))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"format": 2}, "another version"),
        ({"rows": [{"id": "Q1"}]}, "no report"),
        ({"rows": 5}, "no report"),
        ({"settings": {"model": 5}}, "no report"),
        ({"settings": []}, "no report"),
    ],
)
def test_what_is_no_report_ends_with_a_sentence(
    change: dict[str, object], sentence: str, tmp_path: Path
) -> None:
    path = tmp_path / "report.json"
    report({}, Q1_a=0.5).write(path)
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(PsychoscoreError, match=sentence):
        read_report(path)


def test_a_report_that_is_cut_missing_or_says_a_row_twice(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    with pytest.raises(PsychoscoreError, match="There is no report"):
        read_report(path)
    found = report({}, Q1_a=0.5)
    found.write(path)
    raw = json.loads(path.read_text())
    path.write_text(json.dumps(raw)[:-5])
    with pytest.raises(PsychoscoreError, match="no report"):
        read_report(path)
    path.write_text(json.dumps(raw | {"rows": raw["rows"] * 2}))
    with pytest.raises(PsychoscoreError, match=r"Q1\.a stands there twice"):
        read_report(path)
