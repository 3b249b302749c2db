"""Knobs and faders: which moves which slider, and how a knob takes a slider up without a jump.

Pure values and functions. What was learned lies in the project's settings under `controllers`,
by the slider's stable name; this module knows no port and no widget.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.config.own import OwnSettings
from engine.profile import DIMENSION_BY_NAME
from engine.project.edits import AnyEdit, ClearConfigValue, SetConfigValue, Several
from engine.score import pitch_name

GO = "go"
"""The name under which GO is learned, beside those of the sliders."""
HIGHEST = 127
NEAR = 1.5 / HIGHEST
"""A knob that stands this near to its slider has met it."""
_SAME = 1e-3


@dataclass(frozen=True, slots=True)
class Knob:
    """A controller of a MIDI channel, 1 to 16."""

    channel: int
    controller: int

    @property
    def text(self) -> str:
        return f"CC {self.controller}"

    @property
    def place(self) -> str:
        return f"CC {self.controller} on channel {self.channel}"


def bindings(settings: OwnSettings) -> dict[str, Knob]:
    """The knob of each slider that has one, in the order of the sliders."""
    own = settings.get("controllers", {})
    return {
        name: Knob(own[name]["channel"], own[name]["controller"])
        for name in DIMENSION_BY_NAME
        if name in own
    }


def learned(settings: OwnSettings, name: str, knob: Knob) -> Several:
    """Let a knob move a slider, and no other slider any more."""
    value = {"channel": knob.channel, "controller": knob.controller}
    before = bindings(settings)
    freed = (other for other, its in before.items() if its == knob and other != name)
    edits: list[AnyEdit] = [ClearConfigValue(key=f"controllers.{other}") for other in freed]
    edits.append(SetConfigValue.model_validate({"key": f"controllers.{name}", "value": value}))
    title = DIMENSION_BY_NAME[name].title
    return Several(edits=tuple(edits), title=f"Learn {knob.text} for {title}")


def forgotten(name: str) -> Several:
    """Let no knob move a slider."""
    edit = ClearConfigValue(key=f"controllers.{name}")
    return Several(edits=(edit,), title=f"Forget the Knob of {DIMENSION_BY_NAME[name].title}")


def go_by_note(note: int) -> Several:
    """Let a key of the keyboard say GO in a show."""
    edit = SetConfigValue(key="show.go_note", value=note)
    return Several(edits=(edit,), title=f"Learn {pitch_name(note)} for GO")


def go_by_controller(controller: int) -> Several:
    """Let a pedal or button say GO in a show."""
    edit = SetConfigValue(key="show.go_controller", value=controller)
    return Several(edits=(edit,), title=f"Learn CC {controller} for GO")


def no_go() -> Several:
    """Let neither key nor pedal say GO."""
    names = ("show.go_note", "show.go_controller")
    edits = tuple(SetConfigValue(key=name, value=None) for name in names)
    return Several(edits=edits, title="Forget What Says GO")


@dataclass(frozen=True, slots=True)
class Grip:
    """What is known of a knob and its slider, as shares of their ways, 0 to 1.

    Args:
        position: where the knob stands; None before it was first moved.
        gave: what the slider last got from it; None while it holds no slider.
    """

    position: float | None = None
    gave: float | None = None

    @property
    def holds(self) -> bool:
        return self.gave is not None


def turned(grip: Grip, position: float, share: float) -> Grip:
    """A knob was turned to `position` while its slider stands at `share`.

    It takes the slider up where it meets it or passes it, and holds it until somebody else
    moves the slider: then it must meet it again. `gave` of the result is the slider's new share.
    """
    holds = grip.gave is not None and abs(share - grip.gave) < _SAME
    if not holds:
        before = grip.position
        passed = before is not None and (before - share) * (position - share) <= 0
        holds = passed or abs(position - share) <= NEAR
    return Grip(position, position if holds else None)


def share_of(name: str, value: float) -> float:
    """Where a value lies on its slider, 0 to 1."""
    dimension = DIMENSION_BY_NAME[name]
    return (value - dimension.minimum) / (dimension.maximum - dimension.minimum)


def value_of(name: str, share: float) -> float:
    """The value at a share of a slider; the middle of a knob is the middle of its slider."""
    dimension = DIMENSION_BY_NAME[name]
    value = dimension.minimum + share * (dimension.maximum - dimension.minimum)
    return round(value, 4)


def knob_share(value: int) -> float:
    """The share of a knob's value 0 to 127; both its middle values are the middle."""
    return 0.5 if value in (63, 64) else value / HIGHEST


def sliders(settings: OwnSettings, knob: Knob) -> Iterator[str]:
    """The sliders that a knob moves."""
    yield from (name for name, its in bindings(settings).items() if its == knob)
