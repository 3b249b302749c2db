"""The card of one recent project: a miniature roll, its name, and when it was saved."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QEnterEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.compose.mini_roll import MiniRoll
from app.theme import tokens
from app.widgets.buttons import push_button
from app.widgets.text import Text
from engine.project.glance import Glance

HEIGHT = 158
_TEXT_WIDTH = 250


def when_text(moment: datetime, now: datetime) -> str:
    """`Today, 14:20`, `Yesterday, 09:05`, `3 November`, `3 November 2025`."""
    days = (now.date() - moment.date()).days
    if days in (0, 1):
        return f"{'Yesterday' if days else 'Today'}, {moment:%H:%M}"
    year = f" {moment.year}" if moment.year != now.year else ""
    return f"{moment.day} {moment:%B}{year}"


class RecentCard(QWidget):
    """Click or Enter opens; a missing project is grey and can be located or removed.

    Args:
        folder: where the project lies, or lay.
    """

    chosen = Signal()
    locating = Signal()
    removed = Signal()

    def __init__(self, folder: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.folder = folder
        self.missing = False
        self.name = Text(folder.name, tokens.TITLE)
        self.about = Text("", tokens.SECONDARY, "secondary")
        self.when = Text("", tokens.SECONDARY, "faint")
        self.roll = MiniRoll()
        self.roll.setFixedHeight(60)
        self.locate = push_button("Locate…")
        self.remove = push_button("Remove", "ghost")
        for button, words in ((self.locate, "Locate"), (self.remove, "Remove from the list")):
            button.setAccessibleName(f"{words}: {folder.name}")
            button.hide()
        self.locate.clicked.connect(self.locating)
        self.remove.clicked.connect(self.removed)
        self.setFixedHeight(HEIGHT)
        self.setMinimumWidth(_TEXT_WIDTH)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setAccessibleName(f"Project {folder.name}")
        self.setToolTip(str(folder))
        self._lay_out()

    def show_glance(self, seen: Glance, now: datetime | None = None) -> None:
        """Show what there is of the project.

        Args:
            now: the moment from which "today" is counted; None reads the clock.
        """
        self.missing = seen.missing
        metrics = self.name.fontMetrics()
        self.name.setText(metrics.elidedText(seen.name, Qt.TextElideMode.ElideRight, _TEXT_WIDTH))
        self._show_about("Its folder is gone" if seen.missing else seen.problem or seen.about)
        if seen.saved_at is not None:
            self.when.setText(when_text(seen.saved_at, now or datetime.now()))
        if seen.take is not None:
            score, told = seen.take.score, seen.take.provenance
            self.roll.show_notes(score.notes, score.starts, told.temperatures)
        for button in (self.locate, self.remove):
            button.setVisible(seen.missing)
        self.when.setVisible(not seen.missing)
        self.name.set_tone("faint" if seen.missing else "")
        self.about.set_tone("bad" if seen.problem else "faint" if seen.missing else "secondary")
        if seen.missing and self.hasFocus():
            self.locate.setFocus(Qt.FocusReason.OtherFocusReason)
        policy = Qt.FocusPolicy.NoFocus if seen.missing else Qt.FocusPolicy.StrongFocus
        self.setFocusPolicy(policy)
        self.setAccessibleName(f"Project {seen.name}")
        self.setAccessibleDescription(f"{self.about.text()} {self.when.text()}".strip())
        self.setToolTip(f"{seen.problem}\n{self.folder}".strip())
        self.update()

    def _show_about(self, words: str) -> None:
        metrics = self.about.fontMetrics()
        self.about.setText(metrics.elidedText(words, Qt.TextElideMode.ElideRight, _TEXT_WIDTH))

    def _lay_out(self) -> None:
        for text in (self.name, self.about, self.when):
            text.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        buttons = QHBoxLayout()
        buttons.setSpacing(tokens.SPACE_M)
        buttons.addWidget(self.locate)
        buttons.addWidget(self.remove)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 10)
        column.setSpacing(2)
        column.addWidget(self.roll)
        column.addSpacing(6)
        column.addWidget(self.name)
        column.addWidget(self.about)
        column.addWidget(self.when)
        column.addLayout(buttons)
        column.addStretch(1)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        inside = self.rect().contains(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and inside and not self.missing:
            self.chosen.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if event.key() in keys and not self.missing:
            self.chosen.emit()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.update()
        super().focusInEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        self.update()
        super().enterEvent(event)

    def leaveEvent(self, event: object) -> None:
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        edge = tokens.ACCENT if self.hasFocus() else tokens.LINE_SOFT
        lively = self.underMouse() and not self.missing
        painter.setPen(QPen(QColor(edge), 1.0))
        painter.setBrush(QColor(tokens.BG2 if lively else tokens.BG1))
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(frame, tokens.RADIUS_CARD, tokens.RADIUS_CARD)
        painter.end()
