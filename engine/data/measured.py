"""The labeller that training uses: every bar is measured and ranked in the reference."""

from __future__ import annotations

import numpy as np

from engine.data.labels import Labeller, Measures
from engine.measuring.reference import Reference, estimate
from engine.measuring.texture import Texture
from engine.score import Score


def measured_by(reference: Reference) -> Labeller:
    """Profiles (bars, 4), attribute ranks (bars, 12) and texture classes (bars,) of a score."""
    classes = {texture: index for index, texture in enumerate(Texture)}

    def measure(score: Score) -> Measures:
        found = estimate(score, reference)
        return (
            np.array([profile.values() for profile in found.bars], dtype=np.float32),
            found.ranks.astype(np.float32),
            np.array([classes[texture] for texture in found.measures.textures], dtype=np.int64),
        )

    return measure
