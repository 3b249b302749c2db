"""`psychoscore` as a process: words go to the command line, none to the window."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from engine.cli.main import installed_words
from engine.project.folder import create_project

ROOT = Path(__file__).resolve().parent.parent.parent


def _psychoscore(
    *argv: str, cwd: Path = ROOT, **variables: str
) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **variables}
    environment.pop("QT_QPA_PLATFORM", None)
    return subprocess.run(
        [sys.executable, "-m", "app", *argv],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_no_display_is_exit_1_with_a_sentence_that_names_the_commands() -> None:
    done = _psychoscore()
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("psychoscore: There is no display here.")
    assert all(word.name in done.stderr for word in installed_words())
    assert done.stderr.count("\n") == 1


def test_a_dead_display_is_exit_1_and_no_abort() -> None:
    done = _psychoscore(DISPLAY=":48731")
    assert done.returncode == 1
    assert "does not answer" in done.stderr


def test_words_go_to_the_command_line_with_its_exit_codes() -> None:
    assert _psychoscore("--help").returncode == 0
    assert _psychoscore("frobnicate").returncode == 2


def test_the_path_of_a_project_is_for_the_window(tmp_path: Path) -> None:
    create_project(tmp_path / "hamlet", "hamlet")
    for word in ("hamlet", "hamlet/psychoscore.json"):
        done = _psychoscore(word, cwd=tmp_path)
        assert done.returncode == 1 and "There is no display here." in done.stderr


def test_a_folder_without_a_project_is_an_unknown_word_and_words_come_first(tmp_path: Path) -> None:
    (tmp_path / "films").mkdir()
    create_project(tmp_path / "config", "config")
    for words in (["films"], ["config"]):
        done = _psychoscore(*words, cwd=tmp_path)
        assert done.returncode == 2 and "display" not in done.stderr
