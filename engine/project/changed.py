"""Which bars of a take would be asked for otherwise now than when it was made: pure functions."""

from __future__ import annotations

from collections.abc import Iterable

from engine.project.cue_marks import LockedBars
from engine.project.locks import Stretch, lock_at
from engine.take import GenerationRequest


def changed_bars(now: GenerationRequest, then: GenerationRequest) -> tuple[int, ...]:
    """The bars, from 1, whose profile or own attributes differ; those of both wishes count.

    What is asked of all bars alike (attributes, texture) changes all of them.
    """
    bars = range(1, min(now.bars, then.bars) + 1)
    if (now.attributes, now.texture) != (then.attributes, then.texture):
        return tuple(bars)
    asked, before = (_by_bar(each) for each in (now, then))
    pairs = zip(bars, now.lanes.profiles(bars), then.lanes.profiles(bars), strict=True)
    return tuple(bar for bar, new, old in pairs if new != old or asked.get(bar) != before.get(bar))


def changed_stretches(
    now: GenerationRequest, then: GenerationRequest, locked: Iterable[LockedBars] = ()
) -> tuple[Stretch, ...]:
    """Those bars as stretches, first and last, without what is locked."""
    locks = tuple(locked)
    found: list[Stretch] = []
    for bar in changed_bars(now, then):
        if lock_at(locks, bar) is not None:
            continue
        if found and found[-1][1] == bar - 1:
            found[-1] = (found[-1][0], bar)
        else:
            found.append((bar, bar))
    return tuple(found)


def _by_bar(request: GenerationRequest) -> dict[int, dict[str, float]]:
    found: dict[int, dict[str, float]] = {}
    for name, asked in request.bar_attributes:
        for bar, rank in asked:
            found.setdefault(bar, {})[name] = rank
    return found
