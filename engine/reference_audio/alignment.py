"""Where a reference file lies: its offset on frames of the picture, and within its limits."""

from __future__ import annotations

from engine.timecode import FrameRate

FARTHEST_SECONDS = 7200.0
QUIETEST_DB, LOUDEST_DB = -60.0, 12.0
_EXACT = 6


def on_frame(seconds: float, rate: FrameRate) -> float:
    """The beginning of the nearest frame of the picture, counted from bar 1."""
    return round(round(seconds * rate.per_second) / rate.per_second, _EXACT)


def limited(seconds: float, length: float, cue_seconds: float) -> float:
    """An offset at which at least a frame's breadth of the file lies under the cue.

    Args:
        seconds: wished offset of the file's beginning from bar 1.
        length: of the file, in seconds.
        cue_seconds: length of the cue.
    """
    seconds = min(max(seconds, -FARTHEST_SECONDS), FARTHEST_SECONDS)
    return round(min(max(seconds, 0.1 - length), max(cue_seconds - 0.1, 0.0)), _EXACT)


def level_db(gain_db: float, peak_db: float) -> float:
    """How loud samples that were raised to full scale must sound, 0 dB at most.

    Args:
        gain_db: as the composer set it.
        peak_db: the loudest sample of the file before it was raised.
    """
    return min(gain_db + peak_db, 0.0)
