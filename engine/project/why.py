"""Why a value is what it is: the layer that gives it, what it hides, and the temperature term by
term."""

from __future__ import annotations

from dataclasses import dataclass

from engine.config.layers import Layer, Resolution
from engine.profile import DIMENSION_BY_NAME
from engine.project.cue import Cue
from engine.temperature import temperature

PROFILE_KEYS = {
    "trauma": "profile.trauma",
    "entropy": "profile.entropy",
    "rsi_real": "profile.rsi.real",
    "rsi_imaginary": "profile.rsi.imaginary",
}


@dataclass(frozen=True, slots=True)
class Reason:
    """One value and its source.

    Args:
        title: what it is.
        value: as people read it.
        source: the layer that gives it, such as `the lane at bar 3` or `preset tragedy`.
        hides: what that source lies over, `value, source`, the nearest first.
        key: the setting behind it, dotted; empty where there is none.
    """

    title: str
    value: str
    source: str
    hides: tuple[str, ...] = ()
    key: str = ""

    @property
    def sentence(self) -> str:
        """`0.30 from this cue (over 0.50 from preset tragedy)`."""
        over = f" (over {', '.join(self.hides)})" if self.hides else ""
        return f"{self.value} from {self.source}{over}"


def why_setting(resolution: Resolution, key: str, title: str) -> Reason:
    """Why a setting has its value."""
    found = resolution.values[key]
    layers = ((found.layer, found.value), *found.shadowed)
    told = [f"{_number(value)} from {_layer(layer, resolution)}" for layer, value in layers]
    value, source = told[0].split(" from ", 1)
    return Reason(title, value, source, tuple(told[1:]), key)


def why_dimension(cue: Cue, resolution: Resolution, name: str, bar: float) -> Reason:
    """Why a dimension of the psyche has its value at a bar of a cue."""
    title, own = DIMENSION_BY_NAME[name].title, getattr(cue.profile, name)
    setting = why_setting(resolution, PROFILE_KEYS[name], title)
    told = [f"{setting.value} from {setting.source}", *setting.hides]
    if own is not None:
        told.insert(0, f"{own:.2f} from cue {cue.number}")
    lane = next((lane for lane in cue.lanes if lane.name == name), None)
    if lane is not None and not lane.muted:
        told.insert(0, f"{lane.value_at(bar):.2f} from the lane at bar {bar:.4g}")
    value, source = told[0].split(" from ", 1)
    return Reason(title, value, source, tuple(told[1:]), PROFILE_KEYS[name])


def why_tempo(cue: Cue, resolution: Resolution, bar: float) -> Reason:
    """Why the tempo is what it is at a bar."""
    setting = why_setting(resolution, "music.tempo", "Tempo")
    mark = next((mark for mark in reversed(cue.tempo) if mark.bar <= bar), None)
    if mark is None:
        return setting
    glide = ", gliding" if mark.ramp else ""
    hidden = (f"{setting.value} from {setting.source}", *setting.hides)
    source = f"the tempo mark of cue {cue.number} at bar {mark.bar:.4g}{glide}"
    return Reason("Tempo", f"{mark.bpm:g}", source, hidden, "music.tempo")


def why_temperature(cue: Cue, resolution: Resolution, bar: float) -> tuple[Reason, ...]:
    """The temperature at a bar, term by term, then what keeps it within its range.

    The first reason is the sum, such as `0.86 = 0.70 + 0.23 - 0.07 + 0.00`.
    """
    settings = resolution.settings
    weights = settings.temperature_settings()
    profile = cue.resolved_lanes(settings).profile_at(bar)
    found = temperature(profile, weights)

    def setting(name: str) -> Reason:
        return why_setting(resolution, f"temperature.{name}", "")

    terms = [Reason("Base", f"{found.base:.2f}", setting("base_temperature").source, (), "")]
    for name, weight, value in (
        ("entropy", "entropy_weight", found.entropy),
        ("trauma", "trauma_weight", found.trauma),
    ):
        dimension = why_dimension(cue, resolution, name, bar)
        factor = setting(weight)
        source = f"{dimension.title} {dimension.sentence}, times {factor.sentence}"
        terms.append(Reason(dimension.title, _signed(value), source, (), dimension.key))
    estranged = why_dimension(cue, resolution, "rsi_imaginary", bar)
    above = "above" if found.rsi else "not above"
    limit, boost = setting("rsi_imaginary_threshold"), setting("rsi_imaginary_boost")
    source = f"Estrangement {estranged.sentence} is {above} {limit.sentence}"
    if found.rsi:
        source += f": adds {boost.sentence}"
    terms.append(Reason("Estrangement", _signed(found.rsi), source, (), estranged.key))
    equation = f"{found.unclamped:.2f} = " + " ".join(
        [terms[0].value, *(f"{each.value[0]} {each.value[1:]}" for each in terms[1:])]
    )
    head = Reason("Temperature", equation, f"the profile at bar {bar:.4g}")
    clamps: list[Reason] = []
    if abs(found.unclamped - found.value) >= 0.005:
        name = "minimum" if found.unclamped < found.value else "maximum"
        clamp = setting(name)
        title = f"Kept to the {'lowest' if name == 'minimum' else 'highest'} temperature"
        clamps.append(Reason(title, clamp.value, clamp.source, clamp.hides, clamp.key))
    base = setting("base_temperature")
    terms[0] = Reason("Base", f"{found.base:.2f}", base.source, base.hides, base.key)
    return (head, *terms, *clamps)


def _layer(layer: Layer, resolution: Resolution) -> str:
    if layer is Layer.PRESET:
        home = {Layer.PROJECT: ", the project's", Layer.USER: ", your own"}
        return f"preset {resolution.preset}{home.get(resolution.preset_home or layer, '')}"
    return {
        Layer.PROJECT: "the project",
        Layer.USER: "your settings",
        Layer.SYSTEM: "the system",
    }[layer]


def _number(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.2f}" if abs(value) < 10 else f"{value:g}"
    return "free" if value is None else str(value)


def _signed(value: float) -> str:
    return f"{'+' if value >= 0 else '-'}{abs(value):.2f}"
