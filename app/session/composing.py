"""The generation that runs, as the GUI thread sees it: its job, its progress, its notes.

Events of any other job are late and are dropped here by their id. A commission with several
holes is several jobs, each filling a hole in what the one before gave.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from app.session.commission import Commission
from app.session.playback import LiveTake
from app.session.values import GenerationSnapshot, Trouble
from engine.errors import PsychoscoreError
from engine.hole import Hole
from engine.score import Note
from engine.take import (
    BarComposed,
    ComposingRequest,
    GenerationEvent,
    InfillRequest,
    NoteComposed,
    Take,
    TakeComposed,
)
from engine.worker import JobCancelled, JobFailed, JobFinished, Worker, WorkerEvent

Heats = list[float | None]


@dataclass
class _Running:
    commission: Commission
    letters: tuple[str, ...]
    live: LiveTake | None
    requests: tuple[ComposingRequest, ...]
    following: tuple[Hole, ...]
    front: int
    bars_done: list[int]
    notes: list[list[Note]]
    temperatures: list[Heats]
    job: int = 0
    takes: dict[int, Take] = field(default_factory=dict)


class Composing:
    """At most one generation at a time.

    Args:
        worker: the engine worker.
        noted: called with each new note of the first take.
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
        finished: Callable[[Commission, tuple[Take, ...]], None],
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
        asked = run.commission
        return GenerationSnapshot(
            asked.bars,
            tuple(run.bars_done),
            asked.requests[0].seed,
            run.letters,
            asked.metres,
            run.front,
            asked.holes,
        )

    def notes(self, take: int = 0) -> tuple[Note, ...]:
        """The notes of a take so far, with those that stay."""
        return tuple(self._running.notes[take]) if self._running else ()

    def temperatures(self, take: int = 0) -> tuple[float | None, ...]:
        """What the bars so far were drawn with; None where a bar that stays does not say."""
        return tuple(self._running.temperatures[take]) if self._running else ()

    @property
    def live(self) -> LiveTake | None:
        """The stream to the player, where the take sounds as it comes."""
        return self._running.live if self._running else None

    def start(
        self, commission: Commission, letters: Sequence[str], live: LiveTake | None = None
    ) -> None:
        """Ask for takes."""
        requests, holes = commission.requests, commission.holes
        self._running = run = _Running(
            commission,
            tuple(letters),
            live,
            requests,
            commission.following,
            front=holes[0].first if holes else 1,
            bars_done=[0 for _ in requests],
            notes=[_standing(each, holes) for each in requests],
            temperatures=[_heats(each) for each in requests],
        )
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
            case JobFinished() if run.following:
                self._go_on(run)
            case JobFinished():
                self._running = None
                takes = tuple(run.takes[index] for index in sorted(run.takes))
                self._finished(run.commission, takes)
                self._progressed()
            case JobFailed(message, hint, details):
                self._end(run, Trouble(message, hint, details))
            case JobCancelled():
                self._end(run, None)

    def _end(self, run: _Running, trouble: Trouble | None) -> None:
        self._running = None
        if run.live is not None:
            run.live.end()
        if trouble is not None:
            self._failed(trouble)
        self._progressed()

    def _go_on(self, run: _Running) -> None:
        """Fill the next hole in the takes as they are now."""
        hole, run.following = run.following[0], run.following[1:]
        try:
            run.requests = tuple(
                InfillRequest.into(run.takes[index], each.wish, hole)
                for index, each in enumerate(run.requests)
                if isinstance(each, InfillRequest)
            )
        except PsychoscoreError as error:
            self._end(run, Trouble(error.message, error.hint))
            return
        run.takes.clear()
        run.front = hole.first
        run.job = self._worker.submit(run.requests)
        self._progressed()

    def _take_in(self, run: _Running, event: GenerationEvent) -> None:
        match event:
            case NoteComposed(take, _, note):
                run.notes[take].append(note)
                if take == 0:
                    self._noted(note)
            case BarComposed(take, bar, heat, _):
                run.bars_done[take] += 1
                if take == 0:
                    run.front = bar + 1
                heats = run.temperatures[take]
                heats += [None] * (bar - len(heats))
                heats[bar - 1] = heat
                self._progressed()
            case TakeComposed(take, result):
                run.takes[take] = result


def _standing(request: ComposingRequest, holes: Sequence[Hole]) -> list[Note]:
    """The notes of the music as it stands that no hole takes away."""
    if not isinstance(request, InfillRequest):
        return []
    score = request.base
    gone = {note for hole in holes for note in hole.split(score)[0]}
    return [note for note in score.notes if note not in gone]


def _heats(request: ComposingRequest) -> Heats:
    """What the bars that stay were drawn with, where their origin says so."""
    if not isinstance(request, InfillRequest):
        return []
    bars, origin = len(request.base.metres), request.origin
    known = origin.temperatures if origin is not None else ()
    return [*known] if len(known) == bars else [None] * bars
