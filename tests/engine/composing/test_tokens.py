"""Scores to tokens and back: nothing on the grid moves, and MidiTok reads the same notes."""

from __future__ import annotations

import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.composing import vocabulary as v
from engine.composing.tokens import BarReader, decode, encode
from engine.score import METRES, Key, Metre, Note, Score, Voice, bar_starts

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from miditok import REMI, TokenizerConfig

STEP = v.TICKS_PER_POSITION


def in_order(notes: list[Note]) -> tuple[Note, ...]:
    return tuple(sorted(notes, key=lambda note: (note.onset, note.voice, note.pitch)))


def single(position: int = 0, length: int = 12, pitch: int = 60, velocity: int = 63) -> Note:
    return Note(position * STEP, length * STEP, pitch, velocity, Voice.MELODY)


@st.composite
def scores(draw: st.DrawFn, metres: tuple[Metre, ...] = METRES) -> Score:
    """Scores on the grid of the format: mixed metres, any key, every voice."""
    bars = tuple(draw(st.lists(st.sampled_from(metres), min_size=1, max_size=4)))
    key = Key(draw(st.integers(0, 11)), draw(st.sampled_from(["major", "minor", None])))
    shift = v.tonic_shift(key.tonic)
    cells: dict[tuple[int, Voice, int], Note] = {}
    for start, metre in zip(bar_starts(bars), bars, strict=False):
        for _ in range(draw(st.integers(0, 8))):
            onset = start + STEP * draw(st.integers(0, metre.ticks // STEP - 1))
            voice = draw(st.sampled_from(list(Voice)))
            pitch = draw(st.integers(max(0, v.LOWEST_PITCH + shift), v.HIGHEST_PITCH + shift))
            velocity = v.bin_velocity(draw(st.integers(0, 31)))
            length = STEP * draw(st.sampled_from(v.DURATIONS))
            cells[onset, voice, pitch] = Note(onset, length, pitch, velocity, voice)
    return Score(in_order(list(cells.values())), bars, key=key)


@given(scores())
def test_what_lies_on_the_grid_returns_unchanged(score: Score) -> None:
    encoded = encode(score)
    assert decode(encoded.tokens, score.metres, score.key) == score
    assert (encoded.rounded, encoded.dropped) == (0, 0)
    assert len(encoded.bars) == len(encoded.tokens)
    marks = [bar for token, bar in zip(encoded.tokens, encoded.bars, strict=True) if token == v.BAR]
    assert marks == list(range(len(score.metres)))
    assert list(encoded.bars) == sorted(encoded.bars)


@given(scores())
def test_the_order_of_tokens_is_strict(score: Score) -> None:
    place = (-1, -1, -1)
    for token in encode(score).tokens:
        if token == v.BAR:
            place = (-1, -1, -1)
        elif token in v.POSITION:
            assert token - v.POSITION.start > place[0]
            place = (token - v.POSITION.start, -1, -1)
        elif token in v.VOICE:
            assert token - v.VOICE.start > place[1]
            place = (place[0], token - v.VOICE.start, -1)
        elif token in v.PITCH:
            assert token - v.PITCH.start > place[2]
            place = (*place[:2], token - v.PITCH.start)


@pytest.mark.parametrize("metre", METRES, ids=str)
def test_every_position_of_every_metre_returns(metre: Metre) -> None:
    notes = [single(position, 1) for position in range(metre.ticks // STEP)]
    score = Score(tuple(notes), (metre,), key=Key(0, "major"))
    assert decode(encode(score).tokens, (metre,), score.key).notes == tuple(notes)


def test_every_length_and_every_loudness_returns() -> None:
    lengths = [single(i % 48, length, 40 + i) for i, length in enumerate(v.DURATIONS)]
    loudness = [single(i, 1, 100, v.bin_velocity(i)) for i in range(v.VELOCITY_BINS)]
    score = Score(in_order(lengths + loudness), (Metre(),), key=Key(0))
    assert decode(encode(score).tokens, (Metre(),), Key(0)).notes == score.notes


def test_sixteenths_and_triplets_do_not_move_but_thirty_seconds_do_and_are_counted() -> None:
    sixteenths = [Note(i * 120, 120, 60, 63, Voice.MELODY) for i in range(16)]
    triplets = [Note(i * 160, 160, 48, 63, Voice.BASS) for i in range(12)]
    small_triplets = [Note(i * 80, 80, 72, 63, Voice.INNER) for i in range(24)]
    score = Score(in_order(sixteenths + triplets + small_triplets), (Metre(),), key=Key(0))
    encoded = encode(score)
    assert encoded.rounded == 0
    assert decode(encoded.tokens, score.metres, score.key).notes == score.notes
    quick = Score(tuple(Note(i * 60, 60, 60, 63, Voice.MELODY) for i in range(4)), (Metre(),))
    assert encode(quick).rounded == 2
    assert [n.onset for n in decode(encode(quick).tokens, (Metre(),), None).notes] == [
        0, 80, 120, 160,
    ]  # fmt: skip


def test_what_would_round_over_the_bar_line_stays_in_its_bar() -> None:
    late = Score((Note(1910, 120, 60, 63, Voice.MELODY),), (Metre(), Metre()), key=Key(0))
    assert decode(encode(late).tokens, late.metres, late.key).notes[0].onset == 1880


def test_what_the_format_cannot_hold_is_counted() -> None:
    notes = (
        Note(-480, 480, 60, 63, Voice.MELODY),
        Note(0, 480, 5, 63, Voice.BASS),
        Note(0, 480, 60, 63, Voice.MELODY),
        Note(0, 480, 120, 63, Voice.MELODY),
        Note(1920, 480, 60, 63, Voice.MELODY),
    )
    assert encode(Score(notes, (Metre(),), key=Key(0))).dropped == 4


@given(scores(), st.integers(0, 11))
def test_the_same_music_in_another_key_is_the_same_tokens(score: Score, tonic: int) -> None:
    assert score.key is not None
    by = v.tonic_shift(tonic) - v.tonic_shift(score.key.tonic)
    moved = tuple(Note(n.onset, n.duration, n.pitch + by, n.velocity, n.voice) for n in score.notes)
    elsewhere = Score(moved, score.metres, key=Key(tonic, score.key.mode))
    assert encode(elsewhere).tokens == encode(score).tokens


def test_a_note_is_complete_with_its_duration_token() -> None:
    score = Score((single(12, 6, 64, 31), single(12, 6, 67, 31)), (Metre(),), key=Key(2, "major"))
    reader = BarReader(score.metres, 2)
    answers = [reader.push(token) for token in encode(score).tokens]
    names = [v.NAMES[token] for token in encode(score).tokens]
    assert names == [
        "Bar_None", "Position_12", "Program_0",
        "Pitch_62", "Velocity_31", "Duration_0.6.12",
        "Pitch_65", "Velocity_31", "Duration_0.6.12",
    ]  # fmt: skip
    assert [i for i, note in enumerate(answers) if note] == [5, 8]
    assert tuple(note for note in answers if note) == score.notes


def test_a_reader_may_begin_at_any_bar() -> None:
    reader = BarReader((Metre(3, 4), Metre(4, 4)), 0, first_bar=1)
    tokens = encode(Score((single(3),), (Metre(),), key=Key(0))).tokens
    note = [reader.push(token) for token in tokens][-1]
    assert note is not None and note.onset == 1440 + 3 * STEP


@pytest.fixture(scope="module")
def miditok() -> REMI:
    """MidiTok's own REMI with the choices that the format states."""
    return REMI(
        TokenizerConfig(
            pitch_range=(v.LOWEST_PITCH, v.HIGHEST_PITCH),
            beat_res={(0, 2): 12, (2, 12): 2},
            num_velocities=v.VELOCITY_BINS,
            special_tokens=["PAD", "BOS", "EOS"],
            use_programs=True,
            programs=list(range(8)),
            use_time_signatures=False,
        )
    )


def test_our_names_are_miditoks_where_the_kinds_overlap(miditok: REMI) -> None:
    shared = ("PAD_", "BOS_", "EOS_", "Bar_", "Position_", "Program_", "Velocity_", "Duration_")
    ours = {n for n in v.NAMES if n.startswith(shared)}
    ours |= {n for n in v.NAMES if n.startswith("Pitch_") and n != "Pitch_Free"}
    known = set(miditok.vocab)
    # It counts positions up to the longest bar it was told of, four quarters; we up to six.
    beyond = {f"Position_{i}" for i in range(48, v.POSITIONS)}
    assert ours - known == beyond - known
    theirs = {n for n in known if not n.startswith("PitchDrum_")}
    assert theirs - ours == set()


@given(scores(metres=(Metre(),)))
def test_miditok_reads_the_same_notes_from_our_stream(miditok: REMI, score: Score) -> None:
    ids = [miditok.vocab[v.NAMES[token]] for token in encode(score).tokens]
    read = miditok.decode(ids)
    assert score.key is not None
    shift = v.tonic_shift(score.key.tonic)
    scale = read.ticks_per_quarter / 480
    theirs = sorted(
        (note.time, track.program, note.pitch, note.duration, note.velocity)
        for track in read.tracks
        for note in track.notes
    )
    ours = sorted(
        (n.onset * scale, int(n.voice), n.pitch - shift, n.duration * scale, n.velocity)
        for n in score.notes
    )
    assert theirs == ours
