"""The performance: what it may change, what it must keep, and that each rule is heard."""

from __future__ import annotations

import random
from collections import defaultdict
from statistics import mean, pstdev

import pytest

from engine.performance.easing import Easing
from engine.performance.noise import Noise
from engine.performance.perform import LEAD_MS, perform
from engine.performance.phrases import phrase_starts
from engine.score import Control, Metre, Note, Score, TempoMap, Voice

BAR = 1920


def wild(seed: int, bars: int = 12, tempo: float = 100.0) -> Score:
    """Dense music: chords, clusters one tick apart, repeated pitches, all four voices."""
    draw = random.Random(seed)
    notes: dict[tuple[int, int], Note] = {}
    for _ in range(bars * 14):
        onset = draw.randrange(bars * BAR // 40) * 40 + draw.choice((0, 0, 0, 0, 1, 2))
        for _ in range(draw.choice((1, 1, 2, 4))):
            pitch, voice = draw.randrange(30, 90), Voice(draw.randrange(4))
            length = min(draw.choice((30, 120, 480, 1000)), bars * BAR - onset)
            notes[onset, pitch] = Note(onset, max(length, 1), pitch, draw.randrange(20, 110), voice)
    ordered = sorted(notes.values(), key=lambda note: (note.onset, note.voice, note.pitch))
    pedal = (Control(30, 64, 100), Control(1900, 64, 0))
    return Score(tuple(ordered), (Metre(),) * bars, TempoMap(((0, tempo),)), controls=pedal)


def by_place(score: Score) -> dict[tuple[int, int], list[Note]]:
    lines: dict[tuple[int, int], list[Note]] = defaultdict(list)
    for note in score.notes:
        lines[note.voice, note.pitch].append(note)
    return lines


def pairs(before: Score, after: Score) -> list[tuple[Note, Note]]:
    """Each written note with what became of it: the nth of its voice and pitch."""
    there = by_place(after)
    return [
        pair
        for place, notes in by_place(before).items()
        for pair in zip(notes, there[place], strict=True)
    ]


def test_nothing_is_changed_at_zero() -> None:
    score = wild(1)
    assert perform(score, 0.0, 7) is score


def test_the_same_seed_plays_the_same_and_another_does_not() -> None:
    score = wild(2)
    assert perform(score, 0.4, 7) == perform(score, 0.4, 7)
    assert perform(score, 0.4, 7).notes != perform(score, 0.4, 8).notes


@pytest.mark.parametrize("amount", [0.05, 0.3, 1.0])
@pytest.mark.parametrize("seed", range(12))
def test_what_is_kept(seed: int, amount: float) -> None:
    score = wild(seed, tempo=60.0 + 20 * (seed % 6))
    fixed = {note.onset for note in score.notes[:: 9 + seed]}
    played = perform(score, amount, seed, fixed)
    assert sorted((n.pitch, n.voice) for n in played.notes) == sorted(
        (n.pitch, n.voice) for n in score.notes
    )
    matched = pairs(score, played)
    for written, note in matched:
        assert note.onset >= 0 and note.end <= score.end and note.duration >= 1
        assert 1 <= note.velocity <= 127
        if written.onset in fixed:
            assert (note.onset, note.velocity) == (written.onset, written.velocity)
        if written.onset % BAR == 0:
            assert note.onset >= written.onset
        assert abs(note.onset - written.onset) < 480
    for voice in Voice:
        line = sorted((w.onset, n.onset) for w, n in matched if w.voice is voice)
        for (a, a_played), (b, b_played) in zip(line, line[1:], strict=False):
            assert a == b or a_played < b_played
    assert list(played.notes) == sorted(played.notes, key=lambda n: (n.onset, n.voice, n.pitch))
    assert (played.metres, played.tempo_map) == (score.metres, score.tempo_map)


def test_no_pitch_is_struck_twice_at_once_or_sounds_into_itself() -> None:
    apart = [Note(at, 240, 60, 70, Voice(at // 240 % 4)) for at in range(0, 8 * BAR, 240)]
    played = perform(Score(tuple(apart), (Metre(),) * 8), 1.0, 3)
    for before, after in zip(played.notes, played.notes[1:], strict=False):
        assert before.end <= after.onset


def test_a_changed_note_leaves_distant_ones_as_they_were() -> None:
    score = wild(4)
    last = score.notes[-1]
    other = Score(
        (*score.notes[:-1], Note(last.onset, last.duration, last.pitch, 5, last.voice)),
        score.metres,
        score.tempo_map,
    )
    early = 8 * BAR
    a, b = (perform(each, 0.5, 1) for each in (score, other))
    assert [n for n in a.notes if n.onset < early] == [n for n in b.notes if n.onset < early]


def steady(bars: int = 8) -> Score:
    """A melody over chords, in quarters, each phrase of four bars ended by a half note."""
    notes = []
    for beat in range(bars * 4):
        if beat % 16 == 15:
            continue
        long = beat % 16 == 14
        notes.append(Note(beat * 480, 960 if long else 480, 72 + beat % 5, 70, Voice.MELODY))
        for pitch in (48, 55, 64):
            notes.append(Note(beat * 480, 480, pitch, 60, Voice.ACCOMPANIMENT))
    return Score(tuple(notes), (Metre(),) * bars)


def test_the_melody_leads() -> None:
    score = steady(16)
    matched = pairs(score, perform(score, 1.0, 5))
    ticks = 100.0 * 480 / 60_000
    bass = {written.onset: note.onset for written, note in matched if written.pitch == 48}
    leads = [
        (bass[written.onset] - note.onset) / ticks
        for written, note in matched
        if written.voice is Voice.MELODY
    ]
    assert 10 < mean(leads) < LEAD_MS + 5


def test_wide_chords_are_rolled_from_the_bass_up() -> None:
    wide = [
        Note(bar * BAR, BAR, pitch, 60, Voice.ACCOMPANIMENT)
        for bar in range(16)
        for pitch in (36, 52, 55, 64)
    ]
    score = Score(tuple(wide), (Metre(),) * 16)
    spread = defaultdict(list)
    for written, note in pairs(score, perform(score, 1.0, 2)):
        spread[written.pitch].append(note.onset - written.onset)
    assert mean(spread[36]) < mean(spread[52]) < mean(spread[55]) < mean(spread[64])


def test_the_time_slackens_towards_the_end_of_a_phrase_and_comes_back() -> None:
    score = steady(8)
    assert phrase_starts(score) == (0, 8 * BAR) or 4 * BAR in phrase_starts(score)
    easing = Easing(score, 1.0, phrases=(0, 4 * BAR, 8 * BAR))
    beats = [easing.moved(beat * 480) for beat in range(11, 15)]
    steps = [b - a for a, b in zip(beats, beats[1:], strict=False)]
    assert steps == sorted(steps) and steps[-1] > steps[0] > 479
    assert easing.moved(4 * BAR) == 4 * BAR and easing.moved(2 * BAR) == 2 * BAR


def test_a_fixed_tick_stays_in_an_easing_phrase() -> None:
    fixed = 14 * 480
    easing = Easing(steady(8), 1.0, {fixed}, (0, 4 * BAR, 8 * BAR))
    assert easing.moved(fixed) == fixed
    assert easing.moved(13 * 480) >= 13 * 480


def test_phrases_begin_after_long_notes() -> None:
    notes, at = [], 0
    for phrase in (3, 4, 3, 5):
        for beat in range(phrase * 4 - 3):
            notes.append(Note(at + beat * 480, 480, 70, 70, Voice.MELODY))
        at += phrase * BAR
    starts = phrase_starts(Score(tuple(notes), (Metre(),) * 15))
    assert starts[:3] == (0, 3 * BAR, 7 * BAR) and starts[-1] == 15 * BAR


def test_down_beats_and_high_notes_are_louder_and_the_mean_stays() -> None:
    score = steady(8)
    played = perform(score, 1.0, 9)
    changes = [(w, n.velocity - w.velocity) for w, n in pairs(score, played)]
    down = mean(c for w, c in changes if w.onset % BAR == 0)
    weak = mean(c for w, c in changes if w.onset % BAR in (480, 1440))
    high = mean(c for w, c in changes if w.pitch >= 72)
    low = mean(c for w, c in changes if w.pitch == 48)
    assert down > weak + 4 and high > low + 4
    assert abs(mean(c for _, c in changes)) < 2.5


def test_a_fixed_accent_stands_out_as_before() -> None:
    score = steady(8)
    accent = 2 * BAR + 960
    notes = [
        Note(n.onset, n.duration, n.pitch, 100 if n.onset == accent else n.velocity, n.voice)
        for n in score.notes
    ]
    score = Score(tuple(notes), score.metres)
    for seed in range(8):
        played = perform(score, 1.0, seed, {accent})
        bar = [n.velocity for w, n in pairs(score, played) if 2 * BAR <= w.onset < 3 * BAR]
        assert (
            100 - mean(bar)
            > 100 - mean(n.velocity for n in score.notes if 2 * BAR <= n.onset < 3 * BAR) - 0.6
        )


def test_the_pedal_goes_with_the_notes() -> None:
    score = steady(8)
    pedal = (Control(30, 64, 100), Control(14 * 480 + 30, 64, 0))
    with_pedal = Score(score.notes, score.metres, controls=pedal)
    played = perform(with_pedal, 1.0, 1, phrases=(0, 4 * BAR, 8 * BAR))
    assert len(played.controls) == 2 and played.controls[1].onset > pedal[1].onset


def test_noise_is_smooth_and_stays_in_its_range() -> None:
    noise = Noise(3)
    values = [noise.unit(1, index) for index in range(4000)]
    assert min(values) >= -1 and max(values) < 1 and abs(mean(values)) < 0.03
    assert pstdev(values) == pytest.approx(0.577, abs=0.03)
    curve = [noise.drift(1, place / 50) for place in range(2000)]
    assert max(abs(b - a) for a, b in zip(curve, curve[1:], strict=False)) < 0.08
