"""From measures to ranks: a frozen reference distribution, and the profile it gives each bar.

A dimension of a profile is the rank of its raw measure among the bars of the reference (RSI is
2 x rank - 1). The reference is fitted once on openly licensed scores and ships as JSON; its tables
hold nothing of labelled emotions.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.errors import PsychoscoreError
from engine.measuring.attributes import (
    ATTRIBUTE_INDEX,
    ATTRIBUTES,
    BarAttributes,
    Measures,
    measure_arrays,
)
from engine.measuring.dimensions import (
    EXTRA_COMPONENTS,
    RAW_DIMENSIONS,
    SIGNED_DIMENSIONS,
    components,
    raw_dimensions,
)
from engine.measuring.grid import Floats
from engine.profile import Profile
from engine.resources import resource
from engine.score import Score

_FORMAT = 1
_POINTS = 201
# Ranks given to values beyond the reference: it is approached, never passed, so order is kept.
_TAIL = 0.01
_COMPONENTS = (*(each.name for each in ATTRIBUTES), *EXTRA_COMPONENTS)
_NAMES = (*_COMPONENTS, *(f"raw_{name}" for name in RAW_DIMENSIONS))
# What a bar that says nothing about a dimension is taken for: silence is still.
_UNDEFINED = {"trauma": 0.5, "entropy": 0.0, "rsi_real": 0.5, "rsi_imaginary": 0.5}


@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """Quantiles of each attribute and each raw dimension over the bars of a body of music.

    Args:
        source: what it was fitted on, in words.
        tables: by name, ascending quantiles at equal steps of rank from 0 to 1.
    """

    source: str
    tables: dict[str, Floats]

    def rank(self, name: str, value: float) -> float:
        """The rank in [0, 1] of a natural value; NaN for NaN. `raw_trauma` etc. are names too.

        Raises:
            KeyError: there is no such attribute.
        """
        return float(self.ranks(name, np.array([value]))[0])

    def value(self, name: str, rank: float) -> float:
        """The natural value at a rank in [0, 1], the inverse of `rank` within the reference.

        Raises:
            KeyError: there is no such attribute.
        """
        table = self.tables[name]
        inner = (rank - _TAIL) / (1.0 - 2.0 * _TAIL)
        return float(np.interp(inner, np.linspace(0.0, 1.0, len(table)), table))

    def ranks(self, name: str, values: Floats) -> Floats:
        """Ranks of an array of values; equal values in the reference share their middle rank."""
        table = self.tables[name]
        steps = len(table) - 1
        low = np.searchsorted(table, values, side="left")
        high = np.searchsorted(table, values, side="right")
        below = np.clip(high - 1, 0, steps - 1)
        width = np.maximum(table[below + 1] - table[below], 1e-12)
        between = below + np.clip((values - table[below]) / width, 0.0, 1.0)
        tied = 0.5 * (low + high - 1)
        inner = _TAIL + (1.0 - 2.0 * _TAIL) * np.where(high > low, tied, between) / steps
        scale = max(float(table[-1] - table[0]), 1e-9) / 4.0
        under = _TAIL * np.exp(-np.maximum(table[0] - values, 0.0) / scale)
        over = 1.0 - _TAIL * np.exp(-np.maximum(values - table[-1], 0.0) / scale)
        result: Floats = np.where(values < table[0], under, inner)
        result = np.where(values > table[-1], over, result)
        return np.where(np.isnan(values), np.nan, result)

    def standings(self, name: str, values: Floats) -> Floats:
        """How far values lie from the median, in distances between the quartiles, -4 to 4."""
        table = self.tables[name]
        first, median, third = np.quantile(table, (0.25, 0.5, 0.75))
        result: Floats = np.clip((values - median) / max(float(third - first), 1e-9), -4.0, 4.0)
        return result

    def to_json(self) -> str:
        """The file's text; `load` reads it back to five digits."""
        tables = {
            name: [float(f"{each:.5g}") for each in table] for name, table in self.tables.items()
        }
        body = {"format": _FORMAT, "source": self.source, "tables": tables}
        return json.dumps(body, separators=(",", ":")).replace('],"', '],\n"') + "\n"

    @classmethod
    def load(cls, path: Path | None = None) -> Reference:
        """Read a reference; None takes the one that ships.

        Raises:
            PsychoscoreError: the file cannot be read or is not a reference of this version.
        """
        path = path or resource("reference.json")
        try:
            body = json.loads(path.read_text(encoding="utf-8"))
            tables = {name: np.array(body["tables"][name], dtype=np.float64) for name in _NAMES}
            source = str(body["source"])
            sound = body["format"] == _FORMAT and all(_is_table(each) for each in tables.values())
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise PsychoscoreError(f"{path} cannot be read as a reference: {error}.") from error
        if not sound:
            raise PsychoscoreError(f"{path} is not a reference of this version.")
        return cls(source, tables)


def _is_table(table: Floats) -> bool:
    sized = table.ndim == 1 and 2 <= len(table) <= 10_000
    return sized and bool(np.isfinite(table).all() and (np.diff(table) >= 0).all())


@dataclass(frozen=True, slots=True, eq=False)
class ProfileEstimate:
    """How a score feels.

    Args:
        whole: the profile of the whole piece.
        bars: one profile a bar.
        ranks: (bars, 12) rank of each attribute in the order of `ATTRIBUTES`, NaN if undefined.
        measures: what was measured, in natural units.
    """

    whole: Profile
    bars: tuple[Profile, ...]
    ranks: Floats
    measures: Measures

    @property
    def attributes(self) -> tuple[BarAttributes, ...]:
        """The natural values of each bar."""
        rows = zip(self.measures.values, self.measures.textures, strict=True)
        return tuple(BarAttributes(tuple(map(float, row)), texture) for row, texture in rows)


def estimate(score: Score, reference: Reference) -> ProfileEstimate:
    """Measure a score and place it, whole and bar by bar, in the space of feeling.

    A score in which nothing sounds is still (entropy 0) and otherwise neutral.
    """
    measures = measure_arrays(score)
    ranks = np.full(measures.values.shape, np.nan)
    for column, attribute in enumerate(ATTRIBUTES):
        ranks[:, column] = reference.ranks(attribute.name, measures.values[:, column])
    raw = raw_dimensions(measures, reference.ranks, reference.standings)
    heard = ~np.isnan(measures.values[:, ATTRIBUTE_INDEX["register"]])
    by_bar, whole = [], []
    for name in RAW_DIMENSIONS:
        values = raw[name]
        by_bar.append(_level(reference, name, values))
        # Silent bars do not make a piece calmer or stiller than its music is.
        counted = values[heard & ~np.isnan(values)]
        mean = np.array([counted.mean() if len(counted) else np.nan])
        whole.append(float(_level(reference, name, mean)[0]))
    if not heard.any():
        whole[RAW_DIMENSIONS.index("entropy")] = 0.0
    bars = tuple(Profile.from_values(*map(float, row)) for row in zip(*by_bar, strict=True))
    return ProfileEstimate(Profile.from_values(*whole), bars, ranks, measures)


def _level(reference: Reference, name: str, raw: Floats) -> Floats:
    """The value of a dimension for raw values: the rank, or 2 x rank - 1 for RSI."""
    rank = np.nan_to_num(reference.ranks(f"raw_{name}", raw), nan=_UNDEFINED[name])
    rank = np.clip(rank, 0.0, 1.0)
    return 2.0 * rank - 1.0 if name.startswith("rsi") else rank


def fit_reference(scores: Iterable[Score], source: str = "") -> Reference:
    """Fit a reference on scores, each bar counting once.

    Raises:
        PsychoscoreError: the scores leave an attribute undefined in all bars.
    """
    measured = [measure_arrays(score) for score in scores]
    tables: dict[str, Floats] = {}
    for name in _COMPONENTS:
        column = ATTRIBUTE_INDEX.get(name)
        parts = [
            components(each)[name] if column is None else each.values[:, column]
            for each in measured
        ]
        tables[name] = _quantiles(name, parts)
    unranked = Reference(source, tables)
    raws = [raw_dimensions(each, unranked.ranks, unranked.standings) for each in measured]
    for name in RAW_DIMENSIONS:
        parts = [raw[name][each.values[:, 0] > 0] for raw, each in zip(raws, measured, strict=True)]
        tables[f"raw_{name}"] = _quantiles(name, parts, signed=name in SIGNED_DIMENSIONS)
    return Reference(source, tables)


def _quantiles(name: str, parts: list[Floats], signed: bool = False) -> Floats:
    """Ascending quantiles of the defined values; `signed` puts exactly half of them below 0."""
    values = np.concatenate(parts) if parts else np.zeros(0)
    values = values[np.isfinite(values)]
    steps = np.linspace(0.0, 1.0, _POINTS)
    below, above = values[values <= 0], values[values > 0]
    if not len(values) or (signed and not (len(below) and len(above))):
        raise PsychoscoreError(f"The scores do not define {name} in any bar.")
    if not signed:
        return np.asarray(np.quantile(values, steps))
    half = steps[::2]
    upper = np.quantile(above, half[1:])
    lower = np.quantile(below, half[:-1])
    return np.concatenate([lower, [0.0], upper])
