"""The generation that runs, as the GUI thread sees it: its job, its progress, its notes.

Events of any other job are late and are dropped here by their id.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from app.session.playback import LiveTake
from app.session.values import GenerationSnapshot, Trouble
from engine.score import Note
from engine.take import (
    BarComposed,
    GenerationEvent,
    GenerationRequest,
    NoteComposed,
    Take,
    TakeComposed,
)
from engine.worker import JobCancelled, JobFailed, JobFinished, Worker, WorkerEvent


@dataclass
class _Running:
    requests: tuple[GenerationRequest, ...]
    letters: tuple[str, ...]
    live: LiveTake | None
    job: int = 0
    bars_done: list[int] = field(default_factory=list)
    notes: list[list[Note]] = field(default_factory=list)
    temperatures: list[list[float]] = field(default_factory=list)
    takes: dict[int, Take] = field(default_factory=dict)


class Composing:
    """At most one generation at a time.

    Args:
        worker: the engine worker.
        progressed: called after a note or a bar came, or a generation began or ended.
        finished: called with all takes of a generation that came to its end.
        failed: called with what went wrong.
    """

    def __init__(
        self,
        worker: Worker,
        *,
        noted: Callable[[Note], None],
        progressed: Callable[[], None],
        finished: Callable[[tuple[Take, ...]], None],
        failed: Callable[[Trouble], None],
    ) -> None:
        self._worker = worker
        self._noted, self._progressed = noted, progressed
        self._finished, self._failed = finished, failed
        self._running: _Running | None = None

    @property
    def snapshot(self) -> GenerationSnapshot | None:
        """The running generation, or None."""
        run = self._running
        if run is None:
            return None
        first = run.requests[0]
        return GenerationSnapshot(first.bars, tuple(run.bars_done), first.seed, run.letters)

    def notes(self, take: int = 0) -> tuple[Note, ...]:
        """The notes of a take so far."""
        return tuple(self._running.notes[take]) if self._running else ()

    def temperatures(self, take: int = 0) -> tuple[float, ...]:
        """What the bars so far were drawn with."""
        return tuple(self._running.temperatures[take]) if self._running else ()

    @property
    def live(self) -> LiveTake | None:
        """The stream to the player, where the take sounds as it comes."""
        return self._running.live if self._running else None

    def start(
        self,
        requests: Sequence[GenerationRequest],
        letters: Sequence[str],
        live: LiveTake | None = None,
    ) -> None:
        """Ask for takes."""
        count = len(requests)
        self._running = run = _Running(tuple(requests), tuple(letters), live)
        run.bars_done = [0] * count
        run.notes = [[] for _ in requests]
        run.temperatures = [[] for _ in requests]
        run.job = self._worker.submit(requests, live)
        self._progressed()

    def cancel(self) -> None:
        """End the generation and keep nothing of it."""
        if self._running is not None:
            run, self._running = self._running, None
            if run.live is not None:
                run.live.end()
            self._worker.cancel(run.job)
            self._progressed()

    def hear(self, job: int, event: WorkerEvent) -> None:
        """Take in an event of the worker; on the GUI thread."""
        run = self._running
        if run is None or job != run.job:
            return
        match event:
            case NoteComposed() | BarComposed() | TakeComposed():
                self._take_in(run, event)
            case JobFinished():
                self._running = None
                self._finished(tuple(run.takes[index] for index in sorted(run.takes)))
                self._progressed()
            case JobCancelled() | JobFailed():
                self._running = None
                if run.live is not None:
                    run.live.end()
                if isinstance(event, JobFailed):
                    self._failed(Trouble(event.message, event.hint, event.details))
                self._progressed()

    def _take_in(self, run: _Running, event: GenerationEvent) -> None:
        match event:
            case NoteComposed(take, _, note):
                run.notes[take].append(note)
                if take == 0:
                    self._noted(note)
            case BarComposed(take, bar, heat, _):
                run.bars_done[take] = bar
                run.temperatures[take].append(heat)
                self._progressed()
            case TakeComposed(take, result):
                run.takes[take] = result
