"""The values that one layer sets itself, as plain JSON that is never changed in place."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pydantic import ValidationError

from engine.config.schema import Settings, Strict
from engine.config.sentences import explain
from engine.config.strict_json import read_json, to_json
from engine.errors import PsychoscoreError
from engine.files import write_atomic

KeyPath = tuple[str, ...]


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
        return self.with_values({key: value})

    def with_values(self, values: Mapping[str, Any]) -> OwnSettings:
        """These settings with several values set, by dotted key and checked together.

        Raises:
            PsychoscoreError: a key is unknown or a value is not allowed there.
        """
        data: Mapping[str, Any] = self.data
        for key, value in values.items():
            data = _set(data, tuple(key.split(".")), value)
        return checked(data, "Settings")

    def without(self, key: str) -> OwnSettings:
        """These settings with one value, or a whole section, falling through again."""
        return OwnSettings(_clear(self.data, tuple(key.split("."))))

    def to_json(self) -> str:
        """The text of the file that sets exactly this."""
        return to_json(self.data) + "\n"


def read_settings(path: Path, model: type[Strict] = Settings) -> OwnSettings:
    """Read the settings that a file sets.

    Args:
        path: `psychoscore.json`, the user's settings or a preset.
        model: what such a file may hold.

    Raises:
        PsychoscoreError: it cannot be read or is not valid; names file, line and column.
    """
    document = read_json(path)
    document.validated(model)
    return OwnSettings(document.value)


def write_settings(path: Path, settings: OwnSettings, model: type[Strict] = Settings) -> None:
    """Write settings whole or not at all; a broken file is never overwritten.

    Raises:
        PsychoscoreError: the settings are not valid, the file that is there is broken, or the
            disk refuses.
    """
    checked(settings.data, str(path), model)
    if path.exists() and read_settings(path, model) == settings:
        return
    write_atomic(path, settings.to_json().encode())


def checked(data: Mapping[str, Any], source: str, model: type[Strict] = Settings) -> OwnSettings:
    """Settings from plain data.

    Raises:
        PsychoscoreError: a key is unknown or a value is not allowed; names `source`.
    """
    try:
        text = json.dumps(dict(data), allow_nan=False)
        model.model_validate_json(text)
    except ValidationError as error:
        raise explain(error, model, source) from error
    except ValueError as error:
        raise PsychoscoreError(f"In {source}: not a finite number.") from error
    return OwnSettings(json.loads(text))


def _leaves(data: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, Any]]:
    for key, value in data.items():
        if isinstance(value, Mapping):
            yield from _leaves(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def _set(data: Mapping[str, Any], path: KeyPath, value: Any) -> dict[str, Any]:
    first, rest = path[0], path[1:]
    changed = dict(data)
    if rest:
        inner = data.get(first, {})
        changed[first] = _set(inner if isinstance(inner, Mapping) else {}, rest, value)
    else:
        changed[first] = value
    return changed


def _clear(data: Mapping[str, Any], path: KeyPath) -> dict[str, Any]:
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
