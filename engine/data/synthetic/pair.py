"""One pair: a wish and the eight bars composed for it, as a piece of training music.

A pair is made from a seed and its number alone, so pairs can be made in any order and anywhere.
What its bars are is measured afterwards like all other music; the wish only steers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from engine.data.piece import Chord, Piece
from engine.data.synthetic.chords import QUALITIES
from engine.data.synthetic.dynamics import draw_shape, shade
from engine.data.synthetic.form import draw_form
from engine.data.synthetic.harmony import Plan, plan_harmony
from engine.data.synthetic.loom import Loom, Woven, draw_habits
from engine.data.synthetic.rhythm import beats
from engine.data.synthetic.wish import BARS, Wish, draw
from engine.score import Note, Score, TempoMap, Voice


@dataclass(frozen=True, slots=True)
class Pair:
    """A wish and the music composed for it."""

    wish: Wish
    piece: Piece


def compose(seed: int, number: int) -> Pair:
    """The pair of a seed and a number; the same at every call."""
    rng = Random(f"{seed}:{number}")
    wish = draw(rng)
    return Pair(wish, _piece(wish, f"synthetic/{seed}/{number:06}", rng))


def pairs(seed: int, count: int, first: int = 0) -> Iterator[Pair]:
    """So many pairs of a seed."""
    for number in range(first, first + count):
        yield compose(seed, number)


def _piece(wish: Wish, name: str, rng: Random) -> Piece:
    form = draw_form(wish.profile.rsi.real, rng)
    plan = plan_harmony(wish, form, rng)
    habits = draw_habits(wish, rng)
    loom = Loom(wish, form, plan, habits, rng)
    woven = _untangled(loom.weave(), BARS * (wish.metre.ticks // 40))
    shape = draw_shape(wish, form.source, rng)
    notes = shade(woven, wish, shape, 0.5 * (habits.line + habits.bass))
    notes.sort(key=lambda note: (note.onset, note.voice, note.pitch))
    score = Score(tuple(notes), (wish.metre,) * BARS, TempoMap(((0, wish.tempo),)), wish.key)
    return Piece(
        id=name,
        song=name,
        source="synthetic",
        score=score,
        quadrant=None,
        split="train",
        tempo=wish.tempo,
        chords=_chords(wish, plan, loom.inversions),
    )


def _untangled(woven: list[Woven], end: int) -> list[Woven]:
    """Notes within the piece, none struck while the same pitch of its voice still sounds, and no
    two of one pitch at one place."""
    result: list[Woven] = []
    sounding: dict[tuple[int, Voice], int] = {}
    struck: set[tuple[int, int]] = set()
    for at, size, pitch, voice in sorted(woven, key=lambda each: (each[0], each[3], each[2])):
        while pitch < 21:
            pitch += 12
        while pitch > 104:
            pitch -= 12
        if (at, pitch) in struck:
            continue
        struck.add((at, pitch))
        last = sounding.get((pitch, voice))
        if last is not None and result[last][0] + result[last][1] > at:
            earlier = result[last]
            result[last] = (earlier[0], at - earlier[0], pitch, voice)
        sounding[pitch, voice] = len(result)
        result.append((at, _writable(min(size, end - at)), pitch, voice))
    return result


def _writable(length: int) -> int:
    """The longest duration of the token format that is not longer."""
    return length if length <= 24 else min(length - length % 6, 144)


def _chords(wish: Wish, plan: Plan, inversions: dict[tuple[int, int], bool]) -> tuple[Chord, ...]:
    felt = beats(wish.metre)
    length = wish.metre.ticks // 40
    middle = felt[(len(felt) + 1) // 2] if len(felt) > 1 else length
    chords: list[Chord] = []
    for bar, sonorities in enumerate(plan.bars):
        for index, each in enumerate(sonorities):
            third = QUALITIES[each.quality][1]
            below = {3: "/b3", 4: "/3"}.get(third, "") if inversions.get((bar, index)) else ""
            word = each.quality + below
            if chords and (chords[-1].root, chords[-1].quality) == (each.root, word):
                continue
            chords.append(Chord(each.root, word, (bar * length + index * middle) * 40))
    return tuple(chords)


def content(notes: tuple[Note, ...], start: int, tonic: int) -> frozenset[tuple[int, int, int]]:
    """The notes of a bar relative to the tonic: position, length, pitch; loudness left out."""
    return frozenset((note.onset - start, note.duration, note.pitch - tonic) for note in notes)
