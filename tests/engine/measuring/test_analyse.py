"""The analysis of scores and files, and the JSON that scripts read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.errors import PsychoscoreError
from engine.measuring.analyse import analyse
from engine.measuring.attributes import ATTRIBUTES, Texture
from engine.measuring.reference import Reference, estimate
from engine.midi.file import read_score, write_midi
from engine.score import Score
from tests.engine.measuring.pieces import chord, line, score, song

NAMES = [each.name for each in ATTRIBUTES]


def test_json_has_the_contracted_shape() -> None:
    found = analyse(song(3)).as_json()
    assert list(found) == ["file", "profile", "attributes", "bars"]
    assert list(found["profile"]) == ["trauma", "entropy", "rsi"]
    assert list(found["profile"]["rsi"]) == ["real", "imaginary"]
    assert list(found["attributes"]) == [*NAMES, "texture"]
    assert [bar["bar"] for bar in found["bars"]] == list(range(1, 17))
    for bar in found["bars"]:
        assert list(bar) == ["bar", "profile", "attributes"]
        assert list(bar["attributes"]) == [*NAMES, "texture"]


def test_json_is_strict() -> None:
    found = analyse(score(line((60, 62)), bars=3)).as_json()
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert found["bars"][2]["attributes"]["velocity_mean"] is None


def test_numbers_are_those_of_the_estimate() -> None:
    piece = song(5)
    found, straight = analyse(piece), estimate(piece, Reference.load())
    assert found.profile == straight.whole
    assert tuple(bar.profile for bar in found.bars) == straight.bars


def test_whole_attributes_are_means_over_defined_bars() -> None:
    notes = line((60, 62, 64, 65)) + chord(4, (60, 64, 67), 4.0)
    found = analyse(score(notes, bars=3)).attributes
    assert found.get("onset_rate") == pytest.approx((2.0 + 0.5 + 0.0) / 3)
    assert found.get("polyphony") == pytest.approx((1.0 + 3.0) / 2)


def test_the_whole_texture_is_the_commonest_that_is_heard() -> None:
    notes = line((60, 62, 64, 65)) + line((67, 65, 64, 62), start=4.0)
    assert analyse(score(notes, bars=9)).attributes.texture is Texture.SINGLE_LINE
    assert analyse(score([], bars=2)).attributes.texture is Texture.SILENCE


def test_a_file_is_measured_as_its_score(tmp_path: Path) -> None:
    path = tmp_path / "cue.mid"
    write_midi(song(7), path)
    from_file, from_score = analyse(path), analyse(read_score(path))
    assert from_file.file == str(path)
    assert from_file.as_json()["bars"] == from_score.as_json()["bars"]


def test_no_bars() -> None:
    found = analyse(Score((), ()))
    assert found.bars == ()
    assert found.profile.entropy == 0.0


def test_a_file_that_is_no_midi_is_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "words.mid"
    path.write_text("no music")
    with pytest.raises(PsychoscoreError, match=r"words\.mid"):
        analyse(path)
