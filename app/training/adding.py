"""How music comes onto the Training page: a folder, an archive or a download becomes a data set.

Owns the questions that are asked first (which tracks, which licence) and the child processes that
do the work, one at a time. What is there already it does not know.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from app.training.fetch_sheet import FetchSheet
from app.training.fetching import Fetching
from app.training.importer import Importer
from app.training.track_lister import FoundTrack, TrackLister
from app.training.track_sheet import TrackSheet
from app.training.words import count
from engine.data.dataset import data_set_name
from engine.data.fetching import DOWNLOADS, Download


class Adding(QObject):
    """At most one thing is added at a time.

    Args:
        folder: where data sets lie; downloads are kept beside it.
        owner: whose window the questions belong to.
        taken: tells the names of the data sets that there are.
    """

    changed = Signal()
    """It began, moved or ended."""
    added = Signal(str)
    """The name of the data set."""
    accepted = Signal(str)
    """The name of a data set whose licence was accepted before it was fetched."""
    failed = Signal(str)
    """A sentence."""

    def __init__(self, folder: Path, owner: QWidget, taken: Callable[[], Sequence[str]]) -> None:
        super().__init__(owner)
        self._folder, self._owner, self._taken = folder, owner, taken
        self.importer, self.lister, self.fetching = (
            Importer(self), TrackLister(self), Fetching(self),
        )  # fmt: skip
        self.words, self.share = "", -1.0
        self.importer.progressed.connect(self._imported)
        self.importer.finished.connect(self._added)
        self.importer.failed.connect(self._fail)
        self.lister.listed.connect(self._choose_tracks)
        self.lister.failed.connect(self._fail)
        self.fetching.progressed.connect(self._fetched)
        self.fetching.finished.connect(self._import_fetched)
        self.fetching.failed.connect(self._fail)

    @property
    def busy(self) -> bool:
        return self.importer.busy or self.lister.busy or self.fetching.busy

    @property
    def refusals(self) -> tuple[tuple[str, str], ...]:
        """File and reason of what the last import left out."""
        return self.importer.refusals

    def choose_folder(self) -> None:
        """Ask for a folder of the composer's own MIDI files."""
        dialog = QFileDialog(
            self._owner.window(), "Choose a folder of MIDI files", str(Path.home())
        )
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(lambda path: self.add_folder(Path(path)))
        dialog.open()

    def choose_archive(self) -> None:
        """Ask for the zip of EMOPIA or POP909."""
        dialog = QFileDialog(self._owner.window(), "Choose EMOPIA or POP909", str(Path.home()))
        dialog.setNameFilter("Archives (*.zip)")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda path: self.import_from(Path(path)))
        dialog.open()

    def ask_to_fetch(self, download: Download = DOWNLOADS[0]) -> None:
        """Show what would be downloaded and its licence, and fetch it where that is accepted."""
        sheet = FetchSheet(download, self._owner.window())
        sheet.wished.connect(lambda: self._fetch(download))
        sheet.open()

    def add_folder(self, path: Path) -> None:
        """Look which tracks the files of a folder have; where there are several, ask."""
        self._say(f"Looking at the tracks in {path.name}…")
        self.lister.start(path)
        self.changed.emit()

    def import_from(self, path: Path, name: str = "", tracks: Sequence[str] | None = None) -> None:
        """Import an archive or a folder as a data set."""
        self.importer.start(path, self._folder / (name or data_set_name(path)), tracks)
        self.changed.emit()

    def cancel(self) -> None:
        """End it; an import leaves nothing, a download what has come."""
        for each in (self.importer, self.lister, self.fetching):
            each.cancel()
        self.changed.emit()

    def _fetch(self, download: Download) -> None:
        self.accepted.emit(data_set_name(Path(download.file)))
        self.fetching.start(download.name, self._folder.parent)
        self.changed.emit()

    def _choose_tracks(self, folder: Path, tracks: tuple[FoundTrack, ...]) -> None:
        if len(tracks) < 2:
            # The import itself says what is wrong with files that have none.
            self.import_from(folder)
            return
        sheet = TrackSheet(folder, tracks, self._taken(), self._owner.window())
        sheet.chosen.connect(lambda names, name: self.import_from(folder, name, names))
        sheet.open()
        self.changed.emit()

    def _imported(self, used: int, refused: int) -> None:
        self._say(
            f"Reading and measuring: {count(used)} pieces, {count(refused)} skipped"
            if used or refused
            else "Starting the import…"
        )
        self.changed.emit()

    def _fetched(self, done: int, total: int | None) -> None:
        whole = f" of {total / 1e6:.0f}" if total else ""
        self._say(f"Fetching: {done / 1e6:.1f}{whole} MB", done / total if total else -1.0)
        self.changed.emit()

    def _import_fetched(self, path: Path) -> None:
        self.import_from(path)

    def _added(self, out: str) -> None:
        self.added.emit(Path(out).name)
        self.changed.emit()

    def _fail(self, sentence: str) -> None:
        self.failed.emit(sentence)
        self.changed.emit()

    def _say(self, words: str, share: float = -1.0) -> None:
        """`share` is what is done of it, 0 to 1, or below 0 where that is not known."""
        self.words, self.share = words, share
