"""The small values inside the player's messages: events, pitches, ports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

PORT_NAME = "PSYCHOSCORE"
INPUT_NAME = f"{PORT_NAME} clock in"
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


SyncSource = Literal["internal", "clock", "timecode"]
LockState = Literal["off", "searching", "locked", "lost"]
