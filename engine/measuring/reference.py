"""From measures to ranks: a frozen reference distribution, and the profile it gives each bar.

A dimension of a profile is the rank of its raw measure among the bars of the reference (RSI is
2 x rank - 1). The reference is fitted once on openly licensed scores and ships as JSON; its tables
hold nothing of labelled emotions.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

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
_QUARTERS = (0.25, 0.5, 0.75)
_COMPONENTS = (*(each.name for each in ATTRIBUTES), *EXTRA_COMPONENTS)
_NAMES = (*_COMPONENTS, *(f"raw_{name}" for name in RAW_DIMENSIONS))
# What a bar that says nothing about a dimension is taken for: silence is still.
_UNDEFINED = (0.5, 0.0, 0.5, 0.5)
_SIGNED = tuple(name.startswith("rsi") for name in RAW_DIMENSIONS)
_ATTRIBUTE_NAMES = tuple(each.name for each in ATTRIBUTES)
_RAW_NAMES = tuple(f"raw_{name}" for name in RAW_DIMENSIONS)


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
        return self.rank_columns((name,), values[:, None])[:, 0]

    def rank_columns(self, names: tuple[str, ...], values: Floats) -> Floats:
        """Ranks of a matrix (B, names), each column by the table of its name."""
        rows = _rows(self, names)
        low, high = np.empty(values.shape, np.int64), np.empty(values.shape, np.int64)
        for column, table in enumerate(rows.tables):
            low[:, column] = table.searchsorted(values[:, column], side="left")
            high[:, column] = table.searchsorted(values[:, column], side="right")
        below = np.minimum(np.maximum(high - 1, 0), rows.steps - 1)
        start = rows.flat[rows.offset + below]
        width = np.maximum(rows.flat[rows.offset + below + 1] - start, 1e-12)
        between = below + np.minimum(np.maximum((values - start) / width, 0.0), 1.0)
        tied = 0.5 * (low + high - 1)
        inner = np.where(high > low, tied, between)
        result: Floats = _TAIL + (1.0 - 2.0 * _TAIL) * inner / rows.steps
        under, over = values < rows.first, values > rows.last
        if under.any():
            below_all = np.maximum(rows.first - values, 0.0) / rows.scale
            result[under] = (_TAIL * np.exp(-below_all))[under]
        if over.any():
            above_all = np.maximum(values - rows.last, 0.0) / rows.scale
            result[over] = (1.0 - _TAIL * np.exp(-above_all))[over]
        result[np.isnan(values)] = np.nan
        return result

    def standings(self, names: tuple[str, ...], values: Floats) -> Floats:
        """How far values (B, names) lie from their medians, in quartile distances, -4 to 4."""
        first, median, third = _rows(self, names).quartiles
        result: Floats = (values - median) / np.maximum(third - first, 1e-9)
        return np.minimum(np.maximum(result, -4.0), 4.0)

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


@dataclass(frozen=True, slots=True, eq=False)
class _Rows:
    """Some tables side by side, one behind the other in `flat`; K columns.

    Args:
        steps, offset, first, last, scale: (K,) of each table.
        quartiles: (3, K).
    """

    tables: tuple[Floats, ...]
    flat: Floats
    steps: NDArray[np.int64]
    offset: NDArray[np.int64]
    first: Floats
    last: Floats
    scale: Floats
    quartiles: Floats


@lru_cache(maxsize=64)
def _rows(reference: Reference, names: tuple[str, ...]) -> _Rows:
    tables = tuple(reference.tables[name] for name in names)
    sizes = np.array([len(table) for table in tables])
    first = np.array([table[0] for table in tables])
    last = np.array([table[-1] for table in tables])
    return _Rows(
        tables=tables,
        flat=np.concatenate(tables),
        steps=sizes - 1,
        offset=np.cumsum(sizes) - sizes,
        first=first,
        last=last,
        scale=np.maximum(last - first, 1e-9) / 4.0,
        quartiles=np.stack([np.quantile(table, _QUARTERS) for table in tables], axis=1),
    )


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
    ranks = reference.rank_columns(_ATTRIBUTE_NAMES, measures.values)
    raw = raw_dimensions(measures, reference.rank_columns, reference.standings)
    values = np.stack([raw[name] for name in RAW_DIMENSIONS], axis=1)
    heard = ~np.isnan(measures.values[:, ATTRIBUTE_INDEX["register"]])
    # Silent bars do not make a piece calmer or stiller than its music is.
    counted = [column[heard & ~np.isnan(column)] for column in values.T]
    means = [column.mean() if len(column) else np.nan for column in counted]
    *by_bar, whole = _levels(reference, np.vstack([values, means])).tolist()
    if not heard.any():
        whole[RAW_DIMENSIONS.index("entropy")] = 0.0
    bars = tuple(Profile.from_values(*row) for row in by_bar)
    return ProfileEstimate(Profile.from_values(*whole), bars, ranks, measures)


def _levels(reference: Reference, raw: Floats) -> Floats:
    """Values of the dimensions for raw values (B, 4): the rank, or 2 x rank - 1 for RSI."""
    rank = reference.rank_columns(_RAW_NAMES, raw)
    rank = np.where(np.isnan(rank), _UNDEFINED, rank)
    rank = np.minimum(np.maximum(rank, 0.0), 1.0)
    return np.where(_SIGNED, 2.0 * rank - 1.0, rank)


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
    raws = [raw_dimensions(each, unranked.rank_columns, unranked.standings) for each in measured]
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
