"""Tempo map, metres, keys, phrases and the cue's sheet, by clicks and drags on the real window."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu

from app.compose.cue_sheet import CueSheet
from app.compose.timeline.geometry import GUTTER
from app.compose.timeline.tools import Tool
from engine.midi.events import parse_events
from engine.midi.file import midi_bytes
from engine.midi.reading import interpret
from engine.project.cue_marks import Fermata
from engine.score import Key, Metre
from tests.app.pointer import SHIFT, Pointer
from tests.app.running_program import RunningProgram, running_program

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def program(qt_app: QApplication, tmp_path: Path) -> Iterator[RunningProgram]:
    with running_program(tmp_path) as running:
        running.session.set_bars(12)
        yield running


def open_tempo(program: RunningProgram) -> None:
    QTest.mouseClick(program.window.transport.lock, LEFT)
    assert program.window.compose.timing.tempo.opened


def tempo_point(program: RunningProgram, bar: float) -> QPointF:
    strip = program.window.compose.timing.tempo
    mark = strip.mark(bar)
    assert mark is not None, [each.bar for each in strip.marks]
    return strip.place(mark)


def beside(program: RunningProgram, name: str, bar: float) -> QPointF:
    """A place at the middle of a strip."""
    state = program.window.compose.timeline.state
    row = state.row(name)
    x = GUTTER + state.time.x(state.bars.tick(bar))
    return QPointF(round(x), row.top + row.height / 2)


def drag(program: RunningProgram, start: QPointF, dx: float, dy: float, held=None) -> None:  # type: ignore[no-untyped-def]
    hand = Pointer(program.window.compose.timeline)
    keys = held or Qt.KeyboardModifier.NoModifier
    hand.press(start.x(), start.y(), keys)
    hand.move(dx / 2, dy / 2, keys).move(dx / 2, dy / 2, keys).release(keys)


def choose(menu: QMenu | None, *path: str) -> None:
    """Trigger an entry of a menu by its texts."""
    for text in path:
        assert menu is not None
        entry = next((each for each in menu.actions() if each.text().split("\t")[0] == text), None)
        assert entry is not None, [each.text() for each in menu.actions()]
        inner = entry.menu()
        if not isinstance(inner, QMenu):
            assert entry.isEnabled()
            entry.trigger()
            return
        inner.aboutToShow.emit()
        menu = inner


def ruler_entry(program: RunningProgram, bar: int, *path: str) -> None:
    compose = program.window.compose
    compose.timeline.ruler_menu_requested.emit(bar, compose.mapToGlobal(compose.rect().center()))
    only = Qt.FindChildOption.FindDirectChildrenOnly
    menu = compose.findChildren(QMenu, options=only)[-1]
    choose(menu, *path)
    menu.close()


def strip_entry(program: RunningProgram, place: QPointF, *path: str) -> None:
    timeline = program.window.compose.timeline
    strip = timeline.strip_under(place)
    assert strip is not None
    choose(strip.menu(timeline, place), *path)


def type_in_place(program: RunningProgram, text: str) -> None:
    field = program.window.compose.timeline.findChildren(QLineEdit)[-1]
    field.setText(text)
    QTest.keyClick(field, Qt.Key.Key_Return)


def test_a_tempo_point_is_made_dragged_and_taken_back(program: RunningProgram) -> None:
    open_tempo(program)
    session, timeline = program.session, program.window.compose.timeline
    QTest.mouseDClick(timeline, LEFT, pos=beside(program, "tempo", 5).toPoint())
    assert [mark.bar for mark in session.cue.tempo] == [5]
    before = session.cue.tempo[0].bpm
    drag(program, tempo_point(program, 5), 0, -12)
    faster = session.cue.tempo[0].bpm
    assert faster > before + 5
    drag(program, tempo_point(program, 5), 0, -12, SHIFT)
    assert 0 < session.cue.tempo[0].bpm - faster < 5
    session.undo_stack.undo()
    assert session.cue.tempo[0].bpm == faster
    wide = timeline.state.time.x(timeline.state.bars.tick(7)) - timeline.state.time.x(
        timeline.state.bars.tick(5)
    )
    drag(program, tempo_point(program, 5), wide, 0)
    assert [mark.bar for mark in session.cue.tempo] == [7]
    hand = Pointer(timeline)
    at = tempo_point(program, 7)
    hand.press(at.x(), at.y()).move(0, -20)
    assert session.asked.cue.tempo[0].bpm > faster
    QTest.keyClick(timeline, Qt.Key.Key_Escape)
    assert session.asked.cue.tempo[0].bpm == faster


def test_a_ritardando_and_a_fermata_by_the_menus(program: RunningProgram) -> None:
    open_tempo(program)
    session = program.session
    session.times.put_tempo(9, 96)
    strip_entry(program, tempo_point(program, 9), "Slow down to the end")
    assert [(mark.bar, mark.bpm, mark.ramp) for mark in session.cue.tempo] == [
        (9, 96, True),
        (13, 72, False),
    ]
    strip_entry(program, tempo_point(program, 13), "Type the tempo…")
    type_in_place(program, "60")
    assert session.cue.tempo[-1].bpm == 60
    free = beside(program, "tempo", 12.75)
    strip_entry(program, free, "Fermata here")
    assert session.cue.fermatas == (Fermata(bar=12.75, quarters=1, stretch=2),)
    row = program.window.compose.timeline.state.row("tempo")
    glyph = QPointF(free.x(), row.top + 8)
    strip_entry(program, glyph, "3 times as long")
    assert session.cue.fermatas[0].stretch == 3
    assert session.asked.tempo_map.bpm(11 * 1920 + 1440) < 22
    strip_entry(program, glyph, "Remove the fermata")
    assert session.cue.fermatas == ()


def test_a_typed_tempo_beyond_the_range_is_refused_with_a_sentence(program: RunningProgram) -> None:
    open_tempo(program)
    said: list[str] = []
    program.session.trouble_arose.connect(lambda trouble: said.append(trouble.message))
    strip_entry(program, tempo_point(program, 1), "Type the tempo…")
    type_in_place(program, "900")
    assert program.session.cue.tempo == () and "between 20 and 300" in said[0]


def test_metre_and_key_from_a_bar_by_the_rulers_menu(program: RunningProgram) -> None:
    session, timing = program.session, program.window.compose.timing
    ruler_entry(program, 5, "Metre from bar 5", "7/8")
    assert session.asked.metres[3:5] == (Metre(4, 4), Metre(7, 8))
    ruler_entry(program, 9, "Key from bar 9", "Minor", "F minor")
    assert session.asked.cue.key_at(session.settings, 9) == Key(5, "minor")
    assert [mark[:2] for mark in timing.marks.marks] == [(1, "4/4"), (5, "7/8"), (9, "")]
    strip_entry(program, beside(program, "time", 5.5), "Metre of bar 5 only", "3/4")
    assert list(map(str, session.asked.metres[3:7])) == ["4/4", "3/4", "7/8", "7/8"]
    session.undo_stack.undo()
    ruler_entry(program, 9, "Key from bar 9", "As before")
    ruler_entry(program, 5, "Metre from bar 5", "4/4")
    assert timing.marks.height == 0


def test_phrases_are_cut_dragged_joined_and_typed(program: RunningProgram) -> None:
    session, timeline = program.session, program.window.compose.timeline
    ruler_entry(program, 5, "A phrase begins at bar 5")
    assert session.times.phrases == ((1, 4), (5, 12))
    QTest.mouseDClick(timeline, LEFT, pos=beside(program, "phrases", 9).toPoint())
    assert session.times.phrases == ((1, 4), (5, 8), (9, 12))
    bar = timeline.state.time.x(timeline.state.bars.tick(2)) - timeline.state.time.x(0)
    drag(program, beside(program, "phrases", 9), -bar, 0)
    assert session.times.phrases == ((1, 4), (5, 7), (8, 12))
    drag(program, beside(program, "phrases", 8), -9 * bar, 0)
    assert session.times.phrases == ((1, 4), (5, 5), (6, 12))
    strip_entry(program, beside(program, "phrases", 6), "Join with the phrase before")
    strip_entry(program, beside(program, "phrases", 2.5), "Type the lengths…")
    type_in_place(program, "4+4+3")
    assert session.cue.request(session.settings).phrases == (4, 4, 3)
    strip_entry(program, beside(program, "phrases", 2.5), "Remove all phrases")
    assert program.window.compose.timing.phrases.height == 0


def sheet_of(program: RunningProgram) -> CueSheet:
    QTest.mouseClick(program.window.transport.cue.about, LEFT)
    return program.window.findChildren(CueSheet)[-1]


def test_the_cues_sheet_is_one_step(program: RunningProgram) -> None:
    session = program.session
    steps = session.undo_stack.index()
    sheet = sheet_of(program)
    sheet.number.setText("2M4")
    sheet.title.setText("Storm")
    sheet.bars.setValue(20)
    sheet.rate.setCurrentText("29.97 drop frame fps")
    sheet.timecode.setText("01:10:00:00")
    sheet.daw_bar.setValue(33)
    sheet.metre.setCurrentText("3/4")
    sheet.upbeat.setCurrentText("One quarter")
    sheet.key.setCurrentText("A minor")
    QTest.mouseClick(sheet.apply, LEFT)
    cue = session.cue
    assert (cue.number, cue.title, cue.bars, cue.upbeat_ticks) == ("2M4", "Storm", 20, 480)
    assert (cue.start.timecode, cue.start.frame_rate) == ("01:10:00;00", "29.97 DF")
    assert session.undo_stack.index() == steps + 1
    assert program.window.transport.time.text() == "01:10:00;00"
    session.undo_stack.undo()
    assert (session.cue.number, session.cue.bars) == ("1M1", 12)


def test_a_sheet_that_is_refused_stays_open_and_says_why(program: RunningProgram) -> None:
    sheet = sheet_of(program)
    sheet.rate.setCurrentText("29.97 drop frame fps")
    sheet.timecode.setText("00:01:00;00")
    QTest.mouseClick(sheet.apply, LEFT)
    assert sheet.isVisible() and "nearest is 00:01:00;02" in sheet.trouble.text()
    sheet.timecode.setText("00:00:59;29")
    sheet.number.setText("no number at all!")
    QTest.mouseClick(sheet.apply, LEFT)
    assert "Write it like 1M3" in sheet.trouble.text()
    QTest.mouseClick(sheet.cancel, LEFT)
    assert program.session.cue.number == "1M1"


def test_takes_stay_and_are_older_when_metre_or_length_change(program: RunningProgram) -> None:
    program.generate(seed=3)
    session = program.session
    notes = session.takes[0].notes
    assert not session.takes[0].stale
    ruler_entry(program, 5, "Metre from bar 5", "7/8")
    assert session.takes[0].stale and session.takes[0].notes == notes
    session.undo_stack.undo()
    session.set_bars(6)
    assert session.takes[0].stale and session.takes[0].notes == notes
    session.undo_stack.undo()
    assert not session.takes[0].stale


def test_what_is_set_survives_saving(program: RunningProgram, tmp_path: Path) -> None:
    session = program.session
    ruler_entry(program, 5, "Metre from bar 5", "7/8")
    ruler_entry(program, 5, "A phrase begins at bar 5")
    session.times.put_tempo(9, 96)
    session.times.set_ramp(9, True)
    session.times.put_fermata(12.5, 3)
    before = session.cue
    assert session.save(tmp_path / "film")
    session.new_project()
    assert session.cue.metres == ()
    assert session.open_project(tmp_path / "film")
    assert session.cue == before


def test_taps_set_the_tempo_as_one_step(program: RunningProgram) -> None:
    session, tapping = program.session, program.window.transport.tapping
    moments = iter([10.0, 10.5, 11.0, 11.5])
    tapping._clock = lambda: next(moments)
    steps = session.undo_stack.index()
    for _ in range(4):
        tapping.tap()
    assert session.asked.tempo_map.bpm(0) == 120 and session.undo_stack.index() == steps
    session.settling.emit()
    assert session.cue.tempo[0].bpm == 120 and session.undo_stack.index() == steps + 1


def test_an_upbeat_is_shown_before_bar_one_played_and_drawn_in(program: RunningProgram) -> None:
    session, timeline = program.session, program.window.compose.timeline
    program.generate(seed=3)
    session.playback.stop()
    sheet = sheet_of(program)
    sheet.upbeat.setCurrentText("One quarter")
    QTest.mouseClick(sheet.apply, LEFT)
    state = timeline.state
    assert state.bars.begin == -480 and state.time.x(-480) == pytest.approx(0, abs=1)
    QTest.mouseClick(program.window.transport.to_start, LEFT)
    assert session.position == -480
    assert program.window.transport.position.text() == "0.4.000"
    timeline.set_tool(Tool.DRAW)
    row = state.row("roll")
    x = GUTTER + state.time.x(-440)
    drag(program, QPointF(x, row.top + 20), state.time.zoom * 200, 0)
    early = [note for note in session.takes[0].notes if note.onset < 0]
    assert len(early) == 1 and early[0].onset == -480
    take = session.takes[0].take
    assert take is not None
    again = interpret(parse_events(midi_bytes(take.score), "it"), "it")
    assert again.score.notes == take.score.notes
