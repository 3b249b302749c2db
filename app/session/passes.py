"""Again each pass until it is kept: while a region loops, it is composed anew in the background.

A version that is ready is laid under the loop in two steps that nobody hears: behind the playhead
what has just been played is exchanged, and after the jump back all that is left. So each pass is
one version from its first note to its last.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.session.asking import ALL_VOICES, fresh_seed, hole_title
from app.session.values import Trouble
from engine.errors import PsychoscoreError
from engine.hole import Hole
from engine.project.cue_marks import TakeLabel
from engine.project.edits import AddTake, new_take_id
from engine.project.played import played_score
from engine.score import TICKS_PER_QUARTER, Control, Note, Score
from engine.take import InfillRequest, Take, TakeComposed
from engine.worker import JobCancelled, JobFailed, WorkerEvent

if TYPE_CHECKING:
    from app.session.generating import Generating

_HALF_BEAT = TICKS_PER_QUARTER // 2
# What lies this near to the playhead is being played.
_NEAR = 60


@dataclass(frozen=True, slots=True)
class PassesSnapshot:
    """The looped region at one moment.

    Args:
        bars: first and last bar.
        number: which pass is heard, from 1.
        version: which version is heard; 1 is the take as it was.
        ready: the next version is there.
    """

    bars: tuple[int, int]
    number: int
    version: int
    ready: bool


@dataclass
class _Looping:
    hole: Hole
    letter: str
    start: int
    heard: Take
    held: Score
    place: float
    job: int = 0
    number: int = 1
    version: int = 1
    next: Take | None = None
    staged: bool = False


class Passes(QObject):
    """At most one region at a time.

    Args:
        session: whose current take it is, and where what is kept goes.
    """

    changed = Signal()
    """It began or ended, another pass began, or a version is ready."""

    def __init__(self, session: Generating) -> None:
        super().__init__(session)
        self._session = session
        self._run: _Looping | None = None
        session.position_changed.connect(self._follow)
        session.transport_changed.connect(self._follow_transport)

    @property
    def on(self) -> bool:
        return self._run is not None

    @property
    def can_start(self) -> bool:
        """There is a take whose looped bars can be composed anew."""
        asking = self._session.asking
        return asking.can_compose_again and asking.region is not None

    @property
    def snapshot(self) -> PassesSnapshot | None:
        run = self._run
        if run is None:
            return None
        bars = (run.hole.first, run.hole.last)
        return PassesSnapshot(bars, run.number, run.version, run.next is not None)

    @property
    def heard(self) -> Take | None:
        """The version that is heard now."""
        return self._run.heard if self._run else None

    # ---- Wishes

    def toggle(self) -> None:
        if self.on:
            self.end()
        else:
            self.start()

    def start(self) -> None:
        """Compose the looped bars of the current take anew at every pass from now on."""
        session, asking = self._session, self._session.asking
        base, region = asking.base, asking.region
        if base is None or region is None or not self.can_start:
            return
        session.settle()
        voices = () if asking.voices == ALL_VOICES else tuple(sorted(asking.voices))
        hole = Hole(*region, voices=voices, keep_rhythm=asking.keep_rhythm)
        take = base[1]
        loop = session.transport.loop
        start = loop[0] if loop else 0
        if not session.transport.playing:
            session.playback.play(start)
        held = self._played(take)
        self._run = _Looping(hole, base[0].letter, start, take, held, session.position)
        self._compose(self._run)
        self._say()

    def keep(self) -> None:
        """What is heard becomes a take, and the passes end."""
        run = self._run
        if run is None:
            return
        take, changed = run.heard, run.version > 1
        self.end(restore=not changed)
        if changed:
            session, played = self._session, self._played(take)
            session.playback.change_notes(run.held, played)
            label = TakeLabel(id=new_take_id(take), title=hole_title(run.letter, run.hole))
            session.choose_later(session.cue.id, label.id, take)
            session.commit(AddTake(cue=session.cue.id, label=label, take=take))

    def end(self, *, restore: bool = True) -> None:
        """Compose no more; what was not kept is gone."""
        run, self._run = self._run, None
        if run is None:
            return
        if self._session.worker is not None:
            self._session.worker.cancel(run.job)
        if restore and (run.version > 1 or run.staged):
            self._session.hold_again()
        self._say()

    # ---- News

    def hear(self, job: int, event: WorkerEvent) -> bool:
        """Take in an event of the worker, on the GUI thread; False where it is another's."""
        run = self._run
        if run is None or job != run.job:
            return False
        if isinstance(event, TakeComposed):
            run.next = event.result
            self._say()
        elif isinstance(event, JobFailed):
            self.end()
            self._session.trouble_arose.emit(Trouble(event.message, event.hint, event.details))
        elif isinstance(event, JobCancelled):
            self.end()
        return True

    def _follow(self, tick: float) -> None:
        run = self._run
        if run is None:
            return
        back = tick < run.place - _HALF_BEAT
        run.place = tick
        if back:
            run.number += 1
            if run.staged:
                self._take_over(run)
            self._say()
        elif run.next is not None and not run.staged and tick > run.start + _HALF_BEAT:
            self._stage(run, run.next, round(tick) - _NEAR)

    def _follow_transport(self) -> None:
        transport = self._session.transport
        if self.on and not (transport.playing and transport.looping):
            self.end()

    def _stage(self, run: _Looping, take: Take, cut: int) -> None:
        """Behind the playhead the next pass already lies."""
        mixed = behind(run.held, self._played(take), cut)
        self._session.playback.change_notes(run.held, mixed)
        run.held, run.staged = mixed, True

    def _take_over(self, run: _Looping) -> None:
        """A new pass has begun: all that comes is of the next version."""
        assert run.next is not None
        played = self._played(run.next)
        self._session.playback.change_notes(run.held, played)
        run.heard, run.held = run.next, played
        run.next, run.staged = None, False
        run.version += 1
        self._compose(run)

    def _compose(self, run: _Looping) -> None:
        session, worker = self._session, self._session.worker
        assert worker is not None
        try:
            wish = session.cue.request(session.settings, 0, fresh_seed())
            request = InfillRequest.into(run.heard, wish, run.hole)
        except PsychoscoreError as error:
            self.end()
            session.report(error)
            return
        run.job = worker.submit((request,))

    def _played(self, take: Take) -> Score:
        return played_score(take, self._session.cue, self._session.settings)

    def _say(self) -> None:
        self.changed.emit()
        self._session.generation_changed.emit()
        self._session.takes_changed.emit()


def behind(now: Score, later: Score, cut: int) -> Score:
    """The score `now` in which what is over before the tick `cut` is already that of `later`."""
    stay: Iterable[Note] = (note for note in now.notes if note.end > cut)
    come: Iterable[Note] = (note for note in later.notes if note.end <= cut)
    held: Iterable[Control] = (each for each in now.controls if each.onset > cut)
    new: Iterable[Control] = (each for each in later.controls if each.onset <= cut)
    return replace(
        now,
        notes=tuple(sorted([*come, *stay], key=lambda n: (n.onset, n.voice, n.pitch))),
        controls=tuple(sorted([*new, *held])),
    )
