"""Leaks: a matrix with a known answer, and the shifts at full estrangement."""

from __future__ import annotations

import numpy as np
import pytest

from engine.evaluation.clips import ClipStore, Setting
from engine.evaluation.evaluator import Evaluator, evaluator_clips
from engine.evaluation.leaks import Sweeps, leak_matrix, leak_rows, measure_leak
from engine.evaluation.rows import Measured
from engine.evaluation.sweeps import SLIDERS, Sweep
from tests.engine.evaluation.clips import easy_pieces, easy_score
from tests.engine.tiny import tiny_model

SETTING = Setting(guidance=1.0)


def swept(leak: float, values: int = 9, seeds: int = 20) -> Sweeps:
    """Every measure follows its own slider; the second also follows the first, by a share."""
    rng = np.random.default_rng(1)
    sliders = np.full((4 * values * seeds, 4), 0.5)
    for each in range(4):
        run = slice(each * values * seeds, (each + 1) * values * seeds)
        sliders[run, each] = np.repeat(np.linspace(0, 1, values), seeds)
    measures = sliders + rng.normal(scale=0.1, size=sliders.shape)
    measures[:, 1] += leak * sliders[:, 0]
    return Sweeps(sliders, measures)


def test_a_slider_that_moves_its_own_measure_alone_leaks_nothing() -> None:
    matrix = leak_matrix(swept(0.0))
    assert (np.diag(matrix) > 0.6).all()
    assert np.abs(matrix - np.diag(np.diag(matrix))).max() < 0.12
    rows = {row.id: row for row in leak_rows(swept(0.0))}
    assert rows["Q6.leak"].passed is True
    assert rows["Q6.within"].goal is None


def test_a_leak_is_found_in_its_place() -> None:
    matrix = leak_matrix(swept(1.0))
    assert matrix[0, 1] > 0.6
    rows = {row.id: row for row in leak_rows(swept(1.0))}
    leak = rows["Q6.leak"]
    assert leak.value == pytest.approx(matrix[0, 1])
    assert leak.passed is False and leak.note.startswith("trauma on P(high arousal)")
    assert leak.interval is not None and leak.interval[0] < matrix[0, 1] < leak.interval[1]
    assert rows["Q6.within"].value is not None and rows["Q6.within"].value > 0.9


def test_what_another_slider_did_is_no_leak() -> None:
    sweeps = swept(0.0)
    # A slider that is always moved together with another shares its work only in appearance.
    together = sweeps.sliders.copy()
    rng = np.random.default_rng(2)
    together[:, 1] = together[:, 0] + rng.normal(scale=0.2, size=len(together))
    measures = sweeps.measures.copy()
    measures[:, 0] = together[:, 0] + rng.normal(scale=0.1, size=len(together))
    matrix = leak_matrix(Sweeps(together, measures))
    assert abs(matrix[1, 0]) < 0.1 < abs(np.corrcoef(together[:, 1], measures[:, 0])[0, 1])


def filled(estranged: float) -> ClipStore:
    """Clips that are calm in neutral, and another mood from this estrangement on."""
    store, sweep = ClipStore(tiny_model()), Sweep(3, 4, 2)
    for request in sweep.neutral(SETTING):
        store.scores[request] = easy_score("calm", request.seed)
        for value in (-1.0, 1.0):
            profile = request.lanes.profile.replace("rsi_imaginary", value)
            moved = SETTING.request(profile, 2, request.seed)
            mood = "tense" if value >= estranged else "calm"
            store.scores[moved] = easy_score(mood, request.seed)
    return store


def shifts(store: ClipStore, judge: Evaluator | None) -> dict[str, float | None]:
    events = measure_leak(store, SETTING, judge, Sweep(3, 4, 2), "EMOPIA is not there.")
    rows = [event.row for event in events if isinstance(event, Measured)]
    return {row.id: row.value for row in rows}


def test_estrangement_must_leave_valence_and_pace_alone() -> None:
    alone = shifts(filled(estranged=2.0), None)
    assert alone == {"Q6.leak": None, "Q6.valence": None, "Q6.onset_rate": 0.0}
    moved = shifts(filled(estranged=1.0), None)["Q6.onset_rate"]
    # A clip of tense is struck four times as often as one of calm.
    assert moved == pytest.approx(3.0)


def test_a_judge_hears_the_shift_of_valence() -> None:
    judge = Evaluator.fit(evaluator_clips(easy_pieces(), ()))
    store = filled(estranged=1.0)
    for slider in SLIDERS:
        for request in Sweep(3, 4, 2).requests(SETTING, slider):
            store.scores.setdefault(request, easy_score("calm", request.seed))
    found = shifts(store, judge)["Q6.valence"]
    assert found is not None and found > 0.3
