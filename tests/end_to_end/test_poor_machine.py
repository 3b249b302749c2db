"""No MIDI, no sound device, a project that may only be read: the window does what can be done."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QPoint

from engine.config.layers import default_user_folder
from engine.project.folder import open_project, save_project
from engine.project.recent import RecentProjects
from tests.end_to_end.command_line import OBEYING_RIGHTS
from tests.end_to_end.real_program import Places, real_program
from tests.end_to_end.screen import until
from tests.engine.states import make_project


def test_without_midi_and_with_a_read_only_project_the_work_can_be_saved_elsewhere(
    x11_environment: Mapping[str, str], places: Places, tmp_path: Path
) -> None:
    project, copy = tmp_path / "hamlet", tmp_path / "copy"
    save_project(project, make_project())
    RecentProjects(default_user_folder()).add(project)
    before = {path: path.read_bytes() for path in project.rglob("*") if path.is_file()}
    folders = [project, *(path for path in project.rglob("*") if path.is_dir())]
    for folder in folders:
        folder.chmod(0o555)
    poor = {**x11_environment, "JACK_DEFAULT_SERVER": "nobody", "JACK_NO_START_SERVER": "1"}
    with real_program(poor, places, tmp_path / "log", prepared=OBEYING_RIGHTS) as program:
        program.open_recent()
        program.await_title("hamlet - PSYCHOSCORE")
        middle = places.trauma_track.center()
        program.screen.drag(middle, middle + QPoint(70, 0))
        program.await_title("hamlet* - PSYCHOSCORE")
        status = program.screen.picture(places.status)
        program.screen.keys("ctrl+s")
        until(lambda: program.screen.picture(places.status) != status, "the refusal is told")
        assert program.title == "hamlet* - PSYCHOSCORE"
        program.save_as(copy, "ctrl+shift+s")
        program.await_title("hamlet - PSYCHOSCORE")
        program.quit()
    for folder in folders:
        folder.chmod(0o755)
    assert {path: path.read_bytes() for path in project.rglob("*") if path.is_file()} == before
    found, original = open_project(copy), open_project(project)
    assert found.takes == original.takes and found.cues != original.cues
