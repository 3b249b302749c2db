"""A window that is killed leaves its run alive, and a new window finds it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from app.training.page import TrainingPage
from app.training.places import Places
from engine.training.launch import command_environment
from engine.training.run_folder import RunFolder
from tests.app.training.conftest import until
from tests.engine.training.miniature import data_set, tiny

# What a window does when Start is clicked, and then it only lives.
_WINDOW = """
import json, sys, time
from pathlib import Path
from engine.training.launch import launch_run
launch_run(json.loads(sys.argv[1]), Path(sys.argv[2]))
print("launched", flush=True)
time.sleep(600)
"""


def test_the_run_outlives_its_window_and_is_found(
    open_page: Callable[[], TrainingPage], places: Places, tmp_path: Path
) -> None:
    config = json.dumps(asdict(tiny(data_set(tmp_path), steps=1_000_000)))
    path = places.runs / "run-1"
    window = subprocess.Popen(
        [sys.executable, "-c", _WINDOW, config, str(path)],
        stdout=subprocess.PIPE,
        env=command_environment(),
        start_new_session=True,
    )
    try:
        assert window.stdout is not None and window.stdout.readline() == b"launched\n"
    finally:
        os.killpg(window.pid, signal.SIGKILL)
        window.communicate()
    run = RunFolder(path)
    try:
        until(run.alive)
        page = open_page()
        assert page.follower.run == run
        until(lambda: page.run_card.chip.text() == "training")
        before = page.follower.story.step
        until(lambda: page.follower.story.step > before)
    finally:
        run.request("stop")
        deadline = time.monotonic() + 60
        while run.alive() and time.monotonic() < deadline:
            time.sleep(0.05)
    assert not run.alive()
