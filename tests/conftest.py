"""What every test stands on: a private home, no real display, two threads.

Set before anything is imported, because Qt, torch and platformdirs read the environment then.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from hypothesis import settings

pytest_plugins = ("tests.peers",)

_FOLDERS = {
    "HOME": "",
    "USERPROFILE": "",
    "APPDATA": "AppData/Roaming",
    "LOCALAPPDATA": "AppData/Local",
    "XDG_CONFIG_HOME": ".config",
    "XDG_DATA_HOME": ".local/share",
    "XDG_STATE_HOME": ".local/state",
    "XDG_CACHE_HOME": ".cache",
}


def _private_environment(home: Path) -> dict[str, str]:
    """The variables that make `home` the user's only home."""
    return {name: str(home / folder) for name, folder in _FOLDERS.items()}


_HOME_OF_THE_RUN = Path(tempfile.mkdtemp(prefix="psychoscore-tests-"))
os.environ.update(_private_environment(_HOME_OF_THE_RUN))
os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ["PSYCHOSCORE_START"] = "plain"
for _name in ("DISPLAY", "WAYLAND_DISPLAY", "PSYCHOSCORE_DATA", "PSYCHOSCORE_DEBUG"):
    os.environ.pop(_name, None)
for _name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "2")

# Derandomised, so that a red run can be repeated; without deadline, since machines are busy.
settings.register_profile("house", deadline=None, derandomize=True)
settings.load_profile("house")


def pytest_unconfigure() -> None:
    shutil.rmtree(_HOME_OF_THE_RUN, ignore_errors=True)


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home folder for each test; the developer's own settings are out of sight."""
    folder = tmp_path_factory.mktemp("home")
    for name, value in _private_environment(folder).items():
        monkeypatch.setenv(name, value)
    return folder


@pytest.fixture
def x11_environment() -> Iterator[Mapping[str, str]]:
    """The environment of a real X server of its own, 1440x900, for a program that is spawned."""
    read_end, write_end = os.pipe()
    command = ["Xvfb", "-displayfd", str(write_end), "-screen", "0", "1440x900x24"]
    server = subprocess.Popen(
        [*command, "-nolisten", "tcp", "-noreset"],
        pass_fds=[write_end],
        stderr=subprocess.DEVNULL,
    )
    os.close(write_end)
    try:
        with os.fdopen(read_end) as answer:
            number = answer.readline().strip()
        assert number, "Xvfb did not start"
        yield {**os.environ, "DISPLAY": f":{number}", "QT_QPA_PLATFORM": "xcb"}
    finally:
        server.terminate()
        server.wait(timeout=10)
