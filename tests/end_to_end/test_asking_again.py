"""The model that ships, in the real window: bars again, a voice, more bars, around a lock.

Offscreen, with the real worker and a player that remembers; four bars, so that it is quick.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from app.main import build
from app.session import ModelState, Session
from engine.model_composer import load_composer
from engine.score import Note, Voice
from engine.take import Take
from tests.app.breathing import breathe
from tests.app.recording_player import RecordingPlayer

BARS = 4
PATIENCE = 60.0


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, "it did not come to hold"
        breathe()


@pytest.fixture
def session(qt_app: QApplication, tmp_path: Path) -> Iterator[Session]:
    program = build(tmp_path / "user", tmp_path / "documents", load_composer, RecordingPlayer)
    program.window.show()
    program.worker.start()
    session = program.session
    told: list[str] = []
    session.trouble_arose.connect(lambda trouble: told.append(f"{trouble}"))
    until(lambda: session.model.state is ModelState.READY)
    session.set_bars(BARS)
    yield session
    session.cancel()
    program.worker.close()
    program.window.leave()
    session.undo_stack.blockSignals(True)  # as the program does when it ends
    program.window.deleteLater()
    assert told == []


def composed(session: Session, takes: int) -> Take:
    """Wait for a take, and give the last one."""
    until(lambda: session.generation is None and len(session.takes) == takes)
    take = session.takes[-1].take
    assert take is not None
    return take


def notes(take: Take, first: int, last: int) -> list[Note]:
    starts = take.score.starts
    return [note for note in take.score.notes if starts[first - 1] <= note.onset < starts[last]]


def test_a_take_is_asked_again_in_every_way(session: Session) -> None:
    asking = session.asking
    session.generate(1, seed=5)
    base = composed(session, 1)

    session.loop_bars(2, 3)
    asking.compose_again()
    again = composed(session, 2)
    assert (notes(again, 1, 1), notes(again, 4, 4)) == (notes(base, 1, 1), notes(base, 4, 4))
    assert notes(again, 2, 3) != notes(base, 2, 3)

    asking.choose_voices({Voice.BASS})
    asking.compose_again()
    bass = composed(session, 3)
    kept = [note for note in again.score.notes if note.voice is not Voice.BASS]
    assert [note for note in bass.score.notes if note.voice is not Voice.BASS] == kept

    asking.choose_voices(Voice)
    asking.choose_bars_more(2)
    asking.go_on()
    longer = composed(session, 4)
    assert session.cue.bars == BARS + 2 and notes(longer, 5, 6)
    assert notes(longer, 1, 4) == list(bass.score.notes)

    asking.lock(2, 3)
    session.generate(1)
    around = composed(session, 5)
    assert notes(around, 2, 3) == notes(longer, 2, 3)
    assert notes(around, 1, 1) != notes(longer, 1, 1)
    assert notes(around, 4, 6) != notes(longer, 4, 6)
    assert session.takes[-1].title == "D, bars 1, 4-6 anew"
    assert around.provenance.lineage == base.provenance.lineage
