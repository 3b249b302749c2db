"""A take carried over into a new cut: its bars at their new places, event for event.

Bars that vanish take their notes with them, new ones are empty until they are composed.
"""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from engine.config.schema import Settings
from engine.midi.overlaps import cut_overlaps
from engine.project.cue import Cue
from engine.project.recut_cue import recut_lane
from engine.project.recut_order import BarOrder
from engine.score import Control, Key, Metre, Note, Score, bar_starts
from engine.take import Take

_PEDAL = 64
_Value = TypeVar("_Value")


def recut_take(take: Take, cue: Cue, settings: Settings, order: BarOrder) -> Take:
    """The music of a take in the new version of its cue.

    Args:
        cue: the new version.
        order: of its bars. Bars that the take has beyond the old cue stay behind the end.
    """
    order = _fitted(order, take.score.metres)
    locked = {bar for lock in cue.locked for bar in range(lock.first, lock.last + 1)}
    score = take.score
    wish = cue.request(settings)
    keys = [score.key_at(source) if source else None for source in order.sources]
    home, changes = _keys(keys)
    moved = Score(
        notes=_notes(score, order, locked, cue.upbeat_ticks > 0),
        metres=order.metres,
        tempo_map=wish.tempo_map,
        key=home,
        controls=_controls(score, order),
        key_changes=changes,
    )
    told = take.provenance
    then = told.request
    lanes = replace(then.lanes, lanes=tuple(recut_lane(lane, order) for lane in then.lanes.lanes))
    request = replace(
        then,
        lanes=lanes,
        metres=order.metres,
        tempo_map=wish.tempo_map,
        key_changes=wish.key_changes,
        upbeat_ticks=wish.upbeat_ticks,
        phrases=wish.phrases,
        hits=wish.hits,
        dialogue=wish.dialogue,
        bar_attributes=wish.bar_attributes,
    )
    carried = replace(
        told,
        request=request,
        temperatures=_per_bar(told.temperatures, order),
        plan=_per_bar(told.plan, order),
        hole=None,
        base="",
        match=None,
        refined=(),
        shared=None,
        edits=told.edits + 1,
    )
    return Take(moved, carried)


def _fitted(order: BarOrder, metres: Sequence[Metre]) -> BarOrder:
    """The order of the bars that the take has, with its own metres where they stay."""
    standing, known = len(metres), len(order.old)
    sources = [source if source <= standing else 0 for source in order.sources]
    lengths = [
        metres[source - 1] if source and order.old[source - 1] == metre else metre
        for source, metre in zip(sources, order.metres, strict=True)
    ]
    beyond = range(known + 1, standing + 1)
    return BarOrder(
        tuple(metres),
        (*sources, *beyond),
        (*lengths, *(metres[bar - 1] for bar in beyond)),
        order.seam,
    )


def _notes(score: Score, order: BarOrder, locked: set[int], upbeat: bool) -> tuple[Note, ...]:
    starts, new_starts = score.starts, bar_starts(order.metres)
    ends = {new + behind - first - 1 for first, behind, new in order.pieces}
    found: list[Note] = []
    for note in score.notes:
        if note.onset < 0:
            if upbeat:
                found.append(note)
            continue
        old = bisect.bisect_right(starts, note.onset)
        bar = order.bar(old)
        if bar is None:
            continue
        onset = note.onset - starts[old - 1] + new_starts[bar - 1]
        if onset >= new_starts[bar]:
            continue
        end = onset + note.duration
        # What rings over the seam would ring into other music; a locked bar stays as it is.
        close = new_starts[min(each for each in ends if each >= bar)]
        if end > close and bar not in locked and order.pieces[-1:] != ((1, len(starts), 1),):
            end = close
        found.append(replace(note, onset=onset, duration=end - onset))
    settled = cut_overlaps(found)
    return tuple(sorted(settled, key=lambda note: (note.onset, note.voice, note.pitch)))


def _controls(score: Score, order: BarOrder) -> tuple[Control, ...]:
    """The controllers of each piece; where one begins, each has the value that it had there."""
    starts, new_starts = score.starts, bar_starts(order.metres)
    used = sorted({each.controller for each in score.controls})
    found: list[Control] = [each for each in score.controls if each.onset < 0]
    for first, behind, new in order.pieces:
        begin = starts[first - 1]
        if (first, new) != (1, 1):
            for number in used:
                value = _held_value(score.controls, number, begin)
                found.append(Control(new_starts[new - 1], number, value))
        for bar in range(first, behind):
            low, high = starts[bar - 1], starts[bar]
            at = bar + new - first
            offset = new_starts[at - 1] - low
            found += [
                replace(each, onset=each.onset + offset)
                for each in score.controls
                if low <= each.onset < high and each.onset + offset < new_starts[at]
            ]
        close = new + behind - first
        if close <= len(order.sources) and not order.sources[close - 1] and _PEDAL in used:
            found.append(Control(new_starts[close - 1], _PEDAL, 0))
    last: dict[tuple[int, int], Control] = {}
    for each in found:
        last[each.onset, each.controller] = each
    return tuple(sorted(last.values()))


def _held_value(controls: Sequence[Control], number: int, tick: int) -> int:
    before = [each.value for each in controls if each.controller == number and each.onset <= tick]
    return before[-1] if before else 0


def _keys(keys: Sequence[Key | None]) -> tuple[Key | None, tuple[tuple[int, Key], ...]]:
    home = next((key for key in keys if key is not None), None)
    holding, changes = home, []
    for bar, key in enumerate(keys, 1):
        if key is not None and key != holding:
            changes.append((bar, key))
            holding = key
    return home, tuple(changes)


def _per_bar(values: Sequence[_Value], order: BarOrder) -> tuple[_Value, ...]:
    """One value a bar; a new bar has that of its neighbour."""
    if len(values) != len(order.old):
        return ()
    found: list[_Value] = []
    following = next(source for source in order.sources if source)
    for source in order.sources:
        following = source or following
        found.append(values[following - 1])
    return tuple(found)
