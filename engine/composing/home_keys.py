"""The home key of each bar, where it changes on the way.

Pitch in tokens is relative to the home tonic of its bar, so a modulation is a change of the
distance between token and key of the piano at a bar line; the network reads on in degrees.
"""

from __future__ import annotations

from collections.abc import Sequence

from engine.composing import vocabulary as v
from engine.score import Key

Changes = Sequence[tuple[int, Key]]


def keys_by_bar(first: Key, changes: Changes, bars: int) -> tuple[Key, ...]:
    """The home key of each bar; a key without a mode keeps the mode before it.

    Args:
        first: of bar 1.
        changes: `(bar, key)` from 2 on, ascending.
    """
    found, key = [], first
    later = dict(changes)
    for bar in range(1, bars + 1):
        if bar in later:
            key = Key(later[bar].tonic, later[bar].mode or key.mode)
        found.append(key)
    return tuple(found)


def changes_of(keys: Sequence[Key]) -> tuple[tuple[int, Key], ...]:
    """Where the home key changes, as bars from 1; the inverse of `keys_by_bar`."""
    return tuple(
        (index + 1, key) for index, key in enumerate(keys) if index and key != keys[index - 1]
    )


def shifts_of(keys: Sequence[Key], first: int = 0) -> tuple[tuple[int, int], ...]:
    """`Laws.shifts` of bars with these keys; `first` is the bar, from 0, that the first one is."""
    return tuple((first + bar - 1, v.tonic_shift(key.tonic)) for bar, key in changes_of(keys))
