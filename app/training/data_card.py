"""The data set of the next run: chosen or imported, described, its licence accepted."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QPlainTextEdit,
    QProgressBar,
    QVBoxLayout,
    QWidget,
)

from app.theme import tokens
from app.theme.fonts import font
from app.training.importer import Importer
from app.training.quadrants import QuadrantTable
from app.training.words import count, hours
from app.widgets.buttons import push_button
from app.widgets.card import Card
from app.widgets.chip import Chip
from app.widgets.text import Text
from engine.data.dataset import DataSet, data_set_name, data_sets, read_data_set
from engine.errors import PsychoscoreError

PRIVATE = "Nothing leaves this computer: files are read, measured and trained on here."


class DataCard(Card):
    """`changed` tells that another data set, or another answer to its licence, holds.

    Args:
        folder: where data sets lie.
    """

    changed = Signal()

    def __init__(self, folder: Path, parent: QWidget | None = None) -> None:
        super().__init__("Data set", parent)
        self._folder = folder
        self.importer = Importer(self)
        self.state = Chip("", "secondary")
        self.add_to_header(self.state)
        self.choice = QComboBox()
        self.choice.setAccessibleName("Data set")
        self.choice.setFont(font(tokens.TITLE))
        self.about = Text("", tokens.SECONDARY, "secondary")
        self.archive = push_button("Archive…")
        self.archive.setToolTip("Import the zip of EMOPIA or POP909")
        self.own = push_button("Folder…")
        self.own.setToolTip("Import a folder of your own MIDI files")
        self.skipped = push_button("", "ghost")
        self.skipped.setToolTip("What was left out, and why")
        self.cancel = push_button("Cancel", "danger")
        self.bar = QProgressBar()
        self.bar.setRange(0, 0)
        self.table = QuadrantTable()
        self.licence = Text("", tokens.SECONDARY, "secondary")
        self.accepted = QCheckBox("Only non-commercial use: I accept")
        self.accepted.setFont(font(tokens.BODY))
        self.private = Text(PRIVATE, tokens.SECONDARY, "faint")
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
        """The chosen data set."""
        index = self.choice.currentIndex()
        return self._sets[index] if 0 <= index < len(self._sets) else None

    @property
    def hindrance(self) -> str:
        """Why no run can begin with it, or nothing."""
        if self.importer.busy:
            return "The import is still going on."
        if self.current is None:
            return "Choose an archive or a folder to train on."
        if self.current.non_commercial and not self.accepted.isChecked():
            return "Accept the licence of the data set first."
        return ""

    def refresh(self, wanted: str = "") -> None:
        """Look again which data sets there are; choose one by name."""
        wanted = wanted or self.choice.currentText()
        self._sets = data_sets(self._folder)
        self.choice.blockSignals(True)
        self.choice.clear()
        self.choice.addItems([each.name for each in self._sets])
        self.choice.setCurrentIndex(max(self.choice.findText(wanted), 0) if self._sets else -1)
        self.choice.blockSignals(False)
        self._show()

    def import_from(self, path: Path) -> None:
        """Import an archive or a folder."""
        self.trouble.setText("")
        self.importer.start(path, self._folder / data_set_name(path))
        self._show()

    def set_locked(self, locked: bool) -> None:
        """Nothing may change while a run trains."""
        for widget in (self.choice, self.archive, self.own, self.accepted):
            widget.setEnabled(not locked)

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(tokens.SPACE_M)
        for button in (self.archive, self.own, self.skipped, self.cancel):
            buttons.addWidget(button, 1)
        self.bar.setTextVisible(False)
        for each in (self.choice, self.about, self.bar):
            self.body.addWidget(each)
        self.body.addLayout(buttons)
        for each in (self.trouble, self.table, self.licence, self.accepted, self.private):
            self.body.addWidget(each)

    def _connect(self) -> None:
        self.archive.clicked.connect(self._choose_archive)
        self.own.clicked.connect(self._choose_folder)
        self.skipped.clicked.connect(self._show_skipped)
        self.cancel.clicked.connect(self._cancel)
        self.choice.currentIndexChanged.connect(self._chosen)
        self.accepted.toggled.connect(self._answer)
        self.importer.progressed.connect(self._progressed)
        self.importer.finished.connect(lambda out: self.refresh(Path(out).name))
        self.importer.failed.connect(self._failed)

    def _chosen(self, _index: int) -> None:
        self.trouble.setText("")
        self._show()

    def _answer(self, accepted: bool) -> None:
        current = self.current
        if current is not None:
            (self._accepted.add if accepted else self._accepted.discard)(current.name)
        self.changed.emit()

    def _choose_archive(self) -> None:
        dialog = QFileDialog(self.window(), "Choose EMOPIA or POP909", str(Path.home()))
        dialog.setNameFilter("Archives (*.zip)")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda path: self.import_from(Path(path)))
        dialog.open()

    def _choose_folder(self) -> None:
        dialog = QFileDialog(self.window(), "Choose a folder of MIDI files", str(Path.home()))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(lambda path: self.import_from(Path(path)))
        dialog.open()

    def _cancel(self) -> None:
        self.importer.cancel()
        self._show()

    def _progressed(self, used: int, refused: int) -> None:
        self.about.setText(
            f"Reading and measuring: {count(used)} pieces, {count(refused)} skipped"
            if used or refused
            else "Starting the import…"
        )

    def _failed(self, sentence: str) -> None:
        self.trouble.setText(sentence)
        self._show()

    def _show(self) -> None:
        current, busy = self.current, self.importer.busy
        idle = not busy
        for widget in (self.archive, self.own):
            widget.setVisible(idle)
        for widget in (self.bar, self.cancel):
            widget.setVisible(busy)
        self.choice.setVisible(idle and bool(self._sets))
        self.trouble.setVisible(bool(self.trouble.text()))
        failed = bool(self.trouble.text() and self.importer.refusals)
        self.skipped.setVisible(
            idle and (failed or (current is not None and bool(current.refused)))
        )
        if failed:
            self.skipped.setText(f"{count(len(self.importer.refusals))} refused")
        shown = current if idle else None
        self.table.setVisible(shown is not None and shown.labelled)
        self.licence.setVisible(shown is not None)
        self.accepted.setVisible(shown is not None and shown.non_commercial)
        self.state.setText("importing" if busy else "checked" if shown else "none")
        self.state.set_tone("accent" if busy else "good" if shown else "secondary")
        if shown is not None:
            self._describe(shown, failed=failed)
        elif idle:
            self.about.setText("EMOPIA or POP909 as a zip, or a folder of your own MIDI files.")
        self.changed.emit()

    def _describe(self, current: DataSet, *, failed: bool) -> None:
        kind = "clips" if current.source == "emopia" else "pieces"
        parts = [f"{count(current.clips)} {kind}", hours(current.seconds)]
        if not current.labelled:
            parts.append("measured, not labelled")
        if current.provisional:
            parts.append("bars provisional")
        self.about.setText("  ·  ".join(parts))
        self.about.setToolTip(f"{count(current.notes)} notes in {count(current.bars)} bars")
        if not failed:
            self.skipped.setText(f"{count(len(current.refused))} skipped")
        self.table.show_set(current)
        self.licence.setText(f"Licence: {current.licence}.")
        self.licence.setToolTip("The licence of the data holds for what is trained on it")
        self.accepted.blockSignals(True)
        self.accepted.setChecked(current.name in self._accepted)
        self.accepted.blockSignals(False)

    def _show_skipped(self) -> None:
        """What was left out and why: of the import that failed, else of the chosen set."""
        title, refused = "", self.importer.refusals if self.trouble.text() else ()
        current = self.current
        if refused:
            title = "Refused"
        elif current is not None:
            try:
                refused = read_data_set(current.folder).refused
            except PsychoscoreError as error:
                self._failed(str(error))
                return
            title = f"Skipped in {current.name}"
        dialog = QDialog(self.window())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle(title)
        dialog.resize(560, 360)
        text = QPlainTextEdit("\n".join(f"{name}   {reason}" for name, reason in refused))
        text.setReadOnly(True)
        text.setFont(font(tokens.BODY))
        text.setAccessibleName(title)
        QVBoxLayout(dialog).addWidget(text)
        dialog.open()
