"""The first run: three panes that can be left at any moment, by Skip or Esc.

What it finds out it tells by signals; it changes nothing itself, except that chords sound.
"""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.first_run.panes import DemoPane, FolderPane, MidiPane
from app.session import Session
from app.theme import tokens
from app.widgets.buttons import push_button
from app.widgets.text import Text


class FirstRun(QDialog):
    """Where projects live, the way to the DAW, the demo.

    Args:
        session: its ports are shown and its player plays.
    """

    folder_chosen = Signal(object)
    """New projects shall go to this folder, a `Path`."""
    demo_wanted = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.setWindowTitle("Welcome to PSYCHOSCORE")
        self.folder = FolderPane(session.files.documents)
        self.midi = MidiPane(session)
        self.demo = DemoPane(session)
        self.panes = QStackedWidget()
        for pane in (self.folder, self.midi, self.demo):
            self.panes.addWidget(pane)
        self.step = Text("", tokens.SECONDARY, "faint")
        self.skip = push_button("Skip", "ghost")
        self.back = push_button("Back")
        self.next = push_button("Next", "primary")
        for button in (self.skip, self.back, self.next):
            button.setMinimumHeight(34)
        self.skip.clicked.connect(self.reject)
        self.back.clicked.connect(lambda: self._show(self.panes.currentIndex() - 1))
        self.next.clicked.connect(self._next)
        self.finished.connect(lambda _result: session.end_hearing())
        self._lay_out()
        self._show(0)

    def _next(self) -> None:
        index = self.panes.currentIndex()
        if index == 0:
            folder = self.folder.folder
            if folder is None:
                self.folder.field.setFocus()
                return
            if folder != self._session.files.documents:
                self.folder_chosen.emit(folder)
        if index + 1 < self.panes.count():
            self._show(index + 1)
        else:
            self.accept()
            self.demo_wanted.emit()

    def _show(self, index: int) -> None:
        last = index == self.panes.count() - 1
        self.panes.setCurrentIndex(index)
        self.step.setText(f"{index + 1} of {self.panes.count()}")
        self.back.setVisible(index > 0)
        self.skip.setText("Start with an empty cue" if last else "Skip")
        self.next.setText("Open the demo" if last else "Next")
        self.next.setDefault(True)
        self.next.setFocus()

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.addWidget(self.skip)
        buttons.addWidget(self.step)
        buttons.addStretch(1)
        buttons.addWidget(self.back)
        buttons.addWidget(self.next)
        column = QVBoxLayout(self)
        column.setContentsMargins(28, 26, 28, 20)
        column.setSpacing(20)
        column.addWidget(self.panes, 1)
        column.addLayout(buttons)
        self.setFixedSize(620, 420)
