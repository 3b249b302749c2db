"""The buttons of live music and of passes, clicked in the real window."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication

from engine.score import Score
from tests.app.running_program import RunningProgram, running_program

BAR = 1920
Left = Qt.MouseButton.LeftButton


def click(button: QAbstractButton) -> None:
    assert button.isVisible() and button.isEnabled(), button.text()
    QTest.mouseClick(button, Left)


@pytest.fixture
def program(qt_app: QApplication, tmp_path: Path) -> Iterator[RunningProgram]:
    with running_program(tmp_path) as running:
        yield running
        session = running.session
        session.passes.end()
        session.live.stop()
        running.until(lambda: not session.live.on)


def test_live_is_played_held_and_kept_by_its_buttons(program: RunningProgram) -> None:
    session, window, player = program.session, program.window, program.player
    row, strip = window.compose.live, window.compose.timeline.surface.strip("live")
    assert row.isHidden() and strip is not None and strip.height == 0
    click(window.transport.live)
    program.until(lambda: session.transport.playing and session.live.on)
    assert row.isVisible() and window.transport.live.isChecked() and strip.height > 0
    assert not window.transport.generate.isEnabled()
    player.advance(BAR - 20)
    program.until(lambda: "Bar 2" in row.words.text())
    assert row.latency.text().endswith("ms")
    assert "free" in strip.hint(QPointF(400, 0))
    click(row.hold)
    assert session.live.snapshot is not None and session.live.snapshot.hold == 4
    assert row.state.text() == "Holding" and row.go.isEnabled()
    click(row.go)
    assert session.live.snapshot.hold == 0 and not row.hold.isChecked()
    click(row.stop)
    program.until(lambda: not session.live.on)
    assert row.isHidden() and len(session.takes) == 1 and strip.height == 0
    assert not window.transport.live.isChecked() and window.transport.generate.isEnabled()


def test_the_keys_of_live_music(program: RunningProgram) -> None:
    session, window = program.session, program.window
    QTest.keyClick(window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    program.until(lambda: session.transport.playing)
    QTest.keyClick(window, Qt.Key.Key_H)
    assert session.live.snapshot is not None and session.live.snapshot.hold == 4
    QTest.keyClick(window, Qt.Key.Key_G)
    assert session.live.snapshot.hold == 0
    names = [command.name for command in window.menus.commands()]
    assert {"Stop playing live", "Hold the last bars", "Again each pass"} <= set(names)
    QTest.keyClick(window, Qt.Key.Key_Escape)
    program.until(lambda: not session.live.on)
    assert not session.transport.playing


def loop(program: RunningProgram) -> Score:
    """A take that loops its bars 2 and 3, composed anew at each pass."""
    session = program.session
    session.listen_while_composing = False
    program.generate()
    session.loop_bars(2, 3)
    QTest.keyClick(program.window, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    assert session.passes.on and session.transport.playing and program.player.tick == BAR
    take = session.current_take
    assert take is not None and take.take is not None
    return take.take.score


def next_pass(program: RunningProgram) -> None:
    """Let the playhead go through the region once, when the next version is there."""
    session, player = program.session, program.player
    passes = session.passes
    assert passes.snapshot is not None
    number = passes.snapshot.number
    program.until(lambda: passes.snapshot is not None and passes.snapshot.ready)
    player.advance(2 * BAR)
    program.until(lambda: session.position >= 2 * BAR)
    player.advance(BAR + 10)
    program.until(lambda: passes.snapshot is not None and passes.snapshot.number == number + 1)


def struck(program: RunningProgram) -> list[tuple[int, int]]:
    return [
        (tick, data[1])
        for tick, _, data in program.player.programme.entries
        if data[0] & 0xF0 == 0x90
    ]


def test_each_pass_is_another_version_until_one_is_kept(program: RunningProgram) -> None:
    session, row = program.session, program.window.compose.live
    before = loop(program)
    assert row.isVisible() and not row.keep.isEnabled()
    next_pass(program)
    heard = session.passes.heard
    assert heard is not None and heard.score.notes != before.notes
    first, last = BAR, 3 * BAR
    old = [note for note in before.notes if not first <= note.onset < last]
    assert [n for n in heard.score.notes if not first <= n.onset < last] == old
    assert sorted(struck(program)) == sorted((n.onset, n.pitch) for n in heard.score.notes)
    steps = session.undo_stack.count()
    QTest.keyClick(program.window, Qt.Key.Key_K)
    assert not session.passes.on and session.undo_stack.count() == steps + 1
    kept = session.current_take
    assert kept is not None and kept.take == heard and len(session.takes) == 2
    assert session.transport.playing and program.player.playing
    session.undo_stack.undo()
    assert len(session.takes) == 1


def test_stopping_keeps_nothing_else(program: RunningProgram) -> None:
    session = program.session
    before = loop(program)
    next_pass(program)
    click(program.window.compose.live.stop)
    assert not session.passes.on and len(session.takes) == 1
    assert sorted(struck(program)) == sorted((n.onset, n.pitch) for n in before.notes)
    assert program.window.compose.live.isHidden()


def test_a_pass_that_is_not_ready_is_the_old_one(program: RunningProgram) -> None:
    session, player = program.session, program.player
    loop(program)
    passes = session.passes
    program.until(lambda: passes.snapshot is not None and passes.snapshot.ready)
    held = struck(program)
    # It became ready too near to the beginning to be laid under this pass.
    player.advance(BAR + 100)
    program.until(lambda: session.position >= BAR + 100)
    assert struck(program) == held
    session.stop()
    assert not passes.on and len(session.takes) == 1
