"""Files dropped on the Timeline of the real window, and the same with more of one thing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu

from app.compose.takes import add_variations
from engine.lanes import Lane
from engine.midi.file import write_midi
from engine.score import Key, Metre, Note, Score, TempoMap, Voice
from tests.app.running_program import RunningProgram, running_program

COPY = Qt.DropAction.CopyAction
LEFT = Qt.MouseButton.LeftButton
NONE = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def program(qt_app: QApplication, tmp_path: Path) -> Iterator[RunningProgram]:
    with running_program(tmp_path) as running:
        yield running


@pytest.fixture
def waltz(tmp_path: Path) -> Path:
    metres = (Metre(3, 4),) * 12
    notes = tuple(
        Note(1440 * bar + place, 480, 60 + bar, 40 + 6 * bar, Voice.MELODY)
        for bar in range(12)
        for place in (range(0, 1440, 120) if bar > 5 else (0,))
    )
    path = tmp_path / "My waltz.mid"
    write_midi(Score(notes, metres, TempoMap(((0, 132.0),))), path)
    return path


def drag_in(program: RunningProgram, *paths: Path) -> bool:
    """Carry files over the roll; whether they would be taken."""
    data = mime(*paths)
    event = QDragEnterEvent(QPoint(300, 300), COPY, data, LEFT, NONE)
    event.ignore()
    QApplication.sendEvent(program.window.compose.panel, event)
    return event.isAccepted()


def drop(program: RunningProgram, *paths: Path) -> None:
    assert drag_in(program, *paths)
    data = mime(*paths)
    event = QDropEvent(QPointF(300, 300), COPY, data, LEFT, NONE)
    QApplication.sendEvent(program.window.compose.panel, event)
    assert event.isAccepted()
    program.until(lambda: not program.session.bringing_in.reading)


def mime(*paths: Path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def told(program: RunningProgram) -> list[str]:
    heard: list[str] = []
    program.session.trouble_arose.connect(lambda trouble: heard.append(trouble.message))
    return heard


def test_a_dropped_file_is_a_take_and_three_steps_that_can_be_undone(
    program: RunningProgram, waltz: Path
) -> None:
    session, before = program.session, program.session.state
    assert drag_in(program, waltz)
    veil = program.window.compose.drops.veil
    assert veil.isVisible() and veil.words == "Drop to bring it in as a take"
    drop(program, waltz)
    assert not veil.isVisible()
    take = session.current_take
    assert take is not None and (take.title, take.stale) == ("My waltz", False)
    assert take.about.startswith("brought in") and "My waltz.mid" in take.hint
    assert program.window.compose.timeline.state.notes.all == set(take.notes)
    assert session.cue.bars == 12 and session.asked.metres[0] == Metre(3, 4)
    assert session.asked.tempo_map.bpm(0) == 132.0
    entropies = [profile.entropy for profile in session.asked.lanes.profiles((1, 12))]
    assert entropies[1] > entropies[0] + 0.1
    history = session.undo_stack.history
    assert history.undo_text == "What profile does my own music have?"
    session.undo_stack.undo()
    assert session.cue.lanes == () and history.undo_text == "Tempo and Metre of My waltz"
    session.undo_stack.undo()
    assert session.cue.metres == () and len(session.takes) == 1
    session.undo_stack.undo()
    assert session.state == before


def test_a_take_dropped_back_restores_what_it_was_asked_with(program: RunningProgram) -> None:
    session = program.session
    session.set_values({"trauma": 0.8, "rsi_real": -0.5})
    session.set_lane("entropy", Lane("entropy", ((1.0, 0.2), (9.0, 0.9))))
    session.set_key(Key(2, "minor"))
    program.generate(seed=77)
    first = session.takes[0]
    path = session.exporting.hand_over(first)
    assert path is not None
    asked = session.cue.request(session.settings)
    session.set_values({"trauma": 0.1, "rsi_real": 0.5})
    session.set_lane("entropy", None)
    session.set_key(Key(7, "major"))
    assert session.takes[0].stale
    drop(program, path)
    again = session.takes[1]
    assert again.take is not None and first.take is not None
    assert again.take.score.notes == first.take.score.notes
    now = session.cue.request(session.settings)
    assert (now.lanes, now.key, now.seed) == (asked.lanes, asked.key, 77)
    assert not again.stale and not session.takes[0].stale


def test_a_take_of_a_model_that_is_not_here_says_so(program: RunningProgram) -> None:
    program.generate(seed=77)
    path = program.session.exporting.hand_over(program.session.takes[0])
    assert path is not None
    heard = told(program)
    drop(program, path)
    assert any("composed by scripted, a model that is not here" in each for each in heard)
    assert program.session.settings.generation.model == "open"


def test_what_is_no_midi_is_not_taken_and_a_broken_file_is_told(
    program: RunningProgram, tmp_path: Path
) -> None:
    (tmp_path / "letter.txt").write_text("Dear Sir")
    (tmp_path / "broken.mid").write_bytes(b"MThd nothing")
    assert not drag_in(program, tmp_path / "letter.txt")
    heard, before = told(program), program.session.state
    drop(program, tmp_path / "broken.mid")
    assert len(heard) == 1 and "broken.mid" in heard[0]
    assert program.session.state == before


def test_several_files_become_takes_in_their_order(program: RunningProgram, waltz: Path) -> None:
    other = waltz.with_name("Other.mid")
    other.write_bytes(waltz.read_bytes())
    drop(program, waltz, other)
    assert [take.title for take in program.session.takes] == ["My waltz", "Other"]


def test_the_menu_opens_a_dialog_and_its_file_comes_in(
    program: RunningProgram, waltz: Path
) -> None:
    file_menu = program.window.menuBar().actions()[0].menu()
    assert isinstance(file_menu, QMenu)
    entry = next(a for a in file_menu.actions() if a.text().startswith("Import MIDI"))
    entry.trigger()
    dialog = program.window.findChild(QFileDialog)
    assert dialog is not None and dialog.isVisible()
    dialog.filesSelected.emit([str(waltz)])
    dialog.reject()
    program.until(lambda: bool(program.session.takes))
    assert program.session.takes[0].title == "My waltz"


def test_own_music_is_composed_again_and_with_more_trauma(
    program: RunningProgram, waltz: Path
) -> None:
    session = program.session
    drop(program, waltz)
    session.loop_bars(3, 4)
    session.asking.compose_again()
    program.until(lambda: session.generation is None and len(session.takes) == 2)
    made = session.takes[1].take
    assert made is not None and "My waltz.mid" in made.provenance.lineage
    menu = QMenu()
    add_variations(menu, session, session.takes[0])
    inside = menu.actions()[0].menu()
    assert isinstance(inside, QMenu)
    next(a for a in inside.actions() if a.text() == "More trauma").trigger()
    program.until(lambda: session.generation is None and len(session.takes) == 3)
    own, more = session.takes[0].take, session.takes[2].take
    assert own is not None and more is not None and session.takes[2].title == "A, more trauma"
    rest = [take.provenance.request.lanes.profile.trauma for take in (own, more)]
    assert rest[1] == pytest.approx(min(rest[0] + 0.2, 1.0))
    assert more.score.metres == own.score.metres
