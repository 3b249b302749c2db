"""Places in a cue as people write them: bar and beat, seconds, or time code; and frames missed."""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.compose.timeline.bars import BarGrid
from app.compose.timeline.state import TimelineState
from engine.project.cue_marks import Start
from engine.project.picture_clock import PictureClock
from engine.score import bar_starts
from engine.timecode import frame_number, timecode

_BEATS = re.compile(r"(\d{1,4})(?:\.(\d{1,2})(?:\.(\d{1,4}))?)?")
_SECONDS = re.compile(r"(?:(\d{1,3}):)?(\d{1,5}(?:[.,]\d{1,4})?)\s*s(?:ec|econds)?", re.IGNORECASE)
_MINUTES = re.compile(r"(\d{1,3}):(\d{2}(?:[.,]\d{1,4})?)")


def clock_of(state: TimelineState) -> PictureClock:
    """The clock of the cue that is shown."""
    start = Start.model_construct(timecode=state.start_timecode, frame_rate=state.rate.label)
    return PictureClock(state.bars.metres, state.tempo, start)


def nearest_timecode(clock: PictureClock, tick: float) -> str:
    """The time code of the frame that begins nearest to a tick."""
    half = 0.5 / clock.rate.per_second
    return clock.timecode_of_seconds(clock.tempo.seconds(tick) + half)


def frames_late(clock: PictureClock, tick: float, text: str) -> float:
    """By how many frames the music at a tick comes after a time code."""
    return clock.frames(clock.tempo.seconds(tick) - clock.seconds_of_timecode(text))


@dataclass(frozen=True, slots=True)
class Place:
    """A tick of the cue; `timecode` where it was said as one."""

    tick: int
    timecode: str | None = None


def read_place(text: str, clock: PictureClock) -> Place:
    """Read `5.3`, `5.3.120`, `12.5 s`, `0:12.5` or `01:00:12:12`.

    Raises:
        ValueError: it has another form, or lies outside the cue; a sentence says which.
    """
    text = text.strip()
    if text.count(":") + text.count(";") == 3:
        tick = _within(clock.seconds_of_timecode(text), clock, text)
        return Place(tick, timecode(0.0, clock.rate, frame_number(text, clock.rate)))
    if match := _SECONDS.fullmatch(text) or _MINUTES.fullmatch(text):
        minutes, rest = match.groups()
        seconds = 60 * int(minutes or 0) + float(rest.replace(",", "."))
        return Place(_within(seconds, clock, text))
    if match := _BEATS.fullmatch(text):
        bar, beat, rest = (int(part) if part else None for part in match.groups())
        return Place(_of_beat(bar or 0, beat or 1, rest or 0, clock))
    raise ValueError("Write it as bar.beat (5.3), seconds (12.5 s) or time code (01:00:12:12).")


def _within(seconds: float, clock: PictureClock, text: str) -> int:
    end = bar_starts(clock.metres)[-1]
    if not -1e-6 <= seconds < clock.tempo.seconds(end):
        raise ValueError(f"{text} lies outside the cue.")
    return min(max(round(clock.tempo.tick(seconds)), 0), end - 1)


def _of_beat(bar: int, beat: int, rest: int, clock: PictureClock) -> int:
    if not 1 <= bar <= len(clock.metres):
        raise ValueError(f"The cue has bars 1 to {len(clock.metres)}.")
    metre = clock.metres[bar - 1]
    inside = (beat - 1) * metre.beat_ticks + rest
    if beat < 1 or inside >= metre.ticks:
        raise ValueError(f"Bar {bar} has {metre.ticks // metre.beat_ticks} beats.")
    return bar_starts(clock.metres)[bar - 1] + inside


def beat_text(tick: float, bars: BarGrid) -> str:
    """`5.3`, or `5.3.120` between beats."""
    index = bars.index(tick)
    metre = bars.metres[index]
    beat, rest = divmod(round(tick) - bars.starts[index], metre.beat_ticks)
    return f"{index + 1}.{beat + 1}" + (f".{rest:03}" if rest else "")


def frames_text(late: float) -> str:
    """`+3 f` where the music comes three frames late; empty within half a frame."""
    return "" if abs(late) < 0.5 else f"{late:+.0f} f"


def frames_words(late: float) -> str:
    """The same in words, to a tenth of a frame."""
    if abs(late) < 0.05:
        return "on its frame"
    count = f"{abs(late):.1f}"
    noun = "frame" if count == "1.0" else "frames"
    return f"{count} {noun} {'late' if late > 0 else 'early'}"
