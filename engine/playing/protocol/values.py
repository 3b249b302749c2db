"""The small values inside the player's messages: events, pitches, ports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

PORT_NAME = "PSYCHOSCORE"
INPUT_NAME = f"{PORT_NAME} clock in"
CONTROLS_NAME = f"{PORT_NAME} controllers in"
PATIENCE = 0.5

Pitch = tuple[int, int]
"""A sounding pitch: MIDI channel 0-15 and pitch 0-127."""


class PlayerEvent(NamedTuple):
    """One MIDI message of one to three bytes at a tick."""

    tick: int
    data: bytes


Events = tuple[PlayerEvent, ...]


@dataclass(frozen=True, slots=True)
class PortChoice:
    """Where the music goes: our own virtual port, somebody's port by name, or nowhere."""

    kind: Literal["virtual", "named", "none"] = "virtual"
    name: str = PORT_NAME


ControlMove = tuple[int, int, int]
"""A controller that was moved: MIDI channel 0-15, controller 0-119, value 0-127."""


class Stroke(NamedTuple):
    """A key that was struck or, with velocity 0, released, at the tick that was then now."""

    tick: float
    channel: int
    pitch: int
    velocity: int


FadeBy = Literal["volume", "velocity"]
SyncSource = Literal["internal", "clock", "timecode", "auto"]
"""`auto`: whoever is heard on the input, by clock or time code; nobody until then."""
LockState = Literal["off", "searching", "locked", "lost"]
