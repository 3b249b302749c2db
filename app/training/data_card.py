"""The data of the next run: sets checked in a list, one of them described, licences accepted."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QMenu, QProgressBar, QWidget

from app.theme import tokens
from app.theme.fonts import font
from app.training.adding import Adding
from app.training.quadrants import QuadrantTable
from app.training.report_sheet import ReportSheet, refusals, report_of
from app.training.set_list import OWN, SetList
from app.training.set_row import ChosenSet
from app.training.words import count, hours
from app.widgets.buttons import push_button
from app.widgets.card import Card
from app.widgets.chip import Chip
from app.widgets.text import Text
from engine.data.dataset import DataSet, data_sets
from engine.data.fetching import DOWNLOADS
from engine.errors import PsychoscoreError

PRIVATE = "Nothing leaves this computer."
PRIVATE_WHY = "Files are read, measured and trained on here"
EMPTY = (
    "A folder of your own MIDI files, DAW exports included; twenty are enough to move the model "
    "toward them. Or EMOPIA or POP909 as a zip."
)


class DataCard(Card):
    """`changed` tells that other data sets, or another answer to a licence, hold.

    Args:
        folder: where data sets lie.
    """

    changed = Signal()

    def __init__(self, folder: Path, parent: QWidget | None = None) -> None:
        super().__init__("Data", parent)
        self._folder = folder
        self.adding = Adding(folder, self, lambda: [each.name for each in self._sets])
        self.state = Chip("", "secondary")
        self.add_to_header(self.state)
        self.list = SetList()
        self.about = Text("", tokens.SECONDARY, "secondary")
        self.add = push_button("Add…")
        self.add.setToolTip("A folder of your own MIDI files, an archive, or a download")
        self.report = push_button("", "ghost")
        self.report.setToolTip("Each file: used or left out, and why")
        self.cancel = push_button("Cancel", "danger")
        self.bar = QProgressBar()
        self.table = QuadrantTable()
        self.licence = Text("", tokens.SECONDARY, "secondary")
        self.accepted = QCheckBox("Only non-commercial use: I accept")
        self.accepted.setFont(font(tokens.BODY))
        self.private = Text(PRIVATE, tokens.SECONDARY, "faint")
        self.private.setToolTip(PRIVATE_WHY)
        self.trouble = Text("", tokens.SECONDARY, "bad")
        for text in (self.about, self.licence, self.trouble, self.private):
            text.setWordWrap(True)
        self._sets: tuple[DataSet, ...] = ()
        self._accepted: set[str] = set()
        self._lay_out()
        self._connect()
        self.refresh()

    @property
    def current(self) -> DataSet | None:
        """The data set that is described."""
        return self.list.current

    @property
    def chosen(self) -> tuple[ChosenSet, ...]:
        """The data sets that are trained on, the one that the run is about first."""
        return self.list.chosen

    @property
    def hindrance(self) -> str:
        """Why no run can begin with it, or nothing."""
        if self.adding.busy:
            return "Data is still being added."
        if not self._sets:
            return "Choose an archive or a folder to train on."
        if self.list.hindrance:
            return self.list.hindrance
        if self._bound and not self.accepted.isChecked():
            return f"Accept the licence of {self._bound[0].name} first."
        return ""

    def refresh(self, new: str = "") -> None:
        """Look again which data sets there are; a new one is checked."""
        self._sets = data_sets(self._folder)
        self.list.show_sets(self._sets, new)
        self._show()

    def import_from(self, path: Path) -> None:
        """Import an archive or a folder with all its music."""
        self.trouble.setText("")
        self.adding.import_from(path)

    def set_locked(self, locked: bool) -> None:
        """Nothing may change while a run trains."""
        self.list.set_locked(locked)
        for widget in (self.add, self.accepted):
            widget.setEnabled(not locked)

    @property
    def _bound(self) -> tuple[DataSet, ...]:
        """The checked sets that forbid commercial use."""
        return tuple(each.data for each in self.chosen if each.data.non_commercial)

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(tokens.SPACE_M)
        for button in (self.add, self.report, self.cancel):
            buttons.addWidget(button, 1)
        self.bar.setTextVisible(False)
        for each in (self.list, self.about, self.bar):
            self.body.addWidget(each)
        self.body.addLayout(buttons)
        for each in (self.trouble, self.table, self.licence, self.accepted, self.private):
            self.body.addWidget(each)

    def _connect(self) -> None:
        self.add.clicked.connect(self._offer)
        self.report.clicked.connect(self._show_report)
        self.cancel.clicked.connect(self.adding.cancel)
        self.list.changed.connect(self._chosen)
        self.accepted.clicked.connect(self._answer)
        self.adding.changed.connect(self._show)
        self.adding.added.connect(self._added)
        self.adding.accepted.connect(self._accepted.add)
        self.adding.failed.connect(self._failed)

    def _offer(self) -> None:
        menu = QMenu(self)
        menu.addAction("Folder of MIDI files…", self._own)
        menu.addAction("Archive of EMOPIA or POP909…", self.adding.choose_archive)
        menu.addSeparator()
        for each in DOWNLOADS:
            menu.addAction(f"Fetch {each.title}…", lambda each=each: self.adding.ask_to_fetch(each))
        menu.popup(self.add.mapToGlobal(QPoint(0, self.add.height())))

    def _own(self) -> None:
        self.trouble.setText("")
        self.adding.choose_folder()

    def _chosen(self) -> None:
        if not self.adding.busy:
            self.trouble.setText("")
        self._show()

    def _answer(self, accepted: bool) -> None:
        for each in self._bound:
            (self._accepted.add if accepted else self._accepted.discard)(each.name)
        self.changed.emit()

    def _added(self, name: str) -> None:
        self.trouble.setText("")
        self.refresh(name)

    def _failed(self, sentence: str) -> None:
        self.trouble.setText(sentence)
        self._show()

    def _show(self) -> None:
        current, busy = self.current, self.adding.busy
        for widget in (self.bar, self.cancel):
            widget.setVisible(busy)
        self.add.setVisible(not busy)
        self.list.setVisible(bool(self._sets))
        self.trouble.setVisible(bool(self.trouble.text()) and not busy)
        shown = None if busy else current
        self.table.setVisible(shown is not None and shown.labelled)
        # Of their own files composers know whose they are; the sentence is the row's tool tip.
        self.licence.setVisible(shown is not None and shown.source != OWN)
        self.accepted.setVisible(not busy and bool(self._bound))
        self.accepted.setChecked(
            bool(self._bound) and all(each.name in self._accepted for each in self._bound)
        )
        self.state.setText("adding" if busy else "checked" if self._sets else "none")
        self.state.set_tone("accent" if busy else "good" if self._sets else "secondary")
        self._show_report_button(shown, busy=busy)
        if busy:
            known = self.adding.share >= 0
            self.bar.setRange(0, 1000 if known else 0)
            self.bar.setValue(round(1000 * self.adding.share) if known else 0)
            self.about.setText(self.adding.words)
        elif shown is not None:
            self._describe(shown)
        else:
            self.about.setText(EMPTY if not self._sets else "")
        self.changed.emit()

    def _show_report_button(self, shown: DataSet | None, *, busy: bool) -> None:
        failed = bool(self.trouble.text() and self.adding.refusals)
        self.report.setVisible(not busy and (failed or shown is not None))
        if failed:
            self.report.setText(f"{count(len(self.adding.refusals))} refused")
        elif shown is not None:
            out = len(shown.refused)
            self.report.setText(f"{count(out)} skipped" if out else "Report")

    def _describe(self, current: DataSet) -> None:
        kind = "clips" if current.source == "emopia" else "pieces"
        parts = [f"{count(current.clips)} {kind}", hours(current.seconds)]
        if current.provisional:
            parts.append("bars provisional")
        self.about.setText("  ·  ".join(parts))
        known = "" if current.labelled else "; measured, not labelled by people"
        self.about.setToolTip(f"{count(current.notes)} notes in {count(current.bars)} bars{known}")
        self.table.show_set(current)
        self.licence.setText(f"Licence: {current.licence}.")
        self.licence.setToolTip("The licence of the data holds for what is trained on it")

    def _show_report(self) -> None:
        """What became of each file: of the import that failed, else of the set that is shown."""
        current = self.current
        if self.trouble.text() and self.adding.refusals:
            title, lines = "Refused", refusals(self.adding.refusals)
        elif current is not None:
            try:
                title, lines = f"Files of {current.name}", report_of(current)
            except PsychoscoreError as error:
                self._failed(str(error))
                return
        else:
            return
        ReportSheet(title, lines, self.window()).open()
