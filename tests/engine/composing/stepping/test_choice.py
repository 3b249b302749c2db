"""The way that music is composed is measured, stored, and used again."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from engine.checkpoint import Model
from engine.composing.generate import generate
from engine.composing.refine import remake
from engine.composing.stepping import choice, stored
from engine.composing.stepping.backend import Means
from engine.composing.stepping.choice import Choice, make_backend, measured_choice, with_means
from engine.composing.stepping.stored import choice_of, equipped, measured_step, stored_trials
from engine.errors import PsychoscoreError
from engine.score import Metre
from engine.take import GenerationRequest, TakeComposed
from models.conditioning import Composer
from tests.engine.tiny import tiny_model, tiny_network

EIGHT_BITS = Means("onnxruntime", "int8", 1)
MISSING = Means("onnxruntime", "int4", 1)


@pytest.fixture(scope="module")
def model() -> Model:
    """With weights enough to be worth a measurement."""
    large = tiny_model(width=64, layers=1, heads=2, hidden=6000, context=128)
    assert sum(each.numel() for each in large.network.parameters()) > choice.WORTH_MEASURING
    return large


def test_each_way_is_tried_and_the_fastest_is_chosen(network: Composer) -> None:
    found = measured_choice(network)
    tried = [trial.means for trial in found.trials]
    assert tried[0] == Means() and EIGHT_BITS in tried and found.means in tried
    assert all((trial.step_ms is None) == bool(trial.why) for trial in found.trials)
    fastest = min(trial.step_ms for trial in found.trials if trial.step_ms is not None)
    chosen = next(trial for trial in found.trials if trial.means == found.means)
    assert chosen.step_ms is not None and chosen.step_ms <= 1.2 * fastest


def test_where_nothing_else_runs_torch_is_chosen() -> None:
    """Heads of eight numbers are none of onnxruntime's shapes."""
    found = measured_choice(tiny_network())
    assert found.means == Means()
    assert all("cannot run" in trial.why for trial in found.trials[1:])


def test_a_way_that_answers_otherwise_is_not_trusted(
    network: Composer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(choice, "TRUSTED", -1.0)
    found = measured_choice(network)
    assert found.means == Means()
    assert all("otherwise than torch" in trial.why for trial in found.trials[1:])


def test_a_choice_is_measured_once_and_stored(model: Model, tmp_path: Path) -> None:
    path = tmp_path / "new" / "decoding.json"
    first = choice_of(model, path)
    told = path.read_text()
    assert choice_of(model, path) == first and path.read_text() == told
    assert stored_trials(model, path) == first.trials
    assert str(first.trials[0]).startswith("torch, float32, 1 thread: ")
    assert stored_trials(model, tmp_path / "none") == ()
    assert measured_step(model, path) == first.trials[0].step_ms
    assert measured_step(model, tmp_path / "none") is None
    other = tiny_model(width=64, layers=2, heads=2, hidden=96, context=128)
    choice_of(other, path)
    assert choice_of(model, path) == first and len(path.read_text()) > len(told)


def test_the_stored_choice_is_what_composes(model: Model, tmp_path: Path) -> None:
    path = tmp_path / "decoding.json"
    for means in (EIGHT_BITS, Means(), Means("onnxruntime", "float32", 1)):
        store(path, model, means)
        assert equipped(model, path).means == means


def test_a_choice_that_is_no_longer_to_be_had_falls_back_to_torch(
    model: Model, tmp_path: Path
) -> None:
    path = tmp_path / "decoding.json"
    store(path, model, MISSING)
    assert equipped(model, path).means == Means()


@pytest.mark.parametrize("text", ["", "[]", '{"a": 1}', "\0\0", "{" * 5000])
def test_a_broken_file_is_measured_anew(model: Model, tmp_path: Path, text: str) -> None:
    path = tmp_path / "decoding.json"
    path.write_text(text)
    assert choice_of(model, path).trials
    assert choice_of(model, path) == choice_of(model, path)


def test_without_a_place_to_store_it_music_is_composed_all_the_same(
    model: Model, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    assert equipped(model, tmp_path / "file" / "decoding.json").means.threads >= 1


def test_small_networks_are_not_measured(tmp_path: Path) -> None:
    path = tmp_path / "decoding.json"
    assert equipped(tiny_model(), path).backend is None and not path.exists()


def test_without_the_package_torch_composes(tmp_path: Path) -> None:
    """In a process of its own, whose finder knows no onnxruntime."""
    words = (
        "import sys; sys.modules['onnxruntime'] = None\n"
        "from tests.engine.tiny import tiny_network\n"
        "from engine.composing.stepping.choice import measured_choice\n"
        "found = measured_choice(tiny_network())\n"
        "print(found.means.backend, found.trials[1].why)"
    )
    told = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, check=True)
    assert told.stdout.startswith("torch onnxruntime cannot be loaded")


def test_means_that_nobody_has_are_refused(network: Composer) -> None:
    for means in (MISSING, Means("abacus"), Means("onnxruntime", "int8", 10**6)):
        with pytest.raises(PsychoscoreError, match="There is no backend"):
            make_backend(network, means)
    assert make_backend(network, Means("cpu")).means == Means()


def test_a_take_remembers_its_means_and_is_made_again_by_them(model: Model) -> None:
    request = GenerationRequest(metres=(Metre(3, 4),) * 3, seed=4)
    equip = with_means(model, EIGHT_BITS)
    take = composed(equip, [request, replace(request, take=1), replace(request, take=2)])[2]
    told = take.provenance
    assert (told.backend, told.dtype, told.threads) == ("onnxruntime", "int8", 1)
    again = remake(model, told)
    assert again.score == take.score and again.provenance.backend == "onnxruntime"
    with pytest.raises(PsychoscoreError, match="no backend"):
        remake(model, replace(told, backend="abacus"))


def composed(model: Model, requests: list[GenerationRequest]) -> list:  # type: ignore[type-arg]
    events = [e for e in generate(model, requests) if isinstance(e, TakeComposed)]
    return [each.result for each in sorted(events, key=lambda each: each.take)]


def store(path: Path, model: Model, means: Means) -> None:
    key = choice.machine_key(model.network)
    path.write_bytes(stored._CHOICES.dump_json({key: Choice(means)}))


def test_torch_keeps_its_threads() -> None:
    before = torch.get_num_threads()
    measured_choice(tiny_network())
    assert torch.get_num_threads() == before
