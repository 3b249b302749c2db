"""Takes are measured off the GUI thread, once, and again when they are edited."""

from __future__ import annotations

import threading
import time

from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QApplication

from app.session.measuring import TakeMeasuring
from engine.measuring.reference import ProfileEstimate, Reference, estimate
from engine.score import Key, Metre, Note, Score, TempoMap, Voice
from engine.take import GenerationRequest, Provenance, Take
from tests.app.breathing import breathe

NOTES = tuple(Note(beat * 480, 400, 60 + beat % 5, 80, Voice.MELODY) for beat in range(8))


def take(notes: tuple[Note, ...]) -> Take:
    score = Score(notes, (Metre(),) * 2, TempoMap(), Key(0, "major"))
    told = Provenance(GenerationRequest(), "model", "0" * 64, (0.7,) * 2, (), False, "0")
    return Take(score, told)


def until_found(measuring: TakeMeasuring) -> ProfileEstimate:
    deadline = time.monotonic() + 10.0
    while measuring.busy:
        assert time.monotonic() < deadline, "it was never measured"
        breathe()
    assert measuring.found is not None
    return measuring.found


def test_a_take_is_measured_as_the_engine_measures_it(qt_app: QApplication) -> None:
    measuring, music = TakeMeasuring(rest_ms=10), take(NOTES)
    measuring.watch(music)
    assert measuring.found is None  # not on this thread
    assert until_found(measuring).bars == estimate(music.score, Reference.load()).bars


def test_a_take_measured_before_is_known_at_once(qt_app: QApplication) -> None:
    measuring, first, second = TakeMeasuring(rest_ms=10), take(NOTES), take(NOTES[:3])
    measuring.watch(first)
    found = until_found(measuring)
    measuring.watch(second)
    assert measuring.found is None
    assert until_found(measuring) is not found
    heard = QSignalSpy(measuring.changed)
    measuring.watch(first)
    assert measuring.found is found and heard.count() == 1


def test_of_several_edits_in_a_row_only_the_last_is_measured(qt_app: QApplication) -> None:
    measuring = TakeMeasuring(rest_ms=10)
    edits = [take(NOTES[:count]) for count in (8, 7, 6)]
    for each in edits:
        measuring.watch(each)
    until_found(measuring)
    measuring.watch(edits[0])
    assert measuring.found is None


def test_the_gui_thread_measures_nothing(qt_app: QApplication) -> None:
    measuring = TakeMeasuring(rest_ms=10)
    measuring.watch(take(NOTES))
    until_found(measuring)
    assert any(thread.name.startswith("measuring") for thread in threading.enumerate())


def test_nothing_to_watch_finds_nothing(qt_app: QApplication) -> None:
    measuring = TakeMeasuring(rest_ms=10)
    measuring.watch(take(()))
    found = until_found(measuring)
    assert found.whole.entropy == 0.0
    measuring.watch(None)
    assert measuring.found is None
