"""A take as its .mid file tells it, read by mido and not by us."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import mido

PEDAL = 64


@dataclass(frozen=True)
class WrittenTake:
    """Pitch and velocity of every note struck, in order, and every value of the pedal."""

    notes: list[tuple[int, int]]
    pedal: list[int]


def read_take(path: Path) -> WrittenTake:
    """Read the file of a take; each of its voices carries the same pedal, which counts once."""
    notes: list[tuple[int, int, int]] = []
    pedal: set[tuple[int, int]] = set()
    for track in mido.MidiFile(path).tracks:
        tick = 0
        for message in track:
            tick += message.time
            if message.type == "note_on" and message.velocity:
                notes.append((tick, message.note, message.velocity))
            elif message.type == "control_change" and message.control == PEDAL:
                pedal.add((tick, message.value))
    return WrittenTake(
        [(pitch, velocity) for _, pitch, velocity in sorted(notes)],
        [value for _, value in sorted(pedal)],
    )
