"""The values that one layer sets itself, as plain JSON that is never changed in place."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from pydantic import ValidationError

from engine.config.schema import Settings
from engine.config.sentences import explain
from engine.errors import PsychoscoreError

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OwnSettings:
    """What one layer sets itself, in the order in which it was written.

    `data` is nested JSON; treat it as frozen and make changed copies with `with_value` and
    `without`. Two are equal when they set the same values, in any order.
    """

    data: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))

    def get(self, key: str, default: object = None) -> Any:
        """The value at a dotted key, or `default` where this layer does not set it."""
        found: Any = self.data
        for part in key.split("."):
            if not isinstance(found, Mapping) or part not in found:
                return default
            found = found[part]
        return found

    def sets(self, key: str) -> bool:
        missing = object()
        return self.get(key, missing) is not missing

    def leaves(self) -> Iterator[tuple[str, Any]]:
        """Every dotted key that holds a value, with the value."""
        yield from _leaves(self.data, "")

    def with_value(self, key: str, value: Any) -> OwnSettings:
        """These settings with one value set.

        Args:
            key: dotted; `presets.NAME.temperature.minimum` reaches into an own preset.
            value: JSON; a tuple counts as a list.

        Raises:
            PsychoscoreError: the key is unknown or the value is not allowed there.
        """
        plain = json.loads(json.dumps(value))
        return checked(_set(self.data, tuple(key.split(".")), plain), f"the value of {key}")

    def without(self, key: str) -> OwnSettings:
        """These settings with one value, or a whole section, falling through again."""
        return OwnSettings(_clear(self.data, tuple(key.split("."))))

    def to_json(self) -> str:
        return json.dumps(dict(self.data), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def checked(data: Mapping[str, Any], source: str) -> OwnSettings:
    """Settings from plain data.

    Raises:
        PsychoscoreError: a key is unknown or a value is not allowed; names `source`.
    """
    try:
        text = json.dumps(dict(data), allow_nan=False)
        Settings.model_validate_json(text)
    except ValidationError as error:
        raise explain(error, Settings, source) from error
    except ValueError as error:
        raise PsychoscoreError(f"In {source}: not a finite number.") from error
    return OwnSettings(json.loads(text))


def _leaves(data: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, Any]]:
    for key, value in data.items():
        if isinstance(value, Mapping):
            yield from _leaves(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def _set(data: Mapping[str, Any], path: Path, value: Any) -> dict[str, Any]:
    first, rest = path[0], path[1:]
    changed = dict(data)
    if rest:
        inner = data.get(first, {})
        changed[first] = _set(inner if isinstance(inner, Mapping) else {}, rest, value)
    else:
        changed[first] = value
    return changed


def _clear(data: Mapping[str, Any], path: Path) -> dict[str, Any]:
    first, rest = path[0], path[1:]
    changed = dict(data)
    if first not in changed:
        return changed
    inner = changed.pop(first)
    if rest and isinstance(inner, Mapping):
        remaining = _clear(inner, rest)
        if remaining:
            return {key: remaining if key == first else value for key, value in data.items()}
    return changed
