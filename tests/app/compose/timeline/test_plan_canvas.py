"""The lanes of the plan in the Timeline: opened, drawn over, taken back, freed."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest

from app.compose.timeline.geometry import GUTTER, stack_rows
from app.compose.timeline.plan import RANKED, WORDED, Plan, Span
from app.compose.timeline.plan_lanes import rank_at, rank_y
from app.compose.timeline.state import TimelineState
from app.compose.timeline.words import hint
from tests.app.compose.timeline.conftest import Hand

PLAN = Plan(
    {"register": (0.2, 0.8) * 4},
    {"register": (0.3, 0.7) * 4},
    {"chords": (Span(0, 1920, "Dm"),)},
    {"chords": (Span(0, 3840, "Dm7"),)},
)


def head(hand: Hand) -> QPoint:
    return QPoint(30, hand.timeline.state.row("plan").top + 9)


def place(hand: Hand, bar: float, rank: float) -> QPoint:
    state = hand.timeline.state
    row = state.row("register")
    x = GUTTER + state.time.x(state.bars.tick(bar))
    return QPoint(round(x), round(row.top + rank_y(rank, row.height)))


@pytest.fixture
def opened(hand: Hand) -> Hand:
    hand.timeline.set_plan(PLAN)
    hand.click(head(hand))
    said: list[tuple[object, ...]] = hand.heard.said
    hand.timeline.asked_committed.connect(lambda *each: said.append(("asked_committed", *each)))
    return hand


def test_the_plan_is_closed_until_its_line_is_clicked(hand: Hand) -> None:
    state = hand.timeline.state
    names = {row.name for row in state.rows}
    assert "plan" in names and not names & {*RANKED, *WORDED}
    hand.click(head(hand))
    assert {row.name for row in state.rows} >= {*RANKED, *WORDED}
    hand.click(head(hand))
    assert {row.name for row in state.rows} == names


def test_opened_rows_fit_under_each_other_and_leave_a_roll() -> None:
    for height in (500, 700, 1000):
        rows = stack_rows(height, plan_open=True)
        assert [a.bottom for a in rows[:-1]] == [b.top for b in rows[1:]]
        assert rows[-1].bottom <= height
        assert rows[1].name == "roll" and rows[1].height >= 96


def test_a_drag_asks_for_every_bar_it_passes_once(opened: Hand) -> None:
    opened.drag(place(opened, 2.5, 0.8), place(opened, 5.5, 0.2))
    ((name, ranks),) = opened.heard.of("asked_committed")
    assert name == "register" and [bar for bar, _ in ranks] == [2, 3, 4, 5]
    values = [rank for _, rank in ranks]
    assert values == sorted(values, reverse=True) and values[-1] == pytest.approx(0.2, abs=0.04)


def test_a_click_asks_for_nothing_and_esc_takes_a_drag_back(opened: Hand) -> None:
    opened.click(place(opened, 3.5, 0.5))
    opened.press(place(opened, 3.5, 0.5))
    opened.move(place(opened, 3.5, 0.9))
    assert opened.timeline.state.asked["register"]
    QTest.keyClick(opened.timeline, Qt.Key.Key_Escape)
    opened.release()
    assert opened.heard.of("asked_committed") == []
    assert opened.timeline.state.asked.get("register", ()) == ()


def test_a_double_click_frees_a_bar(opened: Hand) -> None:
    opened.timeline.set_asked({"register": ((2, 0.5), (3, 0.6))})
    opened.double_click(place(opened, 2.5, 0.5))
    assert opened.heard.of("asked_committed") == [("register", ((3, 0.6),))]


def test_what_is_under_the_pointer_is_told(opened: Hand) -> None:
    opened.timeline.set_asked({"register": ((2, 0.5),)})
    said = hint(opened.timeline.state, QPointF(place(opened, 2.5, 0.5)))
    assert said == "Bar 2: planned 0.80, asked 0.50, measured 0.70"
    row = opened.timeline.state.row("chords")
    said = hint(opened.timeline.state, QPointF(place(opened, 1.2, 0.5).x(), row.top + 5))
    assert said == "Bar 1: planned Dm, measured Dm7"


def test_ranks_and_places_are_inverse() -> None:
    assert rank_at(rank_y(0.3, 26), 26) == pytest.approx(0.3)
    assert rank_at(-50, 26) == 1.0 and rank_at(90, 26) == 0.0


def test_a_vamp_is_told_on_the_ruler() -> None:
    state = TimelineState(vamps=((2, 3),))
    ruler = state.row("ruler").top + 4.0
    places = [GUTTER + state.time.x(state.bars.tick(bar)) + 2 for bar in (1, 2, 4)]
    told = ["Vamp" in hint(state, QPointF(x, ruler)) for x in places]
    assert told == [False, True, False]
