"""The start page: recent projects as pictures, and the three ways to begin.

It shows and asks; what becomes of a wish is decided by whoever listens. The page is there at
once; what there is to see of the projects comes later, by `show_glance`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.projects.recent_card import RecentCard
from app.theme import tokens
from app.widgets.buttons import push_button
from app.widgets.text import Text
from engine.project.glance import Glance

COLUMNS = 3
WIDTH = 960


class StartPage(QWidget):
    """Recent projects, New project, Open, Demo."""

    new_wanted = Signal()
    open_wanted = Signal()
    demo_wanted = Signal()
    chosen = Signal(object)
    """A project is to be opened; its folder."""
    locating = Signal(object)
    """A missing project is somewhere else; the folder where it was."""
    removed = Signal(object)
    """A missing project is to leave the list."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Start")
        self.cards: list[RecentCard] = []
        self.new = push_button("New project", "primary")
        self.open = push_button("Open…", icon_name="folder")
        self.demo = push_button("Demo cue", icon_name="note")
        self.hint = Text("Esc goes to an empty cue", tokens.SECONDARY, "faint")
        self._grid = QGridLayout()
        self._grid.setSpacing(tokens.SPACE_L)
        for button in (self.new, self.open, self.demo):
            button.setMinimumHeight(36)
        self.new.setToolTip("An untitled project (Ctrl+N)")
        self.open.setToolTip("Choose a project folder (Ctrl+O)")
        self.demo.setToolTip("Sixteen bars with three takes, to play with")
        self.new.clicked.connect(self.new_wanted)
        self.open.clicked.connect(self.open_wanted)
        self.demo.clicked.connect(self.demo_wanted)
        self._lay_out()

    def show_projects(self, folders: Sequence[Path]) -> None:
        """Show these projects, the last one first."""
        for card in self.cards:
            self._grid.removeWidget(card)
            card.hide()
            card.deleteLater()
        self.cards = [self._card(folder) for folder in folders]
        before: QWidget = self.new
        for place, card in enumerate(self.cards):
            self._grid.addWidget(card, place // COLUMNS, place % COLUMNS)
            card.show()  # or it could not have the keyboard yet
            for widget in (card, card.locate, card.remove):
                QWidget.setTabOrder(before, widget)
                before = widget
        QWidget.setTabOrder(before, self.open)
        first: QWidget = self.cards[0] if self.cards else self.new
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def _card(self, folder: Path) -> RecentCard:
        card = RecentCard(folder)
        card.chosen.connect(lambda: self.chosen.emit(folder))
        card.locating.connect(lambda: self.locating.emit(folder))
        card.removed.connect(lambda: self.removed.emit(folder))
        return card

    def show_glance(self, seen: Glance) -> None:
        """Fill the card of a project that is still shown."""
        for card in self.cards:
            if card.folder == seen.folder:
                card.show_glance(seen)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(tokens.SPACE_M)
        top.addWidget(Text("Projects", tokens.STEP))
        top.addStretch(1)
        for button in (self.demo, self.open, self.new):
            top.addWidget(button)
        for column in range(COLUMNS):
            self._grid.setColumnStretch(column, 1)
        inside = QWidget()
        inside.setMaximumWidth(WIDTH)
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 36, 0, 24)
        column.setSpacing(24)
        column.addLayout(top)
        column.addLayout(self._grid)
        column.addWidget(self.hint)
        column.addStretch(1)
        outside = QWidget()
        row = QHBoxLayout(outside)
        row.setContentsMargins(32, 0, 32, 0)
        row.addStretch(1)
        row.addWidget(inside, 100)
        row.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidget(outside)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scroll)
