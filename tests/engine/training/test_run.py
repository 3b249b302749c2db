"""A run in its folder: told from outside, killed, poisoned, out of disk, and resumed."""

from __future__ import annotations

import multiprocessing
import os
import resource
import signal
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from engine.checkpoint import load_model
from engine.errors import PsychoscoreError
from engine.training.config import TrainingConfig, parse_config
from engine.training.events import (
    CheckpointKept,
    CheckpointSaved,
    Evaluated,
    RunBegan,
    RunContinued,
    RunEvent,
    RunFailed,
    RunPaused,
    StageBegan,
    StepDone,
    TrainingEnded,
)
from engine.training.rolling_back import roll_back
from engine.training.run import describe, run_training
from engine.training.run_folder import RunFolder
from engine.training.windows import Dropout
from tests.engine.forked import sentence_of
from tests.engine.training.miniature import data_set, tiny


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return data_set(tmp_path_factory.mktemp("data"))


def new_run(path: Path, config: TrainingConfig) -> RunFolder:
    return RunFolder.create(path, asdict(config), describe(config))


def losses(run: RunFolder) -> dict[int, float]:
    """The loss of each step, as the journal has it last."""
    found, _ = run.events_since(0)
    return {each.event.step: each.event.loss for each in found if isinstance(each.event, StepDone)}


def train_in(config: TrainingConfig, run: RunFolder, file_limit: int = 0) -> None:
    """The whole of a child process; the sentence it ends with goes to `said`."""
    torch.set_num_threads(1)
    if file_limit:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (file_limit, resource.RLIM_INFINITY))
    try:
        list(run_training(config, run))
    except PsychoscoreError as error:
        (run.path / "said").write_text(str(error))


def fresh_process(target: Callable[..., None], *args: object) -> BaseProcess:
    """A child of a process that has loaded torch and never trained, as autograd wants it."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["engine.training.run"])
    child = context.Process(target=target, args=args)
    child.start()
    return child


def kinds(events: list[RunEvent]) -> list[str]:
    return [type(event).__name__ for event in events]


def test_a_run_tells_what_it_does_and_keeps_the_best_and_the_last(
    data: Path, tmp_path: Path
) -> None:
    config = tiny(data, steps=10)
    run = new_run(tmp_path / "run", config)
    events = list(run_training(config, run))
    assert isinstance(events[0], RunBegan) and events[0].step == 0
    assert sum(isinstance(event, StepDone) for event in events) == 10
    assert [event.step for event in events if isinstance(event, Evaluated)] == [4, 8, 10]
    kept = run.checkpoints()
    assert kept[0].step == 10 and kept[0].validation is not None
    best = [each for each in kept if each.reason == "best"]
    measured = {e.step: e.per_note["pop909"] for e in events if isinstance(e, Evaluated)}
    assert min(measured, key=measured.__getitem__) == best[0].step
    assert best[0].validation == measured[best[0].step]
    for each in kept:
        assert load_model(each.folder).card.steps == each.step
    assert TrainingEnded(10, "finished") in events
    assert CheckpointKept(10, str(kept[0].folder), kept[0].reason) in events
    journal, _ = run.events_since(0)
    assert [noted.event for noted in journal] == events
    assert not run.alive() and run.meta()["lineage"] == ["POP909 (MIT)"]


def test_killed_at_any_moment_it_walks_the_same_loss_curve(data: Path, tmp_path: Path) -> None:
    config = tiny(data, steps=14)
    whole = new_run(tmp_path / "whole", config)
    list(run_training(config, whole))
    wanted = losses(whole)
    run = new_run(tmp_path / "killed", config)
    last = 0
    for seconds in (0.0, 0.02, 0.005):
        child = fresh_process(train_in, config, run)
        # Killed in the middle of work: some time after it got further than the last time.
        deadline = time.monotonic() + 60
        while max(losses(run), default=0) <= last and child.is_alive():
            assert time.monotonic() < deadline
            time.sleep(0.002)
        time.sleep(seconds)
        child.kill()
        child.join()
        assert child.exitcode == -signal.SIGKILL, "the run ended before it was killed"
        assert not run.alive()
        last = max(losses(run), default=0)
    list(run_training(config, run))
    assert losses(run) == wanted
    ours, theirs = (load_file(each.path / "state.safetensors") for each in (run, whole))
    for name in theirs:
        if name != "progress":
            assert torch.equal(ours[name], theirs[name]), name


def test_a_chain_is_killed_in_its_second_stage_and_goes_on_there(
    data: Path, tmp_path: Path
) -> None:
    # Windows of eight short documents each, so that packing is resumed as well.
    stage = tiny(data, steps=6, save_every=2)
    config = replace(
        stage, steps=12, stages=(stage, replace(stage, seed=2, dropout=Dropout(chords=0.0)))
    )
    whole = new_run(tmp_path / "whole", config)
    list(run_training(config, whole))
    run = new_run(tmp_path / "killed", config)
    child = fresh_process(train_in, config, run)
    deadline = time.monotonic() + 60
    while max(losses(run), default=0) < 8 and child.is_alive():
        assert time.monotonic() < deadline
        time.sleep(0.002)
    child.kill()
    child.join()
    events = list(run_training(parse_config(run.config()), run))
    began = [event for event in events if isinstance(event, StageBegan)]
    assert [(event.stage, event.stages) for event in began] == [(2, 2)]
    assert isinstance(events[0], RunBegan) and events[0].step >= 6 and events[0].steps == 12
    assert losses(run) == losses(whole)
    roll_back(run, run.checkpoints()[0].step)
    assert list(run_training(config, run))[-1] == TrainingEnded(12, "finished")


def test_words_from_outside_are_heard_after_a_step(data: Path, tmp_path: Path) -> None:
    config = tiny(data, steps=1000, save_every=1000, evaluate_every=1000)
    run = new_run(tmp_path / "run", config)
    seen: list[RunEvent] = []
    for event in run_training(config, run):
        seen.append(event)
        match event:
            case StepDone(step=2):
                run.request("save")
            case StepDone(step=4):
                run.request("pause")
            case RunPaused():
                assert run.alive()
                run.request("resume")
            case StepDone(step=6):
                run.request("stop")
    after = seen[seen.index(next(e for e in seen if isinstance(e, CheckpointSaved))) :]
    assert kinds([e for e in after if not isinstance(e, StepDone)]) == [
        "CheckpointSaved", "CheckpointKept", "CheckpointSaved", "RunPaused", "RunContinued",
        "CheckpointSaved", "TrainingEnded", "CheckpointKept",
    ]  # fmt: skip
    assert [each.reason for each in run.checkpoints()] == ["last", "asked"]
    assert [e.step for e in seen if isinstance(e, CheckpointSaved)] == [2, 4, 6]
    assert TrainingEnded(6, "cancelled") in seen and RunContinued(4) in seen


def test_a_paused_run_can_be_stopped(data: Path, tmp_path: Path) -> None:
    config = tiny(data)
    run = new_run(tmp_path / "run", config)
    run.request("pause")
    for event in run_training(config, run):
        if isinstance(event, RunPaused):
            run.request("stop")
        last = event
    assert isinstance(last, CheckpointKept) and last.step == 1


def test_the_second_process_is_refused(data: Path, tmp_path: Path) -> None:
    config = tiny(data)
    run = new_run(tmp_path / "run", config)
    events = run_training(config, run)
    next(events)
    said = sentence_of(lambda: list(run_training(config, run)))
    assert f"being trained by process {os.getpid()}" in said
    events.close()
    assert not run.alive()


def test_a_loss_that_is_no_number_stops_at_the_last_good_checkpoint(
    data: Path, tmp_path: Path
) -> None:
    config = tiny(data, steps=6)
    run = new_run(tmp_path / "run", config)
    list(run_training(config, run))
    good = (run.path / "checkpoint" / "weights.safetensors").read_bytes()
    state = load_file(run.path / "state.safetensors")
    state["live.transformer.embedding.weight"][:] = torch.nan
    save_file(state, run.path / "state.safetensors")
    events = list(run_training(tiny(data, steps=9), run))
    assert events == [RunBegan(6, 9, 0.0, os.getpid()), TrainingEnded(6, "diverged")]
    assert (run.path / "checkpoint" / "weights.safetensors").read_bytes() == good


def test_a_full_disk_loses_no_checkpoint(data: Path, tmp_path: Path) -> None:
    config = tiny(data, steps=3)
    run = new_run(tmp_path / "run", config)
    list(run_training(config, run))
    before = (run.path / "checkpoint" / "weights.safetensors").read_bytes()
    state = (run.path / "state.safetensors").read_bytes()

    child = fresh_process(train_in, tiny(data, steps=6), run, len(before) - 100)
    child.join()
    said = (run.path / "said").read_text()
    assert "weights.safetensors could not be written" in said
    assert (run.path / "checkpoint" / "weights.safetensors").read_bytes() == before
    assert (run.path / "state.safetensors").read_bytes() == state
    assert not list(run.path.rglob("*.part"))
    found, _ = run.events_since(0)
    assert isinstance(found[-1].event, RunFailed) and found[-1].event.sentence == said
    list(run_training(tiny(data, steps=6), run))
    assert max(losses(run)) == 6


def test_weights_that_name_music_which_is_not_there_are_refused(data: Path) -> None:
    with pytest.raises(PsychoscoreError, match="ask for emopia, but the data has pop909"):
        describe(tiny(data, weights={"emopia": 1.0}))
