"""The track of a slider: paints one value and turns pointer, wheel and keys into changes.

Not QSlider: that jumps to the pointer, holds integers, and knows neither fine moves nor a
centre. A drag is relative from anywhere on the track, so no press alone changes a value.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QBrush,
    QColor,
    QEnterEvent,
    QFocusEvent,
    QHideEvent,
    QKeyEvent,
    QLinearGradient,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme import tokens
from app.theme.colours import mixed, translucent
from app.widgets.gesture import Gesture
from app.widgets.numbers import clamped
from engine.profile import Dimension

COARSE, FINE, PAGE = 0.01, 0.001, 0.1
HOVER_S = 0.15
"""A wheel counts only when the pointer has rested here this long, so scrolling past is safe."""
_HANDLE_W, _HANDLE_H, _BAR_H = 10.0, 18.0, 6.0
_KEYS = {
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Down: -1,
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_Up: 1,
}
_PAGES = {Qt.Key.Key_PageDown: -PAGE, Qt.Key.Key_PageUp: PAGE}
_ENDS = (Qt.Key.Key_Home, Qt.Key.Key_End)


class Track(QWidget):
    """Changes arrive from `gesture`; `typing_requested` asks for the number field.

    Args:
        dimension: range, default and name.
        colour: of the filled part.
        clock: seconds, monotonic; tells how long the pointer has rested.
    """

    typing_requested = Signal()

    def __init__(
        self,
        dimension: Dimension,
        colour: str,
        clock: Callable[[], float] = time.perf_counter,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._dimension, self._colour, self._clock = dimension, colour, clock
        self.gesture = Gesture(dimension.default, self)
        for signal in (self.gesture.moved, self.gesture.cancelled):
            signal.connect(self._repaint)
        self._dragging = False
        self._reach: tuple[float, float] | None = None
        self._last_x = 0.0
        self._raw = 0.0
        self._rested_since = clock()
        self._wheel = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def value(self) -> float:
        return self.gesture.value.real

    def set_value(self, value: float) -> None:
        """Show a value, silently; refused while the user holds the handle."""
        if self.gesture.show(clamped(self._dimension, value)):
            self.update()

    def set_reach(self, reach: tuple[float, float] | None) -> None:
        """Grey the values beyond these two; None greys nothing. All can still be chosen."""
        if reach != self._reach:
            self._reach = reach
            self.update()

    def reset(self) -> None:
        """Back to the default, as one gesture."""
        self.gesture.jump(self._dimension.default)

    def sizeHint(self) -> QSize:
        return QSize(240, 22)

    # Pointer

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        if event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self.reset()
            return
        self.gesture.begin()
        self._dragging = True
        self._last_x = event.position().x()
        self._raw = self.value
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        delta = event.position().x() - self._last_x
        if not self._dragging or not delta:
            return
        self._last_x = event.position().x()
        fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        span = self._dimension.maximum - self._dimension.minimum
        self._raw += delta * span / (self.width() - _HANDLE_W) * (0.1 if fine else 1.0)
        self.gesture.move(self._rounded(self._raw, FINE if fine else COARSE))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._dragging:
            self._dragging = False
            self.gesture.finish()
            self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.reset()

    def enterEvent(self, event: QEnterEvent) -> None:
        self._rested_since = self._clock()
        self._wheel = 0

    def wheelEvent(self, event: QWheelEvent) -> None:
        now = self._clock()
        if self._dragging or now - self._rested_since < HOVER_S:
            self._rested_since = now
            event.ignore()
            return
        # Alt and, on macOS, Shift turn a vertical wheel into a horizontal one.
        self._wheel += event.angleDelta().y() or event.angleDelta().x()
        steps = int(self._wheel / 120)
        self._wheel -= steps * 120
        if steps:
            self._step(steps * self._size(event.modifiers()))
        event.accept()

    # Keys

    def event(self, event: QEvent) -> bool:
        # A window shortcut on Home or Esc would win over this widget if it did not claim them.
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            plain = not event.modifiers() & ~Qt.KeyboardModifier.ShiftModifier
            if not plain and not self._dragging:
                self.gesture.finish()
            if plain and self._claims(Qt.Key(event.key())):
                event.accept()
                return True
        return super().event(event)

    def _claims(self, key: Qt.Key) -> bool:
        if key == Qt.Key.Key_Escape:
            return self._dragging
        return key in _KEYS or key in _PAGES or key in _ENDS

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_Escape and self._dragging:
            self._dragging = False
            self.gesture.cancel()
            self.update()
        elif self._dragging:
            event.ignore()
        elif key in _KEYS:
            self._step(_KEYS[key] * self._size(event.modifiers()))
        elif key in _PAGES:
            self._step(_PAGES[key])
        elif key in _ENDS:
            low = key == Qt.Key.Key_Home
            self.gesture.step(self._dimension.minimum if low else self._dimension.maximum)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2):
            self.typing_requested.emit()
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

    @staticmethod
    def _size(modifiers: Qt.KeyboardModifier) -> float:
        return FINE if modifiers & Qt.KeyboardModifier.ShiftModifier else COARSE

    def _step(self, change: float) -> None:
        self.gesture.step(self._rounded(self.value + change, FINE))

    def _rounded(self, value: float, size: float) -> float:
        # Division by a whole number gives the float that the same decimal text would give.
        per_one = round(1 / size)
        return clamped(self._dimension, round(value * per_one) / per_one)

    # Painting

    def _repaint(self, _value: object) -> None:
        self.update()

    def _x(self, value: float) -> float:
        low, high = self._dimension.minimum, self._dimension.maximum
        left = _HANDLE_W / 2
        return left + (value - low) / (high - low) * (self.width() - _HANDLE_W)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        if not self.isEnabled():
            painter.setOpacity(0.4)
        middle = self.height() / 2
        bar = QRectF(0, middle - _BAR_H / 2, self.width(), _BAR_H)
        painter.setBrush(QColor(tokens.BG0))
        painter.drawRoundedRect(bar, 3, 3)
        self._paint_fill(painter, bar)
        self._paint_beyond(painter, bar)
        for quarter in (1, 2, 3):
            x = round(_HANDLE_W / 2 + quarter / 4 * (self.width() - _HANDLE_W))
            painter.fillRect(QRectF(x, bar.bottom() + 4, 1, 3), QColor(tokens.BG4))
        self._paint_handle(painter, middle)

    def _paint_beyond(self, painter: QPainter, bar: QRectF) -> None:
        """Hatching over the values that the music does not follow."""
        if self._reach is None:
            return
        left, right = (self._x(value) for value in self._reach)
        hatch = QBrush(translucent(tokens.TEXT3, 0.8), Qt.BrushStyle.BDiagPattern)
        edge = _HANDLE_W / 2 + 1
        if left > edge:
            painter.fillRect(QRectF(0, bar.top(), left, bar.height()), hatch)
        if right < self.width() - edge:
            painter.fillRect(QRectF(right, bar.top(), self.width() - right, bar.height()), hatch)

    def _paint_fill(self, painter: QPainter, bar: QRectF) -> None:
        x = self._x(self.value)
        bipolar = self._dimension.minimum < 0 < self._dimension.maximum
        start = self._x(0.0) if bipolar else 0.0
        fade = QLinearGradient(QPointF(start, 0), QPointF(x, 0))
        fade.setColorAt(0, mixed(tokens.BG1, self._colour, 0.5))
        fade.setColorAt(1, QColor(self._colour))
        painter.setBrush(QBrush(fade))
        left, right = min(start, x), max(start, x)
        painter.drawRoundedRect(QRectF(left, bar.top(), right - left, bar.height()), 3, 3)

    def _paint_handle(self, painter: QPainter, middle: float) -> None:
        left = round(self._x(self.value) - _HANDLE_W / 2)
        handle = QRectF(left, round(middle - _HANDLE_H / 2), _HANDLE_W, _HANDLE_H)
        if self.hasFocus():
            ring = QPen(QColor(tokens.ACCENT), 1.5)
            painter.setPen(ring)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(handle.adjusted(-2.25, -1.75, 2.25, 1.75), 4.5, 4.5)
            painter.setPen(Qt.PenStyle.NoPen)
        elif self._dragging or self.underMouse():
            painter.setBrush(translucent(self._colour, 0.35))
            painter.drawRoundedRect(handle.adjusted(-2, -2, 2, 2), 5, 5)
        painter.setBrush(QColor(tokens.TEXT1 if not self._dragging else tokens.WHITE))
        painter.drawRoundedRect(handle, 3, 3)
        painter.setBrush(QColor(self._colour))
        painter.drawRect(QRectF(handle.center().x() - 1, handle.top() + 4, 2, _HANDLE_H - 8))
