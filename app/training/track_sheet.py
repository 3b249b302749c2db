"""A sheet: the tracks of a composer's own files, and which of them are trained on."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.theme import tokens
from app.theme.fonts import font
from app.training.track_lister import FoundTrack
from app.training.words import count
from app.widgets.buttons import push_button
from app.widgets.text import Text
from engine.data.dataset import data_set_name

_HEADS = ("Track", "Instrument", "Files", "Notes", "Becomes")
_BECOMES = 4


class TrackSheet(QDialog):
    """Emits `chosen(names, set name)`: names are None where the tracks are as they were proposed.

    Args:
        folder: where the files lie.
        tracks: what was found in them.
        taken: names of the data sets that there are.
    """

    chosen = Signal(object, str)

    def __init__(
        self,
        folder: Path,
        tracks: Sequence[FoundTrack],
        taken: Sequence[str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"Tracks in {folder.name}")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._tracks, self._taken = tuple(tracks), tuple(taken)
        files = max((each.files for each in tracks), default=0)
        self.told = Text(
            f"{count(len(tracks))} tracks by name, in up to {count(files)} files. "
            "Drums, clicks and keyswitches teach no harmony and are left out.",
            tokens.SECONDARY,
            "secondary",
        )
        self.told.setWordWrap(True)
        self.list = QTreeWidget()
        self.list.setHeaderLabels(_HEADS)
        self.list.setAccessibleName("Tracks of the files")
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.list.setMinimumSize(620, 320)
        self.list.setFont(font(tokens.BODY))
        head = self.list.header()
        head.setStretchLastSection(False)
        head.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column in range(1, len(_HEADS)):
            head.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        for track in self._tracks:
            self._add(track)
        self.name = QLineEdit(data_set_name(folder))
        self.name.setAccessibleName("Name of the data set")
        self.name.setToolTip("Letters, digits, spaces, dots and dashes")
        self.name.setFont(font(tokens.BODY_STRONG))
        self.note = Text("", tokens.SECONDARY, "faint")
        self.use = push_button("Import", "primary")
        self.use.setDefault(True)
        self.leave = push_button("Cancel", "quiet")
        self._lay_out()
        self.list.itemChanged.connect(lambda _item, _column: self._show())
        self.name.textChanged.connect(lambda _text: self._show())
        self.use.clicked.connect(self._use)
        self.leave.clicked.connect(self.reject)
        self._show()

    @property
    def names(self) -> tuple[str, ...]:
        """The tracks that are checked."""
        rows = (self.list.topLevelItem(index) for index in range(len(self._tracks)))
        return tuple(
            track.name
            for track, row in zip(self._tracks, rows, strict=True)
            if row is not None and row.checkState(0) is Qt.CheckState.Checked
        )

    def _add(self, track: FoundTrack) -> None:
        texts = (
            track.name, track.instrument, count(track.files), count(track.notes), _becomes(track)
        )  # fmt: skip
        row = QTreeWidgetItem(self.list, list(texts))
        row.setCheckState(0, Qt.CheckState.Checked if track.taken else Qt.CheckState.Unchecked)
        row.setToolTip(0, track.name)
        for column in (2, 3):
            row.setTextAlignment(column, Qt.AlignmentFlag.AlignRight)

    def _lay_out(self) -> None:
        named = QHBoxLayout()
        named.setSpacing(tokens.SPACE_M)
        named.addWidget(Text("Data set", tokens.BODY, "secondary"))
        named.addWidget(self.name, 1)
        bottom = QHBoxLayout()
        bottom.setSpacing(tokens.SPACE_M)
        bottom.addWidget(self.note, 1)
        bottom.addWidget(self.leave)
        bottom.addWidget(self.use)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 18, 18, 14)
        column.setSpacing(12)
        column.addWidget(self.told)
        column.addWidget(self.list, 1)
        column.addLayout(named)
        column.addLayout(bottom)

    def _show(self) -> None:
        name = data_set_name(Path(self.name.text().strip() or "."))
        named = bool(self.name.text().strip(" ."))
        self.use.setEnabled(bool(self.names) and named)
        if not self.names:
            self.note.setText("Check a track.")
        elif not named:
            self.note.setText("Give the data set a name.")
        elif name in self._taken:
            self.note.setText(f"The data set {name} is replaced.")
        else:
            self.note.setText("")

    def _use(self) -> None:
        names = self.names
        proposed = tuple(each.name for each in self._tracks if each.taken)
        self.chosen.emit(
            None if names == proposed else names, data_set_name(Path(self.name.text().strip()))
        )
        self.accept()


def _becomes(track: FoundTrack) -> str:
    if not track.taken:
        return f"left out: {track.kind}"
    return track.voice or "parted by register"
