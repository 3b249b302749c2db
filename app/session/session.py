"""The session: the one owner of project, cue, profile, takes, transport wish and undo.

It lives on the GUI thread. Others see frozen snapshots and hear past-tense signals; what they
want they say by calling a method. It paints nothing and knows no widget. This is its upper half:
composing, playing, files.
"""

from __future__ import annotations

import random
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QObject

from app.session.audition import Audition
from app.session.composing import Composing
from app.session.editing import Editing
from app.session.exporting import Exporting
from app.session.playback import Loop, Player
from app.session.project_files import ProjectFiles
from app.session.values import (
    GenerationSnapshot,
    ModelSnapshot,
    ModelState,
    PortSnapshot,
    TransportSnapshot,
    Trouble,
)
from app.wording import letter
from engine.errors import PsychoscoreError
from engine.playing.protocol import Reply
from engine.project.cue_marks import TakeLabel
from engine.project.edits import AddTake, SetConfigValue, Several, new_take_id
from engine.project.history import History
from engine.score import Note, Score
from engine.take import Take
from engine.worker import ModelFailed, ModelLoaded, Worker, WorkerEvent


class Session(Editing):
    """One open project, the engine that composes for it and the player that plays it.

    Args:
        files: where projects lie.
        user_folder: the user's own folder.
        player: the player process.
    """

    def __init__(
        self,
        files: ProjectFiles,
        user_folder: Path,
        player: Player,
        parent: QObject | None = None,
    ) -> None:
        self.files = files
        self.listen_while_composing = True
        self.takes_at_once = 1
        self._worker: Worker | None = None
        self._composing: Composing | None = None
        self._watching = self._heard = False
        self._audition: Audition | None = None
        self._autosaved: object = None
        self.saved_at: datetime | None = None
        super().__init__(user_folder, player, parent)
        self.exporting = Exporting(self)
        self.model = ModelSnapshot(ModelState.LOADING, self.settings.generation.model)
        self._wished_model = self.model.name
        self.project_changed.connect(self._follow_model)
        self._audition = Audition(self.playback, self._hold_again)
        self.transport_changed.connect(self._audition.watch)

    def use_worker(self, worker: Worker) -> None:
        """Compose with this worker from now on, and load the model of the project."""
        self._worker = worker
        self._composing = Composing(
            worker,
            noted=self._noted,
            progressed=self.generation_changed.emit,
            finished=self._composed,
            failed=self._composing_failed,
        )
        worker.use_model(self._wished_model)

    @property
    def transport(self) -> TransportSnapshot:
        return self.playback.transport

    @property
    def ports(self) -> PortSnapshot:
        return self.playback.ports

    @property
    def generation(self) -> GenerationSnapshot | None:
        """The running generation, or None."""
        return self._composing.snapshot if self._composing else None

    @property
    def can_generate(self) -> bool:
        """A model is ready and nothing is being composed."""
        return self.model.state is ModelState.READY and self.generation is None

    @property
    def watching(self) -> bool:
        """True while the take that is being composed is shown in the place of a finished one."""
        return self._watching and self.generation is not None

    def composed(self, take: int = 0) -> tuple[tuple[Note, ...], tuple[float, ...]]:
        """Notes and bar temperatures so far of a take that is being composed."""
        if self._composing is None:
            return (), ()
        return self._composing.notes(take), self._composing.temperatures(take)

    # ---- Composing

    def generate(self, takes: int | None = None, seed: int | None = None) -> None:
        """Ask for takes of this cue; a no where no model is ready or one is being composed."""
        if self._composing is None or not self.can_generate:
            return
        self.end_hearing()
        takes = takes or (1 if seed is not None else self.takes_at_once)
        self.settling.emit()
        self.autosave()
        seed = random.SystemRandom().randrange(1, 1_000_000) if seed is None else seed
        try:
            requests = [self.cue.request(self.settings, take, seed) for take in range(takes)]
        except PsychoscoreError as error:
            self.report(error)
            return
        first = len(self.cue.takes)
        letters = [letter(first + index) for index in range(takes)]
        live = None
        self._watching, self._heard = True, self.listen_while_composing
        if self.listen_while_composing:
            live = self.playback.begin_stream(self.asked.tempo_map, self.asked.starts)
            self._held = live
        self._composing.start(requests, letters, live)
        if live is not None:
            loop = self.transport.loop if self.transport.looping else None
            self.playback.play(loop[0] if loop else 0)

    def cancel(self) -> None:
        """End the generation, if one runs, and keep nothing of it."""
        if self._composing is not None and self.generation is not None:
            self._composing.cancel()
            self._end_watching()

    def toggle_generation(self) -> None:
        if self.generation is None:
            self.generate()
        else:
            self.cancel()

    def use_model(self, name: str) -> None:
        """Load a model by name and compose with it from now on."""
        if self._worker is not None:
            self._wished_model = name
            self.model = ModelSnapshot(ModelState.LOADING, name)
            self._worker.use_model(name)
            self.devices_changed.emit()

    def hear_worker(self, job: int, event: WorkerEvent) -> None:
        """Take in an event of the engine worker; on the GUI thread."""
        match event:
            case ModelLoaded(name, digest, lineage, non_commercial):
                self.model = ModelSnapshot(ModelState.READY, name, digest, lineage, non_commercial)
                self.devices_changed.emit()
            case ModelFailed(name, message, hint):
                reason = f"{message} {hint}".strip()
                self.model = ModelSnapshot(ModelState.MISSING, name, reason=reason)
                self.devices_changed.emit()
            case _ if self._composing is not None:
                self._composing.hear(job, event)

    def _follow_model(self) -> None:
        wanted = self.settings.generation.model
        if wanted != self._wished_model:
            self.use_model(wanted)

    def _noted(self, note: Note) -> None:
        if self._watching:
            self.note_arrived.emit(note)

    def _composed(self, takes: tuple[Take, ...]) -> None:
        """A generation came to its end: its takes become one undo step."""
        cue = self.cue
        labels = [TakeLabel(id=new_take_id(take)) for take in takes]
        adds = [
            AddTake(cue=cue.id, label=label, take=take)
            for label, take in zip(labels, takes, strict=True)
        ]
        watched, heard = self._watching, self._heard
        self._watching = self._heard = False
        if not adds:
            return
        # Who chose another take meanwhile goes on with that one.
        if watched:
            self._chosen[cue.id] = labels[0].id
        if heard:
            self._held = (takes[0], self.asked.tempo_map, self.asked.starts[-1])
            self.playback.finish_stream(takes[0].score)
        self.commit(adds[0] if len(adds) == 1 else Several(edits=tuple(adds)))

    def _composing_failed(self, trouble: Trouble) -> None:
        self._end_watching()
        self.trouble_arose.emit(trouble)

    def _end_watching(self) -> None:
        if self._heard:
            self.playback.stop()
        self._watching = self._heard = False
        self._hold_current()
        self.takes_changed.emit()

    def choose_take(self, index: int) -> None:
        """Show and play a finished take, also while another is being composed."""
        if self._composing is not None and self._composing.live is not None:
            self._composing.live.end()
        self._watching = self._heard = False
        super().choose_take(index)

    def _hold_current(self) -> None:
        if self.hearing:
            return  # what is held comes back when that music has ended
        if self.watching and self._heard:
            # The player holds the take that is being composed; only its tempo can change.
            self.playback.set_tempo_map(self.asked.tempo_map)
        else:
            super()._hold_current()

    def hear(self, score: Score) -> None:
        """Play other music once; a take that is being composed goes on, unheard."""
        if self._composing is not None and self._composing.live is not None:
            self._composing.live.end()
        self._heard = False
        if self._audition is not None:
            self._audition.begin(score)

    def end_hearing(self) -> None:
        """End what `hear` began; the current take is in the player again."""
        if self._audition is not None:
            self._audition.end()

    @property
    def hearing(self) -> bool:
        """Whether other music than that of the cue is in the player."""
        return self._audition is not None and self._audition.active

    def _hold_again(self) -> None:
        self._held = None
        self._hold_current()

    def leave_cue(self) -> None:
        self.end_hearing()
        self.cancel()
        super().leave_cue()

    # ---- Playing

    def toggle_play(self) -> None:
        if self.transport.playing:
            self.playback.stop()
        else:
            at_end = self.position >= self.asked.starts[-1] - 1
            self.playback.play(0 if at_end else None)

    def stop(self) -> None:
        """Stop; where all is still, go back to the beginning of the loop or of the cue."""
        if self.transport.playing:
            self.playback.stop()
        else:
            loop = self.transport.loop if self.transport.looping else None
            self.locate(loop[0] if loop else 0)

    def escape(self) -> None:
        """Esc: cancel what is being composed, else stop."""
        if self.generation is not None:
            self.cancel()
        elif self.transport.playing:
            self.playback.stop()

    def locate(self, tick: int) -> None:
        self.playback.locate(min(max(tick, 0), self.asked.starts[-1]))

    def set_loop(self, loop: Loop | None) -> None:
        """Set the loop region, in ticks, and loop it."""
        self.playback.set_loop(loop, loop is not None)

    def toggle_loop(self) -> None:
        """Loop or not; without a region the whole cue is looped."""
        transport = self.transport
        loop = transport.loop or (0, self.asked.starts[-1])
        self.playback.set_loop(loop, not transport.looping)

    def panic(self) -> None:
        self.playback.panic()

    def choose_port(self, name: str) -> None:
        self.playback.choose_port(name)

    def rescan_ports(self) -> None:
        self.playback.rescan()

    def set_audio(self, on: bool) -> None:
        self.playback.set_audio(on)

    def hear_player(self, reply: Reply) -> None:
        """Take in what the player says; on the GUI thread."""
        self.playback.hear(reply)

    # ---- Files

    @property
    def saved_text(self) -> str:
        """Where the project stands between disk and memory, in a few words."""
        if self.files.folder is None:
            return "Not saved yet, kept every 30 s" if self.dirty else ""
        if self.dirty:
            return "Unsaved changes, kept every 30 s"
        return f"Saved {self.saved_at:%H:%M}" if self.saved_at else "Saved"

    def new_project(self) -> None:
        self.leave_cue()
        self.files.new()
        self.files.discard_draft()
        self.begin(self.untitled(), History(), saved=True)

    def open_project(self, folder: Path) -> bool:
        """Open a saved project; where that fails the open one stays."""
        try:
            state, history = self.files.open(folder)
        except PsychoscoreError as error:
            self.report(error)
            return False
        self.leave_cue()
        self.begin(state, history, saved=True)
        return True

    def recover(self) -> bool:
        """Go on with what the autosave has beyond what was saved."""
        try:
            state = self.files.recovered()
        except PsychoscoreError as error:
            self.report(error)
            return False
        self.begin(state, History(), saved=False)
        return True

    def save(self, folder: Path | None = None) -> bool:
        """Save to the project's folder, or to a chosen one whose name the project takes."""
        self.settling.emit()
        if folder is not None and not self.state.settings.sets("name"):
            self.commit(SetConfigValue(key="name", value=folder.name))
        try:
            self.files.save(self.undo_stack.state, self.undo_stack.history, folder)
        except PsychoscoreError as error:
            self.report(error)
            return False
        self.saved_at = datetime.now()
        self.undo_stack.setClean()
        self.project_changed.emit()
        return True

    def autosave(self) -> None:
        """Keep what is not saved, in case the program ends without being asked to."""
        if not self.dirty or self._autosaved is self.undo_stack.state:
            return
        try:
            self.files.autosave(self.undo_stack.state)
            self._autosaved = self.undo_stack.state
        except PsychoscoreError as error:
            self.report(error)

    def discard_changes(self) -> None:
        """What was not saved is not wanted: no recovery is offered for it."""
        self._autosaved = None
        self.files.discard_autosave()
