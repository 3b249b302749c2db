"""SMPTE time code: frame rates that film uses, and seconds as hours, minutes, seconds, frames."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

_FORM = re.compile(r"(\d{1,2}):(\d{2}):(\d{2})[:;.](\d{2})")


@dataclass(frozen=True, slots=True)
class FrameRate:
    """A frame rate: `nominal` frames are counted in a time code second.

    Args:
        label: how people write it, such as `29.97 DF`.
        nominal: 24, 25 or 30.
        per_second: true frames a second.
        drop: drop-frame counting skips two numbers a minute, but not each tenth minute.
    """

    label: str
    nominal: int
    per_second: float
    drop: bool = False


FRAME_RATES: tuple[FrameRate, ...] = (
    FrameRate("23.976", 24, 24000 / 1001),
    FrameRate("24", 24, 24.0),
    FrameRate("25", 25, 25.0),
    FrameRate("29.97 DF", 30, 30000 / 1001, drop=True),
    FrameRate("29.97", 30, 30000 / 1001),
    FrameRate("30", 30, 30.0),
)


def frame_rate(value: str | float | FrameRate) -> FrameRate:
    """A frame rate by its label or number; 29.97 without DF counts all numbers.

    Raises:
        ValueError: film knows no such rate.
    """
    if isinstance(value, FrameRate):
        return value
    if isinstance(value, str):
        text = value.upper().replace("NDF", "").replace("FPS", "").strip()
        for rate in FRAME_RATES:
            if rate.label == text:
                return rate
        value = float(text)
    found = min(FRAME_RATES, key=lambda rate: (abs(rate.per_second - value), rate.drop))
    if abs(found.per_second - value) > 0.01:
        raise ValueError(f"{value:g} is no frame rate of film")
    return found


def frame_number(text: str, rate: FrameRate) -> int:
    """The frame that a time code names; a number that drop-frame counting skips is the next.

    Raises:
        ValueError: the text is no time code.
    """
    match = _FORM.fullmatch(text.strip())
    if not match:
        raise ValueError(f"{text!r} is not a time code such as 01:02:00:00")
    hours, minutes, seconds, frames = map(int, match.groups())
    total_minutes = 60 * hours + minutes
    if rate.drop and total_minutes % 10 and seconds == 0:
        frames = max(frames, 2)
    number = (60 * total_minutes + seconds) * rate.nominal + frames
    return number - 2 * (total_minutes - total_minutes // 10) if rate.drop else number


def timecode(seconds: float, rate: FrameRate, start_frame: int = 0) -> str:
    """The time code of a moment, `seconds` after the frame `start_frame`.

    A semicolon before the frames marks drop-frame counting; a day wraps round.
    """
    number = start_frame + math.floor(seconds * rate.per_second + 1e-6)
    if rate.drop:
        tens, rest = divmod(number, 17982)
        number += 18 * tens + (2 * ((rest - 2) // 1798) if rest >= 2 else 0)
    number %= 24 * 3600 * rate.nominal
    whole, frames = divmod(number, rate.nominal)
    minutes, second = divmod(whole, 60)
    hours, minute = divmod(minutes, 60)
    mark = ";" if rate.drop else ":"
    return f"{hours:02}:{minute:02}:{second:02}{mark}{frames:02}"
