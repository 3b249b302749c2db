"""Bars, seconds and time code of one cue, each from each: where a hit stands in the picture.

Bar 1 sounds at the cue's start time code. Frames are true frames of the picture's rate.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.config.schema import Settings
from engine.project.cue_marks import HitPoint, Start
from engine.score import Metre, TempoMap, bar_of_tick, tick_of_bar
from engine.timecode import FrameRate, frame_number, frame_rate, timecode

if TYPE_CHECKING:
    from engine.project.cue import Cue


@dataclass(frozen=True, slots=True)
class PictureClock:
    """The three ways to name a moment.

    Args:
        metres: of the cue's bars; bars behind the last are as long as it.
        tempo: from bar 1 on.
        start: of the cue.
    """

    metres: tuple[Metre, ...]
    tempo: TempoMap
    start: Start

    @classmethod
    def of(cls, cue: Cue, settings: Settings) -> PictureClock:
        return cls(cue.metre_per_bar(settings), cue.resolved_tempo(settings), cue.start)

    @property
    def rate(self) -> FrameRate:
        return frame_rate(self.start.frame_rate)

    def seconds_of_bar(self, bar: float) -> float:
        """Seconds from bar 1 to a place in bars."""
        return self.tempo.seconds(tick_of_bar(bar, self.metres))

    def bar_of_seconds(self, seconds: float) -> float:
        """The place in bars of a moment; below 1 before the first bar line."""
        return bar_of_tick(self.tempo.tick(seconds), self.metres)

    def timecode_of_seconds(self, seconds: float) -> str:
        """The time code of the frame that is shown then."""
        return timecode(seconds, self.rate, frame_number(self.start.timecode, self.rate))

    def seconds_of_timecode(self, text: str) -> float:
        """Seconds from bar 1 to the beginning of a frame; negative before the cue.

        Raises:
            ValueError: the text is no time code.
        """
        first = frame_number(self.start.timecode, self.rate)
        return (frame_number(text, self.rate) - first) / self.rate.per_second

    def timecode_of_bar(self, bar: float) -> str:
        return self.timecode_of_seconds(self.seconds_of_bar(bar))

    def bar_of_timecode(self, text: str) -> float:
        """Raises ValueError where the text is no time code."""
        return self.bar_of_seconds(self.seconds_of_timecode(text))

    def hit_seconds(self, hit: HitPoint) -> float:
        """When a hit is: at the frame that the picture fixes, else where its bar sounds."""
        if hit.timecode is not None:
            return self.seconds_of_timecode(hit.timecode)
        return self.seconds_of_bar(hit.bar)

    def frames(self, seconds: float) -> float:
        """A length of time in frames of the picture."""
        return seconds * self.rate.per_second


def hits_on_picture(cue: Cue, settings: Settings) -> tuple[HitPoint, ...]:
    """The hits of a cue, those with a time code at the bar where it falls at this tempo.

    A hit that falls outside the cue keeps its bar.
    """
    clock = PictureClock.of(cue, settings)
    moved: list[HitPoint] = []
    for hit in cue.hits:
        bar = clock.bar_of_timecode(hit.timecode) if hit.timecode is not None else hit.bar
        inside = 1 <= bar < cue.bars + 1
        moved.append(hit.model_copy(update={"bar": bar}) if inside else hit)
    return tuple(sorted(moved, key=lambda hit: hit.bar))
