"""Training windows: holes that can be filled back exactly, documents that share a window."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from engine.composing import vocabulary as v
from engine.composing.conditions import SOURCES
from engine.composing.holes import bar_notes, cut_hole, infill_window, join_notes, split_bars
from engine.composing.tokens import encode
from engine.data.shards import Shards
from engine.errors import PsychoscoreError
from engine.training.windows import (
    HOLE_BARS,
    LEAST_ROOM,
    WINDOW_BARS,
    Batch,
    Document,
    Dropout,
    WindowSampler,
    collate,
)
from models.conditioning import FIELD_INDEX, FIELDS
from models.transformer import HOLE_REACH, hole_index
from tests.engine.tiny import tiny_network
from tests.engine.training.shard_folders import encoded, piece, random_score, shards

NOTHING_DROPPED = Dropout(*[0.0] * 11)
MARKS = {
    v.HOLE_BAR,
    v.HOLE_PITCH,
    v.PITCH_FREE,
    v.FILL_START,
    *range(v.HOLE_VOICE.start, v.HOLE_VOICE.stop),
}
HERE = hole_index(0)
ARRAYS = [each.name for each in fields(Batch)]


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


def assert_same(ours: Batch, theirs: Batch) -> None:
    for name in ARRAYS:
        np.testing.assert_array_equal(getattr(ours, name), getattr(theirs, name))


def only(batch: Batch, row: int) -> Batch:
    return Batch(*(getattr(batch, name)[row : row + 1] for name in ARRAYS))


def documents_of(batch: Batch) -> Iterator[Document]:
    """The documents of a batch, taken apart again; padding is none."""
    for tokens, bars, holes, rows, numbers in zip(
        batch.tokens, batch.bars, batch.holes, batch.rows, batch.documents, strict=True
    ):
        for number in range(int(numbers.max()) + 1):
            own = (numbers == number) & (tokens != v.PAD)
            if own.any():
                first, last = bars[own].min(), bars[own].max()
                assert bars[own][0] == first
                yield Document(tokens[own], bars[own] - first, holes[own], rows[first : last + 1])


def test_seed_and_step_choose_the_batch_and_nothing_else(data: Shards) -> None:
    def drawn(seed: int, step: int) -> Batch:
        return sampler(data, seed=seed, infill=0.5, dropout=Dropout()).batch(step, 4)

    once, again = drawn(1, 7), drawn(1, 7)
    assert_same(once, again)
    assert not np.array_equal(once.tokens, drawn(1, 8).tokens)
    assert not np.array_equal(once.tokens, drawn(2, 7).tokens)
    used = sampler(data, infill=0.5, dropout=Dropout())
    used.batch(0, 4)
    assert_same(used.batch(7, 4), once)


def test_parts_of_a_batch_are_drawn_alone(data: Shards) -> None:
    drawn = sampler(data, infill=0.5, dropout=Dropout())
    whole, first, second = drawn.batch(3, 6), drawn.batch(3, 4), drawn.batch(3, 2, first=4)
    for name in ARRAYS:
        parts = np.concatenate([getattr(first, name), getattr(second, name)])
        np.testing.assert_array_equal(parts, getattr(whole, name))
    assert first.scored + second.scored == whole.scored


def test_every_document_is_a_run_of_one_piece_with_its_own_rows(data: Shards) -> None:
    known = [data.piece(entry) for entry in data.split("train")]
    for step in range(20):
        batch = sampler(data).batch(step, 4)
        assert batch.tokens.shape == (4, 128)
        assert batch.rows.shape == (4, WINDOW_BARS, len(FIELDS))
        for each in documents_of(batch):
            run = each.tokens[1:]
            assert each.tokens[0] == v.BOS and run[0] == v.BAR
            ended = run[-1] == v.EOS
            inside = run[:-1] if ended else run
            found = [
                at
                for whole, _, _ in known
                for at in np.flatnonzero(whole == v.BAR)
                if np.array_equal(whole[at : at + len(inside)], inside)
                and ended <= (at + len(inside) == len(whole))
            ]
            assert found, "a document that no piece has, or EOS where none ends"
            assert each.bars[0] == each.bars[1] == 0
            marks = each.bars[1:][run == v.BAR]
            np.testing.assert_array_equal(marks, np.arange(len(marks)))
            # The rows are those of the very bars: their tempo counts on from the first.
            tempi = each.rows[:, FIELD_INDEX["tempo"]]
            np.testing.assert_array_equal(tempi - tempi[0], np.arange(len(marks)))


def test_short_pieces_share_a_window(tmp_path: Path) -> None:
    short = shards(tmp_path, *(piece(seed, 3) for seed in range(12)))
    for infill in (0.0, 1.0):
        batches = [sampler(short, infill=infill, context=512).batch(step, 4) for step in range(5)]
        room = [(batch.tokens == v.PAD).sum(axis=1) for batch in batches]
        assert np.max(room) < LEAST_ROOM
        # About a hundred tokens each, or twice as many with a hole and its answer.
        assert all((batch.tokens == v.BOS).sum(axis=1).min() >= 2 for batch in batches)


def test_each_document_has_its_own_draw_of_what_is_dropped(tmp_path: Path) -> None:
    short = shards(tmp_path, *(piece(seed, 3) for seed in range(12)))
    batch = sampler(short, infill=0.5, context=512, dropout=Dropout()).batch(0, 8)
    windows = [list(documents_of(only(batch, row))) for row in range(8)]
    free = [[tuple(np.isnan(each.rows[0])) for each in window] for window in windows]
    assert any(len(set(window)) > 1 for window in free)
    holed = [[bool(each.holes.any()) for each in window] for window in windows]
    assert any(len(set(window)) > 1 for window in holed)


def test_many_small_bars_do_not_need_more_rows_than_a_window_has(tmp_path: Path) -> None:
    sparse = shards(tmp_path, *(encoded(random_score(s, 60, notes=0), s) for s in range(4)))
    batch = sampler(sparse, context=1024).batch(0, 8)
    assert batch.bars.max() == WINDOW_BARS - 1
    for each in documents_of(batch):
        tempi = each.rows[:, FIELD_INDEX["tempo"]]
        np.testing.assert_array_equal(tempi - tempi[0], np.arange(len(tempi)))


def test_pieces_end_where_they_end(data: Shards) -> None:
    found = [each for step in range(30) for each in documents_of(sampler(data).batch(step, 8))]
    ends = [each for each in found if v.EOS in each.tokens]
    starts = [each for each in found if each.rows[0, FIELD_INDEX["tempo"]] == 30]
    assert ends and len(starts) > 0.1 * len(found)
    assert all(list(each.tokens).index(v.EOS) == len(each.tokens) - 1 for each in ends)


def test_long_windows_stop_at_the_last_bar_that_has_a_row(data: Shards) -> None:
    batch = sampler(data, context=4096).batch(0, 16)
    assert batch.bars.max() == WINDOW_BARS - 1
    lengths = (batch.tokens == v.BAR).sum(axis=1)
    assert lengths.max() == WINDOW_BARS


@pytest.mark.parametrize("infill", [0.0, 1.0])
def test_targets_are_the_next_tokens_of_the_document_but_for_marks(
    data: Shards, infill: float
) -> None:
    batch = sampler(data, infill=infill, context=256).batch(3, 32)
    assert ((batch.tokens == v.BOS).sum(axis=1) > 1).any(), "several documents in one window"
    for tokens, targets, numbers in zip(batch.tokens, batch.targets, batch.documents, strict=True):
        for at in range(len(tokens)):
            last = at + 1 >= len(tokens) or numbers[at + 1] != numbers[at]
            if last or tokens[at + 1] in MARKS or tokens[at + 1] == v.PAD:
                assert targets[at] == -100
            else:
                assert targets[at] == tokens[at + 1]
    assert v.BOS not in batch.targets
    assert (infill == 0) == (not np.isin(batch.tokens, list(MARKS)).any())
    assert (batch.holes > 0).any() == (infill > 0)
    if infill:
        assert (batch.targets == v.FILL_END).any(), "the end of the answer is learnt"


def test_holes_come_in_all_three_forms_and_can_be_filled(data: Shards) -> None:
    forms: Counter[str] = Counter()
    plain = 0
    for step in range(20):
        for each in documents_of(sampler(data, infill=1.0, context=256).batch(step, 4)):
            run = [int(token) for token in each.tokens]
            kind = next((token for token in run if token in MARKS), None)
            if kind is None:
                plain += 1
                continue
            forms[v.NAMES[kind][:10]] += 1
            assert run.count(v.FILL_START) == run.count(v.FILL_END) == 1
            start, end = run.index(v.FILL_START), run.index(v.FILL_END)
            count = run[start:end].count(v.BAR)
            assert 1 <= count <= HOLE_BARS
            whole = [token for bar in filled(run, list(each.bars), count) for token in bar]
            assert any(
                np.array_equal(tokens_[at : at + len(whole)], whole)
                for tokens_, _, _ in map(data.piece, data.split("train"))
                for at in np.flatnonzero(tokens_ == v.BAR)
            )
            assert len(each.rows) == each.bars.max() + 1
    assert set(forms) == {"Hole_Bar", "Hole_Voice", "Hole_Pitch"}
    # Where what is left of a window has no room for a hole and its answer.
    assert plain < 0.2 * sum(forms.values())


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


def test_folders_are_drawn_by_their_shares_whatever_their_sources(tmp_path: Path) -> None:
    folders = [
        shards(tmp_path / str(number), piece(number, bars, source=source))
        for number, (bars, source) in enumerate([(8, "folder"), (32, "folder"), (8, "pop909")], 1)
    ]
    drawn = WindowSampler(
        folders, {"folder": 1.0}, context=64, infill=0.0, dropout=NOTHING_DROPPED, seed=1,
        shares=[3.0, 0.0, 1.0],
    )  # fmt: skip
    first = folders[0].tokens.tolist()
    batches = [drawn.batch(step, 16) for step in range(40)]
    sources = [
        SOURCES[int(row)] for batch in batches for row in batch.rows[:, 0, FIELD_INDEX["source"]]
    ]
    assert set(sources) == {"folder", "pop909"}
    assert abs(sources.count("folder") / 640 - 0.75) < 0.07
    text = " ".join(map(str, first))
    own = [
        batch.tokens[row][1:40].tolist()
        for batch in batches[:5]
        for row in range(16)
        if batch.rows[row, 0, FIELD_INDEX["source"]] == SOURCES.index("folder")
    ]
    # The folder without a share is not drawn, though its source is another's as well.
    assert all(" ".join(map(str, each[:20])) in text for each in own)


def test_sources_without_music_are_refused(data: Shards) -> None:
    with pytest.raises(PsychoscoreError) as error:
        WindowSampler(
            [data], {"emopia": 1.0}, context=64, infill=0.0, dropout=NOTHING_DROPPED, seed=1
        )
    assert "emopia" in str(error.value)


def test_a_packed_window_reads_as_its_documents_alone(tmp_path: Path) -> None:
    short = shards(tmp_path, *(piece(seed, 3) for seed in range(6)))
    batch = sampler(short, infill=0.5, context=384, dropout=Dropout()).batch(0, 2)
    network = tiny_network()

    def logits(read: Batch) -> torch.Tensor:
        arrays = (read.tokens, read.bars, read.rows, read.holes, read.documents)
        with torch.no_grad():
            return network(*map(torch.from_numpy, arrays))

    together = logits(batch)
    for row in range(2):
        found = list(documents_of(only(batch, row)))
        assert len(found) > 2
        at = 0
        for each in found:
            alone = logits(collate([[each]], len(each.tokens), len(each.rows)))[0]
            own = together[row, at : at + len(each.tokens)]
            torch.testing.assert_close(own, alone, atol=1e-4, rtol=1e-4)
            at += len(each.tokens)
