"""The outline of a sound: its lowest and highest sample in short stretches."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

PER_SECOND = 200
Shorts = NDArray[np.int16]
Floats = NDArray[np.float32]


class Outline:
    """Lows and highs, `PER_SECOND` a second, of samples at full scale 32,767.

    Args:
        lows, highs: of equal length.
    """

    def __init__(self, lows: Shorts, highs: Shorts) -> None:
        self._lows, self._highs = lows, highs

    @property
    def seconds(self) -> float:
        return len(self._lows) / PER_SECOND

    def spans(self, edges: Sequence[float]) -> list[tuple[float, float] | None]:
        """The lowest and highest sample, -1 to 1, between each two edges that follow.

        Args:
            edges: ascending moments in seconds from the beginning of the sound.

        Returns:
            One less than edges; None where there is no sound.
        """
        count = len(self._lows)
        # An edge between two stretches is rounded alike on both sides, so nothing is left out.
        places = np.floor(np.asarray(edges, dtype=np.float64) * PER_SECOND + 1e-9).astype(np.int64)
        found: list[tuple[float, float] | None] = []
        for first, last in zip(places[:-1].tolist(), places[1:].tolist(), strict=True):
            first, last = max(first, 0), min(max(last, first + 1), count)
            if first >= last:
                found.append(None)
                continue
            low, high = int(self._lows[first:last].min()), int(self._highs[first:last].max())
            found.append((low / 32_768, high / 32_768))
        return found

    def to_bytes(self) -> bytes:
        return np.stack([self._lows, self._highs]).astype("<i2").tobytes()

    @classmethod
    def from_bytes(cls, data: bytes) -> Outline:
        """The inverse of `to_bytes`.

        Raises:
            ValueError: these are no such bytes.
        """
        both = np.frombuffer(data, dtype="<i2")
        if len(both) % 2:
            raise ValueError("an outline has as many lows as highs")
        lows, highs = both.reshape(2, -1)
        return cls(lows, highs)


class OutlineMaker:
    """Makes an outline of samples that come in pieces.

    Args:
        rate: samples a second, `PER_SECOND` or more.
    """

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._stretches = 0
        self._first = 0
        self._rest = (np.zeros(0, dtype=np.float32), np.zeros(0, dtype=np.float32))
        self._found: list[tuple[Floats, Floats]] = []

    def feed(self, lows: Floats, highs: Floats) -> None:
        """Take the lowest and the highest channel of each sample."""
        self._rest = (np.concatenate([self._rest[0], lows]), np.concatenate([self._rest[1], highs]))
        held = len(self._rest[0])
        last = (self._first + held) * PER_SECOND // self._rate
        borders = [self._border(each) - self._first for each in range(self._stretches, last + 1)]
        if len(borders) < 2:
            return
        self._reduce(borders[:-1], borders[-1])
        self._rest = (self._rest[0][borders[-1] :], self._rest[1][borders[-1] :])
        self._stretches, self._first = last, self._first + borders[-1]

    def finish(self, scale: float) -> Outline:
        """The outline, its samples multiplied by `scale` so that full scale is 1."""
        if len(self._rest[0]):
            self._reduce([0], len(self._rest[0]))
        empty = np.zeros(0, dtype=np.float32)
        lows = np.concatenate([empty, *(low for low, _ in self._found)])
        highs = np.concatenate([empty, *(high for _, high in self._found)])
        factor = np.float32(scale)
        return Outline(to_shorts(lows * factor), to_shorts(highs * factor))

    def _border(self, stretch: int) -> int:
        """The sample at which a stretch begins."""
        return -(-stretch * self._rate // PER_SECOND)

    def _reduce(self, borders: list[int], end: int) -> None:
        lows, highs = self._rest[0][:end], self._rest[1][:end]
        self._found.append(
            (np.minimum.reduceat(lows, borders), np.maximum.reduceat(highs, borders))
        )


def to_shorts(samples: Floats) -> Shorts:
    """Samples of -1 to 1 as whole numbers of 16 bits."""
    return np.clip(np.rint(samples * 32_767), -32_767, 32_767).astype(np.int16)
