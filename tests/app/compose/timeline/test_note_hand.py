"""Notes edited by keys and by the menu; any sequence of edits undone gives the first state."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from app.compose.timeline.geometry import GUTTER
from app.compose.timeline.snapping import SNAPS
from app.compose.timeline.tools import Tool
from engine.lanes import Lane, Lanes
from engine.score import Key, Note, Voice
from tests.app.compose.timeline.conftest import NOTES, Hand
from tests.app.compose.timeline.note_owner import NoteOwner
from tests.app.compose.timeline.test_note_editing import body, owner, spot
from tests.app.pointer import ALT, CONTROL, NONE, SHIFT

__all__ = ["owner"]
BASS, MELODY, MIDDLE = NOTES
Keys = Qt.Key


def press(hand: Hand, key: Qt.Key, held: Qt.KeyboardModifier = NONE) -> None:
    QTest.keyClick(hand.timeline, key, held)


def test_arrows_transpose_and_move(hand: Hand, owner: NoteOwner) -> None:
    hand.click(body(hand, MIDDLE))
    hand.heard.said.clear()
    press(hand, Keys.Key_Up)
    press(hand, Keys.Key_Up, SHIFT)
    press(hand, Keys.Key_Down)
    press(hand, Keys.Key_Down, SHIFT)
    assert [pitch for pitch, _ in hand.heard.of("pitch_auditioned")] == [61, 73, 72, 60]
    press(hand, Keys.Key_Right)
    press(hand, Keys.Key_Right)
    press(hand, Keys.Key_Left)
    assert hand.timeline.state.chosen == {replace(MIDDLE, onset=3960)}
    assert owner.acts == ["transpose"] * 4 + ["move"] * 3


def test_transposing_stops_at_the_end_of_the_keyboard(hand: Hand, owner: NoteOwner) -> None:
    press(hand, Keys.Key_A, CONTROL)
    for _ in range(8):
        press(hand, Keys.Key_Up, SHIFT)
    assert max(note.pitch for note in owner.notes) == 127
    assert {note.pitch for note in owner.notes} == {127, 115, 103}


def test_delete_cut_copy_and_paste_at_the_playhead(hand: Hand, owner: NoteOwner) -> None:
    hand.timeline.choose_notes({MELODY, MIDDLE})
    press(hand, Keys.Key_C, CONTROL)
    press(hand, Keys.Key_Delete)
    assert owner.notes == (BASS,)
    hand.timeline.set_playhead(1920, False)
    press(hand, Keys.Key_V, CONTROL)
    pasted = {replace(MELODY, onset=1920), replace(MIDDLE, onset=5760)}
    assert set(owner.notes) == {BASS} | pasted and hand.timeline.state.chosen == pasted
    press(hand, Keys.Key_X, CONTROL)
    assert owner.notes == (BASS,)
    assert owner.acts == ["delete", "paste", "cut"]
    press(hand, Keys.Key_Backspace)
    assert len(owner.acts) == 3


def test_copies_go_from_take_to_take(hand: Hand, owner: NoteOwner) -> None:
    hand.timeline.choose_notes({MELODY})
    press(hand, Keys.Key_C, CONTROL)
    owner.notes = ()
    owner._show()
    press(hand, Keys.Key_V, CONTROL)
    assert owner.notes == (MELODY,)


def test_duplicate_follows_and_is_chosen(hand: Hand, owner: NoteOwner) -> None:
    hand.timeline.choose_notes({MIDDLE})
    press(hand, Keys.Key_D, CONTROL)
    press(hand, Keys.Key_D, CONTROL)
    onsets = [note.onset for note in owner.notes if note.pitch == 60]
    assert onsets == [3840, 4800, 5760]
    assert hand.timeline.state.chosen == {replace(MIDDLE, onset=5760)}


def test_quantise_takes_chosen_notes_or_all(hand: Hand, owner: NoteOwner) -> None:
    owner.notes = tuple(replace(note, onset=note.onset + 25) for note in NOTES)
    owner._show()
    hand.timeline.choose_notes({replace(MIDDLE, onset=3865)})
    press(hand, Keys.Key_Q)
    assert sorted(note.onset for note in owner.notes) == [25, 25, 3840]
    hand.timeline.choose_notes(())
    press(hand, Keys.Key_Q)
    assert sorted(note.onset for note in owner.notes) == [0, 0, 3840]
    press(hand, Keys.Key_Q)
    assert owner.acts == ["quantise"] * 2


def test_without_a_grid_nothing_is_quantised(hand: Hand, owner: NoteOwner) -> None:
    hand.timeline.set_snap(SNAPS[-1])
    press(hand, Keys.Key_Q)
    assert owner.acts == []


def test_a_lane_point_chosen_later_is_what_delete_removes(hand: Hand, owner: NoteOwner) -> None:
    hand.timeline.set_lanes(Lanes(lanes=(Lane("trauma", ((1, 0.2), (5, 0.8))),)))
    hand.timeline.choose_notes({MIDDLE})
    hand.click(hand.place("trauma", 5, 0.8))
    press(hand, Keys.Key_Delete)
    assert hand.heard.of("lane_committed") and owner.acts == []
    hand.click(hand.place("trauma", 1, 0.2))
    hand.click(body(hand, MIDDLE))
    press(hand, Keys.Key_Delete)
    assert owner.acts == ["delete"] and len(hand.heard.of("lane_committed")) == 1


def menu_at(hand: Hand, at: QPoint) -> QMenu:
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, hand.timeline.mapToGlobal(at))
    QApplication.sendEvent(hand.timeline, event)
    return hand.timeline.findChildren(QMenu)[0]


def test_the_menu_changes_the_voice(hand: Hand, owner: NoteOwner) -> None:
    menu = menu_at(hand, body(hand, MIDDLE))
    assert hand.timeline.state.chosen == {MIDDLE}
    voices = menu.actions()[0].menu()
    assert [action.text() for action in voices.actions() if action.isChecked()] == ["Accompaniment"]
    next(action for action in voices.actions() if action.text() == "Melody").trigger()
    assert replace(MIDDLE, voice=Voice.MELODY) in owner.notes and owner.acts == ["voice"]
    menu.close()


def test_the_menu_is_grey_where_nothing_can_be_done(hand: Hand, owner: NoteOwner) -> None:
    menu = menu_at(hand, spot(hand, 6000, 64))
    grey = {each.text().split("\t")[0] for each in menu.actions() if not each.isEnabled()}
    assert {"Voice", "Cut", "Copy", "Paste at the playhead", "Duplicate", "Delete"} <= grey
    assert "Select all" not in grey
    menu.close()


def test_the_scale_dims_the_rows_outside_it(hand: Hand, owner: NoteOwner) -> None:
    def row(pitch: int) -> int:
        at = spot(hand, 6200, pitch) + QPoint(3, 0)
        return int(hand.timeline.grab().toImage().pixelColor(at).lightness())

    hand.timeline.set_key(Key(2, "major"))
    plain = [row(pitch) for pitch in (60, 61, 62)]
    hand.timeline.set_scale_shown(True)
    assert row(61) > plain[1] and row(62) > plain[2]
    assert row(60) < row(61) and row(60) <= plain[0]
    hand.timeline.set_key(None)
    assert [row(pitch) for pitch in (60, 61, 62)] == plain


@pytest.mark.parametrize("seed", range(4))
def test_any_gestures_undone_give_the_first_state(hand: Hand, owner: NoteOwner, seed: int) -> None:
    chance = random.Random(seed)
    first = owner.notes
    keys = (
        (Keys.Key_Up, NONE),
        (Keys.Key_Left, NONE),
        (Keys.Key_D, CONTROL),
        (Keys.Key_Q, NONE),
        (Keys.Key_X, CONTROL),
        (Keys.Key_V, CONTROL),
        (Keys.Key_A, CONTROL),
        (Keys.Key_Escape, NONE),
    )
    for _ in range(40):
        hand.timeline.set_tool(chance.choice(list(Tool)))
        hand.timeline.set_snap(chance.choice(SNAPS))
        if chance.random() < 0.5:
            press(hand, *chance.choice(keys))
        width, height = hand.timeline.width(), hand.timeline.state.row("velocity").bottom
        start, end = (
            QPoint(chance.randrange(GUTTER, width), chance.randrange(40, height)) for _ in range(2)
        )
        if owner.notes and chance.random() < 0.7:
            start = body(hand, chance.choice(owner.notes))
        hand.drag(start, end, chance.choice((NONE, SHIFT, CONTROL, ALT)))
        assert {*owner.notes} == hand.timeline.state.notes.all
        assert hand.timeline.state.chosen <= hand.timeline.state.notes.all
    assert len(owner.acts) > 10
    while owner.before:
        owner.undo()
    assert owner.notes == first and hand.timeline.state.notes.all == set(first)


def test_notes_outside_the_view_come_into_it_when_moved(hand: Hand, owner: NoteOwner) -> None:
    late = Note(7 * 1920, 240, 60, 80, Voice.MELODY)
    owner.notes = (*owner.notes, late)
    owner._show()
    hand.timeline.choose_notes({late})
    press(hand, Keys.Key_Right)
    state = hand.timeline.state
    assert 0 <= state.time.x(late.onset) < hand.timeline.width() - GUTTER
