"""What stands below and above every model: rows of random weights and of real music.

They do not change with the model, so they were measured once (`python -m
engine.evaluation.fit_bounds`) and ship as a file.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from engine.errors import PsychoscoreError
from engine.evaluation.rows import Row
from engine.resources import resource

RESOURCE = "bounds.json"
_FORMAT = 1


def read_bounds(path: Path | None = None) -> Mapping[str, tuple[Row, ...]]:
    """The rows by part; None takes the file that ships.

    Raises:
        PsychoscoreError: it cannot be read or is none of this version.
    """
    path = path or resource(RESOURCE)
    try:
        body = json.loads(path.read_text(encoding="utf-8"))
        if body["format"] != _FORMAT:
            raise PsychoscoreError(f"{path} holds no bounds of this version.")
        rows = [Row.from_json(raw) for raw in body["rows"]]
    except (OSError, ValueError, KeyError, TypeError, IndexError, RecursionError) as error:
        raise PsychoscoreError(f"{path} cannot be read as bounds: {error}.") from error
    parts: dict[str, tuple[Row, ...]] = {}
    for row in rows:
        part = row.id.partition(".")[0]
        parts[part] = (*parts.get(part, ()), row)
    return parts


def bounds_json(rows: Iterable[Row]) -> str:
    """The file's text."""
    body = {"format": _FORMAT, "rows": [row.as_json() for row in rows]}
    return json.dumps(body, indent=1, allow_nan=False) + "\n"
