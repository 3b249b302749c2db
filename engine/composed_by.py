"""By what a loaded model composes on this machine, in values and words. It measures nothing."""

from __future__ import annotations

from dataclasses import dataclass

_NUMBERS = {"int8": "8-bit", "float32": "32-bit", "bfloat16": "16-bit"}


@dataclass(frozen=True, slots=True)
class ComposedBy:
    """What runs the network of a model.

    Args:
        backend: such as torch or onnxruntime.
        dtype: of the weights while it runs.
        threads: 1 or more.
        step_ms: measured time of a guided step, the network alone, in milliseconds; None where
            nobody measured.
    """

    backend: str
    dtype: str
    threads: int
    step_ms: float | None = None

    @property
    def words(self) -> str:
        """A sentence for the composer."""
        numbers = _NUMBERS.get(self.dtype, self.dtype)
        threads = "1 thread" if self.threads == 1 else f"{self.threads} threads"
        by = f"Composes by {self.backend}, {numbers}, {threads}"
        if not self.step_ms:
            return f"{by}."
        # Two digits: the measurement is no better than that.
        many = float(f"{1000 / self.step_ms:.2g}")
        return f"{by}; up to {many:,.0f} tokens a second on this machine."
