"""Sparse beginnings and asked textures, on bars that are known."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest

from engine.evaluation.asked import (
    measure_asked_textures,
    measure_sparse_starts,
    onset_bins,
    texture_rows,
)
from engine.evaluation.clips import ClipStore, Setting
from engine.evaluation.rows import EvaluationEvent, Measured, Row
from engine.measuring.attributes import Texture
from engine.measuring.reference import Reference
from engine.profile import Profile
from engine.score import Metre, Note, Score, Voice
from engine.take import GenerationRequest
from tests.engine.tiny import tiny_model

SETTING = Setting(guidance=1.0)


def paced(gaps: list[int]) -> Score:
    """One bar for each gap, struck at every gap of ticks."""
    notes = [
        Note(bar * 1920 + at, gap, 60 + at % 7, 70, Voice.MELODY)
        for bar, gap in enumerate(gaps)
        for at in range(0, 1920, gap)
    ]
    return Score(tuple(notes), (Metre(),) * len(gaps))


def test_dense_bars_lie_in_high_bins_and_sparse_ones_in_low() -> None:
    bins = onset_bins(paced([1920, 120, 960]), Reference.load())
    assert bins[0] < 2 and bins[2] < 2
    assert bins[1] == 7
    silent = onset_bins(Score((), (Metre(),)), Reference.load())
    assert silent[0] == 0


def rows_of(events: Iterable[EvaluationEvent]) -> dict[str, Row]:
    return {event.row.id: event.row for event in events if isinstance(event, Measured)}


def test_all_four_first_bars_must_be_sparse() -> None:
    store = ClipStore(tiny_model())
    clips = [[1920] * 8, [1920] * 4 + [120] * 4, [1920] * 3 + [120] * 5, [120] * 8]
    for start, gaps in enumerate(clips):
        store.scores[sparse_request(start)] = paced(gaps)
    rows = rows_of(measure_sparse_starts(store, SETTING, 4))
    assert rows["Q8.starts"].value == 0.5 and rows["Q8.starts"].passed is False
    assert rows["Q8.bars"].value == pytest.approx(11 / 16)


def sparse_request(start: int) -> GenerationRequest:
    request = SETTING.request(Profile(), 8, 5000 + start)
    return replace(request, attributes=(("onset_rate", 0.0),))


def test_textures_are_counted_bar_by_bar() -> None:
    drone, line = Texture.DRONE, Texture.SINGLE_LINE
    rows = {row.id: row for row in texture_rows({drone: [(drone, line)] * 2, line: [(line,) * 4]})}
    assert rows["Q16.drone"].value == 0.5 and "single_line 2" in rows["Q16.drone"].note
    assert rows["Q16.single_line"].value == 1.0 and rows["Q16.single_line"].passed is True
    assert rows["Q16.textures"].value == pytest.approx(2 / 3)


def test_every_texture_is_asked_of_the_model() -> None:
    store = ClipStore(tiny_model(guidance=1.0))
    rows = rows_of(measure_asked_textures(store, SETTING, 1))
    assert set(rows) == {"Q16.textures", *(f"Q16.{each.value}" for each in Texture)}
