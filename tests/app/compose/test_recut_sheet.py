"""A new cut in the whole program: asked for in the sheet, made, its seam composed, undone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu

from app.compose.recut_sheet import IN, RecutSheet
from engine.project.cue_marks import LockedBars, Start
from engine.project.edits import SetLocks, SetPicture
from engine.project.mark_edits import HitPoint, SetHits
from engine.score import Note, Score
from tests.app.running_program import RunningProgram, running_program

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def program(qt_app: object, tmp_path: Path) -> Iterator[RunningProgram]:
    """A cue of 16 bars at 60, a hit at bar 5 and one at bar 11, a take, bars 12-13 locked."""
    with running_program(tmp_path) as running:
        running.window.starting.leave()
        session = running.session
        start = Start(timecode="01:00:00:00", frame_rate="24")
        session.commit(SetPicture(cue=session.cue.id, start=start))
        session.set_tempo(60.0)
        session.set_bars(16)
        running.generate()
        hits = (HitPoint(bar=5, title="door"), HitPoint(bar=11, timecode="01:00:40:00"))
        session.commit(SetHits(cue=session.cue.id, hits=hits))
        locked = (LockedBars(first=12, last=13),)
        session.commit(SetLocks(cue=session.cue.id, act="lock", locked=locked))
        yield running


def opened(program: RunningProgram) -> RecutSheet:
    found = [each for each in program.window.menus.commands() if each.name.startswith("New cut…")]
    assert len(found) == 1
    found[0].act()
    sheets = [each for each in program.window.findChildren(RecutSheet) if each.isVisible()]
    assert len(sheets) == 1
    program.until(lambda: not sheets[0].looking)
    return sheets[0]


def typed(program: RunningProgram, sheet: RecutSheet, place: str, seconds: float) -> None:
    sheet.place.selectAll()
    QTest.keyClicks(sheet.place, place)
    sheet.seconds.setValue(seconds)
    program.until(lambda: not sheet.looking)


def notes_of(score: Score, bar: int) -> list[Note]:
    start = score.starts[bar - 1]
    return [
        Note(n.onset - start, n.duration, n.pitch, n.velocity, n.voice)
        for n in score.notes_by_bar()[bar - 1]
    ]


def test_bars_go_out_and_the_old_version_stays(program: RunningProgram) -> None:
    session = program.session
    before = session.undo_stack.state
    old, take = session.cue, session.current_take
    assert take is not None and take.take is not None
    sheet = opened(program)
    typed(program, sheet, "01:00:24:00", 4.0)
    assert sheet.frames.value() == 96
    rows = [sheet.list.topLevelItem(i).text(0) for i in range(sheet.list.topLevelItemCount())]
    assert rows[0] == "Bar 7 out"
    assert sheet.fit is not None and sheet.fit.rewritten == (6, 7)
    assert [sheet.ruler.kind(bar) for bar in (5, 6, 7, 8, 11)] == [
        "kept",
        "anew",
        "anew",
        "kept",
        "locked",
    ]
    ruler = sheet.ruler
    assert "bar 8 before, composed anew" in ruler.words_at(ruler.bar_box(7).center().x() + 3)
    QTest.mouseClick(sheet.use, LEFT)
    program.until(lambda: len(session.takes) == 2)
    cue = session.cue
    assert (cue.number, cue.bars, len(session.cues)) == (f"{old.number}-v2", 15, 2)
    assert [(hit.bar, hit.timecode) for hit in cue.hits] == [(5, None), (10, "01:00:36:00")]
    assert cue.locked == (LockedBars(first=11, last=12),)
    composed = session.takes[1].take
    assert composed is not None
    for bar, source in ((1, 1), (5, 5), (8, 9), (11, 12), (12, 13), (15, 16)):
        assert notes_of(composed.score, bar) == notes_of(take.take.score, source)
    assert session.undo_stack.state.cue(old.id) == old
    session.undo_stack.undo()
    session.undo_stack.undo()
    assert session.undo_stack.state == before and session.cue.id == old.id


def test_a_cut_in_that_no_bar_makes_up_bends_the_tempo(program: RunningProgram) -> None:
    session = program.session
    sheet = opened(program)
    sheet.way.setCurrentText(IN)
    typed(program, sheet, "7.1", 1.0)
    kinds = [sheet.list.topLevelItem(i).text(0) for i in range(sheet.list.topLevelItemCount())]
    assert any("5/4" in kind for kind in kinds) and "Tempo alone" in kinds
    row = next(
        sheet.list.topLevelItem(i)
        for i in range(sheet.list.topLevelItemCount())
        if sheet.list.topLevelItem(i).text(0) == "Tempo alone"
    )
    sheet.list.setCurrentItem(row)
    assert "slower" in row.text(1) and row.text(4) == "none"
    assert row.child(0).text(3) == "met"
    QTest.mouseClick(sheet.use, LEFT)
    assert session.cue.bars == 16 and len(session.takes) == 1
    assert session.generation is None
    assert session.marks.clock.seconds_of_bar(17) == pytest.approx(65.0, abs=0.02)


def test_a_place_that_is_none_is_told(program: RunningProgram) -> None:
    sheet = opened(program)
    typed(program, sheet, "nowhere", 2.0)
    assert not sheet.use.isEnabled() and sheet.told.text().startswith("Write it as")
    typed(program, sheet, "63 s", 8.0)
    assert not sheet.use.isEnabled() and "lie behind the cut" in sheet.told.text()
    QTest.mouseClick(sheet.close_button, LEFT)
    assert len(program.session.cues) == 1


def test_the_ruler_offers_a_cut_at_its_bar(program: RunningProgram) -> None:
    menu = QMenu()
    program.window.compose.marking.fill_ruler_menu(menu, 6)
    entry = next(each for each in menu.actions() if each.text() == "New cut at bar 6…")
    entry.trigger()
    sheet = next(each for each in program.window.findChildren(RecutSheet) if each.isVisible())
    assert sheet.place.text() == "01:00:20:00"
    sheet.reject()


def test_undone_while_its_seam_is_composed_the_old_cue_is_shown(program: RunningProgram) -> None:
    session = program.session
    old = session.cue
    sheet = opened(program)
    typed(program, sheet, "01:00:24:00", 4.0)
    QTest.mouseClick(sheet.use, LEFT)
    if session.generation is not None:
        session.undo_stack.undo()
        assert session.generation is None
    else:
        session.undo_stack.undo()
        session.undo_stack.undo()
    assert session.cue.id == old.id and session.cue.takes == old.takes
