"""Bytes of a MIDI file from anywhere, safely taken apart into timed events.

Owns the limits of the import door (size, events, seconds, length) and turns every way in which a
file can be broken into one sentence that names file and place. Parsing is pure Python, so no
file can crash the process. It does not know what the events mean.
"""

from __future__ import annotations

import io
import time
from dataclasses import dataclass
from pathlib import Path

import mido

from engine.errors import PsychoscoreError
from engine.score import TICKS_PER_QUARTER

_READS_BETWEEN_CHECKS = 1024


@dataclass(frozen=True, slots=True)
class ImportLimits:
    """What a foreign file may cost: bytes, events, seconds of parsing, quarter notes."""

    size: int = 20_000_000
    events: int = 500_000
    seconds: float = 10.0
    quarters: int = 40_000


@dataclass(frozen=True, slots=True)
class TimedEvent:
    """One message at a tick of 480 a quarter note, from the start of the file."""

    tick: int
    message: mido.Message | mido.MetaMessage


@dataclass(frozen=True, slots=True)
class MidiEvents:
    """A file taken apart: the events of each track in their order.

    `division` is the file's own ticks a quarter note; `length` the tick of the last event.
    """

    tracks: tuple[tuple[TimedEvent, ...], ...]
    division: int
    length: int


class _GuardedBytes(io.BytesIO):
    """Bytes that stop being readable when the deadline has passed."""

    def __init__(self, content: bytes, seconds: float) -> None:
        super().__init__(content)
        self._reads = 0
        self._deadline = time.monotonic() + seconds

    def read(self, size: int | None = -1, /) -> bytes:
        self._reads += 1
        if self._reads % _READS_BETWEEN_CHECKS == 0 and time.monotonic() > self._deadline:
            raise TimeoutError
        return super().read(size)


def load_bytes(path: Path, limits: ImportLimits = ImportLimits()) -> bytes:
    """The content of a MIDI file that is not too large.

    Raises:
        PsychoscoreError: it cannot be read, is empty, too large, or no MIDI file.
    """
    try:
        with path.open("rb") as stream:
            content = stream.read(limits.size + 1)
    except FileNotFoundError as error:
        raise PsychoscoreError(f"There is no file {path}.") from error
    except OSError as error:
        raise PsychoscoreError(f"{path} cannot be read: {error.strerror or error}.") from error
    if len(content) > limits.size:
        raise PsychoscoreError(f"{path} is larger than {limits.size // 1_000_000} MB.")
    return content


def parse_events(
    content: bytes,
    name: str,
    limits: ImportLimits = ImportLimits(),
    *,
    first_track_only: bool = False,
) -> MidiEvents:
    """Take the bytes of a MIDI file apart.

    Args:
        name: how errors call the file.
        first_track_only: leave all tracks but the first unread.

    Raises:
        PsychoscoreError: the bytes are no MIDI file of type 0 or 1, are broken, or go beyond the
            limits.
    """
    division, tracks = _check_header(content, name)
    if first_track_only and tracks > 1:
        content = content[:10] + b"\x00\x01" + content[12:]
    guarded = _GuardedBytes(content, limits.seconds)
    try:
        parsed = mido.MidiFile(file=guarded)
    except TimeoutError as error:
        raise PsychoscoreError(f"{name} takes longer than {limits.seconds:g} s to read.") from error
    except Exception as error:  # the parser raises a dozen types, most of them without a message
        detail = "it ends in the middle" if isinstance(error, EOFError) else str(error)
        raise PsychoscoreError(
            f"{name} is damaged near byte {guarded.tell():,} of {len(content):,}"
            f"{': ' + detail if detail else ''}.",
            "Export it again from the program it came from.",
        ) from error
    if sum(len(track) for track in parsed.tracks) > limits.events:
        raise PsychoscoreError(f"{name} holds more than {limits.events:,} events.")
    timed = tuple(_timed(track, division, name, limits) for track in parsed.tracks)
    length = max((track[-1].tick for track in timed if track), default=0)
    return MidiEvents(timed, division, length)


def _check_header(content: bytes, name: str) -> tuple[int, int]:
    """The ticks a quarter note and the number of tracks that the header promises."""
    if not content:
        raise PsychoscoreError(f"{name} is empty.")
    if content[:4] != b"MThd":
        raise PsychoscoreError(f"{name} is not a MIDI file: it does not begin with MThd.")
    if len(content) < 14:
        raise PsychoscoreError(
            f"{name} is damaged near byte {len(content)}: its header is cut off."
        )
    kind = int.from_bytes(content[8:10], "big")
    tracks = int.from_bytes(content[10:12], "big")
    division = int.from_bytes(content[12:14], "big")
    if kind not in (0, 1):
        what = "holds independent patterns (type 2)" if kind == 2 else f"is of unknown type {kind}"
        raise PsychoscoreError(f"{name} {what}; types 0 and 1 can be read.")
    if division & 0x8000:
        raise PsychoscoreError(
            f"{name} counts time in film frames (SMPTE division at byte 12), not in quarter notes.",
            "Export it with ticks per quarter note.",
        )
    if division == 0:
        raise PsychoscoreError(f"{name} has 0 ticks a quarter note at byte 12.")
    return division, tracks


def _timed(
    track: mido.MidiTrack, division: int, name: str, limits: ImportLimits
) -> tuple[TimedEvent, ...]:
    events: list[TimedEvent] = []
    at = 0
    limit = limits.quarters * division
    for message in track:
        at += message.time
        if at > limit:
            # A far end of track is harmless, and some programs write one.
            if message.type == "end_of_track":
                break
            raise PsychoscoreError(
                f"{name} goes on for more than {limits.quarters:,} quarter notes."
            )
        tick = (2 * at * TICKS_PER_QUARTER + division) // (2 * division)
        events.append(TimedEvent(tick, message))
    return tuple(events)
