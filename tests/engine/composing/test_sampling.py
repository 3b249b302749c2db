"""From logits to a token: guidance, then temperature, then masks, then the nucleus."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.composing.sampling import choose, guide, keep_odds, probabilities, uniform

ALL = np.ones(6, dtype=bool)


def logits(*shares: float) -> np.ndarray:
    return np.log(np.array(shares)).astype(np.float32)


FIVE = logits(0.4, 0.3, 0.15, 0.1, 0.04, 0.01)


def test_a_kept_token_is_as_probable_as_unguided_and_the_others_share_the_rest() -> None:
    told, free = logits(0.5, 0.3, 0.1, 0.1, 0.0001, 0.0001), FIVE
    allowed = np.array([True, True, True, True, False, False])
    guided = guide(told, free, 3.0)
    plain, before = probabilities(told, 1.0, allowed, 1.0), probabilities(guided, 1.0, allowed, 1.0)
    kept = probabilities(keep_odds(guided, told, allowed, 0), 1.0, allowed, 1.0)
    assert before[0] > plain[0] + 0.05
    np.testing.assert_allclose(kept[0], plain[0], rtol=1e-5)
    np.testing.assert_allclose(kept[1:4] / kept[1], before[1:4] / before[1], rtol=1e-4)
    only = np.array([True, False, False, False, False, False])
    np.testing.assert_array_equal(keep_odds(guided, told, only, 0), guided)


def test_the_number_depends_on_every_part_of_its_key_and_on_nothing_else() -> None:
    keys = [(7, 0, 1, 2), (8, 0, 1, 2), (7, 1, 1, 2), (7, 0, 2, 2), (7, 0, 1, 3), (7, 0, -1, 2)]
    drawn = [uniform(*key) for key in keys]
    assert len(set(drawn)) == len(keys)
    assert drawn == [uniform(*key) for key in keys]
    assert uniform(2**63 - 1, 15, 511, 10_000) < 1.0
    # Frozen: another number here would change every take that was ever made.
    assert uniform(7, 0, 1, 2) == 0.811363951450576


def test_the_numbers_are_spread_evenly() -> None:
    drawn = np.array([uniform(3, take, bar, i) for take in (0, 1) for bar in range(4)
                      for i in range(250)])  # fmt: skip
    counts, _ = np.histogram(drawn, bins=10, range=(0, 1))
    # Chi-square with 9 degrees of freedom; 27.9 is exceeded once in a thousand.
    assert ((counts - 200) ** 2 / 200).sum() < 27.9
    assert abs(np.corrcoef(drawn[:-1], drawn[1:])[0, 1]) < 0.06


def test_guidance_interpolates_between_free_and_told_and_goes_beyond() -> None:
    told, free = logits(0.5, 0.5), logits(0.2, 0.8)
    np.testing.assert_allclose(guide(told, free, 1.0), told, rtol=1e-6)
    np.testing.assert_array_equal(guide(told, free, 0.0), free)
    np.testing.assert_allclose(guide(told, free, 2.0), 2 * told - free, rtol=1e-6)


def test_temperature_comes_before_the_nucleus() -> None:
    # At 1 the nucleus of .6 has two tokens; hotter, the first two have less, and a third enters.
    assert np.count_nonzero(probabilities(FIVE, 1.0, ALL, 0.6)) == 2
    assert np.count_nonzero(probabilities(FIVE, 2.0, ALL, 0.6)) == 3


def test_masks_come_before_the_nucleus() -> None:
    # Without the likeliest token the rest is .5, .25, .167, .067, .017 of itself.
    allowed = ALL.copy()
    allowed[0] = False
    weights = probabilities(FIVE, 1.0, allowed, 0.7)
    np.testing.assert_allclose(weights, [0, 2 / 3, 1 / 3, 0, 0, 0], atol=1e-6)


def test_temperature_divides_the_logits() -> None:
    weights = probabilities(FIVE, 0.5, ALL, 1.0)
    squares = np.exp(FIVE.astype(float)) ** 2
    np.testing.assert_allclose(weights, squares / squares.sum(), rtol=1e-6)


@pytest.mark.parametrize(
    ("top_p", "kept"), [(1e-9, 1), (0.39, 1), (0.41, 2), (0.69, 2), (0.71, 3), (0.995, 6), (1.0, 6)]
)
def test_the_nucleus_is_the_smallest_that_reaches_its_share(top_p: float, kept: int) -> None:
    weights = probabilities(FIVE, 1.0, ALL, top_p)
    assert np.count_nonzero(weights) == kept
    assert weights.sum() == pytest.approx(1.0)
    np.testing.assert_array_equal(np.flatnonzero(weights), np.arange(kept))


def test_equal_tokens_enter_the_nucleus_in_the_order_of_their_ids() -> None:
    weights = probabilities(logits(*[1 / 6] * 6), 1.0, ALL, 0.5)
    np.testing.assert_allclose(weights, [1 / 3] * 3 + [0] * 3)


def test_the_extremes_of_logits_and_temperature_stay_finite() -> None:
    wild = np.array([1e30, -1e30, 0, 88, 300, -np.inf], dtype=np.float32)
    for heat in (0.05, 3.0):
        weights = probabilities(wild, heat, ALL, 0.95)
        assert np.isfinite(weights).all() and weights[0] == 1.0


@pytest.mark.parametrize("draw", [0.0, 0.25, 1 - 2**-53, 1.0])
def test_no_draw_leaves_the_weights(draw: float) -> None:
    for weights in ([0.0, 0.5, 0.5, 0.0], [0.0, 0.1, 0.2, 0.7 - 1e-9], [0.0, 1.0, 0.0, 0.0]):
        assert weights[choose(np.array(weights), draw)] > 0


def test_a_draw_at_a_border_takes_the_token_that_begins_there() -> None:
    weights = np.array([0.25, 0.25, 0.0, 0.5])
    assert [choose(weights, draw) for draw in (0.0, 0.2499, 0.25, 0.4999, 0.5, 0.9999)] == [
        0, 0, 1, 1, 3, 3,
    ]  # fmt: skip


def test_many_draws_follow_the_distribution() -> None:
    weights = probabilities(FIVE, 1.0, ALL, 0.97)
    drawn = np.array([choose(weights, uniform(11, 0, 0, step)) for step in range(4000)])
    counts = np.bincount(drawn, minlength=6)
    assert counts[5] == 0
    wanted = 4000 * weights[:5]
    # Chi-square with 4 degrees of freedom; 18.5 is exceeded once in a thousand.
    assert ((counts[:5] - wanted) ** 2 / wanted).sum() < 18.5


@given(
    st.lists(st.floats(-30, 30), min_size=6, max_size=6),
    st.floats(0.05, 3.0),
    st.lists(st.booleans(), min_size=6, max_size=6).filter(any),
    st.floats(0.001, 1.0),
    st.floats(0, 1, exclude_max=True),
)
def test_what_is_chosen_is_always_allowed(
    values: list[float], heat: float, mask: list[bool], top_p: float, draw: float
) -> None:
    weights = probabilities(np.array(values, dtype=np.float32), heat, np.array(mask), top_p)
    assert weights.sum() == pytest.approx(1.0)
    assert mask[choose(weights, draw)]
