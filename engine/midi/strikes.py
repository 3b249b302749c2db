"""Which events of a MIDI file are which notes.

A note is a key that goes down and comes up. This file pairs the two events, gives each note its
voice (by the name of its track, or by the skyline rule), and counts what it must leave out. Those
who rewrite a file find here the very events that a note is made of.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from engine.midi.events import MidiEvents, TimedEvent
from engine.score import Note, Voice, assign_voices

_DRUMS = 9


@dataclass(frozen=True, slots=True)
class Strike:
    """One note of a file.

    Args:
        note: in ticks of 480 a quarter note, from the start of the file.
        track: number of its track.
        down: place of its note-on within the track.
        up: place of the event that ends it, None where it never ends; it is a note-on where the
            same key is struck again.
        channel: MIDI channel, 0 to 15.
    """

    note: Note
    track: int
    down: int
    up: int | None
    channel: int


@dataclass(frozen=True, slots=True)
class Strikes:
    """All notes of a file, and what was left out.

    Args:
        found: by track, in the order in which they end.
        strays: `(track, place)` of each note-off that ends nothing.
        drums: notes on channel 10, left out.
        endless: notes that never end and were ended with their track.
    """

    found: tuple[Strike, ...]
    strays: tuple[tuple[int, int], ...]
    drums: int
    endless: int


def find_strikes(events: MidiEvents, names: Sequence[str]) -> Strikes:
    """Pair the events of all tracks.

    Args:
        names: of the tracks; one that is a voice's gives its notes that voice.
    """
    voices = {voice.name.lower(): voice for voice in Voice}
    named: list[Strike] = []
    unnamed: list[Strike] = []
    strays: list[tuple[int, int]] = []
    drums = endless = 0
    for number, (track, name) in enumerate(zip(events.tracks, names, strict=True)):
        voice = voices.get(name.strip().lower())
        found, lost, beaten = _pair(track, number, voice or Voice.MELODY)
        endless += sum(strike.up is None for strike in found)
        drums += beaten
        strays += [(number, place) for place in lost]
        (unnamed if voice is None else named).extend(found)
    return Strikes((*named, *_voiced(unnamed)), tuple(strays), drums, endless)


def _pair(
    track: Sequence[TimedEvent], number: int, voice: Voice
) -> tuple[list[Strike], list[int], int]:
    """Notes of a track, note-offs that end nothing, and how many drum notes were left out."""
    found: list[Strike] = []
    strays: list[int] = []
    sounding: dict[tuple[int, int], int] = {}
    drums = 0

    def close(key: tuple[int, int], place: int | None) -> bool:
        down = sounding.pop(key, None)
        if down is None:
            return False
        begun = track[down]
        end = track[-1 if place is None else place].tick
        length = max(1, end - begun.tick)
        note = Note(begun.tick, length, key[1], begun.message.velocity, voice)
        found.append(Strike(note, number, down, place, key[0]))
        return True

    for place, event in enumerate(track):
        message = event.message
        if message.type not in ("note_on", "note_off"):
            continue
        begins = message.type == "note_on" and message.velocity > 0
        if message.channel == _DRUMS:
            drums += begins
            continue
        key = (message.channel, message.note)
        if not close(key, place) and not begins:
            strays.append(place)
        if begins:
            sounding[key] = place
    for key in list(sounding):
        close(key, None)
    return found, strays, drums


def _voiced(strikes: Sequence[Strike]) -> list[Strike]:
    """The strikes with the voices that the skyline rule gives their notes."""
    voices: dict[tuple[int, int, int, int], list[Voice]] = {}
    for note in assign_voices([strike.note for strike in strikes]):
        place = (note.onset, note.duration, note.pitch, note.velocity)
        voices.setdefault(place, []).append(note.voice)
    voiced = []
    for strike in strikes:
        note = strike.note
        place = (note.onset, note.duration, note.pitch, note.velocity)
        voiced.append(replace(strike, note=replace(note, voice=voices[place].pop(0))))
    return voiced
