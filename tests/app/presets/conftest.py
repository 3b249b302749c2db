"""A real session on a temporary folder; its player remembers instead of playing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from app.presets.choice import PresetChoice
from app.presets.desk import Desk
from app.presets.own_presets import OwnPresets
from app.session import Session
from app.session.project_files import ProjectFiles
from engine.config.schema import Leaf, leaves
from tests.app.recording_player import RecordingPlayer


@pytest.fixture
def user_folder(tmp_path: Path) -> Path:
    return tmp_path / "user"


@pytest.fixture
def session(qt_app: QApplication, tmp_path: Path, user_folder: Path) -> Session:
    player = RecordingPlayer(lambda reply: None)
    return Session(ProjectFiles(user_folder, tmp_path / "films"), user_folder, player)


@pytest.fixture
def desk(session: Session) -> Desk:
    return Desk(session)


@pytest.fixture
def choice(session: Session, desk: Desk) -> PresetChoice:
    return PresetChoice(session, desk)


@pytest.fixture
def presets(session: Session, desk: Desk) -> OwnPresets:
    return OwnPresets(session, desk)


@pytest.fixture
def leaf() -> Callable[[str], Leaf]:
    """A leaf of the schema by its dotted key."""
    known = {each.name: each for each in leaves()}
    return lambda key: known[key]
