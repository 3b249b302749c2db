"""Condition rows: what the network is told about each bar, as plain numbers.

One function fills the parts that are known of any bars (metre, tempo, place), others add what
is wished or measured. A field that stays NaN is free.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from engine.profile import Profile
from engine.score import METRES, Key, Metre
from models.conditioning import ATTRIBUTE_NAMES, FIELD_INDEX, FIELDS

Rows = npt.NDArray[np.float32]
ATTRIBUTES_AT = slice(
    FIELD_INDEX[ATTRIBUTE_NAMES[0]], FIELD_INDEX[ATTRIBUTE_NAMES[0]] + len(ATTRIBUTE_NAMES)
)
PROFILE_AT = slice(FIELD_INDEX["trauma"], FIELD_INDEX["rsi_imaginary"] + 1)
SOURCES = ("pop909", "emopia", "synthetic", "folder")
# Classes of the distance, in bars, from the first bar or to the last: 0, 1, 2, 3, 4-5, 6-7, 8+.
_PLACES = np.array([0, 1, 2, 3, 4, 4, 5, 5, 6])


def blank_rows(bars: int) -> Rows:
    """Rows in which everything is free, shape (bars, fields)."""
    return np.full((bars, len(FIELDS)), np.nan, dtype=np.float32)


def structure_rows(metres: Sequence[Metre], tempi: Sequence[float], key: Key | None) -> Rows:
    """Rows with metre, tempo, place and mode filled in.

    Args:
        metres: one for each bar.
        tempi: quarter notes a minute at each bar line.
        key: its mode is told to the network; the tonic is not, for pitch is relative to it.
    """
    bars = len(metres)
    rows = blank_rows(bars)
    rows[:, FIELD_INDEX["tempo"]] = tempi
    rows[:, FIELD_INDEX["metre"]] = [
        METRES.index(metre) if metre in METRES else np.nan for metre in metres
    ]
    place = np.arange(bars)
    rows[:, FIELD_INDEX["from_start"]] = _PLACES[np.minimum(place, 8)]
    rows[:, FIELD_INDEX["to_end"]] = _PLACES[np.minimum(bars - 1 - place, 8)]
    if key is not None and key.mode is not None:
        rows[:, FIELD_INDEX["mode"]] = 0 if key.mode == "major" else 1
    return rows


def set_modes(rows: Rows, keys: Sequence[Key]) -> None:
    """Write the mode of each bar's home key into the rows, where it has one."""
    for row, key in zip(rows, keys, strict=True):
        if key.mode is not None:
            row[FIELD_INDEX["mode"]] = 0 if key.mode == "major" else 1


def end_phrases(rows: Rows, last_bars: Sequence[int]) -> None:
    """Let the bars of each phrase count to its own end, as those of the last one do anyway.

    Args:
        last_bars: the last bar of each phrase, from 1, ascending.
    """
    start = 0
    for last in last_bars:
        place = np.arange(last - start)[::-1]
        rows[start:last, FIELD_INDEX["to_end"]] = _PLACES[np.minimum(place, 8)]
        start = last


def set_profiles(rows: Rows, profiles: Sequence[Profile]) -> None:
    """Write one profile a bar into the rows."""
    rows[:, PROFILE_AT] = [profile.values() for profile in profiles]


def without_wishes(rows: Rows) -> Rows:
    """The rows of the unconditional half of guidance: only structure and mode remain told."""
    kept = ("tempo", "metre", "from_start", "to_end", "mode", "source")
    free = blank_rows(len(rows))
    for name in kept:
        free[:, FIELD_INDEX[name]] = rows[:, FIELD_INDEX[name]]
    return free
