"""What leaves the project: the files of takes, for folders, clipboards and other programs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from app.session.values import TakeSnapshot
from engine.errors import PsychoscoreError
from engine.files import write_atomic
from engine.project.cue_folder import cue_folders, take_path
from engine.project.documents import SPOTTING, ExportWish, export_documents
from engine.project.exports import hand_over, take_bytes, take_name
from engine.project.played import played_score, played_takes
from engine.project.spotting import spotting_notes

if TYPE_CHECKING:
    from app.session.session import Session

EXPORTS = "exports"


class Exporting:
    """The files of one session's current cue."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def take_file(self, take_id: str) -> Path | None:
        """The project's own file of a take, where it was saved."""
        place, label = self._cue_folder(), self._session.cue.label(take_id)
        path = take_path(place, label.stem) if place and label else None
        return path if path is not None and path.is_file() else None

    def folder(self) -> Path:
        """Where exports of this cue belong, or where projects are made."""
        place = self._cue_folder()
        return place / EXPORTS if place else self._session.files.documents

    def file_name(self, take: TakeSnapshot) -> str:
        """What a take's file is called outside."""
        return f"{take_name(self._session.cue, take.letter)}.mid"

    def hand_over(self, take: TakeSnapshot) -> Path | None:
        """A durable file of a take for another program, or None where it has no music.

        It lies in the cue's exports, of a project without a folder in that of the exports.
        """
        if take.take is None:
            return None
        place = self._cue_folder() or self._session.files.documents
        name = take_name(self._session.cue, take.letter)
        try:
            return hand_over(self._content(take), place / EXPORTS, name)
        except PsychoscoreError as error:
            self._session.report(error)
            return None

    def destination(self) -> Path:
        """The folder that exports go into when no other is chosen."""
        return (self._cue_folder() or self._session.files.documents) / EXPORTS

    def documents(
        self, takes: Sequence[TakeSnapshot], wish: ExportWish, folder: Path
    ) -> tuple[Path, ...]:
        """Write takes as MIDI or MusicXML, or the spotting notes of the project.

        Raises:
            PsychoscoreError: one cannot be written.
        """
        session = self._session
        if wish.format == SPOTTING:
            content = spotting_notes(session.cues, session.settings)
            name = f"{session.project_name} spotting notes"
            return (hand_over(content, folder, name, ".csv"),)
        music = [(take.letter, take.take) for take in takes if take.take is not None]
        played = played_takes(music, session.cue, session.settings, wish)
        tempo = session.asked.tempo_map
        return tuple(export_documents(played, tempo, session.cue, folder, wish))

    def audio_words(
        self, takes: Sequence[TakeSnapshot], wish: ExportWish, folder: Path, scratch: Path
    ) -> list[str]:
        """The words for the command line that renders takes, whose files go into `scratch`.

        Raises:
            PsychoscoreError: the scratch files cannot be written.
        """
        words = ["export", "--format", wish.format, "--out", str(folder), "--json"]
        if not wish.matched:
            words.append("--keep-levels")
        for take in takes:
            if take.take is not None:
                path = scratch / self.file_name(take)
                write_atomic(path, self._content(take, quantised=not wish.performed))
                words.append(str(path))
        return words

    def _content(self, take: TakeSnapshot, *, quantised: bool = False) -> bytes:
        """A take's file as the cue plays it."""
        session = self._session
        assert take.take is not None
        score = played_score(take.take, session.cue, session.settings, quantised=quantised)
        return take_bytes(replace(take.take, score=score), score.tempo_map, session.cue)

    def _cue_folder(self) -> Path | None:
        folder = self._session.files.folder
        try:
            places = cue_folders(folder) if folder else {}
        except PsychoscoreError:
            return None  # said when the project was opened; what leaves it goes elsewhere
        return places[self._session.cue.id][1] if self._session.cue.id in places else None
