"""Every attribute on bars whose answer is known by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from engine.measuring.attributes import (
    ATTRIBUTE_INDEX,
    ATTRIBUTES,
    Texture,
    measure,
    measure_arrays,
)
from engine.score import Key, Metre, Score, TempoMap, Voice
from tests.engine.measuring.pieces import chord, line, note, score, song, transposed

C_MAJOR = Key(0, "major")
SCALE = (60, 62, 64, 65, 67, 69, 71, 72)


def first(notes: list, name: str, **settings: object) -> float:
    return measure(score(notes, **settings))[0].get(name)  # type: ignore[arg-type]


def test_the_order_of_the_conditions_is_fixed() -> None:
    assert [each.name for each in ATTRIBUTES] == [
        "onset_rate", "velocity_mean", "velocity_spread", "register", "polyphony", "mode_score",
        "dissonance", "irregularity", "leaps", "note_count", "return", "estrangement",
    ]  # fmt: skip


def test_onset_rate_counts_attacks_a_second_and_follows_the_tempo() -> None:
    chords = chord(0, (60, 64, 67)) + chord(2, (60, 64, 67))
    assert first(chords, "onset_rate", bpm=120.0) == pytest.approx(1.0)
    assert first(chords, "onset_rate", bpm=60.0) == pytest.approx(0.5)
    assert first(chords, "note_count") == pytest.approx(1.5)


def test_onset_rate_obeys_a_change_of_tempo() -> None:
    piece = Score(
        tuple(line((60, 62, 64, 65) * 2)), (Metre(),) * 2, TempoMap(((0, 120.0), (1920, 60.0)))
    )
    assert [bar.get("onset_rate") for bar in measure(piece)] == pytest.approx([2.0, 1.0])


def test_notes_struck_nearly_together_are_one_attack() -> None:
    rolled = [note(0, 60), note(0.02, 64), note(0.04, 67)]
    assert first(rolled, "onset_rate") == pytest.approx(0.5)


def test_velocity_mean_and_spread() -> None:
    notes = [note(0, 60, velocity=60), note(1, 60, velocity=100)]
    assert first(notes, "velocity_mean") == pytest.approx(80.0)
    assert first(notes, "velocity_spread") == pytest.approx(20.0)


def test_register_weighs_by_sounding_time() -> None:
    assert first([note(0, 48, 3.0), note(3, 72, 1.0)], "register") == pytest.approx(54.0)


def test_polyphony_counts_only_while_something_sounds() -> None:
    assert first(chord(0, (60, 64, 67)), "polyphony") == pytest.approx(3.0)
    assert first([note(0, 60, 2.0), note(1, 64, 1.0)], "polyphony") == pytest.approx(1.5)


def test_a_held_note_sounds_on_in_the_next_bar() -> None:
    second = measure(score([note(0, 60, 8.0)], bars=2))[1]
    assert second.get("register") == pytest.approx(60.0)
    assert second.get("onset_rate") == 0.0
    assert math.isnan(second.get("velocity_mean"))


@pytest.mark.parametrize("tonic", range(12))
def test_mode_score_is_positive_in_major_and_negative_in_minor(tonic: int) -> None:
    major = line([tonic + pitch for pitch in (60, 64, 67, 72)])
    minor = line([tonic + pitch for pitch in (60, 63, 67, 72)])
    assert first(major, "mode_score") > 0.5
    assert first(minor, "mode_score") < -0.5


def test_dissonance_of_one_pair() -> None:
    by_interval = {i: first(chord(0, (60, 60 + i)), "dissonance") for i in (1, 2, 4, 6, 7, 11, 12)}
    assert by_interval[1] == pytest.approx(1.0)
    assert by_interval[4] == by_interval[7] == by_interval[12] == 0.0
    assert by_interval[1] > by_interval[11] > by_interval[6] > by_interval[2] > 0.0
    assert first(line((60, 61, 62, 63)), "dissonance") == 0.0


def test_dissonance_is_a_mean_over_pairs_across_the_middle_of_the_keyboard() -> None:
    assert first(chord(0, (63, 64, 67)), "dissonance") == pytest.approx(1.0 / 3.0)


def test_irregularity() -> None:
    even = first(line(SCALE, 0.5), "irregularity")
    mixed = [note(at, 60, 0.2) for at in (0, 0.75, 1.0, 2.25, 2.5, 3.75)]
    assert even == 0.0
    assert first(mixed, "irregularity") > 0.5


def test_a_syncope_is_irregular_and_an_even_off_beat_run_is_not() -> None:
    syncopes = [note(at, 60, 1.0) for at in (0.5, 1.5, 2.5, 3.5)]
    run = line(SCALE, 0.5)
    assert first(syncopes, "irregularity") >= 0.3 > first(run, "irregularity")


def test_leaps_are_of_the_top_line_only() -> None:
    melody = line((72, 74, 72, 76))
    jumps = [note(i, pitch, voice=Voice.BASS) for i, pitch in enumerate((36, 55, 36, 55))]
    assert first(melody + jumps, "leaps") == pytest.approx((2 + 2 + 4) / 3)


def test_without_voices_the_top_line_is_the_skyline() -> None:
    above = line((72, 74, 72, 76), voice=Voice.ACCOMPANIMENT)
    below = [note(i + 0.5, pitch, 0.5) for i, pitch in enumerate((48, 55, 48, 55))]
    assert first(above + below, "leaps") == pytest.approx((2 + 2 + 4) / 3)


IDEA = ((60, 64, 62, 67), (0.0, 1.5, 2.0, 3.0))
OTHER = ((72, 65, 71, 69), (0.5, 1.0, 2.5, 3.5))


def _bars(*ideas: tuple[tuple[tuple[int, ...], tuple[float, ...]], int]) -> list:
    return [
        note(4 * bar + at, pitch + shift, 0.5, voice=Voice.MELODY)
        for bar, ((pitches, places), shift) in enumerate(ideas)
        for pitch, at in zip(pitches, places, strict=True)
    ]


def test_return_is_full_for_a_two_bar_idea_on_another_degree() -> None:
    notes = _bars((IDEA, 0), (OTHER, 0), (IDEA, 5), (OTHER, 5))
    values = [bar.get("return") for bar in measure(score(notes, bars=4))]
    assert math.isnan(values[0]) and math.isnan(values[1])
    assert values[2:] == pytest.approx([1.0, 1.0])


def test_the_bar_just_before_is_no_return() -> None:
    notes = _bars((OTHER, 0), (IDEA, 0), (IDEA, 0))
    assert measure(score(notes, bars=3))[2].get("return") < 0.6


def test_the_accompaniment_does_not_return() -> None:
    melody = _bars((IDEA, 0), (OTHER, 0), (((60, 61, 67), (0.25, 1.75, 2.25)), 0))
    pattern = [each for bar in range(3) for each in chord(4 * bar, (48, 52, 55), 4.0)]
    alone = measure(score(melody, bars=3))[2].get("return")
    assert measure(score(melody + pattern, bars=3))[2].get("return") == alone < 0.3


def _cadences(*shifts: int) -> list:
    notes = []
    for bar, shift in enumerate(shifts):
        for at, triad in (
            (0, (48, 52, 55)),
            (1, (53, 57, 60)),
            (2, (55, 59, 62)),
            (3, (48, 52, 55)),
        ):
            notes += chord(4 * bar + at, [pitch + shift for pitch in triad])
    return notes


def test_estrangement_grows_with_the_circle_of_fifths() -> None:
    bars = measure(score(_cadences(0, 0, 0, 0, 2, 2, 2, 2, 6, 6, 6, 6), bars=12, key=C_MAJOR))
    values = [bar.get("estrangement") for bar in bars]
    assert values[:3] == [0.0, 0.0, 0.0]
    assert values[5:7] == pytest.approx([2.0, 2.0], abs=0.01)
    assert values[9:11] == pytest.approx([6.0, 6.0], abs=0.01)


def test_single_chromatic_notes_do_not_estrange() -> None:
    passing = [*_cadences(0, 0, 0, 0), note(5.5, 66, 0.5), note(9.5, 61, 0.25)]
    values = [bar.get("estrangement") for bar in measure(score(passing, bars=4, key=C_MAJOR))]
    assert max(values) < 0.5


def test_the_relative_minor_is_at_home() -> None:
    triads = ((57, 60, 64), (62, 65, 69), (52, 56, 59), (57, 60, 64))
    minor = [
        each for bar in range(4) for i, t in enumerate(triads) for each in chord(4 * bar + i, t)
    ]
    values = [bar.get("estrangement") for bar in measure(score(minor, bars=4, key=C_MAJOR))]
    assert max(values) == 0.0


@pytest.mark.parametrize("seed", range(4))
def test_transposition_changes_the_register_alone(seed: int) -> None:
    piece = song(seed)
    before = measure_arrays(piece)
    after = measure_arrays(transposed(piece, 5))
    register = ATTRIBUTE_INDEX["register"]
    rest = [column for column in range(len(ATTRIBUTES)) if column != register]
    np.testing.assert_allclose(after.values[:, rest], before.values[:, rest], atol=1e-9)
    np.testing.assert_allclose(after.values[:, register], before.values[:, register] + 5)
    assert after.textures == before.textures


def test_no_bars_and_empty_bars() -> None:
    assert measure(Score((), ())) == ()
    (bar,) = measure(score([]))
    assert bar.texture is Texture.SILENCE
    assert bar.get("onset_rate") == 0.0 == bar.get("note_count")
    assert all(math.isnan(v) for v in bar.values if v != 0.0)
    assert bar.as_dict()["register"] is None


def test_one_note() -> None:
    (bar,) = measure(score([note(0, 60)]))
    assert bar.get("velocity_spread") == 0.0 == bar.get("dissonance") == bar.get("estrangement")
    assert math.isnan(bar.get("leaps")) and math.isnan(bar.get("return"))


def test_notes_outside_the_bars_are_not_measured() -> None:
    inside = [note(0, 60)]
    outside = [note(-1, 90, 0.5), note(4, 90)]
    assert measure(score(inside + outside))[0].values[:6] == measure(score(inside))[0].values[:6]


def test_return_is_the_same_in_a_piece_longer_than_one_block() -> None:
    """Bars are compared in blocks; a bar at the border sees as far back as any other."""
    ideas = [(OTHER if bar % 2 else IDEA, bar % 5) for bar in range(600)]
    values = np.array([bar.get("return") for bar in measure(score(_bars(*ideas), bars=600))])
    assert np.isnan(values[:2]).all()
    np.testing.assert_allclose(values[2:], 1.0)
