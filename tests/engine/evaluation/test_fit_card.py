"""Measured numbers come into a card whole, or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.checkpoint import load_model, read_card
from engine.evaluation.bounds import read_bounds
from engine.evaluation.fit_card import main, with_numbers
from engine.evaluation.report_file import Report
from engine.evaluation.rows import Row
from engine.trust import Response
from tests.engine.tiny import tiny_checkpoint


def rows(values: dict[str, float | None]) -> tuple[Row, ...]:
    return tuple(Row(id, id, value, "share") for id, value in values.items())


def reported(folder: Path, out: Path, values: dict[str, float | None], **settings: str) -> Path:
    """A report as `evaluate` writes it for a checkpoint."""
    model = load_model(folder)
    told = {"model": f"{model.name} {model.hash}", "guidance": f"{model.card.guidance:g}"}
    Report(told | settings, rows(values)).write(out)
    return out


def test_numbers_of_reports_come_into_the_card_and_the_weights_stay(tmp_path: Path) -> None:
    folder = tiny_checkpoint(tmp_path / "tiny")
    weights = (folder / "weights.safetensors").read_bytes()
    before = read_card(folder)
    points: dict[str, float | None] = {
        f"Q5.trauma.at.{at:g}": mean
        for at, mean in ((0.0, 0.2), (0.25, 0.21), (0.5, 0.5), (0.75, 0.79), (1.0, 0.8))
    }
    first = reported(folder, tmp_path / "1.json", points | {"Q3.quadrant": 0.123456, "Q1.x": 1.0})
    floor = next(iter(read_bounds().values()))[0].id
    second = reported(folder, tmp_path / "2.json", {"Q1.x": 2.0, "Q2.y": None, floor: 0.9})
    assert main([str(folder), str(first), str(second)]) == 0
    card = read_card(folder)
    assert card.metrics["Q3.quadrant"] == 0.12346 and card.metrics["Q1.x"] == 2.0
    assert "Q2.y" not in card.metrics and floor not in card.metrics
    assert Response.of("trauma", card.metrics).reach == (0.25, 0.75)
    assert (folder / "weights.safetensors").read_bytes() == weights
    assert (card.name, card.config, card.lineage) == (before.name, before.config, before.lineage)


def test_old_numbers_stay_as_they_are_and_old_points_of_a_curve_go() -> None:
    old = {"Q1.x": 1.23456789, "Q5.trauma.at.0.1": 0.5, "Q5.entropy.at.0.1": 0.5}
    found = with_numbers(old, rows({"Q5.trauma.at.0.2": 0.6, "Q1.x": None}))
    assert found == {"Q1.x": 1.23456789, "Q5.entropy.at.0.1": 0.5, "Q5.trauma.at.0.2": 0.6}


def test_a_report_of_another_model_or_guidance_changes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tiny_checkpoint(tmp_path / "tiny")
    card = (folder / "card.json").read_bytes()
    good = reported(folder, tmp_path / "good.json", {"Q1.x": 1.0})
    cases = {
        "another model": reported(folder, tmp_path / "a.json", {"Q1.x": 1.0}, model="tiny 0000"),
        "at guidance 9": reported(folder, tmp_path / "b.json", {"Q1.x": 1.0}, guidance="9"),
        "has no number": reported(folder, tmp_path / "c.json", {"Q1.x": None}),
        "There is no report": tmp_path / "nowhere.json",
    }
    for sentence, bad in cases.items():
        assert main([str(folder), str(good), str(bad)]) == 1
        assert sentence in capsys.readouterr().err
        assert (folder / "card.json").read_bytes() == card
