"""The marks of the picture in the whole program: made by hand, undone, saved, opened again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QMenu

from app.compose.dialogue_sheet import DialogueSheet
from app.compose.subtitle_sheet import SubtitleSheet
from app.compose.tempo_sheet import TempoSheet
from app.compose.timeline.geometry import GUTTER
from app.compose.timeline.hit_sheet import HitSheet
from app.compose.timeline.strip import Strip
from app.keys_sheet import SHEET
from engine.project.cue_marks import DialogueSettings, HitPoint, Start
from engine.project.edits import SetPicture
from engine.project.mark_edits import SetHits
from tests.app.pointer import Pointer
from tests.app.running_program import RunningProgram, running_program

LEFT = Qt.MouseButton.LeftButton
Sheet = TypeVar("Sheet", bound=QDialog)


@pytest.fixture
def program(qt_app: QApplication, tmp_path: Path) -> Iterator[RunningProgram]:
    with running_program(tmp_path) as running:
        running.window.starting.leave()
        session = running.session
        start = Start(timecode="01:00:00:00", frame_rate="24")
        session.commit(SetPicture(cue=session.cue.id, start=start))
        session.set_tempo(60.0)
        yield running


def at(program: RunningProgram, strip: Strip, bar: float) -> QPoint:
    state, row = program.window.compose.timeline.state, strip.row
    assert row is not None
    x = GUTTER + state.time.x(state.bars.tick(bar))
    return QPoint(round(x), row.top + row.height // 2)


def drag(program: RunningProgram, start: QPoint, end: QPoint) -> None:
    pointer = Pointer(program.window.compose.timeline)
    pointer.press(start.x(), start.y())
    way = (end - start) / 2
    pointer.move(way.x(), way.y()).move(way.x(), way.y()).release()


def sheet(program: RunningProgram, kind: type[Sheet]) -> Sheet:
    found = [each for each in program.window.findChildren(kind) if each.isVisible()]
    assert len(found) == 1
    return found[0]


def command(program: RunningProgram, text: str, place: str = "") -> None:
    """Do what the command search finds under a name."""
    found = [
        each
        for each in program.window.menus.commands()
        if each.name.startswith(text) and each.place.startswith(place)
    ]
    assert len(found) == 1 and found[0].enabled
    found[0].act()


def test_m_adds_a_hit_at_the_playhead_fixed_to_its_frame(program: RunningProgram) -> None:
    session = program.session
    session.locate(2 * 1920)
    QTest.keyClick(program.window, Qt.Key.Key_M)
    assert session.cue.hits == (HitPoint(bar=3, timecode="01:00:08:00"),)
    QTest.keyClick(program.window, Qt.Key.Key_M)
    assert len(session.cue.hits) == 1
    session.undo_stack.undo()
    assert session.cue.hits == ()
    session.undo_stack.redo()
    assert session.cue.hits[0].bar == 3


def test_a_hit_beside_the_grid_keeps_the_frame_of_the_picture(program: RunningProgram) -> None:
    program.session.locate(2 * 1920 + 40)
    QTest.keyClick(program.window, Qt.Key.Key_M)
    assert program.session.cue.hits == (HitPoint(bar=3, timecode="01:00:08:02"),)
    assert program.window.compose.marking.hits.flags()[0].missed == "-2 f"


def test_all_marks_made_by_hand_are_undone_saved_and_opened_again(
    program: RunningProgram, tmp_path: Path
) -> None:
    session, marking = program.session, program.window.compose.marking
    timeline = program.window.compose.timeline
    before = session.undo_stack.state
    drag(program, at(program, marking.scenes, 1.2), at(program, marking.scenes, 4.5))
    QTest.keyClicks(QApplication.focusWidget(), "Waiting")
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    QTest.mouseDClick(timeline, LEFT, pos=at(program, marking.hits, 5))
    drag(program, at(program, marking.hits, 5), at(program, marking.hits, 6))
    command(program, "Dialogue at the playhead")
    QTest.keyClicks(QApplication.focusWidget(), "Leave it.")
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    command(program, "Thin away", "Cue, Picture, Ending")
    cue = session.cue
    assert [(s.first_bar, s.last_bar, s.title) for s in cue.scenes] == [(1, 4, "Waiting")]
    assert [(h.bar, h.timecode) for h in cue.hits] == [(6, "01:00:16:00")]
    assert [(d.first, d.last, d.text) for d in cue.dialogue] == [(1, 2, "Leave it.")]
    assert cue.ending == "thin_away"
    assert session.save(tmp_path / "film")
    while session.undo_stack.state != before:
        session.undo_stack.undo()
    assert session.cue.hits == () and marking.hits.hits == () and marking.scenes.blocks == ()
    assert session.open_project(tmp_path / "film")
    assert session.cue == cue
    assert marking.scenes.blocks[0].text == "Waiting" and marking.dialogue.row is not None


def test_the_sheet_of_a_hit_takes_name_kind_and_a_time_code(program: RunningProgram) -> None:
    session, marking = program.session, program.window.compose.marking
    session.marks.add_hit(3.0, None)
    place = at(program, marking.hits, 3) + QPoint(4, 0)
    QTest.mouseDClick(program.window.compose.timeline, LEFT, pos=place)
    opened = sheet(program, HitSheet)
    QTest.keyClicks(opened.name, "glass falls")
    opened.kind.setCurrentIndex(opened.kind.findData("silence"))
    opened.place.selectAll()
    QTest.keyClicks(opened.place, "99 s")
    assert not opened._ok.isEnabled() and "outside" in opened.told.text()
    opened.place.selectAll()
    QTest.keyClicks(opened.place, "01:00:10:00")
    assert opened.fixed.isChecked() and "3.3" in opened.told.text()
    QTest.mouseClick(opened._ok, LEFT)
    assert session.cue.hits == (
        HitPoint(bar=3.5, kind="silence", title="glass falls", timecode="01:00:10:00"),
    )
    session.undo_stack.undo()
    assert session.cue.hits == (HitPoint(bar=3),)


def test_a_frame_that_the_rate_has_not_is_refused(program: RunningProgram) -> None:
    program.session.marks.add_hit(3.0, "01:00:08:00")
    program.window.compose.marking.open_hit(0)
    opened = sheet(program, HitSheet)
    opened.frame.selectAll()
    QTest.keyClicks(opened.frame, "01:00:08:24")
    assert not opened._ok.isEnabled() and "00 to 23" in opened.told.text()
    opened.fixed.click()
    QTest.mouseClick(opened._ok, LEFT)
    assert program.session.cue.hits == (HitPoint(bar=3),)


def test_a_tempo_found_meets_the_hits_in_one_step(program: RunningProgram) -> None:
    session = program.session
    # At 90 a minute the third and the sixth bar begin here.
    hits = (
        HitPoint(bar=2.3333, title="a", timecode="01:00:05:08"),
        HitPoint(bar=4.3333, title="b", timecode="01:00:13:08"),
    )
    session.commit(SetHits(cue=session.cue.id, hits=hits, act="add"))
    command(program, "Find tempo")
    found = sheet(program, TempoSheet)
    program.until(lambda: found.list.topLevelItemCount() > 0)
    rows = [found.list.topLevelItem(i) for i in range(found.list.topLevelItemCount())]
    assert all(row.text(1).endswith("of 2") and row.childCount() == 2 for row in rows)
    index = next(i for i, fit in enumerate(found._fits) if abs(fit.bpm - 90) < 0.01)
    found.list.setCurrentItem(rows[index])
    QTest.mouseClick(found.use, LEFT)
    assert [mark.bpm for mark in session.cue.tempo] == [90]
    assert [hit.bar for hit in session.cue.hits] == [3, 6]
    assert {flag.missed for flag in program.window.compose.marking.hits.flags()} == {""}
    assert session.undo_stack.history.undo_text == "Set Tempo 90"
    session.undo_stack.undo()
    assert session.cue.hits == hits and session.cue.tempo[0].bpm == 60


def test_a_faster_tempo_lengthens_the_cue_to_its_last_hit(program: RunningProgram) -> None:
    session = program.session
    session.set_bars(4)
    session.marks.add_hit(4.5, "01:00:14:00")
    command(program, "Find tempo")
    found = sheet(program, TempoSheet)
    program.until(lambda: found.list.topLevelItemCount() > 0)
    end = next(i for i, fit in enumerate(found._fits) if fit.landings[0].bar >= 5)
    found.list.setCurrentItem(found.list.topLevelItem(end))
    assert found.grows.isVisible()
    fit = found.fit
    assert fit is not None
    QTest.mouseClick(found.use, LEFT)
    assert session.cue.bars == int(fit.landings[0].bar)
    assert session.cue.hits[0].bar == pytest.approx(fit.landings[0].bar)


def test_dialogue_is_read_from_subtitles_where_the_cue_begins(
    program: RunningProgram, tmp_path: Path
) -> None:
    session, marking = program.session, program.window.compose.marking
    path = tmp_path / "film.srt"
    path.write_text(
        "1\n00:59:00,000 --> 00:59:02,000\nBefore.\n\n"
        "2\n01:00:04,000 --> 01:00:06,000\nI never wrote that.\n\n"
        "3\n01:00:12,000 --> 01:00:13,000\nLeave it.\n"
    )
    marking.read_subtitles(path)
    opened = sheet(program, SubtitleSheet)
    assert opened.at_zero.isChecked() and "2 blocks" in opened.told.text()
    opened.at_bar.click()
    assert "Nobody speaks" in opened.told.text() and not opened._ok.isEnabled()
    opened.at_zero.click()
    QTest.mouseClick(opened._ok, LEFT)
    blocks = session.cue.dialogue
    assert [block.text for block in blocks] == ["I never wrote that.", "Leave it."]
    assert blocks[0].first == pytest.approx(2) and blocks[0].last == pytest.approx(2.5)
    session.undo_stack.undo()
    assert session.cue.dialogue == () and marking.dialogue.row is None


def test_a_file_that_is_no_srt_is_told_of(program: RunningProgram, tmp_path: Path) -> None:
    path = tmp_path / "film.srt"
    path.write_text("nothing of the kind")
    told: list[object] = []
    program.session.trouble_arose.connect(told.append)
    program.window.compose.marking.read_subtitles(path)
    assert len(told) == 1 and not program.window.findChildren(SubtitleSheet)


def test_the_limits_under_dialogue_are_set_on_their_sheet(program: RunningProgram) -> None:
    command(program, "Limits under dialogue")
    opened = sheet(program, DialogueSheet)
    opened.velocity.setValue(50)
    opened.low.selectAll()
    QTest.keyClicks(opened.low, "C5")
    opened.low.interpretText()
    assert opened.low.value() == 72 and not opened._ok.isEnabled()
    opened.keeps.click()
    QTest.mouseClick(opened._ok, LEFT)
    law = DialogueSettings(velocity=50, free_low=None, free_high=None)
    assert program.session.cue.dialogue_law == law
    program.session.undo_stack.undo()
    assert program.session.cue.dialogue_law == DialogueSettings()


def test_a_scene_made_at_the_playhead_can_be_looped_from_its_menu(
    program: RunningProgram,
) -> None:
    session, marking = program.session, program.window.compose.marking
    session.locate(4 * 1920)
    command(program, "Scene at the playhead")
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    scene = session.cue.scenes[0]
    assert (scene.first_bar, scene.last_bar) == (5, 8)
    menu = marking.scenes.menu(
        program.window.compose.timeline, at(program, marking.scenes, 6).toPointF()
    )
    assert isinstance(menu, QMenu)
    next(each for each in menu.actions() if each.text().startswith("Loop")).trigger()
    assert session.looped_bars == (5, 8)


def test_each_hit_is_found_by_name_and_keys_are_listed(program: RunningProgram) -> None:
    program.session.marks.add_hit(3.0, None)
    program.session.marks.change_hit(0, HitPoint(bar=3, title="his name"))
    command(program, "his name, 3.1", "Cue, Picture, Hit points")
    sheet(program, HitSheet).reject()
    listed = {keys for _, rows in SHEET for keys, _ in rows}
    assert {"M", "Drag in the scene row"} <= listed


def test_the_menu_of_the_ruler_makes_a_scene_of_the_looped_bars(program: RunningProgram) -> None:
    session = program.session
    session.loop_bars(3, 6)
    menu = QMenu()
    program.window.compose.marking.fill_ruler_menu(menu, 4)
    hit, scene, *_ = menu.actions()
    assert scene.text() == "Scene of bars 3-6"
    scene.trigger()
    assert [(each.first_bar, each.last_bar) for each in session.cue.scenes] == [(3, 6)]
    hit.trigger()
    assert [each.bar for each in session.cue.hits] == [3]


def test_a_scene_is_named_and_removed_by_keys_alone(program: RunningProgram) -> None:
    session = program.session
    session.marks.add_scene(2, 4, "Waiting")
    command(program, "Waiting, 2.1", "Cue, Picture, Scenes")
    typing = QApplication.focusWidget()
    QTest.keyClicks(typing, "Leaving")
    QTest.keyClick(typing, Qt.Key.Key_Return)
    assert session.cue.scenes[0].title == "Leaving"
    QTest.keyClick(program.window.compose.timeline, Qt.Key.Key_Delete)
    assert session.cue.scenes == ()


def test_a_hit_dragged_past_another_stays_chosen(program: RunningProgram) -> None:
    session, marking = program.session, program.window.compose.marking
    session.marks.add_hit(2.0, None)
    session.marks.add_hit(4.0, None)
    drag(program, at(program, marking.hits, 2), at(program, marking.hits, 6))
    assert [hit.bar for hit in session.cue.hits] == [4, 6]
    assert marking.hits.chosen == 1
    QTest.keyClick(program.window.compose.timeline, Qt.Key.Key_Delete)
    assert [hit.bar for hit in session.cue.hits] == [4]
