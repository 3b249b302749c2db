"""The run folder as both sides see it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from engine.errors import PsychoscoreError
from engine.training.events import (
    EVENT_KINDS,
    Evaluated,
    RunBegan,
    RunFailed,
    StepDone,
    event_line,
    parse_line,
)
from engine.training.process_mark import start_mark
from engine.training.run_folder import RunFolder, free_run_path, runs_in
from engine.training.run_lock import Owner


def step(number: int) -> StepDone:
    return StepDone(number, 10, 1.5, 1.0, 900.0, 0.1 * number)


@pytest.fixture
def run(tmp_path: Path) -> RunFolder:
    made = RunFolder.create(tmp_path / "run-1", {"name": "n"}, {"lineage": ["x"]})
    (made.path / "checkpoint").mkdir()
    for name in ("weights.safetensors", "card.json"):
        (made.path / "checkpoint" / name).write_text("first")
    return made


def test_a_run_is_made_once_and_opened_again(run: RunFolder) -> None:
    again = RunFolder.open(run.path)
    assert again.meta()["lineage"] == ["x"] and again.config() == {"name": "n"}
    with pytest.raises(PsychoscoreError, match="There is a run"):
        RunFolder.create(run.path, {}, {})
    (run.path / "meta.json").write_text("{")
    with pytest.raises(PsychoscoreError, match=r"meta\.json cannot be read"):
        RunFolder.open(run.path)
    with pytest.raises(PsychoscoreError, match="holds no training run"):
        RunFolder.open(run.path.parent)


def test_runs_are_listed_the_latest_first_and_numbered_on(run: RunFolder) -> None:
    second = RunFolder.create(free_run_path(run.path.parent), {}, {"began": 9e9})
    (run.path.parent / "run-x").mkdir()
    assert second.path.name == "run-2"
    assert runs_in(run.path.parent) == (second, run)
    assert runs_in(run.path / "nowhere") == ()


def test_the_journal_is_read_on_from_where_one_was(run: RunFolder) -> None:
    assert run.events_since(0) == ([], 0)
    with run.journal() as journal:
        journal.write(step(1))
        first, offset = run.events_since(0)
        journal.write(step(2))
    later, end = run.events_since(offset)
    assert [each.event for each in first + later] == [step(1), step(2)]
    assert run.events_since(end) == ([], end)


def test_half_a_line_is_left_alone_and_then_passed_over(run: RunFolder) -> None:
    path = run.path / "events.jsonl"
    path.write_text(event_line(step(1), 1.0) + "\n" + event_line(step(2), 2.0)[:30])
    found, offset = run.events_since(0)
    assert [each.event for each in found] == [step(1)]
    assert run.events_since(offset) == ([], offset)
    with run.journal() as journal:
        journal.write(RunBegan(1, 10, 0.0, 7))
    found, _ = run.events_since(offset)
    assert [each.event for each in found] == [RunBegan(1, 10, 0.0, 7)]


def test_small_bites_give_the_same_events(run: RunFolder) -> None:
    with run.journal() as journal:
        for number in range(1, 50):
            journal.write(step(number))
    steps: list[int] = []
    offset = 0
    while True:
        found, following = run.events_since(offset, limit=300)
        steps += [each.event.step for each in found]
        if following == offset:
            break
        offset = following
    assert steps == list(range(1, 50))


def test_every_event_survives_its_line_and_nonsense_is_none() -> None:
    assert len(EVENT_KINDS) == 16
    for event in (step(1), Evaluated(4, {"a": 1.0}, {"a": 0.5}), RunFailed(3, "Full.\nReally.")):
        line = event_line(event, 5.0)
        assert "\n" not in line
        noted = parse_line(line)
        assert noted is not None and (noted.event, noted.at) == (event, 5.0)
    unmeasured = parse_line(event_line(Evaluated(4, {"a": float("nan")}, {}), 1.0))
    assert unmeasured is not None and unmeasured.event == Evaluated(4, {"a": None}, {})  # type: ignore[dict-item]
    for line in (
        "",
        "null",
        "[]",
        "{}",
        '{"event": "dance"}',
        '{"event": "step", "at": 1}',
        "[" * 9999,
    ):
        assert parse_line(line) is None


def test_words_are_taken_once_in_their_order(run: RunFolder) -> None:
    assert run.taken_requests() == ()
    run.request("pause")
    run.request("save")
    with (run.path / "control").open("a") as control:
        control.write("dance\nstop\n")
    assert run.taken_requests() == ("pause", "save", "stop")
    assert run.taken_requests() == ()
    run.request("stop")
    run.forget_requests()
    assert run.taken_requests() == ()


def test_a_lock_names_its_process_and_a_stale_one_is_taken_over(run: RunFolder) -> None:
    with run.held():
        assert run.alive()
        with pytest.raises(PsychoscoreError, match=f"process {os.getpid()}"), run.held():
            pass
        assert run.alive()
    assert not run.alive() and not (run.path / "lock").exists()
    # This very pid, but of a process that started at another time; then garbage.
    for stale in (f'{{"pid": {os.getpid()}, "started": "long ago"}}', "", '{"pid": "x"}'):
        (run.path / "lock").write_text(stale)
        assert not run.alive()
        with run.held():
            assert run.alive()
    assert [each.name for each in run.path.iterdir() if "stale" in each.name] == []


def test_a_process_has_a_mark_until_it_has_ended() -> None:
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    mark = start_mark(child.pid)
    assert mark and Owner(child.pid, mark).alive()
    assert child.stdin is not None
    child.stdin.close()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    # It waits to be collected by its parent, but nothing runs any more.
    assert start_mark(child.pid) is None
    child.wait()
    assert not Owner(child.pid, mark).alive()
    assert start_mark(0) is None and start_mark(-1) is None


def test_a_kept_checkpoint_does_not_follow_the_newest(run: RunFolder) -> None:
    kept = run.keep(5, "best", {"pop909": 6.0, "emopia": 8.0})
    newest = run.path / "checkpoint" / "weights.safetensors"
    part = newest.with_suffix(".part")
    part.write_text("second")
    os.replace(part, newest)
    assert (kept.folder / "weights.safetensors").read_text() == "first"
    assert run.checkpoints() == (kept,) and kept.validation == 7.0
    run.annotate(kept, label="  the dark one ")
    run.annotate(run.checkpoints()[0], model="m")
    assert (run.checkpoints()[0].label, run.checkpoints()[0].model) == ("the dark one", "m")
    (kept.folder / "kept.json").write_text("[]")
    assert run.checkpoints() == ()


def test_only_former_bests_are_pruned(run: RunFolder) -> None:
    for number in range(1, 7):
        run.keep(number, "asked" if number == 1 else "best", {})
    run.prune(2)
    assert [each.step for each in run.checkpoints()] == [6, 5, 1]
    run.remove(run.checkpoints()[-1])
    assert [each.step for each in run.checkpoints()] == [6, 5]
