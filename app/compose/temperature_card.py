"""The temperature as a number, as its four summands and as a curve; read-only."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.compose.temperature_curve import TemperatureCurve
from app.theme import tokens
from app.widgets.buttons import push_button
from app.widgets.card import Card
from app.widgets.numbers import MINUS, signed
from app.widgets.text import Text
from engine.temperature import Temperature, TemperatureSettings

_COLOURS = {
    "base": tokens.TEXT2,
    "entropy": tokens.ENTROPY,
    "trauma": tokens.TRAUMA,
    "rsi_imaginary": tokens.RSI_IMAGINARY,
}


class SummandRow(QWidget):
    """One summand: its name on the left, its value in its colour on the right."""

    hovered = Signal(bool)

    def __init__(self, colour: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = Text("", tokens.SECONDARY, "secondary")
        self.value = Text("", tokens.SECONDARY_STRONG)
        self.value.setStyleSheet(f"color: {colour}")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.name)
        row.addStretch(1)
        row.addWidget(self.value)

    def enterEvent(self, event: QEnterEvent) -> None:
        self.name.set_tone("")
        self.hovered.emit(True)

    def leaveEvent(self, event: QEvent) -> None:
        self.name.set_tone("secondary")
        self.hovered.emit(False)


class TemperatureCard(Card):
    """Always shows all four summands, also those that add nothing.

    `summand_hovered(name)` names "base" or the dimension whose lane makes the summand, and ""
    when the pointer leaves.
    """

    summand_hovered = Signal(str)
    reason_requested = Signal()
    """Why it is so is asked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Temperature", parent)
        self.why = push_button("Why?", "quiet")
        self.why.setToolTip("Where each term comes from, layer by layer")
        self.why.setAccessibleName("Why this temperature")
        self.why.clicked.connect(self.reason_requested)
        self._curve: tuple[float, ...] = ()
        self.read_out = Text("whole cue", tokens.SECONDARY, "faint")
        self.add_to_header(self.read_out)
        self.add_to_header(self.why)
        self.number = Text("", tokens.FIGURE, "accent")
        self.clamp = Text("", tokens.SECONDARY, "faint")
        self.rows = {name: SummandRow(colour) for name, colour in _COLOURS.items()}
        self.curve = TemperatureCurve()
        self._lay_out()
        for name, row in self.rows.items():
            row.hovered.connect(lambda on, name=name: self.summand_hovered.emit(name if on else ""))
        self.curve.bar_hovered.connect(self._read_out)

    def set_temperature(
        self, temperature: Temperature, curve: Sequence[float], settings: TemperatureSettings
    ) -> None:
        """Show a temperature, one temperature for each bar of the cue, and the weights."""
        self._curve = tuple(curve)
        self.curve.set_curve(curve, settings)
        self._read_out(self.curve.hovered_bar)
        self.show_temperature(temperature, settings)

    def show_temperature(self, temperature: Temperature, settings: TemperatureSettings) -> None:
        """Show the number and its summands, and leave the curve as it is."""
        self.number.setText(f"{temperature.value:.2f}")
        self._show_clamp(temperature, settings)
        _, entropy, trauma, _ = names = _names(settings)
        values = (
            f"{temperature.base:.2f}",
            _summand(temperature.entropy, entropy),
            _summand(temperature.trauma, trauma),
            signed(temperature.rsi),
        )
        for row, name, value in zip(self.rows.values(), names, values, strict=True):
            row.name.setText(name)
            row.value.setText(value)
        spoken = ", ".join(f"{name} {value}" for name, value in zip(names, values, strict=True))
        self.setAccessibleDescription(f"{temperature.value:.2f}: {spoken}")

    def set_playhead_bar(self, bar: float) -> None:
        """Where the playhead is; bars count from 1 and may be fractions."""
        self.curve.set_playhead_bar(bar)

    def _show_clamp(self, temperature: Temperature, settings: TemperatureSettings) -> None:
        clamped = abs(temperature.unclamped - temperature.value) >= 0.005
        if clamped:
            self.clamp.setText(f"clamped from {temperature.unclamped:.2f}")
        else:
            self.clamp.setText(f"clamp {settings.minimum:.2f} \N{EN DASH} {settings.maximum:.2f}")
        self.clamp.set_tone("accent" if clamped else "faint")

    def _read_out(self, bar: int) -> None:
        shown = f"bar {bar}   {self._curve[bar - 1]:.2f}" if bar else "whole cue"
        self.read_out.setText(shown)
        self.read_out.set_tone("accent" if bar else "faint")

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        left.setSpacing(0)
        left.addWidget(self.number)
        left.addWidget(self.clamp)
        left.addStretch(1)
        right = QVBoxLayout()
        right.setSpacing(1)
        for row in self.rows.values():
            right.addWidget(row)
        top = QHBoxLayout()
        top.setSpacing(tokens.SPACE_L + 4)
        top.addLayout(left)
        top.addLayout(right, 1)
        self.clamp.setMinimumWidth(100)
        self.number.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.body.addLayout(top)
        self.body.addWidget(self.curve)


def _names(settings: TemperatureSettings) -> tuple[str, str, str, str]:
    times = "\N{MULTIPLICATION SIGN}"
    entropy, trauma = settings.entropy_weight, -settings.trauma_weight
    return (
        "base",
        f"{_sign(entropy)} entropy {times} {abs(entropy):g}",
        f"{_sign(trauma)} trauma {times} {abs(trauma):g}",
        f"RSI imag > {settings.rsi_imaginary_threshold:g}",
    )


def _sign(weight: float) -> str:
    return MINUS if weight < 0 else "+"


def _summand(value: float, name: str) -> str:
    # A term that is nothing keeps the sign of its weight, so that the column reads as a sum.
    return f"{name[0]}{abs(value):.2f}"
