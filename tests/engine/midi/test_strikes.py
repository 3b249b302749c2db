"""Strikes: the two events of each note, its voice, and what is left out."""

from __future__ import annotations

import mido

from engine.midi.events import MidiEvents, TimedEvent
from engine.midi.strikes import Strikes, find_strikes
from engine.score import Voice

Raw = tuple[int, str, int, int, int]


def strikes(*tracks: list[Raw], names: tuple[str, ...] = ()) -> Strikes:
    """Tracks of `(tick, kind, pitch, velocity, channel)`."""
    timed = tuple(
        tuple(
            TimedEvent(tick, mido.Message(f"note_{kind}", note=p, velocity=loud, channel=channel))
            for tick, kind, p, loud, channel in track
        )
        for track in tracks
    )
    return find_strikes(MidiEvents(timed, 480, 4800), names or ("",) * len(tracks))


def places(found: Strikes) -> list[tuple[int, int, int | None]]:
    return sorted((each.track, each.down, each.up) for each in found.found)


def test_on_and_off_are_paired_by_channel_and_key() -> None:
    found = strikes(
        [(0, "on", 60, 90, 0), (10, "on", 60, 80, 1), (20, "off", 60, 0, 1), (30, "on", 60, 0, 0)]
    )
    assert places(found) == [(0, 0, 3), (0, 1, 2)]
    assert [(e.note.duration, e.channel) for e in found.found] == [(10, 1), (30, 0)]
    assert (found.strays, found.endless, found.drums) == ((), 0, 0)


def test_a_key_struck_again_ends_the_note_before() -> None:
    found = strikes([(0, "on", 60, 90, 0), (100, "on", 60, 80, 0), (200, "off", 60, 0, 0)])
    assert places(found) == [(0, 0, 1), (0, 1, 2)]


def test_what_ends_nothing_what_never_ends_and_drums_are_counted() -> None:
    found = strikes(
        [(0, "off", 60, 0, 0), (5, "on", 61, 90, 0), (9, "on", 36, 90, 9), (20, "off", 36, 0, 9)]
    )
    assert found.strays == ((0, 0),)
    assert places(found) == [(0, 1, None)]
    assert (found.endless, found.drums, found.found[0].note.duration) == (1, 1, 15)


def test_tracks_named_for_a_voice_have_it_and_others_are_heard() -> None:
    low: list[Raw] = [(0, "on", 36, 90, 0), (480, "off", 36, 0, 0)]
    high: list[Raw] = [(0, "on", 76, 90, 0), (480, "off", 76, 0, 0)]
    found = strikes(low, high, low, names=(" Melody ", "Piano", ""))
    assert [each.note.voice for each in found.found] == [Voice.MELODY, Voice.MELODY, Voice.BASS]


def test_equal_notes_of_two_tracks_each_have_a_voice() -> None:
    same: list[Raw] = [(0, "on", 70, 90, 0), (480, "off", 70, 0, 0)]
    found = strikes(same, same, same)
    assert places(found) == [(0, 0, 1), (1, 0, 1), (2, 0, 1)]
    assert len({each.note.onset for each in found.found}) == 1
