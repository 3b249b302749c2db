"""What a comparison comes to: keep the old one where the new one is worse."""

from __future__ import annotations

from dataclasses import replace

from engine.training.events import Judged
from engine.training.verdict import Verdict

ALIKE = {"trauma": 0.6, "entropy": 0.8, "rsi_real": 0.2, "rsi_imaginary": 0.0}
JUDGED = Judged(90, "open", "mine", 80, ALIKE, ALIKE, 6.5, 6.0, 0.20, 0.12, 68, 150.0)


def test_a_new_model_that_knows_more_and_obeys_as_well_is_used() -> None:
    verdict = Verdict(JUDGED)
    assert not verdict.keep_old
    assert verdict.headline == "Use the new one: mine"
    assert verdict.reason == (
        "The new one obeys the sliders as well as the old one, knows your held-out music better "
        "and writes nearer to your files."
    )


def test_a_new_model_that_obeys_less_is_not() -> None:
    worse = {**ALIKE, "trauma": 0.0, "entropy": 0.1}
    verdict = Verdict(replace(JUDGED, new_control=worse))
    assert verdict.keep_old and verdict.headline == "Keep the old one: open"
    assert verdict.reason == "The new one obeys the sliders less."
    assert (verdict.control.better, verdict.loss.better) == (-1, 1)
    assert [each.better for each in verdict.dimensions] == [-1, -1, 0, 0]


def test_a_loss_that_rises_is_worse() -> None:
    verdict = Verdict(replace(JUDGED, new_loss=6.6))
    assert verdict.keep_old
    assert verdict.reason == "The new one knows your held-out music less well."
    assert not Verdict(replace(JUDGED, new_loss=6.52)).keep_old


def test_what_was_not_measured_decides_nothing() -> None:
    verdict = Verdict(replace(JUDGED, old_loss=None, new_loss=None, new_distance=None))
    assert not verdict.keep_old
    assert verdict.loss.words(None) == "-"
    assert verdict.distance.better == 0


def test_the_lines_stand_side_by_side() -> None:
    lines = Verdict(JUDGED).lines()
    assert "open" in lines[0] and "mine" in lines[0] and "68 clips" in lines[0]
    assert any(line.split() == ["Held-out", "loss", "6.50", "6.00"] for line in lines)
    assert any(line.split()[-2:] == ["+0.40", "+0.40"] for line in lines)
    assert lines[-1].startswith("Use the new one")
