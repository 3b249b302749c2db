"""The laws of the token stream: what may follow, given what stands and what must be kept.

A bar is written left to right in strictly ascending order of onset, voice and pitch. A skeleton
of kept notes is a law as well: the writer may add before and between, never over, and kept
fields are forced. Every law is a set of allowed tokens, so a broken file is impossible.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, takewhile

import numpy as np
import numpy.typing as npt

from engine.composing import vocabulary as v
from engine.composing.bar_rules import BarRules, Waiting
from engine.composing.two_hands import TwoHands
from engine.errors import PsychoscoreError
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
        pitches: lowest and highest MIDI pitch that may be chosen freely.
        sounding: bars, from 0, in which something begins or sounds on.
        shifts: `tonic_shift` from a bar, from 0, on, where it changes; ascending.
        piano: two hands can play every onset.
    """

    tonic_shift: int = 0
    velocity_range: tuple[int, int] = (1, 127)
    voices: tuple[int, ...] = tuple(Voice)
    only_kept: bool = False
    pitches: tuple[int, int] = (LOWEST_NOTE, HIGHEST_NOTE)
    sounding: frozenset[int] = frozenset()
    shifts: tuple[tuple[int, int], ...] = ()
    piano: bool = False

    def shift(self, bar: int) -> int:
        """Semitones from token pitch to MIDI pitch in a bar, from 0."""
        later = [shift for first, shift in self.shifts if first <= bar]
        return later[-1] if later else self.tonic_shift


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
        kept: the skeleton of each bar, sorted by position, voice and pitch; where pitches are
            free, notes of one chord take theirs in ascending order.
        first_bar: the bar that is written first, from 0.
        closing: the token that ends the last bar.
        rules: what single places of its bars allow, None for nothing more than the laws.

    Raises:
        PsychoscoreError: a kept note has no place in its bar or in the format.
    """

    def __init__(
        self,
        metres: Sequence[Metre],
        laws: Laws,
        kept: Sequence[Sequence[KeptNote]] = (),
        *,
        first_bar: int = 0,
        closing: int = v.EOS,
        rules: BarRules | None = None,
    ) -> None:
        self._metres, self._laws, self._kept = metres, laws, kept
        self._closing, self._rules = closing, rules
        self._hands = TwoHands(metres, kept, laws.pitches) if laws.piano else None
        for bar, (notes, metre) in enumerate(zip(kept, metres, strict=False), 1):
            _check_skeleton(notes, metre, laws, bar)
        self._only_kept = laws.only_kept or not laws.voices
        self._velocities = velocity_law(laws.velocity_range)
        self._durations = np.zeros(v.SIZE, dtype=bool)
        self._durations[v.DURATION.start : v.DURATION.stop] = True
        self.bar = first_bar - 1
        self.finished = False
        self._last = v.BOS
        # Twelfths of a quarter from the bar line on during which what was written still sounds.
        self._sounds = 0
        self._open_bar()

    def _open_bar(self) -> None:
        self._position, self._voice, self._pitch = -1, -1, -1
        self._shift = self._laws.shift(self.bar)
        self._notes = self._chord = 0
        bar = self._kept[self.bar] if 0 <= self.bar < len(self._kept) else ()
        self._waiting = list(bar)
        self._forced: KeptNote | None = None

    def allowed(self) -> Mask:
        """The tokens that may come next, a boolean vector of the vocabulary's size."""
        mask = self._ruled()
        if self._hands is None:
            return mask
        place = (self.bar, self._position, self._pitch)
        forced = self._last in v.VELOCITY and self._forced is not None
        return mask if forced else self._hands.narrow(mask, *place, self._shift, self._waiting)

    def _ruled(self) -> Mask:
        mask = self._lawful()
        if self._rules is None:
            return mask
        waiting = None
        if (kept := self._next_kept()) is not None:
            here = sum(each.position == self._position for each in self._waiting)
            waiting = Waiting(kept.position, kept.voice, kept.pitch, here)
        place = (self.bar, self._position, self._voice)
        return self._rules.narrow(mask, *place, self._shift, waiting)

    def _lawful(self) -> Mask:
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

    def _lacks_sound(self) -> bool:
        silent = self._notes == 0 and self._sounds <= 0
        return silent and self.bar in self._laws.sounding and not self._only_kept

    def _full(self) -> bool:
        return self._notes >= MAXIMUM_NOTES_PER_BAR

    def _may_add(self) -> bool:
        """Whether a note beyond the skeleton may stand at this onset."""
        return not self._only_kept and self._chord < MAXIMUM_CHORD and not self._full()

    def _allow_next(self, mask: Mask, *, after_note: bool) -> None:
        kept = self._next_kept()
        here = kept is not None and kept.position == self._position
        if here or (after_note and self._may_add()):
            self._allow_pitches(mask)
            self._allow_voices(mask, self._voice)
        if here:
            return
        if kept is None and not self._lacks_sound():
            mask[v.BAR] = True
            mask[self._closing] = self.bar + 1 == len(self._metres)
        if kept is not None and (self._only_kept or self._full()):
            mask[v.POSITION.start + kept.position] = True
        elif not self._only_kept and not self._full():
            latest = _positions(self._metres[self.bar]) - 1 if kept is None else kept.position
            mask[v.POSITION.start + self._position + 1 : v.POSITION.start + latest + 1] = True

    def _allow_voices(self, mask: Mask, after: int) -> None:
        kept = self._next_kept()
        here = kept if kept is not None and kept.position == self._position else None
        if here is not None and here.voice > after:
            mask[v.VOICE.start + here.voice] = True
        if not self._may_add():
            return
        latest = here.voice if here is not None else v.VOICE.size - 1
        for voice in self._laws.voices:
            if after < voice <= latest:
                mask[v.VOICE.start + voice] = True

    def _allow_pitches(self, mask: Mask) -> None:
        waiting = self._waiting_here()
        may_add = self._may_add() and self._voice in self._laws.voices
        if not waiting and not may_add:
            return
        lowest, highest = max(self._laws.pitches[0], self._pitch + 1), self._laws.pitches[1]
        if waiting:
            forced = waiting[0].pitch
            highest = min(highest, _highest(waiting, highest)[0])
            if forced is not None:
                mask[self._pitch_token(forced)] = True
                if not may_add:
                    return
        first = max(self._pitch_token(lowest), v.PITCH.start)
        last = min(self._pitch_token(highest), v.PITCH.stop - 1)
        mask[first : last + 1] = True

    def _pitch_token(self, pitch: int) -> int:
        return v.PITCH.start + pitch - self._shift - v.LOWEST_PITCH

    def _waiting_here(self) -> list[KeptNote]:
        """The kept notes that are still to be written at this onset in this voice."""
        place = (self._position, self._voice)
        return list(takewhile(lambda kept: (kept.position, kept.voice) == place, self._waiting))

    def ending(self, token: int) -> int:
        """The token, or the closing one (EOS) where it closes the last bar.

        Few training windows reach an end, so the network closes most last bars like others.
        """
        last = self.bar + 1 == len(self._metres)
        return self._closing if token == v.BAR and last else token

    def push(self, token: int) -> None:
        """Take the token that was chosen; it must be allowed."""
        if self.ending(token) == self._closing:
            self.finished = True
        elif token == v.BAR:
            if self.bar >= 0:
                self._sounds -= _positions(self._metres[self.bar])
            self.bar += 1
            self._open_bar()
        elif token in v.POSITION:
            self._position = token - v.POSITION.start
            self._voice, self._pitch, self._chord = -1, -1, 0
        elif token in v.VOICE:
            self._voice, self._pitch = token - v.VOICE.start, -1
        elif token in v.PITCH:
            self._push_pitch(token - self._pitch_token(0))
        elif token in v.DURATION:
            length = v.DURATIONS[token - v.DURATION.start]
            self._sounds = max(self._sounds, self._position + length)
            for law in (self._rules, self._hands):
                if law is not None:
                    law.heard(self.bar, self._position, self._pitch, length)
        self._last = token

    def _push_pitch(self, pitch: int) -> None:
        self._pitch = pitch
        self._notes += 1
        self._chord += 1
        self._forced = None
        waiting = self._waiting_here()
        if waiting and waiting[0].pitch in (None, pitch):
            self._forced = self._waiting.pop(0)


def _positions(metre: Metre) -> int:
    """How many positions a bar has."""
    return min(metre.ticks // v.TICKS_PER_POSITION, v.POSITIONS)


def _highest(chord: Sequence[KeptNote], limit: int) -> list[int]:
    """The highest pitch that each kept note of one chord may take, so that those after it still
    find room above it; free ones stay within the limit."""
    highest: list[int] = []
    above = HIGHEST_NOTE + 1
    for kept in reversed(chord):
        above = min(above - 1, limit) if kept.pitch is None else kept.pitch
        highest.append(above)
    return highest[::-1]


def _check_skeleton(notes: Sequence[KeptNote], metre: Metre, laws: Laws, bar: int) -> None:
    for kept in notes:
        if not 0 <= kept.position < _positions(metre):
            raise PsychoscoreError(f"Bar {bar}: a kept note lies outside the bar ({metre}).")
        if not 0 <= kept.voice < v.VOICE.size:
            raise PsychoscoreError(f"Bar {bar}: a kept note has the unknown voice {kept.voice}.")
        token = v.LOWEST_PITCH if kept.pitch is None else kept.pitch - laws.shift(bar - 1)
        if not v.LOWEST_PITCH <= token <= v.HIGHEST_PITCH:
            raise PsychoscoreError(f"Bar {bar}: a kept note has pitch {kept.pitch}, out of range.")
    places = [(kept.position, kept.voice) for kept in notes]
    if places != sorted(places):
        raise PsychoscoreError(f"Bar {bar}: the kept notes are not in order.")
    for _, chord in groupby(notes, lambda kept: (kept.position, kept.voice)):
        _check_chord(list(chord), laws, bar)


def _check_chord(chord: Sequence[KeptNote], laws: Laws, bar: int) -> None:
    below = -1
    low, high = laws.pitches
    for kept, highest in zip(chord, _highest(chord, high), strict=True):
        pitch = max(below + 1, low) if kept.pitch is None else kept.pitch
        if not below < pitch <= highest:
            raise PsychoscoreError(f"Bar {bar}: the kept notes of a chord do not ascend.")
        below = pitch


def _only(token: int) -> Mask:
    mask = np.zeros(v.SIZE, dtype=bool)
    mask[token] = True
    return mask
