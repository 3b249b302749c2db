"""The Export dialog: what, which takes, where to; audio with progress, errors in place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QSettings, Qt, QUrl
from PySide6.QtGui import QCloseEvent, QDesktopServices
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QProgressBar,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.projects.export_choice import ExportChoice
from app.projects.rendering import Rendering
from app.session import Session, TakeSnapshot
from app.theme import tokens
from app.theme.fonts import font
from app.widgets.buttons import push_button
from app.widgets.text import Text
from engine.errors import PsychoscoreError
from engine.project.documents import AUDIO, SPOTTING

_ROW = 26
_MARK = (
    "Made with a model whose data forbids commercial use: the file says so in any case, with or "
    "without the rest."
)


class ExportDialog(QDialog):
    """Exports takes of the current cue. It is opened and never waited for.

    Args:
        settings: where the last choice is remembered.
    """

    def __init__(
        self, session: Session, settings: QSettings | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._session, self._settings = session, settings
        self._folder = session.exporting.destination()
        self.written: tuple[Path, ...] = ()
        """What the last export wrote."""
        self.setWindowTitle("Export")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.rendering = Rendering(self)
        self.choice = ExportChoice()
        self.boxes: dict[str, QCheckBox] = {}
        self.takes = self._take_list()
        self.mark = Text(_MARK, tokens.SECONDARY, "accent")
        self.mark.setWordWrap(True)
        self.place = Text("", tokens.SECONDARY, "secondary")
        self.place.setMinimumWidth(0)
        self.choose = push_button("Choose…", "quiet")
        self.choose.setAccessibleName("Choose the folder")
        self.said = Text("", tokens.SECONDARY, "secondary")
        self.said.setWordWrap(True)
        self.bar = QProgressBar()
        self.bar.setRange(0, 1000)
        self.bar.setAccessibleName("Progress")
        self.reveal = push_button("Show in folder", "ghost")
        self.close_button = push_button("Cancel", "ghost")
        self.export_button = push_button("Export", "primary")
        self.export_button.setDefault(True)
        self._lay_out()
        self._connect()
        if settings is not None:
            self.choice.restore(settings)
        self._show()

    def _take_list(self) -> QWidget:
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(10, 6, 10, 6)
        column.setSpacing(2)
        current = self._session.current_take
        takes = self._session.takes
        for take in takes:
            star = "  ★" if take.starred else ""
            missing = "" if take.take is not None else "  (its file is missing)"
            box = QCheckBox(f"{take.letter}   {take.title}{star}{missing}")
            box.setFont(font(tokens.BODY))
            box.setFixedHeight(_ROW - 2)
            box.setEnabled(take.take is not None)
            box.setChecked(current is not None and take.id == current.id and box.isEnabled())
            box.toggled.connect(self._show)
            self.boxes[take.id] = box
            column.addWidget(box)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(inner)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFixedHeight(min(max(len(takes), 1), 6) * _ROW + 16)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        well = QFrame()
        well.setProperty("surface", "well")
        well.setFixedHeight(area.height() + 2)
        whole = QVBoxLayout(well)
        whole.setContentsMargins(1, 1, 1, 1)
        whole.addWidget(area)
        return well

    def _lay_out(self) -> None:
        self.setFixedWidth(460)
        column = QVBoxLayout(self)
        column.setContentsMargins(22, 20, 22, 16)
        column.setSpacing(8)
        column.addWidget(self.choice)
        column.addSpacing(4)
        heads = QHBoxLayout()
        self.takes_title = Text("Takes", tokens.CAPTION, "faint")
        self.all = push_button("All", "quiet")
        self.starred = push_button("Starred", "quiet")
        heads.addWidget(self.takes_title)
        heads.addStretch(1)
        heads.addWidget(self.starred)
        heads.addWidget(self.all)
        column.addLayout(heads)
        column.addWidget(self.takes)
        column.addWidget(self.mark)
        column.addSpacing(4)
        column.addWidget(Text("Folder", tokens.CAPTION, "faint"))
        where = QHBoxLayout()
        where.addWidget(self.place, 1)
        where.addWidget(self.choose)
        column.addLayout(where)
        column.addWidget(self.bar)
        column.addWidget(self.said)
        buttons = QHBoxLayout()
        buttons.addWidget(self.reveal)
        buttons.addStretch(1)
        buttons.addWidget(self.close_button)
        buttons.addWidget(self.export_button)
        column.addSpacing(6)
        column.addLayout(buttons)

    def _connect(self) -> None:
        self.choice.changed.connect(self._show)
        self.all.clicked.connect(lambda: self._tick(lambda take: True))
        self.starred.clicked.connect(lambda: self._tick(lambda take: take.starred))
        self.choose.clicked.connect(self._choose_folder)
        self.export_button.clicked.connect(self.export)
        self.close_button.clicked.connect(self.reject)
        self.reveal.clicked.connect(self._reveal)
        self.rendering.progressed.connect(self._progressed)
        self.rendering.finished.connect(self._finished)
        self.rendering.failed.connect(self._failed)

    @property
    def chosen(self) -> tuple[TakeSnapshot, ...]:
        """The takes that are ticked."""
        return tuple(
            take
            for take in self._session.takes
            if take.id in self.boxes and self.boxes[take.id].isChecked()
        )

    def export(self) -> None:
        """Write what is chosen."""
        wish, takes = self.choice.wish, self.chosen
        if self._settings is not None:
            self.choice.remember(self._settings)
        self.written = ()
        exporting = self._session.exporting
        try:
            if wish.format in AUDIO:
                scratch = self.rendering.scratch()
                words = exporting.audio_words(takes, wish, self._folder, scratch)
                self.rendering.start(words)
                self.bar.setRange(0, 0)
                self._say("Preparing the sound…")
            else:
                self._finished(exporting.documents(takes, wish, self._folder))
        except PsychoscoreError as error:
            self._failed(f"{error.message} {error.hint}".strip())
        self._show(keep=True)

    def reject(self) -> None:
        """Cancel what is being rendered; where nothing is, close."""
        if self.rendering.busy:
            self.rendering.cancel()
            self._say("Cancelled.")
            self._show(keep=True)
        else:
            super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.rendering.cancel()
        super().closeEvent(event)

    def _progressed(self, name: str, share: float) -> None:
        self.bar.setRange(0, 1000)
        self.bar.setValue(round(1000 * share))
        self._say(f"Rendering {name}")

    def _finished(self, paths: tuple[Path, ...]) -> None:
        self.written = paths
        count = len(paths)
        names = paths[0].name if count == 1 else f"{count} files"
        self._say(f"{names} written.", "good")
        self._show(keep=True)

    def _failed(self, sentence: str) -> None:
        self._say(sentence, "bad")
        self._show(keep=True)

    def _say(self, text: str, tone: str = "secondary") -> None:
        self.said.setText(text)
        self.said.set_tone(tone)
        self.said.setVisible(bool(text))

    def _choose_folder(self) -> None:
        dialog = QFileDialog(self, "Export into")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        near = self._folder
        while not near.is_dir() and near != near.parent:
            near = near.parent
        dialog.setDirectory(str(near))
        dialog.fileSelected.connect(lambda path: self.set_folder(Path(path)))
        dialog.open()

    def set_folder(self, folder: Path) -> None:
        """Export into this folder."""
        self._folder = folder
        self._show()

    def _tick(self, wanted: Callable[[TakeSnapshot], bool]) -> None:
        for take in self._session.takes:
            box = self.boxes.get(take.id)
            if box is not None and box.isEnabled():
                box.setChecked(wanted(take))

    def _reveal(self) -> None:
        place = self.written[0].parent if self.written else self._folder
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(place)))

    def _show(self, *_: object, keep: bool = False) -> None:
        busy, spotting = self.rendering.busy, self.choice.wish.format == SPOTTING
        chosen = self.chosen
        if not keep:
            self.written = ()
            self._say("")
        for each in (self.choice, self.takes, self.choose, self.all, self.starred):
            each.setEnabled(not busy)
        for each in (self.takes, self.takes_title, self.all, self.starred):
            each.setVisible(not spotting)
        self.starred.setVisible(not spotting and any(t.starred for t in self._session.takes))
        self.mark.setVisible(
            not spotting and any(t.take and t.take.provenance.non_commercial for t in chosen)
        )
        ready = spotting or bool(chosen)
        if not ready and not keep:
            self._say("Choose a take." if self.boxes else "This cue has no takes yet.")
        self.export_button.setEnabled(ready and not busy)
        self.close_button.setText("Cancel" if busy or not self.written else "Close")
        self.bar.setVisible(busy)
        self.reveal.setVisible(bool(self.written))
        elided = self.place.fontMetrics().elidedText(
            str(self._folder), Qt.TextElideMode.ElideMiddle, 330
        )
        self.place.setText(elided)
        self.place.setToolTip(str(self._folder))
        self.adjustSize()
