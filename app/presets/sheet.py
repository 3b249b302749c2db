"""All layers of the settings at one moment, as the Presets page shows them.

A sheet may show a preset that is not chosen: then it says what choosing it would change. It is
a frozen value; who may write where is said here, writing is `app.presets.desk`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.session.wishes import take_title
from engine.config.layers import Layer, Resolution, preset_names, resolve
from engine.config.own import OwnSettings
from engine.config.schema import Leaf, PresetSettings, UserSettings, leaves
from engine.errors import PsychoscoreError
from engine.profile import Profile

LAYER_NAMES = {
    Layer.PROJECT: "Project",
    Layer.USER: "User",
    Layer.PRESET: "Preset",
    Layer.SYSTEM: "System",
}
PROFILE_KEYS = {
    "trauma": "profile.trauma",
    "entropy": "profile.entropy",
    "rsi_real": "profile.rsi.real",
    "rsi_imaginary": "profile.rsi.imaginary",
}
"""The key of each dimension at rest."""
PRESET_LEAVES = frozenset(leaf.name for leaf in leaves(PresetSettings))
USER_LEAVES = frozenset(leaf.name for leaf in leaves(UserSettings))


@dataclass(frozen=True, slots=True)
class PresetEntry:
    """A preset that can be chosen: its name, where it lives (System is built in), what it sets."""

    name: str
    home: Layer
    own: OwnSettings

    @property
    def about(self) -> str:
        """How it feels, its mode and its tempo, as far as it sets them."""
        get = self.own.get
        real, imaginary = get("profile.rsi.real", 0.0), get("profile.rsi.imaginary", 0.0)
        words = []
        if self.own.sets("profile"):
            profile = Profile(
                get("profile.trauma", 0.5), get("profile.entropy", 0.5), complex(real, imaginary)
            )
            words.append(take_title(profile))
        if self.own.get("music.mode", "free") != "free":
            words.append(self.own.get("music.mode"))
        if self.own.sets("music.tempo"):
            words.append(f"{get('music.tempo'):g}")
        return "  \N{MIDDLE DOT}  ".join(words) or "sets nothing yet"


@dataclass(frozen=True, slots=True)
class Change:
    """A value in force that choosing the shown preset would change."""

    leaf: Leaf
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Sheet:
    """The layers and what they resolve to.

    Args:
        project, user: what these layers set themselves.
        presets: every preset that can be chosen.
        shown: the preset in the Preset column, or None.
        chosen: the preset that project or user chose, or None.
        resolution: of the layers with the shown preset; None where they contradict each other.
        current: as it is in force now; None where it is broken.
        problem: what is wrong with the layers, or an empty string.
        user_problem: why the user's own settings cannot be written, or an empty string.
    """

    project: OwnSettings
    user: OwnSettings
    presets: tuple[PresetEntry, ...]
    shown: PresetEntry | None
    chosen: str | None
    resolution: Resolution | None
    current: Resolution | None
    problem: str = ""
    user_problem: str = ""

    @property
    def previews(self) -> bool:
        """True where the shown preset is not the chosen one."""
        return (self.shown.name if self.shown else None) != self.chosen

    def entry(self, name: str | None) -> PresetEntry | None:
        return next((each for each in self.presets if each.name == name), None)

    def holds(self, layer: Layer, leaf: Leaf) -> bool:
        """True where a layer can hold a key at all."""
        if layer is Layer.PRESET:
            return self.shown is not None and leaf.name in PRESET_LEAVES
        return layer is not Layer.USER or leaf.name in USER_LEAVES

    def sets(self, layer: Layer, leaf: Leaf) -> bool:
        """True where a layer gives a value; System always does."""
        if layer is Layer.SYSTEM:
            return True
        return self.holds(layer, leaf) and self.own(layer).sets(leaf.name)

    def value(self, layer: Layer, leaf: Leaf) -> Any:
        """What a layer gives, whether it wins or not."""
        return leaf.default if layer is Layer.SYSTEM else self.own(layer).get(leaf.name)

    def own(self, layer: Layer) -> OwnSettings:
        """What a layer other than System sets."""
        if layer is Layer.PRESET:
            return self.shown.own if self.shown else OwnSettings()
        return self.project if layer is Layer.PROJECT else self.user

    def refusal(self, layer: Layer, leaf: Leaf) -> str:
        """Why a cell cannot be written, in one sentence; empty where it can."""
        if layer is Layer.SYSTEM:
            return "System values come with the program. Type into Project or User to override."
        if layer is Layer.PRESET and self.shown is None:
            return "No preset is shown."
        if not self.holds(layer, leaf):
            return f"{leaf.title} is not kept in {LAYER_NAMES[layer]} settings."
        if layer is Layer.PRESET and self.shown and self.shown.home is Layer.SYSTEM:
            return f"{self.shown.name} is built in. Copy it to edit it."
        in_user_file = layer is Layer.USER or (self.shown and self.shown.home is Layer.USER)
        if in_user_file and layer is not Layer.PROJECT and self.user_problem:
            return self.user_problem
        return ""

    def changes(self) -> Iterator[Change]:
        """What choosing the shown preset would change; `preset` itself is understood."""
        if self.resolution is None or self.current is None or not self.previews:
            return
        for leaf in leaves():
            before = self.current.values[leaf.name].value
            after = self.resolution.values[leaf.name].value
            if leaf.name != "preset" and before != after:
                yield Change(leaf, before, after)

    def withheld(self) -> Iterator[tuple[Leaf, Layer, Any]]:
        """What the shown preset sets and a nearer layer hides: key, layer, value in force."""
        if self.resolution is None or self.shown is None:
            return
        for leaf in leaves(PresetSettings):
            resolved = self.resolution.values[leaf.name]
            nearer = resolved.layer in (Layer.PROJECT, Layer.USER)
            if nearer and self.shown.own.sets(leaf.name):
                yield leaf, resolved.layer, resolved.value


def read_sheet(
    project: OwnSettings,
    user: OwnSettings,
    builtin: Mapping[str, OwnSettings],
    *,
    shown: str | None = None,
    follow: bool = True,
    user_problem: str = "",
) -> Sheet:
    """Lay the layers out.

    Args:
        project: what the project sets itself.
        user: what the user's own file sets.
        builtin: the shipped presets by name.
        shown: the preset to show, with `follow` off.
        follow: show the chosen preset.
        user_problem: why the user's own settings cannot be written.
    """
    chosen = project.get("preset") if project.sets("preset") else user.get("preset")
    entries = tuple(
        PresetEntry(name, home, _own_preset(name, home, project, user, builtin))
        for name, home in preset_names(project, user, builtin)
    )
    wanted = chosen if follow else shown
    entry = next((each for each in entries if each.name == wanted), None)
    name = entry.name if entry else None
    current, problem = _resolved(project, user, builtin)
    resolution = current
    if name != chosen:
        resolution, preview_problem = _resolved(project.with_value("preset", name), user, builtin)
        problem = problem or preview_problem
    return Sheet(project, user, entries, entry, chosen, resolution, current, problem, user_problem)


def _own_preset(
    name: str,
    home: Layer,
    project: OwnSettings,
    user: OwnSettings,
    builtin: Mapping[str, OwnSettings],
) -> OwnSettings:
    if home is Layer.SYSTEM:
        return builtin[name]
    return OwnSettings((project if home is Layer.PROJECT else user).get("presets")[name])


def _resolved(
    project: OwnSettings, user: OwnSettings, builtin: Mapping[str, OwnSettings]
) -> tuple[Resolution | None, str]:
    try:
        return resolve(project, user, builtin), ""
    except PsychoscoreError as error:
        return None, str(error)
