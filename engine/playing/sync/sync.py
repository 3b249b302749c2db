"""The player's ear: hears a leader through an input and keeps the player where the leader is.

It opens and watches the input, hears it with a follower, and decides what our own play and stop
mean beside a leader. It knows no events and sends none.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from engine.errors import PsychoscoreError
from engine.playing.clock import Clock
from engine.playing.inputs import InputsHere, MidiInput
from engine.playing.player import Player
from engine.playing.protocol import (
    Command,
    Follow,
    Heartbeat,
    Locate,
    LockState,
    Panic,
    Play,
    Reply,
    SendClock,
    SetPlace,
    Stop,
    SyncState,
)
from engine.playing.sync.clock_follower import ClockFollower
from engine.playing.sync.lead import Follower, Lead
from engine.playing.sync.timecode_follower import TimecodeFollower

LISTEN_SECONDS = 0.001
# Where nobody has been heard yet, an ear costs next to nothing.
DOZE_SECONDS = 0.02
WATCH_SECONDS = 0.25
RETRY_SECONDS = 2.0
OPENING_PATIENCE = 10.0
OPENING_SECONDS = 0.05
ECHO_SECONDS = 0.25
ECHOES = 3
ECHO = (
    "Our own clock comes back through this input: following it would run in a circle. "
    "Choose another input, or send no clock."
)
_INTERNAL = Follow(0, "internal")
_QUARTER_FRAME, _FULL_FRAME, _CLOCK_WORDS = 0xF1, b"\xf0\x7f", (0xF2, 0xF8, 0xFA, 0xFB, 0xFC)


class Sync:
    """Follows whoever is to be followed, and otherwise does nothing at all.

    Args:
        player: whom it leads.
        inputs: the inputs of this machine.
        report: receives `SyncState`.
    """

    def __init__(
        self, clock: Clock, player: Player, inputs: InputsHere, report: Callable[[Reply], None]
    ) -> None:
        self._clock, self._player = clock, player
        self._inputs, self._report = inputs, report
        self._wish = _INTERNAL
        self._place = SetPlace(0)
        self._input: MidiInput | None = None
        self._follower: Follower = ClockFollower()
        self._turn = 0
        self._leads = False
        self._heard = ""
        self._joined = True
        self._sends = False
        self._echoes = 0
        self._last_turn = -math.inf
        self._sentence = ""
        self._told: SyncState | None = None
        self._next_watch = 0.0
        self._next_retry = 0.0

    def next_wake(self) -> float:
        """The moment at which the input is to be heard again; infinity without one."""
        if self._input is None:
            return math.inf
        return self._clock.now() + (LISTEN_SECONDS if self._heard else DOZE_SECONDS)

    def handle(self, command: Command) -> bool:
        """Carry out a command about following; False where the player is to hear it as well."""
        match command:
            case Follow():
                self._follow(command)
            case SetPlace():
                self._set_place(command)
                return False
            case SendClock():
                self._sends, self._echoes = command.on, 0
                return False
            case Play() if self._leads:
                self._joined = True
                self._turn = -1
            case Locate() if self._leads and self._joined:
                self._turn = -1
            case Stop() | Panic():
                self._joined = False
                return False
            case _:
                return False
        return True

    def advance(self) -> None:
        """Hear what has come, and be where the leader is."""
        if self._input is None:
            return
        for moment, data in self._input.received():
            if self._wish.source == "auto":
                self._choose_by(data)
            self._follower.hear(moment, data)
        lead = self._follower.lead(self._clock.now())
        if lead is not None:
            self._run_with(lead)
        elif self._leads:
            self._leads = False
            self._turn = self._follower.turn
            self._player.part()
        elif self._follower.turn != self._turn:
            self._turn = self._follower.turn
            self._player.stand(self._tick(self._follower.place))

    def watch(self, spare: float) -> None:
        """Look after the input and tell how it stands; costs some microseconds.

        Args:
            spare: seconds until the music needs the thread; opening an input wants a rest.
        """
        now = self._clock.now()
        if self._wish.source == "internal" or now < self._next_watch:
            return
        self._next_watch = now + WATCH_SECONDS
        trouble = self._input.trouble() if self._input is not None else ""
        if trouble:
            self._close()
            self._sentence = trouble
            self._next_retry = now + RETRY_SECONDS
        elif self._input is None and now >= self._next_retry and self._may_open(spare):
            self._open()
        self._tell()

    def _may_open(self, spare: float) -> bool:
        return spare > OPENING_SECONDS and self._echoes < ECHOES

    def close(self) -> None:
        """Hear nobody any more."""
        self._close()

    def _follow(self, command: Follow) -> None:
        self._close()
        if self._leads:
            self._player.unlead()
        self._wish, self._sentence, self._told = command, "", None
        self._leads, self._joined, self._turn, self._echoes = False, True, 0, 0
        self._heard = "" if command.source == "auto" else command.source
        if command.source == "timecode":
            self._follower = TimecodeFollower(self._place.frame_rate)
        else:
            self._follower = ClockFollower(self._player.bpm())
        if command.source != "internal":
            self._open()
        self._tell()

    def _choose_by(self, data: bytes) -> None:
        """Follow by what is heard first; a clock that comes later is preferred to a time code."""
        if self._leads or not data:
            return
        if data[0] in _CLOCK_WORDS:
            if self._heard != "clock":
                self._heard, self._turn = "clock", 0
                self._follower = ClockFollower(self._player.bpm())
        elif not self._heard and (data[0] == _QUARTER_FRAME or data[:2] == _FULL_FRAME):
            self._heard, self._turn = "timecode", 0
            self._follower = TimecodeFollower(self._place.frame_rate)

    def _set_place(self, place: SetPlace) -> None:
        self._place = place
        if isinstance(self._follower, TimecodeFollower):
            self._follower.prefer(place.frame_rate)
        if self._leads:
            self._turn = -1

    def _open(self) -> None:
        self._next_retry = self._clock.now() + RETRY_SECONDS
        self._report(Heartbeat(OPENING_PATIENCE))
        try:
            self._input = self._inputs.open(self._wish.choice)
            self._sentence = ""
        except PsychoscoreError as error:
            self._sentence = str(error)

    def _close(self) -> None:
        if self._input is not None:
            self._input.close()
            self._input = None

    def _run_with(self, lead: Lead) -> None:
        fresh = lead.turn != self._turn
        if fresh and self._turn != -1 or not self._leads:
            self._joined = True
            if self._is_echo():
                self._refuse()
                return
        self._leads, self._turn = True, lead.turn
        if self._joined:
            self._player.chase(self._tick(lead.place), lead.moment, lead.bpm, jump=fresh)

    def _is_echo(self) -> bool:
        """Whether each start that we send starts us again, faster than any hand."""
        now = self._clock.now()
        soon = self._sends and now - self._last_turn < ECHO_SECONDS
        self._echoes = self._echoes + 1 if soon else 0
        self._last_turn = now
        return self._echoes >= ECHOES

    def _refuse(self) -> None:
        """Follow no longer, and stop: what plays was started by nobody but ourselves."""
        self._close()
        self._leads = False
        self._sentence = ECHO
        self._player.part()

    def _tick(self, place: float) -> float:
        """The music's own tick for a place of the leader's."""
        if isinstance(self._follower, TimecodeFollower):
            return self._player.tick_of_seconds(
                place - self._follower.seconds_of(self._place.timecode)
            )
        return place - self._place.song_tick

    def _tell(self) -> None:
        """Say how following stands, when that has changed."""
        wish, now = self._wish, self._clock.now()
        if wish.source == "auto" and not self._leads:
            # Nobody is missed where nobody was asked for.
            refused = self._sentence if self._sentence == ECHO else ""
            state = SyncState("auto", wish.choice.name, "off", 0.0, refused)
        elif wish.source == "internal":
            state = SyncState("internal", "", "off")
        elif self._input is None:
            lock: LockState = "lost" if self._leads else "searching"
            state = SyncState(wish.source, wish.choice.name, lock, 0.0, self._sentence)
        else:
            bpm = round(self._follower.bpm, 1)
            state = SyncState(wish.source, self._input.name, self._follower.state(now), bpm)
        if state != self._told:
            self._told = state
            self._report(state)
