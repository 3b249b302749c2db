"""A display, a MIDI system and the places of the widgets for tests of the whole program."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from tests.app.conftest import qt_app
from tests.end_to_end.real_program import Places, find_places
from tests.jack_server import JackServer, jack_server

__all__ = ["jack_server", "qt_app"]


@pytest.fixture(scope="module")
def places(qt_app: QApplication, tmp_path_factory: pytest.TempPathFactory) -> Places:
    """Where the widgets are in a window that fills the screen."""
    return find_places(tmp_path_factory.mktemp("twin"))


@pytest.fixture
def stage(
    jack_server: JackServer, x11_environment: Mapping[str, str], tmp_path: Path
) -> dict[str, str]:
    """The environment of a machine with a screen, a MIDI system and an empty home."""
    return {
        **x11_environment,
        "JACK_DEFAULT_SERVER": jack_server.name,
        "JACK_NO_START_SERVER": "1",
    }
