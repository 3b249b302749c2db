"""Playing live: the music goes on bar by bar, and what was played becomes a take.

It holds what is begun, what is free, and how often a bar was nearly late. It knows neither the
engine's thread nor the player; it gives both what they need and hears their news.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.session.asking import fresh_seed
from app.session.live_reins import LiveReins
from app.session.live_stream import FOREVER, LiveStream
from app.session.playback import Loop
from app.session.values import Trouble
from engine.errors import PsychoscoreError
from engine.lanes import Lanes
from engine.live import HOLD_BARS, BarCommitted, LiveBar
from engine.project.cue_marks import TakeLabel
from engine.project.edits import AddTake, AnyEdit, SetBars, SetLane, Several, new_take_id
from engine.score import Metre, Note
from engine.take import GenerationRequest, NoteComposed, Take, TakeComposed
from engine.worker import JobCancelled, JobFailed, JobFinished, WorkerEvent

if TYPE_CHECKING:
    from app.session.generating import Generating

# The roll shows whole stretches of so many bars, so that it does not grow at each bar line.
_STRETCH = 16


class LiveState(Enum):
    LIVE = "live"
    HOLDING = "holding"
    LATE = "late"
    """The last bar would have been late."""
    ENDING = "ending"


@dataclass(frozen=True, slots=True)
class LiveSnapshot:
    """Live music at one moment.

    Args:
        bar: the bar, from 1, that was begun last.
        free: the tick from which on a wish is heard.
        latency: seconds before a bar line after which a wish is too late for that bar.
        unguided, closed: how many bars lost guidance, or were closed, not to be late.
        hold: how many bars are held, 0 for none.
        metres: those that are shown.
    """

    state: LiveState
    bar: int
    free: int
    latency: float
    unguided: int
    closed: int
    hold: int
    metres: tuple[Metre, ...]


@dataclass
class _Playing:
    cue: str
    metre: Metre
    reins: LiveReins
    stream: LiveStream
    loop: tuple[Loop | None, bool]
    job: int = 0
    bar: int = 0
    began: bool = False
    ending: bool = False
    late: bool = False
    unguided: int = 0
    closed: int = 0
    take: Take | None = None


class Live(QObject):
    """At most one live music at a time.

    Args:
        session: whose cue it is, and where its take goes.
        clock: seconds, monotonic.
    """

    changed = Signal()
    """It began or ended, a bar was begun or is complete, or bars are held."""

    def __init__(self, session: Generating, clock: Callable[[], float] = time.perf_counter) -> None:
        super().__init__(session)
        self._session, self._clock = session, clock
        self._playing: _Playing | None = None
        self.hold_bars = 4
        self.notes: list[Note] = []
        self.heats: list[float] = []
        session.cue_changed.connect(self._follow_wish)
        session.transport_changed.connect(self._follow_transport)
        session.position_changed.connect(self._follow_place)

    @property
    def on(self) -> bool:
        """Whether live music plays, begins or is just being kept."""
        return self._playing is not None

    @property
    def can_start(self) -> bool:
        return self._session.can_generate

    @property
    def snapshot(self) -> LiveSnapshot | None:
        run = self._playing
        if run is None:
            return None
        going = LiveState.LATE if run.late else LiveState.LIVE
        state = LiveState.HOLDING if run.reins.hold else going
        bars = -(-max(run.bar + 1, self._session.cue.bars) // _STRETCH) * _STRETCH
        return LiveSnapshot(
            LiveState.ENDING if run.ending else state,
            run.bar,
            run.bar * run.metre.ticks,
            run.reins.latency,
            run.unguided,
            run.closed,
            run.reins.hold,
            (run.metre,) * bars,
        )

    # ---- Wishes

    def toggle(self) -> None:
        if not self.stop():
            self.start()

    def start(self) -> None:
        """Begin; a no where no model is ready or something is being composed."""
        session, worker = self._session, self._session.worker
        if worker is None or not self.can_start:
            return
        session.settle()
        try:
            request = endless(session.cue.request(session.settings, 0, fresh_seed()))
        except PsychoscoreError as error:
            session.report(error)
            return
        transport, metre = session.transport, request.metres[0]
        tempo_map = session.asked.tempo_map
        loop = (transport.loop, transport.looping)
        session.playback.stop()
        session.playback.set_loop(transport.loop, looping=False)
        reins = LiveReins(request.lanes.profile, tempo_map, metre.ticks, self._clock)
        stream = LiveStream(session.playback.begin_endless(tempo_map, FOREVER), metre)
        run = self._playing = _Playing(session.cue.id, metre, reins, stream, loop)
        self.notes, self.heats = [], []
        run.job = worker.submit_live(request, reins, stream)
        self._say()

    def stop(self) -> bool:
        """Stop and keep what was played; False where nothing plays live."""
        run = self._playing
        if run is None:
            return False
        if not run.ending:
            run.ending = True
            run.stream.end()
            run.reins.stop(self._session.position if run.began else 0)
            self._session.playback.stop()
            self._say()
        return True

    def toggle_hold(self) -> None:
        """Hold the last bars from the next free bar line on, or go on there."""
        run = self._playing
        if run is not None and not run.ending:
            run.reins.set_hold(0 if run.reins.hold else self.hold_bars)
            self._say()

    def go(self) -> bool:
        """Leave what is held on the bar line; False where nothing is held."""
        run = self._playing
        if run is None or not run.reins.hold:
            return False
        run.reins.set_hold(0)
        self._say()
        return True

    def choose_hold(self, bars: int) -> None:
        """How many bars are held; another number is taken up while some are held."""
        self.hold_bars = min(HOLD_BARS, key=lambda each: abs(each - bars))
        run = self._playing
        if run is not None and run.reins.hold:
            run.reins.set_hold(self.hold_bars)
        self._say()

    # ---- News

    def hear(self, job: int, event: WorkerEvent) -> bool:
        """Take in an event of the worker, on the GUI thread; False where it is another's."""
        run = self._playing
        if run is None or job != run.job:
            return False
        match event:
            case BarCommitted(bar):
                run.bar = bar
                self._say()
            case NoteComposed(_, _, note):
                self.notes.append(note)
                self._session.note_arrived.emit(note)
            case LiveBar():
                self._take_in(run, event)
            case TakeComposed(_, take):
                run.take = take
            case JobFinished():
                self._finish(run)
            case JobFailed(message, hint, details):
                self._end(run)
                self._session.trouble_arose.emit(Trouble(message, hint, details))
            case JobCancelled():
                self._end(run)
        return True

    def _take_in(self, run: _Playing, bar: LiveBar) -> None:
        self.heats.append(bar.temperature)
        run.late = bar.unguided or bar.closed
        run.unguided += bar.unguided
        run.closed += bar.closed
        if not run.began and not run.ending:
            run.began = True
            self._session.playback.play(0)
        self._say()

    def _follow_wish(self) -> None:
        run, asked = self._playing, self._session.asked
        if run is None or run.ending or asked.cue.id != run.cue:
            return
        run.reins.set_profile(asked.lanes.profile)
        tick = self._session.position
        now = run.reins.tempo_map
        if (asked.tempo_map.bpm(tick), later(asked.tempo_map.marks, tick)) != (
            now.bpm(tick),
            later(now.marks, tick),
        ):
            run.reins.set_tempo_map(asked.tempo_map, tick)

    def _follow_transport(self) -> None:
        run = self._playing
        if run is not None and run.began and not self._session.transport.playing:
            self.stop()

    def _follow_place(self, tick: float) -> None:
        run = self._playing
        if run is not None and run.began and self._session.transport.playing:
            run.reins.set_place(tick, self._session.playback.following.tempo_map)

    def _finish(self, run: _Playing) -> None:
        """What was played becomes a take: one undo step."""
        take = run.take
        self._end(run)
        session = self._session
        if take is None or all(cue.id != run.cue for cue in session.cues):
            return
        label = TakeLabel(id=new_take_id(take), title="Live")
        session.choose_later(run.cue, label.id)
        add = AddTake(cue=run.cue, label=label, take=take)
        session.commit(Several(edits=(*self._recorded(run, take), add), title="Play live"))

    def _recorded(self, run: _Playing, take: Take) -> tuple[AnyEdit, ...]:
        """The cue takes on the length, and the lanes of what was moved where it had none."""
        cue = next(cue for cue in self._session.cues if cue.id == run.cue)
        bars = len(take.score.metres)
        edits: list[AnyEdit] = []
        if bars > cue.bars:
            edits.append(SetBars(cue=cue.id, bars=bars))
        drawn = {lane.name for lane in cue.lanes}
        for lane in take.provenance.request.lanes.lanes:
            if lane.name not in drawn:
                edits.append(SetLane(cue=cue.id, name=lane.name, points=lane.points))
        return tuple(edits)

    def _end(self, run: _Playing) -> None:
        self._playing = None
        run.stream.end()
        session = self._session
        if session.transport.playing:
            session.playback.stop()
        session.playback.set_loop(*run.loop)
        session.hold_again()
        session.playback.locate(0)
        session.takes_changed.emit()
        self._say()

    def _say(self) -> None:
        self.changed.emit()
        self._session.generation_changed.emit()


def endless(request: GenerationRequest) -> GenerationRequest:
    """A cue's request without all that belongs to single bars."""
    return replace(
        request,
        lanes=Lanes(request.lanes.profile),
        metres=request.metres[:1],
        key_changes=(),
        upbeat_ticks=0,
        phrases=(),
        hits=(),
        ending=None,
        dialogue=(),
        bar_attributes=(),
    )


def later(marks: tuple[tuple[int, float], ...], tick: float) -> tuple[tuple[int, float], ...]:
    """The tempo marks that are still ahead."""
    return tuple(mark for mark in marks if mark[0] > tick)
