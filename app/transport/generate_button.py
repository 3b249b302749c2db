"""The amber button: Generate, and Cancel with the progress inside."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QPushButton, QWidget

from app.theme import tokens
from app.theme.fonts import font
from app.theme.icons import icon


class GenerateButton(QPushButton):
    """Amber; turns into Cancel with the progress inside while music is being composed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._share: float | None = None
        self.setProperty("kind", "primary")
        self.setFont(font(tokens.TITLE))
        self.setIconSize(QSize(16, 16))
        self.setFixedSize(116, 34)
        self.show_share(None)

    def show_share(self, share: float | None) -> None:
        """How much is composed, 0 to 1, or None where nothing is being composed."""
        changed = (share is None) != (self._share is None) or not self.text()
        self._share = share
        if changed:
            self.setProperty("kind", "primary" if share is None else "")
            self.style().unpolish(self)
            self.style().polish(self)
            name, ink = ("note", tokens.ON_ACCENT) if share is None else ("close", tokens.TEXT1)
            self.setIcon(icon(name, ink, ink, ink, tokens.TEXT3))
        self.setText(" Generate" if share is None else f" Cancel  {share:.0%}")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._share is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        path = QPainterPath()
        path.addRoundedRect(frame, tokens.RADIUS_BUTTON - 1, tokens.RADIUS_BUTTON - 1)
        painter.setClipPath(path)
        bar = QRectF(frame.left(), frame.bottom() - 3, frame.width() * self._share, 3)
        painter.fillRect(bar, QColor(tokens.ACCENT))
        painter.end()
