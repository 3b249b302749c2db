"""Verdict and coherence as cards: old beside new, and the default is what the numbers say."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.training.coherence_card import NEEDS, CoherenceCard
from app.training.verdict_card import EMPTY, VerdictCard
from engine.training.events import (
    CoherenceMeasured,
    Judged,
    JudgingFailed,
    JudgingMoved,
    Noted,
    RunBegan,
    RunEvent,
)
from engine.training.story import RunState, RunStory

OLD = {"trauma": 0.6, "entropy": 0.8, "rsi_real": 0.2, "rsi_imaginary": 0.0}
BETTER = Judged(90, "open", "mine", 80, OLD, OLD, 6.5, 6.0, 0.20, 0.12, 68, 150.0)
WORSE = replace(BETTER, new_control=dict.fromkeys(OLD, -0.2))


def story_of(*events: RunEvent) -> RunStory:
    story = RunStory()
    story.tell(Noted(float(at), event) for at, event in enumerate(events))
    return story


@pytest.fixture
def card(qt_app: QApplication) -> VerdictCard:
    made = VerdictCard()
    made.resize(380, 330)
    made.show()
    return made


@pytest.mark.parametrize(
    ("judged", "default", "words"),
    [(BETTER, "use", "Use the new one: mine"), (WORSE, "keep", "Keep the old one: open")],
)
def test_the_default_button_is_the_better_model(
    card: VerdictCard, judged: Judged, default: str, words: str
) -> None:
    card.show_story(story_of(judged), RunState.ENDED, can_judge=True)
    assert card.headline.text() == words and card.headline.isVisible()
    chosen = {"use": card.use, "keep": card.keep}
    for name, button in chosen.items():
        assert button.isDefault() is (name == default)
        assert (button.property("kind") == "primary") is (name == default)
    heard: list[str] = []
    card.keep_wished.connect(lambda: heard.append("keep"))
    card.use_wished.connect(lambda: heard.append("use"))
    QTest.mouseClick(card.keep, Qt.MouseButton.LeftButton)
    QTest.mouseClick(card.use, Qt.MouseButton.LeftButton)
    assert heard == ["keep", "use"]


def test_old_and_new_stand_side_by_side(card: VerdictCard) -> None:
    card.show_story(story_of(BETTER), RunState.ENDED, can_judge=True)
    rows = [tuple(text.text() for text in row) for row in card.rows]
    assert ("Trauma", "+0.60", "+0.60") in rows
    assert ("Held-out loss", "6.50", "6.00") in rows
    assert ("Distance from your files", "0.20", "0.12") in rows
    assert (card.old.text(), card.new.text()) == ("open", "mine")


def test_without_a_verdict_it_says_what_one_is(card: VerdictCard) -> None:
    card.show_story(story_of(), None, can_judge=False)
    assert card.words.text() == EMPTY and not card.judge.isVisible() and not card.use.isVisible()
    card.show_story(story_of(JudgingFailed(9, "The old is gone.")), RunState.ENDED, can_judge=True)
    assert card.words.text() == "The old is gone." and card.judge.isVisible()
    going = story_of(RunBegan(0, 9, 0.0, 1, 2), JudgingMoved(9, 30, 136))
    card.show_story(going, RunState.JUDGING, can_judge=False)
    assert (card.bar.value(), card.bar.maximum()) == (30, 136) and card.bar.isVisible()


def test_coherence_is_drawn_where_the_events_have_it(qt_app: QApplication) -> None:
    card = CoherenceCard()
    card.resize(380, 330)
    card.show()
    card.show_story(story_of())
    assert card.needs.isVisible() and card.needs.text() == NEEDS and not card.plot.isVisible()
    card.show_story(story_of(CoherenceMeasured(10, 0.4, 0.3), CoherenceMeasured(20, 0.8, 0.1)))
    assert card.plot.isVisible() and not card.needs.isVisible()
    assert [list(each) for each in card.same.getData()] == [[10, 20], [0.4, 0.8]]
    assert [list(each) for each in card.different.getData()] == [[10, 20], [0.3, 0.1]]
    assert card.different.opts["pen"].style() == Qt.PenStyle.DashLine
