"""The cues of a project, acted on from their list: each act is one step, and exact."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from app.session import Session, Trouble
from tests.app.running_program import running_program


@pytest.fixture
def session(qt_app: QApplication, tmp_path: Path) -> Iterator[Session]:
    with running_program(tmp_path) as running:
        running.generate(takes=2)
        running.session.rename_cue("1M1", "The letter")
        yield running.session


def test_a_copy_has_everything_but_the_number(session: Session) -> None:
    cue = session.cue
    session.cue_acts.approve(cue.id, session.takes[1].id)
    steps = session.undo_stack.count()
    copy_id = session.cue_acts.duplicate(cue.id)
    assert [each.number for each in session.cues] == ["1M1", "1M1-2"]
    assert session.cue.id == cue.id, "a copy is not opened by itself"
    original = [take.take for take in session.takes]
    session.choose_cue(copy_id)
    assert [take.take for take in session.takes] == original
    assert session.cue.title == "The letter copy" and session.cue.status == "approved"
    approved = session.cue.approved_take
    assert approved is not None and approved.id == session.takes[1].id
    assert {take.id for take in session.takes}.isdisjoint(label.id for label in cue.takes)
    session.undo_stack.undo()
    assert session.undo_stack.count() == steps + 1 and len(session.cues) == 1
    assert session.cue_acts.duplicate("0" * 12) == ""


def test_another_cue_than_the_open_one_is_removed_and_comes_back(session: Session) -> None:
    first = session.cue.id
    session.add_cue()
    before = session.state
    session.remove_cue(first)
    assert len(session.cues) == 1 and session.cue.id != first
    session.remove_cue(session.cue.id)
    assert len(session.cues) == 1, "a project keeps one cue"
    session.undo_stack.undo()
    assert session.state == before


def test_approving_a_take_approves_the_cue_and_taking_it_back_goes_on(session: Session) -> None:
    acts, cue_id = session.cue_acts, session.cue.id
    take = session.takes[0].id
    acts.set_status(cue_id, "review")
    acts.approve(cue_id, take)
    assert (session.cue.approved, session.cue.status) == (take, "approved")
    acts.approve(cue_id, None)
    assert (session.cue.approved, session.cue.status) == (None, "work")
    for _ in range(2):
        session.undo_stack.undo()
    assert (session.cue.approved, session.cue.status) == (None, "review")


def test_a_show_plays_the_approved_take_before_the_starred_one(session: Session) -> None:
    session.star_take(session.takes[1].id, True)
    session.cue_acts.approve(session.cue.id, session.takes[0].id)
    session.showing.enter()
    assert session.showing.show is not None
    assert session.showing.show.cues[0].take == session.takes[0].id
    session.showing.leave()


def test_a_start_is_typed_and_refused_in_words(session: Session) -> None:
    heard: list[Trouble] = []
    session.trouble_arose.connect(heard.append)
    assert session.cue_acts.set_start(session.cue.id, "1:2:3:4")
    assert session.cue.start.timecode == "01:02:03:04"
    assert not session.cue_acts.set_start(session.cue.id, "noon")
    assert "noon is no time code" in heard[0].message
