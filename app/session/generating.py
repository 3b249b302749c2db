"""The part of the session that composes: model, worker, generations, and what is heard meanwhile.

It stands on the project as it is edited; playing on demand and files stand on it.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject

from app.session.asking import Asking, fresh_seed
from app.session.audition import Audition
from app.session.closer import Closer
from app.session.commission import Commission
from app.session.composing import Composing
from app.session.ear_test import EarTesting
from app.session.editing import Editing
from app.session.live import Live
from app.session.passes import Passes
from app.session.playback import Player
from app.session.values import (
    GenerationSnapshot,
    Held,
    ModelSnapshot,
    ModelState,
    TransportSnapshot,
    Trouble,
)
from app.wording import letter
from engine.best import candidates
from engine.errors import PsychoscoreError
from engine.project.cue_marks import TakeLabel
from engine.project.edits import AddTake, Several, new_take_id
from engine.score import Note, Score, bar_starts
from engine.take import GenerationRequest, Take
from engine.worker import ModelFailed, ModelLoaded, Worker, WorkerEvent


class Generating(Editing):
    """One open project and the engine that composes for it.

    Args:
        user_folder: the user's own folder.
        player: the player process.
    """

    def __init__(self, user_folder: Path, player: Player, parent: QObject | None = None) -> None:
        self.listen_while_composing = True
        self.takes_at_once = 1
        self.best_of = 1
        self.until: float | None = None
        self._worker: Worker | None = None
        self._composing: Composing | None = None
        self._watching = self._heard = False
        self._was_still = True
        self._audition: Audition | None = None
        super().__init__(user_folder, player, parent)
        self.asking = Asking(self)
        self.live = Live(self)
        self.passes = Passes(self)
        self.closer = Closer(self)
        self.model = ModelSnapshot(ModelState.LOADING, self.settings.generation.model)
        self._wished_model = self.model.name
        self.ear_test = EarTesting(self, user_folder / "hearing")
        self.project_changed.connect(self._follow_model)
        self._audition = Audition(self.playback, self.hold_again)
        self.transport_changed.connect(self._audition.watch)

    def autosave(self) -> None:
        """Keep what is not saved; the part that knows files does it."""

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
    def generation(self) -> GenerationSnapshot | None:
        """The running generation, or None."""
        return self._composing.snapshot if self._composing else None

    @property
    def can_generate(self) -> bool:
        """A model is ready and nothing is being composed."""
        ready = self.model.state is ModelState.READY and self.generation is None
        return ready and not self.live.on and not self.passes.on

    @property
    def worker(self) -> Worker | None:
        """The thread that composes, once there is one."""
        return self._worker

    @property
    def watching(self) -> bool:
        """True while the take that is being composed is shown in the place of a finished one."""
        return self._watching and self.generation is not None

    def composed(self, take: int = 0) -> tuple[tuple[Note, ...], tuple[float | None, ...]]:
        """Notes and bar temperatures so far of a take that is being composed."""
        if self._composing is None:
            return (), ()
        return self._composing.notes(take), self._composing.temperatures(take)

    # ---- Composing

    def generate(
        self, takes: int | None = None, seed: int | None = None, number: int | None = None
    ) -> None:
        """Ask for takes of this cue; a no where no model is ready or one is being composed.

        Locked bars of the current take stay as they are, unless a seed asks for one music. Of
        new music `best_of` candidates are composed and the best kept, then refined up to `until`.

        Args:
            number: what a take of that seed was drawn with among its siblings; none of the others.
        """
        if not self.can_generate:
            return
        takes = takes or (1 if seed is not None else self.takes_at_once)
        self.settle()
        try:
            commission = self.asking.around_locks(takes) if seed is None else None
            if commission is None:
                chosen = fresh_seed() if seed is None else seed
                wish = self.cue.request(self.settings, number or 0, chosen)
                if seed is None and (self.best_of > 1 or self.until is not None):
                    commission = self._best(wish, takes)
                else:
                    count = takes if number is None else 1
                    asked = [replace(wish, take=wish.take + each) for each in range(count)]
                    commission = Commission(tuple(asked))
        except PsychoscoreError as error:
            self.report(error)
            return
        self.compose(commission)

    def _best(self, wish: GenerationRequest, takes: int) -> Commission:
        """New music of which the best is kept; of as many takes as candidates all are."""
        best_of = max(self.best_of, takes) if self.best_of > 1 else 1
        keep = takes if best_of > 1 else None
        return Commission(candidates(wish, takes, best_of), keep=keep, until=self.until)

    def settle(self) -> None:
        """What is to be done before music is asked for: open gestures end, all is kept."""
        self.end_hearing()
        self.settling.emit()
        self.autosave()

    def compose(self, commission: Commission) -> None:
        """Ask for what a commission says; a no where no model is ready or one is composing.

        New music sounds as it comes; while holes are filled, what plays goes on.
        """
        if self._composing is None or not self.can_generate:
            return
        self.ear_test.stand_aside()
        first = len(self.cue.takes)
        letters = [letter(first + index) for index in range(commission.shown)]
        self._watching = True
        # What is heard must be what is kept: candidates and refinings are heard when they are done.
        settled = commission.keep is None and commission.until is None
        self._heard = self.listen_while_composing and settled and not commission.holes
        self._was_still = not self.transport.playing
        live = None
        if self._heard:
            starts = bar_starts(commission.metres)
            live = self.playback.begin_stream(self.asked.tempo_map, starts, self.beginning)
            self._held = live
        self._composing.start(commission, letters, live)
        if live is not None:
            loop = self.transport.loop if self.transport.looping else None
            self.playback.play(loop[0] if loop else self.beginning)

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
            case ModelLoaded(name, digest, lineage, non_commercial, metrics, by):
                self.model = ModelSnapshot(
                    ModelState.READY, name, digest, lineage, non_commercial, metrics=metrics, by=by
                )
                self.devices_changed.emit()
            case ModelFailed(name, message, hint):
                reason = f"{message} {hint}".strip()
                self.model = ModelSnapshot(ModelState.MISSING, name, reason=reason)
                self.devices_changed.emit()
            case _ if self.live.hear(job, event) or self.passes.hear(job, event):
                return
            case _ if self.ear_test.hear(job, event):
                return
            case _ if self._composing is not None:
                self._composing.hear(job, event)

    def _follow_model(self) -> None:
        wanted = self.settings.generation.model
        if wanted != self._wished_model:
            self.use_model(wanted)

    def _noted(self, note: Note) -> None:
        if self._watching:
            self.note_arrived.emit(note)

    def _composed(self, commission: Commission, takes: tuple[Take, ...]) -> None:
        """A generation came to its end: its takes become one undo step."""
        cue = self.cue
        labels = [TakeLabel(id=new_take_id(take), title=commission.title) for take in takes]
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
            held = self._held = Held.of(labels[0].id, takes[0], self.asked)
            self.playback.finish_stream(takes[0].score, held.score)
        edits = (*commission.edits, *adds)
        plain = len(edits) == 1 and not commission.step
        self.commit(edits[0] if plain else Several(edits=edits, title=commission.step))
        if watched and not heard and self.listen_while_composing:
            first = commission.holes[0].first if commission.holes else 1
            self._let_hear(takes[0].score.starts[first - 1])

    def _let_hear(self, tick: int) -> None:
        """Play what was composed into a take, unless something was or is playing."""
        if self._was_still and not self.transport.playing:
            self.playback.play(tick)

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
        if self.live.on:
            return
        self.passes.end()
        if self._composing is not None and self._composing.live is not None:
            self._composing.live.end()
        self._watching = self._heard = False
        super().choose_take(index)

    def _hold_current(self) -> None:
        built = self._audition is not None
        if self.hearing or (built and self.passes.on):
            return  # what is held comes back when that music has ended
        if built and self.live.on:
            self.playback.set_tempo_map(self.asked.tempo_map)
            return
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

    def choose_later(self, cue_id: str, take_id: str, held: Take | None = None) -> None:
        """Show this take of a cue as soon as it is there; where the player has it already, `held`
        is what it has."""
        self._chosen[cue_id] = take_id
        if held is not None:
            self._held = Held.of(take_id, held, self.asked)

    def hold_again(self) -> None:
        """Give the player the current take anew, whatever it holds."""
        self._held = None
        self._hold_current()

    def leave_cue(self) -> None:
        self.end_hearing()
        self.live.stop()
        self.passes.end()
        self.cancel()
        super().leave_cue()
