"""Only tests of named peers may be skipped: shown on real pytest runs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def _run(folder: Path, source: str, path: str) -> subprocess.CompletedProcess[str]:
    """A pytest run of one file with the plugin, finding programs in `path` only."""
    (folder / "test_one.py").write_text("import pytest\n" + source)
    (folder / "pytest.ini").write_text("[pytest]\nmarkers = peer(name)\n")
    command = [sys.executable, "-m", "pytest", "-p", "tests.peers", str(folder)]
    environment = {"PATH": path, "PYTHONPATH": str(ROOT), "HOME": str(folder)}
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def test_a_missing_peer_is_skipped_and_the_run_is_green(tmp_path: Path) -> None:
    done = _run(tmp_path, "@pytest.mark.peer('ardour')\ndef test_it(): assert 0\n", "")
    assert done.returncode == 0, done.stdout
    assert "1 skipped" in done.stdout


def test_a_peer_that_is_here_is_not_skipped(tmp_path: Path) -> None:
    program = tmp_path / "musescore3"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    source = "@pytest.mark.peer('musescore')\ndef test_it(): assert 0\n"
    assert _run(tmp_path, source, str(tmp_path)).returncode == 1


def test_an_unknown_peer_is_an_error(tmp_path: Path) -> None:
    done = _run(tmp_path, "@pytest.mark.peer('winamp')\ndef test_it(): pass\n", "")
    assert done.returncode != 0
    assert "winamp" in done.stdout + done.stderr


@pytest.mark.parametrize(
    "source",
    [
        "def test_it(): pytest.skip('not today')\n",
        "@pytest.mark.skip(reason='broken')\ndef test_it(): pass\n",
        "@pytest.mark.xfail\ndef test_it(): assert 0\n",
        "pytest.importorskip('no_such_module')\ndef test_it(): pass\n",
        "@pytest.fixture\ndef port(): pytest.skip('no port')\ndef test_it(port): pass\n",
    ],
)
def test_any_other_skip_fails_the_run_and_is_named(tmp_path: Path, source: str) -> None:
    done = _run(tmp_path, source + "def test_other(): pass\n", "")
    assert done.returncode != 0, done.stdout
    assert "only tests of a named peer may be" in done.stdout
