"""Q12: the warp keeps its bound, the rows say what was measured, mir_eval judges."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from engine.data.beatmap import Beats
from engine.data.beats.learned import Learned
from engine.errors import PsychoscoreError
from engine.evaluation.beats import (
    WARP,
    Found,
    beat_rows,
    beat_score,
    judge_song,
    missing_beats,
    random_warp,
)
from tests.engine.data.beats.performed import BALLAD, f_measure, play


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_warp_is_smooth_and_within_its_bound(seed: int) -> None:
    at = np.arange(0.0, 200.0, 0.1)
    pace = 0.1 / np.diff(random_warp(200.0, seed)(at))
    assert (np.abs(pace - 1.0) < WARP + 0.005).all()
    assert np.ptp(pace) > WARP
    assert np.abs(np.diff(pace)).max() < 0.01


def test_a_warp_belongs_to_its_seed() -> None:
    at = np.linspace(0.0, 60.0, 50)
    assert random_warp(60.0, 4)(at).tolist() == random_warp(60.0, 4)(at).tolist()
    assert random_warp(60.0, 4)(at).tolist() != random_warp(60.0, 5)(at).tolist()


def test_mir_eval_judges_and_leaves_the_first_seconds_out() -> None:
    pytest.importorskip("mir_eval")
    score = beat_score()
    beats = np.arange(5.0, 40.0, 0.5)
    assert score(beats, beats + 0.06) == 1.0
    assert score(beats, beats + 0.08) == 0.0
    assert score(beats, beats[::2]) == pytest.approx(f_measure(beats, beats[::2]))
    assert score(np.append([1.0, 2.0], beats), beats) == 1.0


def test_without_mir_eval_a_sentence_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "mir_eval.beat", None)
    with pytest.raises(PsychoscoreError, match="mir_eval, which is not installed"):
        beat_score()


def test_a_song_is_judged_plain_and_warped() -> None:
    played = play(BALLAD, tempo=88.0, bars=24)
    firsts = np.flatnonzero(np.isin(played.beats, played.downbeats))
    annotated = Beats(played.beats, tuple(firsts.tolist()))
    found = judge_song(3, played.performance, annotated, Learned.load(), f_measure)
    assert min(found.plain, found.warped) > 0.95
    assert min(found.downbeats, found.warped_downbeats) > 0.85


def test_rows_have_goals_and_intervals() -> None:
    songs = [Found(0.9, 0.8, 0.7, 0.6), Found(1.0, 0.6, 0.9, 0.4)]
    rows = {row.id: row for row in beat_rows(songs)}
    assert list(rows) == ["Q12.plain", "Q12.warped", "Q12.downbeats"]
    assert rows["Q12.plain"].value == pytest.approx(0.95) and rows["Q12.plain"].passed
    assert rows["Q12.warped"].value == pytest.approx(0.8) and rows["Q12.warped"].passed is False
    assert "warped: 0.500" in rows["Q12.downbeats"].note
    assert all(row.interval is not None for row in rows.values())


def test_rows_without_data_say_why() -> None:
    assert {row.note for row in missing_beats("It is not there.")} == {"It is not there."}


def test_the_finder_does_not_import_mir_eval() -> None:
    source = Path(sys.modules["engine.data.beats.find"].__file__ or "").parent
    assert not any("mir_eval" in path.read_text() for path in source.glob("*.py"))
