"""The laws of the token stream: what may follow, given what stands and what must be kept.

A bar is written left to right in strictly ascending order of onset, voice and pitch. A skeleton
of kept notes is a law as well: the writer may add before and between, never over, and kept
fields are forced. Every law is a set of allowed tokens, so a broken file is impossible.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine import vocabulary as v
from engine.score import Metre, Voice

Mask = npt.NDArray[np.bool_]
LOWEST_NOTE, HIGHEST_NOTE = 21, 108
MAXIMUM_NOTES_PER_BAR = 160
MAXIMUM_CHORD = 12


@dataclass(frozen=True, slots=True)
class KeptNote:
    """A note that must stand in the bar; fields that are None are sampled.

    `position` in twelfths of a quarter from the bar line, `pitch` in MIDI, `velocity` in MIDI,
    `duration` in twelfths of a quarter.
    """

    position: int
    voice: int
    pitch: int | None = None
    velocity: int | None = None
    duration: int | None = None


@dataclass(frozen=True, slots=True)
class Laws:
    """What a whole stream obeys.

    Args:
        tonic_shift: semitones from token pitch to MIDI pitch.
        velocity_range: lowest and highest velocity that may be written.
        voices: voices that may be written freely.
        only_kept: write nothing beyond the skeleton.
    """

    tonic_shift: int = 0
    velocity_range: tuple[int, int] = (1, 127)
    voices: tuple[int, ...] = tuple(Voice)
    only_kept: bool = False


def velocity_law(velocity_range: tuple[int, int]) -> Mask:
    """Velocities within a range; the nearest bin where the range falls between two."""
    low, high = velocity_range
    mask = np.zeros(v.SIZE, dtype=bool)
    inside = [i for i in range(v.VELOCITY_BINS) if low <= v.bin_velocity(i) <= high]
    for index in inside or [v.velocity_bin((low + high) // 2)]:
        mask[v.VELOCITY.start + index] = True
    return mask


class BarGrammar:
    """What may be written next in one stream.

    Args:
        metres: one for each bar.
        laws: what the stream obeys.
        kept: the skeleton of each bar, sorted by position, voice and pitch.
    """

    def __init__(
        self,
        metres: Sequence[Metre],
        laws: Laws,
        kept: Sequence[Sequence[KeptNote]] = (),
    ) -> None:
        self._metres, self._laws, self._kept = metres, laws, kept
        self._velocities = velocity_law(laws.velocity_range)
        self._durations = np.zeros(v.SIZE, dtype=bool)
        self._durations[v.DURATION.start : v.DURATION.stop] = True
        self.bar = -1
        self.finished = False
        self._last = v.BOS
        self._open_bar()

    def _open_bar(self) -> None:
        self._position, self._voice, self._pitch = -1, -1, -1
        self._notes = self._chord = 0
        bar = self._kept[self.bar] if 0 <= self.bar < len(self._kept) else ()
        self._waiting = list(bar)
        self._forced: KeptNote | None = None

    def allowed(self) -> Mask:
        """The tokens that may come next, a boolean vector of the vocabulary's size."""
        last = self._last
        if last in v.PITCH:
            if self._forced is not None and self._forced.velocity is not None:
                return _only(v.VELOCITY.start + v.velocity_bin(self._forced.velocity))
            return self._velocities
        if last in v.VELOCITY:
            if self._forced is not None and self._forced.duration is not None:
                return _only(v.DURATION.start + v.duration_bin(self._forced.duration))
            return self._durations
        mask = np.zeros(v.SIZE, dtype=bool)
        if last == v.BOS:
            mask[v.BAR] = True
        elif last in v.POSITION:
            self._allow_voices(mask, self._voice)
        elif last in v.VOICE:
            self._allow_pitches(mask)
        else:
            self._allow_next(mask, after_note=last in v.DURATION)
        return mask

    def _next_kept(self) -> KeptNote | None:
        return self._waiting[0] if self._waiting else None

    def _full(self) -> bool:
        return self._notes >= MAXIMUM_NOTES_PER_BAR

    def _allow_next(self, mask: Mask, *, after_note: bool) -> None:
        kept = self._next_kept()
        here = kept is not None and kept.position == self._position
        room = after_note and self._chord < MAXIMUM_CHORD and not self._full()
        if here or room:
            self._allow_pitches(mask)
            self._allow_voices(mask, self._voice)
        if here:
            return
        if kept is None:
            mask[v.BAR if self.bar + 1 < len(self._metres) else v.EOS] = True
        if kept is not None and (self._laws.only_kept or self._full()):
            mask[v.POSITION.start + kept.position] = True
        elif not self._laws.only_kept and not self._full():
            size = min(self._metres[self.bar].ticks // v.TICKS_PER_POSITION, v.POSITIONS)
            latest = size - 1 if kept is None else kept.position
            mask[v.POSITION.start + self._position + 1 : v.POSITION.start + latest + 1] = True

    def _allow_voices(self, mask: Mask, after: int) -> None:
        kept = self._next_kept()
        here = kept if kept is not None and kept.position == self._position else None
        if here is not None and here.voice > after:
            mask[v.VOICE.start + here.voice] = True
        if self._laws.only_kept:
            return
        latest = here.voice if here is not None else v.VOICE.size - 1
        for voice in self._laws.voices:
            if after < voice <= latest:
                mask[v.VOICE.start + voice] = True

    def _allow_pitches(self, mask: Mask) -> None:
        kept = self._next_kept()
        here = kept is not None and (kept.position, kept.voice) == (self._position, self._voice)
        lowest = max(LOWEST_NOTE, self._pitch + 1)
        highest = HIGHEST_NOTE
        if here and kept is not None and kept.pitch is not None:
            highest = kept.pitch
            lowest = kept.pitch if self._laws.only_kept else min(lowest, kept.pitch)
        elif not here and (self._laws.only_kept or self._voice not in self._laws.voices):
            return
        first = max(lowest - self._laws.tonic_shift, v.LOWEST_PITCH)
        last = min(highest - self._laws.tonic_shift, v.HIGHEST_PITCH)
        mask[v.PITCH.start + first - v.LOWEST_PITCH : v.PITCH.start + last + 1 - v.LOWEST_PITCH] = 1

    def push(self, token: int) -> None:
        """Take the token that was chosen; it must be allowed."""
        if token == v.EOS or (token == v.BAR and self.bar + 1 == len(self._metres)):
            self.finished = True
        elif token == v.BAR:
            self.bar += 1
            self._open_bar()
        elif token in v.POSITION:
            self._position = token - v.POSITION.start
            self._voice, self._pitch, self._chord = -1, -1, 0
        elif token in v.VOICE:
            self._voice, self._pitch = token - v.VOICE.start, -1
        elif token in v.PITCH:
            self._push_pitch(token - v.PITCH.start + v.LOWEST_PITCH + self._laws.tonic_shift)
        self._last = token

    def _push_pitch(self, pitch: int) -> None:
        self._pitch = pitch
        self._notes += 1
        self._chord += 1
        self._forced = None
        kept = self._next_kept()
        place = (self._position, self._voice)
        here = kept is not None and (kept.position, kept.voice) == place
        if here and kept is not None and kept.pitch in (None, pitch):
            self._forced = self._waiting.pop(0)


def _only(token: int) -> Mask:
    mask = np.zeros(v.SIZE, dtype=bool)
    mask[token] = True
    return mask
