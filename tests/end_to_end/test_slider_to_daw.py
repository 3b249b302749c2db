"""A slider becomes music in another program, and the project is found again as it was.

The real window on an X server, a real pointer, the model that ships, a JACK process that
receives.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QPoint
from PySide6.QtGui import QImage

from tests.end_to_end.real_program import Places, RealProgram, real_program
from tests.end_to_end.screen import PATIENCE, until
from tests.end_to_end.written_take import PEDAL, WrittenTake, read_take
from tests.jack_server import JackRecorder, JackServer

BARS = 4
Heard = tuple[list[tuple[int, int]], list[int]]


def test_a_slider_becomes_music_in_another_program(
    stage: Mapping[str, str], jack_server: JackServer, places: Places, tmp_path: Path
) -> None:
    project, copy = tmp_path / "hamlet", tmp_path / "copy"
    with JackRecorder(jack_server) as daw:
        with real_program(stage, places, tmp_path / "first.log") as program:
            _drag_trauma(program)
            _type_bars(program)
            program.save_as(project, "ctrl+s")
            take = _compose(program, project)
            daw.wait_for(lambda _: len(daw.notes()) >= len(take.notes), PATIENCE)
            assert daw.notes() == take.notes
            assert _play(program, daw, take) == (take.notes, take.pedal)
            seen = _look(program)
            program.quit()
        with real_program(stage, places, tmp_path / "second.log") as program:
            program.open_recent()
            program.await_title("hamlet - PSYCHOSCORE")
            until(lambda: _look(program) == seen, "slider and roll look as they did")
            program.save_as(copy, "ctrl+shift+s")
            assert _play(program, daw, take) == (take.notes, take.pedal)
            program.quit()
    assert json.loads((project / "psychoscore.json").read_text()) == {"name": "hamlet"}
    (cue,) = project.glob("cues/*/cue.json")
    asked = json.loads(cue.read_text())
    assert 0.6 < asked["profile"]["trauma"] < 1.0 and asked["bars"] == BARS
    files = {path.relative_to(project) for path in _music(project)}
    assert files == {path.relative_to(copy) for path in _music(copy)} and len(files) == 2
    assert all((copy / file).read_bytes() == (project / file).read_bytes() for file in files)


def _drag_trauma(program: RealProgram) -> None:
    middle = program.places.trauma_track.center()
    program.screen.drag(middle, middle + QPoint(70, 0))


def _type_bars(program: RealProgram) -> None:
    program.screen.click(program.places.bars.center())
    program.screen.type(str(BARS))
    program.screen.keys("Return")


def _compose(program: RealProgram, project: Path) -> WrittenTake:
    """Click Generate, wait for the take, save it and read it from the disk."""
    program.await_title("hamlet - PSYCHOSCORE")
    program.await_model()
    program.screen.click(program.places.generate.center())
    program.await_title("hamlet* - PSYCHOSCORE")
    program.screen.keys("ctrl+s")
    program.await_title("hamlet - PSYCHOSCORE")
    (path,) = project.glob("cues/*/takes/*.mid")
    take = read_take(path)
    assert take.notes and take.pedal
    return take


def _play(program: RealProgram, daw: JackRecorder, take: WrittenTake) -> Heard:
    """Click Play where nothing sounds, and give what the other program received of it."""
    _go_to_start(program)
    daw.wait_for(lambda _: not daw.sounding())
    before, notes_before = len(daw.messages), len(daw.notes())
    program.screen.click(program.places.play.center())
    enough = notes_before + len(take.notes)
    daw.wait_for(lambda _: len(daw.notes()) >= enough and not daw.sounding(), PATIENCE)
    _go_to_start(program)
    messages = [data for _, data in daw.messages[before:]]
    pedal = [data[2] for data in messages if data[0] & 0xF0 == 0xB0 and data[1] == PEDAL]
    return daw.notes()[notes_before:], pedal


def _go_to_start(program: RealProgram) -> None:
    program.screen.click(program.places.stop.center())
    program.screen.click(program.places.to_start.center())


def _look(program: RealProgram) -> tuple[QImage, QImage]:
    """Slider and timeline, the pointer being elsewhere and nothing moving."""
    program.screen.point(program.places.play.topRight() + QPoint(4, 0))
    picture = program.screen.picture()
    return picture.copy(program.places.trauma), picture.copy(program.places.timeline)


def _music(project: Path) -> set[Path]:
    return {*project.glob("cues/*/cue.json"), *project.glob("cues/*/takes/*.mid")}
