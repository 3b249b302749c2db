"""The ear test: balanced blind pairs that differ in one thing, and answers that are kept."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from engine.ear_test import APART, LOUDNESS, Answer, HeardAnswers, ear_pairs, levelled
from engine.errors import PsychoscoreError
from engine.profile import DIMENSION_BY_NAME
from engine.score import Metre, Note, Score, Voice
from engine.trust import Heard


def test_six_pairs_a_dimension_half_of_them_the_other_way_round() -> None:
    pairs = ear_pairs(5)
    assert Counter(pair.name for pair in pairs) == dict.fromkeys(DIMENSION_BY_NAME, 6)
    assert Counter(pair.name for pair in pairs if pair.high_first) == dict.fromkeys(
        DIMENSION_BY_NAME, 3
    )
    assert ear_pairs(5) == pairs and ear_pairs(6) != pairs
    assert [pair.name for pair in pairs] != sorted(pair.name for pair in pairs)
    assert {pair.question.split()[-1] for pair in pairs} == {
        "wounded?",
        "agitated?",
        "returning?",
        "estranged?",
    }


def test_a_pair_differs_in_its_dimension_alone() -> None:
    for pair in ear_pairs(1):
        first, second = pair.requests()
        assert replace(first, lanes=second.lanes) == second
        more, less = (first, second) if pair.high_first else (second, first)
        values = [each.lanes.profile.get(pair.name) for each in (more, less)]
        assert values[0] - values[1] == pytest.approx(APART)
        for name in DIMENSION_BY_NAME:
            if name != pair.name:
                assert first.lanes.profile.get(name) == DIMENSION_BY_NAME[name].default
        assert first.fixed_temperature is not None and first.key is not None


def test_clips_are_equally_loud() -> None:
    for loudness in (20, 60, 110):
        notes = tuple(Note(480 * at, 240, 60, loudness + at % 7, Voice.MELODY) for at in range(16))
        level = levelled(Score(notes, (Metre(),) * 4))
        mean = sum(note.velocity for note in level.notes) / 16
        assert mean == pytest.approx(LOUDNESS, abs=1.0)
    assert levelled(Score((), (Metre(),))).notes == ()


def test_answers_are_kept_by_model(tmp_path: Path) -> None:
    store = HeardAnswers(tmp_path / "hearing")
    assert store.heard("ab12") == {}
    answers = [Answer(name="trauma", seed=3, right=right) for right in (True, False)]
    store.add("open", "ab12", answers)
    store.add("open", "ab12", [Answer(name="entropy", seed=4, right=True)])
    assert store.heard("ab12") == {"trauma": Heard(1, 2), "entropy": Heard(1, 1)}
    assert store.heard("cd34") == {}


@pytest.mark.parametrize(
    "content",
    ["", "[]", '{"format": 2, "model": "m", "hash": "ab", "answers": []}',
     '{"format": 1, "model": "m", "hash": "ab", "answers": [{"name": "joy"}]}',
     '{"format": 1, "model": "m", "hash": "ab", "answers": [], "more": 1}'],
)  # fmt: skip
def test_a_broken_file_is_told_and_never_overwritten(content: str, tmp_path: Path) -> None:
    store = HeardAnswers(tmp_path)
    (tmp_path / "ab12.json").write_text(content)
    with pytest.raises(PsychoscoreError, match="ab12"):
        store.heard("ab12")
    with pytest.raises(PsychoscoreError):
        store.add("open", "ab12", [Answer(name="trauma", seed=3, right=True)])
    assert (tmp_path / "ab12.json").read_text() == content
