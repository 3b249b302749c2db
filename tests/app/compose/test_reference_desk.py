"""Reference audio in the real window: dropped, dragged, muted, played, saved, taken away."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu, QWidget

from app.compose.dropping import AUDIO_WORDS
from app.compose.reference_sheet import ReferenceSheet
from app.compose.timeline.geometry import GUTTER
from app.compose.timeline.reference_strip import ReferenceStrip
from engine.playing.protocol import ReferenceState
from engine.project.folder import open_project
from engine.project.reference_audio import FOLDER
from tests.app.running_program import RunningProgram, running_program

COPY = Qt.DropAction.CopyAction
LEFT = Qt.MouseButton.LeftButton
NONE = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def program(qt_app: QApplication, tmp_path: Path) -> Iterator[RunningProgram]:
    with running_program(tmp_path) as running:
        yield running


@pytest.fixture
def temp(tmp_path: Path) -> Path:
    path = tmp_path / "Temp mix.wav"
    soundfile.write(path, 0.5 * np.sin(np.arange(8 * 8000) * 0.3), 8000)
    return path


def strip(program: RunningProgram) -> ReferenceStrip:
    return program.window.compose.reference.strip


def drop(program: RunningProgram, path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    panel = program.window.compose.panel
    event = QDragEnterEvent(QPoint(300, 300), COPY, data, LEFT, NONE)
    event.ignore()
    QApplication.sendEvent(panel, event)
    assert event.isAccepted()
    assert program.window.compose.drops.veil.words == AUDIO_WORDS
    QApplication.sendEvent(panel, QDropEvent(QPointF(300, 300), COPY, data, LEFT, NONE))


def lay(program: RunningProgram, path: Path) -> None:
    drop(program, path)
    under = program.session.under
    program.until(lambda: under.audio is not None and not under.reading and not under.bringing)


def drag(program: RunningProgram, pixels: int, *, escape: bool = False) -> None:
    timeline, row = program.window.compose.timeline, strip(program).row
    assert row is not None
    start = QPoint(GUTTER + 30, row.top + row.height // 2)
    end = start + QPoint(pixels, 0)
    QTest.mousePress(timeline, LEFT, NONE, start)
    for place in (start + QPoint(pixels // 2, 0), end):
        move(timeline, place)
    if escape:
        QTest.keyClick(timeline, Qt.Key.Key_Escape)
    QTest.mouseRelease(timeline, LEFT, NONE, end)


def move(timeline: QWidget, place: QPoint) -> None:
    where = QPointF(place)
    event = QMouseEvent(QEvent.Type.MouseMove, where, where, LEFT, LEFT, NONE)
    QApplication.sendEvent(timeline, event)


def test_a_dropped_file_is_copied_shown_and_told_to_the_player(
    program: RunningProgram, temp: Path
) -> None:
    session = program.session
    assert strip(program).row is None
    lay(program, temp)
    reference = session.cue.reference
    assert reference is not None and reference.file == "Temp mix.wav"
    assert (session.files.home / FOLDER / "Temp mix.wav").read_bytes() == temp.read_bytes()
    shown = strip(program).shown
    assert shown is not None and shown.outline is not None
    assert shown.outline.seconds == pytest.approx(8.0, abs=0.01)
    assert strip(program).row is not None
    pcm, frames, rate, offset, level = program.player.references[-1]
    assert pcm is not None and (frames, rate, offset) == (64_000, 8000, 0.0)
    assert level == pytest.approx(-6.02, abs=0.01)
    session.undo_stack.undo()
    assert session.cue.reference is None and strip(program).row is None
    assert program.player.references[-1][0] is None
    session.undo_stack.redo()
    program.until(lambda: program.player.references[-1][0] is not None)


def test_it_is_dragged_by_frames_in_one_step_and_escape_takes_it_back(
    program: RunningProgram, temp: Path
) -> None:
    session = program.session
    lay(program, temp)
    steps = session.undo_stack.count()
    drag(program, 57, escape=True)
    assert session.undo_stack.count() == steps
    assert strip(program).offset == 0.0
    drag(program, 57)
    moved = session.cue.reference
    assert moved is not None and moved.offset_seconds > 0.1
    frames = moved.offset_seconds * session.marks.clock.rate.per_second
    assert frames == pytest.approx(round(frames), abs=1e-3)
    assert session.undo_stack.count() == steps + 1
    assert program.player.references[-1][3] == moved.offset_seconds
    session.undo_stack.undo()
    assert session.cue.reference is not None and session.cue.reference.offset_seconds == 0.0


def test_it_cannot_be_dragged_away_from_the_cue(program: RunningProgram, temp: Path) -> None:
    lay(program, temp)
    program.session.under.move_to(100_000.0)
    assert program.session.cue.reference is not None
    end = program.session.marks.clock.seconds_of_bar(program.session.cue.bars + 1.0)
    assert program.session.cue.reference.offset_seconds == pytest.approx(end - 0.1)


def entry(menu: QMenu, words: str) -> None:
    next(action for action in menu.actions() if action.text() == words).trigger()


def test_its_menu_mutes_and_removes(program: RunningProgram, temp: Path) -> None:
    session = program.session
    lay(program, temp)
    menu = strip(program).menu(program.window.compose.timeline, QPointF(GUTTER + 30, 0))
    assert menu is not None
    entry(menu, "Mute")
    assert session.cue.reference is not None and session.cue.reference.muted
    assert program.player.references[-1][0] is None
    entry(menu, "Mute")
    assert program.player.references[-1][0] is not None
    entry(menu, "Remove from this cue")
    assert session.cue.reference is None
    assert (session.files.home / FOLDER / "Temp mix.wav").is_file()


def test_a_gain_is_heard_while_it_is_tried(program: RunningProgram, temp: Path) -> None:
    session = program.session
    lay(program, temp)
    program.window.compose.reference.open_sheet()
    sheet = program.window.findChild(ReferenceSheet)
    assert sheet is not None
    sheet.gain.setValue(-10.0)
    assert program.player.references[-1][4] == pytest.approx(-16.02, abs=0.01)
    sheet.reject()
    assert program.player.references[-1][4] == pytest.approx(-6.02, abs=0.01)
    assert session.cue.reference is not None and session.cue.reference.gain_db == 0.0
    sheet.gain.setValue(3.0)
    sheet.place.setValue(-2.0)
    sheet.accept()
    assert session.cue.reference.gain_db == 3.0
    assert session.cue.reference.offset_seconds == pytest.approx(-2.0)


def test_a_file_that_is_no_audio_is_told_and_changes_nothing(
    program: RunningProgram, tmp_path: Path
) -> None:
    bad = tmp_path / "bad.wav"
    bad.write_bytes(b"no sound")
    heard: list[str] = []
    program.session.trouble_arose.connect(lambda trouble: heard.append(trouble.message))
    drop(program, bad)
    program.until(lambda: bool(heard))
    assert heard == ["bad.wav is no audio file that can be read."]
    assert program.session.cue.reference is None
    assert not (program.session.files.home / FOLDER / "bad.wav").exists()
    assert not program.window.compose.drops.veil.isVisible()


def test_a_saved_project_has_it_and_another_folder_gets_it_too(
    program: RunningProgram, temp: Path, tmp_path: Path
) -> None:
    session = program.session
    lay(program, temp)
    for name in ("film", "film copy"):
        folder = tmp_path / name
        assert session.save(folder)
        assert (folder / FOLDER / "Temp mix.wav").read_bytes() == temp.read_bytes()
        assert open_project(folder).cues[0].reference == session.cue.reference
    program.until(lambda: session.under.audio is not None)
    assert session.open_project(tmp_path / "film")
    program.until(lambda: session.under.audio is not None)


def test_a_file_that_is_gone_is_said_in_the_strip(
    program: RunningProgram, temp: Path, tmp_path: Path
) -> None:
    session = program.session
    lay(program, temp)
    assert session.save(tmp_path / "film")
    (tmp_path / "film" / FOLDER / "Temp mix.wav").unlink()
    assert session.open_project(tmp_path / "film")
    program.until(lambda: bool(session.under.missing))
    shown = strip(program).shown
    assert shown is not None and shown.warns and "not in the project" in shown.words
    assert program.player.references[-1][0] is None


def test_without_a_sound_device_the_strip_says_so_and_shows_the_wave(
    program: RunningProgram, temp: Path
) -> None:
    lay(program, temp)
    program.session.hear_player(ReferenceState(False, "There is no device."))
    shown = strip(program).shown
    assert shown is not None and shown.words == "Temp mix.wav  ·  There is no device."
    assert shown.outline is not None
    program.session.hear_player(ReferenceState(True, ""))
    assert strip(program).shown is not None and strip(program).shown.words == ""


def test_the_audience_of_a_show_does_not_hear_it(program: RunningProgram, temp: Path) -> None:
    lay(program, temp)
    session = program.session
    session.showing.enter()
    assert session.locked
    assert program.player.references[-1][0] is None
    session.showing.leave()
    assert program.player.references[-1][0] is not None


def test_the_cue_menu_opens_a_dialog_for_audio_files(program: RunningProgram, temp: Path) -> None:
    program.window.compose.reference.choose_file()
    dialog = program.window.findChild(QFileDialog)
    assert dialog is not None and "*.flac" in dialog.nameFilters()[0]
    dialog.fileSelected.emit(str(temp))
    dialog.close()
    program.until(lambda: program.session.under.audio is not None)
    assert program.session.cue.reference is not None
