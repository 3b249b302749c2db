"""The RSI as a point on a pad: real part across, imaginary part up, with the cue's path."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QEvent, QPointF, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QPaintEvent,
)
from PySide6.QtWidgets import QMenu, QSizePolicy, QWidget

from app.compose.rsi_picture import INSET, PadGround, PadHandle, PadPicture
from app.widgets.gesture import Gesture
from app.widgets.knob_badge import KnobBadge, add_knob_entries
from app.widgets.numbers import signed
from engine.temperature import TemperatureSettings

COARSE, FINE = 0.01, 0.001
AXES = {"rsi_real": "across", "rsi_imaginary": "up"}
"""The lane of each axis, and where it runs."""
_KEYS = {
    Qt.Key.Key_Left: -1 + 0j,
    Qt.Key.Key_Right: 1 + 0j,
    Qt.Key.Key_Down: -1j,
    Qt.Key.Key_Up: 1j,
}


class RsiPad(QWidget):
    """Drag moves relatively from anywhere, so a press alone changes nothing.

    Shift is fine, Ctrl holds the axis that moved first, double-click is 0+0i, arrows step by
    0.01 (Shift 0.001), Esc takes a drag back.
    """

    moved = Signal(complex)
    committed = Signal(complex)
    cancelled = Signal(complex)
    learning_requested = Signal(str)
    """The menu asks for a knob of a MIDI controller for one axis, by its lane name."""
    forgetting_requested = Signal(str)
    """The menu gives the knob of one axis up."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = TemperatureSettings()
        self._trajectory: tuple[complex, ...] = ()
        self._picture = PadPicture()
        self.gesture = Gesture(0j, self)
        self.gesture.moved.connect(self._moved)
        self.gesture.committed.connect(lambda value: self.committed.emit(value))
        self.gesture.cancelled.connect(self._cancelled)
        self.badges = {name: KnobBadge(self) for name in AXES}
        self._dragging = False
        self._last = QPointF()
        self._raw = 0j
        self._axis = ""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(96)
        self.setMaximumHeight(320)
        self.setAccessibleName("RSI, return and estrangement")
        self.setToolTip("Drag: Shift fine, Ctrl one axis, double-click 0+0i")
        self._describe()

    @property
    def value(self) -> complex:
        return complex(self.gesture.value)

    def set_value(self, value: complex) -> None:
        """Show a value, silently; refused while the user holds the handle."""
        if self.gesture.show(_clamped(value)):
            self._describe()
            self.update()

    def set_trajectory(self, path: Sequence[complex]) -> None:
        """The RSI over the whole cue, in time; empty or constant shows no path."""
        self._trajectory = tuple(path)
        self.update()

    def set_settings(self, settings: TemperatureSettings) -> None:
        """Where the temperature's boost begins and how much it adds."""
        self._settings = settings
        self.update()

    def sizeHint(self) -> QSize:
        # No more than it needs: it takes what the cards around it leave.
        return QSize(276, 96)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        self.gesture.begin()
        self._dragging = True
        self._last, self._raw, self._axis = event.position(), self.value, ""
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        delta = event.position() - self._last
        if not self._dragging or delta.isNull():
            return
        self._last = event.position()
        modifiers = event.modifiers()
        fine = bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
        change = complex(
            delta.x() * 2 / (self.width() - 2 * INSET), -delta.y() * 2 / (self.height() - 2 * INSET)
        )
        self._axis = self._axis or ("real" if abs(delta.x()) >= abs(delta.y()) else "imag")
        if modifiers & Qt.KeyboardModifier.ControlModifier:
            change = complex(change.real, 0) if self._axis == "real" else complex(0, change.imag)
        self._raw += change * (0.1 if fine else 1.0)
        self.gesture.move(_rounded(self._raw, FINE if fine else COARSE))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._dragging:
            self._dragging = False
            self.gesture.finish()
            self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.gesture.jump(0j)

    def context_menu(self) -> QMenu:
        """The menu of the right button."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("Reset to 0+0i").triggered.connect(lambda: self.gesture.jump(0j))
        for name, way in AXES.items():
            menu.addSeparator()
            learn = partial(self.learning_requested.emit, name)
            forget = partial(self.forgetting_requested.emit, name)
            add_knob_entries(menu, self.badges[name], learn, forget, way)
        return menu

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.context_menu().popup(event.globalPos())

    def event(self, event: QEvent) -> bool:
        # A window shortcut on Esc or an arrow would win over this widget otherwise.
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            plain = not event.modifiers() & ~Qt.KeyboardModifier.ShiftModifier
            key = Qt.Key(event.key())
            if not plain and not self._dragging:
                self.gesture.finish()
            escape = key == Qt.Key.Key_Escape and self._dragging
            if escape or (plain and key in _KEYS):
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_Escape and self._dragging:
            self._dragging = False
            self.gesture.cancel()
        elif key in _KEYS and not self._dragging:
            fine = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            self.gesture.step(_rounded(self.value + _KEYS[key] * (FINE if fine else COARSE), FINE))
        else:
            event.ignore()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        if not self._dragging:
            self.gesture.finish()
        super().focusOutEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        self._dragging = False
        self.gesture.finish()
        super().hideEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        ground = PadGround(self._trajectory, self._settings)
        handle = PadHandle(self.value, self.hasFocus(), self._dragging)
        self._picture.paint(self, ground, handle)

    def _moved(self, value: complex) -> None:
        self._describe()
        self.update()
        self.moved.emit(value)

    def _cancelled(self, value: complex) -> None:
        self._describe()
        self.update()
        self.cancelled.emit(value)

    def _describe(self) -> None:
        self.setAccessibleDescription(f"{signed(self.value.real)} {signed(self.value.imag)} i")


def _clamped(value: complex) -> complex:
    return complex(min(max(value.real, -1.0), 1.0), min(max(value.imag, -1.0), 1.0))


def _rounded(value: complex, size: float) -> complex:
    per_one = round(1 / size)
    return _clamped(complex(round(value.real * per_one), round(value.imag * per_one)) / per_one)
