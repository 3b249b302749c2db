"""Wishes about the time of the cue: tempo map, metres, keys, phrases, start, upbeat."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from engine.errors import PsychoscoreError
from engine.project import time_marks as marks
from engine.project.cue_marks import Fermata, TempoMark
from engine.project.cue_settings import CueSettings
from engine.project.edits import AnyEdit
from engine.score import Key, Metre

if TYPE_CHECKING:
    from app.session.editing import Editing
    from engine.project.cue import Cue


class Times:
    """Turns wishes about time into edits of the cue, each one undo step; a no is reported."""

    def __init__(self, session: Editing) -> None:
        self._session = session

    @property
    def _cue(self) -> Cue:
        """The cue as it stands, without the gesture that runs now."""
        session = self._session
        return session.undo_stack.state.cue(session.cue.id)

    def _do(self, make: Callable[[], AnyEdit | None]) -> bool:
        """Whether it was allowed."""
        try:
            edit = make()
        except PsychoscoreError as error:
            self._session.drop_preview()
            self._session.report(error)
            return False
        return edit is None or self._session.commit(edit)

    # ---- Tempo

    @property
    def tempo_marks(self) -> tuple[TempoMark, ...]:
        """The marks as they are shown, the first at bar 1 whether it is set or not."""
        asked = self._session.asked
        shown = list(asked.cue.tempo_marks(asked.settings))
        end = asked.cue.bars + 1.0
        if len(shown) > 1 and shown[-1].bar > end:
            shown[-1] = shown[-1].model_copy(update={"bar": end})
        return tuple(shown)

    @property
    def fermatas(self) -> tuple[Fermata, ...]:
        return self._session.asked.cue.fermatas

    def put_tempo(self, bar: float, bpm: float) -> None:
        """Set the tempo from a bar on."""
        self._do(lambda: marks.put_tempo(self._cue, bar, bpm))

    def preview_tempo(self, bar: float, to: float, bpm: float) -> None:
        """Show a tempo point where it is dragged to."""
        self._session.preview(self._moved(bar, to, bpm))

    def move_tempo(self, bar: float, to: float, bpm: float) -> None:
        """Give a tempo point another bar and tempo."""
        self._do(lambda: self._moved(bar, to, bpm))

    def remove_tempo(self, bar: float) -> None:
        if marks.tempo_at(self._cue, bar) is not None:
            self._do(lambda: marks.remove_tempo(self._cue, bar))

    def set_ramp(self, bar: float, on: bool) -> None:
        """Let the tempo glide from a point to the next one, or hold."""
        if marks.tempo_at(self._cue, bar) is None:
            bpm = marks.tempo_holding(self._cue, self._session.settings, bar)
            first = marks.put_tempo(self._cue, bar, bpm)
            cue = self._cue.replace(tempo=first.tempo)
            self._do(lambda: marks.set_ramp(cue, bar, on))
        else:
            self._do(lambda: marks.set_ramp(self._cue, bar, on))

    def put_fermata(self, bar: float, stretch: float) -> None:
        self._do(lambda: marks.put_fermata(self._cue, bar, stretch))

    def remove_fermata(self, bar: float) -> None:
        self._do(lambda: marks.remove_fermata(self._cue, bar))

    def _moved(self, bar: float, to: float, bpm: float) -> AnyEdit:
        cue = self._cue
        if marks.tempo_at(cue, bar) is None and bar == 1:
            return marks.put_tempo(cue, 1, bpm)
        return marks.move_tempo(cue, bar, to, bpm)

    # ---- Metres and keys

    def metre_at(self, bar: int) -> Metre:
        metres = self._session.asked.metres
        return metres[min(bar, len(metres)) - 1]

    def metre_from(self, bar: int, metre: Metre, only: bool = False) -> None:
        """Count in another metre from a bar on, or in this bar only."""
        settings = self._session.settings
        self._do(lambda: marks.metre_from(self._cue, settings, bar, metre, only=only))

    def key_at(self, bar: int) -> Key | None:
        return self._cue.key_at(self._session.settings, bar)

    def key_from(self, bar: int, key: Key | None) -> None:
        """Be at home in another key from a bar on; None goes on as before it."""
        self._do(lambda: marks.key_from(self._cue, self._session.settings, bar, key))

    # ---- Phrases

    @property
    def phrases(self) -> tuple[tuple[int, int], ...]:
        """First and last bar of each phrase."""
        return marks.phrase_spans(self._session.asked.cue)

    def begins_phrase(self, bar: int) -> bool:
        return bar in marks.phrase_borders(self._cue)

    def split_phrase(self, bar: int) -> None:
        self._do(lambda: marks.split_phrase(self._cue, bar))

    def join_phrases(self, bar: int) -> None:
        self._do(lambda: marks.join_phrases(self._cue, bar))

    def move_phrase(self, bar: int, to: int) -> None:
        self._do(lambda: marks.move_phrase(self._cue, bar, to))

    def even_phrases(self, length: int) -> None:
        self._do(lambda: marks.even_phrases(self._cue, length))

    def type_phrases(self, text: str) -> None:
        self._do(lambda: marks.parse_phrases(self._cue, text))

    # ---- The sheet

    def set_cue(self, wanted: CueSettings) -> str:
        """Do what the sheet says; the sentence that says why not, or nothing."""
        try:
            edit = wanted.edit(self._cue, self._session.settings)
            if edit is not None:
                edit.apply(self._session.undo_stack.state)
        except PsychoscoreError as error:
            return f"{error.message} {error.hint}".strip()
        if edit is not None:
            self._session.commit(edit)
        return ""
