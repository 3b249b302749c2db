"""How much is measured: counts of windows, clips, seeds and bars for every part."""

from __future__ import annotations

from dataclasses import dataclass, replace

from engine.errors import PsychoscoreError
from engine.evaluation.sweeps import Sweep


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured.

    Args:
        windows: of each corpus for Q1 (0: all).
        clips, bars: of each quadrant, and the bars of a clip.
        shuffled: clips of each quadrant with the conditions shuffled; of the product as many as
            its own.
        sweep, fixed_sweep: values, seeds and bars of a slider; the same with the key fixed.
        product_clips, product_sweep: the same with the product's own settings.
        steps: takes of each lane that steps.
        starts: pieces that are asked to begin sparsely.
        corners: clips of each corner of trauma and entropy.
        seeds: of each preset; those of the temperature row are a quarter of them.
        textures: clips of each texture.
        holes: songs in which a hole of each form is filled (0: all).
        chosen: wishes of each quadrant for which the best of four takes is chosen.
        best_of: wishes of each quadrant for which the best of sixteen takes is chosen.
    """

    name: str
    windows: int
    clips: int
    shuffled: int
    bars: int
    sweep: Sweep
    fixed_sweep: Sweep
    product_clips: int
    product_sweep: Sweep
    steps: int
    starts: int
    corners: int
    seeds: int
    textures: int
    holes: int = 2
    chosen: int = 2
    best_of: int = 2

    def with_clips(self, clips: int) -> Size:
        """This size with another number of clips.

        Raises:
            PsychoscoreError: fewer than 2 or more than 1,000.
        """
        if not 2 <= clips <= 1000:
            raise PsychoscoreError(f"{clips} clips of each quadrant; 2 to 1000 are allowed.")
        # A multiple of four, so that every quadrant is dealt as much of each profile.
        shuffled = max(clips // 8 * 4, 4)
        return replace(self, name=f"{self.name}, own clips", clips=clips, shuffled=shuffled)

    def words(self) -> str:
        """The main counts, for the header of a report."""
        sweep = self.sweep
        return (
            f"{self.name}: {self.clips} clips of {self.bars} bars a quadrant, "
            f"{sweep.values} values x {sweep.seeds} seeds of {sweep.bars} bars a dimension"
        )


_SMALL, _USUAL = Sweep(values=5, seeds=2, bars=8), Sweep(values=9, seeds=5, bars=8)
_LARGE = Sweep(values=9, seeds=20, bars=8)

QUICK = Size(
    "quick", windows=12, clips=4, shuffled=4, bars=8, sweep=_SMALL, fixed_sweep=Sweep(3, 2, 8),
    product_clips=2, product_sweep=Sweep(3, 2, 8),
    steps=4, starts=8, corners=2, seeds=3, textures=1,
)  # fmt: skip
DEFAULT = Size(
    "default", windows=100, clips=20, shuffled=12, bars=16, sweep=_USUAL,
    fixed_sweep=Sweep(5, 3, 8), product_clips=4, product_sweep=Sweep(5, 2, 8),
    steps=10, starts=40, corners=2, seeds=5, textures=2, holes=5, chosen=5, best_of=6,
)  # fmt: skip
FULL = Size(
    "full", windows=0, clips=100, shuffled=48, bars=16, sweep=_LARGE,
    fixed_sweep=_LARGE, product_clips=40, product_sweep=_USUAL,
    steps=40, starts=100, corners=20, seeds=20, textures=10, holes=0, chosen=40, best_of=20,
)  # fmt: skip
