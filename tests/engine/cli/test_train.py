"""`psychoscore train` as a user calls it, in this process and as a detached one."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from dataclasses import asdict
from pathlib import Path

import pytest
import torch

from engine.checkpoint import Card, load_model, save_checkpoint
from engine.cli.main import main
from engine.training.launch import LaunchedRun, command_environment, command_line, launch_run
from engine.training.run_folder import RunFolder, runs_in
from engine.user_data import data_sets_folder, runs_folder
from models.conditioning import Composer
from tests.engine.training.miniature import NETWORK, data_set, tiny


@pytest.fixture(autouse=True)
def same_rank(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test process cannot take its rank back."""
    monkeypatch.setattr("engine.cli.train.step_back", lambda: None)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    data_set(tmp_path)
    path = tmp_path / "tiny.yaml"
    raw = asdict(tiny(tmp_path / "data", steps=5)) | {"data": ["data"]}
    path.write_text(json.dumps(raw))
    return path


def test_a_run_is_made_numbered_and_resumed_with_more_steps(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["train", "--config", str(config), "--json"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [row["event"] for row in rows][:2] == ["began", "step"]
    assert [row["reason"] for row in rows if row["event"] == "ended"] == ["finished"]
    (run,) = runs_in(runs_folder())
    assert run.path.name == "run-1" and run.meta()["name"] == "tiny"
    raw = json.loads(config.read_text()) | {"steps": 7}
    config.write_text(json.dumps(raw))
    assert main(["train", "--config", str(config), "--resume", str(run.path)]) == 0
    assert "Going on at step 5." in capsys.readouterr().out
    assert load_model(run.path / "checkpoint").card.steps == 7
    assert main(["train", "--config", str(config), "--run", str(run.path)]) == 1
    assert "There is a run in" in capsys.readouterr().err


def test_a_start_is_found_by_name_and_gives_its_network(
    config: Path, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    models = Path(os.environ["XDG_CONFIG_HOME"]) / "psychoscore" / "models"
    weights = Composer(NETWORK).state_dict()
    card = Card("small", NETWORK, lineage=("my own",), steps=100)
    save_checkpoint(models / "small", card, weights, dtype=torch.bfloat16)
    raw = json.loads(config.read_text()) | {"start_from": "small", "context": 1024}
    del raw["network"]
    config.write_text(json.dumps(raw))
    assert main(["train", "--config", str(config), "--json"]) == 0
    (run,) = runs_in(runs_folder())
    made = load_model(run.path / "checkpoint").card
    assert made.steps == 105 and made.lineage == ("my own", "POP909 (MIT)")
    config.write_text(json.dumps(raw | {"start_from": "nobody"}))
    capsys.readouterr()
    assert main(["train", "--config", str(config)]) == 1
    assert "There is no model 'nobody'" in capsys.readouterr().err


def test_a_data_set_of_the_user_is_found_by_name(config: Path) -> None:
    data = config.parent / "data"
    data_sets_folder().mkdir(parents=True)
    data.rename(data_sets_folder() / "songs")
    config.write_text(json.dumps(json.loads(config.read_text()) | {"data": ["songs"]}))
    assert main(["train", "--config", str(config), "--json"]) == 0


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"stepps": 3}, "Did you mean steps?"),
        ({"steps": 0}, "steps must lie between"),
        ({"data": ["nowhere"]}, "cannot be read as a data set"),
        ({"weights": {"emopia": 1}}, "ask for emopia"),
        ({"batch": "many"}, "must be a whole number"),
    ],
)
def test_wrong_settings_are_one_sentence(
    config: Path, capsys: pytest.CaptureFixture[str], change: dict[str, object], sentence: str
) -> None:
    config.write_text(json.dumps(json.loads(config.read_text()) | change))
    assert main(["train", "--config", str(config)]) == 1
    err = capsys.readouterr().err
    assert sentence in err and err.count("\n") == 1
    assert runs_in(runs_folder()) == ()


def test_malformed_options_are_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train"]) == 2
    assert main(["train", "--resume", "a", "--run", "b"]) == 2
    assert main(["train", "--resume", "nowhere"]) == 1
    assert "holds no training run" in capsys.readouterr().err


def until_it_steps(launched: LaunchedRun) -> RunFolder:
    run = RunFolder(launched.path)
    deadline = time.monotonic() + 120
    while not (run.path / "state.safetensors").exists():
        assert time.monotonic() < deadline and launched.process.poll() is None, launched.failure()
        time.sleep(0.05)
    return run


def test_a_launched_run_has_its_own_session_and_saves_when_terminated(config: Path) -> None:
    settings = asdict(tiny(config.parent / "data", steps=1_000_000))
    launched = launch_run(settings, runs_folder() / "run-1")
    try:
        run = until_it_steps(launched)
        assert run.alive()
        assert os.getsid(launched.process.pid) == launched.process.pid != os.getsid(0)
        assert os.getpriority(os.PRIO_PROCESS, launched.process.pid) >= 15
        launched.process.send_signal(signal.SIGTERM)
        assert launched.process.wait(60) == 0
    finally:
        launched.process.kill()
        launched.process.wait()
    found, _ = run.events_since(0, limit=10_000_000)
    ended = [each.event for each in found if getattr(each.event, "reason", "") == "cancelled"]
    assert len(ended) == 1
    assert load_model(run.path / "checkpoint").card.steps == ended[0].step
    assert not run.alive() and launched.failure() == ""


def test_a_launch_that_fails_says_why(tmp_path: Path) -> None:
    launched = launch_run({"data": ["nowhere"], "stepps": 1}, tmp_path / "run-1")
    assert launched.process.wait(60) == 1
    assert "unknown key 'stepps'" in launched.failure()


def test_a_command_is_found_from_any_folder(tmp_path: Path) -> None:
    done = subprocess.run(
        command_line(["ports", "--help"]),
        cwd=tmp_path, env=command_environment(), capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0 and "MIDI ports" in done.stdout
