"""`psychoscore train` that ends in a verdict, compares once more, and goes back to a checkpoint."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import pytest

from engine.cli.main import main
from engine.evaluation import run_verdict
from engine.evaluation.judging import Plan
from engine.training.run_folder import RunFolder, runs_in
from engine.user_data import runs_folder
from tests.engine.tiny import tiny_checkpoint
from tests.engine.training.miniature import data_set, tiny


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Clips of one bar, and a rank that a test process keeps."""
    monkeypatch.setattr("engine.cli.train.step_back", lambda: None)
    monkeypatch.setattr(run_verdict, "Plan", lambda clips: Plan(1, long=1, short=1, resting=1))


@pytest.fixture
def config(tmp_path: Path) -> Path:
    data_set(tmp_path)
    start = tiny_checkpoint(tmp_path / "old", context=128)
    path = tmp_path / "tiny.yaml"
    run = tiny(tmp_path / "data", steps=4, evaluate_every=2, start_from=str(start), verdict=1)
    path.write_text(json.dumps(asdict(run)))
    return path


def test_a_run_prints_its_verdict_and_can_be_compared_again_and_set_back(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["train", "--config", str(config)]) == 0
    said = capsys.readouterr().out
    assert "Old model old, new model tiny" in said
    for words in ("Obeys the sliders", "Held-out loss", "Distance from your files"):
        assert words in said
    (run,) = runs_in(runs_folder())
    assert main(["train", "--verdict", str(run.path), "--json"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {row["event"] for row in rows} == {"judging", "judged"}
    assert main(["train", "--resume", str(run.path), "--roll-back", "2", "--json"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [row["step"] for row in rows if row["event"] == "step"] == [3, 4]
    assert rows[-1]["event"] == "judged"
    assert main(["train", "--resume", str(run.path), "--roll-back", "77"]) == 1
    assert "keeps no checkpoint of step 77" in capsys.readouterr().err


def test_words_that_do_not_go_together_are_2(tmp_path: Path) -> None:
    assert main(["train", "--roll-back", "3", "--config", "x.yaml"]) == 2
    assert main(["train", "--verdict", "run", "--resume", "run"]) == 2
    RunFolder.create(tmp_path / "run", asdict(tiny(tmp_path)), {})
    assert main(["train", "--verdict", str(tmp_path / "run")]) == 1
