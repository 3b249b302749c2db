"""The door for MIDI files: own scores come back equal, odd files give a sentence."""

from __future__ import annotations

import io
import json
from pathlib import Path

import mido
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import PsychoscoreError
from engine.midi.events import ImportLimits, load_bytes, parse_events
from engine.midi.file import midi_bytes, read_midi, read_provenance, read_score, write_midi
from engine.midi.overlaps import cut_overlaps
from engine.midi.reading import interpret
from engine.score import METRES, Control, Key, Metre, Note, Score, TempoMap, Voice


def reread(content: bytes) -> Score:
    return interpret(parse_events(content, "memory.mid"), "memory.mid").score


notes = st.builds(
    Note,
    onset=st.integers(-1920, 6000),
    duration=st.integers(1, 3000),
    pitch=st.integers(0, 127),
    velocity=st.integers(1, 127),
    voice=st.sampled_from(Voice),
)
keys = st.none() | st.builds(Key, st.integers(0, 11), st.sampled_from([None, "major", "minor"]))
tempos = st.dictionaries(st.integers(1, 7000), st.integers(400, 24000), max_size=3).map(
    lambda marks: TempoMap(((0, 93.7), *((tick, bpm / 100) for tick, bpm in sorted(marks.items()))))
)
controls = st.lists(
    st.builds(Control, st.integers(-1000, 7000), st.just(64), st.sampled_from([0, 127])),
    max_size=5,
    unique=True,
).map(lambda found: tuple(sorted(found)))
scores = st.builds(
    Score,
    notes=st.lists(notes, max_size=25).map(cut_overlaps),
    metres=st.lists(st.sampled_from(METRES), min_size=7, max_size=9).map(tuple),
    tempo_map=tempos,
    key=keys,
    controls=controls,
)


@settings(max_examples=150, deadline=None)
@given(scores)
def test_score_survives_its_file(score: Score) -> None:
    assert reread(midi_bytes(score, "{}", "Küss mich 夜")) == score


def simple(*pitches: int) -> Score:
    made = tuple(Note(480 * i, 480, p, 80, Voice.MELODY) for i, p in enumerate(pitches))
    return Score(made, (Metre(3, 4),) * 2, TempoMap(((0, 72.0),)), Key(2, "minor"))


def test_same_score_gives_same_bytes() -> None:
    assert midi_bytes(simple(60, 62), "{}", "a") == midi_bytes(simple(60, 62), "{}", "a")


def test_tracks_are_named_for_voices_on_one_channel() -> None:
    score = Score(
        tuple(Note(0, 480, 40 + 10 * voice, 80, voice) for voice in Voice),
        (Metre(),),
        controls=(Control(0, 64, 127), Control(480, 64, 0)),
    )
    parsed = mido.MidiFile(file=io.BytesIO(midi_bytes(score)))
    assert (parsed.type, parsed.ticks_per_beat) == (1, 480)
    names = [track.name for track in parsed.tracks]
    assert names == ["", "melody", "inner", "accompaniment", "bass"]
    channels = {m.channel for track in parsed.tracks for m in track if not m.is_meta}
    assert channels == {0}


def test_a_repeated_note_ends_before_it_begins_again() -> None:
    overlapping = Score(
        (
            Note(0, 960, 60, 80, Voice.ACCOMPANIMENT),
            Note(480, 480, 60, 90, Voice.MELODY),
            Note(960, 240, 60, 70, Voice.MELODY),
        ),
        (Metre(),),
    )
    assert [(n.onset, n.duration) for n in reread(midi_bytes(overlapping)).notes] == [
        (0, 480),
        (480, 480),
        (960, 240),
    ]


def test_offs_come_before_ons_at_one_tick() -> None:
    track = mido.MidiFile(file=io.BytesIO(midi_bytes(simple(60, 60, 60)))).tracks[1]
    kinds = [message.type for message in track if not message.is_meta]
    assert kinds == ["note_on", "note_off"] * 3


def test_provenance_of_any_length_and_alphabet_survives(tmp_path: Path) -> None:
    text = json.dumps(
        {"title": "Möwe 夜 \U0001f3b9", "plan": ["x" * 99] * 3000}, ensure_ascii=False
    )
    write_midi(simple(60), tmp_path / "take.mid", text, "夜の歌")
    found = read_provenance(tmp_path / "take.mid")
    assert found is not None and found.isascii()
    assert json.loads(found) == json.loads(text)
    assert read_midi(tmp_path / "take.mid").title == "夜の歌"


def test_no_provenance_is_none(tmp_path: Path) -> None:
    write_midi(simple(60), tmp_path / "a.mid")
    assert read_provenance(tmp_path / "a.mid") is None


def test_writing_leaves_no_parts_and_replaces_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.mid"
    path.write_bytes(b"older")
    write_midi(simple(60, 64), path)
    assert read_score(path) == simple(60, 64)
    assert [each.name for each in tmp_path.iterdir()] == ["a.mid"]


def test_a_place_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(PsychoscoreError, match=r"nowhere.*could not be saved"):
        write_midi(simple(60), tmp_path / "nowhere" / "a.mid")


def test_an_impossible_note_is_an_error() -> None:
    broken = Score((Note(0, 10, 140, 80, Voice.MELODY),), (Metre(),))
    with pytest.raises(PsychoscoreError, match="melody cannot be written"):
        midi_bytes(broken)


# Foreign files


def foreign(*events: mido.Message | mido.MetaMessage, division: int = 96, kind: int = 0) -> bytes:
    parsed = mido.MidiFile(type=kind, ticks_per_beat=division)
    parsed.tracks.append(mido.MidiTrack(events))
    stream = io.BytesIO()
    parsed.save(file=stream)
    return stream.getvalue()


def on(note: int, time: int = 0, **more: int) -> mido.Message:
    return mido.Message("note_on", note=note, velocity=more.pop("velocity", 80), time=time, **more)


def off(note: int, time: int, **more: int) -> mido.Message:
    return mido.Message("note_off", note=note, time=time, **more)


def test_ticks_are_rescaled() -> None:
    score = reread(foreign(on(60, 96), off(60, 48)))
    assert [(n.onset, n.duration) for n in score.notes] == [(480, 240)]
    assert score.metres == (Metre(4, 4),)


def test_metres_tempos_and_key_are_read() -> None:
    score = reread(
        foreign(
            mido.MetaMessage("time_signature", numerator=5, denominator=8),
            mido.MetaMessage("key_signature", key="F#m"),
            mido.MetaMessage("set_tempo", tempo=600_000),
            on(60),
            off(60, 240),
            mido.MetaMessage("time_signature", numerator=9, denominator=8),
            mido.MetaMessage("set_tempo", tempo=400_000),
            on(62),
            off(62, 400),
        )
    )
    assert [str(metre) for metre in score.metres] == ["5/8", "9/8"]
    assert score.tempo_map.marks == ((0, 100.0), (1200, 150.0))
    assert score.key == Key(6, "minor")


def test_a_signature_inside_a_bar_ends_it() -> None:
    score = reread(
        foreign(
            on(60),
            off(60, 192),
            mido.MetaMessage("time_signature", numerator=3, denominator=4),
            on(62),
            off(62, 288),
        )
    )
    assert [str(metre) for metre in score.metres] == ["2/4", "3/4"]


def test_without_a_signature_the_key_is_found() -> None:
    scale = [m for p in (62, 65, 69, 74, 72, 70, 69, 73, 74) for m in (on(p), off(p, 96))]
    assert reread(foreign(*scale)).key == Key(2, "minor")
    unasked = mido.MetaMessage("key_signature", key="C")
    assert reread(foreign(unasked, *scale)).key == Key(2, "minor")


def test_voices_are_assigned_without_track_names() -> None:
    score = reread(foreign(on(76), on(64), on(36), off(76, 96), off(64, 0), off(36, 0)))
    assert {n.pitch: n.voice for n in score.notes} == {
        76: Voice.MELODY,
        64: Voice.ACCOMPANIMENT,
        36: Voice.BASS,
    }


def test_drums_and_hanging_notes_are_remarked() -> None:
    content = foreign(on(38, channel=9), on(60), on(64), off(60, 96))
    found = interpret(parse_events(content, "a.mid"), "a.mid")
    assert [n.pitch for n in found.score.notes] == [64, 60]
    assert len(found.remarks) == 2


BROKEN = {
    "empty": b"",
    "text": b"Dear diary, today I composed nothing.",
    "header only": b"MThd\x00\x00",
    "no tracks": b"MThd\x00\x00\x00\x06\x00\x01\x00\x01\x01\xe0",
    "truncated": midi_bytes(simple(60, 62, 64))[:-20],
    "type 2": foreign(on(60), off(60, 96), kind=2),
    "type 9": b"MThd\x00\x00\x00\x06\x00\x09\x00\x01\x01\xe0MTrk\x00\x00\x00\x00",
    "film frames": b"MThd\x00\x00\x00\x06\x00\x00\x00\x01\xe7\x28MTrk\x00\x00\x00\x00",
    "no division": b"MThd\x00\x00\x00\x06\x00\x00\x00\x01\x00\x00MTrk\x00\x00\x00\x00",
    "garbage track": b"MThd\0\0\0\6\0\0\0\1\1\xe0MTrk\0\0\0\4\0\xf4\0\0",
    "endless": foreign(*[m for _ in range(3) for m in (on(60, 0x0FFFFFFF), off(60, 0x0FFFFFFF))]),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_gives_a_sentence_with_its_name(name: str, tmp_path: Path) -> None:
    path = tmp_path / "broken.mid"
    path.write_bytes(BROKEN[name])
    with pytest.raises(PsychoscoreError, match=r"broken\.mid") as caught:
        read_midi(path)
    assert len(caught.value.message) > len(str(path)) + 8


def test_a_missing_file_and_a_folder_are_errors(tmp_path: Path) -> None:
    for path in (tmp_path / "none.mid", tmp_path):
        with pytest.raises(PsychoscoreError, match=str(path)):
            read_midi(path)


def test_a_file_beyond_the_limits_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "large.mid"
    path.write_bytes(midi_bytes(simple(*[60, 62] * 500)))
    for limits, complaint in (
        (ImportLimits(size=1000), "larger"),
        (ImportLimits(events=1000), "more than 1,000 events"),
        (ImportLimits(seconds=-1.0), "longer than"),
        (ImportLimits(quarters=100), "more than 100 quarter"),
    ):
        with pytest.raises(PsychoscoreError, match=rf"large\.mid.*{complaint}"):
            parse_events(load_bytes(path, limits), str(path), limits)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_corrupt_bytes_give_a_score_or_a_sentence(data: st.DataObject) -> None:
    content = bytearray(midi_bytes(simple(60, 62, 64), "{}"))
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        score = reread(bytes(content))
    except PsychoscoreError as error:
        assert "memory.mid" in error.message
    else:
        midi_bytes(score)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_random_tracks_give_a_score_or_a_sentence(body: bytes) -> None:
    header = b"MThd\x00\x00\x00\x06\x00\x01\x00\x01\x01\xe0MTrk"
    try:
        reread(header + len(body).to_bytes(4, "big") + body)
    except PsychoscoreError as error:
        assert "memory.mid" in error.message
