"""Subtitles: dialects that are read, lines that are not, and blocks in bars."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import PsychoscoreError
from engine.project.cue_marks import Start
from engine.project.picture_clock import PictureClock
from engine.project.subtitles import (
    MAXIMUM_BYTES,
    Subtitle,
    dialogue_blocks,
    parse_subtitles,
    read_subtitles,
    timecode_offset,
)
from engine.score import Metre, TempoMap

PLAIN = "1\n00:00:01,500 --> 00:00:03,250\nWho's there?\n\n2\n00:00:08,000 --> 00:00:09,000\nNay\n"
CLOCK = PictureClock((Metre(),) * 8, TempoMap(((0, 60.0),)), Start(timecode="00:00:10:00"))


def test_a_plain_file() -> None:
    assert parse_subtitles(PLAIN) == (
        Subtitle(1.5, 3.25, "Who's there?"),
        Subtitle(8.0, 9.0, "Nay"),
    )


@pytest.mark.parametrize(
    "text",
    [
        PLAIN.replace("\n", "\r\n"),
        PLAIN.replace(",", "."),
        PLAIN.replace("1\n00", "00", 1).replace("2\n00", "00", 1),
        PLAIN.replace("?\n\n2", "?\n2"),
        "\n\n\n" + PLAIN.replace("Nay", "<i>{\\an8}Nay</i>"),
        PLAIN.replace("03,250", "03,25 X1:100 Y1:20"),
        PLAIN.replace("00:00:08,000 --> 00:00:09,000", "0:08.0 --> 0:09"),
    ],
)
def test_dialects(text: str) -> None:
    assert parse_subtitles(text) == parse_subtitles(PLAIN)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
def test_letters_of_any_file(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.srt"
    path.write_bytes(PLAIN.replace("Nay", "Schöner").encode(encoding))
    assert read_subtitles(path)[1].text == "Schöner"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (PLAIN.replace("--> 00:00:09", "to 00:00:09"), "line 5: '2'"),
        (PLAIN.replace("00:00:09,000", "00:00:07,000"), "line 6: what is said ends before"),
        (PLAIN.replace("00:00:09,000", "00:61:07,000"), "line 6: minutes and seconds"),
        ("", "has no subtitles"),
    ],
)
def test_errors_are_sentences_with_their_line(text: str, said: str) -> None:
    with pytest.raises(PsychoscoreError) as error:
        parse_subtitles(text, "a.srt")
    assert str(error.value).startswith("a.srt") and said in str(error.value)


def test_a_file_that_is_too_large_or_missing(tmp_path: Path) -> None:
    path = tmp_path / "a.srt"
    path.write_bytes(b"x" * (MAXIMUM_BYTES + 1))
    with pytest.raises(PsychoscoreError, match="larger than 4 MB"):
        read_subtitles(path)
    with pytest.raises(PsychoscoreError, match="cannot be read"):
        read_subtitles(tmp_path / "none.srt")


def test_blocks_in_bars_with_an_offset_joined_and_cut_to_the_cue() -> None:
    said = (Subtitle(0, 1, "before"), Subtitle(12, 14, "a"), Subtitle(14.2, 16, "b"))
    late = (Subtitle(20, 21, "c"), Subtitle(41, 99, "end"), Subtitle(100, 101, "after"))
    blocks = dialogue_blocks(said + late, CLOCK, 8, offset=timecode_offset(CLOCK))
    assert [(round(b.first, 4), round(b.last, 4), b.text) for b in blocks] == [
        (1.5, 2.5, "a / b"),
        (3.5, 3.75, "c"),
        (8.75, 9.0, "end"),
    ]
