"""Plans: near the wish, real, seeded, and obedient to what is already said."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.composing.conditions import ATTRIBUTES_AT, Rows, set_profiles, structure_rows
from engine.composing.plan import PREFIX, RUN, PlanBank
from engine.errors import PsychoscoreError
from engine.profile import Profile
from engine.score import Key, Metre
from models.conditioning import ATTRIBUTE_NAMES, FIELD_INDEX
from tests.engine.training.shard_folders import piece, shards

ONSETS = ATTRIBUTE_NAMES.index("onset_rate")


@pytest.fixture
def plans() -> PlanBank:
    """Runs whose onset rate is their entropy."""
    rng = np.random.default_rng(1)
    shares = np.full((200, RUN, 4), 127, dtype=np.uint8)
    levels = rng.integers(0, 255, (200, 1, 2), dtype=np.uint8)
    shares[..., :2] = levels
    attributes = np.full((200, RUN, len(ATTRIBUTE_NAMES)), 255, dtype=np.uint8)
    attributes[..., ONSETS] = levels[..., 1]
    chords = np.full((200, RUN, 4), 255, dtype=np.uint8)
    chords[..., 0] = 7 * (np.arange(200)[:, None] % 2)
    textures = np.repeat((np.arange(200) % 5).astype(np.uint8)[:, None], RUN, axis=1)
    return PlanBank(shares, attributes, (np.arange(200) % 2).astype(np.uint8), chords, textures)


def wish(profiles: list[Profile], key: Key | None = None) -> Rows:
    rows = structure_rows((Metre(),) * len(profiles), [100.0] * len(profiles), key)
    set_profiles(rows, profiles)
    return rows


def test_a_plan_has_the_attributes_of_music_with_the_wished_profile(plans: PlanBank) -> None:
    for entropy in (0.1, 0.5, 0.9):
        rows = plans.draw(wish([Profile(0.5, entropy)] * 8), seed=3, take=0)
        assert np.abs(rows[:, FIELD_INDEX["onset_rate"]] - entropy).max() < 0.15


def test_a_step_in_the_lane_is_a_step_in_the_plan(plans: PlanBank) -> None:
    rows = plans.draw(wish([Profile(0.5, 0.1)] * 3 + [Profile(0.5, 0.9)] * 3), seed=3, take=0)
    onsets = rows[:, FIELD_INDEX["onset_rate"]]
    assert onsets[:3].max() < 0.3 < 0.7 < onsets[3:].min()


def test_the_same_seed_draws_the_same_plan_and_another_take_another(plans: PlanBank) -> None:
    rows = wish([Profile()] * 16)
    first = plans.draw(rows, 5, 0)
    np.testing.assert_array_equal(first, plans.draw(rows, 5, 0))
    assert not np.array_equal(first, plans.draw(rows, 5, 1), equal_nan=True)


def test_where_all_returns_runs_return_and_where_nothing_does_none(plans: PlanBank) -> None:
    def runs(real: float, seed: int) -> list[float]:
        rows = plans.draw(wish([Profile(0.5, 0.5, complex(real, 0))] * 16), seed, 0)
        return [float(rows[bar, FIELD_INDEX["onset_rate"]]) for bar in range(0, 16, RUN)]

    returned = [len(set(runs(1.0, seed))) for seed in range(20)]
    rested = [len(set(runs(0.0, seed))) for seed in range(20)]
    broken = [len(set(runs(-1.0, seed))) for seed in range(20)]
    assert np.mean(returned) < np.mean(rested) - 0.5 <= np.mean(broken) - 0.5


def test_what_the_composer_said_stays(plans: PlanBank) -> None:
    rows = wish([Profile(0.9, 0.5)] * 4, Key(0, "major"))
    rows[:, FIELD_INDEX["onset_rate"]] = 0.77
    planned = plans.draw(rows, 1, 0)
    assert (planned[:, FIELD_INDEX["onset_rate"]] == np.float32(0.77)).all()
    assert (planned[:, FIELD_INDEX["mode"]] == 0).all()


def test_chords_come_with_their_run_and_a_composers_own_stay(plans: PlanBank) -> None:
    rows = wish([Profile()] * 8, Key(0, "minor"))
    rows[2, FIELD_INDEX["chord_root"]] = 5
    planned = plans.draw(rows, 4, 0)
    assert planned[:, FIELD_INDEX["chord_root"]].tolist() == [7, 7, 5, 7, 7, 7, 7, 7]
    assert np.isnan(planned[:, FIELD_INDEX["chord_quality"]]).all()


def test_an_asked_texture_brings_runs_that_have_it(plans: PlanBank) -> None:
    onsets = plans.attributes[..., ONSETS].copy()
    onsets[plans.textures == 3] = 5  # what has this texture is sparse
    bank = replace(plans, attributes=plans.attributes.copy())
    bank.attributes[..., ONSETS] = onsets
    rows = wish([Profile()] * 8)
    rows[:, FIELD_INDEX["texture"]] = 3
    planned = bank.draw(rows, 2, 0)
    assert (planned[:, FIELD_INDEX["texture"]] == 3).all()
    assert (planned[:, FIELD_INDEX["onset_rate"]] < 0.1).all()


def test_an_asked_attribute_brings_runs_that_have_it(plans: PlanBank) -> None:
    levels = np.arange(200, dtype=np.uint8)
    bank = replace(plans, attributes=plans.attributes.copy())
    bank.attributes[..., 1] = levels[:, None]
    rows = wish([Profile()] * 8)
    rows[:, FIELD_INDEX[ATTRIBUTE_NAMES[ONSETS]]] = 0.0
    bank.attributes[..., ONSETS] = levels[:, None]
    planned = bank.draw(rows, 2, 0)
    assert (planned[:, FIELD_INDEX[ATTRIBUTE_NAMES[1]]] < 0.4).all()


def test_textures_come_with_their_run(plans: PlanBank) -> None:
    assert not np.isnan(plans.draw(wish([Profile()] * 8), 2, 0)[:, FIELD_INDEX["texture"]]).any()


def collected(folder: Path, *, foreign: bool) -> PlanBank:
    """The bank of `emopia` from 8 runs without RSI, beside 8 far from home as ostinati."""
    own = [piece(seed, 4, source="emopia") for seed in range(8)]
    for each in own:
        each.rows[:, [FIELD_INDEX["rsi_real"], FIELD_INDEX["rsi_imaginary"]]] = np.nan
        each.rows[:, FIELD_INDEX["texture"]] = 6
    others = [piece(seed, 4) for seed in range(20, 28)]
    for each in others:
        set_profiles(each.rows, [Profile(0.5, 0.5, 0.9j)] * 4)
        each.rows[:, FIELD_INDEX["texture"]] = 4
    tame = [piece(seed, 4) for seed in range(40, 48)]
    for each in tame:
        each.rows[:, FIELD_INDEX["texture"]] = 6
    bank = PlanBank.collect([shards(folder, *own, *(others if foreign else []), *tame)], "emopia")
    assert bank is not None
    return bank


def test_a_bank_is_joined_by_what_its_source_lacks_and_by_nothing_else(tmp_path: Path) -> None:
    assert len(collected(tmp_path / "alone", foreign=False).modes) == 8
    bank = collected(tmp_path / "joined", foreign=True)
    assert len(bank.modes) == 16
    far = bank.draw(wish([Profile(0.5, 0.5, 0.9j)] * 8), 3, 0)
    assert (far[:, FIELD_INDEX["texture"]] == 4).all()
    near = bank.draw(wish([Profile(0.5, 0.5)] * 8), 3, 0)
    assert (near[:, FIELD_INDEX["texture"]] == 6).all()


def test_trauma_chooses_darker_chords(plans: PlanBank) -> None:
    qualities = np.full((200, RUN, 4), 255, dtype=np.uint8)
    qualities[..., 1] = (np.arange(200)[:, None] // 2) % 2  # major or minor triads, in both modes
    bank = replace(plans, chords=qualities)

    def minor_share(trauma: float) -> float:
        rows = [bank.draw(wish([Profile(trauma)] * 4, Key(0, "minor")), s, 0) for s in range(20)]
        return float(np.mean([row[:, FIELD_INDEX["chord_quality"]] for row in rows]))

    assert minor_share(0.1) < 0.2 < 0.8 < minor_share(0.9)


def test_where_the_mode_is_free_trauma_leans_to_minor(plans: PlanBank) -> None:
    def minor(trauma: float) -> float:
        rows = wish([Profile(trauma, 0.5)] * 2)
        drawn = [plans.draw(rows, seed, 0)[0, FIELD_INDEX["mode"]] for seed in range(60)]
        return float(np.mean(drawn))

    assert minor(0.1) < 0.25 < 0.75 < minor(0.9)
    assert 0.25 < minor(0.5) < 0.75


def test_a_bank_survives_as_arrays_and_a_misshapen_one_is_refused(plans: PlanBank) -> None:
    again = PlanBank.from_arrays(plans.arrays())
    assert again is not None
    np.testing.assert_array_equal(again.attributes, plans.attributes)
    assert PlanBank.from_arrays({}) is None
    for name in ("modes", "textures"):
        with pytest.raises(PsychoscoreError, match=name):
            PlanBank.from_arrays({k: a for k, a in plans.arrays().items() if name not in k})
    with pytest.raises(PsychoscoreError, match="shape"):
        PlanBank.from_arrays(plans.arrays() | {PREFIX + "profiles": plans.profiles[:, :2]})


def test_plans_leave_the_profile_alone(plans: PlanBank) -> None:
    rows = wish([Profile(0.3, 0.6, 0.2 - 0.4j)] * 5)
    planned = plans.draw(rows, 2, 0)
    changed = ~np.isclose(rows, planned, equal_nan=True).all(axis=0)
    allowed = np.zeros_like(changed)
    allowed[ATTRIBUTES_AT] = allowed[FIELD_INDEX["mode"]] = True
    allowed[[FIELD_INDEX["chord_root"], FIELD_INDEX["texture"]]] = True
    assert not (changed & ~allowed).any()
