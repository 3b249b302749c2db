"""A pointer for widget tests: drags and wheel steps with modifiers, which QTest cannot hold."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QEnterEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget

NONE = Qt.KeyboardModifier.NoModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
CONTROL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier


class Pointer:
    """Presses, moves and releases the left button on one widget."""

    def __init__(self, widget: QWidget) -> None:
        self.widget = widget
        self.at = QPointF()

    def press(self, x: float, y: float, modifiers: Qt.KeyboardModifier = NONE) -> Pointer:
        self.at = QPointF(x, y)
        self.widget.setFocus(Qt.FocusReason.MouseFocusReason)
        return self._send(QEvent.Type.MouseButtonPress, modifiers)

    def move(self, dx: float, dy: float = 0, modifiers: Qt.KeyboardModifier = NONE) -> Pointer:
        self.at += QPointF(dx, dy)
        return self._send(QEvent.Type.MouseMove, modifiers)

    def release(self, modifiers: Qt.KeyboardModifier = NONE) -> Pointer:
        return self._send(QEvent.Type.MouseButtonRelease, modifiers)

    def enter(self) -> Pointer:
        middle = QPointF(self.widget.rect().center())
        QApplication.sendEvent(self.widget, QEnterEvent(middle, middle, middle))
        return self

    def wheel(self, units: int, modifiers: Qt.KeyboardModifier = NONE) -> bool:
        """Turn by eighths of a degree, 120 to a notch; True if the widget took it."""
        middle = QPointF(self.widget.rect().center())
        event = QWheelEvent(
            middle,
            QPointF(self.widget.mapToGlobal(middle.toPoint())),
            QPoint(),
            QPoint(0, units),
            Qt.MouseButton.NoButton,
            modifiers,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        event.ignore()
        self.widget.wheelEvent(event)
        return event.isAccepted()

    def _send(self, kind: QEvent.Type, modifiers: Qt.KeyboardModifier) -> Pointer:
        left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
        button = none if kind == QEvent.Type.MouseMove else left
        held = none if kind == QEvent.Type.MouseButtonRelease else left
        everywhere = QPointF(self.widget.mapToGlobal(self.at.toPoint()))
        event = QMouseEvent(kind, self.at, everywhere, button, held, modifiers)
        QApplication.sendEvent(self.widget, event)
        return self
