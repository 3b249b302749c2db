"""Training in two processes is training in one: the same losses, the same weights."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from engine.errors import PsychoscoreError
from engine.training.config import TrainingConfig
from engine.training.events import StepDone, TrainingEnded, parse_line
from engine.training.launch import command_environment
from engine.training.ranks import Ranks
from engine.training.train import train
from tests.engine.tiny import tiny_config
from tests.engine.training.shard_folders import piece, shards


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shards")
    shards(folder, piece(1, 24), piece(2, 5), piece(3, 5), piece(4, 6, split="validation"))
    return folder


def config(data: Path, **changes: Any) -> TrainingConfig:
    # Three windows for two processes, of unequal length: an average of averages would not do.
    told: dict[str, Any] = {
        "name": "tiny", "data": (str(data),), "steps": 4, "batch": 3, "context": 128,
        "warmup": 2, "evaluate_every": 2, "evaluate_windows": 2, "save_every": 3, "threads": 1,
        "device": "cpu", "network": tiny_config(context=128),
    }  # fmt: skip
    return TrainingConfig(**(told | changes))


def torchrun(words: list[str]) -> subprocess.Popen[str]:
    launcher = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2"]
    return subprocess.Popen(
        [sys.executable, *launcher, "-m", "--", "engine.cli.main", "train", "--json", *words],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=command_environment(),
    )  # fmt: skip


def test_two_processes_walk_the_curve_of_one(data: Path, tmp_path: Path) -> None:
    first, second = config(data), config(data, steps=3, seed=2, infill=0.0)
    chain = config(data, steps=7, stages=(first, second))
    alone = [e for e in train(chain, tmp_path / "alone") if isinstance(e, StepDone)]
    wish = tmp_path / "wish.json"
    wish.write_text(json.dumps(asdict(chain)))
    both = torchrun(["--config", str(wish), "--run", str(tmp_path / "run")])
    output, said = both.communicate(timeout=300)
    assert both.returncode == 0, said
    # One of them tells, and only once.
    events = [found.event for line in output.splitlines() if (found := parse_line(line))]
    steps = [event for event in events if isinstance(event, StepDone)]
    assert [event.step for event in steps] == [1, 2, 3, 4, 5, 6, 7]
    assert [event.loss for event in steps] == pytest.approx([e.loss for e in alone], abs=2e-3)
    assert TrainingEnded(7, "finished") in events
    ours, theirs = (load_file(tmp_path / p / "state.safetensors") for p in ("run", "alone"))
    assert ours.keys() == theirs.keys()
    assert ours["progress"][1] == theirs["progress"][1], "as many tokens"
    for name in ours:
        if name.startswith("live."):
            # Adam makes full steps of the roundest of numbers: a few weights may part.
            apart = float((ours[name] - theirs[name]).norm())
            assert apart < 0.1 * float(theirs[name].norm()), name


def test_all_processes_end_in_order_when_the_launcher_is_told_to(
    data: Path, tmp_path: Path
) -> None:
    wish = tmp_path / "wish.json"
    wish.write_text(json.dumps(asdict(config(data, steps=1_000_000, save_every=1_000_000))))
    both = torchrun(["--config", str(wish), "--run", str(tmp_path / "run")])
    assert both.stdout is not None
    events = []
    for line in both.stdout:
        if found := parse_line(line):
            events.append(found.event)
        if len(events) == 4:
            both.send_signal(signal.SIGTERM)
    _, said = both.communicate(timeout=300)
    ended = [event for event in events if isinstance(event, TrainingEnded)]
    assert [event.reason for event in ended] == ["cancelled"], said
    state = load_file(tmp_path / "run" / "state.safetensors")
    assert state["progress"][0] == ended[0].step
    assert not (tmp_path / "run" / "lock").exists()


@pytest.mark.parametrize(("count", "size"), [(8, 1), (8, 3), (3, 2), (5, 5)])
def test_a_batch_is_shared_out_whole(count: int, size: int) -> None:
    done: list[int] = []
    for rank in range(size):
        first, own = Ranks(rank, size).part(count)
        assert own >= 1
        done += range(first, first + own)
    assert done == list(range(count))
    with pytest.raises(PsychoscoreError, match="no work for 9 processes"):
        Ranks(0, 9).part(count)


def test_who_we_are_is_told_by_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("RANK", "WORLD_SIZE", "LOCAL_RANK", "LOCAL_WORLD_SIZE"):
        monkeypatch.delenv(name, raising=False)
    assert Ranks.told() == Ranks() and Ranks().leads
    for name, value in (
        ("RANK", "5"), ("WORLD_SIZE", "8"), ("LOCAL_RANK", "1"), ("LOCAL_WORLD_SIZE", "4"),
    ):  # fmt: skip
        monkeypatch.setenv(name, value)
    assert Ranks.told() == Ranks(5, 8, 1, 4) and not Ranks.told().leads


def test_alone_there_is_nobody_to_agree_with() -> None:
    alone = Ranks()
    with alone.joined():
        assert alone.sums([1.5, np.pi]) == [1.5, np.pi]
        assert alone.hear("said") == "said"
    network = torch.nn.Linear(2, 2)
    assert alone.together(network, torch.device("cpu")) is network


def test_a_device_that_is_not_there_is_a_sentence() -> None:
    assert Ranks().device("cpu") == torch.device("cpu")
    if not torch.cuda.is_available():
        with pytest.raises(PsychoscoreError, match="no cuda device"):
            Ranks().device("cuda")
    assert Ranks().device("auto").type in ("cpu", "cuda", "mps")
    assert Ranks(local_size=2).threads(3) == 3 and Ranks(local_size=64).threads(0) == 1
