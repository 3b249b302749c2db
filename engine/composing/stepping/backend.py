"""What decoding asks of a way to run the network, and what a take remembers of it.

Two ways exist: torch, which is the reference, and onnxruntime. A backend holds what every batch
shares, its `Steps` what one batch has read.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

Logits = npt.NDArray[np.float32]
Film = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Means:
    """By what means music is composed: part of what makes the same request the same bytes."""

    backend: str = "torch"
    dtype: str = "float32"
    threads: int = 1

    def __str__(self) -> str:
        threads = "1 thread" if self.threads == 1 else f"{self.threads} threads"
        return f"{self.backend}, {self.dtype}, {threads}"


class Steps(Protocol):
    """What the rows of one batch have read. Rows are numbered by their place in the batch.

    Shapes: film (layers + 1, 2, width) for one bar, (bars, layers + 1, 2, width) for several.
    """

    def read(
        self,
        place: int,
        tokens: Sequence[int],
        bars: Sequence[int],
        holes: Sequence[int],
        film: Film,
    ) -> Logits:
        """Read a row from its beginning; returns the logits after the last token.

        Args:
            bars: the bar of each token, an index of `film`.
            holes: the hole index of each token.
        """
        ...

    def tell(self, place: int, film: Film, hole: int) -> None:
        """What a row is told at its next tokens."""
        ...

    def step(self, tokens: Sequence[int], lengths: Sequence[int]) -> Logits:
        """Read one token of each row; returns (rows, vocabulary), valid until the next step.

        Args:
            lengths: how many tokens each row has read before; it must be below the context.
        """
        ...

    def forget(self, place: int, start: int, length: int) -> None:
        """Drop what a row read from its second token up to `start`, of `length` tokens; later
        ones move down, so that `length - start + 1` are left."""
        ...

    def keep(self, places: Sequence[int]) -> None:
        """Give up all rows but these, which move to places 0, 1, ..."""
        ...


class Backend(Protocol):
    """A network that is ready to be stepped."""

    @property
    def means(self) -> Means: ...

    def open(self, rows: int) -> Steps:
        """Steps of a batch that has read nothing."""
        ...

    def products(self) -> Callable[[], object]:
        """The bare matrix products of one step of one row: what a step cannot be faster than."""
        ...
