"""Scores on paper: every bar is full, every note is the take's, MuseScore reads the same music."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
from fractions import Fraction
from pathlib import Path
from xml.etree import ElementTree

import mido
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import PsychoscoreError
from engine.midi.overlaps import cut_overlaps
from engine.notation.musicxml import musicxml
from engine.notation.page import write_page
from engine.notation.spelling import WrittenKey, home_key, local_keys, written
from engine.notation.values import UNIT_TICKS, bar_units, triplets, write_values
from engine.score import METRES, Chord, Control, Key, Metre, Note, Score, TempoMap, Voice
from tests.peers import PEERS

_WORTH = {"whole": 48, "half": 24, "quarter": 12, "eighth": 6, "16th": 3, "32nd": Fraction(3, 2)}
_STEP = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}


def parse(content: bytes) -> list[ElementTree.Element]:
    return ElementTree.fromstring(content).findall("part/measure")


def read(content: bytes) -> list[tuple[int, int]]:
    """(units from the first bar line on paper, pitch) of each note, ties joined; checks each bar.

    The voices of a bar add up to the same length, and so do the written values, dots and
    triplets of each.
    """
    found, zero, metre = [], 0, 48
    open_ties: set[tuple[str, int]] = set()
    for measure in parse(content):
        time = measure.find("attributes/time")
        if time is not None:
            metre = 48 * int(time.findtext("beats", "")) // int(time.findtext("beat-type", ""))
        at, sums, worth = 0, {}, {}
        for element in measure:
            if element.tag == "backup":
                at -= int(element.findtext("duration", ""))
            if element.tag != "note":
                continue
            length, voice = int(element.findtext("duration", "")), element.findtext("voice", "")
            if element.find("chord") is not None:
                at -= length
            else:
                sums[voice] = sums.get(voice, 0) + length
                worth[voice] = worth.get(voice, 0) + _written(element, length)
            pitch = element.find("pitch")
            if pitch is not None:
                number = _STEP[pitch.findtext("step", "")] + int(pitch.findtext("alter", "0"))
                number += 12 * int(pitch.findtext("octave", "")) + 12
                ties = {tie.get("type") for tie in element.findall("tie")}
                assert ("stop" in ties) == ((voice, number) in open_ties)
                if "stop" not in ties:
                    found.append((zero + at, number))
                open_ties.discard((voice, number))
                if "start" in ties:
                    open_ties.add((voice, number))
            at += length
        assert len(set(sums.values())) == 1 and worth == sums, measure.get("number")
        whole = next(iter(sums.values()))
        assert whole == metre if measure.get("implicit") is None else whole <= metre
        zero += whole
    assert not open_ties
    return sorted(found)


def _written(element: ElementTree.Element, length: int) -> Fraction | int:
    rest = element.find("rest")
    if rest is not None and rest.get("measure") == "yes":
        return length
    worth = Fraction(_WORTH[element.findtext("type", "")])
    if element.find("dot") is not None:
        worth = worth * 3 / 2
    return worth * 2 / 3 if element.find("time-modification") is not None else worth


def expected(score: Score, zero: int = 0) -> list[tuple[int, int]]:
    return sorted({(n.onset // UNIT_TICKS - zero, n.pitch) for n in score.notes})


notes = st.builds(
    Note,
    onset=st.integers(-40, 150).map(lambda unit: unit * UNIT_TICKS),
    duration=st.integers(1, 90).map(lambda unit: unit * UNIT_TICKS),
    pitch=st.integers(21, 108),
    velocity=st.integers(1, 127),
    voice=st.sampled_from(Voice),
)
scores = st.builds(
    lambda held, metres, key: Score(cut_overlaps(held), tuple(metres), TempoMap(), key),
    st.lists(notes, max_size=30),
    st.lists(st.sampled_from((*METRES, Metre(9, 8), Metre(5, 8))), min_size=1).map(
        lambda found: found[:6]
    ),
    st.none() | st.builds(Key, st.integers(0, 11), st.sampled_from([None, "major", "minor"])),
)


@settings(max_examples=40, deadline=None)
@given(scores)
def test_every_bar_is_full_and_every_onset_and_pitch_is_there(score: Score) -> None:
    page = write_page(score, ())
    zero = page.bars[0].bar.start
    assert sorted(set(read(musicxml(page)))) == expected(score, zero)


def test_played_freely_it_is_still_written_in_full_bars() -> None:
    chance = random.Random(3)
    free = [
        Note(chance.randrange(7000), chance.randrange(10, 900), chance.randrange(40, 90), 70, voice)
        for voice in Voice
        for _ in range(40)
    ]
    score = Score(cut_overlaps(free), (Metre(),) * 4, key=Key(0, "major"))
    assert len(read(musicxml(write_page(score, ())))) > 100


def letter() -> Score:
    """Four bars in D minor with an upbeat, a tie over a bar line, triplets, pedal, a tempo."""
    beat = 480
    held = [
        Note(-240, 240, 69, 70, Voice.MELODY),
        Note(0, 3 * beat, 74, 70, Voice.MELODY),
        Note(3 * beat, 2 * beat, 77, 72, Voice.MELODY),
        Note(5 * beat, beat, 73, 70, Voice.MELODY),
        *(Note(6 * beat + 160 * i, 160, 74 + i, 70, Voice.MELODY) for i in range(3)),
        Note(7 * beat, beat, 70, 68, Voice.MELODY),
        Note(8 * beat, 8 * beat, 69, 104, Voice.MELODY),
        *(Note(4 * beat * i, 4 * beat, 38, 60, Voice.BASS) for i in range(4)),
        *(Note(beat * i, beat, 53, 55, Voice.ACCOMPANIMENT) for i in range(4)),
        Note(10 * beat, 480, 64, 100, Voice.INNER),
    ]
    pedal = (Control(30, 64, 100), Control(1920, 64, 0), Control(1950, 64, 100))
    return Score(
        tuple(sorted(held)),
        (Metre(),) * 4,
        TempoMap(((0, 72.0), (3840, 60.0))),
        Key(2, "minor"),
        (*pedal, Control(7680, 64, 0)),
    )


def test_the_page_has_what_a_musician_reads() -> None:
    chords = (Chord(2, "min", 0), Chord(9, "7", 1920), Chord(None, "", 3840))
    content = musicxml(write_page(letter(), chords), "1M3 The letter", "Non-commercial use only.")
    root = ElementTree.fromstring(content)
    assert root.findtext("work/work-title") == "1M3 The letter"
    assert root.findtext("identification/rights") == "Non-commercial use only."
    measures = parse(content)
    assert [m.get("number") for m in measures] == ["0", "1", "2", "3", "4"]
    assert measures[0].get("implicit") == "yes"
    assert (measures[0].findtext("attributes/key/fifths"), len(measures[0].findall("note"))) == (
        "-1",
        2,
    )
    tempi = [(m.get("number"), each.text) for m in measures for each in m.iter("per-minute")]
    assert tempi == [("0", "72"), ("3", "60")]
    loud = [(m.get("number"), d[0].tag) for m in measures for d in m.iter("dynamics")]
    assert loud == [("0", "mf"), ("1", "mp"), ("3", "f"), ("4", "mp")]
    names = [
        (h.findtext("root/root-step"), h.findtext("kind"))
        for m in measures
        for h in m.iter("harmony")
    ]
    assert names == [("D", "minor"), ("A", "dominant")]
    pedals = [(m.get("number"), p.get("type")) for m in measures for p in m.iter("pedal")]
    assert pedals[0] == ("1", "start") and pedals[-1][1] == "stop"
    triple = [n for n in measures[2].findall("note") if n.find("time-modification") is not None]
    assert [n.findtext("type") for n in triple] == ["eighth"] * 3
    assert [t.get("type") for n in triple for t in n.iter("tuplet")] == ["start", "stop"]
    tied = [n for n in measures[1].findall("note") if n.find("tie[@type='start']") is not None]
    assert [n.findtext("pitch/step") for n in tied] == ["F"]
    staves = {(n.findtext("voice"), n.findtext("staff")) for n in root.iter("note")}
    assert staves == {("1", "1"), ("2", "1"), ("5", "2"), ("6", "2")}
    assert read(content) == expected(letter(), -6)


def test_accidentals_follow_the_key_and_stand_where_a_reader_needs_them() -> None:
    sharp = [n for n in ElementTree.fromstring(musicxml(write_page(letter(), ()))).iter("note")]
    found = [
        (n.findtext("pitch/step"), n.findtext("pitch/alter"), n.findtext("accidental"))
        for n in sharp
        if n.findtext("pitch/alter") or n.findtext("accidental")
    ]
    # C sharp leads to D; the B flat stands in the signature.
    assert ("C", "1", "sharp") in found and ("B", "-1", None) in found


@pytest.mark.parametrize(
    ("key", "pitch", "name"),
    [
        (Key(2, "minor"), 73, ("C", 1)),
        (Key(0, "minor"), 71, ("B", 0)),
        (Key(0, "minor"), 61, ("D", -1)),
        (Key(9, "minor"), 68, ("G", 1)),
        (Key(4, "major"), 63, ("D", 1)),
        (Key(8, "major"), 61, ("D", -1)),
        (Key(5, "major"), 70, ("B", -1)),
        (Key(7, "major"), 61, ("C", 1)),
        (Key(0, "major"), 70, ("B", -1)),
    ],
)
def test_a_pitch_is_named_after_its_key(key: Key, pitch: int, name: tuple[str, int]) -> None:
    spelled = written(key).spell(pitch)
    assert (spelled.step, spelled.alter) == name
    number = _STEP[spelled.step] + spelled.alter + 12 * (spelled.octave + 1)
    assert number == pitch


def test_the_local_key_spells_a_passage_far_from_home() -> None:
    home = home_key(Key(0, "major"), ())
    far = [Note(240 * i, 240, p, 80, Voice.MELODY) for i, p in enumerate((66, 70, 73, 66, 71, 75))]
    near = [Note(240 * i, 240, p, 80, Voice.MELODY) for i, p in enumerate((60, 64, 67, 65, 69))]
    keys = local_keys([home] * 7, [near, near, far, far, far, near, near])
    assert keys[0] == keys[-1] == WrittenKey(0, "major")
    assert abs(keys[3].fifths) >= 5
    names = {keys[3].spell(note.pitch).alter for note in far}
    assert names in ({1}, {-1}, {0, 1}, {0, -1})


@pytest.mark.parametrize("metre", [*METRES, Metre(9, 8), Metre(5, 8), Metre(3, 8)])
def test_values_fill_any_stretch(metre: Metre) -> None:
    whole = bar_units(metre)
    for start in range(0, whole, 3):
        for end in range(start + 3, whole + 1, 3):
            values = write_values(start, end, metre, triplets(metre, (start, end)))
            assert values[0].start == start and values[-1].end == end
            assert all(a.end == b.start for a, b in zip(values, values[1:], strict=False))
            assert all(each.triplet is None for each in values)


def test_a_metre_that_has_no_eighths_is_refused() -> None:
    for metre in (Metre(1, 32), Metre(3, 16)):
        with pytest.raises(PsychoscoreError, match=str(metre)):
            write_page(Score((), (metre,)))


def musescore(source: Path, target: Path) -> None:
    program = next(filter(None, map(shutil.which, PEERS["musescore"])))
    home = source.parent / "home"
    home.mkdir(exist_ok=True)
    done = subprocess.run(
        [program, "-o", str(target), str(source)],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0 and target.is_file(), done.stderr


def struck(path: Path) -> set[tuple[int, int]]:
    """(units, pitch) of each note of a MIDI file."""
    file, found = mido.MidiFile(path), set()
    for track in file.tracks:
        now = 0
        for message in track:
            now += message.time
            if message.type == "note_on" and message.velocity:
                found.add((round(now * 12 / file.ticks_per_beat), message.note))
    return found


@pytest.mark.peer("musescore")
def test_musescore_plays_the_notes_of_the_take(tmp_path: Path) -> None:
    source = tmp_path / "letter.musicxml"
    source.write_bytes(musicxml(write_page(letter()), "The letter"))
    musescore(source, tmp_path / "letter.mid")
    assert sorted(struck(tmp_path / "letter.mid")) == expected(letter(), -6)
    tempi = [m for m in mido.merge_tracks(mido.MidiFile(tmp_path / "letter.mid").tracks)]
    rates = {round(60e6 / m.tempo) for m in tempi if m.type == "set_tempo"}
    assert rates == {72, 60}


@pytest.mark.peer("musescore")
@pytest.mark.parametrize("metre", [Metre(4, 4), Metre(6, 8), Metre(7, 8), Metre(5, 4)])
def test_musescore_reads_back_dense_music_in_any_metre(tmp_path: Path, metre: Metre) -> None:
    chance = random.Random(metre.numerator)
    units = bar_units(metre) * 6
    held = [
        Note(
            chance.choice((3, 4, 6)) * chance.randrange(units // 6) * UNIT_TICKS,
            chance.choice((1, 2, 3, 4, 6, 12, 18, 40)) * UNIT_TICKS,
            chance.randrange(*((60, 84) if voice is Voice.MELODY else (30, 72))),
            chance.randrange(30, 120),
            voice,
        )
        for voice in Voice
        for _ in range(60)
    ]
    score = Score(cut_overlaps(held), (metre,) * 6, key=Key(4, "minor"))
    source = tmp_path / "dense.musicxml"
    source.write_bytes(musicxml(write_page(score)))
    musescore(source, tmp_path / "dense.mid")
    assert sorted(struck(tmp_path / "dense.mid")) == expected(score)


def test_a_glide_a_fermata_and_another_key_are_written() -> None:
    notes = tuple(Note(480 * i, 480, 62 + i % 5, 80, Voice.MELODY) for i in range(16))
    glide = tuple((3840 + 480 * i, 96.0 - 4 * i) for i in range(8))
    score = Score(
        notes,
        (Metre(),) * 4,
        TempoMap(((0, 96.0), *glide)),
        Key(2, "minor"),
        key_changes=((3, Key(5, "minor")),),
    )
    page = write_page(score, fermatas=((15 * 480, 16 * 480),))
    root = ElementTree.fromstring(musicxml(page))
    bars = list(root.iter("measure"))
    assert [each.text for each in root.iter("words")] == ["rit."]
    assert [each.text for each in root.iter("per-minute")] == ["96"]
    assert bars[2].find(".//words") is not None
    assert [each.text for each in root.iter("fifths")] == ["-1", "-4"]
    held = [bar.get("number") for bar in bars for _ in bar.iter("fermata")]
    assert held and set(held) == {"4"}
    tempi = [each.get("tempo") for each in root.iter("sound") if each.get("tempo")]
    assert tempi[-1] == "68"
