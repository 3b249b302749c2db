"""Accompaniments: what is struck when, before it is known which chord lies under it.

A figure is a tuple of strokes; the loom turns strokes into notes. Knows metres and rhythms, no
pitches.
"""

from __future__ import annotations

from random import Random
from typing import Literal

from engine.data.synthetic.rhythm import Span, beats, divide, even
from engine.score import Metre

# First position, length, and what: BASS, FIFTH above the bass, BASS_STEP a step above it, CHORD,
# UPPER (the chord without its lowest note), or the index of one note of the chord counted from
# below; indices beyond its size continue an octave higher.
Stroke = tuple[int, int, int]
Figure = tuple[Stroke, ...]
Kind = Literal["pad", "block", "offbeat", "alberti", "arpeggio", "pulse"]
BASS, FIFTH, CHORD, BASS_STEP, UPPER = -1, -2, -3, -4, -5

_ALBERTI = (0, 2, 1, 2)
_WAVES = (
    (BASS, 0, 1, 2, 3, 2, 1, 0),
    (BASS, 0, 1, 2),
    (BASS, 1, 0, 2),
    (BASS, 2, 1, 0),
    (BASS, FIFTH, 0, 1, 2, 1, 0, FIFTH),
    (BASS, 1, 2, 3, 4, 3, 2, 1),
    (3, 2, 1, 0),
    (BASS, 2, 0, 3, 1, 2),
)
_RIFFS = (
    (BASS, BASS, FIFTH, BASS),
    (BASS, CHORD, CHORD, CHORD),
    (CHORD,),
    (BASS, CHORD),
    (BASS, BASS_STEP, BASS, FIFTH),
    (BASS, 0, BASS, 1),
    (CHORD, BASS, BASS),
)


def choose_kind(attacks: float, metre: Metre, rng: Random) -> Kind:
    """An accompaniment that can be played with so many attacks in a bar."""
    pace = attacks * 12.0 / (metre.ticks // 40)
    if pace < 0.5:
        return "pad"
    if pace < 1.2:
        return rng.choice(("pad", "block", "offbeat"))
    if pace < 2.6:
        return rng.choice(("block", "offbeat", "alberti", "arpeggio", "arpeggio", "pulse"))
    return rng.choice(("alberti", "arpeggio", "arpeggio", "pulse", "block"))


def accompany(kind: Kind, metre: Metre, attacks: float, irregular: float, rng: Random) -> Figure:
    """One bar of an accompaniment."""
    length = metre.ticks // 40
    felt = beats(metre)
    match kind:
        case "pad":
            return ((0, length, BASS), (0, length, CHORD))
        case "offbeat":
            return _offbeat(metre, attacks)
        case "block":
            spans = divide(metre, attacks, irregular, rng) or [(0, length)]
            return ((0, length, BASS), *((start, size, CHORD) for start, size in spans))
        case "pulse":
            spans = even(metre, attacks)
            low = [(start, length // len(felt), BASS) for start in felt]
            return (*low, *((start, size, CHORD) for start, size in spans))
        case "alberti":
            spans = even(metre, attacks)
            notes = [(*span, _ALBERTI[i % 4]) for i, span in enumerate(spans)]
            return ((0, length, BASS), *notes)
        case "arpeggio":
            return arpeggio(metre, attacks, 0.0, rng)


def _offbeat(metre: Metre, attacks: float) -> Figure:
    """Bass on strong beats and chords between them, as in a waltz or a march."""
    length = metre.ticks // 40
    felt = beats(metre)
    if attacks >= 1.5 * len(felt) or len(felt) == 2:
        half = (felt[1] if len(felt) > 1 else length) // 2
        half = half if half % 3 == 0 or half % 2 == 0 else half + 1
        return tuple(
            stroke
            for start in felt
            for stroke in ((start, half, BASS), (start + half, half, CHORD))
            if start + half < length
        )
    ends = (*felt[1:], length)
    strokes: list[Stroke] = []
    for index, (start, end) in enumerate(zip(felt, ends, strict=True)):
        low = index == 0 or (len(felt) > 3 and index == 2)
        what = (BASS if index == 0 else FIFTH) if low else CHORD
        strokes.append((start, end - start, what))
    return tuple(strokes)


def arpeggio(metre: Metre, attacks: float, irregular: float, rng: Random) -> Figure:
    """Single notes of the chord one after the other."""
    spans: list[Span] = even(metre, attacks)
    if rng.random() < irregular - 0.35:
        spans = divide(metre, attacks, irregular, rng) or spans
    wave = rng.choice(_WAVES)
    turn = len(wave) if rng.random() < 0.6 else 1000
    strokes = [(*span, wave[i % turn % len(wave)]) for i, span in enumerate(spans)]
    return tuple(strokes)


def vary_figure(figure: Figure, rng: Random) -> Figure:
    """The figure with one of its strokes played otherwise wherever it occurs; rhythm stays."""
    old = rng.choice(sorted({what for _, _, what in figure}))
    new = {CHORD: UPPER, BASS: FIFTH, FIFTH: BASS, BASS_STEP: FIFTH}.get(old, old + 1)
    return tuple((at, size, new if what == old else what) for at, size, what in figure)


def ostinato(metre: Metre, attacks: float, irregular: float, rng: Random) -> Figure:
    """A figure of half a bar or a beat that is repeated through the bar."""
    length, beat = metre.ticks // 40, metre.beat_ticks // 40
    periods = [each for each in (length // 2, beat) if each and length % each == 0]
    fitting = [each for each in periods if attacks * each / length >= 1.5] or [max(periods)]
    period = rng.choice(sorted(fitting))
    wanted = max(attacks * period / length, 1.6)
    cell = _cell(period, wanted, irregular, rng)
    riff = rng.choice(_RIFFS)
    return tuple(
        (first + start, size, riff[index % len(riff)])
        for first in range(0, length, period)
        for index, (start, size) in enumerate(cell)
    )


def _cell(period: int, attacks: float, irregular: float, rng: Random) -> list[Span]:
    """Onsets inside one period: equal ones, or some left out of a finer grid."""
    steps = [each for each in (24, 18, 12, 9, 6, 4, 3, 2) if period % each == 0] or [period]
    step = min(steps, key=lambda each: abs(period / each - attacks))
    places = list(range(0, period, step))
    if abs(len(places) - attacks) > 1.0:
        count = max(round(attacks), 1)
        places = sorted({3 * round(each * period / count / 3.0) for each in range(count)})
    if rng.random() < 0.25 + 0.6 * irregular and step > 2:
        fine = step // 2 if step % 2 == 0 else step // 3 or 1
        finer = list(range(0, period, fine))
        count = min(max(round(attacks), 2), len(finer))
        places = sorted([0, *rng.sample(finer[1:], count - 1)])
    ends = (*places[1:], period)
    return [(start, end - start) for start, end in zip(places, ends, strict=True)]
