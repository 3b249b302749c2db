"""The notes that belong to a key, for the rows of the roll."""

from __future__ import annotations

from engine.score import Key

_MAJOR = (0, 2, 4, 5, 7, 9, 11)
# With the leading note: dominants of a minor key are at home in it.
_MINOR = (0, 2, 3, 5, 7, 8, 10, 11)


def scale_steps(key: Key | None) -> frozenset[int] | None:
    """The pitch classes of a key; None where the key or its mode is free."""
    if key is None or key.mode is None:
        return None
    steps = _MAJOR if key.mode == "major" else _MINOR
    return frozenset((key.tonic + step) % 12 for step in steps)
