"""The trust meter beside each slider, and the warning of a model that does not follow."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from tests.app.running_program import RunningProgram, running_program


@pytest.fixture
def program(qt_app: QApplication, tmp_path: Path) -> Iterator[RunningProgram]:
    with running_program(tmp_path) as running:
        yield running


def load(program: RunningProgram, **metrics: float) -> None:
    named = {f"Q5.{name.replace('__', '.')}": value for name, value in metrics.items()}
    program.composer.metrics = named
    program.session.use_model("open")
    program.until(lambda: dict(program.session.model.metrics) == named)


def test_a_model_that_nobody_measured_warns(program: RunningProgram) -> None:
    psyche = program.window.compose.psyche
    program.until(psyche.warning.isVisible)
    assert psyche.warning.text().startswith("This model has not been measured")
    meter = program.window.compose.trust.meters["trauma"]
    assert meter.words.text() == "not measured" and meter.bar.isHidden()


def test_each_slider_shows_what_was_measured(program: RunningProgram) -> None:
    load(program, trauma=0.466, entropy=0.728, rsi_real=0.15, rsi_imaginary=0.869)
    page = program.window.compose
    meters = page.trust.meters
    program.until(meters["trauma"].isVisible)
    assert "about 7 in 10 pairs" in meters["trauma"].toolTip()
    assert meters["trauma"].words.isHidden() and not meters["trauma"].bar.isHidden()
    assert meters["rsi_real"].words.text() == "does not follow return"
    assert page.psyche.warning.text() == "This model does not follow return."
    load(program, trauma=0.466, entropy=0.728, rsi_real=0.35, rsi_imaginary=0.869)
    assert page.psyche.warning.isHidden() and meters["rsi_real"].words.isHidden()


def test_random_weights_warn_for_every_slider(program: RunningProgram) -> None:
    load(program, trauma=0.05, entropy=-0.1, rsi_real=0.0, rsi_imaginary=0.12)
    words = program.window.compose.psyche.warning.text()
    assert words == "This model does not follow trauma, entropy, return and estrangement."


def test_values_beyond_the_reach_are_greyed(program: RunningProgram) -> None:
    track = program.window.compose.psyche.params["trauma"].track
    load(program, trauma=0.5)
    plain = track.grab().toImage()
    curve = {"trauma__at__0": 0.2, "trauma__at__0.25": 0.2, "trauma__at__0.5": 0.5}
    load(program, trauma=0.5, **curve, **{"trauma__at__1": 0.9})
    greyed = track.grab().toImage()
    height, ratio = track.height() // 2, plain.devicePixelRatio()
    changed = [
        x
        for x in range(plain.width())
        if any(
            plain.pixelColor(x, y) != greyed.pixelColor(x, y)
            for y in range(round((height - 3) * ratio), round((height + 3) * ratio))
        )
    ]
    assert changed and max(changed) <= 0.3 * plain.width()
