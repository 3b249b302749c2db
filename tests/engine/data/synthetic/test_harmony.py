"""Chords, voices and keys follow the wish."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from engine.data.synthetic.chords import PALETTE, QUALITIES, sonority
from engine.data.synthetic.form import Form, draw_form
from engine.data.synthetic.harmony import plan_harmony
from engine.data.synthetic.melody import Idea, degree_of, invent, pitch_of, realise, vary
from engine.data.synthetic.voicing import bass_of, lead, rub
from engine.data.synthetic.wish import BARS, Levers, Wish, draw
from engine.profile import Profile
from engine.score import Key, Mode

NEW = Form((None,) * BARS, (0,) * BARS, closed=True, broken=frozenset())


def _wish(dark: float, far: float, mode: Mode) -> Wish:
    wish = draw(Random(1))
    return replace(
        wish,
        key=Key(2, mode),
        profile=Profile(dark, 0.5, complex(0.0, far)),
        levers=replace(wish.levers, dark=dark),
    )


def _levers(falling: float, leap: float) -> Levers:
    return replace(draw(Random(1)).levers, falling=falling, leap=leap)


@pytest.mark.parametrize("mode", ["major", "minor"])
def test_every_chord_of_the_palette_lies_in_its_scale(mode: Mode) -> None:
    for options in PALETTE[mode].values():
        for degree, quality, _ in options:
            chord = sonority(3, mode, degree, quality)
            assert len(chord.scale) == 7 and chord.root == (3 + degree) % 12
            missing = {(tone - 3) % 12 for tone in chord.tones} - set(chord.scale)
            assert len(missing) <= 1


@pytest.mark.parametrize("mode", ["major", "minor"])
def test_trauma_takes_minor_and_diminished_chords_where_the_mode_is_fixed(mode: Mode) -> None:
    def shade(dark: float) -> float:
        wish = _wish(dark, 0.0, mode)
        chords = [
            chord
            for seed in range(30)
            for bar in plan_harmony(wish, NEW, Random(seed)).bars
            for chord in bar
        ]
        dim = [QUALITIES[chord.quality][1] == 3 for chord in chords]
        return sum(dim) / len(dim)

    assert shade(0.0) < 0.2 and shade(1.0) > 0.55


def test_estrangement_leaves_the_home_key_and_its_opposite_stays() -> None:
    def away(far: float) -> float:
        plans = [plan_harmony(_wish(0.3, far, "major"), NEW, Random(seed)) for seed in range(20)]
        tonics = [chord.tonic != 2 for plan in plans for bar in plan.bars for chord in bar]
        return sum(tonics) / len(tonics)

    assert away(0.0) == away(-1.0) == 0.0 < away(0.4) < away(1.0)
    assert plan_harmony(_wish(0.3, -1.0, "major"), NEW, Random(1)).pedal


def test_a_closed_piece_ends_on_its_tonic_or_the_relative_one() -> None:
    for seed in range(40):
        final = plan_harmony(_wish(0.5, 0.0, "minor"), NEW, Random(seed)).bars[-1][-1]
        assert final.degree in (0, 3)


def test_what_breaks_off_returns_nothing_and_what_returns_does() -> None:
    for seed in range(40):
        broken = draw_form(-1.0, Random(seed))
        assert set(broken.source) == {None} and not broken.closed
        returning = draw_form(1.0, Random(seed))
        assert sum(each is not None for each in returning.source) >= 3 and returning.closed
        literal = [
            not varied and back is not None
            for back, varied in zip(returning.source, returning.variation, strict=True)
        ]
        assert sum(literal) <= 3
        for bar, back in enumerate(returning.source):
            assert back is None or back <= bar - 2


def test_chords_are_led_by_small_steps() -> None:
    first = lead(sonority(0, "major", 0, "maj"), (), 3, 58)
    second = lead(sonority(0, "major", 5, "maj"), first, 3, 58)
    assert {pitch % 12 for pitch in second} == {5, 9, 0}
    assert sum(abs(a - b) for a, b in zip(first, second, strict=True)) <= 5


def test_a_rubbing_note_is_a_semitone_or_a_tritone_from_the_chord() -> None:
    for quality in QUALITIES:
        chord = sonority(0, "minor", 0, quality)
        pitches = lead(chord, (), 3, 58)
        for seed in range(6):
            (new,) = set(rub(pitches, chord, Random(seed))) - set(pitches) or {pitches[0]}
            gaps = {abs(new - tone) % 12 for tone in chord.tones}
            assert gaps & {1, 6, 11} or new in pitches


def test_the_bass_plays_root_or_third() -> None:
    chord = sonority(0, "major", 7, "7")
    assert bass_of(chord, 43, 43, inverted=False) == 43
    assert bass_of(chord, 43, 43, inverted=True) % 12 == 11


def test_lines_fall_where_asked_and_leaps_are_answered() -> None:
    spans = [(i * 6, 6) for i in range(8)]

    def fall(falling: float) -> float:
        ideas = [invent(spans, _levers(falling, 0.1), 0.0, Random(seed)) for seed in range(60)]
        moves = [move for idea in ideas for move in idea.moves]
        return sum(move < 0 for move in moves) / len(moves)

    assert fall(0.0) < 0.35 and fall(1.0) > 0.55
    still = [invent(spans, _levers(0.5, 0.0), 0.0, Random(seed)) for seed in range(60)]
    moves = [abs(move) for idea in still for move in idea.moves]
    assert sum(move <= 1 for move in moves) / len(moves) > 0.85


def test_strong_notes_belong_to_the_chord_and_a_return_keeps_its_steps() -> None:
    chord = sonority(0, "major", 0, "maj")
    idea = Idea(((0, 12), (12, 12), (24, 12), (36, 12)), (0, 1, 1, 1))
    strong = frozenset((0, 12, 24, 36))
    tones, bent = realise(idea, lambda _: chord, strong, 72, 72.0, 0.5)
    assert all(pitch % 12 in chord.tones for _, _, pitch in tones)
    again, _ = realise(bent, lambda _: chord, strong, 60, 62.0, 0.5, bend=False)
    steps = [b[2] - a[2] for a, b in zip(tones, tones[1:], strict=False)]
    assert len(steps) == len(again) - 1
    varied = vary(bent, 1, _levers(0.5, 0.5), Random(1))
    assert varied.spans == bent.spans and varied.moves[:-1] == bent.moves[:-1]
    assert varied.moves[-1] != bent.moves[-1]


def test_degrees_and_pitches_are_inverse() -> None:
    chord = sonority(7, "minor", 7, "maj")
    for degree in range(20, 60):
        assert degree_of(chord, pitch_of(chord, degree)) == degree
