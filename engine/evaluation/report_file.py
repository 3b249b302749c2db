"""The report of an evaluation as a file: its settings and its rows."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from engine.errors import PsychoscoreError
from engine.evaluation.rows import Row, merged
from engine.files import write_atomic

_FORMAT, _LIMIT = 1, 10_000_000
# What may differ between rows that stand in one report: how much and with what it was measured.
_LOOSE = frozenset({"size", "data", "threads", "lineage"})


@dataclass(frozen=True, slots=True)
class Report:
    """What an evaluation found.

    Args:
        settings: name and value in words, those of the newest rows.
        sizes: how much was measured, in words, of rows that another run than the newest gave.
    """

    settings: dict[str, str]
    rows: tuple[Row, ...]
    sizes: dict[str, str] = field(default_factory=dict)

    def beside(self, other: Report) -> bool:
        """Whether rows of both may stand in one report: the same weights in the same setting."""

        def fixed(settings: dict[str, str]) -> dict[str, str]:
            return {name: value for name, value in settings.items() if name not in _LOOSE}

        return fixed(self.settings) == fixed(other.settings)

    def updated(self, fresh: Report) -> Report:
        """This report with the rows of a later run in their places."""
        rows = merged(self.rows, fresh.rows)
        measured, size = {row.id for row in fresh.rows}, self.settings.get("size", "unknown")
        older = {row.id: self.sizes.get(row.id, size) for row in rows if row.id not in measured}
        return replace(fresh, rows=rows, sizes=older | fresh.sizes)

    def write(self, path: Path) -> None:
        """Write it whole.

        Raises:
            PsychoscoreError: the place refuses.
        """
        raw = {
            "format": _FORMAT,
            "settings": self.settings,
            "rows": [row.as_json() for row in self.rows],
        }
        if self.sizes:
            raw["sizes"] = self.sizes
        write_atomic(path, (json.dumps(raw, indent=1, allow_nan=False) + "\n").encode())


def read_report(path: Path) -> Report:
    """Read a report.

    Raises:
        PsychoscoreError: it is missing, or is no report of this version.
    """
    try:
        with path.open("rb") as file:
            raw = json.loads(file.read(_LIMIT))
        if raw["format"] != _FORMAT:
            raise PsychoscoreError(f"{path} is a report of another version.")
        rows = tuple(Row.from_json(each) for each in raw["rows"])
        settings, sizes = _words(raw["settings"]), _words(raw.get("sizes", {}))
    except FileNotFoundError as error:
        raise PsychoscoreError(f"There is no report at {path}.") from error
    except (OSError, ValueError, KeyError, TypeError, IndexError, RecursionError) as error:
        raise PsychoscoreError(f"{path} is no report of an evaluation: {error}.") from error
    _check_ids(path, rows)
    return Report(settings, rows, sizes)


def _words(raw: object) -> dict[str, str]:
    if not isinstance(raw, dict) or not all(isinstance(each, str) for each in raw.values()):
        raise ValueError("settings are names with words")
    return dict(raw)


def _check_ids(path: Path, rows: Sequence[Row]) -> None:
    seen: set[str] = set()
    for row in rows:
        if row.id in seen:
            raise PsychoscoreError(f"{path}: the row {row.id} stands there twice.")
        seen.add(row.id)
