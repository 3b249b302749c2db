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
from app.wording import bars_word
from engine.best import best
from engine.errors import PsychoscoreError
from engine.hole import Hole
from engine.score import Note
from engine.take import (
    BarComposed,
    ComposingRequest,
    GenerationEvent,
    InfillRequest,
    NoteComposed,
    RefineRequest,
    Take,
    TakeComposed,
    TakeRefined,
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
    stage: str = ""
    refining: bool = False


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
            run.stage,
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
            refining=isinstance(requests[0], RefineRequest),
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
            case NoteComposed() | BarComposed() | TakeComposed() | TakeRefined():
                self._take_in(run, event)
            case JobFinished() if run.following:
                self._go_on(run)
            case JobFinished():
                self._choose(run)
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

    def _choose(self, run: _Running) -> None:
        """Keep what is to be kept of the takes that came, and refine it where that is wished."""
        asked = run.commission
        takes = tuple(run.takes[index] for index in sorted(run.takes))
        try:
            if asked.keep is not None and not run.refining:
                takes = best(takes, asked.keep)
            if asked.until is not None and takes and not run.refining:
                self._refine(run, takes, asked.until)
                return
        except PsychoscoreError as error:
            takes = takes[: asked.shown]
            self._failed(Trouble(error.message, error.hint))
        self._running = None
        self._finished(asked, takes)
        self._progressed()

    def _refine(self, run: _Running, takes: tuple[Take, ...], until: float) -> None:
        run.requests = tuple(
            RefineRequest(take, until, locked=run.commission.locked) for take in takes
        )
        run.refining, run.letters = True, run.letters[: len(takes)]
        run.takes.clear()
        run.notes = [list(take.score.notes) for take in takes]
        run.temperatures = [list(take.provenance.temperatures) for take in takes]
        run.bars_done = [0 for _ in takes]
        run.stage = "Improving the weakest bars"
        run.job = self._worker.submit(run.requests)
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
            case TakeRefined(take, number, rounds, (first, last), _, result):
                run.notes[take] = list(result.score.notes)
                run.bars_done[take] = run.commission.bars * number // rounds
                match = result.provenance.match or 0.0
                run.stage = f"{bars_word(first, last).capitalize()} again, match {match:.0%}"
                self._progressed()


def _standing(request: ComposingRequest, holes: Sequence[Hole]) -> list[Note]:
    """The notes of the music as it stands that no hole takes away."""
    if isinstance(request, RefineRequest):
        return list(request.base.score.notes)
    if not isinstance(request, InfillRequest):
        return []
    score = request.base
    gone = {note for hole in holes for note in hole.split(score)[0]}
    return [note for note in score.notes if note not in gone]


def _heats(request: ComposingRequest) -> Heats:
    """What the bars that stay were drawn with, where their origin says so."""
    if isinstance(request, RefineRequest):
        return list(request.base.provenance.temperatures)
    if not isinstance(request, InfillRequest):
        return []
    bars, origin = len(request.base.metres), request.origin
    known = origin.temperatures if origin is not None else ()
    return [*known] if len(known) == bars else [None] * bars
