"""The real Timeline: what it shows, how it scrolls, what it says."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QPaintEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.compose.timeline.geometry import GUTTER
from app.compose.timeline.playhead import STRIP
from app.compose.timeline.roll import note_rect
from app.theme import tokens
from engine.lanes import Lane, Lanes
from engine.profile import Profile
from engine.score import Metre, Note, TempoMap, Voice
from tests.app.compose.timeline.conftest import NOTES, Hand
from tests.app.pointer import ALT, CONTROL, NONE, SHIFT

LATE = Note(7 * 1920, 960, 65, 100, Voice.MELODY)


def note_centre(hand: Hand, note: Note) -> QPoint:
    state = hand.timeline.state
    rect = note_rect(note, state)
    x = GUTTER + rect.center().x() - state.time.scroll
    return QPoint(round(x), round(state.row("roll").top + rect.center().y() - state.pitch.scroll))


def colour_at(hand: Hand, place: QPoint) -> QColor:
    return hand.timeline.grab().toImage().pixelColor(place)


def turn(hand: Hand, at: QPoint, steps: int, held: Qt.KeyboardModifier = NONE) -> None:
    event = QWheelEvent(
        QPointF(at),
        QPointF(hand.timeline.mapToGlobal(at)),
        QPoint(),
        QPoint(0, 120 * steps),
        Qt.MouseButton.NoButton,
        held,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(hand.timeline, event)


def test_notes_are_seen_in_the_colour_of_their_voice(hand: Hand) -> None:
    for note in NOTES:
        expected = hand.timeline.colours.colour(note)
        assert colour_at(hand, note_centre(hand, note)) == expected
    assert len({hand.timeline.colours.colour(note).name() for note in NOTES}) == 3


def test_notes_arrive_while_composing(hand: Hand) -> None:
    hand.timeline.set_score((), (Metre(),) * 8, TempoMap())
    hand.timeline.set_generating(1)
    hand.timeline.append_notes(NOTES)
    hand.timeline.grab()
    hand.timeline.set_generating(None)
    before = hand.timeline.surface.painted
    hand.timeline.append_notes((LATE,))
    assert colour_at(hand, note_centre(hand, LATE)) == hand.timeline.colours.colour(LATE)
    repainted = hand.timeline.surface.painted - before
    assert 0 < repainted < 12
    assert hand.heard.of("notes_counted")[-1] == (4,)


def test_scrolling_copies_tiles_and_paints_no_row_twice(hand: Hand) -> None:
    hand.timeline.zoom_time(3.0, GUTTER + 10)
    for _ in range(12):
        hand.timeline.scroll_by(200, 0)
        hand.timeline.grab()
    painted = hand.timeline.surface.painted
    for _ in range(12):
        hand.timeline.scroll_by(-200, 0)
        hand.timeline.grab()
    assert hand.timeline.surface.painted == painted


def test_a_moved_lane_paints_its_own_row_again_and_no_other(hand: Hand) -> None:
    hand.timeline.grab()
    before = hand.timeline.surface.painted
    hand.timeline.set_lanes(Lanes(lanes=(Lane("entropy", ((1.0, 0.9),)),)))
    hand.timeline.grab()
    columns = -(-(hand.timeline.width() - GUTTER) // 256)
    assert hand.timeline.surface.painted - before == columns


def test_telling_it_the_same_again_paints_nothing(hand: Hand) -> None:
    timeline = hand.timeline
    for _ in range(2):
        before = timeline.surface.painted
        timeline.set_lanes(Lanes(lanes=(Lane("entropy", ((1.0, 0.9),)),)))
        timeline.set_temperatures((0.7,) * 8)
        timeline.set_threshold(0.4)
        timeline.set_frame_rate("25")
        timeline.set_start_timecode("10:00:00:00")
        timeline.grab()
    assert timeline.surface.painted == before


def test_the_view_is_fitted_until_someone_scrolls(hand: Hand) -> None:
    state = hand.timeline.state
    assert state.time.x(state.bars.end) <= hand.timeline.width() - GUTTER
    hand.timeline.set_score(NOTES, (Metre(),) * 32, TempoMap())
    assert state.time.x(32 * 1920) <= hand.timeline.width() - GUTTER
    turn(hand, QPoint(400, 200), 3, CONTROL)
    zoom = state.time.zoom
    hand.timeline.set_score((*NOTES, LATE), (Metre(),) * 32, TempoMap())
    assert state.time.zoom == zoom
    QTest.keyClick(hand.timeline, Qt.Key.Key_F)
    assert state.time.x(32 * 1920) <= hand.timeline.width() - GUTTER


def test_the_wheel_zooms_at_the_pointer_and_scrolls(hand: Hand) -> None:
    state, at = hand.timeline.state, QPoint(500, 200)
    tick, zoom = state.time.tick(500 - GUTTER), state.time.zoom
    turn(hand, at, 4, CONTROL)
    assert state.time.zoom > zoom * 2
    assert state.time.tick(500 - GUTTER) == pytest.approx(tick, abs=2 / state.time.zoom)
    scroll = state.time.scroll
    turn(hand, at, -1, SHIFT)
    assert state.time.scroll > scroll
    key, pitch = state.pitch.key, state.pitch.pitch(200 - state.row("roll").top)
    turn(hand, at, 2, ALT)
    assert state.pitch.key > key
    assert state.pitch.pitch(200 - state.row("roll").top) == pitch
    down = state.pitch.scroll
    turn(hand, at, -1)
    assert state.pitch.scroll > down


def test_a_middle_drag_pans(hand: Hand) -> None:
    state, middle = hand.timeline.state, Qt.MouseButton.MiddleButton
    hand.timeline.zoom_time(4.0, GUTTER)
    down = state.pitch.scroll
    QTest.mousePress(hand.timeline, middle, NONE, QPoint(500, 200))
    QTest.mouseMove(hand.timeline, QPoint(300, 180))
    QTest.mouseRelease(hand.timeline, middle, NONE, QPoint(300, 180))
    assert state.time.scroll == 200
    assert state.pitch.scroll == down + 20


def test_control_0_shows_eight_bars(hand: Hand) -> None:
    hand.timeline.set_score(NOTES, (Metre(),) * 64, TempoMap())
    hand.timeline.set_playhead(20 * 1920, False)
    QTest.keyClick(hand.timeline, Qt.Key.Key_0, CONTROL)
    state = hand.timeline.state
    width = hand.timeline.width() - GUTTER
    assert state.time.tick(width) - state.time.tick(0) == pytest.approx(8 * 1920, rel=0.05)
    assert state.time.tick(0) == pytest.approx(20 * 1920, abs=100)


def test_a_click_on_the_ruler_locates(hand: Hand) -> None:
    hand.click(hand.ruler(5.02))
    assert hand.heard.of("located") == [(4 * 1920,)]
    hand.click(hand.ruler(5.4), CONTROL)
    [_, (free,)] = hand.heard.of("located")
    assert free == pytest.approx(4.4 * 1920, abs=30)
    assert hand.heard.of("loop_changed") == []


def test_a_drag_on_the_ruler_loops_and_a_double_click_clears(hand: Hand) -> None:
    hand.drag(hand.ruler(5.0), hand.ruler(3.0))
    assert hand.heard.of("loop_changed") == [((2 * 1920, 4 * 1920),)]
    assert hand.heard.of("located") == []
    foot = hand.timeline.state.row("ruler").bottom - 2
    hand.drag(hand.ruler(5.0, foot), hand.ruler(7.0, foot))
    assert hand.heard.of("loop_changed")[-1] == ((2 * 1920, 6 * 1920),)
    hand.double_click(hand.ruler(4.0))
    assert hand.heard.of("loop_changed")[-1] == (None,)


def test_escape_restores_the_loop(hand: Hand) -> None:
    hand.timeline.set_loop(0, 1920)
    hand.press(hand.ruler(3.0))
    hand.move(hand.ruler(6.0))
    QTest.keyClick(hand.timeline, Qt.Key.Key_Escape)
    assert hand.timeline.state.loop == (0, 1920)
    assert hand.heard.of("loop_changed") == []


def test_keys_and_notes_sound(hand: Hand) -> None:
    state = hand.timeline.state
    middle = round(state.row("roll").top + state.pitch.y(60) + state.pitch.key / 2)
    hand.click(QPoint(GUTTER - 5, middle))
    hand.click(note_centre(hand, NOTES[1]))
    assert hand.heard.of("pitch_auditioned") == [(60, 90), (72, 90)]


def test_the_note_under_the_pointer_is_told_once(hand: Hand) -> None:
    at = note_centre(hand, NOTES[2])
    QTest.mouseMove(hand.timeline, at)
    QTest.mouseMove(hand.timeline, at + QPoint(1, 0))
    QTest.mouseMove(hand.timeline, at + QPoint(0, 60))
    assert hand.heard.of("note_hovered") == [(NOTES[2],), (None,)]


def test_the_playhead_turns_the_page(hand: Hand) -> None:
    state, timeline = hand.timeline.state, hand.timeline
    timeline.zoom_time(4.0, GUTTER)
    width = timeline.width() - GUTTER
    timeline.set_playhead(state.time.tick(width - 2), True)
    assert state.time.scroll == 0
    timeline.set_playhead(state.time.tick(width + 4), True)
    assert 0 <= state.time.x(state.playhead) < 60


def test_a_page_that_was_scrolled_away_is_left_alone(hand: Hand) -> None:
    state, timeline = hand.timeline.state, hand.timeline
    timeline.zoom_time(4.0, GUTTER)
    timeline.set_playhead(100, True)
    timeline.scroll_by(1500, 0)
    scroll = state.time.scroll
    timeline.set_playhead(130, True)
    assert state.time.scroll == scroll


class PaintLog(QObject):
    """Notes which parts of a widget are painted."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[QRect] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QPaintEvent):
            self.parts += list(event.region())
        return False


def test_a_playhead_that_moves_repaints_strips_only(hand: Hand) -> None:
    hand.timeline.set_playhead(480, False)
    QTest.qWait(30)
    log = PaintLog()
    hand.timeline.installEventFilter(log)
    hand.timeline.set_playhead(960, False)
    QTest.qWait(30)
    hand.timeline.removeEventFilter(log)
    assert log.parts
    assert all(part.x() >= GUTTER - STRIP and part.width() <= 2 * STRIP for part in log.parts)


def test_sounding_keys_are_lit_while_playing(hand: Hand) -> None:
    hand.timeline.set_playhead(100, True)
    assert hand.timeline.state.sounding == {48, 72}
    state = hand.timeline.state
    y = round(state.row("roll").top + state.pitch.y(72) + state.pitch.key / 2)
    assert colour_at(hand, QPoint(GUTTER - 30, y)) == QColor(tokens.ACCENT)
    hand.timeline.set_playhead(100, False)
    assert hand.timeline.state.sounding == frozenset()


def test_the_gutter_reads_the_values_at_the_playhead(hand: Hand) -> None:
    lanes = Lanes(Profile(0.3, 0.4, 0.2 - 0.1j), (Lane("trauma", ((1, 0.0), (5, 0.8))),))
    hand.timeline.set_lanes(lanes)
    hand.timeline.set_temperatures((0.7,) * 4 + (0.9,) * 4)
    hand.timeline.set_playhead(2 * 1920, False)
    text = hand.timeline.surface.gutter.value_text
    rows = ("trauma", "entropy", "rsi_real", "rsi_imaginary", "temperature")
    assert [text(name) for name in rows] == ["0.40", "0.40", "+0.20", "-0.10", "0.70"]
    hand.timeline.set_playhead(6 * 1920, False)
    assert (text("trauma"), text("temperature")) == ("0.80", "0.90")


def test_notes_can_be_coloured_by_the_temperature_they_were_drawn_with(hand: Hand) -> None:
    hand.timeline.set_temperatures((0.6,) * 8, (1.0, None, None))
    hand.timeline.set_colouring("temperature")
    hot, cool = (hand.timeline.colours.colour(note) for note in (NOTES[1], NOTES[2]))
    assert hot.red() > hot.blue() and cool.blue() > cool.red()
    assert colour_at(hand, note_centre(hand, NOTES[1])) == hot


def test_an_empty_roll_asks_for_music(hand: Hand) -> None:
    timeline = hand.timeline
    assert not timeline.empty_roll.isVisible()
    timeline.set_score((), (Metre(),) * 8, TempoMap())
    assert timeline.empty_roll.isVisible()
    QTest.mouseClick(timeline.empty_roll.button, Qt.MouseButton.LeftButton)
    assert hand.heard.of("generate_requested") == [()]
    timeline.set_generating(1)
    assert not timeline.empty_roll.isVisible()


def test_a_new_frame_rate_keeps_the_start(hand: Hand) -> None:
    hand.timeline.set_start_timecode("01:02:00:00")
    hand.timeline.set_frame_rate("29.97 DF")
    assert hand.timeline.state.timecode(0) == "01:02:00;02"
    hand.timeline.set_frame_rate(25)
    assert hand.timeline.state.timecode(0) == "01:02:00:00"


@pytest.mark.parametrize("metres", [(), (Metre(7, 8),), (Metre(12, 8), Metre(2, 4)) * 256])
def test_odd_cues_are_painted(hand: Hand, metres: tuple[Metre, ...]) -> None:
    wild = (Note(0, 10**9, 0, 1, Voice.BASS), Note(500_000, 1, 127, 127, Voice.MELODY))
    hand.timeline.set_score(wild, metres, TempoMap(((0, 4.0),)))
    assert not hand.timeline.grab().isNull()
