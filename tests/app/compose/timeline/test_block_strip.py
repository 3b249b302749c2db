"""Scenes and dialogue drawn, moved, resized, renamed and removed by hand on the real Timeline."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from app.compose.timeline.block_strip import BlockStrip
from app.compose.timeline.blocks import Block
from app.compose.timeline.dialogue_strip import DialogueStrip
from app.compose.timeline.inline_text import InlineText
from app.compose.timeline.scene_strip import SceneStrip
from tests.app.compose.timeline.conftest import Hand
from tests.app.pointer import CONTROL


class Owner:
    """Does what a strip says to a list of blocks and gives it back, as a session would."""

    def __init__(self, strip: BlockStrip) -> None:
        self.strip, self.blocks = strip, []
        strip.block_added.connect(lambda block: self.give([*self.blocks, block]))
        strip.block_changed.connect(self.change)
        strip.block_removed.connect(self.remove)

    def give(self, blocks: list[Block]) -> None:
        self.blocks = sorted(blocks, key=lambda block: block.first)
        self.strip.set_blocks(tuple(self.blocks))

    def change(self, index: int, block: Block) -> None:
        self.give([*self.blocks[:index], block, *self.blocks[index + 1 :]])

    def remove(self, index: int) -> None:
        self.give([*self.blocks[:index], *self.blocks[index + 1 :]])


@pytest.fixture
def scenes(hand: Hand) -> Owner:
    strip = SceneStrip(hand.timeline.state, hand.timeline)
    hand.timeline.add_strip(strip)
    return Owner(strip)


def at(hand: Hand, strip: BlockStrip, bar: float) -> QPoint:
    row = strip.row
    assert row is not None
    return QPoint(hand.ruler(bar).x(), row.top + row.height // 2)


def field(hand: Hand) -> QLineEdit | None:
    return next((each for each in hand.timeline.findChildren(InlineText) if each.isVisible()), None)


def test_scenes_lie_over_the_ruler_and_the_roll_gives_way(hand: Hand) -> None:
    before = hand.timeline.state.row("roll").height
    hand.timeline.add_strip(SceneStrip(hand.timeline.state, hand.timeline))
    state = hand.timeline.state
    assert [row.name for row in state.rows][:3] == ["scenes", "ruler", "roll"]
    assert state.row("roll").height == before - state.row("scenes").height
    assert state.rows[-1].bottom == hand.timeline.height()


def test_a_drag_draws_a_scene_of_whole_bars_and_its_name_is_typed(
    hand: Hand, scenes: Owner
) -> None:
    hand.drag(at(hand, scenes.strip, 2.3), at(hand, scenes.strip, 4.6))
    assert scenes.blocks == [Block(2, 5)]
    typing = field(hand)
    assert typing is not None and typing.hasFocus()
    QTest.keyClicks(typing, "Letter")
    QTest.keyClick(typing, Qt.Key.Key_Return)
    assert scenes.blocks == [Block(2, 5, "Letter")]
    assert hand.timeline.hasFocus() and field(hand) is None


def test_a_drag_to_the_left_stops_at_the_scene_before(hand: Hand, scenes: Owner) -> None:
    scenes.give([Block(1, 3, "a")])
    hand.drag(at(hand, scenes.strip, 5.5), at(hand, scenes.strip, 1.5))
    assert scenes.blocks[1] == Block(3, 6)


def test_a_click_on_free_ground_locates(hand: Hand, scenes: Owner) -> None:
    hand.click(at(hand, scenes.strip, 5))
    assert hand.heard.of("located") == [(4 * 1920,)] and scenes.blocks == []


def test_esc_takes_a_drawn_scene_back(hand: Hand, scenes: Owner) -> None:
    hand.press(at(hand, scenes.strip, 2))
    hand.move(at(hand, scenes.strip, 4))
    assert scenes.strip.dragged is not None
    QTest.keyClick(hand.timeline, Qt.Key.Key_Escape)
    hand.release()
    assert scenes.strip.dragged is None and scenes.blocks == []


def test_a_double_click_makes_a_scene_and_esc_leaves_its_name(hand: Hand, scenes: Owner) -> None:
    hand.double_click(at(hand, scenes.strip, 3.5))
    assert scenes.blocks == [Block(3, 7)]
    typing = field(hand)
    assert typing is not None
    QTest.keyClicks(typing, "not this")
    QTest.keyClick(typing, Qt.Key.Key_Escape)
    assert scenes.blocks == [Block(3, 7)] and field(hand) is None


def test_a_scene_is_moved_and_resized(hand: Hand, scenes: Owner) -> None:
    scenes.give([Block(2, 4, "a")])
    hand.drag(at(hand, scenes.strip, 3), at(hand, scenes.strip, 5.1))
    assert scenes.blocks == [Block(4, 6, "a")]
    end = at(hand, scenes.strip, 6) - QPoint(2, 0)
    hand.drag(end, at(hand, scenes.strip, 7.9))
    assert scenes.blocks == [Block(4, 8, "a")]
    start = at(hand, scenes.strip, 4) + QPoint(2, 0)
    hand.drag(start, at(hand, scenes.strip, 5.2))
    assert scenes.blocks == [Block(5, 8, "a")]


def test_a_double_click_renames_and_del_removes(hand: Hand, scenes: Owner) -> None:
    scenes.give([Block(2, 5, "a"), Block(6, 8, "b")])
    hand.double_click(at(hand, scenes.strip, 3))
    typing = field(hand)
    assert typing is not None and typing.text() == "a"
    QTest.keyClicks(typing, "Waiting")
    hand.click(at(hand, scenes.strip, 7))
    assert [block.text for block in scenes.blocks] == ["Waiting", "b"]
    QTest.keyClick(hand.timeline, Qt.Key.Key_Delete)
    assert [block.text for block in scenes.blocks] == ["Waiting"]
    hand.click(at(hand, scenes.strip, 3))
    hand.click(hand.ruler(3, hand.timeline.state.row("ruler").top + 8))
    QTest.keyClick(hand.timeline, Qt.Key.Key_Delete)
    assert len(scenes.blocks) == 1


def test_its_menu_renames_and_deletes(hand: Hand, scenes: Owner) -> None:
    scenes.give([Block(2, 5, "a")])
    strip = scenes.strip
    menu = strip.menu(hand.timeline, at(hand, strip, 3.5).toPointF())
    assert menu is not None
    actions = {action.text().split("\t")[0]: action for action in menu.actions()}
    actions["Rename…"].trigger()
    assert field(hand) is not None
    actions["Delete"].trigger()
    assert scenes.blocks == []
    free = strip.menu(hand.timeline, at(hand, strip, 3.5).toPointF())
    assert free is not None
    free.actions()[0].trigger()
    assert scenes.blocks[0].first == 3


def test_dialogue_shows_its_row_only_where_there_is_some(hand: Hand) -> None:
    strip = DialogueStrip(hand.timeline.state, hand.timeline)
    hand.timeline.add_strip(strip)
    assert strip.row is None
    owner = Owner(strip)
    owner.give([Block(2, 3, "Hello")])
    assert strip.row is not None
    owner.give([])
    assert strip.row is None
    strip.open()
    hand.drag(at(hand, strip, 4), at(hand, strip, 5.5))
    assert owner.blocks == [Block(4, 5.5)]


def test_dialogue_snaps_to_beats_and_with_control_to_nothing(hand: Hand) -> None:
    strip = DialogueStrip(hand.timeline.state, hand.timeline)
    hand.timeline.add_strip(strip)
    owner = Owner(strip)
    owner.give([Block(2, 3, "Hello")])
    hand.drag(at(hand, strip, 2.5), at(hand, strip, 4.06) + QPoint(20, 0))
    free = owner.blocks[0].first * 4
    assert free == pytest.approx(round(free))
    hand.drag(at(hand, strip, 4.5), at(hand, strip, 4.5) + QPoint(13, 0), CONTROL)
    assert owner.blocks[0].first * 4 % 1 > 0.01
