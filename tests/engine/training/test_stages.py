"""A chain of stages: each starts from the weights of the one before, and resumes anywhere."""

from __future__ import annotations

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
    Noted,
    StageBegan,
    StepDone,
    TrainingEnded,
    TrainingEvent,
    event_line,
    parse_line,
)
from engine.training.stage import Mark, read_state
from engine.training.story import RunStory
from engine.training.train import train
from tests.engine.tiny import tiny_checkpoint, tiny_config
from tests.engine.training.shard_folders import piece, shards


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shards")
    # Two pieces shorter than a window, so that windows are packed.
    shards(folder, piece(1, 24), piece(2, 2), piece(3, 2), piece(4, 6, split="validation"))
    return folder


@pytest.fixture(scope="module")
def more(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("more")
    shards(folder, piece(5, 12, source="synthetic"), lineage="pairs (MIT)")
    return folder


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


def chain(data: Path, more: Path, **changes: Any) -> TrainingConfig:
    """Three stages of 4, 5 and 3 steps."""
    told: dict[str, Any] = {
        "name": "tiny", "batch": 2, "context": 128, "warmup": 2, "evaluate_every": 100,
        "evaluate_windows": 1, "save_every": 2, "threads": 1, "device": "cpu",
        "network": tiny_config(context=128),
    }  # fmt: skip
    first = TrainingConfig(**told, data=(str(data),), steps=4, seed=1)
    second = replace(
        first, name="mixed", data=(str(data), str(more)), steps=5, seed=2,
        weights={"pop909": 1.0, "synthetic": 1.0},
    )  # fmt: skip
    third = replace(first, steps=3, seed=3, decay=1.0)
    return replace(second, name="tiny", steps=12, stages=(first, second, third), **changes)


def losses(events: list[TrainingEvent]) -> dict[int, float]:
    return {event.step: event.loss for event in events if isinstance(event, StepDone)}


def test_stages_follow_each_other(data: Path, more: Path, tmp_path: Path) -> None:
    events = list(train(chain(data, more), tmp_path))
    began = [event for event in events if isinstance(event, StageBegan)]
    assert began == [
        StageBegan(0, 1, 3, "tiny"),
        StageBegan(4, 2, 3, "mixed"),
        StageBegan(9, 3, 3, "tiny"),
    ]
    steps = [event for event in events if isinstance(event, StepDone)]
    assert [event.step for event in steps] == list(range(1, 13))
    assert {event.steps for event in steps} == {12}
    # Each warms up anew; the last alone dies away.
    assert [event.rate for event in steps] == pytest.approx(
        [0.5, 1, 1, 1, 0.5, 1, 1, 1, 1, 0.5, 2 / 3, 1 / 3]
    )
    minutes = [event.minutes for event in steps]
    assert minutes == sorted(minutes)
    assert events[-1] == TrainingEnded(12, "finished")
    card = load_model(tmp_path / "checkpoint").card
    assert (card.name, card.steps) == ("tiny", 12)
    assert card.sources == ("pop909", "synthetic")
    assert card.lineage == ("nothing (MIT)", "pairs (MIT)")
    state, marks = read_state(tmp_path)
    assert [mark.step for mark in marks] == [0, 4, 9]
    assert card.tokens == state["progress"][1] > marks[2].tokens > marks[1].tokens > 0


def test_a_stage_starts_from_the_average_before_it_with_fresh_optimisers(
    data: Path, more: Path, tmp_path: Path
) -> None:
    for event in train(chain(data, more), tmp_path):
        if isinstance(event, StageBegan) and event.stage == 2:
            state = load_file(tmp_path / "state.safetensors")
            model = load_model(tmp_path / "checkpoint")
            break
    assert not any(name.startswith("optimiser.") for name in state)
    for name, tensor in model.network.state_dict().items():
        assert torch.equal(state[f"live.{name}"], tensor)
        assert torch.equal(state[f"average.{name}"], tensor)


def test_a_chain_is_the_same_as_its_stages_one_by_one(
    data: Path, more: Path, tmp_path: Path
) -> None:
    whole = losses(list(train(chain(data, more), tmp_path / "whole")))
    start = str(tiny_checkpoint(tmp_path / "start", context=128))
    curve: list[float] = []
    for index, stage in enumerate(chain(data, more).chain):
        before = str(tmp_path / f"stage-{index - 1}" / "checkpoint") if index else None
        alone = replace(stage, start_from=before)
        curve += losses(list(train(alone, tmp_path / f"stage-{index}"))).values()
    assert list(whole.values()) == curve
    begun = chain(data, more, start_from=start)
    events = list(train(begun, tmp_path / "begun"))
    assert losses(events)[1] != whole[1]


@pytest.mark.parametrize("at", [3, 4, 5, 7, 9, 11])
def test_a_chain_that_is_left_anywhere_walks_the_same_curve(
    data: Path, more: Path, tmp_path: Path, at: int
) -> None:
    config = chain(data, more)
    whole = losses(list(train(config, tmp_path / "whole")))
    walked: dict[int, float] = {}
    for event in train(config, tmp_path / "left"):
        if isinstance(event, StepDone):
            walked[event.step] = event.loss
            if event.step == at:
                # Nobody closes the door: what was saved before is all that there is.
                break
    events = list(train(config, tmp_path / "left", resume=True))
    assert losses(events).keys() >= set(range(at + 1, 13))
    assert walked | losses(events) == whole
    ours, theirs = (load_file(tmp_path / p / "state.safetensors") for p in ("left", "whole"))
    same = [k for k in theirs if k.startswith(("live.", "average.", "optimiser."))]
    assert all(torch.equal(ours[key], theirs[key]) for key in same)


def test_left_between_two_stages_it_begins_the_second(
    data: Path, more: Path, tmp_path: Path
) -> None:
    config = chain(data, more)
    whole = losses(list(train(config, tmp_path / "whole")))
    for event in train(config, tmp_path / "left"):
        if isinstance(event, CheckpointSaved) and event.step == 4:
            break
    state, marks = read_state(tmp_path / "left")
    assert marks == (Mark(),) and state["progress"][0] == 4
    events = list(train(config, tmp_path / "left", resume=True))
    assert events[0] == StageBegan(4, 1, 3, "tiny")
    assert {step: whole[step] for step in range(5, 13)} == losses(events)


def test_time_ends_a_stage_and_the_next_begins(data: Path, more: Path, tmp_path: Path) -> None:
    first, second, third = chain(data, more).stages
    stages = (replace(first, minutes=1e-9), replace(second, minutes=1e-9), third)
    events = list(train(replace(chain(data, more), stages=stages), tmp_path))
    steps = [event for event in events if isinstance(event, StepDone)]
    assert [event.step for event in steps] == [1, 2, 3, 4, 5]
    assert [event.steps for event in steps] == [12, 9, 5, 5, 5]
    assert events[-1] == TrainingEnded(5, "finished")


def test_a_chain_stops_when_told_and_where_it_diverges(
    data: Path, more: Path, tmp_path: Path
) -> None:
    config = chain(data, more)
    stops = iter([False] * 6 + [True])
    events = list(train(config, tmp_path, cancelled=lambda: next(stops)))
    assert events[-1] == TrainingEnded(6, "cancelled")
    path = tmp_path / "state.safetensors"
    state = load_file(path)
    good = (tmp_path / "checkpoint" / "weights.safetensors").read_bytes()
    state["live.transformer.norm.weight"][:] = torch.nan
    save_file(state, path)
    events = list(train(config, tmp_path, resume=True))
    assert events == [StageBegan(6, 2, 3, "mixed"), TrainingEnded(6, "diverged")]
    assert (tmp_path / "checkpoint" / "weights.safetensors").read_bytes() == good


def test_settings_with_fewer_stages_than_the_run_has_come_to(
    data: Path, more: Path, tmp_path: Path
) -> None:
    config = chain(data, more)
    list(train(config, tmp_path))
    with pytest.raises(PsychoscoreError, match="has come to stage 3"):
        list(train(replace(config, stages=config.stages[:2]), tmp_path, resume=True))


def test_the_journal_tells_the_stages_and_so_does_the_story() -> None:
    began = StageBegan(4, 2, 3, "mixed")
    noted = parse_line(event_line(began, 1.0))
    assert noted == Noted(1.0, began)
    story = RunStory()
    story.tell([noted])
    assert story.log == [noted]
