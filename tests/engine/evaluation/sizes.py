"""A size so small that a whole evaluation of a tiny network takes seconds."""

from __future__ import annotations

from engine.evaluation.sizes import Size
from engine.evaluation.sweeps import Sweep

TINY = Size(
    "tiny", windows=2, clips=2, shuffled=2, bars=1, sweep=Sweep(2, 2, 1),
    fixed_sweep=Sweep(2, 1, 1), product_clips=2, product_sweep=Sweep(2, 1, 1),
    steps=2, starts=2, corners=1, seeds=2, textures=1,
)  # fmt: skip
