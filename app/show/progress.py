"""How far the current cue of a show is: a bar with its vamps and the place that is heard."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme import tokens
from app.theme.colours import translucent
from engine.show import Show

_BAR = 10.0


class ShowProgress(QWidget):
    """Painted from a `Show`; it can do nothing."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._show: Show | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Progress of the cue")

    def show_state(self, show: Show) -> None:
        self._show = show
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(400, 26)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        top = (self.height() - _BAR) / 2
        painter.setPen(QColor(tokens.LINE))
        painter.setBrush(QColor(tokens.BG0))
        painter.drawRoundedRect(QRectF(0.5, top, self.width() - 1, _BAR), 5, 5)
        show = self._show
        cue = show.cue if show else None
        if show is None or cue is None or not show.playing:
            return
        length = max(cue.end - cue.begin, 1)

        def x(tick: float) -> float:
            return (tick - cue.begin) / length * (self.width() - 1)

        painter.setPen(QColor(0, 0, 0, 0))
        painter.setBrush(translucent(tokens.TEXT1, 0.35))
        painter.drawRoundedRect(QRectF(0.5, top, max(x(show.tick), _BAR), _BAR), 5, 5)
        for index, vamp in enumerate(cue.vamps):
            over = index < show.vamp
            painter.setBrush(translucent(tokens.ACCENT, 0.25 if over else 0.75))
            painter.drawRect(QRectF(x(vamp.start), top, x(vamp.end) - x(vamp.start), _BAR))
        painter.fillRect(QRectF(x(show.tick), 0, 2, self.height()), QColor(tokens.WHITE))
