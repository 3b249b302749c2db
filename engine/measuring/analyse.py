"""What a piece of music is, in the words of the program: profile and attributes, whole and per bar.

Measures are those of `attributes`, places those of `reference`; this file only gathers both into
one value that goes to JSON, to a table or to the window.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from engine.measuring.attributes import BarAttributes, Texture
from engine.measuring.grid import Floats, ratio
from engine.measuring.reference import Reference, estimate
from engine.midi.file import read_score
from engine.profile import Profile
from engine.score import Score


@dataclass(frozen=True, slots=True)
class BarAnalysis:
    """One bar. `bar` counts from 1."""

    bar: int
    profile: Profile
    attributes: BarAttributes


@dataclass(frozen=True, slots=True)
class Analysis:
    """A whole piece.

    Args:
        file: where it came from, empty for music that lies in no file.
        profile: of the whole piece.
        attributes: means over the bars that define them, and the commonest texture.
        bars: one for each bar.
    """

    file: str
    profile: Profile
    attributes: BarAttributes
    bars: tuple[BarAnalysis, ...]

    def as_json(self) -> dict[str, Any]:
        """The object that `psychoscore analyse --json` prints; undefined attributes are null."""
        return {
            "file": self.file,
            "profile": profile_json(self.profile),
            "attributes": self.attributes.as_dict(),
            "bars": [
                {
                    "bar": each.bar,
                    "profile": profile_json(each.profile),
                    "attributes": each.attributes.as_dict(),
                }
                for each in self.bars
            ],
        }


def profile_json(profile: Profile) -> dict[str, Any]:
    """A profile as JSON: `{trauma, entropy, rsi {real, imaginary}}`."""
    return {
        "trauma": profile.trauma,
        "entropy": profile.entropy,
        "rsi": {"real": profile.rsi.real, "imaginary": profile.rsi.imag},
    }


def analyse(source: Path | Score, reference: Reference | None = None) -> Analysis:
    """Measure a MIDI file or a score.

    Args:
        reference: the distribution that ranks are taken from; None for the one that ships.

    Raises:
        PsychoscoreError: the file is no readable MIDI file.
    """
    score = source if isinstance(source, Score) else read_score(source)
    found = estimate(score, reference or Reference.load())
    attributes = found.attributes
    bars = zip(found.bars, attributes, strict=True)
    return Analysis(
        file="" if isinstance(source, Score) else str(source),
        profile=found.whole,
        attributes=_whole(found.measures.values, [each.texture for each in attributes]),
        bars=tuple(BarAnalysis(number, *each) for number, each in enumerate(bars, start=1)),
    )


def _whole(values: Floats, textures: Sequence[Texture]) -> BarAttributes:
    known = ~np.isnan(values)
    means = ratio(np.where(known, values, 0.0).sum(axis=0), known.sum(axis=0).astype(np.float64))
    heard = Counter(texture for texture in textures if texture is not Texture.SILENCE)
    texture = heard.most_common(1)[0][0] if heard else Texture.SILENCE
    return BarAttributes(tuple(float(mean) for mean in means), texture)
