"""What the File menu does: new, open, save, export, and the question about unsaved changes.

All dialogs are opened and answered later; none is ever waited for, so the loop runs on.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QSettings, Qt
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from app.projects.cue_name import CueNameDialog
from app.projects.export_dialog import ExportDialog
from app.session import Session
from engine.errors import PsychoscoreError
from engine.project.autosave import Recovery
from engine.project.demo import demo_in

Next = Callable[[], object]


class Projects(QObject):
    """Dialogs of one window."""

    def __init__(
        self, window: QWidget, session: Session, settings: QSettings | None = None
    ) -> None:
        super().__init__(window)
        self._window, self._session, self._settings = window, session, settings

    def new(self) -> None:
        """An untitled project, after asking for unsaved changes."""
        self.settle_changes(self._session.new_project)

    def open(self) -> None:
        """Choose a project folder and open it."""

        def choose() -> None:
            dialog = self._folder_dialog("Open project", "Open")
            dialog.fileSelected.connect(lambda path: self._opened(Path(path)))
            dialog.open()

        self.settle_changes(choose)

    def open_folder(self, folder: Path) -> None:
        self.settle_changes(lambda: self._opened(folder))

    def _opened(self, folder: Path) -> None:
        if self._session.open_project(folder):
            self.offer_recovery()

    def open_demo(self) -> None:
        """Open the demo project, a copy of which lies among the user's own from then on."""

        def copied() -> None:
            try:
                folder = demo_in(self._session.files.documents)
            except PsychoscoreError as error:
                self._session.report(error)
                return
            self._opened(folder)

        self.settle_changes(copied)

    def locate(self, folder: Path) -> None:
        """Say where a project of the recent ones lies now, and open it there."""
        dialog = self._folder_dialog(f"Where is {folder.name} now?", "Open")

        def found(path: str) -> None:
            if self._session.open_project(Path(path)):
                self._session.files.forget(folder)
                self.offer_recovery()

        dialog.fileSelected.connect(found)
        dialog.open()

    def save(self, then: Next | None = None) -> None:
        """Save; a project without a folder asks for one first."""
        if self._session.files.folder is None:
            self.save_as(then)
        elif self._session.save() and then is not None:
            then()

    def save_as(self, then: Next | None = None) -> None:
        """Choose where the project lives from now on."""
        documents = self._session.files.documents
        name = self._session.project_name
        dialog = QFileDialog(self._window, "Save project as a folder")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setFileMode(QFileDialog.FileMode.AnyFile)
        dialog.setLabelText(QFileDialog.DialogLabel.FileName, "Project:")
        dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)
        _go_to(dialog, documents)
        dialog.selectFile("" if name == "Untitled" else name)

        def chosen(path: str) -> None:
            if self._session.save(Path(path)) and then is not None:
                then()

        dialog.fileSelected.connect(chosen)
        dialog.open()

    def export(self) -> None:
        """Open the Export dialog."""
        self._session.settling.emit()
        ExportDialog(self._session, self._settings, self._window).open()

    def rename_cue(self) -> None:
        """Give the cue another number and title."""
        cue = self._session.cue
        dialog = CueNameDialog(cue.number, cue.title, self._window)
        dialog.named.connect(self._session.rename_cue)
        dialog.open()

    def settle_changes(self, then: Next) -> None:
        """Ask what shall become of unsaved changes, then go on; Cancel goes nowhere."""
        self._session.settling.emit()
        if not self._session.dirty:
            then()
            return
        buttons = QMessageBox.StandardButton
        box = _question(self._window)
        box.setText(f"Save the changes to {self._session.project_name}?")
        box.setInformativeText("Without saving, what was changed since the last save is lost.")
        box.setStandardButtons(buttons.Save | buttons.Discard | buttons.Cancel)
        box.setDefaultButton(buttons.Save)

        def answered(_result: int) -> None:
            button = box.standardButton(box.clickedButton())
            if button == buttons.Save:
                self.save(then)
            elif button == buttons.Discard:
                self._session.discard_changes()
                then()

        box.finished.connect(answered)
        box.open()

    def offer_recovery(
        self, draft: Recovery | None = None, then: Callable[[bool], object] | None = None
    ) -> None:
        """Offer unsaved work of a run that ended badly, where there is some.

        Args:
            draft: such work on a project that never had a folder.
            then: is told, after the answer, whether the work was taken back.
        """
        session = self._session
        found = draft or session.files.recovery()
        if found is None:
            return
        when = found.saved_at.astimezone().strftime("%d %B, %H:%M")
        box = _question(self._window)
        box.setText(f"There is unsaved work on {found.name} from {when}.")
        box.setInformativeText("Recover it? What was saved stays untouched until you save.")
        recover = box.addButton("Recover", QMessageBox.ButtonRole.AcceptRole)
        discard = box.addButton("Discard", QMessageBox.ButtonRole.DestructiveRole)
        box.setDefaultButton(recover)
        # Leaving the question without an answer must not lose the work.
        box.setEscapeButton(recover)

        def answered(_result: int) -> None:
            wanted = box.clickedButton() is not discard
            if wanted:
                session.recover()
            else:
                session.discard_changes()
            if then is not None:
                then(wanted)

        box.finished.connect(answered)
        box.open()

    def _folder_dialog(self, title: str, accept: str) -> QFileDialog:
        dialog = QFileDialog(self._window, title)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.setLabelText(QFileDialog.DialogLabel.Accept, accept)
        _go_to(dialog, self._session.files.documents)
        return dialog


def _question(window: QWidget) -> QMessageBox:
    box = QMessageBox(window)
    box.setWindowTitle("PSYCHOSCORE")
    box.setStyleSheet("QDialogButtonBox { dialogbuttonbox-buttons-have-icons: 0; }")
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return box


def _go_to(dialog: QFileDialog, folder: Path) -> None:
    """Begin in `folder`, or in the nearest folder above it that exists."""
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    while not folder.is_dir() and folder != folder.parent:
        folder = folder.parent
    dialog.setDirectory(str(folder))
