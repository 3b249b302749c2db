"""Sliders: what is asked, and what the rows say of music that follows or does not."""

from __future__ import annotations

import numpy as np
import pytest

from engine.evaluation.clips import ClipStore, Setting
from engine.evaluation.evaluator import Evaluator, evaluator_clips
from engine.evaluation.rows import Measured, Row
from engine.evaluation.sliders import FIXED_KEYS, measure_fixed_keys, measure_sliders
from engine.evaluation.sweeps import SLIDER_BY_NAME, SLIDERS, Slider, Sweep
from tests.engine.evaluation.clips import easy_pieces, easy_score
from tests.engine.tiny import tiny_model

SETTING = Setting(guidance=1.0)
SWEEP = Sweep(values=5, seeds=3, bars=4)


def slider(name: str) -> Slider:
    return SLIDER_BY_NAME[name]


def test_a_slider_moves_alone_from_end_to_end() -> None:
    requests = SWEEP.requests(SETTING, slider("rsi_real"))
    profiles = [request.lanes.profile for request in requests]
    assert [profile.rsi.real for profile in profiles[::3]] == [-1.0, -0.5, 0.0, 0.5, 1.0]
    assert {(p.trauma, p.entropy, p.rsi.imag) for p in profiles} == {(0.5, 0.5, 0.0)}
    seeds = [request.seed for request in requests]
    assert seeds[:3] == seeds[3:6] and len(set(seeds)) == 3


def test_music_that_follows_the_trauma_slider_is_seen_to() -> None:
    store = ClipStore(tiny_model())
    plain = Sweep(5, 3, 1)
    for entry in SLIDERS:
        for key in (None, *(key for _, key in FIXED_KEYS)):
            for request in plain.requests(SETTING, entry, key):
                follows = entry.name == "trauma" and key is None
                mood = "sad" if follows and request.lanes.profile.trauma > 0.5 else "calm"
                store.scores[request] = easy_score(mood, request.seed, 8)
    judge = Evaluator.fit(evaluator_clips(easy_pieces(), ()))
    rows = rows_of(store, judge, plain)
    samples, fixed = rows["Q5.trauma"], rows["Q5.trauma.minor_key"]
    assert samples.value is not None and samples.value > 0.65
    span = rows["Q5.trauma.span"].value
    assert span is not None and span > 0.3
    assert samples.interval is not None and samples.interval[0] < samples.value
    assert fixed.value == pytest.approx(0.0, abs=0.3) and fixed.passed is False


def rows_of(store: ClipStore, judge: Evaluator | None, sweep: Sweep) -> dict[str, Row]:
    missing = "EMOPIA is not there."
    events = [
        *measure_sliders(store, SETTING, judge, sweep, missing),
        *measure_fixed_keys(store, SETTING, judge, sweep, missing),
    ]
    return {event.row.id: event.row for event in events if isinstance(event, Measured)}


def test_without_a_judge_only_rsi_is_measured() -> None:
    rows = rows_of(ClipStore(tiny_model()), None, Sweep(3, 2, 1))
    assert rows["Q5.trauma"].value is None and rows["Q5.trauma"].passed is None
    assert rows["Q5.entropy"].note == "EMOPIA is not there."
    assert rows["Q5.rsi_real"].value is not None
    assert rows["Q5.rsi_imaginary.means"].goal == 0.97
    curve = {id: row.value for id, row in rows.items() if ".at." in id}
    assert list(curve)[:3] == [f"Q5.rsi_real.at.{value}" for value in ("-1", "0", "1")]
    assert len(curve) == 6 and rows["Q5.rsi_real.at.-1"].curve == "Q5.rsi_real.at."
    span = rows["Q5.rsi_real.span"].value
    ends = [rows[f"Q5.rsi_real.at.{value}"].value or 0.0 for value in (-1, 1)]
    assert span == pytest.approx(ends[1] - ends[0])


def test_positions_and_means_belong_together() -> None:
    np.testing.assert_allclose(SWEEP.positions(slider("trauma"))[::3], [0, 0.25, 0.5, 0.75, 1])


def test_values_dealt_anew_fall_to_chance_however_well_the_music_follows() -> None:
    store = ClipStore(tiny_model())
    sweep = Sweep(9, 5, 1)
    for entry in SLIDERS:
        for request in sweep.requests(SETTING, entry):
            mood = "sad" if request.lanes.profile.trauma > 0.5 else "calm"
            store.scores[request] = easy_score(mood, request.seed, 8)
    judge = Evaluator.fit(evaluator_clips(easy_pieces(), ()))
    events = measure_sliders(store, SETTING, judge, sweep, "", column="product.")
    rows = {event.row.id: event.row for event in events if isinstance(event, Measured)}
    shuffled = rows["Q5.product.shuffled"]
    assert shuffled.value is not None and shuffled.value < 0.4 and shuffled.passed is True
    followed = rows["Q5.product.trauma"].value
    assert followed is not None and followed > 0.65
