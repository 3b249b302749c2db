"""The reference audio under the music: it begins, jumps and ends with the music's now.

Audio has a clock of its own, that of the sound card. Its place is compared with the player's now
ten times a second, and set right where the two have come apart. It knows no file and no library.
"""

from __future__ import annotations

import math
import statistics
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from engine.errors import PsychoscoreError
from engine.playing.clock import Clock
from engine.playing.protocol import Command, ReferenceState, Reply, SetReference

COMPARE_SECONDS = 0.1
COMPARED = 9
APART_SECONDS = 0.008
"""How far audio and music come apart before the audio is set right; a jump is heard from 20 ms."""
FAR_SECONDS = 0.025
FAR_COMPARED = 3
"""So far apart is no error of measuring: three measures that agree are enough."""
_SILENT = SetReference(0)


@dataclass(frozen=True, slots=True)
class Pcm:
    """Audio that is ready to sound: 16 bits, see `engine.reference_audio.pcm` for the file."""

    path: str
    frames: int
    rate: int

    @property
    def seconds(self) -> float:
        return self.frames / self.rate


class Sink(Protocol):
    """Where reference audio sounds."""

    def load(self, pcm: Pcm) -> None:
        """Hold this audio instead of any other.

        Raises:
            PsychoscoreError: it cannot be read.
        """
        ...

    def start(self, seconds: float, gain_db: float) -> None:
        """Sound from this place on, instead of what sounds."""
        ...

    def stop(self) -> None: ...

    def position(self) -> float:
        """The place that sounds now, in seconds, by the sound card's clock."""
        ...


class Now(Protocol):
    """What the audio has to know of the player."""

    @property
    def running(self) -> bool: ...
    @property
    def led(self) -> bool: ...
    @property
    def starts(self) -> int: ...
    @property
    def begins(self) -> float: ...
    def seconds_at(self, moment: float) -> float: ...
    def moment_of_seconds(self, seconds: float) -> float: ...


class Drift:
    """How far a sound is ahead of the music, from measures that each are some milliseconds off."""

    def __init__(self) -> None:
        self._measures: deque[float] = deque(maxlen=COMPARED)

    def clear(self) -> None:
        self._measures.clear()

    def measure(self, ahead: float) -> float | None:
        """Take a measure in seconds; the drift where there is one to be set right, else None."""
        self._measures.append(ahead)
        latest = list(self._measures)[-FAR_COMPARED:]
        if len(latest) == FAR_COMPARED and (
            min(latest) > FAR_SECONDS or max(latest) < -FAR_SECONDS
        ):
            return latest[-1]
        if len(self._measures) < COMPARED:
            return None
        drift = statistics.median(self._measures)
        return drift if abs(drift) > APART_SECONDS else None


class ReferenceTrack:
    """Keeps a sink with the player.

    Args:
        clock: the player's.
        now: the player.
        report: hears whether the audio can sound.
    """

    def __init__(self, clock: Clock, now: Now, report: Callable[[Reply], None]) -> None:
        self._clock, self._now, self._report = clock, now, report
        self._wish = _SILENT
        self._pcm: Pcm | None = None
        self._sink: Sink | None = None
        self._refusal = ""
        self._drift = Drift()
        self._starts = now.starts
        self._sounding = False
        self._next_look = 0.0

    def handle(self, command: Command) -> bool:
        """Carry out a command about reference audio; False for any other."""
        if not isinstance(command, SetReference):
            return False
        self._halt()
        self._wish, before = command, self._pcm
        self._pcm = Pcm(command.pcm, command.frames, command.rate) if command.pcm else None
        if self._pcm is None:
            self._report(ReferenceState(False, ""))
        elif self._sink is not None and (self._pcm != before):
            self._load(self._sink)
        elif self._sink is not None:
            self._report(ReferenceState(True, ""))
        elif self._refusal:
            self._report(ReferenceState(False, self._refusal))
        return True

    def use(self, sink: Sink | None) -> None:
        """Sound there from now on; None while nothing can sound."""
        self._halt()
        self._sink, self._refusal = sink, ""
        if sink is not None and self._pcm is not None:
            self._load(sink)

    def refuse(self, sentence: str) -> None:
        """There is no sound to be had, and this is why."""
        self.use(None)
        self._refusal = sentence
        if self._pcm is not None:
            self._report(ReferenceState(False, sentence))

    def next_wake(self) -> float:
        """The moment at which `advance` has something to do."""
        now = self._now
        if self._sink is None or self._pcm is None or not now.running:
            return math.inf
        if self._sounding:
            return self._next_look
        place = self._place(self._clock.now())
        if place >= self._pcm.seconds:
            return math.inf
        if place >= 0:
            return now.begins
        return max(now.begins, now.moment_of_seconds(self._wish.offset_seconds))

    def advance(self) -> None:
        """Begin, end and set right what is due."""
        now, moment = self._now, self._clock.now()
        jumped, self._starts = now.starts != self._starts, now.starts
        if self._sink is None or self._pcm is None:
            return
        if jumped or not now.running:
            self._halt()
        if not now.running or moment < now.begins:
            return
        place = self._place(moment)
        if not self._sounding and 0 <= place < self._pcm.seconds:
            self._begin(self._sink, place, moment)
        elif self._sounding and moment >= self._next_look:
            self._look(self._sink, self._pcm, place, moment)

    def _begin(self, sink: Sink, place: float, moment: float) -> None:
        sink.start(place, self._wish.gain_db)
        self._sounding = True
        self._drift.clear()
        self._next_look = moment + COMPARE_SECONDS

    def _look(self, sink: Sink, pcm: Pcm, place: float, moment: float) -> None:
        self._next_look = moment + COMPARE_SECONDS
        here = sink.position()
        if here >= pcm.seconds or not self._now.led and not 0 <= place < pcm.seconds:
            self._halt()
        # With a leader the tempo is another than the music's own: until the next jump the audio
        # runs at its own speed.
        elif not self._now.led and self._drift.measure(here - place) is not None:
            self._begin(sink, place, moment)

    def _place(self, moment: float) -> float:
        """The place in the audio that belongs to a moment, in seconds."""
        return self._now.seconds_at(moment) - self._wish.offset_seconds

    def _halt(self) -> None:
        if self._sounding and self._sink is not None:
            self._sink.stop()
        self._sounding = False

    def _load(self, sink: Sink) -> None:
        assert self._pcm is not None
        try:
            sink.load(self._pcm)
        except PsychoscoreError as error:
            self._pcm = None
            self._report(ReferenceState(False, str(error)))
        else:
            self._report(ReferenceState(True, ""))
