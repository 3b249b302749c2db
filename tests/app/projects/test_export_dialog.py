"""The Export dialog, clicked: what it writes is the take, what it refuses it says in place."""

from __future__ import annotations

import csv
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import mido
import pytest
import soundfile
from PySide6.QtCore import QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.projects.export_dialog import ExportDialog
from app.session import Session
from app.session.project_files import ProjectFiles
from engine.midi.file import read_score
from engine.project.edits import SetPerformance
from engine.project.folder import save_project
from tests.app.breathing import breathe
from tests.app.recording_player import RecordingPlayer
from tests.engine.states import make_project


@pytest.fixture
def session(qt_app: QApplication, tmp_path: Path) -> Session:
    """A saved project: cue 1M3 with takes A and B."""
    project, user = tmp_path / "hamlet", tmp_path / "user"
    project.mkdir()
    save_project(project, make_project())
    made = Session(
        ProjectFiles(user, tmp_path / "documents"), user, RecordingPlayer(lambda reply: None)
    )
    assert made.open_project(project)
    return made


@pytest.fixture
def settings(tmp_path: Path) -> QSettings:
    return QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)


@pytest.fixture
def dialog(session: Session, settings: QSettings) -> Iterator[ExportDialog]:
    made = ExportDialog(session, settings)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    made.open()
    yield made
    made.close()


def click(button: object) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)  # type: ignore[call-overload]


def choose(dialog: ExportDialog, kind: str, form: str = "") -> None:
    click(dialog.choice.kinds.button(kind))
    if form:
        index = dialog.choice.form.findData(form)
        dialog.choice.form.setCurrentIndex(index)
        dialog.choice.form.activated.emit(index)


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline, "it did not come to hold"
        breathe()


def test_it_begins_with_the_current_take_as_midi(dialog: ExportDialog, session: Session) -> None:
    assert [take.letter for take in dialog.chosen] == ["B"]
    click(dialog.export_button)
    (path,) = dialog.written
    take = session.takes[1].take
    assert path == session.exporting.destination() / "1M3 The letter B.mid"
    assert take is not None and read_score(path).notes == take.score.notes
    assert "written" in dialog.said.text() and dialog.reveal.isVisible()


def test_all_takes_as_stems_and_as_type_0(dialog: ExportDialog) -> None:
    click(dialog.all)
    choose(dialog, "midi", "stems")
    click(dialog.export_button)
    assert [path.name for path in dialog.written] == [
        "1M3 The letter A stems",
        "1M3 The letter B stems",
    ]
    choose(dialog, "midi", "midi0")
    dialog.choice.told.setChecked(False)
    click(dialog.export_button)
    file = mido.MidiFile(dialog.written[0])
    assert file.type == 0 and b"seed" not in dialog.written[0].read_bytes()


def test_musicxml_and_spotting_notes(dialog: ExportDialog, tmp_path: Path) -> None:
    dialog.set_folder(tmp_path / "elsewhere")
    choose(dialog, "notes")
    click(dialog.export_button)
    assert dialog.written[0].read_bytes().count(b"<measure") == 1
    choose(dialog, "spotting")
    assert not dialog.takes.isVisible()
    click(dialog.export_button)
    rows = list(csv.reader(dialog.written[0].read_text("utf-8-sig").splitlines()))
    assert [row[0] for row in rows] == ["Cue", "1M3", "Q12"]
    assert {path.parent for path in dialog.written} == {tmp_path / "elsewhere"}


def test_audio_is_rendered_beside_the_window(dialog: ExportDialog) -> None:
    click(dialog.all)
    choose(dialog, "audio", "wav")
    click(dialog.export_button)
    assert dialog.rendering.busy and not dialog.export_button.isEnabled()
    until(lambda: not dialog.rendering.busy)
    assert [path.name for path in dialog.written] == [
        "1M3 The letter A.wav",
        "1M3 The letter B.wav",
    ], dialog.said.text()
    assert soundfile.info(dialog.written[0]).duration > 1.0


def test_cancelled_audio_leaves_nothing_and_the_dialog_open(
    dialog: ExportDialog, session: Session
) -> None:
    choose(dialog, "audio")
    click(dialog.export_button)
    click(dialog.close_button)
    assert dialog.isVisible() and not dialog.rendering.busy and dialog.written == ()
    assert not list(session.exporting.destination().glob("*"))
    assert dialog.export_button.isEnabled()


@pytest.mark.parametrize("kind", ["midi", "audio"])
def test_what_goes_wrong_is_said_in_place(dialog: ExportDialog, tmp_path: Path, kind: str) -> None:
    (tmp_path / "file").write_text("no folder")
    choose(dialog, kind)
    dialog.set_folder(tmp_path / "file" / "inside")
    click(dialog.export_button)
    until(lambda: not dialog.rendering.busy)
    assert "file" in dialog.said.text() and dialog.said.property("tone") == "bad"
    assert dialog.written == () and dialog.isVisible()


def test_the_last_choice_is_remembered(
    dialog: ExportDialog, session: Session, settings: QSettings
) -> None:
    choose(dialog, "midi", "stems")
    dialog.choice.told.setChecked(False)
    click(dialog.export_button)
    again = ExportDialog(session, settings)
    assert again.choice.wish == dialog.choice.wish
    settings.setValue("export/format", "nonsense")
    assert ExportDialog(session, settings).choice.wish.format == "midi"


def test_without_a_take_only_spotting_notes_can_go_out(session: Session) -> None:
    session.choose_cue(session.cues[1].id)
    dialog = ExportDialog(session)
    assert not dialog.export_button.isEnabled() and "no takes" in dialog.said.text()
    click(dialog.choice.kinds.button("spotting"))
    assert dialog.export_button.isEnabled()


def test_performed_or_quantised_is_asked_and_remembered(
    dialog: ExportDialog, session: Session, settings: QSettings
) -> None:
    session.commit(SetPerformance(cue=session.cue.id, amount=1.0))
    take = session.takes[1].take
    assert take is not None and dialog.choice.time.isVisible()
    click(dialog.export_button)
    assert read_score(dialog.written[0]).notes != take.score.notes
    click(dialog.choice.time.button("quantised"))
    click(dialog.export_button)
    assert read_score(dialog.written[0]).notes == take.score.notes
    assert ExportDialog(session, settings).choice.wish.performed is False
    click(dialog.choice.kinds.button("notes"))
    assert not dialog.choice.time.isVisible()
