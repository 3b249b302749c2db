"""The ear test of a session: composes its pairs behind everything else and keeps the answers.

Pairs are composed one after the other while nothing else is; a generation that the composer asks
for goes first, and the pair that was in the way is composed again afterwards.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.session.values import Trouble
from engine.ear_test import Answer, EarPair, HeardAnswers, ear_pairs, levelled
from engine.errors import PsychoscoreError
from engine.score import Score
from engine.take import TakeComposed
from engine.worker import JobCancelled, JobFailed, JobFinished, WorkerEvent

if TYPE_CHECKING:
    from app.session.generating import Generating

Clips = tuple[Score, Score]


@dataclass
class _Run:
    model: str
    hash: str
    pairs: tuple[EarPair, ...]
    clips: list[Clips] = field(default_factory=list)
    job: int = 0
    coming: dict[int, Score] = field(default_factory=dict)
    answers: list[Answer] = field(default_factory=list)


class EarTesting(QObject):
    """One ear test at a time, for the model in use when it began."""

    changed = Signal()
    """Another pair is ready, or the test began or ended."""
    answered = Signal()
    """Answers were kept."""

    def __init__(self, session: Generating, folder: Path) -> None:
        super().__init__(session)
        self._session = session
        self.store = HeardAnswers(folder)
        self._run: _Run | None = None
        session.generation_changed.connect(self._go_on)
        session.devices_changed.connect(self._watch_model)

    @property
    def running(self) -> bool:
        return self._run is not None

    @property
    def number(self) -> int:
        """How many pairs are answered: the index of the one to be heard now."""
        return len(self._run.answers) if self._run else 0

    @property
    def count(self) -> int:
        return len(self._run.pairs) if self._run else 0

    @property
    def pair(self) -> EarPair | None:
        """What is to be heard now; None before the test and after its last pair."""
        run = self._run
        return run.pairs[self.number] if run and self.number < len(run.pairs) else None

    @property
    def clips(self) -> Clips | None:
        """The two clips of that pair, in order; None while they are being composed."""
        run = self._run
        return run.clips[self.number] if run and self.number < len(run.clips) else None

    @property
    def answers(self) -> tuple[Answer, ...]:
        return tuple(self._run.answers) if self._run else ()

    def begin(self, seed: int | None = None) -> None:
        """Begin a test with the model in use."""
        model = self._session.model
        drawn = random.SystemRandom().randrange(1, 1_000_000) if seed is None else seed
        self._run = _Run(model.name, model.hash, ear_pairs(drawn))
        self._go_on()
        self.changed.emit()

    def answer(self, first: bool) -> None:
        """Say that the first clip has more of it, or the second."""
        run, pair = self._run, self.pair
        if run is None or pair is None or self.clips is None:
            return
        right = first == pair.high_first
        run.answers.append(Answer(name=pair.name, seed=pair.seed, right=right))
        self.changed.emit()

    def end(self) -> None:
        """Keep what was answered and end the test."""
        run = self._run
        if run is None:
            return
        self.stand_aside()
        self._run = None
        self._session.end_hearing()
        if run.answers:
            try:
                self.store.add(run.model, run.hash, run.answers)
            except PsychoscoreError as error:
                self._session.report(error)
            self.answered.emit()
        self.changed.emit()

    def stand_aside(self) -> None:
        """Something that cannot wait is to be composed: the pair in the works is left."""
        run, worker = self._run, self._session.worker
        if run is not None and run.job and worker is not None:
            worker.cancel(run.job)
            run.job = 0
            run.coming.clear()

    def hear(self, job: int, event: WorkerEvent) -> bool:
        """Take in an event of the worker; False where it belongs to somebody else."""
        run = self._run
        if run is None or not run.job or job != run.job:
            return False
        match event:
            case TakeComposed(number, take):
                run.coming[number] = levelled(take.score)
            case JobFinished():
                run.job = 0
                run.clips.append((run.coming[0], run.coming[1]))
                run.coming.clear()
                self._go_on()
                self.changed.emit()
            case JobFailed(message, hint, details):
                run.job = 0
                self._session.trouble_arose.emit(Trouble(message, hint, details))
                self.end()
            case JobCancelled():
                run.job = 0
                run.coming.clear()
        return True

    def _go_on(self) -> None:
        """Compose the next pair, where nothing else is composing."""
        run, session = self._run, self._session
        if run is None or run.job or len(run.clips) >= len(run.pairs):
            return
        if session.worker is not None and session.can_generate:
            run.job = session.worker.submit(run.pairs[len(run.clips)].requests())

    def _watch_model(self) -> None:
        """A test is about one model: with another it is over."""
        run, model = self._run, self._session.model
        if run is not None and model.hash != run.hash:
            self.end()
        else:
            self._go_on()
