"""Piano mode while composing: every onset, with all that sounds on, lies under two hands.

The grammar says which tokens are music; this law takes away those that no pianist could play.
What is kept stays, whoever can play it; the free notes go around it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Protocol

import numpy as np
import numpy.typing as npt

from engine.composing import vocabulary as v
from engine.hands import FINGERS, TENTH, playable
from engine.score import Metre

Mask = npt.NDArray[np.bool_]


class Kept(Protocol):
    """A note that must stand; see `engine.composing.grammar.KeptNote`."""

    @property
    def position(self) -> int: ...
    @property
    def voice(self) -> int: ...
    @property
    def pitch(self) -> int | None: ...
    @property
    def duration(self) -> int | None: ...


def joining(down: frozenset[int], pitches: range) -> Mask:
    """For each MIDI pitch whether two hands can hold it, of `pitches`, with those that are down.

    Hands need not cross: a pitch joins one of two whose keys lie below and above each other.
    """
    keys, count = sorted(down), len(down)
    found = np.zeros(128, dtype=np.bool_)
    for left in range(max(0, count - FINGERS), min(FINGERS, count) + 1):
        hands = keys[:left], keys[left:]
        if any(hand and hand[-1] - hand[0] > TENTH for hand in hands):
            continue
        found[keys] = True
        for hand in hands:
            if not hand:
                found[:] = True
            elif len(hand) < FINGERS:
                found[max(hand[-1] - TENTH, 0) : hand[0] + TENTH + 1] = True
    found[: pitches.start] = False
    found[pitches.stop :] = False
    return found


class TwoHands:
    """The keys that are down in one stream, and which may join them.

    Args:
        metres: one for each bar; time is counted in twelfths of a quarter from the first.
        kept: the skeleton, by bar.
        pitches: lowest and highest MIDI pitch that may be chosen freely.
    """

    def __init__(
        self,
        metres: Sequence[Metre],
        kept: Sequence[Sequence[Kept]],
        pitches: tuple[int, int],
    ) -> None:
        self._starts = [0]
        for metre in metres:
            self._starts.append(self._starts[-1] + metre.ticks // v.TICKS_PER_POSITION)
        self._pitches = range(pitches[0], pitches[1] + 1)
        self._kept = [
            (at, at + (note.duration or 1), note.pitch)
            for start, bar in zip(self._starts, kept, strict=False)
            for note in bar
            if note.pitch is not None
            for at in (start + note.position,)
        ]
        self._down: list[tuple[int, float, int]] = []
        # Most onsets find the same keys down as the one before.
        self._found: dict[frozenset[int], Mask] = {}
        # As long as nothing new is written, a place in time stays as it is.
        self._free_at: dict[int, Mask] = {}
        self._closed: dict[int, Mask] = {}

    def heard(self, bar: int, position: int, pitch: int, length: float) -> None:
        """A note was written."""
        now = self._starts[bar] + position
        self._down = [each for each in self._down if each[1] > self._starts[bar]]
        self._down.append((now, now + length, pitch))
        self._free_at.clear()
        self._closed.clear()

    def narrow(
        self, mask: Mask, bar: int, position: int, pitch: int, shift: int, waiting: Iterable[Kept]
    ) -> Mask:
        """The tokens of a mask that two hands can play, at least one.

        Args:
            bar, position, pitch: where the grammar is, and the pitch that is being written.
            shift: MIDI pitch minus token pitch.
            waiting: what is kept in this bar and not yet written.
        """
        if not 0 <= bar < len(self._starts) - 1:
            return mask
        left, start = mask.copy(), self._starts[bar]
        here = [kept for kept in waiting if kept.position == position]
        if mask[v.DURATION.start]:
            self._narrow_durations(left, start + position, pitch)
        if mask[v.PITCH.start : v.PITCH.stop].any() or mask[v.VOICE.start : v.VOICE.stop].any():
            free = self._free(start + position)
            first = shift + v.LOWEST_PITCH
            keys = np.arange(first, first + v.PITCH.stop - v.PITCH.start)
            allowed = free[np.clip(keys, 0, 127)] & (keys >= 0) & (keys < 128)
            for kept in here:
                if kept.pitch is not None:
                    allowed |= keys == kept.pitch
            left[v.PITCH.start : v.PITCH.stop] &= allowed
            if not free.any():
                kept_voices = {kept.voice for kept in here}
                for voice in np.flatnonzero(mask[v.VOICE.start : v.VOICE.stop]).tolist():
                    left[v.VOICE.start + voice] = voice in kept_voices
        if mask[v.POSITION.start : v.POSITION.stop].any():
            closed = self._closed_places(bar)
            if closed.any():
                shut = closed.copy()
                shut[[kept.position for kept in waiting]] = False
                left[v.POSITION.start : v.POSITION.stop] &= ~shut
        return left if left.any() else mask

    def _occupied(self, at: int) -> set[int]:
        """The keys that are down at a time, as far as is known."""
        return {pitch for notes in (self._down, self._kept) for a, b, pitch in notes if a <= at < b}

    def _closed_places(self, bar: int) -> Mask:
        """Where in a bar nothing may be struck, for each position."""
        if bar not in self._closed:
            start, count = self._starts[bar], v.POSITION.stop - v.POSITION.start
            closed = np.zeros(count, dtype=np.bool_)
            edges = {0, count}
            for notes in (self._down, self._kept):
                edges |= {int(np.ceil(e)) - start for a, b, _ in notes for e in (a, b)}
            inside = sorted(edge for edge in edges if 0 <= edge <= count)
            for low, high in pairwise(inside):
                closed[low:high] = not self._free(start + low).any()
            self._closed[bar] = closed
        return self._closed[bar]

    def _free(self, at: int) -> Mask:
        """Which MIDI pitches may be struck at a time."""
        if at not in self._free_at:
            down = frozenset(self._occupied(at))
            if down not in self._found:
                self._found[down] = joining(down, self._pitches)
            self._free_at[at] = self._found[down]
        return self._free_at[at]

    def _narrow_durations(self, left: Mask, now: int, pitch: int) -> None:
        """A free note ends before it would be in the way of what is kept."""
        coming = sorted({at for at, _, _ in self._kept if at > now})
        border = next((at for at in coming if not playable({*self._occupied(at), pitch})), None)
        if border is None:
            return
        for index, length in enumerate(v.DURATIONS):
            if index and now + length > border:
                left[v.DURATION.start + index] = False
