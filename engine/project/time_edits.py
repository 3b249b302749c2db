"""Edits of a cue's place in time that are none of tempo, metre, key or length: phrases, start of
the picture, upbeat."""

from __future__ import annotations

import re
from typing import Any, Literal

from engine.errors import PsychoscoreError
from engine.project.cue import Cue
from engine.project.cue_marks import FrameRate, Start
from engine.project.edit import CueEdit
from engine.timecode import frame_number, frame_rate, timecode

_HOURS = 24


class SetPhrases(CueEdit):
    """Set the lengths of the phrases in bars; none leaves them to the music."""

    kind: Literal["set_phrases"] = "set_phrases"
    phrases: tuple[int, ...] = ()

    @property
    def text(self) -> str:
        return "Set Phrases" if self.phrases else "Clear Phrases"

    def changes(self, cue: Cue) -> dict[str, Any]:
        return {"phrases": self.phrases}


class SetStart(CueEdit):
    """Set time code, frame rate and the DAW's bar of bar 1."""

    kind: Literal["set_start"] = "set_start"
    start: Start

    @property
    def text(self) -> str:
        return "Set Start"

    def changes(self, cue: Cue) -> dict[str, Any]:
        check_start(self.start)
        return {"start": self.start}


class SetUpbeat(CueEdit):
    """Set the length of the music before bar 1."""

    kind: Literal["set_upbeat"] = "set_upbeat"
    upbeat_ticks: int = 0

    @property
    def text(self) -> str:
        return "Set Upbeat" if self.upbeat_ticks else "Remove Upbeat"

    def changes(self, cue: Cue) -> dict[str, Any]:
        return {"upbeat_ticks": self.upbeat_ticks}


def check_start(start: Start) -> None:
    """Refuse a time code that no clock shows; files that hold one can be read nevertheless.

    Raises:
        PsychoscoreError: a day has no such hour, or drop frame leaves that number out.
    """
    hours, minutes, seconds, frames = map(int, re.split("[:;]", start.timecode))
    if hours >= _HOURS:
        raise PsychoscoreError(f"{start.timecode} is beyond 24 hours.")
    rate = frame_rate(start.frame_rate)
    if rate.drop and seconds == 0 and minutes % 10 and frames < 2:
        following = timecode(0.0, rate, frame_number(start.timecode, rate))
        raise PsychoscoreError(
            f"There is no {start.timecode} in drop frame.", f"The nearest is {following}."
        )


def parse_start(text: str, rate: FrameRate, bar: int = 1) -> Start:
    """A start from what a person types, such as `1:2:3:4` or `01.02.03.04`.

    Raises:
        PsychoscoreError: it is no time code, or no clock shows it.
    """
    parts = re.split(r"[:;.,\s]+", text.strip())
    if len(parts) != 4 or not all(part.isdecimal() and len(part) <= 2 for part in parts):
        raise PsychoscoreError(
            f"{text.strip() or 'Nothing'} is no time code.", "Write it like 01:02:00:00."
        )
    found = frame_rate(rate)
    mark = ";" if found.drop else ":"
    hours, minutes, seconds, frames = (int(part) for part in parts)
    written = f"{hours:02}:{minutes:02}:{seconds:02}{mark}{frames:02}"
    if minutes > 59 or seconds > 59:
        raise PsychoscoreError(f"{written} has more than 59 minutes or seconds.")
    if frames >= found.nominal:
        raise PsychoscoreError(
            f"{written} has more frames than {found.nominal} a second.",
            f"Frames count from 00 to {found.nominal - 1}.",
        )
    start = Start(timecode=written, frame_rate=rate, bar=bar)
    check_start(start)
    return start
