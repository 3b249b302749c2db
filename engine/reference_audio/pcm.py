"""The file that decoded audio lies in: two channels of 16 bits, one behind the other.

Each channel has some silent frames before and behind it, which a synth may read when it
interpolates. The file is written and read on the same machine, in its byte order.
"""

from __future__ import annotations

AIR_FRAMES = 8
BYTES = 2


def channel_start(channel: int, frames: int) -> int:
    """Where a channel, 0 or 1, begins, in bytes."""
    return (AIR_FRAMES + channel * (frames + 2 * AIR_FRAMES)) * BYTES


def file_size(frames: int) -> int:
    """Bytes of the whole file."""
    return 2 * (frames + 2 * AIR_FRAMES) * BYTES
