"""A display, a MIDI system and the places of the widgets for tests of the whole program."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from engine.config.layers import USER_FILE
from tests.app.conftest import qt_app
from tests.end_to_end.real_program import Places, find_places
from tests.jack_server import JackServer

__all__ = ["qt_app"]

# Frames: so much time has a receiver that must miss nothing while music is being composed.
PERIOD = 8192


@pytest.fixture(scope="module")
def places(qt_app: QApplication, tmp_path_factory: pytest.TempPathFactory) -> Places:
    """Where the widgets are in a window that fills the screen."""
    return find_places(tmp_path_factory.mktemp("twin"))


@pytest.fixture
def jack_server() -> Iterator[JackServer]:
    """A MIDI system without a sound card that is patient with its clients."""
    server = JackServer(PERIOD)
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture
def stage(jack_server: JackServer, x11_environment: Mapping[str, str]) -> dict[str, str]:
    """The environment of a machine with a screen, a MIDI system and a home in which new cues are
    played as they are written, so that what is heard can be told from the file."""
    home = Path(x11_environment["XDG_CONFIG_HOME"]) / "psychoscore"
    home.mkdir(parents=True, exist_ok=True)
    (home / USER_FILE).write_text(json.dumps({"music": {"performance": 0}}))
    return {
        **x11_environment,
        "JACK_DEFAULT_SERVER": jack_server.name,
        "JACK_NO_START_SERVER": "1",
    }
