"""Show mode: the frozen takes of a project in their order, by GO. Nothing is composed or changed.

What a GO does is `engine.show`'s; this is the hand that carries it to the player. What GO comes
by - a key, a pedal, a note, a message - is told here or heard from the player.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.session.following import Leaving
from app.session.values import CueSnapshot, Held
from engine.playing.protocol import (
    Acknowledged,
    ControlsMoved,
    Finished,
    KeysStruck,
    PlayerGone,
    PlayerReplaced,
    Position,
    Reply,
    SyncSource,
)
from engine.project.cue import Cue
from engine.project.letters import letter
from engine.show import (
    Begin,
    Choose,
    Ended,
    Fade,
    FadeAway,
    Go,
    Halt,
    LeaveAt,
    Prepare,
    Reached,
    Repeat,
    Show,
    ShowAction,
    ShowCue,
    ShowEvent,
    StopPlaying,
    after,
    show_vamps,
)

if TYPE_CHECKING:
    from app.session.session import Session

BOUNCE_SECONDS = 0.25
"""A foot or a finger that says GO twice so soon means it once."""
PEDAL_DOWN = 64


class Showing(QObject):
    """The show of one session.

    Args:
        session: whose cues are played.
        player: leaves vamps and fades.
        clock: seconds, monotonic.

    Signals:
        changed(): the show began, ended, or stands elsewhere.
    """

    changed = Signal()

    def __init__(
        self,
        session: Session,
        player: Leaving,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        super().__init__(session)
        self._session, self._player, self.clock = session, player, clock
        self.show: Show | None = None
        self._ready: dict[int, Held] = {}
        self._holding: int | None = None
        self._awaited: int | None = None
        self._last_go = -BOUNCE_SECONDS
        self._pedal_down = False
        self._before: tuple[int, object, bool, SyncSource, str] = (0, None, False, "internal", "")

    @property
    def on(self) -> bool:
        return self.show is not None

    @property
    def answered(self) -> bool:
        """Whether the player has begun what the last GO asked for."""
        return self._awaited is None

    @property
    def fade_seconds(self) -> float:
        """How long a fade lasts."""
        return self._session.settings.show.fade_seconds

    # ---- Wishes

    def enter(self) -> None:
        """Begin: from now on nothing is changed, and the first cue with a take is ready."""
        if self.on:
            return
        session, playback = self._session, self._session.playback
        session.live.stop()
        session.end_hearing()
        session.cancel()
        session.settling.emit()
        session.drop_preview()
        playback.stop()
        transport, follows = playback.transport, playback.following.state
        self._before = (
            int(playback.position),
            transport.loop,
            transport.looping,
            follows.source,
            follows.port,
        )
        if follows.source != "internal":
            playback.following.follow("internal")  # a vamp has its own time
        self._ready = {}
        show = Show.of([self._cue(index, cue) for index, cue in enumerate(session.cues)])
        self.show = show
        session.undo_stack.frozen = True
        self._holding, self._awaited = None, None
        self._do(Repeat(None))
        if show.next is not None:
            self._do(Prepare(show.next))
        self._tell()

    def leave(self) -> None:
        """End: the cue that was open is in the player again, stopped."""
        if not self.on:
            return
        session, playback = self._session, self._session.playback
        playback.stop()
        self.show, self._ready = None, {}
        session.undo_stack.frozen = False
        place, loop, looping, source, port = self._before
        session.hold_again()
        playback.set_loop(loop, looping)  # type: ignore[arg-type]
        playback.locate(place)
        if source != "internal":
            playback.following.follow(source, port)
        self._tell()

    def go(self) -> None:
        """GO."""
        now = self.clock()
        if self.on and now - self._last_go >= BOUNCE_SECONDS:
            self._last_go = now
            self._take_in(Go())

    def stop(self) -> None:
        """Stop at once."""
        self._take_in(Halt())

    def fade(self) -> None:
        """Let the music grow silent."""
        self._take_in(Fade())

    def choose(self, index: int) -> None:
        """Let another cue be the next one."""
        self._take_in(Choose(index))

    # ---- What the player says

    def hear(self, reply: Reply) -> bool:
        """Take in what the player says; True where it speaks of music that is no more."""
        if not self.on:
            return False
        match reply:
            case Acknowledged(identity) if identity == self._awaited:
                self._awaited = None
            case Finished() | Position() if self._awaited is not None:
                return True
            case Finished():
                # The playback hears it first, or it would take the next cue for the one that ended.
                self._session.playback.hear(reply)
                self._take_in(Ended())
                return True
            case Position(tick, True):
                self._take_in(Reached(tick))
            case PlayerReplaced() | PlayerGone():
                self._session.playback.hear(reply)
                self._holding = self._awaited = None
                self._take_in(Halt())
                return True
            case ControlsMoved(moves):
                for _, controller, value in moves:
                    if controller == self._session.settings.show.go_controller:
                        self._press(value >= PEDAL_DOWN)
            case KeysStruck(strokes):
                note = self._session.settings.show.go_note
                if any(each.pitch == note and each.velocity for each in strokes):
                    self.go()
        return False

    def _press(self, down: bool) -> None:
        before, self._pedal_down = self._pedal_down, down
        if down and not before:
            self.go()

    # ---- What follows

    def _take_in(self, event: ShowEvent) -> None:
        if self.show is None:
            return
        before = self.show
        self.show, actions = after(before, event)
        for action in actions:
            self._do(action)
        if self.show != before:
            self._tell()

    def _do(self, action: ShowAction) -> None:
        playback = self._session.playback
        match action:
            case Prepare(index):
                self._hold(index)
                playback.locate(self._begin(index))
            case Begin(index):
                if playback.transport.playing:
                    playback.stop()
                self._hold(index)
                self._awaited = playback.play(self._begin(index))
            case Repeat(region):
                playback.set_loop(region, region is not None)
            case LeaveAt(borders):
                self._player.leave_loop(borders)
            case FadeAway():
                section = self._session.settings.show
                self._player.fade_out(section.fade_seconds, section.fade_by)
            case StopPlaying():
                playback.stop()

    def _begin(self, index: int) -> int:
        assert self.show is not None
        return self.show.cues[index].begin

    def _hold(self, index: int) -> None:
        if self._holding != index:
            held = self._ready[index]
            self._session.playback.show_score(held.score, held.tempo_map, held.end)
            self._holding = index

    def _cue(self, index: int, cue: Cue) -> ShowCue:
        """A cue with the take that is played: the approved one, else the last starred one, else
        the last."""
        session = self._session
        asked = CueSnapshot.of(cue, session.settings)
        there = [
            (at, label, take)
            for at, label in enumerate(cue.takes)
            if (take := session.state.take(cue.id, label.id)) is not None
        ]
        chosen = max(
            there,
            key=lambda each: (each[1].id == cue.approved, each[1].starred, each[0]),
            default=None,
        )
        at, label = (chosen[0], chosen[1]) if chosen else (0, None)
        if chosen is not None:
            self._ready[index] = Held.of(chosen[1].id, chosen[2], asked)
        return ShowCue(
            id=cue.id,
            number=cue.number,
            title=cue.title,
            take=label.id if label else "",
            letter=letter(at) if label else "",
            starred=label is not None and label.starred,
            begin=-cue.upbeat_ticks,
            end=asked.starts[-1],
            seconds=asked.tempo_map.seconds(asked.starts[-1]),
            starts=asked.starts,
            vamps=show_vamps(cue.vamps, asked.metres),
        )

    def _tell(self) -> None:
        self.changed.emit()
