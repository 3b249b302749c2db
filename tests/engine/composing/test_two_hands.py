"""Piano mode: whatever is drawn among what is allowed, two hands can play it."""

from __future__ import annotations

import numpy as np
import pytest

from engine.composing import vocabulary as v
from engine.composing.grammar import BarGrammar, KeptNote, Laws
from engine.composing.tokens import decode
from engine.composing.two_hands import joining
from engine.hands import playable, unplayable
from engine.score import METRES, Metre, Note
from tests.engine.composing.test_grammar import write


def heard(tokens: list[int], metres: tuple[Metre, ...]) -> tuple[Note, ...]:
    return decode(tokens[:-1], metres, None).notes


def crowded(grammar: BarGrammar, seed: int) -> list[int]:
    """Drawn by weights that wish for long notes and full chords."""
    rng = np.random.default_rng(seed)
    weights = rng.random(v.SIZE) ** 4
    weights[v.DURATION.start + 10 : v.DURATION.stop] += 3.0
    weights[[v.BAR, v.EOS]] = 0.02
    tokens: list[int] = []
    while not grammar.finished:
        allowed = np.flatnonzero(grammar.allowed())
        assert len(allowed)
        chances = weights[allowed] + 1e-6
        token = int(rng.choice(allowed, p=chances / chances.sum()))
        grammar.push(token)
        tokens.append(token)
        assert len(tokens) < 50_000
    return tokens


@pytest.mark.parametrize("seed", range(8))
def test_every_onset_is_playable(seed: int) -> None:
    metres = (METRES[seed % len(METRES)], Metre(), Metre(3, 4))
    laws = Laws(tonic_shift=seed % 12 - 5, piano=True)
    drawn = [write(BarGrammar(metres, laws), seed), crowded(BarGrammar(metres, laws), seed)]
    for tokens in drawn:
        assert not unplayable(shifted(heard(tokens, metres), laws.tonic_shift))
    free = heard(crowded(BarGrammar(metres, Laws()), seed), metres)
    assert unplayable(free), "without the law the same draws cannot be played"


def shifted(notes: tuple[Note, ...], shift: int) -> list[Note]:
    return [Note(n.onset, n.duration, n.pitch + shift, n.velocity, n.voice) for n in notes]


@pytest.mark.parametrize("seed", range(6))
def test_free_notes_go_around_what_is_kept(seed: int) -> None:
    metres = (Metre(),) * 3
    kept = [
        [KeptNote(0, 3, 36, 60, 48), KeptNote(24, 0, 76, 80, 12)],
        [KeptNote(6, 2, pitch, 70, 24) for pitch in (50, 55, 59)],
        [KeptNote(12, 0, 88, 80, 24)],
    ]
    tokens = crowded(BarGrammar(metres, Laws(piano=True), kept), seed)
    notes = heard(tokens, metres)
    assert not unplayable(notes)
    for bar, wanted in enumerate(kept):
        for note in wanted:
            onset = bar * 1920 + note.position * v.TICKS_PER_POSITION
            assert any((n.onset, n.pitch) == (onset, note.pitch) for n in notes)


def test_kept_notes_that_nobody_can_play_stay() -> None:
    chord = [KeptNote(0, 2, pitch, 70, 12) for pitch in (30, 50, 70, 90)]
    tokens = crowded(BarGrammar((Metre(),), Laws(piano=True), [chord]), 1)
    notes = heard(tokens, (Metre(),))
    assert {n.pitch for n in notes if n.onset == 0} >= {30, 50, 70, 90}


def test_a_bar_that_must_sound_does() -> None:
    laws = Laws(piano=True, sounding=frozenset({0, 1}))
    notes = heard(write(BarGrammar((Metre(),) * 2, laws), 3, ending=1.0), (Metre(),) * 2)
    assert notes and not unplayable(notes)


@pytest.mark.parametrize("seed", range(40))
def test_what_may_join_is_what_two_hands_can_hold(seed: int) -> None:
    rng = np.random.default_rng(seed)
    down = frozenset(rng.integers(30, 90, rng.integers(0, 11)).tolist())
    near = frozenset((rng.integers(0, 34, rng.integers(0, 11)) + 45).tolist())
    for keys in (down, near):
        free = joining(keys, range(21, 109))
        expected = [pitch for pitch in range(21, 109) if playable({*keys, pitch})]
        assert np.flatnonzero(free).tolist() == expected
