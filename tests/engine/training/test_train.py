"""Training on a miniature data set: it learns, stops when told, goes on as if it never had."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from engine.checkpoint import load_model
from engine.errors import PsychoscoreError
from engine.training.config import TrainingConfig
from engine.training.events import (
    CheckpointSaved,
    Evaluated,
    StepDone,
    StepsHeldUp,
    TrainingEnded,
    TrainingEvent,
)
from engine.training.train import train
from tests.engine.tiny import tiny_checkpoint, tiny_config
from tests.engine.training.shard_folders import piece, shards

NETWORK = tiny_config(context=128)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shards")
    shards(folder, piece(1, 24), piece(2, 24), piece(3, 12, split="validation"))
    return folder


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


def config(data: Path, **changes: Any) -> TrainingConfig:
    plain = TrainingConfig(
        name="tiny",
        data=(str(data),),
        steps=12,
        batch=2,
        context=128,
        warmup=2,
        decay=0.5,
        evaluate_every=100,
        evaluate_windows=2,
        save_every=100,
        threads=1,
        network=NETWORK,
    )
    return replace(plain, **changes)


def losses(events: list[TrainingEvent]) -> list[float]:
    return [event.loss for event in events if isinstance(event, StepDone)]


def test_it_learns(data: Path, tmp_path: Path) -> None:
    told = config(data, steps=60, batch=4, learning_rate=0.02, adam_rate=0.01, evaluate_every=30)
    events = list(train(told, tmp_path))
    curve = losses(events)
    assert len(curve) == 60
    assert sum(curve[-10:]) / 10 < sum(curve[:10]) / 10 - 1.0
    early, late = (e.per_token["pop909"] for e in events if isinstance(e, Evaluated))
    assert late < early < 5.8
    model = load_model(tmp_path / "checkpoint")
    assert (model.card.name, model.card.steps) == ("tiny", 60)
    assert model.card.lineage == ("nothing (MIT)",) and model.card.sources == ("pop909",)
    assert model.card.tokens > 60 * 100


def test_one_source_in_two_data_sets_is_one_score(data: Path, tmp_path: Path) -> None:
    shards(tmp_path / "more", piece(1, 24), piece(4, 12, split="validation"))

    def score(*folders: Path) -> float:
        told = config(data, steps=1, evaluate_every=1, evaluate_windows=0)
        # A rate of nothing, so that all runs measure one network.
        told = replace(told, data=tuple(map(str, folders)), learning_rate=1e-9, adam_rate=1e-9,
                       condition_rate=1e-9)  # fmt: skip
        events = train(told, tmp_path / "run")
        return next(e.per_token["pop909"] for e in events if isinstance(e, Evaluated))

    ours, theirs = score(data), score(tmp_path / "more")
    assert min(ours, theirs) < score(data, tmp_path / "more") < max(ours, theirs)


def test_events_come_in_order(data: Path, tmp_path: Path) -> None:
    told = config(data, steps=6, save_every=2, evaluate_every=3)
    events = list(train(told, tmp_path))
    kinds = [(type(event).__name__, event.step) for event in events]
    assert kinds == [
        ("StepDone", 1),
        ("StepDone", 2), ("CheckpointSaved", 2),
        ("StepDone", 3), ("Evaluated", 3),
        ("StepDone", 4), ("CheckpointSaved", 4),
        ("StepDone", 5),
        ("StepDone", 6), ("Evaluated", 6), ("CheckpointSaved", 6),
        ("TrainingEnded", 6),
    ]  # fmt: skip
    assert events[-1] == TrainingEnded(6, "finished")
    rates = [event.rate for event in events if isinstance(event, StepDone)]
    assert rates == [told.rate(step) for step in range(6)]


@pytest.mark.parametrize("optimiser", ["muon", "adamw"])
def test_a_resumed_run_walks_the_same_curve(data: Path, tmp_path: Path, optimiser: str) -> None:
    told = config(data, optimiser=optimiser)
    whole = list(train(told, tmp_path / "whole"))
    stops = iter([False] * 5 + [True])
    first = list(train(told, tmp_path / "parts", cancelled=lambda: next(stops)))
    assert first[-2:] == [
        CheckpointSaved(5, str(tmp_path / "parts" / "checkpoint")),
        TrainingEnded(5, "cancelled"),
    ]
    torch.manual_seed(999)
    second = list(train(told, tmp_path / "parts", resume=True))
    assert losses(first) + losses(second) == losses(whole)
    ours, theirs = (load_file(tmp_path / p / "state.safetensors") for p in ("parts", "whole"))
    assert ours.keys() == theirs.keys()
    assert all(torch.equal(ours[key], theirs[key]) for key in ours if key != "progress")
    card, other = (load_model(tmp_path / p / "checkpoint").card for p in ("parts", "whole"))
    assert (card.steps, card.tokens) == (other.steps, other.tokens) == (12, other.tokens)


def test_cancelled_before_its_first_step_it_still_leaves_a_checkpoint(
    data: Path, tmp_path: Path
) -> None:
    events = list(train(config(data), tmp_path, cancelled=lambda: True))
    assert events[-1] == TrainingEnded(0, "cancelled")
    assert load_model(tmp_path / "checkpoint").card.steps == 0
    assert len(losses(list(train(config(data), tmp_path, resume=True)))) == 12


def test_a_finished_run_that_is_resumed_has_nothing_left_to_do(data: Path, tmp_path: Path) -> None:
    told = config(data, steps=2)
    list(train(told, tmp_path))
    assert list(train(told, tmp_path, resume=True)) == [TrainingEnded(2, "finished")]


def test_its_time_may_be_limited(data: Path, tmp_path: Path) -> None:
    events = list(train(config(data, minutes=1e-9), tmp_path))
    assert len(losses(events)) == 1 and events[-1] == TrainingEnded(1, "time")


def test_a_step_that_the_machine_held_up_does_not_use_up_the_time(
    data: Path, tmp_path: Path
) -> None:
    # A minute each; the seventh takes a hundred.
    moments = iter([60.0 * m for step in range(20) for m in (0, 100 if step == 6 else 1)])
    told = config(data, steps=20, minutes=12.0)
    events = list(train(told, tmp_path, clock=lambda: next(moments)))
    assert [event for event in events if isinstance(event, StepsHeldUp)] == [
        StepsHeldUp(8, 1, 96.0)
    ]
    assert events[-1] == TrainingEnded(9, "time")


@pytest.mark.parametrize(("limit", "step"), [({"steps": 3}, 3), ({"minutes": 1e-9}, 1)])
def test_the_last_weights_are_measured_before_they_are_saved(
    data: Path, tmp_path: Path, limit: dict[str, Any], step: int
) -> None:
    events = list(train(config(data, **limit), tmp_path))
    kinds = [type(event).__name__ for event in events[-4:]]
    assert kinds == ["StepDone", "Evaluated", "CheckpointSaved", "TrainingEnded"]
    assert {event.step for event in events[-4:]} == {step}


def test_what_was_cancelled_is_not_measured(data: Path, tmp_path: Path) -> None:
    stops = iter([False, False, True])
    events = list(train(config(data), tmp_path, cancelled=lambda: next(stops)))
    assert not any(isinstance(event, Evaluated) for event in events)


def test_asked_to_save_it_saves_after_the_step(data: Path, tmp_path: Path) -> None:
    wishes = iter([False, True, False, False])
    events = list(train(config(data, steps=4), tmp_path, save_wanted=lambda: next(wishes)))
    assert [event.step for event in events if isinstance(event, CheckpointSaved)] == [2, 4]
    progress = json.loads((tmp_path / "progress.json").read_text())
    assert progress["step"] == 4 and progress["config"]["name"] == "tiny"


def test_numbers_without_bound_end_the_run_with_its_last_checkpoint(
    data: Path, tmp_path: Path
) -> None:
    told = config(data, steps=4, save_every=2)
    list(train(told, tmp_path))
    good = (tmp_path / "checkpoint" / "weights.safetensors").read_bytes()
    path = tmp_path / "state.safetensors"
    state = load_file(path)
    state["live.transformer.embedding.weight"] *= 1e30
    state["live.transformer.norm.weight"] *= 1e30
    save_file(state, path)
    events = list(train(replace(told, steps=8), tmp_path, resume=True))
    assert events == [TrainingEnded(4, "diverged")]
    assert (tmp_path / "checkpoint" / "weights.safetensors").read_bytes() == good
    assert load_model(tmp_path / "checkpoint").card.steps == 4


def test_an_absurd_rate_leaves_numbers_or_says_that_it_diverged(data: Path, tmp_path: Path) -> None:
    told = config(data, optimiser="adamw", adam_rate=1.0, condition_rate=1.0, warmup=0, decay=0.0,
                  save_every=1, ema=0.0)  # fmt: skip
    events = list(train(told, tmp_path))
    ended = events[-1]
    assert isinstance(ended, TrainingEnded) and ended.reason in ("finished", "diverged")
    assert load_model(tmp_path / "checkpoint").card.steps == ended.step


def test_a_run_may_start_from_a_checkpoint(data: Path, tmp_path: Path) -> None:
    start = tiny_checkpoint(tmp_path / "start", context=128)
    events = list(train(config(data, start_from=str(start), steps=2), tmp_path / "run"))
    fresh = list(train(config(data, steps=2), tmp_path / "fresh"))
    assert losses(events) != losses(fresh)
    card = load_model(tmp_path / "run" / "checkpoint").card
    assert card.lineage == ("nothing (MIT)",) and card.name == "tiny"
    other = config(data, start_from=str(start), network=tiny_config(context=128, layers=2))
    with pytest.raises(PsychoscoreError) as error:
        next(train(other, tmp_path / "other"))
    assert "another network" in str(error.value)


def test_what_forbids_commerce_is_stamped_on_the_model(tmp_path: Path) -> None:
    folder = tmp_path / "emopia"
    shards(folder, piece(1, 12), lineage="EMOPIA (CC BY-NC-SA 4.0)")
    index = json.loads((folder / "shards.json").read_text())
    (folder / "shards.json").write_text(json.dumps(index | {"non_commercial": True}))
    list(train(config(folder, steps=1), tmp_path / "run"))
    card = load_model(tmp_path / "run" / "checkpoint").card
    assert card.non_commercial and card.licence == "CC BY-NC-SA 4.0"
    assert card.lineage == ("EMOPIA (CC BY-NC-SA 4.0)",)
    plain = tmp_path / "plain"
    shards(plain, piece(2, 12))
    onward = config(plain, steps=1, start_from=str(tmp_path / "run" / "checkpoint"))
    list(train(onward, tmp_path / "onward"))
    card = load_model(tmp_path / "onward" / "checkpoint").card
    assert card.non_commercial and card.licence == "CC BY-NC-SA 4.0"
    assert set(card.lineage) == {"EMOPIA (CC BY-NC-SA 4.0)", "nothing (MIT)"}


@pytest.mark.parametrize("damage", ["missing", "cut", "another", "empty"])
def test_a_state_that_cannot_be_gone_on_from(data: Path, tmp_path: Path, damage: str) -> None:
    told = config(data, steps=1)
    list(train(told, tmp_path))
    path = tmp_path / "state.safetensors"
    if damage == "missing":
        path.unlink()
    elif damage == "cut":
        path.write_bytes(path.read_bytes()[:1000])
    elif damage == "empty":
        save_file({"more": torch.zeros(1)}, path)
    else:
        told = replace(told, network=tiny_config(context=128, layers=2))
    with pytest.raises(PsychoscoreError) as error:
        list(train(told, tmp_path, resume=True))
    assert str(path) in str(error.value)


def test_data_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(PsychoscoreError):
        next(train(config(tmp_path / "nowhere"), tmp_path / "run"))


@pytest.mark.parametrize(("name", "value"), [("vocabulary", 400), ("fields", ["a"] * 36)])
def test_data_of_another_version(tmp_path: Path, name: str, value: object) -> None:
    shards(tmp_path / "data", piece(1, 12))
    index = tmp_path / "data" / "shards.json"
    index.write_text(json.dumps(json.loads(index.read_text()) | {name: value}))
    with pytest.raises(PsychoscoreError) as error:
        next(train(config(tmp_path / "data"), tmp_path / "run"))
    assert "another version" in str(error.value)
