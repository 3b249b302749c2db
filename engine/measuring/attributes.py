"""The measurable properties of a bar, in natural units, computed from the notes alone.

Every score is a labelled example through this file. It knows nothing of ranks, profiles or
networks; the order of `ATTRIBUTES` is the order of the network's conditions and of every matrix.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from engine.measuring.grid import Floats, grid
from engine.measuring.harmony import measure_harmony
from engine.measuring.lines import measure_lines
from engine.measuring.rhythm import measure_motion
from engine.measuring.texture import Texture, classify
from engine.score import Key, Score

__all__ = [
    "ATTRIBUTES",
    "ATTRIBUTE_INDEX",
    "Attribute",
    "BarAttributes",
    "Measures",
    "Texture",
    "measure",
    "measure_arrays",
]


@dataclass(frozen=True, slots=True)
class Attribute:
    """One measurable property: everything that help, forms and JSON need to know."""

    name: str
    title: str
    unit: str
    meaning: str


ATTRIBUTES: tuple[Attribute, ...] = (
    Attribute("onset_rate", "Onsets", "1/s", "attacks a second; notes struck together are one"),
    Attribute("velocity_mean", "Loudness", "velocity", "mean velocity of the notes that begin"),
    Attribute("velocity_spread", "Accents", "velocity", "standard deviation of their velocities"),
    Attribute("register", "Register", "pitch", "mean sounding pitch, middle C being 60"),
    Attribute("polyphony", "Polyphony", "notes", "notes at once while anything sounds"),
    Attribute("mode_score", "Major or minor", "-1 to 1", "minor (-1) to major (1), local key"),
    Attribute("dissonance", "Dissonance", "0 to 1", "semitone and tritone friction of a pair"),
    Attribute("irregularity", "Irregularity", "0 to 1", "unequal gaps between attacks, syncopes"),
    Attribute("leaps", "Leaps", "semitones", "mean absolute interval of the top line"),
    Attribute("note_count", "Notes", "1/quarter", "notes that begin in a quarter"),
    Attribute("return", "Return", "0 to 1", "likeness of the top line to one 2 to 16 bars back"),
    Attribute("estrangement", "Estrangement", "steps", "distance of local from home key"),
)
ATTRIBUTE_INDEX: Mapping[str, int] = {each.name: i for i, each in enumerate(ATTRIBUTES)}


@dataclass(frozen=True, slots=True)
class BarAttributes:
    """What was measured in one bar.

    Args:
        values: natural units in the order of `ATTRIBUTES`; NaN where the bar leaves one
            undefined. The onset rate and note count of an empty bar are 0.
        texture: how its voices are woven.
    """

    values: tuple[float, ...]
    texture: Texture

    def get(self, name: str) -> float:
        return self.values[ATTRIBUTE_INDEX[name]]

    def as_dict(self) -> dict[str, float | str | None]:
        """Names to values, None where undefined, the texture's name last."""
        named: dict[str, float | str | None] = {
            each.name: None if math.isnan(value) else value
            for each, value in zip(ATTRIBUTES, self.values, strict=True)
        }
        named["texture"] = self.texture.value
        return named


@dataclass(frozen=True, slots=True, eq=False)
class Measures:
    """All measures of a score as arrays; B bars.

    Args:
        values: (B, 12) natural units in the order of `ATTRIBUTES`, NaN where undefined.
        textures: one a bar.
        home: the key that estrangement is counted from: the score's own, or found.
        falling: (B,) share of falling minus rising steps of the top line, -1 to 1.
        loud_high: (B,) correlation of velocity with pitch around the bar, -1 to 1.
        density: (B,) notes that begin in a second.
        homeness: (B,) 0 to 1, how settled the home key is (its fit, tonic in the bass).
    """

    values: Floats
    textures: tuple[Texture, ...]
    home: Key
    falling: Floats
    loud_high: Floats
    density: Floats
    homeness: Floats


def measure_arrays(score: Score) -> Measures:
    """Measure a score. One without bars gives arrays without rows."""
    if not score.metres:
        none = np.zeros(0)
        return Measures(np.zeros((0, len(ATTRIBUTES))), (), Key(0, "major"), none, none, none, none)
    laid = grid(score)
    motion = measure_motion(laid)
    harmony = measure_harmony(laid, score.key, score.key_changes)
    lines = measure_lines(laid)
    columns = {
        "onset_rate": motion.onset_rate,
        "velocity_mean": motion.velocity_mean,
        "velocity_spread": motion.velocity_spread,
        "register": motion.register,
        "polyphony": motion.polyphony,
        "mode_score": harmony.mode_score,
        "dissonance": harmony.dissonance,
        "irregularity": motion.irregularity,
        "leaps": lines.leaps,
        "note_count": motion.note_count,
        "return": lines.returning,
        "estrangement": harmony.estrangement,
    }
    return Measures(
        values=np.stack([columns[each.name] for each in ATTRIBUTES], axis=1),
        textures=classify(laid),
        home=harmony.home,
        falling=lines.falling,
        loud_high=motion.loud_high,
        density=motion.note_count * laid.quarters / laid.seconds,
        homeness=harmony.homeness,
    )


def measure(score: Score) -> tuple[BarAttributes, ...]:
    """The attributes of each bar of a score, its tempo map giving the seconds."""
    measures = measure_arrays(score)
    return tuple(
        BarAttributes(tuple(float(value) for value in row), texture)
        for row, texture in zip(measures.values, measures.textures, strict=True)
    )
