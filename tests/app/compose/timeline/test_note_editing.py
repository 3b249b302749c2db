"""Notes edited with the pointer on the real Timeline: each gesture is one step."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from app.compose.timeline.geometry import GUTTER
from app.compose.timeline.snapping import SNAPS
from app.compose.timeline.tools import Tool
from app.compose.timeline.velocity import unit_of
from engine.score import Note, Voice
from tests.app.compose.timeline.conftest import NOTES, Hand
from tests.app.compose.timeline.note_owner import NoteOwner
from tests.app.pointer import ALT, CONTROL, NONE, SHIFT

BASS, MELODY, MIDDLE = NOTES


@pytest.fixture
def owner(hand: Hand) -> NoteOwner:
    made = NoteOwner(hand.timeline, NOTES)
    hand.timeline.zoom_time(2.0, GUTTER)
    hand.heard.said.clear()
    return made


def spot(hand: Hand, tick: float, pitch: int) -> QPoint:
    state = hand.timeline.state
    y = state.row("roll").top + state.pitch.y(pitch) + state.pitch.key / 2
    return QPoint(round(GUTTER + state.time.x(tick)), round(y))


def body(hand: Hand, note: Note) -> QPoint:
    return spot(hand, note.onset + note.duration / 2, note.pitch)


def stem(hand: Hand, note: Note, velocity: int | None = None) -> QPoint:
    state = hand.timeline.state
    row = state.row("velocity")
    height = unit_of(row.height) * (note.velocity if velocity is None else velocity)
    return QPoint(round(GUTTER + state.time.x(note.onset)) + 1, round(row.bottom - height))


def test_a_click_chooses_shift_adds_and_takes_back(hand: Hand, owner: NoteOwner) -> None:
    state = hand.timeline.state
    hand.click(body(hand, MELODY))
    assert state.chosen == {MELODY}
    hand.click(body(hand, MIDDLE), SHIFT)
    assert state.chosen == {MELODY, MIDDLE}
    hand.click(body(hand, MELODY), SHIFT)
    assert state.chosen == {MIDDLE}
    hand.click(spot(hand, 6000, 64))
    assert state.chosen == frozenset()
    assert owner.acts == []


def test_a_click_sounds_the_note_as_loud_as_it_is(hand: Hand, owner: NoteOwner) -> None:
    hand.click(body(hand, MIDDLE))
    assert hand.heard.of("pitch_auditioned") == [(60, 40)]


def test_a_marquee_chooses_what_it_touches(hand: Hand, owner: NoteOwner) -> None:
    hand.drag(spot(hand, 2400, 74), spot(hand, 4000, 58))
    assert hand.timeline.state.chosen == {MIDDLE}
    hand.drag(spot(hand, 2000, 74), spot(hand, 300, 71), SHIFT)
    assert hand.timeline.state.chosen == {MIDDLE, MELODY}
    assert hand.timeline.state.marquee is None
    hand.drag(spot(hand, 5000, 74), spot(hand, 6000, 71))
    assert hand.timeline.state.chosen == frozenset()


def test_escape_gives_the_choice_before_a_marquee_back(hand: Hand, owner: NoteOwner) -> None:
    hand.click(body(hand, MELODY))
    hand.press(spot(hand, 2400, 74))
    hand.move(spot(hand, 4000, 58))
    assert hand.timeline.state.chosen == {MIDDLE}
    QTest.keyClick(hand.timeline, Qt.Key.Key_Escape)
    assert hand.timeline.state.chosen == {MELODY}


def test_a_drag_moves_on_the_grid_and_is_heard(hand: Hand, owner: NoteOwner) -> None:
    hand.drag(body(hand, MIDDLE), body(hand, MIDDLE) + (spot(hand, 270, 64) - spot(hand, 0, 60)))
    moved = replace(MIDDLE, onset=3840 + 240, pitch=64)
    assert owner.acts == ["move"] and moved in owner.notes and MIDDLE not in owner.notes
    assert hand.timeline.state.chosen == {moved}
    heard = [pitch for pitch, _ in hand.heard.of("pitch_auditioned")]
    assert heard[0] == 60 and heard[-1] == 64
    owner.undo()
    assert owner.notes == tuple(sorted(NOTES, key=lambda n: (n.onset, n.voice, n.pitch)))
    assert hand.timeline.state.chosen == {MIDDLE}


def test_control_leaves_the_grid(hand: Hand, owner: NoteOwner) -> None:
    start = body(hand, MIDDLE)
    hand.drag(start, start + QPoint(37, 0), CONTROL)
    [moved] = hand.timeline.state.chosen
    assert moved.onset == pytest.approx(3840 + 37 / hand.timeline.state.time.zoom, abs=1)
    assert moved.onset % 60


def test_shift_keeps_the_direction_first_taken(hand: Hand, owner: NoteOwner) -> None:
    hand.click(body(hand, MIDDLE))
    start = body(hand, MIDDLE)
    hand.press(start)
    hand.move(start + QPoint(30, 2), SHIFT)
    hand.move(start + QPoint(60, 80), SHIFT)
    hand.release()
    [moved] = hand.timeline.state.chosen
    assert moved.pitch == 60 and moved.onset > 3840


def test_chosen_notes_move_together_and_keep_their_distance(hand: Hand, owner: NoteOwner) -> None:
    hand.timeline.choose_notes({MELODY, MIDDLE})
    start = body(hand, MIDDLE)
    hand.drag(start, start + (spot(hand, 480, 55) - spot(hand, 0, 60)))
    assert hand.timeline.state.chosen == {
        replace(MELODY, onset=480, pitch=67),
        replace(MIDDLE, onset=4320, pitch=55),
    }
    assert len(owner.before) == 1


def test_alt_drags_a_copy(hand: Hand, owner: NoteOwner) -> None:
    start = body(hand, MIDDLE)
    hand.drag(start, start + (spot(hand, 1920, 60) - spot(hand, 0, 60)), ALT)
    copy = replace(MIDDLE, onset=5760)
    assert {MIDDLE, copy} <= set(owner.notes) and owner.acts == ["duplicate"]
    assert hand.timeline.state.chosen == {copy}


def test_escape_takes_a_drag_back(hand: Hand, owner: NoteOwner) -> None:
    picture = hand.timeline.grab().toImage()
    hand.press(body(hand, MIDDLE))
    hand.move(body(hand, MIDDLE) + QPoint(80, 40))
    assert hand.timeline.state.placed
    QTest.keyClick(hand.timeline, Qt.Key.Key_Escape)
    hand.release()
    assert owner.acts == [] and not hand.timeline.state.placed
    hand.timeline.choose_notes(())
    QTest.mouseMove(hand.timeline, QPoint(GUTTER + 300, 5))
    assert hand.timeline.grab().toImage() == picture


@pytest.mark.parametrize(
    ("edge", "ticks", "onset", "duration"),
    [("end", 480, 3840, 1440), ("end", -480, 3840, 480), ("start", 240, 4080, 720)],
)
def test_both_ends_can_be_dragged(
    hand: Hand, owner: NoteOwner, edge: str, ticks: int, onset: int, duration: int
) -> None:
    at = MIDDLE.end if edge == "end" else MIDDLE.onset
    start = spot(hand, at, 60) + QPoint(-2 if edge == "end" else 2, 0)
    hand.drag(start, start + (spot(hand, ticks, 60) - spot(hand, 0, 60)))
    assert owner.acts == ["resize"]
    assert replace(MIDDLE, onset=onset, duration=duration) in owner.notes


def test_several_notes_grow_together_and_none_vanishes(hand: Hand, owner: NoteOwner) -> None:
    hand.timeline.choose_notes({MELODY, MIDDLE})
    start = spot(hand, MIDDLE.end, 60) - QPoint(2, 0)
    hand.drag(start, spot(hand, MIDDLE.onset - 900, 60))
    assert sorted(note.duration for note in hand.timeline.state.chosen) == [15, 15]


def test_the_pencil_draws_with_the_voice_nearby(hand: Hand, owner: NoteOwner) -> None:
    hand.timeline.set_tool(Tool.DRAW)
    hand.click(spot(hand, 4000, 62))
    drawn = Note(3960, 120, 62, 40, Voice.ACCOMPANIMENT)
    assert drawn in owner.notes and owner.acts == ["draw"]
    assert hand.timeline.state.chosen == {drawn}
    assert hand.heard.of("pitch_auditioned") == [(62, 40)]


def test_a_note_is_drawn_out_in_the_chosen_voice(hand: Hand, owner: NoteOwner) -> None:
    hand.timeline.set_tool(Tool.DRAW)
    hand.timeline.set_voice(Voice.INNER)
    hand.drag(spot(hand, 2000, 66), spot(hand, 2860, 66))
    [drawn] = hand.timeline.state.chosen
    assert drawn in owner.notes
    assert (drawn.onset, drawn.duration, drawn.voice) == (1920, 960, Voice.INNER)


def test_the_pencil_moves_a_note_that_is_there(hand: Hand, owner: NoteOwner) -> None:
    hand.timeline.set_tool(Tool.DRAW)
    start = body(hand, MIDDLE)
    hand.drag(start, start + (spot(hand, 480, 60) - spot(hand, 0, 60)))
    assert owner.acts == ["move"]


def test_a_double_click_beside_notes_draws_with_any_pointer(hand: Hand, owner: NoteOwner) -> None:
    hand.double_click(spot(hand, 2500, 64))
    assert owner.acts == ["draw"]


def test_the_eraser_wipes_over_notes_in_one_step(hand: Hand, owner: NoteOwner) -> None:
    extra = Note(4320, 480, 58, 70, Voice.INNER)
    owner.notes = (*owner.notes, extra)
    owner._show()
    hand.timeline.set_tool(Tool.ERASE)
    hand.drag(spot(hand, 4400, 65), spot(hand, 4500, 55))
    assert set(owner.notes) == {BASS, MELODY} and owner.acts == ["delete"]


def test_the_scissors_cut_at_the_grid_and_all_chosen_notes(hand: Hand, owner: NoteOwner) -> None:
    hand.timeline.choose_notes({BASS, MELODY})
    hand.timeline.set_tool(Tool.SPLIT)
    hand.click(spot(hand, 250, 48))
    assert owner.acts == ["split"]
    assert set(owner.notes) == {
        replace(BASS, duration=240),
        replace(BASS, onset=240, duration=1680),
        replace(MELODY, duration=240),
        replace(MELODY, onset=240, duration=240),
        MIDDLE,
    }
    hand.click(spot(hand, 6000, 48))
    assert len(owner.acts) == 1


def test_the_scissors_show_where_they_cut(hand: Hand, owner: NoteOwner) -> None:
    hand.timeline.set_tool(Tool.SPLIT)
    QTest.mouseMove(hand.timeline, spot(hand, 490, 48))
    assert hand.timeline.state.cut == 480
    QTest.mouseMove(hand.timeline, spot(hand, 490, 50))
    assert hand.timeline.state.cut is None


def test_a_stem_drags_the_velocity_of_its_note(hand: Hand, owner: NoteOwner) -> None:
    hand.drag(stem(hand, MIDDLE), stem(hand, MIDDLE, 100))
    [changed] = [note for note in owner.notes if note.onset == 3840]
    assert changed.velocity == pytest.approx(100, abs=3) and owner.acts == ["velocity"]


def test_chosen_velocities_scale_together(hand: Hand, owner: NoteOwner) -> None:
    hand.timeline.choose_notes({MELODY, MIDDLE})
    hand.drag(stem(hand, MIDDLE), stem(hand, MIDDLE, 20))
    by_pitch = {note.pitch: note.velocity for note in owner.notes}
    assert by_pitch[60] == pytest.approx(20, abs=3)
    assert by_pitch[72] == pytest.approx(90 * by_pitch[60] / 40, abs=1)
    assert by_pitch[48] == 64


def test_of_stems_at_one_place_the_chosen_one_is_taken(hand: Hand, owner: NoteOwner) -> None:
    hand.timeline.choose_notes({BASS})
    hand.drag(stem(hand, MELODY), stem(hand, MELODY, 60))
    assert {note.pitch: note.velocity for note in owner.notes}[72] == 90
    assert {note.pitch: note.velocity for note in owner.notes}[48] < 64


def test_a_grid_can_be_chosen(hand: Hand, owner: NoteOwner) -> None:
    hand.timeline.set_tool(Tool.DRAW)
    hand.timeline.set_snap(next(snap for snap in SNAPS if snap.name == "1/4T"))
    hand.click(spot(hand, 2300, 64))
    assert any((note.onset, note.duration) == (2240, 320) for note in owner.notes)


def test_what_is_being_composed_cannot_be_edited(hand: Hand, owner: NoteOwner) -> None:
    hand.timeline.choose_notes({MIDDLE})
    hand.timeline.set_editable(False)
    assert hand.timeline.state.chosen == frozenset()
    for tool in Tool:
        hand.timeline.set_tool(tool)
        hand.drag(body(hand, MIDDLE), body(hand, MIDDLE) + QPoint(60, 30))
        hand.drag(stem(hand, MIDDLE), stem(hand, MIDDLE, 100))
        hand.double_click(spot(hand, 2500, 64))
    QTest.keyClick(hand.timeline, Qt.Key.Key_A, CONTROL)
    QTest.keyClick(hand.timeline, Qt.Key.Key_Delete)
    assert owner.acts == []
    assert len(hand.heard.of("pitch_auditioned")) >= len(Tool)


def test_a_drag_paints_no_tile_beside_its_notes(hand: Hand, owner: NoteOwner) -> None:
    hand.timeline.zoom_time(4.0, GUTTER)
    hand.timeline.grab()
    hand.press(body(hand, MELODY))
    hand.move(body(hand, MELODY) + QPoint(10, 10))
    hand.timeline.grab()
    before = hand.timeline.surface.painted
    for _ in range(6):
        hand.move(hand.pointer.at.toPoint() + QPoint(7, 5))
        hand.timeline.grab()
    assert hand.timeline.surface.painted == before
    hand.release()
    hand.timeline.grab()
    assert 0 < hand.timeline.surface.painted - before <= 8


def test_chosen_notes_are_outlined_and_dragged_ones_leave_their_place(
    hand: Hand, owner: NoteOwner
) -> None:
    at = body(hand, MIDDLE)
    plain = hand.timeline.grab().toImage().pixelColor(at)
    hand.timeline.choose_notes({MIDDLE})
    assert hand.timeline.grab().toImage().pixelColor(at).lightness() > plain.lightness()
    hand.press(at, NONE)
    hand.move(at + QPoint(0, 60))
    assert hand.timeline.grab().toImage().pixelColor(at).lightness() < plain.lightness()
    QTest.keyClick(hand.timeline, Qt.Key.Key_Escape)


def test_other_notes_take_a_drag_back(hand: Hand, owner: NoteOwner) -> None:
    hand.press(body(hand, MIDDLE))
    hand.move(body(hand, MIDDLE) + QPoint(80, 40))
    owner.notes = (BASS,)
    owner._show()
    hand.move(body(hand, MIDDLE) + QPoint(90, 50))
    hand.release()
    assert owner.acts == [] and owner.notes == (BASS,)


def test_a_drag_that_is_settled_is_done_and_the_release_does_nothing_more(
    hand: Hand, owner: NoteOwner
) -> None:
    hand.press(body(hand, MIDDLE))
    hand.move(body(hand, MIDDLE) + QPoint(0, 40))
    hand.timeline.settle()
    assert owner.acts == ["move"]
    hand.move(body(hand, MIDDLE) + QPoint(50, 60))
    hand.release()
    assert owner.acts == ["move"]
