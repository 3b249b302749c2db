"""Every backend answers as the network does when it reads the whole stream anew."""

from __future__ import annotations

import subprocess
import sys
from typing import Literal

import numpy as np
import pytest
import torch

from engine.composing.stepping.backend import Backend, Logits, Steps
from engine.composing.stepping.choice import divergence
from engine.composing.stepping.eager import EagerBackend
from engine.composing.stepping.onnx_graph import eight_bits
from engine.composing.stepping.onnx_steps import OnnxBackend
from engine.errors import PsychoscoreError
from models.conditioning import FIELDS, Composer
from models.transformer import HOLE_SLOTS
from tests.engine.tiny import tiny_network

RNG = np.random.default_rng(3)
BARS = 4
LENGTHS = (3, 17, 9)
TOKENS = RNG.integers(3, 300, (3, 40)).tolist()
HOLES = RNG.integers(0, HOLE_SLOTS, (3, 40)).tolist()
PLACES = [sorted(row) for row in RNG.integers(0, BARS, (3, 40)).tolist()]
STEPS = 12
Name = Literal["torch", "float32", "int8"]
# Divergence in nats a token.
NEAR = {"torch": 1e-6, "float32": 1e-6, "int8": 0.005}


@pytest.fixture(scope="module", params=["torch", "float32", "int8"])
def name(request: pytest.FixtureRequest) -> Name:
    chosen: Name = request.param
    return chosen


@pytest.fixture(scope="module")
def backend(network: Composer, name: Name) -> Backend:
    return EagerBackend(network) if name == "torch" else OnnxBackend(network, name)


@pytest.fixture(scope="module")
def film(network: Composer) -> np.ndarray:
    rows = torch.rand(3, BARS, len(FIELDS), generator=torch.Generator().manual_seed(1))
    return network.conditioner(rows).numpy()


def tell(steps: Steps, place: int, row: int, at: int, film: np.ndarray) -> None:
    steps.tell(place, film[row, PLACES[row][at]], HOLES[row][at])


def prompted(backend: Backend, film: np.ndarray) -> Steps:
    """Three rows that have read prompts of different lengths."""
    steps = backend.open(3)
    for row, length in enumerate(LENGTHS):
        told = (each[row][:length] for each in (TOKENS, PLACES, HOLES))
        steps.read(row, *told, film[row])
    return steps


def stepped(steps: Steps, film: np.ndarray, rows: list[int], first: int, count: int) -> Logits:
    """Logits (count, rows, vocabulary) of so many steps of these rows of the data."""
    found = []
    for step in range(first, first + count):
        lengths = [LENGTHS[row] + step for row in rows]
        for place, (row, at) in enumerate(zip(rows, lengths, strict=True)):
            tell(steps, place, row, at, film)
        tokens = [TOKENS[row][at] for row, at in zip(rows, lengths, strict=True)]
        found.append(steps.step(tokens, lengths).copy())
    return np.array(found)


def anew(network: Composer, film: np.ndarray, row: int, first: int, count: int) -> Logits:
    """What the network says of the same places when it reads the whole stream at once."""
    start = LENGTHS[row] + first
    told = (torch.tensor([each[row][: start + count]]) for each in (TOKENS, PLACES, HOLES))
    tokens, bars, holes = told
    whole = network.transformer(tokens, bars, torch.from_numpy(film[row])[None], holes)
    return whole[0, start:].numpy()


def test_rows_of_different_lengths(
    network: Composer, backend: Backend, name: Name, film: np.ndarray
) -> None:
    found = stepped(prompted(backend, film), film, [0, 1, 2], 0, STEPS)
    for row in range(3):
        expected = anew(network, film, row, 0, STEPS)
        assert expected.std() > 1
        assert abs(divergence(expected, found[:, row])) < NEAR[name]


def test_rows_that_are_kept_go_on_where_they_stood(
    network: Composer, backend: Backend, name: Name, film: np.ndarray
) -> None:
    steps = prompted(backend, film)
    stepped(steps, film, [0, 1, 2], 0, 4)
    steps.keep([0, 2])
    found = stepped(steps, film, [0, 2], 4, 4)
    steps.keep([1])
    found_last = stepped(steps, film, [2], 8, 4)
    for place, row in enumerate((0, 2)):
        expected = anew(network, film, row, 4, 4)
        assert abs(divergence(expected, found[:, place])) < NEAR[name]
    expected = anew(network, film, 2, 8, 4)
    assert abs(divergence(expected, found_last[:, 0])) < NEAR[name]


def test_a_row_does_not_feel_its_neighbours(backend: Backend, name: Name, film: np.ndarray) -> None:
    """Not in a single bit where onnxruntime composes, so that a take can be made again alone."""
    together = stepped(prompted(backend, film), film, [0, 1, 2], 0, STEPS)[:, 1]
    alone = backend.open(1)
    alone.read(0, *(each[1][: LENGTHS[1]] for each in (TOKENS, PLACES, HOLES)), film[1])
    found = stepped(alone, film, [1], 0, STEPS)[:, 0]
    assert np.abs(found - together).max() < 1e-4
    assert name == "torch" or np.array_equal(found, together)


def test_what_is_forgotten_is_as_if_it_had_never_been_read() -> None:
    """Exactly so with one layer, whose keys and values know nothing but their own token."""
    network = tiny_network(width=64, layers=1, heads=2, hidden=96, context=64)
    film = network.conditioner(torch.zeros(1, 1, len(FIELDS)))[0].numpy()
    tokens, cut = TOKENS[0], 11
    for each in (EagerBackend(network), OnnxBackend(network, "float32")):
        whole, part = each.open(2), each.open(1)
        for place, length in ((0, 30), (1, 20)):
            whole.read(place, tokens[:length], [0] * length, [0] * length, film)
            whole.tell(place, film[0], 0)
        left = [tokens[0], *tokens[cut:20]]
        part.read(0, left, [0] * len(left), [0] * len(left), film)
        part.tell(0, film[0], 0)
        whole.forget(1, cut, 20)
        found = whole.step([5, 6], [30, len(left)])[1]
        assert found == pytest.approx(part.step([6], [len(left)])[0], abs=1e-4)


def test_bytes_stand_for_weights() -> None:
    weight = RNG.standard_normal((5, 100)).astype(np.float32)
    weight[2] = 0
    whole, scales = eight_bits(weight)
    back = ((whole.astype(np.float32) - 128) * scales[..., None]).reshape(5, -1)
    assert np.abs(back[:, :100] - weight).max() <= scales.max() / 2 * 1.001
    assert not back[:, 100:].any() and not back[2].any()


def test_divergence_is_zero_for_the_same_and_grows() -> None:
    logits = RNG.standard_normal((20, 50)).astype(np.float32)
    near, far = logits + 0.01 * RNG.random((20, 50)), logits + RNG.random((20, 50))
    same = divergence(logits, logits + 3)
    assert same == pytest.approx(0, abs=1e-9)
    assert same < divergence(logits, near.astype(np.float32)) < 1e-4
    assert divergence(logits, far.astype(np.float32)) > 0.01


def test_a_shape_that_it_cannot_run_is_refused_with_a_sentence() -> None:
    with pytest.raises(PsychoscoreError, match="onnxruntime cannot run this network"):
        OnnxBackend(tiny_network(), "int8")


def test_another_process_finds_the_same_bits() -> None:
    words = f"from {__name__} import fingerprint; print(fingerprint())"
    told = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == fingerprint()


def fingerprint() -> str:
    """The bits of some steps, as text."""
    network = tiny_network(width=64, layers=2, heads=2, hidden=96, context=64)
    torch.set_num_threads(1)
    steps = OnnxBackend(network, "int8").open(2)
    found = [steps.step([t, t + 1], [at, at]).tobytes() for at, t in enumerate(TOKENS[0])]
    return b"".join(found).hex()[-4000:]
