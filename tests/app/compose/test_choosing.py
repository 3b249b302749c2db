"""The best of several takes, weakest bars again, one dimension muted: by clicks on the window."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from app.session.closer import without
from engine.lanes import Lane, Lanes
from engine.profile import Profile
from engine.project.edits import SetConfigValue
from engine.score import Score
from engine.take import GenerationRequest, Provenance, Take
from tests.app.running_program import RunningProgram, running_program
from tests.app.scripted_composer import MATCHES

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def program(qt_app: QApplication, tmp_path: Path) -> Iterator[RunningProgram]:
    with running_program(tmp_path) as running:
        running.composer.matches = MATCHES
        yield running


def choose(menu: QMenu, *path: str) -> None:
    """Choose an entry of a menu by its words."""
    for step in path:
        found = [each for each in menu.actions() if each.text() == step]
        assert found, [each.text() for each in menu.actions()]
        assert found[0].isEnabled(), step
        inner = found[0].menu()
        if isinstance(inner, QMenu):
            menu = inner
        else:
            found[0].trigger()


def count_menu(program: RunningProgram, *path: str) -> None:
    button = program.window.compose.takes.count
    QTest.mouseClick(button, LEFT)
    menu = button.findChildren(QMenu, options=Qt.FindChildOption.FindDirectChildrenOnly)[-1]
    choose(menu, *path)
    menu.close()


def take_menu(program: RunningProgram, index: int, *path: str) -> None:
    takes = program.window.compose.takes
    takes.cards[index].menu_requested.emit(takes.mapToGlobal(QPoint(0, 0)))
    menu = takes.findChildren(QMenu, options=Qt.FindChildOption.FindDirectChildrenOnly)[-1]
    choose(menu, *path)
    menu.close()


def provenance(program: RunningProgram, index: int) -> Provenance:
    take = program.session.takes[index].take
    assert take is not None
    return take.provenance


def wait(program: RunningProgram, takes: int) -> None:
    program.until(
        lambda: program.session.generation is None and len(program.session.takes) == takes
    )


def test_generate_keeps_the_best_of_eight(program: RunningProgram) -> None:
    count_menu(program, "Best of 8")
    assert program.window.compose.takes.count.text() == "Compose 1, best of 8"
    QTest.mouseClick(program.window.transport.generate, LEFT)
    wait(program, 1)
    made = provenance(program, 0)
    assert (made.best_of, made.request.take, made.match) == (8, 5, MATCHES[5])
    card = program.window.compose.takes.cards[0]
    assert "match 77% of 8" in card.about.text()
    assert "best of 8" in card.toolTip()
    # The same seed makes the same music again, as the candidate that won.
    program.session.best_of = 1
    take_menu(program, 0, "Compose again with this seed")
    wait(program, 2)
    notes = [take.notes for take in program.session.takes]
    assert notes[0] == notes[1] and provenance(program, 1).request == made.request


def test_nothing_of_the_candidates_is_heard_until_one_is_kept(
    qt_app: QApplication, tmp_path: Path
) -> None:
    gate = threading.Semaphore(0)
    with running_program(tmp_path, gate) as program:
        program.composer.matches = MATCHES
        count_menu(program, "Best of 4")
        program.session.generate()
        gate.release(20)
        program.until(lambda: sum(program.session.generation.bars_done) >= 10)
        assert len(program.window.compose.takes.cards) == 1
        assert not program.session.transport.playing
        gate.release(100)
        wait(program, 1)
        assert program.session.transport.playing
        assert provenance(program, 0).request.take == 2


def test_the_best_two_of_four_come_in_order(program: RunningProgram) -> None:
    count_menu(program, "2 takes")
    count_menu(program, "Best of 4")
    program.session.generate()
    wait(program, 2)
    assert [provenance(program, at).request.take for at in (0, 1)] == [2, 3]
    assert "second best of 4" in program.window.compose.takes.cards[1].toolTip()
    program.session.undo_stack.undo()
    assert not program.session.takes


def test_takes_that_cannot_be_compared_are_kept_as_they_come(program: RunningProgram) -> None:
    program.composer.matches = ()
    program.session.best_of = 4
    program.session.generate()
    wait(program, 1)
    assert provenance(program, 0).best_of == 1
    assert "cannot be compared" in program.window.status.trouble.toolTip()


def test_generate_goes_on_until_the_take_is_close_enough(program: RunningProgram) -> None:
    count_menu(program, "Until close enough", "Until match 60%")
    program.session.generate()
    wait(program, 1)
    made = provenance(program, 0)
    assert made.match == pytest.approx(0.62) and len(made.refined) == 2
    assert "weakest bars composed again 2 times" in program.window.compose.takes.cards[0].toolTip()


def test_a_take_is_improved_as_a_new_take_and_undone(program: RunningProgram) -> None:
    program.generate(seed=3)
    take_menu(program, 0, "Improve the weakest bars", "Until match 50%")
    wait(program, 2)
    assert program.session.takes[1].title == "A, closer"
    assert provenance(program, 1).match == pytest.approx(0.52)
    assert provenance(program, 0).refined == ()


def test_improving_is_cancelled_and_keeps_nothing(qt_app: QApplication, tmp_path: Path) -> None:
    gate = threading.Semaphore(16)
    with running_program(tmp_path, gate) as program:
        program.composer.matches = MATCHES
        program.generate(seed=3)
        program.session.closer.refine(program.session.takes[0].id, 0.9)
        gate.release(2)
        card = program.window.compose.takes.cards[-1]
        program.until(lambda: "again, match" in card.name.toolTip())
        assert card.name.toolTip() == "Bars 1-4 again, match 62%"
        QTest.keyClick(program.window, Qt.Key.Key_Escape)
        program.until(lambda: program.session.generation is None)
        assert len(program.session.takes) == 1


def test_one_dimension_is_muted_with_the_same_seed(program: RunningProgram) -> None:
    program.session.set_values({"trauma": 0.9, "entropy": 0.8})
    program.generate(seed=3)
    take_menu(program, 0, "Mute one dimension", "Without trauma")
    wait(program, 2)
    assert program.session.takes[1].title == "A - without trauma"
    was, now = provenance(program, 0).request, provenance(program, 1).request
    assert (now.seed, now.take, now.metres) == (was.seed, was.take, was.metres)
    assert now.lanes.profile == Profile(trauma=0.5, entropy=0.8)
    # The cue still asks for what it asked for: the muted take is older than its psyche.
    assert not program.session.takes[0].stale and program.session.takes[1].stale


def test_a_muted_dimension_is_neutral_in_every_bar() -> None:
    lanes = Lanes(Profile(trauma=0.9), (Lane("trauma", ((1.0, 0.1), (9.0, 0.9))),))
    told = Provenance(GenerationRequest(lanes), "m", "0", (), (), False, "0")
    muted = without(Take(Score((), ()), told), "trauma")
    assert {profile.trauma for profile in muted.profiles(range(1, 12))} == {0.5}


def test_a_take_that_shares_too_much_offers_another(program: RunningProgram) -> None:
    program.composer.shared = 14
    program.generate(seed=3)
    card = program.window.compose.takes.cards[0]
    assert card.known.isHidden()
    assert "Longest run shared with the music its model heard: 14 notes" in card.toolTip()
    program.session.commit(SetConfigValue(key="generation.shared_limit", value=12))
    program.until(card.known.isVisible)
    assert card.known.text() == "14 known"
    assert card.about.text() == "match 42%"
    QTest.mouseClick(card.known, LEFT)
    wait(program, 2)
    was, now = provenance(program, 0).request, provenance(program, 1).request
    assert program.session.takes[1].title == "A, again"
    assert now.lanes == was.lanes and now.seed != was.seed


def test_only_the_bars_whose_lane_was_redrawn_are_composed_again(program: RunningProgram) -> None:
    session = program.session
    program.generate(seed=3)
    assert session.closer.changed() == ()
    session.set_lane(
        "trauma",
        Lane("trauma", ((1, 0.5), (5, 0.5), (5, 0.9), (7, 0.9), (7, 0.5), (14, 0.5), (14, 0.8))),
    )
    assert session.closer.changed() == ((5, 6), (14, 16))
    assert session.current_take is not None and session.current_take.stale
    take_menu(program, 0, "Compose changed bars 5-6, bars 14-16 again")
    wait(program, 2)
    assert session.takes[1].title == "A, bars 5-6, bars 14-16 anew"
    old, new = (each.take for each in session.takes)
    assert old is not None and new is not None
    starts = old.score.starts
    for bar in range(1, 17):
        was, now = (
            [n for n in each.score.notes if starts[bar - 1] <= n.onset < starts[bar]]
            for each in (old, new)
        )
        assert (was == now) == (bar not in (5, 6, 14, 15, 16)), bar
    assert not session.takes[1].stale and session.closer.changed() == ()


def test_a_take_is_approved_and_taken_back_in_its_menu(program: RunningProgram) -> None:
    program.generate(takes=1)
    session = program.session
    take_menu(program, 0, "Approve")
    assert session.cue.approved == session.takes[0].id and session.cue.status == "approved"
    take_menu(program, 0, "Take back approval")
    assert session.cue.approved is None and session.cue.status == "work"
    session.undo_stack.undo()
    assert session.cue.approved == session.takes[0].id
