"""Hits, an ending and dialogue as words of the command line."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from engine.cli.wishes import add_wish_arguments, requests
from engine.errors import PsychoscoreError
from engine.picture import Dialogue, Hit
from engine.take import GenerationRequest


def asked(*words: str) -> GenerationRequest:
    parser = argparse.ArgumentParser()
    add_wish_arguments(parser)
    return requests(parser.parse_args(["--bars", "8", "--tempo", "60", *words]))[0]


def test_nothing_typed_nothing_asked() -> None:
    wish = asked()
    assert (wish.hits, wish.ending, wish.dialogue) == ((), None, ())


def test_hits_and_an_ending() -> None:
    wish = asked("--hit", "5:silence", "--hit", "3.5", "--ending", "thin_away")
    assert wish.hits == (Hit(3.5, "accent"), Hit(5.0, "silence"))
    assert wish.ending == "thin_away"


def test_dialogue_from_subtitles_that_begin_with_bar_1(tmp_path: Path) -> None:
    path = tmp_path / "a.srt"
    path.write_text("1\n00:00:04,000 --> 00:00:06,000\nWho's there?\n")
    assert asked("--dialogue", str(path)).dialogue == (Dialogue(2.0, 2.5),)


@pytest.mark.parametrize("word", ["x:accent", "3:loud", "0.5:accent", "nan:accent"])
def test_a_hit_that_is_none(word: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        asked("--hit", word)
    assert "3.5:accent" in capsys.readouterr().err


def test_a_hit_behind_the_end() -> None:
    with pytest.raises(PsychoscoreError, match="the music has 8 bars"):
        asked("--hit", "9:accent")
