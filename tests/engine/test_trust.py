"""What is said of a slider: true words for what was measured and heard."""

from __future__ import annotations

import numpy as np
import pytest

from engine.trust import Heard, Response, in_order, responses, warning

CARD = {"Q5.trauma": 0.466, "Q5.entropy": 0.728, "Q5.rsi_real": 0.15, "Q5.rsi_imaginary": 0.869}


@pytest.mark.parametrize("pearson", [0.0, 0.3, 0.6, 0.9, -0.5])
def test_pairs_in_order_are_those_of_normal_variables(pearson: float) -> None:
    drawn = np.random.default_rng(5).multivariate_normal(
        [0, 0], [[1, pearson], [pearson, 1]], size=(4000, 2)
    )
    first, second = drawn[:, 0], drawn[:, 1]
    share = np.mean((first[:, 0] > second[:, 0]) == (first[:, 1] > second[:, 1]))
    spearman = 6 / np.pi * np.arcsin(pearson / 2)
    assert in_order(float(spearman)) == pytest.approx(float(share), abs=0.03)


def test_a_response_is_told_in_words() -> None:
    found = Response.of("trauma", CARD)
    assert (found.follows, found.warning, found.share) == (True, "", 0.466)
    assert "about 7 in 10 pairs come out in the order asked" in found.words
    assert "Not yet heard by people" in found.words
    heard = Response.of("trauma", CARD, Heard(5, 6))
    assert "in 5 of 6 blind pairs the one with more trauma was told" in heard.words


def test_what_does_not_follow_or_was_not_measured_warns() -> None:
    weak = Response.of("rsi_real", CARD)
    assert weak.warning == "does not follow return" and not weak.follows
    unknown = Response.of("trauma", {})
    assert unknown.warning == "not measured" and unknown.share == 0.0
    assert Response.of("trauma", {"Q5.trauma": 7.0}).measured is None
    assert warning(responses(CARD, {})) == "This model does not follow return."
    assert warning(responses({}, {})).startswith("This model has not been measured")
    assert warning(responses(CARD | {"Q5.rsi_real": 0.5}, {})) == ""
    random = dict.fromkeys(CARD, 0.05)
    assert "trauma, entropy, return and estrangement" in warning(responses(random, {}))


def test_the_reach_is_where_the_means_still_move() -> None:
    means = {0.0: 0.2, 0.25: 0.21, 0.5: 0.5, 0.75: 0.79, 1.0: 0.8}
    card = {f"Q5.trauma.at.{value:g}": mean for value, mean in means.items()}
    assert Response.of("trauma", card).reach == (0.25, 0.75)
    straight = {f"Q5.trauma.at.{value:g}": value for value in means}
    assert Response.of("trauma", straight).reach == (0.0, 1.0)
    assert Response.of("trauma", CARD).reach is None
    assert Response.of("trauma", {"Q5.trauma.at.x": 1.0, "Q5.trauma.at.9": 1.0}).reach is None
