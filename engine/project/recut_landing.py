"""Where the hits of a cue fall after a new cut, and by how many frames the music misses them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from engine.project.cue import Cue
from engine.project.cue_marks import HitPoint
from engine.project.picture_clock import PictureClock
from engine.project.recut_cue import Cut
from engine.project.recut_order import BarOrder
from engine.take import MAXIMUM_BARS

MET_FRAMES = 1.0
_EXACT = 6


@dataclass(frozen=True, slots=True)
class Landing:
    """Where a hit that survives falls in the new version.

    Args:
        hit: as it is in the new version, at its new time code.
        seconds: when it is, from bar 1.
        error_frames: how much later than the picture the music comes; negative when early.
        met: within a frame.
        anew: its bar is composed anew, onto it.
        shifted: it is met at another place of the bar than before.
        outside: it falls before the cue or behind its end.
        silent: its music was cut out and its bar is locked: nothing stands there.
    """

    hit: HitPoint
    seconds: float
    error_frames: float
    met: bool
    anew: bool = False
    shifted: bool = False
    outside: bool = False
    silent: bool = False


@dataclass(frozen=True, slots=True)
class NewTime:
    """The time of the new version: `clock` and `order` of its bars, `locked` and `seam` of them."""

    cut: Cut
    order: BarOrder
    clock: PictureClock
    locked: frozenset[int]
    seam: frozenset[int]

    @property
    def bars(self) -> int:
        return len(self.order.sources)

    def place(self, seconds: float) -> float | None:
        """The place in bars of a moment, None outside the cue."""
        bar = self.clock.bar_of_seconds(seconds) if seconds >= 0 else 0.0
        return bar if 1 <= bar < self.bars + 1 else None

    def land(self, hit: HitPoint, heard: float, seconds: float) -> Landing:
        """Where a hit falls that was heard at a place in old bars, `seconds` after bar 1 now."""
        natural, wanted = self.order.place(heard), self.place(seconds)
        off = None if natural is None else self._frames(natural, seconds)
        if natural is not None and off is not None and abs(off) <= MET_FRAMES:
            at = self._at(hit, self.order.place(hit.bar) or natural, seconds)
            return Landing(at, seconds, off, True, int(natural) in self.seam)
        if wanted is not None and int(wanted) in self.seam:
            return Landing(self._at(hit, wanted, seconds), seconds, 0.0, True, True, shifted=True)
        at = self._at(hit, wanted or natural or 1.0, seconds)
        silent = off is None and wanted is not None
        if off is None:
            off = 0.0 if silent else self._frames(self.bars + 1, seconds)
        return Landing(at, seconds, off, False, outside=wanted is None, silent=silent)

    def _frames(self, bar: float, seconds: float) -> float:
        return self.clock.frames(self.clock.seconds_of_bar(bar) - seconds)

    def _at(self, hit: HitPoint, bar: float, seconds: float) -> HitPoint:
        code = hit.timecode
        if code is not None:
            # Half a frame on, so that no rounding tells the frame before.
            half = 0.5 / self.clock.rate.per_second
            code = self.clock.timecode_of_seconds(seconds + half)
        kept = round(min(max(bar, 1.0), float(MAXIMUM_BARS)), _EXACT)
        return hit.model_copy(update={"bar": kept, "timecode": code})


def surviving(cue: Cue, before: PictureClock, cut: Cut) -> list[tuple[HitPoint, float, float]]:
    """The hits that are not cut out: place in old bars where each is heard, new seconds."""
    found: list[tuple[HitPoint, float, float]] = []
    for hit in cue.hits:
        moment = before.hit_seconds(hit)
        seconds = cut.moved(moment)
        if seconds is None:
            continue
        bar = before.bar_of_seconds(moment) if hit.timecode is not None else hit.bar
        found.append((hit, bar if 1 <= bar < cue.bars + 1 else hit.bar, seconds))
    return sorted(found, key=lambda each: each[2])


def lost_bars(hits: Iterable[tuple[HitPoint, float, float]], time: NewTime) -> frozenset[int]:
    """Open bars in which hits fall whose music was cut out: they are to be composed anew."""
    places = [time.place(seconds) for _, heard, seconds in hits if time.order.place(heard) is None]
    return frozenset(int(place) for place in places if place is not None) - time.locked
