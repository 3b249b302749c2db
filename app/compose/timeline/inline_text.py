"""A field over a thing on the Timeline, to type its name where it stands."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QRectF, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from app.theme import tokens
from app.theme.fonts import font
from app.widgets.escape import claims_escape

_NARROWEST = 90.0
_LONGEST = 120


class InlineText(QLineEdit):
    """Takes the keyboard at once; Return or leaving is done, Esc takes back.

    Args:
        owner: the widget it lies on, which gets the keyboard back.
        place: in the owner's pixels; it is widened where it is too narrow to type in.
        done: hears the text where it became another.
    """

    def __init__(
        self, owner: QWidget, place: QRectF, text: str, done: Callable[[str], object]
    ) -> None:
        super().__init__(text, owner)
        self._owner, self._before, self._done = owner, text, done
        self._open = True
        self.setAccessibleName("Name")
        self.setMaxLength(_LONGEST)
        self.setFont(font(tokens.SMALL))
        self.setStyleSheet("padding: 0 4px; border-radius: 2px; min-height: 0;")
        wide = max(place.width(), _NARROWEST)
        left = min(place.left(), owner.width() - wide)
        self.setGeometry(QRectF(left, place.top(), wide, place.height()).toAlignedRect())
        self.selectAll()
        self.show()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def finish(self) -> None:
        """Say what was typed, and go."""
        self._close(self.text().strip())

    def cancel(self) -> None:
        """Go, and leave all as it was."""
        self._close(self._before)

    def _close(self, text: str) -> None:
        if not self._open:
            return
        self._open = False
        if self.hasFocus():
            self._owner.setFocus(Qt.FocusReason.OtherFocusReason)
        self.hide()
        self.deleteLater()
        if text != self._before:
            self._done(text)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.finish()

    def event(self, event: QEvent) -> bool:
        # Esc is the window's key for stopping; here it takes the text back.
        if claims_escape(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # A line edit passes Return on, and to its owner it is a key like any other.
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.finish()
        elif event.key() == Qt.Key.Key_Escape:
            self.cancel()
        else:
            super().keyPressEvent(event)
