"""A score on paper: bars with the values of each layer, ties, and marks. It knows no XML."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from engine.measuring.chords import find_chords
from engine.notation.layers import Layer, Struck, WrittenBar, bar_of, layers, written_bars
from engine.notation.marks import (
    Mark,
    chord_marks,
    dynamic_marks,
    pedal_marks,
    tempo_marks,
)
from engine.notation.spelling import WrittenKey, as_mode, home_key, local_keys, written
from engine.notation.values import UNIT_TICKS, Triplet, Value, triplets, write_values
from engine.score import Chord, Key, Note, Score


@dataclass(frozen=True, slots=True)
class WrittenChord:
    """A value with its notes; none is a rest. Ties go to the value before and to the next.

    `hidden` is a rest that only fills the bar under another voice, `held` bears a fermata.
    """

    value: Value
    notes: tuple[Note, ...]
    tied_before: bool = False
    tied_after: bool = False
    hidden: bool = False
    held: bool = False


@dataclass(frozen=True, slots=True)
class Voicing:
    """One layer's bar: staff, number of the voice, and values that fill the bar exactly."""

    staff: int
    number: int
    chords: tuple[WrittenChord, ...]


@dataclass(frozen=True, slots=True)
class PageBar:
    """A bar on paper; `key` spells its notes, `signature` stands before it, `marks` lie in it."""

    bar: WrittenBar
    key: WrittenKey
    signature: WrittenKey
    voicings: tuple[Voicing, ...]
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """A piece on paper, with the key of its signature."""

    key: WrittenKey
    bars: tuple[PageBar, ...]


def write_page(
    score: Score,
    chords: Sequence[Chord] | None = None,
    upbeat_ticks: int = 0,
    fermatas: Sequence[tuple[int, int]] = (),
) -> Page:
    """Write a score on two staves.

    Args:
        chords: the chord names, or None for those that are heard.
        upbeat_ticks: the least length of the upbeat.
        fermatas: first tick and end of each hold; the tempo of the score is that without them.

    Raises:
        PsychoscoreError: a metre that cannot be written, or too many bars.
    """
    bars = written_bars(score, upbeat_ticks)
    home = home_key(score.key, score.notes)
    held = layers(score, bars)
    begun: list[list[Note]] = [[] for _ in bars]
    for layer in held:
        for struck in layer.chords:
            begun[bar_of(bars, struck.start)] += struck.notes
    signatures = _signatures(score, bars, home)
    keys = local_keys(signatures, begun)
    holds = [(round(first / UNIT_TICKS), round(end / UNIT_TICKS)) for first, end in fermatas]
    marks = _marks(score, bars, find_chords(score) if chords is None else chords)
    pages = [
        PageBar(
            bar,
            keys[index],
            signatures[index],
            _voicings(bar, held, holds),
            tuple(mark for mark in marks if bar_of(bars, mark.unit) == index),
        )
        for index, bar in enumerate(bars)
    ]
    return Page(home, tuple(pages))


def _signatures(
    score: Score, bars: Sequence[WrittenBar], home: WrittenKey
) -> tuple[WrittenKey, ...]:
    """The key signature of each bar."""
    found, here = [], home
    later = dict(score.key_changes)
    for bar in bars:
        if bar.number in later:
            key = later[bar.number]
            here = written(Key(key.tonic, key.mode or as_mode(here.mode)), here.fifths)
        found.append(here)
    return tuple(found)


def _marks(score: Score, bars: Sequence[WrittenBar], chords: Sequence[Chord]) -> list[Mark]:
    end = bars[-1].end * UNIT_TICKS
    return [
        *tempo_marks(score.tempo_map, bars[0].start, end),
        *dynamic_marks(bars, score.notes),
        *pedal_marks(score.controls, end),
        *chord_marks([chord for chord in chords if chord.start < end]),
    ]


def _voicings(
    bar: WrittenBar, held: Sequence[Layer], holds: Sequence[tuple[int, int]]
) -> tuple[Voicing, ...]:
    found: list[Voicing] = []
    playing = {layer.number: _inside(bar, layer.chords) for layer in held}
    for layer in held:
        mine = playing[layer.number]
        staff = [each for each in held if each.staff == layer.staff]
        first = layer is staff[0]
        if not mine and not first:
            continue
        hidden = not mine and any(playing[each.number] for each in staff)
        filled = _fill(bar, mine, hidden=hidden)
        found.append(Voicing(layer.staff, layer.number, _with_holds(bar, filled, holds)))
    return tuple(found)


def _with_holds(
    bar: WrittenBar, chords: tuple[WrittenChord, ...], holds: Sequence[tuple[int, int]]
) -> tuple[WrittenChord, ...]:
    """A fermata over the value that sounds last within each hold, in each voice."""
    zero, marked = bar.start - bar.missing, set[int]()
    for first, end in holds:
        inside = [
            index
            for index, chord in enumerate(chords)
            if not chord.hidden
            and zero + chord.value.start < end
            and zero + chord.value.end > first
        ]
        if inside and (end <= bar.end or not chords[inside[-1]].tied_after):
            marked.add(inside[-1])
    return tuple(
        replace(chord, held=True) if index in marked else chord
        for index, chord in enumerate(chords)
    )


def _inside(bar: WrittenBar, chords: Sequence[Struck]) -> list[Struck]:
    return [each for each in chords if each.start < bar.end and each.end > bar.start]


def _fill(bar: WrittenBar, struck: Sequence[Struck], *, hidden: bool) -> tuple[WrittenChord, ...]:
    """Values from the beginning of the bar to its end, rests between the chords."""
    zero = bar.start - bar.missing
    pieces: list[tuple[int, int, Struck | None]] = []
    at = bar.start
    for each in struck:
        begin, end = max(each.start, bar.start), min(each.end, bar.end)
        if begin > at:
            pieces.append((at, begin, None))
        pieces.append((begin, end, each))
        at = end
    if at < bar.end:
        pieces.append((at, bar.end, None))
    borders = [at - zero for begin, end, _ in pieces for at in (begin, end)]
    groups = triplets(bar.metre, borders)
    found: list[WrittenChord] = []
    for begin, end, chord in pieces:
        values = write_values(begin - zero, end - zero, bar.metre, groups)
        found += _tied(values, chord, zero, hidden=hidden)
    return tuple(found)


def _tied(
    values: Sequence[Value], struck: Struck | None, zero: int, *, hidden: bool
) -> list[WrittenChord]:
    if struck is None:
        return [WrittenChord(value, (), hidden=hidden) for value in values]
    return [
        WrittenChord(
            value,
            struck.notes,
            tied_before=zero + value.start > struck.start,
            tied_after=zero + value.end < struck.end,
        )
        for value in values
    ]


def triplet_runs(chords: Sequence[WrittenChord]) -> dict[int, tuple[bool, bool]]:
    """Where brackets of triplets begin and end: by index of the chord, begins and ends there."""
    inside: dict[Triplet, list[int]] = {}
    for index, chord in enumerate(chords):
        if chord.value.triplet is not None:
            inside.setdefault(chord.value.triplet, []).append(index)
    found: dict[int, tuple[bool, bool]] = {}
    for run in inside.values():
        assert all(later == earlier + 1 for earlier, later in pairwise(run))
        for index in run:
            found[index] = (index == run[0], index == run[-1])
    return found
