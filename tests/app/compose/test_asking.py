"""Asking again, by clicks on the real window: holes, voices, rhythm, more bars, locks."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from app.compose.timeline.geometry import GUTTER
from app.compose.timeline.keeping import missing_bars
from app.compose.timeline.note_menu import note_menu
from app.wording import bars_word
from engine.hole import Hole
from engine.score import Note, Voice, pitch_name
from engine.take import Take
from tests.app.breathing import breathe
from tests.app.running_program import RunningProgram, running_program

LEFT = Qt.MouseButton.LeftButton
CTRL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def program(qt_app: QApplication, tmp_path: Path) -> Iterator[RunningProgram]:
    with running_program(tmp_path) as running:
        running.generate(seed=3)
        running.session.playback.stop()
        yield running


def ruler(program: RunningProgram, bar: float) -> QPoint:
    state = program.window.compose.timeline.state
    return QPoint(round(GUTTER + state.time.x(state.bars.tick(bar))), state.row("ruler").top + 8)


def choose_bars(program: RunningProgram, first: int, last: int) -> None:
    """Drag over bars on the ruler."""
    timeline = program.window.compose.timeline
    start, end = ruler(program, first), ruler(program, last + 1)
    QTest.mousePress(timeline, LEFT, pos=start)
    QTest.mouseMove(timeline, (start + end) / 2)
    QTest.mouseMove(timeline, end)
    QTest.mouseRelease(timeline, LEFT, pos=end)


def click(widget: QWidget) -> None:
    QTest.mouseClick(widget, LEFT)


def wait(program: RunningProgram, takes: int) -> None:
    program.until(
        lambda: program.session.generation is None and len(program.session.takes) == takes
    )


def music(program: RunningProgram, index: int) -> Take:
    take = program.session.takes[index].take
    assert take is not None
    return take


def inside(take: Take, first: int, last: int) -> list[Note]:
    starts = take.score.starts
    return [note for note in take.score.notes if starts[first - 1] <= note.onset < starts[last]]


def outside(take: Take, first: int, last: int) -> list[Note]:
    there = set(inside(take, first, last))
    return [note for note in take.score.notes if note not in there]


def test_the_pitch_range_of_chosen_notes_is_composed_again_and_all_else_stays(
    program: RunningProgram,
) -> None:
    timeline, old = program.window.compose.timeline, music(program, 0)
    there = sorted(inside(old, 3, 4), key=lambda note: note.pitch)
    chosen = there[len(there) // 2 :]
    timeline.choose_notes(set(chosen))
    low, high = chosen[0].pitch, chosen[-1].pitch
    entries = {
        each.text(): each for each in note_menu(timeline, timeline.state, timeline.hand).actions()
    }
    entries["Compose this pitch range again"].trigger()
    wait(program, 2)
    take = program.session.takes[1]
    hole = music(program, 1).provenance.hole
    assert hole is not None and hole.pitches == (low, high)
    assert take.title == f"A, {bars_word(hole.first, hole.last)}, {_range(low, high)} anew"
    kept = set(old.score.notes) - {
        note for note in inside(old, hole.first, hole.last) if low <= note.pitch <= high
    }
    assert kept < set(old.score.notes) and kept <= set(music(program, 1).score.notes)


def test_the_same_chords_are_asked_in_another_texture(program: RunningProgram) -> None:
    choose_bars(program, 3, 4)
    take_menu = next(each for each in program.window.findChildren(QMenu) if each.title() == "&Take")
    textures = next(each for each in take_menu.findChildren(QMenu) if "texture" in each.title())
    assert textures.isEnabled()
    next(each for each in textures.actions() if each.text() == "Chorale").trigger()
    wait(program, 2)
    told = music(program, 1).provenance
    assert told.request.texture == "chorale"
    assert told.hole is not None and told.hole.keep_chords and told.hole.bars == range(2, 4)
    assert program.session.takes[1].title == "A, bars 3-4 as chorale"
    assert outside(music(program, 1), 3, 4) == outside(music(program, 0), 3, 4)


def _range(low: int, high: int) -> str:
    return f"{pitch_name(low)} to {pitch_name(high)}"


def menu_entry(program: RunningProgram, text: str) -> None:
    """Choose an entry of the menu that is open."""
    only = Qt.FindChildOption.FindDirectChildrenOnly
    menu = program.window.compose.findChildren(QMenu, options=only)[-1]
    found = [action for action in menu.actions() if action.text().split("\t")[0] == text]
    assert found, [action.text() for action in menu.actions()]
    found[0].trigger()
    menu.close()


def ruler_menu(program: RunningProgram, bar: float) -> None:
    timeline = program.window.compose.timeline
    timeline.ruler_menu_requested.emit(int(bar), timeline.mapToGlobal(ruler(program, bar)))


def test_bars_are_composed_again_as_a_new_take_and_all_else_stays(
    program: RunningProgram,
) -> None:
    bar = program.window.compose.asking
    assert bar.isVisible() and bar.bars.text() == "All bars"
    choose_bars(program, 5, 8)
    assert bar.bars.text() == "Bars 5-8"
    program.session.locate(9000)
    click(bar.again)
    wait(program, 2)
    old, new = music(program, 0), music(program, 1)
    assert outside(new, 5, 8) == outside(old, 5, 8)
    assert inside(new, 5, 8) != inside(old, 5, 8)
    assert program.session.takes[1].title == "A, bars 5-8 anew"
    assert program.session.current_take == program.session.takes[1]
    assert program.window.compose.timeline.state.notes.all == set(new.score.notes)
    assert not program.session.takes[1].stale
    program.session.undo_stack.undo()
    assert len(program.session.takes) == 1 and music(program, 0) == old


def test_the_key_composes_again_and_what_plays_goes_on(program: RunningProgram) -> None:
    choose_bars(program, 2, 3)
    program.session.playback.play(2000)
    program.player.advance(4000)
    program.until(lambda: program.session.position >= 4000)
    QTest.keyClick(program.window, Qt.Key.Key_G, CTRL_SHIFT)
    wait(program, 2)
    assert program.player.playing and program.player.tick >= 4000


def test_where_all_is_still_the_new_bars_are_heard_unless_listening_is_off(
    program: RunningProgram,
) -> None:
    choose_bars(program, 5, 8)
    click(program.window.compose.asking.again)
    wait(program, 2)
    assert program.player.playing and program.player.tick == 4 * 1920
    program.session.playback.stop()
    program.session.listen_while_composing = False
    click(program.window.compose.asking.again)
    wait(program, 3)
    assert not program.player.playing


def test_a_region_behind_the_end_of_the_take_cannot_be_composed_again(
    program: RunningProgram,
) -> None:
    program.session.set_bars(20)
    choose_bars(program, 18, 19)
    bar = program.window.compose.asking
    assert bar.bars.text() == "No bars" and not bar.again.isEnabled()
    assert "Continue" in bar.again.toolTip() and bar.go_on.isEnabled()


def test_a_voice_that_is_off_stays_note_for_note(program: RunningProgram) -> None:
    bar = program.window.compose.asking
    click(bar.voices[Voice.BASS])
    assert program.session.asking.voices == frozenset(Voice) - {Voice.BASS}
    choose_bars(program, 1, 4)
    click(bar.again)
    wait(program, 2)
    old, new = music(program, 0), music(program, 1)
    basses = [[n for n in inside(t, 1, 4) if n.voice is Voice.BASS] for t in (old, new)]
    assert basses[0] == basses[1] != []
    assert inside(old, 1, 4) != inside(new, 1, 4)
    assert program.session.takes[1].title == "A, bars 1-4, melody, inner, accompaniment anew"


def test_accompany_keeps_the_melody_alone(program: RunningProgram) -> None:
    click(program.window.compose.asking.accompany)
    wait(program, 2)
    old, new = music(program, 0), music(program, 1)
    melodies = [[n for n in t.score.notes if n.voice is Voice.MELODY] for t in (old, new)]
    assert melodies[0] == melodies[1] != []
    hole = new.provenance.hole
    assert hole is not None and Voice.MELODY not in hole.voices and len(hole.voices) == 3


def test_no_voice_asks_nothing_and_says_why(program: RunningProgram) -> None:
    bar = program.window.compose.asking
    for button in bar.voices.values():
        click(button)
    assert not bar.again.isEnabled() and "voice" in bar.again.toolTip()
    QTest.mouseDClick(bar.voices[Voice.BASS], LEFT)
    assert program.session.asking.voices == {Voice.BASS} and bar.again.isEnabled()


def test_kept_rhythm_changes_pitches_alone(program: RunningProgram) -> None:
    bar = program.window.compose.asking
    click(bar.rhythm)
    choose_bars(program, 5, 6)
    click(bar.again)
    wait(program, 2)
    old, new = inside(music(program, 0), 5, 6), inside(music(program, 1), 5, 6)
    assert sorted((n.onset, n.duration, n.velocity) for n in old) == sorted(
        (n.onset, n.duration, n.velocity) for n in new
    )
    assert {n.pitch for n in old} != {n.pitch for n in new}


def test_continue_adds_bars_and_is_one_step(program: RunningProgram) -> None:
    bar, session = program.window.compose.asking, program.session
    session.asking.choose_bars_more(4)
    before = session.state
    click(bar.go_on)
    wait(program, 2)
    assert session.cue.bars == 20 and len(music(program, 1).score.metres) == 20
    assert inside(music(program, 1), 17, 20) != []
    assert outside(music(program, 1), 17, 20) == list(music(program, 0).score.notes)
    assert session.undo_stack.history.undo_text == "Continue by 4 bars"
    assert program.window.compose.timeline.state.bars.bars == 20
    session.undo_stack.undo()
    assert session.state == before and session.cue.bars == 16


def test_several_at_once_as_the_count_says(program: RunningProgram) -> None:
    program.session.takes_at_once = 2
    choose_bars(program, 1, 2)
    click(program.window.compose.asking.again)
    wait(program, 3)
    assert inside(music(program, 1), 1, 2) != inside(music(program, 2), 1, 2)
    assert outside(music(program, 1), 1, 2) == outside(music(program, 2), 1, 2)


def test_while_it_streams_kept_notes_look_kept_and_esc_keeps_nothing(
    qt_app: QApplication, tmp_path: Path
) -> None:
    gate = threading.Semaphore(16)
    with running_program(tmp_path, gate) as program:
        program.generate(seed=3)
        program.session.playback.stop()
        choose_bars(program, 5, 8)
        state = program.window.compose.timeline.state
        before = program.session.undo_stack.state
        click(program.window.compose.asking.again)
        assert state.holes == (Hole(5, 8),) and missing_bars(state) == [(5, 8)]
        old = music(program, 0)
        assert state.notes.all == set(outside(old, 5, 8))
        gate.release(2)
        program.until(lambda: missing_bars(state) == [(7, 8)])
        program.until(lambda: len(state.notes.all) > len(outside(old, 5, 8)))
        assert program.window.compose.takes.cards[-1].name.text() == "Composing bar 3 of 4"
        QTest.keyClick(program.window, Qt.Key.Key_Escape)
        assert program.session.undo_stack.state == before
        assert state.holes == () and state.notes.all == set(old.score.notes)
        gate.release(100)
        breathe()
        assert len(program.session.takes) == 1


def test_locked_bars_stay_identical_when_the_cue_is_composed(program: RunningProgram) -> None:
    choose_bars(program, 5, 8)
    ruler_menu(program, 6)
    menu_entry(program, "Lock bars 5-8")
    assert program.window.compose.timeline.state.locked == ((5, 8),)
    assert program.session.undo_stack.history.undo_text == "Lock Bars"
    click(program.window.transport.generate)
    wait(program, 2)
    old, new = music(program, 0), music(program, 1)
    assert inside(new, 5, 8) == inside(old, 5, 8)
    assert inside(new, 1, 4) != inside(old, 1, 4)
    assert inside(new, 9, 16) != inside(old, 9, 16)
    assert program.session.takes[1].title == "A, bars 1-4, 9-16 anew"
    ruler_menu(program, 7)
    menu_entry(program, "Unlock bars 5-8")
    assert program.session.cue.locked == ()


def test_all_bars_locked_is_told_and_nothing_is_composed(program: RunningProgram) -> None:
    told: list[str] = []
    program.session.trouble_arose.connect(lambda trouble: told.append(trouble.message))
    program.session.asking.lock(1, 16)
    click(program.window.transport.generate)
    assert program.session.generation is None and "All bars are locked" in told[0]


def test_locks_survive_saving(program: RunningProgram, tmp_path: Path) -> None:
    session = program.session
    session.asking.lock(3, 4)
    assert session.save(tmp_path / "kept")
    session.asking.unlock(3, 4)
    assert session.open_project(tmp_path / "kept")
    assert [(lock.first, lock.last) for lock in session.cue.locked] == [(3, 4)]


def test_more_trauma_is_the_same_seed_with_one_thing_moved(program: RunningProgram) -> None:
    first = program.session.takes[0]
    program.session.asking.vary(first.id, "trauma", 0.2)
    wait(program, 2)
    old, new = music(program, 0).provenance.request, music(program, 1).provenance.request
    assert new.lanes.profile.trauma == pytest.approx(old.lanes.profile.trauma + 0.2)
    assert (new.seed, new.lanes.profile.entropy) == (old.seed, old.lanes.profile.entropy)
    assert program.session.takes[1].title == "A, more trauma"


def test_more_trauma_of_a_hole_changes_the_hole_alone(program: RunningProgram) -> None:
    choose_bars(program, 5, 8)
    click(program.window.compose.asking.again)
    wait(program, 2)
    program.session.asking.vary(program.session.takes[1].id, "trauma", 0.2)
    wait(program, 3)
    old, new = music(program, 1), music(program, 2)
    assert outside(new, 5, 8) == outside(old, 5, 8)
    assert inside(new, 5, 8) != inside(old, 5, 8)
    assert program.session.takes[2].title == "B, more trauma"
