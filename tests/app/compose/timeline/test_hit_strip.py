"""Hit points dragged, chosen and told of on the real Timeline."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu

from app.compose.timeline.hit_strip import HitStrip
from engine.project.cue_marks import HitPoint
from engine.score import Metre, TempoMap
from tests.app.compose.timeline.conftest import NOTES, Hand
from tests.app.pointer import CONTROL


class Owner:
    """Does what the strip says to a list of hits and gives it back, as a session would."""

    def __init__(self, hand: Hand) -> None:
        self.strip = HitStrip(hand.timeline.state, hand.timeline)
        hand.timeline.add_strip(self.strip)
        self.hits: list[HitPoint] = []
        self.added: list[int] = []
        self.sheets: list[int] = []
        self.endings: list[object] = []
        self.strip.hit_added.connect(self.added.append)
        self.strip.sheet_requested.connect(self.sheets.append)
        self.strip.ending_chosen.connect(self.endings.append)
        self.strip.hit_changed.connect(self.change)
        self.strip.hit_removed.connect(self.remove)

    def give(self, *hits: HitPoint) -> None:
        self.hits = list(hits)
        self.strip.set_hits(hits, None)

    def change(self, index: int, hit: HitPoint) -> None:
        self.give(*self.hits[:index], hit, *self.hits[index + 1 :])

    def remove(self, index: int) -> None:
        self.give(*self.hits[:index], *self.hits[index + 1 :])


@pytest.fixture
def owner(hand: Hand) -> Owner:
    hand.timeline.set_score(NOTES, (Metre(),) * 8, TempoMap(((0, 60.0),)))
    hand.timeline.set_frame_rate("24")
    hand.timeline.set_start_timecode("01:00:00:00")
    return Owner(hand)


def at(hand: Hand, owner: Owner, bar: float) -> QPoint:
    row = owner.strip.row
    assert row is not None
    return QPoint(hand.ruler(bar).x(), row.top + row.height // 2)


def entry(menu: QMenu | None, text: str) -> None:
    assert menu is not None
    next(each for each in menu.actions() if each.text().startswith(text)).trigger()


def test_a_flag_is_dragged_along_the_grid_and_freely_with_control(hand: Hand, owner: Owner) -> None:
    owner.give(HitPoint(bar=2, title="door"))
    hand.drag(at(hand, owner, 2), at(hand, owner, 3.24) + QPoint(1, 0))
    assert owner.hits[0].bar == 3.25
    hand.drag(at(hand, owner, 3.25), at(hand, owner, 3.25) + QPoint(7, 0), CONTROL)
    assert owner.hits[0].bar * 16 % 1 != 0


def test_a_drag_reads_place_time_code_and_frames_and_esc_takes_it_back(
    hand: Hand, owner: Owner
) -> None:
    owner.give(HitPoint(bar=2, timecode="01:00:04:00"))
    hand.press(at(hand, owner, 2))
    hand.move(at(hand, owner, 3))
    assert owner.strip.dragged is not None
    reading = owner.strip.reading(owner.strip.dragged[1])
    assert "3.1" in reading and "01:00:08:00" in reading and "96.0 frames late" in reading
    hand.timeline.grab()
    QTest.keyClick(hand.timeline, Qt.Key.Key_Escape)
    hand.release()
    assert owner.hits[0].bar == 2 and owner.strip.dragged is None


def test_a_fixed_hit_says_how_far_the_music_misses_it_when_the_tempo_changes(
    hand: Hand, owner: Owner
) -> None:
    owner.give(HitPoint(bar=2, timecode="01:00:04:00"), HitPoint(bar=4))
    assert [flag.missed for flag in owner.strip.flags()] == ["", ""]
    hand.timeline.set_score(NOTES, (Metre(),) * 8, TempoMap(((0, 64.0),)))
    assert [flag.missed for flag in owner.strip.flags()] == ["-6 f", ""]
    assert "6.0 frames early" in owner.strip.hint(QPointF(at(hand, owner, 2) + QPoint(4, 0)))


def test_kinds_are_told_apart_without_colour(hand: Hand, owner: Owner) -> None:
    seen = set()
    for kind in ("accent", "chord", "texture", "silence", "avoid"):
        owner.give(HitPoint(bar=3, kind=kind))
        place = at(hand, owner, 3)
        image = hand.timeline.grab().toImage()
        pixels = [
            image.pixelColor(place.x() + x, owner.strip.row.top + y).lightness() > 90
            for x in range(3, 15)
            for y in range(3, 15)
        ]
        seen.add(tuple(pixels))
    assert len(seen) == 5


def test_a_line_runs_through_the_roll(hand: Hand, owner: Owner) -> None:
    row = hand.timeline.state.row("roll")
    x = at(hand, owner, 3).x()

    def brightest() -> int:
        image = hand.timeline.grab().toImage()
        return max(
            image.pixelColor(x + dx, y).lightness()
            for y in range(row.top + 20, row.top + 40)
            for dx in (-1, 0, 1)
        )

    before = brightest()
    owner.give(HitPoint(bar=3))
    assert brightest() > before


def test_double_clicks_add_and_open(hand: Hand, owner: Owner) -> None:
    hand.double_click(at(hand, owner, 5.01))
    assert owner.added == [4 * 1920]
    owner.give(HitPoint(bar=5))
    hand.double_click(at(hand, owner, 5) + QPoint(4, 0))
    assert owner.sheets == [0]


def test_del_and_return_act_on_the_chosen_flag(hand: Hand, owner: Owner) -> None:
    owner.give(HitPoint(bar=2), HitPoint(bar=5))
    hand.click(at(hand, owner, 5) + QPoint(4, 0))
    QTest.keyClick(hand.timeline, Qt.Key.Key_Return)
    assert owner.sheets == [1]
    QTest.keyClick(hand.timeline, Qt.Key.Key_Delete)
    assert [hit.bar for hit in owner.hits] == [2]


def test_the_menu_changes_kind_fixes_and_moves_onto_the_frame(hand: Hand, owner: Owner) -> None:
    owner.give(HitPoint(bar=2))
    place = QPointF(at(hand, owner, 2) + QPoint(4, 0))
    entry(owner.strip.menu(hand.timeline, place), "Cut to silence")
    assert owner.hits[0].kind == "silence"
    entry(owner.strip.menu(hand.timeline, place), "Fixed to the picture")
    assert owner.hits[0].timecode == "01:00:04:00"
    hand.timeline.set_score(NOTES, (Metre(),) * 8, TempoMap(((0, 64.0),)))
    entry(owner.strip.menu(hand.timeline, place), "Move onto its frame")
    assert owner.strip.missed(owner.hits[0]) == pytest.approx(0, abs=0.05)
    place = QPointF(owner.strip.flags()[0].left + 4, place.y())
    entry(owner.strip.menu(hand.timeline, place), "Fixed to the picture")
    assert owner.hits[0].timecode is None
    entry(owner.strip.menu(hand.timeline, place), "Delete")
    assert owner.hits == []


def test_the_ending_is_chosen_at_the_end_of_the_cue(hand: Hand, owner: Owner) -> None:
    owner.give(HitPoint(bar=2))
    chip = owner.strip.ending_place()
    hand.click(chip.center().toPoint())
    menu = next(each for each in hand.timeline.findChildren(QMenu) if each.isVisible())
    entry(menu, "Ring out")
    menu.close()
    assert owner.endings == ["ring_out"]
    owner.strip.set_hits((), "ring_out")
    assert owner.strip.ending_text == "Ring out"
    entry(owner.strip.menu(hand.timeline, owner.strip.ending_place().center()), "As the music")
    assert owner.endings[-1] is None


def test_the_row_is_thin_until_there_is_a_hit_or_an_ending(hand: Hand, owner: Owner) -> None:
    state = hand.timeline.state
    roll = state.row("roll").height
    owner.strip.set_hits((), None)
    thin = state.row("hits").height
    assert thin == owner.strip.height and owner.strip.ending_place().isEmpty()
    owner.strip.set_hits((), "sting")
    assert state.row("hits").height > thin and not owner.strip.ending_place().isEmpty()
    owner.strip.set_hits((HitPoint(bar=2),), None)
    assert state.row("hits").height > thin
    owner.strip.set_hits((), None)
    assert (state.row("hits").height, state.row("roll").height) == (thin, roll)


def test_a_drag_lands_on_beats_where_the_grid_has_no_room(hand: Hand, owner: Owner) -> None:
    owner.give(HitPoint(bar=2))
    hand.timeline.zoom_time(0.3, hand.ruler(2).x())
    hand.drag(at(hand, owner, 2), at(hand, owner, 4.3))
    assert owner.hits[0].bar * 4 % 1 == 0
