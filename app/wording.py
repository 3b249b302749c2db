"""Sentences and numbers as the window writes them: keys, lengths, positions."""

from __future__ import annotations

import bisect
from collections.abc import Sequence

from engine.project.letters import letter as letter
from engine.score import Key, Metre, bar_starts


def key_name(key: Key | None) -> str:
    """`D minor`, `E♭` where the mode is free, `free key`."""
    if key is None:
        return "free key"
    tonic = str(Key(key.tonic, key.mode)).rstrip("mM").replace("b", "♭").replace("#", "♯")
    return f"{tonic} {key.mode}" if key.mode else tonic


def length_text(seconds: float) -> str:
    """Minutes and seconds: `01:20`."""
    whole = round(seconds)
    return f"{whole // 60:02}:{whole % 60:02}"


def bars_text(bars: int) -> str:
    return f"{bars} bar" if bars == 1 else f"{bars} bars"


def bars_word(first: int, last: int) -> str:
    """`bar 5` or `bars 5-8`."""
    return f"bar {first}" if first == last else f"bars {first}-{last}"


def position_text(tick: float, metres: Sequence[Metre]) -> str:
    """Bar, beat and tick of a place: `14.3.020`; beats and bars count from 1.

    An upbeat is the end of a bar 0.
    """
    starts = bar_starts(metres)
    if tick < 0:
        first = metres[0]
        beat, rest = divmod(int(tick) % first.ticks, first.beat_ticks)
        return f"0.{beat + 1}.{rest:03}"
    index = min(max(bisect.bisect_right(starts, tick) - 1, 0), len(metres) - 1)
    metre, inside = metres[index], int(tick) - starts[index]
    if inside >= metre.ticks:
        extra, inside = divmod(inside, metre.ticks)
        index += extra
    beat, rest = divmod(max(inside, 0), metre.beat_ticks)
    return f"{index + 1}.{beat + 1}.{rest:03}"
