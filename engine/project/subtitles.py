"""Subtitles: when people speak, read from an .srt file as it comes, in any of its dialects.

A block is a line of two times and lines of text until a blank one. Numbers before blocks may be
missing or wrong, times may have a point for the comma; markup is left out.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from pathlib import Path

from engine.errors import PsychoscoreError
from engine.project.cue_marks import DialogueBlock
from engine.project.picture_clock import PictureClock
from engine.take import MAXIMUM_BARS

MAXIMUM_BYTES = 4_000_000
MAXIMUM_SUBTITLES = 20_000
MAXIMUM_TEXT = 2000
_TIME = r"(?:(\d{1,3}):)?(\d{1,2}):(\d{1,2})(?:[,.:](\d{1,3}))?"
_TIMES = re.compile(rf"\s*{_TIME}\s*-+>\s*{_TIME}(?:\s.*)?")
_MARKUP = re.compile(r"</?[a-zA-Z][^<>]{0,200}>|\{\\[^{}]{0,200}\}")


@dataclass(frozen=True, slots=True)
class Subtitle:
    """Something that is said, from `start` to `end` in seconds of the file."""

    start: float
    end: float
    text: str


def read_subtitles(path: Path) -> tuple[Subtitle, ...]:
    """The subtitles of a file, ascending.

    Raises:
        PsychoscoreError: the file cannot be read, is too large, or a line has no meaning; it
            names file and line.
    """
    try:
        if path.stat().st_size > MAXIMUM_BYTES:
            raise PsychoscoreError(f"{path} is larger than {MAXIMUM_BYTES // 1_000_000} MB.")
        content = path.read_bytes()[: MAXIMUM_BYTES + 1]
    except OSError as error:
        raise PsychoscoreError(f"{path} cannot be read: {error.strerror}.") from error
    return parse_subtitles(_text(content), str(path))


def parse_subtitles(text: str, name: str = "The subtitles") -> tuple[Subtitle, ...]:
    """The subtitles in a text, ascending.

    Args:
        name: what the errors call it.

    Raises:
        PsychoscoreError: as `read_subtitles`.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    found: list[Subtitle] = []
    at = 0
    while at < len(lines):
        line = lines[at].strip()
        following = lines[at + 1] if at + 1 < len(lines) else ""
        if not line or (line.isdecimal() and "->" in following):
            at += 1
            continue
        start, end = _times(line, f"{name}, line {at + 1}")
        said: list[str] = []
        at += 1
        while at < len(lines) and lines[at].strip() and not _begins(lines, at):
            said.append(lines[at])
            at += 1
        found.append(Subtitle(start, end, _plain(said)))
        if len(found) > MAXIMUM_SUBTITLES:
            raise PsychoscoreError(f"{name} has more than {MAXIMUM_SUBTITLES} subtitles.")
    if not found:
        raise PsychoscoreError(f"{name} has no subtitles.", "It should be an .srt file.")
    return tuple(sorted(found, key=lambda each: (each.start, each.end)))


def dialogue_blocks(
    subtitles: tuple[Subtitle, ...],
    clock: PictureClock,
    bars: int,
    *,
    offset: float = 0.0,
    gap: float = 0.5,
) -> tuple[DialogueBlock, ...]:
    """The subtitles that fall within a cue as blocks of dialogue.

    Args:
        clock: of the cue.
        bars: length of the cue.
        offset: seconds that are added to the file's times to count from bar 1: where the file
            counts from the same zero as the time code, minus the cue's start.
        gap: pauses in seconds that are shorter join what is said around them.
    """
    joined: list[Subtitle] = []
    for each in subtitles:
        last = joined[-1] if joined else None
        if last is not None and each.start - last.end < gap:
            text = f"{last.text} / {each.text}".strip(" /")[:MAXIMUM_TEXT]
            joined[-1] = Subtitle(last.start, max(last.end, each.end), text)
        else:
            joined.append(each)
    end = min(bars, MAXIMUM_BARS) + 1 - 1e-6
    blocks: list[DialogueBlock] = []
    for each in joined:
        first = max(clock.bar_of_seconds(each.start + offset), 1.0)
        last_bar = min(clock.bar_of_seconds(each.end + offset), end)
        if first < last_bar:
            blocks.append(DialogueBlock(first=first, last=last_bar, text=each.text))
    return tuple(blocks)


def timecode_offset(clock: PictureClock) -> float:
    """The offset of a file whose zero is time code 00:00:00:00."""
    return clock.seconds_of_timecode("00:00:00:00")


def _text(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        # Subtitles from before UTF-8; no byte has no meaning there.
        return content.decode("latin-1")


def _begins(lines: list[str], at: int) -> bool:
    """Whether a block begins at this line although none is blank before it."""
    following = lines[at + 1] if at + 1 < len(lines) else ""
    numbered = lines[at].strip().isdecimal() and _TIMES.fullmatch(following)
    return bool(numbered or _TIMES.fullmatch(lines[at]))


def _times(line: str, place: str) -> tuple[float, float]:
    match = _TIMES.fullmatch(line)
    if not match:
        shown = line if len(line) <= 60 else f"{line[:57]}..."
        raise PsychoscoreError(
            f"{place}: {shown!r} should be two times.", "Such as 00:01:02,500 --> 00:01:04,000."
        )
    groups = match.groups()
    start, end = _seconds(groups[:4], place), _seconds(groups[4:], place)
    if end <= start:
        raise PsychoscoreError(f"{place}: what is said ends before it begins.")
    return start, end


def _seconds(groups: tuple[str | None, ...], place: str) -> float:
    hours, minutes, seconds = (int(each or 0) for each in groups[:3])
    if minutes > 59 or seconds > 59:
        raise PsychoscoreError(f"{place}: minutes and seconds go up to 59.")
    part = float(f"0.{groups[3] or 0}")
    return 3600.0 * hours + 60 * minutes + seconds + part


def _plain(said: list[str]) -> str:
    text = html.unescape(_MARKUP.sub("", " ".join(each.strip() for each in said)))
    return " ".join("".join(c for c in text if c.isprintable()).split())[:MAXIMUM_TEXT]
