"""The lamp of the MIDI port: off, open or lost, with a short amber flash for notes."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import QPointF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from app.theme import tokens
from app.theme.colours import translucent

PULSE_MS = 120


class LampState(Enum):
    """What the lamp says about the port."""

    OFF = "no port"
    OPEN = "open"
    LOST = "lost"


_INKS = {LampState.OFF: tokens.TEXT3, LampState.OPEN: tokens.GOOD, LampState.LOST: tokens.BAD}


class Lamp(QWidget):
    """Shape tells the states apart as well: off is a ring, lost is crossed out."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.state = LampState.OFF
        self._pulse = QTimer(self)
        self._pulse.setSingleShot(True)
        self._pulse.setInterval(PULSE_MS)
        self._pulse.timeout.connect(self.update)
        self.setFixedSize(self.sizeHint())
        self._describe()

    @property
    def lit(self) -> bool:
        """True while a note's flash lasts."""
        return self._pulse.isActive()

    def set_state(self, state: LampState) -> None:
        self.state = state
        self._pulse.stop()
        self._describe()
        self.update()

    def pulse(self) -> None:
        """A note went out; does nothing unless the port is open."""
        if self.state == LampState.OPEN:
            self._pulse.start()
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(18, 18)

    def _describe(self) -> None:
        text = f"MIDI port: {self.state.value}"
        self.setAccessibleName(text)
        self.setToolTip(text)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ink = QColor(tokens.ACCENT if self.lit else _INKS[self.state])
        middle = QPointF(self.width() / 2, self.height() / 2)
        if self.state == LampState.OFF:
            painter.setPen(QPen(ink, 1.5))
            painter.drawEllipse(middle, 3.5, 3.5)
            return
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(translucent(ink, 0.25))
        painter.drawEllipse(middle, 7, 7)
        painter.setBrush(ink)
        painter.drawEllipse(middle, 4, 4)
        if self.state == LampState.LOST:
            painter.setPen(QPen(QColor(tokens.BG1), 1.5))
            painter.drawLine(middle + QPointF(-2, -2), middle + QPointF(2, 2))
            painter.drawLine(middle + QPointF(-2, 2), middle + QPointF(2, -2))
