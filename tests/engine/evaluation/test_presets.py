"""Presets and temperature: what is asked, and what counts as a difference."""

from __future__ import annotations

import numpy as np

from engine.composing import vocabulary as v
from engine.composing.decoding import Decoder
from engine.composing.generate import bar_temperatures, request_stream
from engine.composing.sampling import choose, uniform
from engine.evaluation.clips import Setting
from engine.evaluation.heat import replayed, token_entropies
from engine.evaluation.presets import (
    PRESETS,
    contrast_rows,
    heat_requests,
    heat_row,
    measure_heat,
    preset_requests,
)
from engine.evaluation.rows import Measured
from tests.engine.tiny import tiny_model

PRODUCT = Setting.of_product(1.0)


def test_presets_ask_the_same_seeds_for_their_own_music() -> None:
    asked = {preset: preset_requests(preset, 3) for preset in PRESETS}
    assert len({tuple(each.seed for each in requests) for requests in asked.values()}) == 1
    tragedy, comedy = asked["tragedy"][0], asked["comedy"][0]
    assert (tragedy.lanes.profile.trauma, comedy.lanes.profile.trauma) == (0.8, 0.15)
    assert (tragedy.mode, comedy.mode) == ("minor", "major")
    assert tragedy.temperature.base_temperature == 0.65
    assert preset_requests("comedy", 3) == asked["comedy"]


def test_three_attributes_must_differ_by_more_than_seeds_make_them() -> None:
    noise = np.random.default_rng(1).normal(size=(3, 8))
    apart = noise * 0.1 + np.arange(3)[:, None]
    rows = {row.id: row for row in contrast_rows({"onset_rate": apart, "leaps": noise})}
    assert rows["Q15.presets"].value == 1.0 and rows["Q15.presets"].passed is False
    assert rows["Q15.onset_rate"].passed is True and rows["Q15.leaps"].passed is False
    rows = {row.id: row for row in contrast_rows({"a": apart, "b": apart, "c": -apart})}
    assert rows["Q15.presets"].passed is True


def test_what_seeds_have_in_common_is_no_noise() -> None:
    loud = np.random.default_rng(2).normal(scale=50, size=(1, 8))
    paired = loud + np.arange(3)[:, None]
    (_, row) = contrast_rows({"velocity_mean": paired})
    assert row.passed is True


def test_only_the_base_of_the_schedule_changes() -> None:
    cold, hot = heat_requests(PRODUCT, 0.4, 1)[0], heat_requests(PRODUCT, 1.3, 1)[0]
    for request, heat in ((cold, 0.4), (hot, 1.3)):
        np.testing.assert_allclose(bar_temperatures(request), heat)
    assert cold.seed == hot.seed and cold.lanes == hot.lanes
    assert cold.temperature.entropy_weight == hot.temperature.entropy_weight == 0.5


def test_entropy_of_tokens_rises_with_temperature() -> None:
    model = tiny_model(guidance=1.0)
    cold = token_entropies(model, heat_requests(PRODUCT, 0.4, 2))
    hot = token_entropies(model, heat_requests(PRODUCT, 1.3, 2))
    assert len(cold) == 2 and 0 < max(cold) < min(hot) < np.log(320)
    again = token_entropies(model, heat_requests(PRODUCT, 0.4, 1))
    np.testing.assert_allclose(again[0], cold[0], rtol=1e-4)


def test_rows_of_temperature() -> None:
    heats = np.linspace(0.4, 1.3, 10)
    assert heat_row(heats, heats[:, None] + np.zeros((1, 3))).passed is True
    assert heat_row(heats, np.tile([[1.0], [0.0]], (5, 3))).passed is False
    events = list(measure_heat(tiny_model(guidance=1.0), PRODUCT, 1))
    assert isinstance(events[-1], Measured) and events[-1].row.id == "Q15.temperature"


def test_the_replay_has_the_distributions_that_the_take_was_drawn_from() -> None:
    model = tiny_model(guidance=2.0)
    request = heat_requests(Setting.of_product(2.0), 0.9, 1)[0]
    tokens = [token for _, token in Decoder(model.network, [request_stream(model, request)]).run()]
    weights = replayed(model, request_stream(model, request), tokens)
    bar, step = -1, 0
    for token, each in zip(tokens, weights, strict=True):
        step += 1
        if each is not None:
            drawn = choose(each, uniform(request.seed, request.take, max(bar, 0), step))
            # The last bar line stands for the end.
            assert drawn == token or token == v.EOS
        if token == v.BAR:
            bar, step = bar + 1, 0
    assert sum(each is not None for each in weights) > 20
