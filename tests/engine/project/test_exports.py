"""What leaves a project as MIDI: read back by mido it is the take, in every form."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import mido
import pytest

from engine.midi.events import parse_events
from engine.midi.file import read_score
from engine.midi.reading import interpret, provenance_of
from engine.project.cue import Cue, new_cue
from engine.project.cue_marks import DialogueBlock, HitPoint, SceneBlock
from engine.project.exports import (
    cue_markers,
    hand_over,
    hand_over_together,
    take_bytes,
    take_stems,
)
from engine.score import Control, Key, Metre, Note, Score, TempoMap, Voice
from engine.take import Take, parse_provenance
from tests.engine.states import make_take

TEMPO = TempoMap(((0, 72.0), (1920, 60.0)))


def a_take(*, non_commercial: bool = False) -> Take:
    """Two bars with an upbeat in the melody, a unison of two voices and the pedal."""
    notes = (
        Note(-480, 480, 69, 70, Voice.MELODY),
        Note(0, 960, 74, 90, Voice.MELODY),
        Note(0, 1920, 38, 60, Voice.BASS),
        Note(960, 480, 62, 64, Voice.MELODY),
        Note(960, 960, 65, 50, Voice.INNER),
        Note(1920, 1440, 62, 80, Voice.MELODY),
        Note(1920, 1440, 50, 55, Voice.BASS),
    )
    score = Score(
        notes,
        (Metre(4, 4), Metre(3, 4)),
        TEMPO,
        Key(2, "minor"),
        (Control(30, 64, 100), Control(1920, 64, 0)),
    )
    made = make_take()
    told = replace(made.provenance, non_commercial=non_commercial)
    if non_commercial:
        told = replace(told, lineage=("POP909 (MIT)", "EMOPIA (CC BY-NC-SA 4.0)"))
    return Take(score, told)


def a_cue() -> Cue:
    return new_cue("1M3", "The letter", bars=2).replace(
        scenes=(SceneBlock(first_bar=2, last_bar=2, title="Gertrude öffnet"),),
        hits=(HitPoint(bar=1.5, title="door"), HitPoint(bar=1, kind="silence")),
        dialogue=(DialogueBlock(first=1.25, last=2, text="Who's there? " * 8),),
    )


def sounding(file: mido.MidiFile) -> list[tuple[int, int, int, int, int]]:
    """(onset, duration, pitch, velocity, channel) of each note, by mido alone."""
    found = []
    for track in file.tracks:
        now, open_notes = 0, {}
        for message in track:
            now += message.time
            if message.type == "note_on" and message.velocity:
                open_notes[message.channel, message.note] = (now, message.velocity)
            elif message.type in ("note_on", "note_off"):
                onset, velocity = open_notes.pop((message.channel, message.note))
                found.append((onset, now - onset, message.note, velocity, message.channel))
        assert not open_notes
    return sorted(found)


def expected(take: Take, *, channels: bool = False) -> list[tuple[int, int, int, int, int]]:
    """The notes as they lie in a file whose upbeat begins a bar of four before bar 1."""
    return sorted(
        (n.onset + 1920, n.duration, n.pitch, n.velocity, n.voice.value if channels else 0)
        for n in take.score.notes
    )


def read(content: bytes) -> mido.MidiFile:
    return mido.MidiFile(file=io.BytesIO(content))


def metas(file: mido.MidiFile, kind: str) -> list[tuple[int, mido.MetaMessage]]:
    now, found = 0, []
    for message in file.tracks[0]:
        now += message.time
        if message.type == kind:
            found.append((now, message))
    return found


@pytest.mark.parametrize("kind", [0, 1])
def test_both_types_hold_the_take_with_tempo_metres_key_and_markers(kind: int) -> None:
    take = a_take()
    file = read(take_bytes(take, TEMPO, a_cue(), kind=kind))
    assert file.type == kind and (kind == 1 or len(file.tracks) == 1)
    assert sounding(file) == expected(take, channels=kind == 0)
    assert [(at, round(60e6 / each.tempo)) for at, each in metas(file, "set_tempo")] == [
        (0, 72),
        (3840, 60),
    ]
    signatures = [(at, m.numerator, m.denominator) for at, m in metas(file, "time_signature")]
    assert signatures == [(0, 4, 4), (3840, 3, 4)]
    assert [each.key for _, each in metas(file, "key_signature")] == ["Dm"]
    texts = [(at, each.text.encode("latin-1").decode()) for at, each in metas(file, "marker")]
    assert texts == [
        (1920, "Hit: cut to silence"),
        (2400, "Dialogue: " + ("Who's there? " * 8)[:57] + "..."),
        (2880, "Hit: door"),
        (3840, "Gertrude öffnet"),
    ]


def test_one_track_presses_the_pedal_once_for_each_voice() -> None:
    file = read(take_bytes(a_take(), TEMPO, a_cue(), kind=0))
    pressed = [m.channel for m in file.tracks[0] if m.type == "control_change" and m.value]
    assert sorted(pressed) == [Voice.MELODY, Voice.INNER, Voice.BASS]


def test_stems_together_are_the_take_and_end_together() -> None:
    take = a_take()
    stems = {name: read(each) for name, each in take_stems(take, TEMPO, a_cue()).items()}
    assert set(stems) == {"melody", "inner", "bass"}
    assert sorted(sum((sounding(each) for each in stems.values()), [])) == expected(take)
    ends = {sum(m.time for m in track) for each in stems.values() for track in each.tracks}
    assert len(ends) == 1
    for name, each in stems.items():
        assert [track.name for track in each.tracks] == ["1M3 The letter", name]


def test_a_type_1_file_comes_back_equal_with_its_provenance() -> None:
    take = a_take()
    events = parse_events(take_bytes(take, TEMPO, a_cue()), "a.mid")
    assert interpret(events, "a.mid").score == take.score
    text = provenance_of(events)
    assert text is not None and parse_provenance(text) == take.provenance


@pytest.mark.parametrize("kind", [0, 1])
@pytest.mark.parametrize("provenance", [True, False])
def test_the_non_commercial_mark_always_stays(kind: int, provenance: bool) -> None:
    for bad in (True, False):
        take = a_take(non_commercial=bad)
        content = take_bytes(take, TEMPO, a_cue(), kind=kind, provenance=provenance)
        assert (provenance_of(parse_events(content, "a.mid")) is not None) is provenance
        texts = [each.text for _, each in metas(read(content), "copyright")]
        assert len(texts) == bad
        if bad:
            assert texts[0].startswith("Non-commercial use only") and "EMOPIA" in texts[0]
        assert provenance or b"seed" not in content


def test_a_marker_behind_the_end_of_a_shorter_take_is_left_out() -> None:
    cue = a_cue().replace(bars=8, hits=(HitPoint(bar=7), HitPoint(bar=2)), scenes=(), dialogue=())
    assert [marker.tick for marker in cue_markers(cue, a_take().score)] == [1920]


def test_the_same_music_keeps_its_file_and_other_music_gets_a_version(tmp_path: Path) -> None:
    take, cue = a_take(), a_cue()
    first = hand_over(take_bytes(take, TEMPO, cue), tmp_path / "out", "1M3 A")
    assert read_score(first) == take.score and first.name == "1M3 A.mid"
    assert hand_over(take_bytes(take, TEMPO, cue), tmp_path / "out", "1M3 A") == first
    second = hand_over(take_bytes(take, TempoMap(), cue), tmp_path / "out", "1M3 A")
    assert second.name == "1M3 A v2.mid"
    assert read_score(first) == take.score


def test_stems_are_versioned_as_a_whole(tmp_path: Path) -> None:
    take, cue = a_take(), a_cue()
    first = hand_over_together(take_stems(take, TEMPO, cue), tmp_path, "1M3 A")
    assert first.name == "1M3 A stems"
    names = sorted(path.name for path in first.iterdir())
    assert names == ["1M3 A bass.mid", "1M3 A inner.mid", "1M3 A melody.mid"]
    assert hand_over_together(take_stems(take, TEMPO, cue), tmp_path, "1M3 A") == first
    other = hand_over_together(take_stems(take, TempoMap(), cue), tmp_path, "1M3 A")
    assert other.name == "1M3 A stems v2" and len(list(other.iterdir())) == 3
