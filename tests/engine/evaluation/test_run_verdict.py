"""A run that ends in a verdict, on miniature models and data."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path

import pytest

from engine.evaluation.judging import Plan
from engine.evaluation.run_verdict import best_of, judged_data, verdict_of
from engine.training.config import TrainingConfig
from engine.training.events import Judged, JudgingFailed, RunEvent
from engine.training.run import describe, judge_again, run_training
from engine.training.run_folder import RunFolder
from engine.training.story import RunState, RunStory
from tests.engine.tiny import tiny_checkpoint
from tests.engine.training.conftest import one_thread
from tests.engine.training.miniature import data_set, tiny
from tests.engine.training.shard_folders import piece, shards

__all__ = ["one_thread"]

SMALL = Plan(1, long=1, short=1, resting=1)


@pytest.fixture
def config(tmp_path: Path) -> TrainingConfig:
    start = tiny_checkpoint(tmp_path / "old", context=128)
    return tiny(
        data_set(tmp_path), start_from=str(start), steps=3, evaluate_every=2, learning_rate=0.001,
        network=replace(tiny(tmp_path).network), verdict=1,
    )  # fmt: skip


def trained(config: TrainingConfig, path: Path) -> tuple[RunFolder, list[RunEvent]]:
    run = RunFolder.create(path, asdict(config), describe(config))
    return run, list(run_training(config, run, epilogue=verdict_of(config, run, SMALL)))


def test_a_run_ends_in_a_verdict_and_its_journal_tells_it(
    config: TrainingConfig, tmp_path: Path
) -> None:
    run, events = trained(config, tmp_path / "run")
    judged = events[-1]
    assert isinstance(judged, Judged)
    assert (judged.old, judged.new, judged.step) == ("old", "tiny", 3)
    kept = best_of(run.checkpoints())
    assert kept is not None and kept.step == judged.checkpoint == 3
    story = RunStory()
    story.tell(run.events_since(0)[0])
    assert story.verdict is not None and story.verdict.judged == judged
    assert story.state(alive=False) is RunState.ENDED
    again = list(judge_again(run, verdict_of(config, run, SMALL)))[-1]
    assert isinstance(again, Judged) and again.old_control == judged.old_control


def test_own_files_alone_are_judged_where_there_are_any(tmp_path: Path) -> None:
    own = shards(tmp_path / "own", piece(1, 4, source="folder"))
    base = shards(tmp_path / "base", piece(2, 4))
    assert judged_data([base, own]) == [own] and judged_data([base]) == [base]


def test_a_run_whose_start_is_gone_is_whole_and_says_so(
    config: TrainingConfig, tmp_path: Path
) -> None:
    run, events = trained(config, tmp_path / "run")
    (tmp_path / "old" / "card.json").unlink()
    (told,) = judge_again(run, verdict_of(config, run, SMALL))
    assert isinstance(told, JudgingFailed) and "There is no model at" in told.sentence
    assert run.checkpoints()


def test_the_word_stop_ends_the_comparison_alone(config: TrainingConfig, tmp_path: Path) -> None:
    run = RunFolder.create(tmp_path / "run", asdict(config), describe(config))
    stopping = run_training(config, run, epilogue=verdict_of(config, run, SMALL))
    told: list[RunEvent] = []
    for event in stopping:
        told.append(event)
        if type(event).__name__ == "JudgingMoved":
            run.request("stop")
    assert isinstance(told[-1], JudgingFailed) and "stopped" in told[-1].sentence
    assert not run.alive() and run.resumable
