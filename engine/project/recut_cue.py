"""A cue after a new cut: everything that lies on its bars goes with them. Pure functions.

What belongs to the music (lanes, keys, chords, tempo, locks) moves with its bar; what belongs to
the picture (hits, dialogue) moves with the picture.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, TypeVar

from engine.config.schema import Settings
from engine.lanes import Lane
from engine.project.cue import Cue
from engine.project.cue_marks import (
    ChordMark,
    DialogueBlock,
    KeyMark,
    LockedBars,
    MetreMark,
)
from engine.project.locks import with_lock
from engine.project.picture_clock import PictureClock
from engine.project.recut_order import BarOrder
from engine.project.recut_tempo import Nudge, nudged, recut_tempo
from engine.project.reference_audio import ReferenceAudio
from engine.reference_audio.alignment import FARTHEST_SECONDS
from engine.score import Metre

_EXACT = 6
_TINY = 1e-6


@dataclass(frozen=True, slots=True)
class Cut:
    """Picture taken out or put in.

    Args:
        at: where, in seconds from bar 1.
        seconds: how much is put in; negative for picture that is taken out from `at` on.
    """

    at: float
    seconds: float

    @property
    def end(self) -> float:
        """Where the old picture goes on."""
        return self.at + max(-self.seconds, 0.0)

    def moved(self, moment: float) -> float | None:
        """When a moment of the old picture is in the new one; None where it was cut out."""
        if moment < self.at - _TINY:
            return moment
        return moment + self.seconds if moment >= self.end - _TINY else None


def retimed(cue: Cue, settings: Settings, order: BarOrder, nudge: Nudge | None = None) -> Cue:
    """The cue with length, metres, tempo and fermatas of the new version alone."""
    tempo = recut_tempo(cue.tempo_marks(settings), order)
    if nudge is not None:
        tempo = nudged(tempo, order.metres, nudge)
    if not cue.tempo and len(tempo) == 1:
        tempo = ()
    holds = [(order.place(each.bar), each) for each in cue.fermatas]
    return cue.replace(
        bars=len(order.sources),
        metres=_metres(cue, settings, order.metres),
        tempo=tempo,
        fermatas=tuple(
            each.model_copy(update={"bar": round(bar, _EXACT)}) for bar, each in holds if bar
        ),
    )


def recut_cue(cue: Cue, settings: Settings, cut: Cut, timed: Cue, order: BarOrder) -> Cue:
    """All of a cue but its hits as it is in the new version.

    Args:
        timed: the same cue with the time of the new version, see `retimed`.
    """
    whole = order.bar(1) == 1
    return timed.replace(
        upbeat_ticks=cue.upbeat_ticks if whole else 0,
        reference=_reference(cue.reference, cut),
        lanes=tuple(recut_lane(lane, order) for lane in cue.lanes),
        keys=_held(cue.keys, order, lambda mark: mark.key),
        chords=_held(cue.chords, order, lambda mark: mark.chord),
        phrases=_phrases(cue, order),
        scenes=_spans(cue.scenes, order, "first_bar", "last_bar"),
        vamps=_spans(cue.vamps, order, "first", "last"),
        locked=_locks(cue, order),
        dialogue=_dialogue(cue, settings, cut, timed),
        themes=tuple(
            theme if theme.bar is None else theme.model_copy(update={"bar": order.bar(theme.bar)})
            for theme in cue.themes
        ),
        asked={name: recut_ranks(ranks, order) for name, ranks in cue.asked.items()},
        dynamics=tuple(
            mark.model_copy(update={"bar": bar})
            for mark in cue.dynamics
            if (bar := order.bar(mark.bar)) is not None
        ),
    )


def _reference(audio: ReferenceAudio | None, cut: Cut) -> ReferenceAudio | None:
    """Audio that begins behind the cut goes with the picture; one that began before stays."""
    if audio is None or audio.offset_seconds < cut.at - _TINY:
        return audio
    moved = audio.offset_seconds + cut.seconds
    moved = round(min(max(moved, -FARTHEST_SECONDS), FARTHEST_SECONDS), _EXACT)
    return audio.model_copy(update={"offset_seconds": moved})


def recut_ranks(
    ranks: Sequence[tuple[int, float]], order: BarOrder
) -> tuple[tuple[int, float], ...]:
    """What is asked for in single bars."""
    moved = ((order.bar(bar), rank) for bar, rank in ranks)
    return tuple((bar, rank) for bar, rank in moved if bar is not None)


def recut_lane(lane: Lane, order: BarOrder) -> Lane:
    """A curve with its bars: bars that vanish leave a step, over new ones it goes on evenly."""
    points: list[tuple[float, float]] = []
    end, bars = len(order.old) + 1, len(order.sources)
    for first, behind, new in order.pieces:
        offset, close = new - first, float(new + behind - first)
        joins = (first, new) != (1, 1)
        goes_on = behind == end and close == bars + 1
        if joins:
            points.append((float(new), lane.value_at(first)))
        points += [
            (bar + offset, value)
            for bar, value in lane.points
            if (bar > first or (bar == first and not joins)) and (bar < behind or goes_on)
        ]
        if not goes_on:
            points.append((close, _value_before(lane, behind)))
    kept: list[tuple[float, float]] = []
    for point in sorted(points, key=lambda each: each[0]):
        if kept and kept[-1] == point:
            continue
        if len(kept) > 1 and kept[-2][0] == point[0]:
            kept[-1] = point
        else:
            kept.append(point)
    return Lane(lane.name, tuple(kept), lane.muted)


def _value_before(lane: Lane, bar: float) -> float:
    at = [value for place, value in lane.points if place == bar]
    return at[0] if at else lane.value_at(bar)


def _metres(cue: Cue, settings: Settings, metres: Sequence[Metre]) -> tuple[MetreMark, ...]:
    set_first = any(mark.bar == 1 for mark in cue.metres)
    found: list[MetreMark] = []
    holding = settings.metre()
    for bar, metre in enumerate(metres, 1):
        if metre != holding or (bar == 1 and set_first):
            found.append(MetreMark(bar=bar, metre=metre))
        holding = metre
    return tuple(found)


_Held = TypeVar("_Held", KeyMark, ChordMark)


def _held(
    marks: Sequence[_Held], order: BarOrder, value: Callable[[_Held], object]
) -> tuple[_Held, ...]:
    """Marks that hold until the next one, so that each bar keeps what held in it."""
    found: list[_Held] = []

    def put(mark: _Held, bar: float) -> None:
        place = int(bar) if isinstance(mark, KeyMark) else round(bar, _EXACT)
        if not found or value(found[-1]) != value(mark):
            found.append(mark.model_copy(update={"bar": place}))

    for index, (first, behind, new) in enumerate(order.pieces):
        holding = next((mark for mark in reversed(marks) if mark.bar <= first), None)
        if holding is not None:
            put(holding, new if index else 1)
        for mark in marks:
            place = order.place(mark.bar)
            if first < mark.bar < behind and place is not None:
                put(mark, place)
    return tuple(found)


def _phrases(cue: Cue, order: BarOrder) -> tuple[int, ...]:
    numbers = [number for number, length in enumerate(cue.phrases) for _ in range(length)]
    counts = [0] * (len(cue.phrases) + 1)
    number = 0
    for source in order.sources:
        if source:
            number = numbers[source - 1] if source <= len(numbers) else len(cue.phrases)
        counts[number] += 1
    for number in numbers[cue.bars :]:
        counts[number] += 1
    return tuple(count for count in counts[:-1] if count)


_Span = TypeVar("_Span", bound=Any)


def _spans(marks: Sequence[_Span], order: BarOrder, first: str, last: str) -> tuple[_Span, ...]:
    spans = ((order.span(getattr(mark, first), getattr(mark, last)), mark) for mark in marks)
    return tuple(
        mark.model_copy(update={first: span[0], last: span[1]}) for span, mark in spans if span
    )


def _locks(cue: Cue, order: BarOrder) -> tuple[LockedBars, ...]:
    locked: tuple[LockedBars, ...] = ()
    for lock in cue.locked:
        for old in range(lock.first, lock.last + 1):
            bar = order.bar(old)
            if bar is not None:
                locked = with_lock(locked, bar, bar)
            elif old > len(order.old):
                moved = old - len(order.old) + len(order.sources)
                locked = with_lock(locked, moved, moved)
    return locked


def _dialogue(cue: Cue, settings: Settings, cut: Cut, timed: Cue) -> tuple[DialogueBlock, ...]:
    """Who speaks is filmed: blocks go with the picture; what was cut out of them is gone."""
    if not cue.dialogue:
        return ()
    before, after = PictureClock.of(cue, settings), PictureClock.of(timed, settings)
    found: list[DialogueBlock] = []
    for block in cue.dialogue:
        start, end = (before.seconds_of_bar(bar) for bar in (block.first, block.last))
        kept = [
            (low, high)
            for low, high in pairwise(sorted({start, end, *_within(cut, start, end)}))
            if cut.moved((low + high) / 2) is not None
        ]
        if not kept:
            continue
        moments = [_shifted(cut, low, high) for low, high in kept]
        first = round(max(after.bar_of_seconds(moments[0][0]), 1.0), _EXACT)
        last = round(min(after.bar_of_seconds(moments[-1][1]), timed.bars + 1.0), _EXACT)
        if last > first:
            found.append(block.model_copy(update={"first": first, "last": last}))
    return tuple(found)


def _within(cut: Cut, start: float, end: float) -> list[float]:
    return [each for each in (cut.at, cut.end) if start < each < end]


def _shifted(cut: Cut, low: float, high: float) -> tuple[float, float]:
    by = 0.0 if high <= cut.at + _TINY else cut.seconds
    return low + by, high + by
