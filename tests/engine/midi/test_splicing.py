"""Splicing: files of any origin keep their own events, and only the notes of a hole change."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import mido
import pytest

from engine.hole import Hole
from engine.midi.events import parse_events
from engine.midi.file import midi_bytes
from engine.midi.reading import ImportedMidi, interpret
from engine.midi.splicing import splice
from engine.score import Control, Key, Metre, Note, Score, TempoMap, Voice

Events = list[tuple[int, int, str]]


def read(content: bytes) -> ImportedMidi:
    return interpret(parse_events(content, "a.mid"), "a.mid")


def events(content: bytes) -> Events:
    """Track, tick and text of every event but the ends of tracks and the provenance."""
    found: Events = []
    for number, track in enumerate(mido.MidiFile(file=io.BytesIO(content)).tracks):
        now = 0
        for message in track:
            now += message.time
            ours = message.type == "text" and message.text.startswith("psychoscore: ")
            if message.type != "end_of_track" and not ours:
                found.append((number, now, str(message.copy(time=0))))
    return found


def changed(before: bytes, after: bytes) -> tuple[Events, Events]:
    """What left and what came, in order; all else must stand in the order that it had."""
    old, new = events(before), events(after)
    left, came = Counter(old) - Counter(new), Counter(new) - Counter(old)
    rest_old = [each for each in old if each not in left]
    rest_new = [each for each in new if each not in came]
    assert rest_old == rest_new
    return sorted(left.elements()), sorted(came.elements())


def file_of(
    *tracks: Sequence[tuple[int, mido.Message | mido.MetaMessage]], division: int, kind: int = 1
) -> bytes:
    """A file of tracks of `(tick, message)`."""
    written = mido.MidiFile(type=kind, ticks_per_beat=division)
    for track in tracks:
        now, made = 0, mido.MidiTrack()
        for tick, message in track:
            made.append(message.copy(time=tick - now))
            now = tick
        written.tracks.append(made)
    stream = io.BytesIO()
    written.save(file=stream)
    return stream.getvalue()


def on(pitch: int, velocity: int = 80, channel: int = 0) -> mido.Message:
    return mido.Message("note_on", note=pitch, velocity=velocity, channel=channel)


def off(pitch: int, channel: int = 0, velocity: int = 64) -> mido.Message:
    return mido.Message("note_off", note=pitch, velocity=velocity, channel=channel)


def filled(content: bytes, hole: Hole, *new: Note, provenance: str = "{}") -> bytes:
    """The file with these notes in the hole."""
    score = read(content).score
    _, staying = hole.split(score)
    after = replace(score, notes=tuple(sorted([*staying, *new])))
    return splice(content, "a.mid", hole, after, provenance)


def foreign(division: int = 96) -> bytes:
    """Two bars of 4/4 as a sequencer writes them, with everything that is no note."""
    bar = 4 * division
    return file_of(
        [
            (0, mido.MetaMessage("track_name", name="Song")),
            (0, mido.MetaMessage("time_signature", numerator=4, denominator=4)),
            (0, mido.MetaMessage("set_tempo", tempo=600_001)),
            (bar + 5, mido.MetaMessage("marker", text="here")),
            (bar + 7, mido.UnknownMetaMessage(0x60, data=(1, 2, 3))),
        ],
        [
            (0, mido.MetaMessage("track_name", name="Strings")),
            (0, mido.Message("program_change", program=48, channel=3)),
            (0, mido.Message("sysex", data=(126, 127, 9, 1))),
            (3, on(72, 91, 3)),
            (bar - 2, off(72, 3, 17)),
            (bar + 1, mido.Message("control_change", control=11, value=70, channel=3)),
            (bar + 1, on(74, 92, 3)),
            (bar + 9, mido.Message("pitchwheel", pitch=300, channel=3)),
            (2 * bar - 1, on(74, 0, 3)),
            (2 * bar, on(60, 50, 3)),
            (2 * bar + 40, off(60, 3)),
        ],
        [
            (0, mido.MetaMessage("track_name", name="Kit")),
            (bar + 4, on(36, 100, 9)),
            (bar + 9, off(36, 9)),
        ],
        division=division,
    )


@pytest.mark.parametrize("division", [24, 96, 100, 480, 960, 1024])
def test_only_notes_of_the_hole_change(division: int) -> None:
    content, bar = foreign(division), 4 * division
    new = Note(1920 + 480, 240, 67, 55, Voice.MELODY)
    after = filled(content, Hole(2, 2), new)
    assert changed(content, after) == (
        [(1, bar + 1, str(on(74, 92, 3))), (1, 2 * bar - 1, str(on(74, 0, 3)))],
        sorted(
            [
                (1, bar + division, str(on(67, 55, 3))),
                (1, bar + division * 3 // 2, str(off(67, 3, 0))),
            ]
        ),
    )
    assert mido.MidiFile(file=io.BytesIO(after)).ticks_per_beat == division


def test_kept_rhythm_keeps_the_very_events(division: int = 1024) -> None:
    """Off the grid of 480 ticks, with release velocities: only the pitch byte changes."""
    content = file_of(
        [(1025, on(60, 33)), (2049, off(60, velocity=99)), (2049, on(62, 34)), (4095, off(62))],
        division=division,
    )
    old = read(content).score.notes
    new = [replace(note, pitch=65) for note in old]
    after = filled(content, Hole(1, 1, keep_rhythm=True), *new)
    assert events(after) == [
        (0, 1025, str(on(65, 33))),
        (0, 2049, str(off(65, velocity=99))),
        (0, 2049, str(on(65, 34))),
        (0, 4095, str(off(65))),
    ]


def test_two_pitches_that_become_one_do_not_end_each_other() -> None:
    content = file_of([(0, on(60)), (480, on(62)), (480, off(60)), (960, off(62))], division=480)
    new = [replace(note, pitch=65) for note in read(content).score.notes]
    after = read(filled(content, Hole(1, 1, keep_rhythm=True), *new)).score
    assert [(n.onset, n.duration, n.pitch) for n in after.notes] == [(0, 480, 65), (480, 480, 65)]


def test_a_note_that_the_hole_ended_keeps_its_length() -> None:
    """The key is struck again in the hole without having been let go before."""
    content = file_of(
        [(0, on(60)), (1920 + 480, on(60)), (1920 + 960, off(60)), (4000, off(60))], division=480
    )
    before = read(content).score.notes
    after = read(filled(content, Hole(2, 2), Note(2880, 240, 50, 70, Voice.BASS))).score.notes
    assert before[0] in after and len(after) == 2


def test_an_end_of_nothing_does_not_cut_a_new_note() -> None:
    content = file_of([(0, on(60)), (480, off(60)), (2400, off(60)), (3839, on(61))], division=480)
    new = Note(1920, 960, 60, 70, Voice.MELODY)
    after = read(filled(content, Hole(2, 2), new)).score.notes
    assert [(n.onset, n.duration) for n in after if n.pitch == 60] == [(0, 480), (1920, 960)]


def test_new_notes_touch_old_ones_without_ending_them() -> None:
    content = file_of([(0, on(60)), (1920, off(60)), (3840, on(60)), (4800, off(60))], division=480)
    after = read(filled(content, Hole(2, 2), Note(1920, 1920, 60, 70, Voice.MELODY))).score.notes
    assert [(n.onset, n.duration) for n in after] == [(0, 1920), (1920, 1920), (3840, 960)]


def test_a_single_track_of_type_0_stays_one() -> None:
    content = file_of([(0, on(72)), (960, off(72)), (1920, on(74)), (2400, off(74))],
                      division=480, kind=0)  # fmt: skip
    new = [Note(1920, 480, 70, 60, Voice.MELODY), Note(1920, 480, 40, 60, Voice.BASS)]
    after = filled(content, Hole(2, 2), *new)
    file = mido.MidiFile(file=io.BytesIO(after))
    assert (file.type, len(file.tracks)) == (0, 1)
    assert [n.pitch for n in read(after).score.notes] == [72, 70, 40]


def ours(**changes: Any) -> Score:
    notes = (
        Note(0, 960, 72, 80, Voice.MELODY),
        Note(1920, 960, 74, 80, Voice.MELODY),
        Note(1920, 1920, 40, 80, Voice.BASS),
    )
    made = Score(notes, (Metre(),) * 2, TempoMap(((0, 90.0),)), Key(2, "minor"))
    return replace(made, controls=(Control(30, 64, 100), Control(3000, 64, 0)), **changes)


def test_a_file_of_ours_comes_back_as_the_filled_score() -> None:
    content = midi_bytes(ours(), '{"old": 1}', "Title")
    new = Note(2400, 480, 60, 70, Voice.INNER)
    hole = Hole(2, 2, (Voice.MELODY, Voice.INNER))
    after = filled(content, hole, new, provenance='{"neu": "ä"}')
    again = read(after)
    assert again.score == replace(ours(), notes=(ours().notes[0], ours().notes[2], new))
    assert again.provenance == '{"neu": "\\u00e4"}'
    # The new voice has a track and the pedal, as each voice of ours.
    tracks = mido.MidiFile(file=io.BytesIO(after)).tracks
    assert [track.name for track in tracks] == ["Title", "melody", "bass", "inner"]
    assert sum(message.type == "control_change" for message in tracks[3]) == 2


def test_an_upbeat_moves_nothing() -> None:
    early = ours(notes=(Note(-480, 480, 71, 80, Voice.MELODY), *ours().notes))
    content = midi_bytes(early)
    new = Note(1920, 480, 60, 70, Voice.MELODY)
    after = filled(content, Hole(2, 2, (Voice.MELODY,)), new)
    kept = [note for note in early.notes if note.onset < 1920 or note.voice is Voice.BASS]
    assert sorted(read(after).score.notes) == sorted([*kept, new])


def test_music_goes_on_with_its_own_metre_tempo_and_pedal() -> None:
    content, score = midi_bytes(ours()), ours()
    after = replace(
        score,
        notes=(*score.notes, Note(3840, 720, 65, 70, Voice.MELODY)),
        metres=(*score.metres, Metre(3, 4), Metre(3, 4)),
        tempo_map=TempoMap(((0, 90.0), (3840, 60.0))),
        controls=(*score.controls, Control(3900, 64, 100), Control(5000, 64, 0)),
    )
    made = splice(content, "a.mid", Hole(3, 4), after, "{}")
    again = read(made).score
    assert again == after
    left, _ = changed(content, made)
    assert [text for *_, text in left if "psychoscore-form" not in text] == []
