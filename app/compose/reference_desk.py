"""The reference audio on the desk: its strip, its sheet and its entries in the Cue menu.

It carries: what the strip says becomes a wish of the session, what the session holds is shown.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QMenu

from app.compose.reference_sheet import ReferenceSheet
from app.compose.timeline.reference_strip import ReferenceStrip, UnderShown
from app.compose.timeline.timeline import Timeline
from app.session import Session
from engine.project.reference_audio import ENDINGS


class ReferenceDesk(QObject):
    """Adds the strip to a Timeline and keeps it true.

    Args:
        timeline: where it is shown.
        session: whom wishes go to.
    """

    def __init__(self, timeline: Timeline, session: Session) -> None:
        super().__init__(timeline)
        self._timeline, self._session = timeline, session
        self.strip = ReferenceStrip(timeline.state, timeline)
        timeline.add_strip(self.strip)
        under = session.under
        self.strip.moved.connect(under.move_to)
        self.strip.muted_toggled.connect(under.toggle_muted)
        self.strip.removed.connect(under.remove)
        self.strip.sheet_requested.connect(self.open_sheet)
        self.strip.file_requested.connect(self.choose_file)
        session.cue_changed.connect(self.show)
        under.changed.connect(self.show)
        self.show()

    def show(self) -> None:
        """Show what the session holds now."""
        under = self._session.under
        reference, audio = under.reference, under.audio
        if reference is None:
            self.strip.show_audio(None)
            return
        words, warns = "", False
        if under.reading:
            words = f"Reading {under.reading}"
        elif under.missing:
            words, warns = under.missing, True
        elif under.silent and not reference.muted:
            words, warns = f"{reference.file}  ·  {under.silent}", True
        outline = audio.outline if audio else None
        self.strip.show_audio(UnderShown(reference, outline, words, warns))

    def open_sheet(self) -> None:
        """Open gain and place."""
        session, reference = self._session, self._session.under.reference
        if reference is None:
            return
        sheet = ReferenceSheet(reference, session.marks.clock, self._timeline.window())
        sheet.gain_tried.connect(session.under.try_gain)
        sheet.gain_chosen.connect(session.under.set_gain)
        sheet.place_chosen.connect(session.under.move_to)
        sheet.open()

    def choose_file(self) -> None:
        """Let an audio file be chosen; a copy of it goes into the project."""
        dialog = QFileDialog(self._timeline.window(), "Reference audio")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(f"Audio files ({' '.join(f'*{ending}' for ending in ENDINGS)})")
        dialog.fileSelected.connect(lambda name: self._session.under.bring_in(Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()


def add_reference_entries(menu: QMenu, desk: ReferenceDesk, session: Session) -> None:
    """One entry where the cue has no reference audio, a menu of what can be done where it has."""
    under = session.under
    audio = menu.addMenu("Reference audio")
    choose = audio.addAction("Choose file…")
    choose.triggered.connect(lambda _=False: desk.choose_file())
    sheet = audio.addAction("Gain and place…")
    sheet.triggered.connect(lambda _=False: desk.open_sheet())
    mute = audio.addAction("Mute")
    mute.setCheckable(True)
    mute.triggered.connect(lambda _=False: under.toggle_muted())
    remove = audio.addAction("Remove from this cue")
    remove.triggered.connect(lambda _=False: under.remove())

    def show() -> None:
        reference = under.reference
        choose.setText("Replace…" if reference else "Choose file…")
        mute.setChecked(reference is not None and reference.muted)
        for entry in (sheet, mute, remove):
            entry.setEnabled(reference is not None)

    session.cue_changed.connect(show)
    show()
