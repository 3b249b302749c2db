"""The card beside the takes: empty, measured, older than its psyche, hovered, unfolded."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.compose import comparison_card
from app.compose.comparison_card import ComparisonCard
from app.widgets.numbers import signed
from engine.lanes import Lane
from engine.measuring.reference import Reference, estimate
from tests.app.running_program import RunningProgram, running_program


@pytest.fixture
def program(qt_app: QApplication, tmp_path: Path) -> Iterator[RunningProgram]:
    with running_program(tmp_path) as running:
        yield running


@pytest.fixture
def card(program: RunningProgram) -> ComparisonCard:
    """The card with one take, measured, whose trauma rises from .2 to .8 at bar 9."""
    program.session.set_lane("trauma", Lane("trauma", ((1, 0.2), (9, 0.2), (9, 0.8))))
    program.generate()
    program.until(lambda: program.window.compose.measuring.found is not None)
    return program.window.compose.comparison


def test_without_takes_it_is_one_line(program: RunningProgram) -> None:
    card = program.window.compose.comparison
    assert card.empty.isVisible() and card.empty.text() == comparison_card.EMPTY
    assert not card.rows["trauma"].isVisible()


def test_a_take_is_shown_beside_what_it_was_asked(
    program: RunningProgram, card: ComparisonCard
) -> None:
    take = program.session.current_take
    assert take is not None and take.take is not None
    found = estimate(take.take.score, Reference.load())
    assert not card.empty.isVisible() and card.rows["trauma"].isVisible()
    said = card.rows["trauma"].accessibleDescription()
    assert said == f"asked 0.50, measured {found.whole.trauma:.2f}"
    said = card.rows["rsi_real"].accessibleDescription()
    assert said == f"asked +0.00, measured {signed(found.whole.rsi.real)}"
    assert card.match.text() == "match \N{EN DASH}"


def test_hovering_a_block_tells_its_bar(program: RunningProgram, card: ComparisonCard) -> None:
    row = card.rows["trauma"]
    found = program.window.compose.measuring.found
    assert found is not None
    QTest.mouseMove(row, row.block(9).center().toPoint())
    program.until(lambda: row.hovered == 10)
    wanted = f"bar 10   0.80 \N{RIGHTWARDS ARROW} {found.bars[9].trauma:.2f}"
    assert card.read_out.text() == wanted
    QTest.mouseMove(row, QPoint(4, 4))
    program.until(lambda: row.hovered == 0)
    assert card.read_out.text() == ""


def test_blocks_fill_where_the_music_obeys(program: RunningProgram, card: ComparisonCard) -> None:
    row, found = card.rows["entropy"], program.window.compose.measuring.found
    assert found is not None and row.shown is not None
    for index in range(16):
        near = row.shown.nearness(index)
        distance = abs(found.bars[index].entropy - 0.5)
        assert near == pytest.approx(max(0.0, 1 - distance / 0.5))


def test_a_take_older_than_its_psyche_keeps_what_it_was_asked(
    program: RunningProgram, card: ComparisonCard
) -> None:
    assert not card.note.isVisible()
    program.session.set_lane("trauma", None)
    assert card.note.isVisible() and card.note.text() == comparison_card.OLDER
    assert card.rows["trauma"].accessibleDescription().startswith("asked 0.50")
    program.session.undo_stack.undo()
    assert not card.note.isVisible()


def test_an_edited_take_is_measured_anew(program: RunningProgram, card: ComparisonCard) -> None:
    before = card.rows["entropy"].shown
    take = program.session.current_take
    assert take is not None
    program.session.edit_notes("delete", take.notes[:40], ())
    assert card.rows["entropy"].shown == before  # until the hand has rested
    program.until(lambda: program.window.compose.measuring.found is not None)
    assert card.rows["entropy"].shown != before
    assert "by hand" in card.match.toolTip()


def test_onsets_and_loudness_lie_in_a_fold(card: ComparisonCard) -> None:
    row = card.folded["velocity_mean"]
    assert not row.isVisible()
    QTest.mouseClick(card.fold, Qt.MouseButton.LeftButton)
    assert row.isVisible() and row.shown is not None and row.shown.measured[0] is not None
    QTest.mouseClick(card.fold, Qt.MouseButton.LeftButton)
    assert not row.isVisible()


def test_a_rank_drawn_over_the_plan_is_asked_undone_and_makes_takes_older(
    program: RunningProgram, card: ComparisonCard
) -> None:
    session, timeline = program.session, program.window.compose.timeline
    timeline.toggle_plan()
    timeline.commit_asked("register", ((3, 0.9),))
    assert session.cue.asked == {"register": ((3, 0.9),)}
    assert session.cue.request(session.settings).bar_attributes == (("register", ((3, 0.9),)),)
    assert session.undo_stack.undoText() == "Ask for Register"
    assert card.note.text() == comparison_card.OLDER
    assert timeline.state.plan.measured["register"][0] is not None
    session.undo_stack.undo()
    assert session.cue.asked == {} and timeline.state.asked == {}
    assert not card.note.isVisible()
