"""The cues of a show, one below the other; a click lets one be the next."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.theme import tokens
from app.widgets.chip import Chip
from app.widgets.text import Text
from app.wording import length_text
from engine.show import Show, ShowCue

WIDTH = 380
_EDGES = {"now": tokens.ACCENT, "next": tokens.TEXT2, "": "transparent"}


class CueRow(QFrame):
    """Number, title, take and length of one cue."""

    clicked = Signal()

    def __init__(self, cue: ShowCue, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("cue")
        self.setFixedHeight(52)
        self.place = ""
        number = Text(cue.number, tokens.DIGITS, "" if cue.playable else "faint")
        number.setFixedWidth(72)
        self._chip = Chip("", "secondary")
        self._chip.hide()
        title = Text(cue.title or "Untitled", tokens.NAME, "secondary" if cue.title else "faint")
        vamps = f"  ·  {len(cue.vamps)} vamp{'s' * (len(cue.vamps) > 1)}" if cue.vamps else ""
        star = "★ " if cue.starred else ""
        take = f"{star}Take {cue.letter}{vamps}" if cue.playable else "No take to play"
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(title)
        words.addWidget(Text(take, tokens.SECONDARY, "faint"))
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 6, 14, 6)
        row.addWidget(number)
        row.addLayout(words, 1)
        row.addWidget(self._chip)
        row.addWidget(Text(length_text(cue.seconds), tokens.DIGITS, "faint"))
        if cue.playable:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
            self.setToolTip(f"Click: {cue.number} is the next cue")
        self.setAccessibleName(f"{cue.number} {cue.title}, {take}")
        self.show_place("")

    def show_place(self, place: str) -> None:
        """Say whether this cue is "now", "next" or neither."""
        self.place = place
        self._chip.setText(place.capitalize())
        self._chip.set_tone("accent" if place == "now" else "secondary")
        self._chip.setVisible(bool(place))
        ground = tokens.BG2 if place else "transparent"
        self.setStyleSheet(
            f"#cue {{ background: {ground}; border-left: 3px solid {_EDGES[place]}; }}"
        )

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.clicked.emit()


class CueList(QScrollArea):
    """All cues, with the current and the next marked."""

    chosen = Signal(int)

    def __init__(self, show: Show, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        self.rows = [CueRow(cue) for cue in show.cues]
        for index, row in enumerate(self.rows):
            row.clicked.connect(lambda index=index: self.chosen.emit(index))
            column.addWidget(row)
        column.addStretch(1)
        self.setWidget(inside)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFixedWidth(WIDTH)

    def show_state(self, show: Show) -> None:
        for index, row in enumerate(self.rows):
            now = show.playing and index == show.current
            place = "now" if now else "next" if index == show.next else ""
            if row.place != place:
                row.show_place(place)
                if place:
                    self.ensureWidgetVisible(row)
