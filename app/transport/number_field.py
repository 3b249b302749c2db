"""A number of the transport: drag it up and down, step it by wheel, or click it and type.

It knows Qt and one number. A gesture reports `moved` while it runs and `committed` once at its
end; Esc puts the number back.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from app.theme import tokens
from app.theme.fonts import font
from app.widgets.escape import claims_escape
from app.widgets.gesture import Gesture

_PIXELS_A_STEP = 4
_PLAIN = (
    "QLineEdit { background: transparent; border: none; padding: 0; }"
    f"QLineEdit:hover, QLineEdit:focus {{ color: {tokens.ACCENT}; }}"
)


class NumberField(QLineEdit):
    """A frameless number in transport digits.

    Args:
        title: what it is, for help and screen readers.
        minimum, maximum: inclusive range of what can be entered.
        decimals: how many are shown; with some, Shift steps by a tenth.
        width: in pixels.
    """

    moved = Signal(float)
    committed = Signal(float)
    cancelled = Signal(float)

    def __init__(
        self,
        title: str,
        minimum: float,
        maximum: float,
        *,
        decimals: int = 0,
        width: int = 56,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._range, self._decimals = (minimum, maximum), decimals
        self._pressed: tuple[float, float] | None = None
        self._gesture = Gesture(minimum, self)
        self._gesture.moved.connect(self._moved)
        self._gesture.committed.connect(lambda value: self.committed.emit(value))
        self._gesture.cancelled.connect(self._cancelled)
        self.setProperty("readout", True)
        self.setFont(font(tokens.DIGITS))
        self.setFrame(False)
        self.setStyleSheet(_PLAIN)
        self.setFixedSize(width, tokens.DIGITS.pixels + 5)
        # A line edit keeps 2 px free left of its text; its neighbours do not.
        self.setTextMargins(-2, 0, 0, 0)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(title)
        self.setToolTip(f"{title}: drag up or down, or click and type")
        self._rest()

    @property
    def value(self) -> float:
        return float(self._gesture.value.real)

    def show_value(self, value: float) -> None:
        """Show a number that was decided elsewhere; refused while it is being changed here."""
        if self.isReadOnly() and (self._gesture.show(value) or not self.text()):
            self.setText(f"{value:.{self._decimals}f}")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self.isReadOnly():
            super().mousePressEvent(event)
        elif event.button() == Qt.MouseButton.LeftButton:
            self._pressed = (event.globalPosition().y(), self.value)
            self._gesture.begin()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None:
            super().mouseMoveEvent(event)
            return
        start, value = self._pressed
        steps = int((start - event.globalPosition().y()) / _PIXELS_A_STEP)
        self._gesture.move(self._allowed(value + steps * self._step(event)))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None:
            super().mouseReleaseEvent(event)
            return
        (_, before), self._pressed = self._pressed, None
        clicked = self.value == before
        self._gesture.finish()
        if clicked:
            self.start_typing()

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.accept()
        if self.isReadOnly() and self._pressed is None:
            notches = event.angleDelta().y() or event.angleDelta().x()
            self._step_by(self._step(event) if notches > 0 else -self._step(event))

    def event(self, event: QEvent) -> bool:
        busy = not self.isReadOnly() or self._pressed is not None
        if busy and claims_escape(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if not self.isReadOnly():
            if key == Qt.Key.Key_Escape:
                self._rest()
            elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._accept()
            else:
                super().keyPressEvent(event)
        elif key == Qt.Key.Key_Escape:
            self._pressed = None
            self._gesture.cancel()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.start_typing()
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._step_by(self._step(event) if key == Qt.Key.Key_Up else -self._step(event))
        else:
            event.ignore()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if not self.isReadOnly():
            self._accept()

    def _step(self, event: QMouseEvent | QWheelEvent | QKeyEvent) -> float:
        fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        return 0.1 if fine and self._decimals else 1.0

    def _step_by(self, step: float) -> None:
        self._gesture.step(self._allowed(self.value + step))

    def _allowed(self, value: float) -> float:
        return round(min(max(value, self._range[0]), self._range[1]), self._decimals)

    def _moved(self, value: float) -> None:
        self.setText(f"{value:.{self._decimals}f}")
        self.moved.emit(value)

    def _cancelled(self, value: float) -> None:
        self.setText(f"{value:.{self._decimals}f}")
        self.cancelled.emit(value)

    def start_typing(self) -> None:
        """Take the focus with everything selected."""
        self.setReadOnly(False)
        self.setCursor(Qt.CursorShape.IBeamCursor)
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self.selectAll()

    def _rest(self) -> None:
        self.setReadOnly(True)
        self.setCursor(Qt.CursorShape.SizeVerCursor)
        self.deselect()
        self.setText(f"{self.value:.{self._decimals}f}")
        self.clearFocus()

    def _accept(self) -> None:
        try:
            wished = float(self.text().strip().replace(",", "."))
        except ValueError:
            wished = self.value
        self._rest()
        if wished == wished:
            self._gesture.jump(self._allowed(wished))
