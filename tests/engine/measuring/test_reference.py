"""Ranks, the fit of a reference and the profile it gives."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import PsychoscoreError
from engine.measuring.attributes import ATTRIBUTES
from engine.measuring.reference import Reference, estimate, fit_reference
from engine.resources import resource
from engine.score import Key, Metre, Score, Voice
from tests.engine.measuring.pieces import chord, line, note, score, song, transposed

SHIPPED = Reference.load()


def _values(piece: Score) -> np.ndarray:
    return np.array([profile.values() for profile in estimate(piece, SHIPPED).bars])


@given(
    st.lists(st.floats(-300, 300), min_size=2, max_size=9), st.sampled_from(sorted(SHIPPED.tables))
)
def test_rank_rises_with_the_value_and_stays_inside(values: list[float], name: str) -> None:
    ranks = SHIPPED.ranks(name, np.sort(np.array(values)))
    assert ((ranks >= 0) & (ranks <= 1)).all()
    assert (np.diff(ranks) >= 0).all()


def test_order_is_kept_beyond_the_reference() -> None:
    softer, soft, loud, louder = (SHIPPED.rank("onset_rate", v) for v in (-9.0, -5.0, 20.0, 40.0))
    assert softer < soft < 0.02 < 0.98 < loud < louder


@pytest.mark.parametrize("rank", [0.1, 0.25, 0.5, 0.75, 0.9])
@pytest.mark.parametrize("name", ["onset_rate", "velocity_mean", "register", "leaps", "mode_score"])
def test_value_is_the_inverse_of_rank(name: str, rank: float) -> None:
    assert SHIPPED.rank(name, SHIPPED.value(name, rank)) == pytest.approx(rank, abs=0.03)


def test_equal_values_share_the_middle_rank() -> None:
    tables = {**SHIPPED.tables, "leaps": np.array([0.0, 2.0, 2.0, 2.0, 8.0])}
    assert Reference("", tables).rank("leaps", 2.0) == pytest.approx(0.5)


def test_undefined_has_no_rank() -> None:
    assert np.isnan(SHIPPED.rank("leaps", float("nan")))


def test_the_shipped_reference_is_small_and_complete() -> None:
    assert resource("reference.json").stat().st_size < 200_000
    assert {each.name for each in ATTRIBUTES} <= set(SHIPPED.tables)


def test_zero_estrangement_is_the_middle() -> None:
    assert SHIPPED.rank("raw_rsi_imaginary", 0.0) == pytest.approx(0.5, abs=0.01)


def test_fitting_spreads_its_own_scores_over_the_whole_range(tmp_path: Path) -> None:
    pieces = [song(seed, minor=bool(seed % 2)) for seed in range(12)]
    fitted = fit_reference(pieces, "songs of chance")
    path = tmp_path / "reference.json"
    path.write_text(fitted.to_json())
    again = Reference.load(path)
    assert again.source == "songs of chance"
    bars = [p.values() for piece in pieces for p in estimate(piece, again).bars]
    low, high = np.quantile(np.array(bars), (0.1, 0.9), axis=0)
    assert (low[:2] < 0.2).all() and (high[:2] > 0.8).all()
    assert low[2] < -0.4 and high[2] > 0.4


def test_nothing_to_fit_is_an_error() -> None:
    with pytest.raises(PsychoscoreError, match="do not define"):
        fit_reference([])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "{}",
        '{"format":1,"source":"x","tables":{}}',
        '{"format":1,"source":"","tables":3}',
    ],
)
def test_a_broken_reference_is_a_sentence(tmp_path: Path, text: str) -> None:
    path = tmp_path / "broken.json"
    path.write_text(text)
    with pytest.raises(PsychoscoreError, match=r"broken\.json"):
        Reference.load(path)


def test_a_table_that_falls_is_refused(tmp_path: Path) -> None:
    tables = {**SHIPPED.tables, "leaps": np.array([2.0, 1.0])}
    path = tmp_path / "falling.json"
    path.write_text(Reference("", tables).to_json())
    with pytest.raises(PsychoscoreError, match=r"falling\.json"):
        Reference.load(path)


def _mood(minor: bool, fast: bool) -> Score:
    """Four bars of the same chords: minor or major, soft and slow or loud and fast."""
    third = 3 if minor else 4
    velocity, step = (110, 0.25) if fast else (40, 2.0)
    notes = []
    for bar in range(4):
        root = 48 + (0, 5, 7, 0)[bar]
        notes += chord(4 * bar, (root, root + third, root + 7), 4.0)
        count = round(4 / step)
        tune = [root + 12 + (0, third, 7, 12)[i % 4] for i in range(count)]
        notes += line(tune, step, 4 * bar)
    loud = [replace(each, velocity=velocity) for each in notes]
    return score(loud, bars=4)


def test_minor_is_wounded_and_loud_and_fast_is_agitated() -> None:
    happy, tense = (estimate(_mood(minor, True), SHIPPED).whole for minor in (False, True))
    calm, sad = (estimate(_mood(minor, False), SHIPPED).whole for minor in (False, True))
    assert min(tense.trauma, sad.trauma) > max(happy.trauma, calm.trauma) + 0.3
    assert min(tense.entropy, happy.entropy) > max(sad.entropy, calm.entropy) + 0.5


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("steps", [-7, 4])
def test_transposition_moves_the_profile_by_at_most_two_hundredths(seed: int, steps: int) -> None:
    piece = song(seed, minor=bool(seed % 2))
    assert np.abs(_values(transposed(piece, steps)) - _values(piece)).max() <= 0.02
    free = replace(piece, key=None)
    assert np.abs(_values(transposed(free, steps)) - _values(free)).max() <= 0.02


def test_a_modulation_is_estranged_and_then_not() -> None:
    away = 6
    notes = []
    for bar in range(12):
        shift = away if 4 <= bar < 8 else 0
        for at, triad in (
            (0, (48, 52, 55)),
            (1, (53, 57, 60)),
            (2, (55, 59, 62)),
            (3, (48, 52, 55)),
        ):
            notes += chord(4 * bar + at, [pitch + shift for pitch in triad])
    values = _values(score(notes, bars=12, key=Key(0, "major")))[:, 3]
    assert max(values[0], values[1], values[-1]) < -0.1
    assert values[5:7].min() > 0.5


def test_silence_is_still_and_otherwise_neutral() -> None:
    for piece in (score([], bars=3), Score((), ())):
        found = estimate(piece, SHIPPED)
        assert (found.whole.trauma, found.whole.entropy, found.whole.rsi) == (0.5, 0.0, 0j)
        assert found.ranks.shape == (len(piece.metres), 12)
    (bar, *_) = estimate(score([], bars=3), SHIPPED).bars
    assert bar.entropy < 0.05


def test_silent_bars_do_not_still_the_whole() -> None:
    music = _mood(True, True)
    longer = replace(music, metres=music.metres + (Metre(),) * 12)
    before, after = estimate(music, SHIPPED).whole, estimate(longer, SHIPPED).whole
    assert after.entropy == pytest.approx(before.entropy, abs=0.1)


def test_one_note_and_equal_velocities_have_a_profile() -> None:
    assert len(estimate(score([note(0, 60)]), SHIPPED).bars) == 1
    piece = song(1)
    flat = replace(piece, notes=tuple(replace(each, velocity=64) for each in piece.notes))
    found = estimate(flat, SHIPPED)
    assert all(0.0 <= bar.trauma <= 1.0 for bar in found.bars)
    assert not np.isnan(found.ranks[:, 2]).any()
    assert {each.voice for each in flat.notes} == {Voice.MELODY, Voice.ACCOMPANIMENT}
