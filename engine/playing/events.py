"""A score as MIDI messages at ticks. It knows neither ports nor time in seconds."""

from __future__ import annotations

from collections.abc import Iterable

from engine.midi.overlaps import cut_overlaps
from engine.playing.protocol import Events, PlayerEvent
from engine.score import Control, Note, Score

NOTE_OFF = 0x80
NOTE_ON = 0x90
CONTROL = 0xB0


def score_events(score: Score) -> Events:
    """The notes and controls of a score, sorted, all on MIDI channel 1.

    Overlaps of one pitch are settled as in a file that we write; a note lasts a tick or more.
    """
    return note_events(cut_overlaps(score.notes), score.controls)


def note_events(notes: Iterable[Note], controls: Iterable[Control] = ()) -> Events:
    """Notes, as they are, and controls as sorted messages on MIDI channel 1."""
    events: list[PlayerEvent] = []
    for note in notes:
        end = max(note.onset + 1, note.end)
        events.append(PlayerEvent(note.onset, bytes((NOTE_ON, note.pitch, note.velocity))))
        events.append(PlayerEvent(end, bytes((NOTE_OFF, note.pitch, 64))))
    for control in controls:
        events.append(
            PlayerEvent(control.onset, bytes((CONTROL, control.controller, control.value)))
        )
    return tuple(sorted(events, key=lambda event: (event.tick, rank(event.data), event.data)))


def is_on(data: bytes) -> bool:
    return data[0] & 0xF0 == NOTE_ON and data[2] > 0


def is_off(data: bytes) -> bool:
    kind = data[0] & 0xF0
    return kind == NOTE_OFF or (kind == NOTE_ON and data[2] == 0)


def rank(data: bytes) -> int:
    """Order within one tick: what ends, what prepares, what begins."""
    return 0 if is_off(data) else 2 if is_on(data) else 1
