"""The real window killed without a word: no note is left sounding and no work is lost."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QPoint

from engine.config.layers import default_user_folder
from engine.project.cue import new_cue
from engine.project.cue_marks import TakeLabel
from engine.project.folder import create_project, open_project, save_project
from engine.project.recent import RecentProjects
from engine.score import Key, Metre, Note, Score, TempoMap, Voice
from engine.take import GenerationRequest, Provenance, Take
from tests.end_to_end.real_program import Places, RealProgram, real_program
from tests.end_to_end.screen import PATIENCE
from tests.jack_server import JackRecorder, JackServer

BARS = 64
CHORD = (48, 60, 64, 67)


def test_a_killed_window_leaves_no_note_and_loses_no_work(
    stage: Mapping[str, str], jack_server: JackServer, places: Places, tmp_path: Path
) -> None:
    project = _project_with_a_long_chord(tmp_path / "hamlet")
    saved = open_project(project)
    with JackRecorder(jack_server) as daw:
        with real_program(stage, places, tmp_path / "first.log") as program:
            _open(program)
            program.screen.click(places.play.center())
            daw.wait_for(lambda _: len(daw.sounding()) == len(CHORD), PATIENCE)
            program.kill()
            daw.wait_for(lambda _: not daw.sounding())
        with real_program(stage, places, tmp_path / "second.log") as program:
            _open(program)
            middle = places.trauma_track.center()
            program.screen.drag(middle, middle + QPoint(70, 0))
            program.await_title("hamlet* - PSYCHOSCORE")
            program.await_model()
            struck = len(daw.notes())
            program.screen.click(places.generate.center())
            daw.wait_for(lambda _: len(daw.notes()) > struck, PATIENCE)
            program.kill()
            daw.wait_for(lambda _: not daw.sounding())
        assert open_project(project) == saved
        with real_program(stage, places, tmp_path / "third.log") as program:
            program.open_recent()
            program.answer("^PSYCHOSCORE$", "Return")
            program.await_title("hamlet* - PSYCHOSCORE")
            program.screen.keys("ctrl+s")
            program.await_title("hamlet - PSYCHOSCORE")
            program.quit()
    found = open_project(project)
    trauma = found.cues[0].profile.trauma
    assert trauma is not None and trauma > 0.6
    assert found.takes == saved.takes


def _project_with_a_long_chord(folder: Path) -> Path:
    metres = (Metre(),) * BARS
    tempo = TempoMap()
    notes = tuple(Note(0, 1920 * BARS, pitch, 70, Voice.INNER) for pitch in CHORD)
    request = GenerationRequest(metres=metres, tempo_map=tempo)
    provenance = Provenance(request, "open", "0" * 16, (0.8,) * BARS, ("POP909",), False, "0.1")
    take = Take(Score(notes, metres, tempo, Key(0, "major")), provenance)
    cue = new_cue("1M1", bars=BARS).replace(takes=(TakeLabel(id="chord"),))
    state = create_project(folder, "hamlet").with_cue(cue).with_take(cue.id, "chord", take)
    save_project(folder, state)
    RecentProjects(default_user_folder()).add(folder)
    return folder


def _open(program: RealProgram) -> None:
    program.open_recent()
    program.await_title("hamlet - PSYCHOSCORE")
