"""A whole evaluation of a tiny model, with miniature data and without any."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from engine.errors import PsychoscoreError
from engine.evaluation.corpora import Archives
from engine.evaluation.evaluate import PARTS, evaluate
from engine.evaluation.rows import Header, Measured, Progress, Row
from engine.evaluation.sizes import DEFAULT, FULL, QUICK
from tests.engine.evaluation.archives import easy_emopia
from tests.engine.evaluation.sizes import TINY
from tests.engine.tiny import tiny_model


def rows_of(archives: Archives, *parts: str) -> dict[str, Row]:
    events = evaluate(tiny_model(guidance=1.0), archives, TINY, parts=parts)
    rows = [event.row for event in events if isinstance(event, Measured)]
    assert len({row.id for row in rows}) == len(rows)
    return {row.id: row for row in rows}


def test_without_data_rows_say_what_is_missing() -> None:
    rows = rows_of(Archives(), "Q1", "Q2", "Q3", "S1", "Q5", "Q5.product", "Q6")
    names = ("Q1.pop909", "Q1.emopia", "Q2.valence", "Q3.quadrant", "Q5.trauma", "Q6.leak")
    for name in (*names, "Q5.trauma.minor_key", "Q5.product.trauma", "Q6.valence"):
        assert rows[name].value is None and rows[name].passed is None
        assert rows[name].goal is not None
        assert "is not there" in rows[name].note
    assert rows["S1.mode"].value is not None
    assert rows["Q5.rsi_real"].value is not None


def test_with_data_every_row_has_a_number(tmp_path: Path) -> None:
    path = easy_emopia(tmp_path / "EMOPIA_2.2.zip")
    rows = rows_of(Archives((("emopia", path),)), "Q1", "Q2", "Q3")
    empty = {id for id, row in rows.items() if row.value is None}
    # The tiny model was trained on nothing, so there is nothing to count n-grams on.
    assert empty == {"Q1.pop909", "Q1.emopia.gain"}
    assert rows["Q2.arousal"].passed is True
    uniform, own = rows["Q1.emopia.uniform"], rows["Q1.emopia"]
    assert uniform.value is not None and own.value is not None
    assert uniform.ratio == pytest.approx(own.value / uniform.value)


def test_copying_and_realism_are_measured_on_the_models_own_data(tmp_path: Path) -> None:
    model = tiny_model(guidance=1.0)
    model = replace(model, card=replace(model.card, sources=("emopia",)))
    path = easy_emopia(tmp_path / "EMOPIA_2.2.zip")
    events = evaluate(model, Archives((("emopia", path),)), TINY, parts=("Q9", "Q10"), bounds={})
    rows = {event.row.id: event.row for event in events if isinstance(event, Measured)}
    for name in ("Q9.copied", "Q9.melody.longest", "Q10.overlap", "Q10.polyphony"):
        assert rows[name].value is not None
    assert rows["Q9.copied"].goal is not None and rows["Q10.overlap"].goal == 0.85
    events = evaluate(model, Archives(), TINY, parts=("Q9", "Q10"), bounds={})
    missing = [event.row for event in events if isinstance(event, Measured)]
    assert len(missing) == 4
    assert all(row.value is None and "is not there" in row.note for row in missing)


def test_parts_run_in_the_order_of_the_table_and_read_only_what_they_need(tmp_path: Path) -> None:
    broken = Archives((("emopia", tmp_path / "nowhere.zip"),))
    model = tiny_model(guidance=1.0)
    events = evaluate(model, broken, TINY, parts=("Q8", "S1"), bounds={})
    ids = [event.row.id for event in events if isinstance(event, Measured)]
    assert ids[0].startswith("S1") and ids[-1].startswith("Q8")
    assert list(PARTS)[:3] == ["Q1", "Q2", "Q3"]


def test_the_header_comes_first_and_names_the_setting() -> None:
    events = list(evaluate(tiny_model(guidance=1.0), Archives(), TINY, parts=("S1",)))
    assert isinstance(events[0], Header)
    settings = dict(events[0].settings)
    assert settings["guidance"] == "1" and settings["temperature"] == "fixed at 0.95"
    done = [event for event in events if isinstance(event, Progress)]
    assert done[0].total == 4


def test_the_same_evaluation_gives_the_same_rows() -> None:
    assert rows_of(Archives(), "S1") == rows_of(Archives(), "S1")


def test_sizes() -> None:
    assert (DEFAULT.clips, DEFAULT.bars, DEFAULT.sweep.values, DEFAULT.sweep.seeds) == (
        20, 16, 9, 5,
    )  # fmt: skip
    assert (FULL.clips, FULL.sweep.seeds) == (100, 20)
    assert QUICK.clips < DEFAULT.clips
    assert DEFAULT.with_clips(7).clips == 7
    with pytest.raises(PsychoscoreError, match="2 to 1000"):
        DEFAULT.with_clips(1)
