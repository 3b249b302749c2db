"""Project > User > Preset > System: which layer gives each value, and what it shadows.

`preset` is resolved first, from Project, then User, then none. This module reads the shipped
presets and the user's settings file; where the project's file lies it does not know.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Any

import platformdirs

from engine.config.own import OwnSettings, read_settings, write_settings
from engine.config.schema import PresetSettings, Settings, UserSettings, leaves
from engine.config.sentences import did_you_mean
from engine.errors import PsychoscoreError
from engine.files import make_folder
from engine.resources import resource

USER_FILE = "settings.json"


class Layer(StrEnum):
    """Where a value comes from, the nearest first."""

    PROJECT = "project"
    USER = "user"
    PRESET = "preset"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Resolved:
    """A value, the layer that gives it, and the values it hides, the nearest first."""

    value: Any
    layer: Layer
    shadowed: tuple[tuple[Layer, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Resolution:
    """Every setting with its provenance.

    Args:
        values: by dotted key, in the order of the schema.
        settings: the same as one typed value.
        preset: name of the chosen preset, or None.
        preset_home: the layer whose preset of that name was taken; System is built in.
    """

    values: Mapping[str, Resolved]
    settings: Settings
    preset: str | None = None
    preset_home: Layer | None = None


def resolve(
    project: OwnSettings, user: OwnSettings, builtin: Mapping[str, OwnSettings]
) -> Resolution:
    """Lay the layers over each other.

    Args:
        project: what the project sets itself.
        user: what the user's own file sets.
        builtin: the shipped presets by name.

    Raises:
        PsychoscoreError: the chosen preset does not exist, or the layers together contradict
            each other.
    """
    name = project.get("preset") if project.sets("preset") else user.get("preset")
    preset, home = _find_preset(name, project, user, builtin)
    layers = (
        (Layer.PROJECT, project),
        (Layer.USER, user),
        (Layer.PRESET, preset),
    )
    values: dict[str, Resolved] = {}
    for leaf in leaves():
        found = [(layer, own.get(leaf.name)) for layer, own in layers if own.sets(leaf.name)]
        default = list(leaf.default) if isinstance(leaf.default, tuple) else leaf.default
        found.append((Layer.SYSTEM, default))
        values[leaf.name] = Resolved(found[0][1], found[0][0], tuple(found[1:]))
    low, high = values["temperature.minimum"], values["temperature.maximum"]
    if low.value > high.value:
        raise PsychoscoreError(
            f"temperature.minimum is {low.value:g} ({low.layer}) but temperature.maximum is "
            f"{high.value:g} ({high.layer}).",
            "Change one of them.",
        )
    nested = OwnSettings().with_values({key: each.value for key, each in values.items()})
    settings = Settings.model_validate_json(nested.to_json())
    return Resolution(MappingProxyType(values), settings, name, home)


def _find_preset(
    name: str | None,
    project: OwnSettings,
    user: OwnSettings,
    builtin: Mapping[str, OwnSettings],
) -> tuple[OwnSettings, Layer | None]:
    if name is None:
        return OwnSettings(), None
    homes = (
        (Layer.PROJECT, project.get("presets", {})),
        (Layer.USER, user.get("presets", {})),
        (Layer.SYSTEM, {each: own.data for each, own in builtin.items()}),
    )
    for home, presets in homes:
        if name in presets:
            return OwnSettings(presets[name]), home
    known = [each for _, presets in homes for each in presets]
    raise PsychoscoreError(f'There is no preset "{name}".', did_you_mean(name, known))


def preset_names(
    project: OwnSettings, user: OwnSettings, builtin: Mapping[str, OwnSettings]
) -> tuple[tuple[str, Layer], ...]:
    """Every preset that can be chosen and the layer it lives in; System is built in."""
    homes: dict[str, Layer] = {}
    for layer, names in (
        (Layer.SYSTEM, builtin),
        (Layer.USER, user.get("presets", {})),
        (Layer.PROJECT, project.get("presets", {})),
    ):
        homes.update(dict.fromkeys(names, layer))
    return tuple(homes.items())


def builtin_presets() -> Mapping[str, OwnSettings]:
    """The shipped presets by name.

    Raises:
        PsychoscoreError: the installation is damaged.
    """
    files = sorted(resource("presets").glob("*.json"))
    return MappingProxyType({path.stem: read_settings(path, PresetSettings) for path in files})


def default_user_folder() -> Path:
    """Where this user's own settings lie on this system; it need not exist yet."""
    return platformdirs.user_config_path("psychoscore", appauthor=False)


def read_user_settings(folder: Path) -> OwnSettings:
    """What the user's own file sets; nothing where there is no file.

    Raises:
        PsychoscoreError: the file cannot be read or is not valid.
    """
    path = folder / USER_FILE
    return read_settings(path, UserSettings) if path.exists() else OwnSettings()


def write_user_settings(folder: Path, settings: OwnSettings) -> None:
    """Write the user's own file, whole or not at all.

    Raises:
        PsychoscoreError: the settings are not valid, the file that is there is broken, or the
            disk refuses.
    """
    make_folder(folder)
    write_settings(folder / USER_FILE, settings, UserSettings)
