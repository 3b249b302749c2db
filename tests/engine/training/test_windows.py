"""Training windows: holes that can be filled back exactly, conditions dropped as often as said."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.composing import vocabulary as v
from engine.composing.conditions import SOURCES
from engine.composing.holes import bar_notes, cut_hole, infill_window, join_notes, split_bars
from engine.composing.tokens import encode
from engine.data.shards import Shards
from engine.errors import PsychoscoreError
from engine.training.windows import (
    WINDOW_BARS,
    Batch,
    Dropout,
    WindowSampler,
    collate,
    drop_conditions,
)
from models.conditioning import FIELD_INDEX, FIELDS, GROUPS
from models.transformer import HOLE_REACH, hole_index
from tests.engine.training.shard_folders import piece, random_score, shards

NOTHING_DROPPED = Dropout(*[0.0] * 11)
MARKS = {
    v.HOLE_BAR,
    v.HOLE_PITCH,
    v.PITCH_FREE,
    v.FILL_START,
    *range(v.HOLE_VOICE.start, v.HOLE_VOICE.stop),
}
HERE = hole_index(0)


def bars_of(seed: int, count: int = 6) -> list[list[int]]:
    return split_bars(list(encode(random_score(seed, count)).tokens))


def sampler(data: Shards, **changes: Any) -> WindowSampler:
    plain: dict[str, Any] = {
        "context": 128, "infill": 0.0, "dropout": NOTHING_DROPPED, "seed": 1,
    }  # fmt: skip
    return WindowSampler([data], {"pop909": 1.0}, **(plain | changes))


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Shards:
    folder = tmp_path_factory.mktemp("shards")
    held_out = piece(9, 20, split="validation")
    return shards(folder, piece(1, 40), piece(2, 3), piece(3, 160), held_out)


def filled(tokens: list[int], places: list[int], count: int) -> list[list[int]]:
    """The bars that hole and answer make together: the inverse of cutting."""
    start, end = tokens.index(v.FILL_START), tokens.index(v.FILL_END)
    shown = split_bars(tokens[1:start])
    answers = split_bars(tokens[start + 1 : end])
    assert len(answers) == count and tokens[end:] == [v.FILL_END]
    whole: list[list[int]] = []
    answered = iter(answers)
    for bar in shown:
        marks = [token for token in bar if token in MARKS]
        if not marks:
            whole.append(bar)
            continue
        answer = next(answered)
        if marks[0] in (v.HOLE_BAR, v.HOLE_PITCH):
            if marks[0] == v.HOLE_PITCH:
                skeleton = [(p, x, vel, d) for p, x, _, vel, d in bar_notes(bar)]
                assert skeleton == [(p, x, vel, d) for p, x, _, vel, d in bar_notes(answer)]
            else:
                assert bar == [v.BAR, v.HOLE_BAR]
            whole.append(answer)
            continue
        voices = {mark - v.HOLE_VOICE.start + v.VOICE.start for mark in marks}
        assert not voices & {note[1] for note in bar_notes(bar)}
        assert {note[1] for note in bar_notes(answer)} <= voices
        both = [n for n in bar_notes(bar) + bar_notes(answer)]
        whole.append(join_notes(sorted(both), []))
    assert next(answered, None) is None
    return whole


@given(st.integers(0, 50), st.sampled_from(["bars", "voices", "pitches"]), st.data())
def test_hole_and_answer_make_the_music_again(seed: int, form: str, draw: st.DataObject) -> None:
    bars = bars_of(seed)
    count = draw.draw(st.integers(1, 4))
    first = draw.draw(st.integers(0, len(bars) - count))
    voices = draw.draw(st.frozensets(st.integers(v.VOICE.start, v.VOICE.start + 2), min_size=1))
    tokens, places, holes = infill_window(bars, first, count, form, voices)
    assert len(tokens) == len(places) == len(holes)
    assert filled(tokens, places, count) == bars
    # Each token knows its bar: those shown in order, then those of the answer.
    start = tokens.index(v.FILL_START)
    assert places[1:start] == sorted(places[1:start])
    assert sorted(set(places[start:])) == list(range(first, first + count))
    assert set(holes[start:]) == {HERE}
    distances = dict(zip(places[1:start], holes[1:start], strict=True))
    for bar, hole in distances.items():
        inside = first <= bar < first + count
        away = 0 if inside else bar - first if bar < first else bar - first - count + 1
        assert hole == hole_index(away)
        assert inside == (hole == HERE)


def test_far_bars_share_one_distance() -> None:
    bars = bars_of(1, 24)
    _, places, holes = infill_window(bars, 0, 1, "bars", frozenset())
    assert {h for p, h in zip(places, holes, strict=True) if p >= HOLE_REACH} == {
        hole_index(HOLE_REACH)
    }


def test_notes_and_bars_are_taken_apart_and_joined() -> None:
    for bar in bars_of(3):
        assert join_notes(bar_notes(bar), []) == bar
    assert split_bars([v.POSITION.start, *bars_of(3)[0]]) == bars_of(3)[:1]


def test_the_three_forms_show_what_they_promise() -> None:
    bar = bars_of(4)[0]
    assert cut_hole(bar, "bars", frozenset()) == ([v.BAR, v.HOLE_BAR], bar)
    shown, answer = cut_hole(bar, "pitches", frozenset())
    assert answer == bar and shown[1] == v.HOLE_PITCH
    assert not any(token in v.PITCH for token in shown)
    assert shown.count(v.PITCH_FREE) == len(bar_notes(bar))
    voice = bar_notes(bar)[0][1]
    shown, answer = cut_hole(bar, "voices", frozenset({voice}))
    assert shown[:2] == [v.BAR, v.HOLE_VOICE.start + voice - v.VOICE.start]
    assert voice not in shown and voice in answer


def test_seed_and_step_choose_the_batch_and_nothing_else(data: Shards) -> None:
    def drawn(seed: int, step: int) -> Batch:
        return sampler(data, seed=seed, infill=0.5, dropout=Dropout()).batch(step, 4)

    once, again = drawn(1, 7), drawn(1, 7)
    for name in ("tokens", "targets", "bars", "holes", "rows"):
        np.testing.assert_array_equal(getattr(once, name), getattr(again, name))
    assert not np.array_equal(once.tokens, drawn(1, 8).tokens)
    assert not np.array_equal(once.tokens, drawn(2, 7).tokens)
    used = sampler(data, infill=0.5, dropout=Dropout())
    used.batch(0, 4)
    np.testing.assert_array_equal(used.batch(7, 4).tokens, once.tokens)


def test_every_window_is_a_run_of_one_piece_with_its_own_rows(data: Shards) -> None:
    known = [data.piece(entry) for entry in data.split("train")]
    for step in range(20):
        batch = sampler(data).batch(step, 4)
        assert batch.tokens.shape == (4, 128)
        assert batch.rows.shape == (4, WINDOW_BARS, len(FIELDS))
        for tokens, bars, rows in zip(batch.tokens, batch.bars, batch.rows, strict=True):
            length = int((tokens != v.PAD).sum())
            run = tokens[1:length]
            assert tokens[0] == v.BOS and run[0] == v.BAR
            ended = run[-1] == v.EOS
            inside = run[:-1] if ended else run
            found = [
                at
                for whole, _, _ in known
                for at in np.flatnonzero(whole == v.BAR)
                if np.array_equal(whole[at : at + len(inside)], inside)
                and ended <= (at + len(inside) == len(whole))
            ]
            assert found, "a window that no piece has, or EOS where none ends"
            assert bars[0] == bars[1] == 0
            marks = bars[1:length][run == v.BAR]
            np.testing.assert_array_equal(marks, np.arange(len(marks)))
            # The rows are those of the very bars: their tempo counts on from the first.
            tempi = rows[: len(marks), FIELD_INDEX["tempo"]]
            np.testing.assert_array_equal(tempi - tempi[0], np.arange(len(marks)))
            assert np.isnan(rows[len(marks) :]).all()


def test_pieces_end_where_they_end(data: Shards) -> None:
    batches = [sampler(data).batch(step, 8) for step in range(30)]
    ends = [row for batch in batches for row in batch.tokens if v.EOS in row]
    starts = [row for batch in batches for row in batch.rows if row[0, FIELD_INDEX["tempo"]] == 30]
    assert ends and len(starts) > 0.1 * 240
    for row in ends:
        after = row[list(row).index(v.EOS) + 1 :]
        assert (after == v.PAD).all()


def test_long_windows_stop_at_the_last_bar_that_has_a_row(data: Shards) -> None:
    batch = sampler(data, context=4096).batch(0, 16)
    assert batch.bars.max() == WINDOW_BARS - 1
    lengths = (batch.tokens == v.BAR).sum(axis=1)
    assert lengths.max() == WINDOW_BARS
    for tokens, bars in zip(batch.tokens, batch.bars, strict=True):
        assert bars[(tokens != v.PAD)].max() < WINDOW_BARS


@pytest.mark.parametrize("infill", [0.0, 1.0])
def test_targets_are_the_next_tokens_but_for_marks(data: Shards, infill: float) -> None:
    batch = sampler(data, infill=infill).batch(3, 8)
    for tokens, targets in zip(batch.tokens, batch.targets, strict=True):
        length = int((tokens != v.PAD).sum())
        for at in range(len(tokens)):
            if at + 1 >= length or tokens[at + 1] in MARKS:
                assert targets[at] == -100
            else:
                assert targets[at] == tokens[at + 1]
    assert (infill == 0) == (not np.isin(batch.tokens, list(MARKS)).any())
    assert (batch.holes > 0).any() == (infill > 0)
    if infill:
        assert (batch.targets == v.FILL_END).any(), "the end of the answer is learnt"
        assert not (batch.tokens == v.EOS).any()


def test_holes_come_in_all_three_forms_and_can_be_filled(data: Shards) -> None:
    forms: Counter[str] = Counter()
    for step in range(20):
        batch = sampler(data, infill=1.0, context=256).batch(step, 4)
        for tokens, bars in zip(batch.tokens, batch.bars, strict=True):
            run = [int(token) for token in tokens if token != v.PAD]
            kind = next(token for token in run if token in MARKS)
            forms[v.NAMES[kind][:10]] += 1
            assert run.count(v.FILL_START) == run.count(v.FILL_END) == 1
            start, end = run.index(v.FILL_START), run.index(v.FILL_END)
            count = run[start:end].count(v.BAR)
            assert 1 <= count <= 4
            whole = [token for bar in filled(run, list(bars), count) for token in bar]
            assert any(
                np.array_equal(tokens_[at : at + len(whole)], whole)
                for tokens_, _, _ in map(data.piece, data.split("train"))
                for at in np.flatnonzero(tokens_ == v.BAR)
            )
    assert set(forms) == {"Hole_Bar", "Hole_Voice", "Hole_Pitch"}


def test_sources_are_drawn_by_their_weights(tmp_path: Path) -> None:
    mixed = shards(
        tmp_path, piece(1, 8), piece(2, 32, source="emopia"), piece(3, 8, source="folder")
    )
    drawn = WindowSampler(
        [mixed], {"pop909": 3.0, "emopia": 1.0, "folder": 0.0}, context=64, infill=0.0,
        dropout=NOTHING_DROPPED, seed=1,
    )  # fmt: skip
    batches = [drawn.batch(step, 16) for step in range(40)]
    counted = Counter(
        SOURCES[int(row)] for batch in batches for row in batch.rows[:, 0, FIELD_INDEX["source"]]
    )
    assert set(counted) == {"pop909", "emopia"}
    # The longer piece is not drawn more often than its source is asked for.
    assert abs(counted["pop909"] / 640 - 0.75) < 0.07


def test_sources_without_music_are_refused(data: Shards) -> None:
    with pytest.raises(PsychoscoreError) as error:
        WindowSampler(
            [data], {"emopia": 1.0}, context=64, infill=0.0, dropout=NOTHING_DROPPED, seed=1
        )
    assert "emopia" in str(error.value)


def full_rows(bars: int = 3) -> np.ndarray:
    rows = np.ones((bars, len(FIELDS)), dtype=np.float32)
    rows[:, :4] = [0.2, 0.4, -0.5, 0.5]
    return rows


def free_shares(dropout: Dropout, draws: int = 3000) -> dict[str, float]:
    """How often each field is free."""
    rng = np.random.default_rng(0)
    free = np.zeros(len(FIELDS))
    for _ in range(draws):
        dropped = np.isnan(drop_conditions(full_rows(), rng, dropout))
        assert (dropped == dropped[0]).all(), "a condition is free in all bars or in none"
        free += dropped[0]
    return dict(zip([f.name for f in FIELDS], free / draws, strict=True))


def test_conditions_are_dropped_as_often_as_said() -> None:
    dropout = Dropout()
    share = free_shares(dropout)
    none = dropout.everything
    wish = none + dropout.wishes
    wanted = {
        "trauma": wish + (1 - wish) * dropout.profile_dimension,
        "rsi_imaginary": wish + (1 - wish) * dropout.profile_dimension,
        "leaps": wish + (1 - wish) * (
            dropout.attributes + (1 - dropout.attributes) * dropout.single_attribute
        ),
        "texture": wish + (1 - wish) * dropout.texture,
        "chord_root": wish + (1 - wish) * dropout.chords,
        "tempo": none + (1 - none) * dropout.structure,
        "metre": none + (1 - none) * dropout.structure,
        "mode": none + (1 - none) * dropout.mode,
        "source": none + (1 - none) * dropout.source,
    }  # fmt: skip
    for name, rate in wanted.items():
        # Four standard deviations of 3000 draws.
        assert abs(share[name] - rate) < 4 * (rate * (1 - rate) / 3000) ** 0.5, name
    assert share["chord_root"] == share["half_chord_quality"]
    assert share["from_start"] == share["to_end"]


def test_nothing_and_everything_can_be_dropped() -> None:
    rng = np.random.default_rng(0)
    rows = full_rows()
    np.testing.assert_array_equal(drop_conditions(rows, rng, NOTHING_DROPPED), rows)
    everything = Dropout(1.0, *[0.0] * 10)
    assert np.isnan(drop_conditions(rows, rng, everything)).all()
    np.testing.assert_array_equal(rows, full_rows())
    assert {field.group for field in FIELDS} == set(GROUPS)


def test_label_noise_stays_within_the_dimensions_and_spares_what_is_free() -> None:
    rng = np.random.default_rng(0)
    noisy = Dropout(*[0.0] * 10, label_noise=0.5)
    rows = full_rows()
    rows[:, 1] = np.nan
    seen = np.stack([drop_conditions(rows, rng, noisy)[0] for _ in range(500)])
    assert np.isnan(seen[:, 1]).all()
    for column, low in ((0, 0.0), (2, -1.0), (3, -1.0)):
        assert seen[:, column].min() == low and seen[:, column].max() == 1.0
    assert seen[:, 0].std() > 0.2
    np.testing.assert_array_equal(seen[:, 4:], np.tile(rows[0, 4:], (500, 1)))


def test_padding_is_not_scored() -> None:
    window = ([v.BOS, v.BAR, v.EOS], [0, 0, 0], [0, 0, 0], full_rows(1))
    batch = collate([window, window], 6, 2)
    assert batch.tokens.tolist() == [[1, 3, 2, 0, 0, 0]] * 2
    assert batch.targets.tolist() == [[3, 2, -100, -100, -100, -100]] * 2
    assert np.isnan(batch.rows[:, 1]).all() and not np.isnan(batch.rows[:, 0]).any()
