"""Piano mode while composing: every onset, with all that sounds on, lies under two hands.

The grammar says which tokens are music; this law takes away those that no pianist could play.
What is kept stays, whoever can play it; the free notes go around it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from engine.composing import vocabulary as v
from engine.hands import playable
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
        self._found: dict[frozenset[int], frozenset[int]] = {}

    def heard(self, bar: int, position: int, pitch: int, length: float) -> None:
        """A note was written."""
        now = self._starts[bar] + position
        self._down = [each for each in self._down if each[1] > self._starts[bar]]
        self._down.append((now, now + length, pitch))

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
            forced = {kept.pitch for kept in here}
            for token in np.flatnonzero(mask[v.PITCH.start : v.PITCH.stop]).tolist():
                key = token + shift + v.LOWEST_PITCH
                left[v.PITCH.start + token] = key in free or key in forced
            if not free:
                kept_voices = {kept.voice for kept in here}
                for voice in np.flatnonzero(mask[v.VOICE.start : v.VOICE.stop]).tolist():
                    left[v.VOICE.start + voice] = voice in kept_voices
        places = {kept.position for kept in waiting}
        for place in np.flatnonzero(mask[v.POSITION.start : v.POSITION.stop]).tolist():
            left[v.POSITION.start + place] = place in places or bool(self._free(start + place))
        return left if left.any() else mask

    def _occupied(self, at: int) -> set[int]:
        """The keys that are down at a time, as far as is known."""
        return {pitch for notes in (self._down, self._kept) for a, b, pitch in notes if a <= at < b}

    def _free(self, at: int) -> frozenset[int]:
        """The pitches that may be struck at a time."""
        down = frozenset(self._occupied(at))
        if down not in self._found:
            free = (pitch for pitch in self._pitches if playable({*down, pitch}))
            self._found[down] = frozenset(free)
        return self._found[down]

    def _narrow_durations(self, left: Mask, now: int, pitch: int) -> None:
        """A free note ends before it would be in the way of what is kept."""
        coming = sorted({at for at, _, _ in self._kept if at > now})
        border = next((at for at in coming if not playable({*self._occupied(at), pitch})), None)
        if border is None:
            return
        for index, length in enumerate(v.DURATIONS):
            if index and now + length > border:
                left[v.DURATION.start + index] = False
