"""A number that turns into a field when it is clicked."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from app.theme import tokens
from app.theme.fonts import font
from app.widgets.escape import claims_escape
from app.widgets.numbers import format_value, parse_value
from engine.profile import Dimension


class ValueField(QLineEdit):
    """Shows a value; typing and Enter, or leaving the field, emits `typed(value)`.

    Esc, or leaving it with something that is no number, shows the old value again.
    """

    typed = Signal(float)
    left = Signal()

    def __init__(self, dimension: Dimension, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._dimension = dimension
        self._shown = ""
        self._entering = False
        self.setFont(font(tokens.BODY_STRONG))
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.setFixedSize(QSize(56, 22))
        self.setProperty("compact", True)
        self.setToolTip(
            f"Type a number from {dimension.minimum:g} to {dimension.maximum:g}, or per cent"
        )

    def show_value(self, value: float, places: int) -> None:
        """Show a value, unless somebody is typing."""
        self._shown = format_value(self._dimension, value, places)
        if not self.hasFocus():
            self.setText(self._shown)

    def start_typing(self) -> None:
        """Take the focus with everything selected."""
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self.selectAll()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._entering = event.reason() == Qt.FocusReason.MouseFocusReason

    def mousePressEvent(self, event: QMouseEvent) -> None:
        # The click that enters selects all; the line edit would put its cursor there instead.
        if self._entering:
            self.selectAll()
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if not self._entering:
            super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if not self._entering:
            super().mouseReleaseEvent(event)
        self._entering = False

    def event(self, event: QEvent) -> bool:
        if claims_escape(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self._accept():
                self.left.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self._revert()
            self.left.emit()
        else:
            super().keyPressEvent(event)
            self._mark(invalid=False)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if not self._accept():
            self._revert()
        self.deselect()

    def _accept(self) -> bool:
        if self.text() == self._shown:
            return True
        value = parse_value(self._dimension, self.text())
        if value is None:
            self._mark(invalid=True)
            return False
        # The text is settled first: the answer to `typed` may well show another value.
        self._shown = format_value(self._dimension, value)
        self._revert()
        self.typed.emit(value)
        return True

    def _revert(self) -> None:
        self.setText(self._shown)
        self._mark(invalid=False)

    def _mark(self, *, invalid: bool) -> None:
        if bool(self.property("invalid")) != invalid:
            self.setProperty("invalid", invalid)
            self.style().unpolish(self)
            self.style().polish(self)
