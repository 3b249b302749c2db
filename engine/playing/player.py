"""The player: turns ticks into moments and sends what is due. It owns the musical now.

A pure state machine over a clock, an outlet and a programme: with the offline clock it is
deterministic to the last tick. It opens no port and reads no pipe.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from engine.playing.events import CONTROL, is_off, is_on, rank
from engine.playing.hand import LATE_SECONDS, LEAD_SECONDS, Hand
from engine.playing.programme import pitch_of
from engine.playing.protocol import (
    AddEvents,
    Command,
    CountIn,
    EndNotes,
    Events,
    ExchangeEvents,
    FadeOut,
    Finished,
    LeaveLoop,
    Led,
    Load,
    Locate,
    Panic,
    Play,
    ReplaceFrom,
    SendClock,
    SetClick,
    SetLoop,
    SetPlace,
    SetTempoMap,
    Stop,
    StrikeNote,
)
from engine.score import TICKS_PER_QUARTER, TempoMap

SHORTEST_LOOP_TICKS = TICKS_PER_QUARTER // 16
END_TICKS = TICKS_PER_QUARTER // 4


class Player(Hand):
    """Plays a programme as commands and a leader want it."""

    def tick_of_seconds(self, seconds: float) -> float:
        """The tick so many seconds after tick 0, by the music's own tempo."""
        return self._pace.own_tick(seconds)

    def bpm(self) -> float:
        """The music's own tempo here."""
        return self._pace.own_bpm(self.position())

    def handle(self, command: Command) -> bool:
        """Carry out one command of music; False for a command that is none of ours."""
        match command:
            case Load():
                self.stop()
                self._programme.load(command.events, command.end, command.known_until)
                self._pace.set_map(command.tempo_map)
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
            case CountIn():
                self._count_in(command)
            case Locate():
                self._locate(command.tick)
            case Stop():
                self.stop()
            case Panic():
                self.stop()
                self._outlet.panic()
            case SetLoop():
                self._set_loop(command.start_tick, command.end_tick)
            case SetClick():
                self._clicks.set(command.events, self.position())
            case LeaveLoop():
                self._leave_loop(command.at)
            case FadeOut() if self._playing:
                self._fading.begin(command.seconds, command.by)
            case FadeOut():
                self._report(Finished())
            case SetPlace():
                self._pulses.song_tick = command.song_tick
                self._pulse_from_here()
            case SendClock():
                self._pulses.on = command.on
                self._pulse_from_here()
            case EndNotes():
                self._outlet.end_notes(command.notes)
            case _:
                return False
        return True

    def chase(self, tick: float, moment: float, bpm: float, *, jump: bool) -> None:
        """Be where a leader is: at `tick` at `moment`, and on from there.

        Args:
            bpm: the leader's tempo, or 0 to keep the music's own.
            jump: begin there, as after a start; else what plays is nudged.
        """
        self._led = True
        here = self.position()
        self._pace.lead(bpm)
        if not self._playing:
            if self._lies_ahead(tick) and (jump or tick < self._programme.end - END_TICKS):
                self._playing, self._waiting = True, False
                self._telling.begin()
                self._start_from(tick, moment)
                self._report(Led(playing=True))
            return
        if jump or self._strays(here, tick, moment):
            self._outlet.silence()
            self._waiting = False
            self._start_from(tick, moment)
        elif not self._waiting:
            self._pace.anchor(tick, moment)

    def part(self) -> None:
        """The leader has stopped: stand still, and keep the music's own tempo from now on."""
        was_playing = self._playing
        self.stop()
        self._led = False
        self._pace.lead(0)
        if was_playing:
            self._report(Led(playing=False))

    def unlead(self) -> None:
        """There is no leader any more: go on from here at the music's own tempo."""
        at, now = self.position(), self._clock.now()
        self._led = False
        self._pace.lead(0)
        if self._playing and not self._waiting:
            self._pace.anchor(at, now)

    def stand(self, tick: float) -> None:
        """The leader has gone to this place and stands there."""
        self._locate(tick)

    def _strays(self, here: float, tick: float, moment: float) -> bool:
        """Whether a leader at `tick` at `moment` is far from `here`, where we are now."""
        if self._waiting:
            return False
        there = self._pace.projected(tick, moment, self._clock.now())
        return self._pace.apart(here, there) > LATE_SECONDS

    def _play(self, from_tick: int | None) -> None:
        start = self.position() if from_tick is None else float(from_tick)
        if self._playing:
            self._outlet.silence()
        if not self._lies_ahead(start):
            self._stand_at(start)
            self._telling.place()
            self._report(Finished())
            return
        self._playing, self._waiting = True, False
        self._telling.begin()
        self._start_from(start, self._clock.now() + LEAD_SECONDS)

    def _count_in(self, command: CountIn) -> None:
        """Let time begin before the music, which is silent until its own first tick."""
        self._play(command.from_tick)
        begin = min((event.tick for event in command.events), default=command.from_tick)
        if self._playing and not self._led and begin < command.from_tick:
            self._clicks.count(command.events)
            self._pace.anchor(float(begin), self._pace.moment)

    def _locate(self, tick: float) -> None:
        if self._playing:
            self._outlet.silence()
            self._waiting = False
            self._start_from(float(tick), self._clock.now() + LEAD_SECONDS)
        else:
            self._stand_at(float(tick))
        self._telling.place()

    def _set_tempo_map(self, tempo_map: TempoMap) -> None:
        at, now = self.position(), self._clock.now()
        self._pace.set_map(tempo_map)
        if self._playing and not self._waiting:
            self._anchor(at, now)

    def _set_loop(self, start: int | None, end: int | None) -> None:
        self._loop = None
        if self._playing and not self._waiting:
            self._anchor(self.position(), self._clock.now())
        if start is not None and end is not None and end - start >= SHORTEST_LOOP_TICKS:
            self._loop = (start, end)

    def _leave_loop(self, at: tuple[int, ...]) -> None:
        loop, here = self._loop, self.position()
        if loop is None or not self._playing or loop[0] >= loop[1]:
            return
        self._anchor(here, self._clock.now())
        # What lies within the lead was played by now, or is about to be.
        ahead = self._pace.projected(here, 0.0, LEAD_SECONDS)
        border = min((tick for tick in at if max(ahead, loop[0]) < tick < loop[1]), default=loop[1])
        # A way out is a loop that runs forwards: from the border on to the loop's end.
        self._loop = (loop[1], border) if border < loop[1] else None

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
        self._lift_pedals()

    def _lift_pedals(self) -> None:
        """Lift each pedal that is down and would not be, had the music always been as it is."""
        if not self._playing:
            return
        before = self._programme.controls_before(math.nextafter(self._reached, math.inf))
        controls = [data for data in before if data[0] & 0xF0 == CONTROL]
        down = {(data[0] & 0x0F, data[1]) for data in controls if data[2]}
        for channel, pedal in self._outlet.pedals:
            if (channel, pedal) not in down:
                self._outlet.send(bytes((CONTROL | channel, pedal, 0)))

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
        if self._waiting and not self._waits_at(self._pace.tick):
            self._waiting = False
            self._pace.moment = self._clock.now() + LEAD_SECONDS
            self._pulses.start(self._pace.tick)

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

    def _pulse_from_here(self) -> None:
        if self._playing and not self._waiting:
            self._pulses.start(self.position())
