"""Batched decoding with a cache draws what one would draw from the whole stream, read anew."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
import torch

from engine.composing import vocabulary as v
from engine.composing.conditions import set_profiles, structure_rows, without_wishes
from engine.composing.decoding import Decoder, Stream
from engine.composing.grammar import BarGrammar, KeptNote, Laws
from engine.composing.sampling import choose, guide, keep_odds, probabilities, uniform
from engine.profile import Profile
from engine.score import Metre
from models.conditioning import Composer
from models.transformer import HOLE_REACH
from tests.engine.tiny import tiny_network


@pytest.fixture(scope="module")
def network() -> Composer:
    torch.set_num_threads(1)
    return tiny_network(layers=2)


def stream(bars: int, **changes: Any) -> Stream:
    metres = (Metre(3, 4),) * bars
    rows = structure_rows(metres, [90.0] * bars, None)
    set_profiles(rows, [Profile(bar / bars, 1 - bar / bars) for bar in range(bars)])
    plain: dict[str, Any] = {
        "rows": rows,
        "free": without_wishes(rows),
        "grammar": BarGrammar(metres, Laws()),
        "temperatures": [0.7 + 0.1 * bar for bar in range(bars)],
        "seed": 5,
        "take": 0,
        "guidance": 1.0,
        "top_p": 0.9,
    }
    return Stream(**(plain | changes))


def run(network: Composer, streams: Sequence[Stream]) -> list[list[int]]:
    written: list[list[int]] = [[] for _ in streams]
    for index, token in Decoder(network, streams).run():
        written[index].append(token)
    return written


def read_anew(network: Composer, told: Stream) -> list[int]:
    """The same stream drawn without cache, batch or steps."""
    tokens, bars, holes = list(told.prompt), list(told.prompt_bars), list(told.prompt_holes)
    written: list[int] = []
    step = 0
    while not told.grammar.finished:
        logits = [
            network(
                torch.tensor([tokens]),
                torch.tensor([bars]),
                torch.from_numpy(rows)[None],
                torch.tensor([holes]),
            )[0, -1].numpy()
            for rows in (told.rows, without_wishes(told.rows))
        ]
        mixed = guide(logits[0], logits[1], told.guidance) if told.guidance != 1 else logits[0]
        allowed = told.grammar.allowed()
        if told.guidance > 1 and allowed[v.BAR]:
            mixed = keep_odds(mixed, logits[0], allowed, v.BAR)
        bar = max(told.grammar.bar, 0)
        step += 1
        weights = probabilities(mixed, told.temperatures[bar], allowed, told.top_p)
        token = told.grammar.ending(choose(weights, uniform(told.seed, told.take, bar, step)))
        told.grammar.push(token)
        if token == v.BAR:
            step = 0
        written.append(token)
        tokens.append(token)
        bars.append(min(max(told.grammar.bar, 0), len(told.rows) - 1))
        holes.append(told.hole)
    return written


@pytest.mark.parametrize("guidance", [1.0, 2.5, 0.0])
def test_one_stream(network: Composer, guidance: float) -> None:
    written = run(network, [stream(4, guidance=guidance)])[0]
    assert written == read_anew(network, stream(4, guidance=guidance))
    assert written.count(v.BAR) == 4 and written[-1] == v.EOS


def test_streams_of_different_lengths_in_one_batch(network: Composer) -> None:
    def made() -> list[Stream]:
        wishes = [(1, 1.0), (5, 3.0), (2, 0.5), (4, 1.0), (3, 2.0)]
        return [
            stream(bars, guidance=g, take=take, top_p=0.8 + 0.04 * take)
            for take, (bars, g) in enumerate(wishes)
        ]

    written = run(network, made())
    for index, told in enumerate(made()):
        assert written[index] == read_anew(network, told), index
    assert len({len(each) for each in written}) > 2


def test_a_prompt_with_a_hole_is_read_before_the_first_token(network: Composer) -> None:
    """As infilling will ask: the frame with its hole, `Fill_Start`, then the answer."""
    frame = (v.BOS, v.BAR, v.HOLE_BAR, v.BAR, v.POSITION.start, v.VOICE.start, v.PITCH.start + 48,
             v.VELOCITY.start + 15, v.DURATION.start + 11, v.FILL_START)  # fmt: skip
    zero = 1 + HOLE_REACH

    def asked(**changes: Any) -> Stream:
        return stream(
            2,
            prompt=frame,
            prompt_bars=(0, 0, 0, 1, 1, 1, 1, 1, 1, 0),
            prompt_holes=(0, zero, zero, *(zero + 1,) * 6, zero),
            hole=zero,
            guidance=2.0,
            **changes,
        )

    written = run(network, [asked(), asked(take=1), stream(3)])
    assert written[0] == read_anew(network, asked())
    assert written[1] == read_anew(network, asked(take=1))
    assert written[2] == read_anew(network, stream(3))
    assert written[0] != run(network, [stream(2, guidance=2.0)])[0]


def test_a_skeleton_is_kept_while_its_neighbours_are_free(network: Composer) -> None:
    kept = [[KeptNote(0, 0, 60, 63, 12), KeptNote(12, 0)], [KeptNote(35, 3, 40)]]
    grammar = BarGrammar((Metre(3, 4),) * 2, Laws(only_kept=True), kept)
    written = run(network, [stream(2, grammar=grammar), stream(4, take=1)])
    names = [v.NAMES[token] for token in written[0]]
    assert names[:6] == [
        "Bar_None", "Position_0", "Program_0", "Pitch_60", "Velocity_63", "Duration_1.0.12",
    ]  # fmt: skip
    assert names[6:8] == ["Position_12", "Program_0"]
    assert names.count("Bar_None") == 2 and "Position_35" in names and names[-1] == "EOS_None"
    assert written[1] == read_anew(network, stream(4, take=1))


def test_a_finished_stream_writes_nothing(network: Composer) -> None:
    over = stream(2)
    over.grammar.push(v.EOS)
    written = run(network, [over, stream(2)])
    assert written[0] == [] and written[1] == read_anew(network, stream(2))
    both = stream(1), stream(1)
    for each in both:
        each.grammar.push(v.EOS)
    assert run(network, both) == [[], []]


def test_guidance_doubles_the_batch_once_for_all(network: Composer) -> None:
    assert Decoder(network, [stream(1), stream(2)]).batch == 2
    assert Decoder(network, [stream(1), stream(2, guidance=2.0)]).batch == 4


def test_old_bars_are_let_go_before_the_context_is_full() -> None:
    """What is remembered is BOS, then whole bars, all inside the context."""
    small = tiny_network(context=64)
    seen: list[int] = []
    decoder = Decoder(small, [stream(30, guidance=2.0)])
    for _ in decoder.run():
        row = decoder._rows[0]
        assert len(row.tokens) == len(row.bars) == len(row.holes) <= 65
        assert row.tokens[0] == v.BOS
        seen.append(row.bars[1] if len(row.bars) > 1 else 0)
    assert seen == sorted(seen) and seen[-1] > 20


def test_the_temperature_of_a_bar_is_that_of_its_own_tokens(network: Composer) -> None:
    cold, hot = [0.05] * 4, [0.05, 0.05, 3.0, 3.0]
    ours, theirs = (run(network, [stream(4, temperatures=heat)])[0] for heat in (cold, hot))
    border = [i for i, token in enumerate(ours) if token == v.BAR][2]
    assert ours[: border + 1] == theirs[: border + 1]
    assert ours[border:] != theirs[border:]


def test_conditions_of_a_later_bar_change_nothing_before_it(network: Composer) -> None:
    plain = stream(8)
    rows = np.array(plain.rows)
    rows[2:, :16] = 1
    ours, theirs = run(network, [plain])[0], run(network, [stream(8, rows=rows)])[0]
    border = [i for i, token in enumerate(ours) if token == v.BAR][2]
    assert ours[: border + 1] == theirs[: border + 1]
    assert ours != theirs
