"""The playing hand: sends each event of a programme at its moment, up to the border ahead.

A pure state machine over a clock, an outlet and a programme. It knows no commands and no leader.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from engine.playing.clicks import Clicks
from engine.playing.clock import Clock
from engine.playing.events import is_off, is_on
from engine.playing.fading import Fading
from engine.playing.outlet import Outlet
from engine.playing.pace import Pace
from engine.playing.programme import Entry, Programme, pitch_of
from engine.playing.protocol import (
    Finished,
    NotePlayed,
    Position,
    Reply,
)
from engine.playing.pulses import Pulses
from engine.playing.telling import Telling
from engine.playing.touches import Touches

# The loop is woken this much before an event, says what it is about to strike and waits awake:
# whatever the system adds to a sleep then falls before the deadline.
EARLY_SECONDS = 0.001
LEAD_SECONDS = 0.003
LATE_SECONDS = 0.25


class Hand:
    """Plays a programme, where it is told to.

    Args:
        clock: the moments.
        outlet: where messages leave; the player never closes it.
        report: receives positions, lateness and what is struck.

    Attributes:
        starts: how often it began somewhere: by a start, a jump or a turn of a loop.
    """

    def __init__(self, clock: Clock, outlet: Outlet, report: Callable[[Reply], None]) -> None:
        self._clock = clock
        self._outlet = outlet
        self._report = report
        self._touches = Touches(clock, outlet, report)
        self._programme = Programme()
        self._telling = Telling(clock, report, self._place)
        self._pulses = Pulses(outlet.send_clock)
        self._clicks = Clicks(outlet.send_preview)
        self._pace = Pace()
        self._fading = Fading(clock, outlet.send)
        self._loop: tuple[int, int] | None = None
        self._playing = False
        self._waiting = False
        self._led = False
        self._cursor = 0
        self._reached = 0.0
        self._begun = -math.inf
        self.starts = 0

    @property
    def playing(self) -> bool:
        return self._playing

    @property
    def running(self) -> bool:
        """Whether time passes: it plays and does not wait for music to come."""
        return self._playing and not self._waiting

    @property
    def led(self) -> bool:
        return self._led

    @property
    def begins(self) -> float:
        """The moment from which the present way is reckoned: after a start, that of its sound."""
        return self._pace.moment

    def seconds_at(self, moment: float) -> float:
        """The musical now of a moment as seconds after tick 0, by the music's own tempo."""
        return self._pace.own_seconds(self.tick_at(moment))

    def moment_of_seconds(self, seconds: float) -> float:
        """When the music will be so many seconds after tick 0, going on as it does."""
        return self._pace.moment_of(self._pace.own_tick(seconds))

    def position(self) -> float:
        """The musical now, in ticks."""
        if not self._playing or self._waiting:
            return self._pace.tick
        return min(self._pace.tick_at(self._clock.now()), float(self._border()))

    def tick_at(self, moment: float) -> float:
        """The musical now of a moment that has just passed, in ticks."""
        if not self._playing or self._waiting:
            return self._pace.tick
        return min(self._pace.tick_at(moment), float(self._border()))

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
            return min(self._telling.next_position, touched)
        due = min(self._next_moment(), self._next_pulse()[1]) - EARLY_SECONDS
        return min(self._telling.next_position, due, touched, self._fading.next_wake())

    def advance(self) -> None:
        """Send all that is due, cross what borders were reached, report now and then."""
        self._touches.advance()
        if self._fading.advance():
            self.stop()
            self._report(Finished())
        self._excuse()
        while self._playing and not self._waiting:
            horizon = self._clock.now() + EARLY_SECONDS
            pulse, moment = self._next_pulse()
            batch = self._due(horizon, pulse)
            if batch:
                self._send(batch)
            elif moment <= horizon:
                self._clock.sleep_until(moment)
                self._send_pulse(pulse)
            elif self._moment(self._border()) <= horizon:
                self._cross()
            else:
                break
        if self._playing and not self._waiting:
            # Before what is counted in nothing is reached: an edit must not let it sound.
            self._reached = max(self.position(), self._begun)
        if self._playing:
            self._telling.tell()

    def stop(self) -> None:
        """Stand still here and release everything."""
        at = self.position()
        was_playing = self._playing
        self._outlet.silence()
        self._fading.end()
        self._stand_at(at)
        if was_playing:
            self._telling.lateness()
            self._telling.place()

    def _excuse(self) -> None:
        """After the machine slept, go on from where the music stood instead of racing after it."""
        if self._playing and not self._waiting:
            now = self._clock.now()
            if now - self._next_moment() > LATE_SECONDS:
                if self._led:
                    self._outlet.silence()
                    self._start_from(self._pace.tick_at(now), now)
                else:
                    self._pace.moment += now - self._moment(self._reached)

    def _stand_at(self, tick: float) -> None:
        self._pulses.stop()
        self._playing = self._waiting = False
        self._pace.tick = tick

    def _lies_ahead(self, tick: float) -> bool:
        return tick < self._programme.end or self._programme.known_until is not None

    def _start_from(self, tick: float, moment: float) -> None:
        self.starts += 1
        self._pace.anchor(tick, moment)
        self._cursor = self._programme.index_from(tick)
        self._reached = self._begun = math.nextafter(tick, -math.inf)
        for data in self._programme.controls_before(tick):
            self._outlet.send(self._fading.shaped(data))
        self._pulses.start(tick)
        self._clicks.start(tick)

    def _anchor(self, tick: float, now: float) -> None:
        """Reckon from here on; within the lead of a start the start itself stays the anchor."""
        if now > self._pace.moment:
            self._pace.anchor(tick, now)

    def _release(self, channel: int, pitch: int) -> None:
        self._outlet.send(bytes((0x80 | channel, pitch, 64)))
        self._report(NotePlayed(released=((channel, pitch),)))

    def _border(self) -> int:
        """The tick at which the straight way ends: what is known, the loop's end or the end."""
        border = self._programme.end
        known = self._programme.known_until
        if known is not None and self._waits_at(known):
            border = known
        if self._loop is not None and not self._led and self._pace.tick < self._loop[1] <= border:
            border = self._loop[1]
        return border

    def _waits_at(self, tick: float) -> bool:
        """True when the events are known up to here and no further, and this is not the end."""
        known, end = self._programme.known_until, self._programme.set_end
        return known is not None and tick >= known and (end is None or known < end)

    def _moment(self, tick: float) -> float:
        return self._pace.moment_of(tick)

    def _next_moment(self) -> float:
        border = self._border()
        if self._cursor < len(self._programme.entries):
            return self._moment(min(border, self._programme.entries[self._cursor][0]))
        return self._moment(border)

    def _next_pulse(self) -> tuple[float, float]:
        """Tick and moment of the next pulse or click; infinity where none is to come."""
        tick = min(self._pulses.next_tick, self._clicks.next_tick)
        if tick >= self._border():
            return math.inf, math.inf
        return tick, self._moment(tick)

    def _send_pulse(self, tick: float) -> None:
        if self._pulses.next_tick <= tick:
            self._pulses.send_next()
        if self._clicks.next_tick <= tick:
            self._clicks.send_next()

    def _due(self, horizon: float, before: float) -> list[Entry]:
        """The entries that are due, of those that lie before the tick `before`."""
        entries, border = self._programme.entries, min(before, self._border())
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
            self._telling.late(moment)
            self._outlet.send(self._fading.shaped(data))
        released = tuple(pitch_of(data) for _, _, data in batch if is_off(data))
        if released:
            self._report(NotePlayed(released=released))

    def _cross(self) -> None:
        """At a border: jump back in a loop, wait for more events, or finish."""
        border = self._border()
        moment = self._moment(border)
        self._clock.sleep_until(moment)
        if self._loop is not None and not self._led and border == self._loop[1]:
            self._outlet.silence()
            forwards = self._loop[0] > border
            self._start_from(float(self._loop[0]), moment)
            if forwards:
                self._loop = None
            return
        if self._waits_at(border):
            ends = self._programme.entries[self._cursor : self._programme.index_after(border)]
            self._send([entry for entry in ends if entry[1] == 0])
            self._pulses.stop()
            self._pace.tick, self._waiting = float(border), True
            self._reached = math.nextafter(border, -math.inf)
            self._telling.place()
            return
        self._outlet.silence()
        self._fading.end()
        self._stand_at(float(border))
        self._telling.lateness()
        self._telling.place()
        self._report(Finished())

    def _place(self) -> Position:
        return Position(round(self.position(), 3), self._playing, self._waiting)
