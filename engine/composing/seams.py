"""Seams: where old and new music meet, no note may be cut and none doubled.

Owns the room that standing notes leave for new ones of their pitch, and the law that keeps a
decoder within it. Two notes of one pitch cannot sound at once on one MIDI channel.
"""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Mapping, Sequence

from engine.composing import vocabulary as v
from engine.composing.bar_rules import BarRules
from engine.composing.grammar import BarGrammar, KeptNote, Laws, Mask
from engine.score import Metre, Note, bar_starts

# Real onset and end, in ticks, of what a skeleton's note stands for.
Spans = Sequence[Sequence[tuple[int, int]]]


class Standing:
    """Notes that stay as they are, by pitch."""

    def __init__(self, notes: Iterable[Note] = ()) -> None:
        self._spans: dict[int, list[tuple[int, int]]] = {}
        for note in notes:
            self.add(note)

    def add(self, note: Note) -> None:
        """One more note stands."""
        bisect.insort(self._spans.setdefault(note.pitch, []), (note.onset, note.end))

    def sounding(self, start: int, end: int) -> frozenset[int]:
        """Pitches that sound anywhere in [start, end)."""
        return frozenset(
            pitch
            for pitch, spans in self._spans.items()
            if any(onset < end and start < stop for onset, stop in spans)
        )

    def following(self, note: Note) -> int | None:
        """Where the pitch of a new note is struck next, if it is."""
        spans = self._spans.get(note.pitch, [])
        place = bisect.bisect_left(spans, (note.onset, 0))
        return spans[place][0] if place < len(spans) else None


class HoleGrammar(BarGrammar):
    """The laws of what is written between standing notes.

    Args:
        metres: of the window's bars up to the last one of the hole.
        laws, kept: as for any stream.
        first_bar: of the hole within the window, from 0.
        start: tick of the window's first bar line.
        standing: the notes around, which are heard and not struck again.
        spans: for each bar, the real times of each note of its skeleton, where lengths are kept.
        closing: the token that ends it, `Fill_End` in a hole.
        rules: as for any stream.
    """

    def __init__(
        self,
        metres: Sequence[Metre],
        laws: Laws,
        kept: Sequence[Sequence[KeptNote]],
        *,
        first_bar: int,
        start: int,
        standing: Standing,
        spans: Mapping[int, Spans],
        closing: int,
        rules: BarRules | None = None,
    ) -> None:
        super().__init__(metres, laws, kept, first_bar=first_bar, closing=closing, rules=rules)
        self._starts = [start + each for each in bar_starts(metres)]
        self._standing, self._spans = standing, spans

    def allowed(self) -> Mask:
        mask = super().allowed()
        if self._position < 0 or not mask[v.PITCH.start : v.PITCH.stop].any():
            return mask
        waiting = self._waiting_here()
        forced = waiting[0].pitch if waiting else None
        free = mask.copy()
        for start, end in self._times():
            for pitch in self._standing.sounding(start, end):
                token = self._pitch_token(pitch)
                if pitch != forced and token in v.PITCH:
                    free[token] = False
        # Where every pitch is taken the note is written and then left out by the reader.
        return free if free.any() else mask

    def _times(self) -> Sequence[tuple[int, int]]:
        """When the note that comes next would at least sound."""
        spans = self._spans.get(self.bar, ())
        if self._notes < len(spans):
            return spans[self._notes]
        onset = self._starts[self.bar] + self._position * v.TICKS_PER_POSITION
        return [(onset, onset + v.TICKS_PER_POSITION)]
