"""The left column of the Compose page: the psyche at the playhead, the RSI, the temperature.

Shows values and reports gestures; what a gesture means (an undo step, an overridden lane) is
decided by whoever listens. Between gestures it follows the lanes by itself, so that moving the
playhead is one call.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from app.compose.rsi_pad import RsiPad
from app.compose.temperature_card import TemperatureCard
from app.theme import tokens
from app.widgets.buttons import tool_button
from app.widgets.card import Card
from app.widgets.chip import Chip
from app.widgets.curve_glyph import Automation
from app.widgets.numbers import signed
from app.widgets.param import Param
from app.widgets.text import Text
from engine.lanes import Lanes
from engine.profile import DIMENSION_BY_NAME, Profile
from engine.temperature import Temperature, TemperatureSettings, temperature

_PATH_STEPS_A_BAR = 8
_PATH_STEPS = 1024
_LOW = 700
_NOTES = {"rsi_real": "real", "rsi_imaginary": "imag"}
FOLLOWING = "The sliders follow the lanes at the playhead"
MANUAL = "No lane moves the sliders: they hold for the whole cue"
WRITE = "Write: while the music plays, what sliders and knobs do is drawn into the lanes"
_RSI = ("rsi_real", "rsi_imaginary")


class PsycheColumn(QScrollArea):
    """Three cards, 304 wide; where the window is low the pad gives way, then it scrolls."""

    dimension_moved = Signal(str, float)
    dimension_committed = Signal(str, float)
    dimension_cancelled = Signal(str, float)
    """A drag of one slider was taken back to this value."""
    automation_requested = Signal(str)
    """The lane glyph of this dimension was clicked: back to automation."""
    rsi_moved = Signal(complex)
    rsi_committed = Signal(complex)
    rsi_cancelled = Signal(complex)
    summand_hovered = Signal(str)
    """A summand of the temperature is under the pointer: "base", a lane name, or ""."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._profile = Profile()
        self._lanes = Lanes()
        self._overridden: frozenset[str] = frozenset()
        self._held: dict[str, float] = {}
        self._bar = 1.0
        self._bars = 0
        self._settings = TemperatureSettings()
        self.params = {
            name: Param(dimension, tokens.DIMENSION_COLOURS[name], _NOTES.get(name, ""))
            for name, dimension in DIMENSION_BY_NAME.items()
        }
        self.pad = RsiPad()
        self.chip = Chip()
        self.write = tool_button("pencil", WRITE, checkable=True, size=22)
        self.warning = Text("", tokens.SECONDARY, "accent")
        self.warning.setWordWrap(True)
        self.warning.hide()
        self.rsi_text = Text("", tokens.SECONDARY_STRONG, "secondary")
        self.temperature = TemperatureCard()
        self._lay_out()
        self._connect()
        self._refresh()

    # What it shows

    def displayed_profile(self) -> Profile:
        """The psyche as the sliders stand."""
        values = {name: param.value for name, param in self.params.items()}
        return Profile.from_values(**values)

    def set_profile(self, profile: Profile) -> None:
        """The values of all dimensions that no lane drives."""
        self._profile = profile
        self._refresh()

    def set_lanes(self, lanes: Lanes) -> None:
        """The lanes, whose dimensions then follow the playhead."""
        self._lanes = lanes
        self._overridden &= {lane.name for lane in lanes.lanes}
        self._show_path()
        self._refresh()

    def set_overridden(self, names: Collection[str]) -> None:
        """The dimensions whose sliders hold against their lanes."""
        self._overridden = frozenset(names)
        self._refresh()

    def set_temperature(
        self, value: Temperature, curve: Sequence[float], settings: TemperatureSettings
    ) -> None:
        """The temperature at the playhead, one for each bar of the cue, and the weights."""
        self._settings = settings
        self._bars = len(curve)
        self.temperature.set_temperature(value, curve, settings)
        self.pad.set_settings(settings)
        self._show_path()

    def set_warning(self, words: str) -> None:
        """Say what of the sliders cannot be trusted; empty where all can."""
        self.warning.setText(words)
        self.warning.setVisible(bool(words))

    def set_playhead_bar(self, bar: float) -> None:
        """Where the playhead is; bars count from 1 and may be fractions."""
        if bar == self._bar:
            return
        self._bar = bar
        self.temperature.set_playhead_bar(bar)
        if self._lanes.lanes:
            self._refresh()

    def finish_gestures(self) -> None:
        """Commit bursts of wheel or key steps that wait for their 600 ms."""
        for param in self.params.values():
            param.finish_gesture()
        self.pad.gesture.finish()

    def _automation(self, name: str) -> Automation:
        lane = self._lanes.lane(name)
        if lane is None:
            return Automation.NONE
        held = lane.muted or name in self._overridden or name in self._held
        return Automation.OVERRIDDEN if held else Automation.FOLLOWING

    def _value(self, name: str) -> float:
        if name in self._held:
            return self._held[name]
        lane = self._lanes.lane(name)
        if lane is not None and self._automation(name) == Automation.FOLLOWING:
            return lane.value_at(self._bar)
        return self._profile.get(name)

    def _refresh(self) -> None:
        following = False
        for name, param in self.params.items():
            automation = self._automation(name)
            following = following or automation == Automation.FOLLOWING
            param.set_automation(automation)
            param.set_value(self._value(name))
        self.pad.set_value(complex(*(self._value(name) for name in _RSI)))
        self.chip.setText("automation" if following else "manual")
        self.chip.set_tone("good" if following else "secondary")
        self.chip.setToolTip(FOLLOWING if following else MANUAL)
        shown = self.displayed_profile()
        self.rsi_text.setText(f"{signed(shown.rsi.real)} {signed(shown.rsi.imag)} i")
        self.temperature.show_temperature(temperature(shown, self._settings), self._settings)

    def _show_path(self) -> None:
        if not any(self._lanes.lane(name) for name in _RSI) or not self._bars:
            self.pad.set_trajectory(())
            return
        steps = min(self._bars * _PATH_STEPS_A_BAR, _PATH_STEPS)
        bars = (1 + self._bars * step / steps for step in range(steps + 1))
        self.pad.set_trajectory([self._lanes.profile_at(bar).rsi for bar in bars])

    # What the user does

    def _connect(self) -> None:
        for name, param in self.params.items():
            param.value_moved.connect(lambda value, name=name: self._moved(name, value))
            param.value_committed.connect(lambda value, name=name: self._committed(name, value))
            param.move_cancelled.connect(lambda value, name=name: self._cancelled(name, value))
            param.automation_requested.connect(
                lambda name=name: self.automation_requested.emit(name)
            )
        self.pad.moved.connect(self._rsi_moved)
        self.pad.committed.connect(self._rsi_committed)
        self.pad.cancelled.connect(self._rsi_cancelled)
        self.temperature.summand_hovered.connect(self.summand_hovered)

    def _hold(self, **values: float) -> None:
        self._held.update(values)
        self._refresh()

    def _settle(self, *names: str, keep: bool) -> None:
        """End a gesture; kept values stand against their lanes until somebody says otherwise."""
        for name in names:
            value = self._held.pop(name, None)
            if keep and value is not None:
                self._profile = self._profile.replace(name, value)
                if self._lanes.lane(name):
                    self._overridden |= {name}
        self._refresh()

    def _moved(self, name: str, value: float) -> None:
        self._hold(**{name: value})
        self.dimension_moved.emit(name, value)

    def _committed(self, name: str, value: float) -> None:
        self._settle(name, keep=True)
        self.dimension_committed.emit(name, value)

    def _cancelled(self, name: str, value: float) -> None:
        self._settle(name, keep=False)
        self.dimension_cancelled.emit(name, value)

    def _rsi_moved(self, value: complex) -> None:
        self._hold(rsi_real=value.real, rsi_imaginary=value.imag)
        self.rsi_moved.emit(value)

    def _rsi_committed(self, value: complex) -> None:
        self._settle(*_RSI, keep=True)
        self.rsi_committed.emit(value)

    def _rsi_cancelled(self, value: complex) -> None:
        self._settle(*_RSI, keep=False)
        self.rsi_cancelled.emit(value)

    # Layout

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a low window the temperature's curve, which the Timeline has too, makes room."""
        low = event.size().height() < _LOW
        self.temperature.curve.setHidden(low)
        self._column.setStretchFactor(self.temperature, 0 if low else 1)
        super().resizeEvent(event)

    def _lay_out(self) -> None:
        psyche = Card("Psyche at playhead")
        psyche.add_to_header(self.chip)
        psyche.add_to_header(self.write)
        psyche.body.addWidget(self.params["trauma"])
        psyche.body.addWidget(self.params["entropy"])
        # Last, so that no slider moves under the hand when a model has been loaded.
        psyche.body.addWidget(self.warning)
        rsi = Card("RSI")
        rsi.add_to_header(self.rsi_text)
        rsi.body.addWidget(self.pad, 100)
        for name in _RSI:
            rsi.body.addWidget(self.params[name])
        rsi.body.addStretch(1)
        inside = QWidget()
        self._column = column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(tokens.SPACE_M)
        column.addWidget(psyche)
        column.addWidget(rsi, 2)
        column.addWidget(self.temperature, 1)
        self.setWidget(inside)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFixedWidth(tokens.LEFT_WIDTH)
