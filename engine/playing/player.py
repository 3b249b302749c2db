"""The player: turns ticks into moments and sends what is due. It owns the musical now.

A pure state machine over a clock, an outlet and a programme: with the offline clock it is
deterministic to the last tick. It opens no port and reads no pipe.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from engine.playing.clock import Clock, TempoLine
from engine.playing.events import is_off, is_on, rank
from engine.playing.outlet import Outlet
from engine.playing.programme import Entry, Programme, pitch_of
from engine.playing.protocol import (
    AddEvents,
    Command,
    EndNotes,
    Events,
    ExchangeEvents,
    Finished,
    Lateness,
    Load,
    Locate,
    NotePlayed,
    Panic,
    Play,
    Position,
    ReplaceFrom,
    Reply,
    SetLoop,
    SetTempoMap,
    Stop,
    StrikeNote,
)
from engine.playing.touches import Touches
from engine.score import TICKS_PER_QUARTER, TempoMap

# The loop is woken this much before an event, says what it is about to strike and waits awake:
# whatever the system adds to a sleep then falls before the deadline.
EARLY_SECONDS = 0.001
LEAD_SECONDS = 0.003
LATE_SECONDS = 0.25
POSITION_SECONDS = 1 / 30
LATENESS_SECONDS = 1.0
SHORTEST_LOOP_TICKS = TICKS_PER_QUARTER // 16


class Player:
    """Plays a programme.

    Args:
        clock: the moments.
        outlet: where messages leave; the player never closes it.
        report: receives positions, lateness and what is struck.
    """

    def __init__(self, clock: Clock, outlet: Outlet, report: Callable[[Reply], None]) -> None:
        self._clock = clock
        self._outlet = outlet
        self._report = report
        self._touches = Touches(clock, outlet, report)
        self._programme = Programme()
        self._line = TempoLine(TempoMap())
        self._loop: tuple[int, int] | None = None
        self._playing = False
        self._waiting = False
        self._anchor_tick = 0.0
        self._anchor_moment = 0.0
        self._cursor = 0
        self._reached = 0.0
        self._next_position = 0.0
        self._next_lateness = 0.0
        self._lateness: list[float] = []

    @property
    def playing(self) -> bool:
        return self._playing

    def position(self) -> float:
        """The musical now, in ticks."""
        if not self._playing or self._waiting:
            return self._anchor_tick
        elapsed = max(0.0, self._clock.now() - self._anchor_moment)
        tick = self._line.tick(self._line.seconds(self._anchor_tick) + elapsed)
        return min(tick, float(self._border()))

    def spare(self) -> float:
        """Seconds until something must be sent; infinity while nothing plays."""
        if not self._playing or self._waiting:
            return math.inf
        return self._next_moment() - self._clock.now()

    def next_wake(self) -> float:
        """The moment at which `advance` has something to do; infinity when there is nothing."""
        touched = self._touches.next_end()
        if not self._playing:
            return touched
        if self._waiting:
            return min(self._next_position, touched)
        return min(self._next_position, self._next_moment() - EARLY_SECONDS, touched)

    def handle(self, command: Command) -> bool:
        """Carry out one command of music; False for a command that is none of ours."""
        match command:
            case Load():
                self.stop()
                self._programme.load(command.events, command.end, command.known_until)
                self._line = TempoLine(command.tempo_map)
                self._stand_at(0.0)
            case AddEvents():
                self._revise(lambda: self._programme.add(command.events, command.known_until))
                self._catch_up(command.events)
            case ReplaceFrom():
                self._replace(command)
            case ExchangeEvents():
                self._exchange(command)
            case StrikeNote():
                self._touches.strike(command.pitch, command.velocity, command.seconds)
            case SetTempoMap():
                self._set_tempo_map(command.tempo_map)
            case Play():
                self._play(command.from_tick)
            case Locate():
                self._locate(command.tick)
            case Stop():
                self.stop()
            case Panic():
                self.stop()
                self._outlet.panic()
            case SetLoop():
                self._set_loop(command.start_tick, command.end_tick)
            case EndNotes():
                self._outlet.end_notes(command.notes)
            case _:
                return False
        return True

    def advance(self) -> None:
        """Send all that is due, cross what borders were reached, report now and then."""
        self._touches.advance()
        self._excuse()
        while self._playing and not self._waiting:
            horizon = self._clock.now() + EARLY_SECONDS
            batch = self._due(horizon)
            if batch:
                self._send(batch)
            elif self._moment(self._border()) <= horizon:
                self._cross()
            else:
                break
        if self._playing and not self._waiting:
            self._reached = self.position()
        self._tell()

    def stop(self) -> None:
        """Stand still here and release everything."""
        at = self.position()
        was_playing = self._playing
        self._outlet.silence()
        self._stand_at(at)
        if was_playing:
            self._tell_lateness()
            self._tell_position()

    def _excuse(self) -> None:
        """After the machine slept, go on from where the music stood instead of racing after it."""
        if self._playing and not self._waiting:
            now = self._clock.now()
            if now - self._next_moment() > LATE_SECONDS:
                self._anchor_moment += now - self._moment(self._reached)

    def _stand_at(self, tick: float) -> None:
        self._playing = self._waiting = False
        self._anchor_tick = tick

    def _play(self, from_tick: int | None) -> None:
        start = self.position() if from_tick is None else float(from_tick)
        if self._playing:
            self._outlet.silence()
        if start >= self._programme.end and self._programme.known_until is None:
            self._stand_at(start)
            self._tell_position()
            self._report(Finished())
            return
        self._playing, self._waiting = True, False
        now = self._clock.now()
        self._next_position, self._next_lateness = now, now + LATENESS_SECONDS
        self._start_from(start, now + LEAD_SECONDS)

    def _locate(self, tick: int) -> None:
        if self._playing:
            self._outlet.silence()
            self._waiting = False
            self._start_from(float(tick), self._clock.now() + LEAD_SECONDS)
        else:
            self._stand_at(float(tick))
        self._tell_position()

    def _start_from(self, tick: float, moment: float) -> None:
        self._anchor_tick, self._anchor_moment = tick, moment
        self._cursor = self._programme.index_from(tick)
        self._reached = math.nextafter(tick, -math.inf)
        for data in self._programme.controls_before(tick):
            self._outlet.send(data)

    def _anchor(self, tick: float, now: float) -> None:
        """Reckon from here on; within the lead of a start the start itself stays the anchor."""
        if now > self._anchor_moment:
            self._anchor_tick, self._anchor_moment = tick, now

    def _set_tempo_map(self, tempo_map: TempoMap) -> None:
        at, now = self.position(), self._clock.now()
        self._line = TempoLine(tempo_map)
        if self._playing and not self._waiting:
            self._anchor(at, now)

    def _set_loop(self, start: int | None, end: int | None) -> None:
        self._loop = None
        if self._playing and not self._waiting:
            self._anchor(self.position(), self._clock.now())
        if start is not None and end is not None and end - start >= SHORTEST_LOOP_TICKS:
            self._loop = (start, end)

    def _replace(self, command: ReplaceFrom) -> None:
        events = tuple(event for event in command.events if event.tick >= command.tick)
        self._revise(
            lambda: self._programme.replace_from(command.tick, events, command.known_until)
        )
        self._catch_up(events)
        self._release_orphans()

    def _exchange(self, command: ExchangeEvents) -> None:
        self._revise(lambda: self._programme.exchange(command.removed, command.events))
        self._catch_up(command.events)
        self._release_orphans()

    def _release_orphans(self) -> None:
        """End what sounds and has no end any more in the music."""
        if not self._playing:
            return
        kept = self._programme.ending(self._cursor)
        for channel, pitch in self._outlet.sounding:
            if (channel, pitch) not in kept and not self._touches.holds(pitch):
                self._release(channel, pitch)

    def _revise(self, change: Callable[[], None]) -> None:
        """Change the programme under the playing hand without losing the place."""
        self.advance()
        change()
        if not self._playing:
            return
        self._cursor = self._programme.index_after(self._reached)
        if self._waiting and not self._waits_at(self._anchor_tick):
            self._waiting = False
            self._anchor_moment = self._clock.now() + LEAD_SECONDS

    def _catch_up(self, events: Events) -> None:
        """Sound at once what came a little late and is not over; the rest is past."""
        if not self._playing or self._waiting:
            return
        late = [event for event in events if event.tick <= self._reached]
        if not late:
            return
        oldest = self._clock.now() - LATE_SECONDS
        kept = self._programme.ending(self._cursor)
        for event in late:
            pitch = pitch_of(event.data)
            if is_on(event.data) and (self._moment(event.tick) < oldest or pitch not in kept):
                continue
            if is_off(event.data) and pitch not in self._outlet.sounding:
                continue
            self._send([(event.tick, rank(event.data), event.data)])

    def _release(self, channel: int, pitch: int) -> None:
        self._outlet.send(bytes((0x80 | channel, pitch, 64)))
        self._report(NotePlayed(released=((channel, pitch),)))

    def _border(self) -> int:
        """The tick at which the straight way ends: what is known, the loop's end or the end."""
        border = self._programme.end
        known = self._programme.known_until
        if known is not None and self._waits_at(known):
            border = known
        if self._loop is not None and self._anchor_tick < self._loop[1] <= border:
            border = self._loop[1]
        return border

    def _waits_at(self, tick: float) -> bool:
        """True when the events are known up to here and no further, and this is not the end."""
        known, end = self._programme.known_until, self._programme.set_end
        return known is not None and tick >= known and (end is None or known < end)

    def _moment(self, tick: float) -> float:
        seconds = self._line.seconds(tick) - self._line.seconds(self._anchor_tick)
        return self._anchor_moment + seconds

    def _next_moment(self) -> float:
        border = self._border()
        if self._cursor < len(self._programme.entries):
            return self._moment(min(border, self._programme.entries[self._cursor][0]))
        return self._moment(border)

    def _due(self, horizon: float) -> list[Entry]:
        entries, border = self._programme.entries, self._border()
        first = self._cursor
        while (
            self._cursor < len(entries)
            and entries[self._cursor][0] < border
            and self._moment(entries[self._cursor][0]) <= horizon
        ):
            self._cursor += 1
        return entries[first : self._cursor]

    def _send(self, batch: list[Entry]) -> None:
        # Struck is said before, released after: who buries us then knows every note that sounds.
        struck = tuple(pitch_of(data) for _, _, data in batch if is_on(data))
        if struck:
            self._report(NotePlayed(struck=struck))
        for tick, _, data in batch:
            moment = self._moment(tick)
            self._clock.sleep_until(moment)
            self._lateness.append((self._clock.now() - moment) * 1000.0)
            self._outlet.send(data)
        released = tuple(pitch_of(data) for _, _, data in batch if is_off(data))
        if released:
            self._report(NotePlayed(released=released))

    def _cross(self) -> None:
        """At a border: jump back in a loop, wait for more events, or finish."""
        border = self._border()
        moment = self._moment(border)
        self._clock.sleep_until(moment)
        if self._loop is not None and border == self._loop[1]:
            self._outlet.silence()
            self._start_from(float(self._loop[0]), moment)
            return
        if self._waits_at(border):
            ends = self._programme.entries[self._cursor : self._programme.index_after(border)]
            self._send([entry for entry in ends if entry[1] == 0])
            self._anchor_tick, self._waiting = float(border), True
            self._reached = math.nextafter(border, -math.inf)
            self._tell_position()
            return
        self._outlet.silence()
        self._stand_at(float(border))
        self._tell_lateness()
        self._tell_position()
        self._report(Finished())

    def _tell(self) -> None:
        now = self._clock.now()
        if self._playing and now >= self._next_position:
            self._next_position = now + POSITION_SECONDS
            self._tell_position()
        if self._playing and now >= self._next_lateness:
            self._next_lateness = now + LATENESS_SECONDS
            self._tell_lateness()

    def _tell_position(self) -> None:
        self._report(Position(round(self.position(), 3), self._playing, self._waiting))

    def _tell_lateness(self) -> None:
        if self._lateness:
            self._report(Lateness(tuple(round(late, 4) for late in self._lateness)))
            self._lateness.clear()
