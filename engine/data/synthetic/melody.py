"""The top line: ideas made of a rhythm and of steps, and their pitches over the chords.

An idea is moved to the chord under it: its first note is chosen so that chord tones fall on
strong beats, what still misses them is bent by a step. Steps are scale degrees, so a return on
another chord or in another key is a varied return.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from random import Random

from engine.data.synthetic.chords import Sonority
from engine.data.synthetic.rhythm import Span
from engine.data.synthetic.wish import Levers

Tone = tuple[int, int, int]  # position in the bar, length, pitch
_WIDEST = 6
_REACH = 11.0  # semitones that a line may leave its centre


@dataclass(frozen=True, slots=True)
class Idea:
    """Spans of a bar, and for each the degrees from the note before it (0 for the first)."""

    spans: tuple[Span, ...]
    moves: tuple[int, ...]


@lru_cache(maxsize=512)
def _nearest(scale: tuple[int, ...]) -> tuple[int, ...]:
    """For each semitone above the tonic the degree that lies nearest."""
    return tuple(
        min(range(8), key=lambda degree: abs(semitone - (*scale, 12)[degree]))
        for semitone in range(12)
    )


def degree_of(sonority: Sonority, pitch: int) -> int:
    """The scale degree nearest to a pitch, counted from the tonic of MIDI octave 0."""
    octave, semitone = divmod(pitch - sonority.tonic, 12)
    return 7 * octave + _nearest(sonority.scale)[semitone]


def pitch_of(sonority: Sonority, degree: int) -> int:
    """The pitch of a scale degree."""
    octave, step = divmod(degree, 7)
    return sonority.tonic + 12 * octave + sonority.scale[step]


def invent(spans: list[Span], levers: Levers, rising: float, rng: Random) -> Idea:
    """A new idea on a rhythm: steps mostly; a leap is answered by a step the other way.

    Args:
        rising: where the phrase goes, -1 down to 1 up; falling lines lean against it.
    """
    down = min(max(0.5 - 0.18 * rising + 0.75 * (levers.falling - 0.5), 0.06), 0.94)
    leap = 0.06 + 0.5 * levers.leap**1.5
    moves = [0]
    height, direction = 0, -1 if rng.random() < down else 1
    for _ in spans[1:]:
        last = moves[-1]
        if abs(last) >= 3 and rng.random() < 1.1 - 0.6 * levers.leap:
            move = -1 if last > 0 else 1
        elif rng.random() < leap:
            size = rng.randint(2, 3 + round(4.0 * levers.leap))
            # A line that falls gathers height by leaps and loses it by steps.
            move = size if rng.random() < 0.35 + 0.5 * abs(down - 0.5) else -size
            move = move if down >= 0.5 else -move
        else:
            if rng.random() < 0.35:
                direction = -1 if rng.random() < down else 1
            move = 0 if rng.random() < 0.07 else direction
        if abs(height + move) > _WIDEST:
            move = -move if abs(move) > 1 else (5 if height < 0 else -5)
        height += move
        moves.append(move)
    return Idea(tuple(spans), tuple(moves))


def vary(idea: Idea, variation: int, levers: Levers, rng: Random) -> Idea:
    """The idea again: 1 with another ending, 2 also with an ornament on its longest note.

    A short idea keeps its end, for that is half of what it is; it returns at another height.
    """
    if variation == 0 or len(idea.spans) < 4:
        return idea
    moves = list(idea.moves)
    spans = list(idea.spans)
    moves[-1] = rng.choice([each for each in (-2, -1, 1, 2) if each != moves[-1]])
    if variation == 2:
        index = max(range(len(spans)), key=lambda each: spans[each][1])
        start, size = spans[index]
        if size >= 6 and size % 2 == 0:
            turn = -1 if rng.random() < levers.falling else 1
            spans[index : index + 1] = [(start, size // 2), (start + size // 2, size - size // 2)]
            moves.insert(index + 1, turn)
            if index + 2 < len(moves):
                moves[index + 2] -= turn
    return Idea(tuple(spans), tuple(moves))


def realise(
    idea: Idea,
    chord_at: Callable[[int], Sonority],
    strong: frozenset[int],
    previous: int,
    centre: float,
    falling: float,
    fixed: int | None = None,
    bend: bool = True,
) -> tuple[list[Tone], Idea]:
    """The notes of an idea over its chords, and the idea as it was bent to fit them.

    Args:
        chord_at: position in the bar to its chord.
        strong: positions whose notes should belong to the chord.
        previous: pitch of the note before.
        centre: the pitch that the line keeps near to.
        falling: 0 to 1, whether the line rather starts below the note before.
        fixed: the first pitch where it is known.
        bend: whether notes on strong positions are bent to chord tones one by one.
    """
    if not idea.spans:
        return [], idea
    chords = [chord_at(start) for start, _ in idea.spans]
    first = chords[0]
    heights = [sum(idea.moves[: index + 1]) for index in range(len(idea.moves))]
    if fixed is not None:
        anchor = degree_of(first, fixed)
    else:
        anchor = _anchor(idea, chords, heights, strong, previous, centre, falling)
    tones: list[Tone] = []
    moves: list[int] = []
    before = 0
    for (start, length), chord, height in zip(idea.spans, chords, heights, strict=True):
        degree = anchor + height
        if chord is not first:
            degree = degree_of(chord, pitch_of(first, degree))
        pitch = pitch_of(chord, degree)
        if start in strong and pitch % 12 not in chord.tones and (bend or not tones):
            degree = _bent(chord, degree, tones[-1][2] if tones else previous)
            pitch = pitch_of(chord, degree)
        moves.append(degree - before if tones else 0)
        before = degree
        tones.append((start, length, pitch))
    return tones, Idea(idea.spans, tuple(moves))


def _bent(chord: Sonority, degree: int, before: int) -> int:
    """The neighbour that belongs to the chord; of two the one that is not the note before."""
    lower, upper = pitch_of(chord, degree - 1), pitch_of(chord, degree + 1)
    if lower % 12 in chord.tones and (lower != before or upper % 12 not in chord.tones):
        return degree - 1
    return degree + 1


def _anchor(
    idea: Idea,
    chords: list[Sonority],
    heights: list[int],
    strong: frozenset[int],
    previous: int,
    centre: float,
    falling: float,
) -> int:
    """The first degree with the smallest cost: chord tones where they matter, a short way."""
    first = chords[0]
    near = degree_of(first, previous)
    middle = sum(heights) / len(heights)
    lowest, highest = min(heights), max(heights)
    weighed = [
        (height, chord.tones)
        for (start, _), chord, height in zip(idea.spans, chords, heights, strict=True)
        if start in strong
    ]
    best, chosen = 1e9, near
    for degree in range(near - 7, near + 8):
        cost = 0.5 * abs(degree - near - 0.8 * (0.5 - falling))
        pitch = pitch_of(first, degree)
        cost += 0.3 * abs(pitch + 1.7 * middle - centre)
        cost += 1.5 * max(pitch + 1.7 * highest - centre - _REACH, 0.0)
        cost += 1.5 * max(centre - _REACH - pitch - 1.7 * lowest, 0.0)
        for height, tones in weighed:
            if pitch_of(first, degree + height) % 12 not in tones:
                cost += 1.6
        if cost < best:
            best, chosen = cost, degree
    return chosen
