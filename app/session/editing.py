"""The project as the window edits it: snapshots, signals, edits with undo, cues and takes.

This is the lower half of the session; composing, playing and files are the upper half.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from pydantic import ValidationError
from PySide6.QtCore import QObject, Signal

from app.session import wishes
from app.session.configuration import Configuration
from app.session.playback import Playback, Player
from app.session.undo import UndoStack
from app.session.values import CueSnapshot, Held, TakeSnapshot, Trouble
from app.wording import letter
from engine.config.own import OwnSettings
from engine.config.schema import Settings
from engine.errors import PsychoscoreError
from engine.lanes import Lane
from engine.project.cue import Cue, new_cue
from engine.project.cue_marks import TakeLabel
from engine.project.edits import (
    AddCue,
    AddTake,
    AnyEdit,
    EditNotes,
    RemoveCue,
    RemoveTake,
    RenameCue,
    RenameTake,
    SetBars,
    StarTake,
    new_take_id,
)
from engine.project.history import History
from engine.project.note_edits import NoteAct
from engine.project.state import ProjectState
from engine.score import Key, Metre, Note
from engine.take import Take


class Editing(QObject):
    """One open project and what is done to it.

    Args:
        user_folder: the user's own folder.
        player: the player process.
    """

    project_changed = Signal()
    """Another project, name, folder, list of cues, or saved state."""
    cue_changed = Signal()
    """What is asked for the cue changed, also while a gesture runs."""
    takes_changed = Signal()
    """The takes of the cue, or which of them is current."""
    generation_changed = Signal()
    """A generation began, went on or ended."""
    note_arrived = Signal(object)
    """A note of the take that is being composed."""
    transport_changed = Signal()
    position_changed = Signal(float)
    """The musical now, in ticks."""
    devices_changed = Signal()
    """The model, the MIDI port or the preview sound."""
    notes_struck = Signal()
    """Notes went out to the port."""
    settling = Signal()
    """Gestures that are still open are to be committed now."""
    trouble_arose = Signal(object)
    """A `Trouble` that belongs to no single control."""

    def __init__(self, user_folder: Path, player: Player, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.configuration = Configuration(user_folder, self.trouble_arose.emit)
        self.playback = Playback(
            player,
            moved=lambda: self.position_changed.emit(self.position),
            transport_changed=self.transport_changed.emit,
            ports_changed=self.devices_changed.emit,
            struck=self.notes_struck.emit,
        )
        self._chosen: dict[str, str] = {}
        self._held: object = None
        self._preview: ProjectState | None = None
        state = self.untitled()
        self.asked = CueSnapshot.of(state.cues[0], self.settings)
        self._seen = state
        self.undo_stack = UndoStack(state, lambda state: self._show(state), self)
        self.undo_stack.cleanChanged.connect(self._clean_changed)
        self._hold_current()

    def untitled(self) -> ProjectState:
        """A project with one empty cue."""
        return ProjectState(cues=(self.blank_cue("1M1"),))

    def blank_cue(self, number: str) -> Cue:
        """A new cue as the settings have it; it is not in the project yet."""
        music = self.settings.music
        return new_cue(number, bars=music.bars, performance=music.performance)

    def begin(self, state: ProjectState, history: History, *, saved: bool) -> None:
        """Go on with another project."""
        if not state.cues:
            state = state.with_cue(self.untitled().cues[0])
        self._chosen, self._preview, self._held = {}, None, None
        self.playback.stop()
        self.undo_stack.start(state, history, saved=saved)
        self._show(state, cue_id=state.cues[0].id, anew=True)
        self.playback.locate(self.beginning)

    # ---- Snapshots

    @property
    def state(self) -> ProjectState:
        """The project, with the gesture that runs now."""
        return self._preview or self.undo_stack.state

    @property
    def settings(self) -> Settings:
        """The resolved configuration."""
        return self.configuration.resolution.settings

    @property
    def project_name(self) -> str:
        return self.state.name

    @property
    def dirty(self) -> bool:
        """True where something is not saved."""
        return not self.undo_stack.isClean()

    @property
    def cues(self) -> tuple[Cue, ...]:
        return self.state.cues

    @property
    def cue(self) -> Cue:
        return self.asked.cue

    @property
    def position(self) -> float:
        return self.playback.position

    @property
    def beginning(self) -> int:
        """The tick at which the cue begins: 0, or before it where there is an upbeat."""
        return -self.asked.cue.upbeat(self.settings)

    @property
    def takes(self) -> tuple[TakeSnapshot, ...]:
        """The takes of the cue, in their order."""
        cue, state = self.cue, self.state
        return tuple(
            self._take_snapshot(index, label, state.take(cue.id, label.id))
            for index, label in enumerate(cue.takes)
        )

    @property
    def current_take(self) -> TakeSnapshot | None:
        """The take that is shown and played; the last one where none was chosen."""
        takes = self.takes
        wanted = self._chosen.get(self.cue.id)
        found = next((take for take in takes if take.id == wanted), None)
        return found or (takes[-1] if takes else None)

    # ---- Edits

    def preview(self, edit: AnyEdit) -> None:
        """Show an edit while its gesture runs; nothing is remembered yet."""
        try:
            self._show(edit.apply(self.undo_stack.state), preview=True)
        except PsychoscoreError as error:
            self.report(error)

    def drop_preview(self) -> None:
        """The gesture was taken back."""
        self._show(self.undo_stack.state)

    def commit(self, edit: AnyEdit) -> bool:
        """Do an edit as one undo step; False where it is not allowed."""
        try:
            self.undo_stack.do(edit)
        except PsychoscoreError as error:
            self._show(self.undo_stack.state)
            self.report(error)
            return False
        if self._preview is not None:
            self._show(self.undo_stack.state)
        return True

    def preview_values(self, values: Mapping[str, float]) -> None:
        self.preview(wishes.set_values(self._cue_at_rest, values))

    def set_values(self, values: Mapping[str, float]) -> None:
        """Move sliders, by dimension name."""
        self.commit(wishes.set_values(self._cue_at_rest, values))

    def follow_lane(self, name: str) -> None:
        self.commit(wishes.follow_lane(self.cue, name))

    def preview_lane(self, lane: Lane) -> None:
        self.preview(wishes.draw_lane(self._cue_at_rest, lane.name, lane))

    def set_lane(self, name: str, lane: Lane | None) -> None:
        self.commit(wishes.draw_lane(self._cue_at_rest, name, lane))

    def preview_tempo(self, bpm: float) -> None:
        bar = self.asked.bar(self.position)
        self.preview(wishes.set_tempo(self._cue_at_rest, bpm, bar))

    def set_tempo(self, bpm: float) -> None:
        """Set the tempo that holds at the playhead."""
        bar = self.asked.bar(self.position)
        self.commit(wishes.set_tempo(self._cue_at_rest, bpm, bar))

    def set_bars(self, bars: int) -> None:
        self.commit(SetBars(cue=self.cue.id, bars=bars))

    def set_song_bar(self, bar: int) -> None:
        """Say which bar of the DAW's song is bar 1 of the cue."""
        self.commit(wishes.set_song_bar(self.cue, bar))

    def set_metre(self, metre: Metre) -> None:
        self.commit(wishes.set_metre(self.cue, metre))

    def set_key(self, key: Key | None) -> None:
        self.commit(wishes.set_key(self.cue, key))

    def change_user_settings(self, change: Callable[[OwnSettings], OwnSettings]) -> None:
        """Change the user's own settings, for every project; it cannot be undone.

        Raises:
            PsychoscoreError: nothing was changed; see `Configuration.change_user`.
        """
        self.configuration.change_user(change)
        self.drop_preview()
        self.project_changed.emit()

    # ---- Cues

    def choose_cue(self, cue_id: str) -> None:
        """Go to another cue of the project."""
        self.leave_cue()
        self._show(self.undo_stack.state, cue_id=cue_id)

    def add_cue(self) -> None:
        number = wishes.following_number(self.state)
        cue = self.blank_cue(number)
        if self.commit(AddCue(cue=cue)):
            self.choose_cue(cue.id)

    def rename_cue(self, number: str, title: str, cue_id: str = "") -> bool:
        """Give a cue, or the open one, another number and title; False where not allowed."""
        try:
            edit = RenameCue(cue=cue_id or self.cue.id, number=number, title=title)
        except ValidationError:
            self.report(
                PsychoscoreError(
                    f"{number!r} is no number for a cue.", "Write it like 1M3, Q12 or 4-b."
                )
            )
            return False
        return self.commit(edit)

    def remove_cue(self, cue_id: str = "") -> None:
        """Take a cue, or the open one, out of the project; a project keeps one cue at least."""
        if len(self.cues) > 1:
            if cue_id in ("", self.cue.id):
                self.leave_cue()
            self.commit(RemoveCue(cue=cue_id or self.cue.id))

    # ---- Takes

    def choose_take(self, index: int) -> None:
        """Show and play the take at `index`; what plays goes on at the same place."""
        takes = self.takes
        if 0 <= index < len(takes):
            self._chosen[self.cue.id] = takes[index].id
            self._hold_current()
            self.takes_changed.emit()

    def rename_take(self, take_id: str, title: str) -> None:
        self.commit(RenameTake(cue=self.cue.id, take=take_id, title=title))

    def star_take(self, take_id: str, starred: bool) -> None:
        self.commit(StarTake(cue=self.cue.id, take=take_id, starred=starred))

    def remove_take(self, take_id: str) -> None:
        self.commit(RemoveTake(cue=self.cue.id, take=take_id))

    def edit_notes(self, act: NoteAct, removed: Sequence[Note], added: Sequence[Note]) -> None:
        """Change the notes of the current take as one undo step; where a cue has no take yet,
        the first notes make one."""
        current = self.current_take
        if current is None and added:
            self.commit(wishes.write_take(self.cue, self.settings, added))
        if current is None or not (removed or added):
            return
        state = self.undo_stack.state
        try:
            edit = EditNotes.of(state, self.cue.id, current.id, act, removed, added)
        except PsychoscoreError as error:
            self.report(error)
            return
        self.commit(edit)

    def duplicate_take(self, take_id: str) -> None:
        found = next((take for take in self.takes if take.id == take_id), None)
        if found is None or found.take is None:
            return
        label = TakeLabel(id=new_take_id(found.take), title=f"{found.title} copy"[:200])
        if self.commit(AddTake(cue=self.cue.id, label=label, take=found.take)):
            self.choose_take(len(self.takes) - 1)

    # ---- What follows from a new state

    def leave_cue(self) -> None:
        """What belongs to the cue alone ends; the upper half adds to it."""
        self.playback.stop()

    def _clean_changed(self, _clean: bool) -> None:
        self.project_changed.emit()

    @property
    def _cue_at_rest(self) -> Cue:
        return self.undo_stack.state.cue(self.cue.id)

    def _show(
        self,
        state: ProjectState,
        *,
        preview: bool = False,
        cue_id: str | None = None,
        anew: bool = False,
    ) -> None:
        """Make `state` what others see, and say what changed."""
        self._preview = state if preview else None
        before, seen = self.asked, self._seen
        wanted = cue_id or before.cue.id
        cue = next((cue for cue in state.cues if cue.id == wanted), None) or state.cues[0]
        self.configuration.take(state.settings)
        self._seen = state
        self.asked = CueSnapshot.of(cue, self.settings)
        self.playback.following.set_place(cue.start, self.asked.metres[0])
        other_cue = anew or cue.id != before.cue.id
        if other_cue or self.asked != before:
            self.cue_changed.emit()
        if anew or (state.settings, self._names(state)) != (seen.settings, self._names(seen)):
            self.project_changed.emit()
        if other_cue or self.asked.cue.takes != before.cue.takes or not preview:
            self._hold_current()
            self.takes_changed.emit()
        elif self.asked.tempo_map != before.tempo_map:
            self.playback.set_tempo_map(self.asked.tempo_map)

    def _names(self, state: ProjectState) -> list[tuple[str, str, str]]:
        return [(cue.id, cue.number, cue.title) for cue in state.cues]

    def _hold_current(self) -> None:
        """Give the player the current take, unless it holds it already."""
        current = self.current_take
        asked = self.asked
        take = current.take if current else None
        before = self._held
        wanted = Held.of(current.id if current else "", take, asked, before)
        if wanted is before:
            return
        self._held = wanted
        score = wanted.score
        if score and isinstance(before, Held) and before.score and wanted.edits(before):
            self.playback.change_notes(before.score, score)
        else:
            self.playback.show_score(score, asked.tempo_map, wanted.end)

    def _take_snapshot(self, index: int, label: TakeLabel, take: Take | None) -> TakeSnapshot:
        title = label.title
        stale = False
        if take is not None:
            then = take.provenance.request
            title = title or wishes.take_title(then.lanes.profile_at(1))
            now = self.cue.request(self.settings, then.take, then.seed)
            stale = wishes.is_older(now, take.provenance)
        return TakeSnapshot(label.id, letter(index), title, label.starred, take, stale)

    def report(self, error: PsychoscoreError) -> None:
        self.trouble_arose.emit(Trouble(error.message, error.hint))
