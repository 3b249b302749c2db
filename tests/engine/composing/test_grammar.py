"""The laws of the stream: whatever is drawn among what is allowed is music, skeleton and all."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.composing import vocabulary as v
from engine.composing.grammar import (
    HIGHEST_NOTE,
    LOWEST_NOTE,
    MAXIMUM_CHORD,
    MAXIMUM_NOTES_PER_BAR,
    BarGrammar,
    KeptNote,
    Laws,
    velocity_law,
)
from engine.composing.tokens import decode, encode
from engine.errors import PsychoscoreError
from engine.score import METRES, Metre, Note, Voice, bar_starts

STEP = v.TICKS_PER_POSITION


def write(grammar: BarGrammar, seed: int, *, ending: float = 0.15) -> list[int]:
    """Draw among the allowed tokens until the stream ends; `ending` is the wish for a bar line."""
    rng = np.random.default_rng(seed)
    tokens: list[int] = []
    while not grammar.finished:
        allowed = np.flatnonzero(grammar.allowed())
        assert len(allowed), f"nothing may follow {v.NAMES[tokens[-1]]}"
        over = [token for token in allowed if token in (v.BAR, v.EOS)]
        inside = [token for token in allowed if token not in over]
        end = over and (not inside or rng.random() < ending)
        token = int(over[0] if end else rng.choice(inside))
        grammar.push(token)
        tokens.append(token)
        assert len(tokens) < 50_000
    return tokens


def words(grammar: BarGrammar) -> set[str]:
    return {v.NAMES[token] for token in np.flatnonzero(grammar.allowed())}


def after(names: list[str], grammar: BarGrammar) -> set[str]:
    """What may follow these tokens, each of which must be allowed."""
    for name in names:
        assert name in words(grammar), name
        grammar.push(v.NAMES.index(name))
    return words(grammar)


@st.composite
def skeletons(draw: st.DrawFn) -> tuple[tuple[Metre, ...], Laws, list[list[KeptNote]]]:
    """Metres, laws and kept notes with any of their fields free."""
    metres = tuple(draw(st.lists(st.sampled_from(METRES), min_size=1, max_size=3)))
    shift = draw(st.integers(-5, 6))
    low = draw(st.integers(1, 127))
    laws = Laws(
        tonic_shift=shift,
        velocity_range=(low, draw(st.integers(low, 127))),
        voices=tuple(draw(st.lists(st.sampled_from(list(Voice)), unique=True))),
        only_kept=draw(st.booleans()),
    )
    kept: list[list[KeptNote]] = []
    for metre in metres:
        places = st.tuples(st.integers(0, metre.ticks // STEP - 1), st.integers(0, 3))
        bar: list[KeptNote] = []
        for position, voice in sorted(draw(st.lists(places, unique=True, max_size=4))):
            pitches = st.integers(v.LOWEST_PITCH + shift, v.HIGHEST_PITCH + shift)
            for pitch in sorted(draw(st.lists(pitches, unique=True, min_size=1, max_size=3))):
                bar.append(KeptNote(position, voice, pitch, *draw(st.sampled_from(RESTS))))
            free = draw(st.integers(0, 2))
            bar += [KeptNote(position, voice, None, *draw(st.sampled_from(RESTS)))] * (
                free if bar[-1].pitch is not None and bar[-1].pitch + free <= HIGHEST_NOTE else 0
            )
        kept.append(bar)
    return metres, laws, kept


RESTS = ((None, None), (80, None), (None, 7), (3, 24), (127, 144))


def same(kept: KeptNote, note: Note, start: int) -> bool:
    """Whether a note is a kept one, in every field that is not free."""
    position = (note.onset - start) // STEP
    return (
        (position, int(note.voice)) == (kept.position, kept.voice)
        and kept.pitch in (None, note.pitch)
        and (
            kept.velocity is None or v.velocity_bin(kept.velocity) == v.velocity_bin(note.velocity)
        )
        and kept.duration in (None, note.duration // STEP)
    )


@given(skeletons(), st.integers(0, 2**32))
def test_any_walk_is_music_that_keeps_the_skeleton(
    given_: tuple[tuple[Metre, ...], Laws, list[list[KeptNote]]], seed: int
) -> None:
    metres, laws, kept = given_
    tokens = write(BarGrammar(metres, laws, kept), seed)
    assert tokens.pop() == v.EOS
    assert tokens.count(v.BAR) == len(metres)
    score = decode(tokens, metres, None)
    # Strict order and a full reading: encoding what was read gives the same tokens again.
    assert list(encode(score).tokens) == tokens
    velocities = velocity_law(laws.velocity_range)
    for bar, (notes, start) in enumerate(zip(score.notes_by_bar(), score.starts, strict=False)):
        left = [
            Note(n.onset, n.duration, n.pitch + laws.tonic_shift, n.velocity, n.voice)
            for n in notes
        ]
        for each in sorted(kept[bar], key=lambda k: k.pitch is None):
            found = next((note for note in left if same(each, note, start)), None)
            assert found is not None, each
            left.remove(found)
        if laws.only_kept:
            assert not left
        for note in left:
            assert LOWEST_NOTE <= note.pitch <= HIGHEST_NOTE
            assert note.voice in laws.voices
            assert velocities[v.VELOCITY.start + v.velocity_bin(note.velocity)]


@pytest.mark.parametrize("metre", METRES, ids=str)
def test_a_walk_that_never_wishes_to_end_still_ends(metre: Metre) -> None:
    grammar = BarGrammar((metre,), Laws())
    tokens = write(grammar, 1, ending=0.0)
    score = decode(tokens[:-1], (metre,), None)
    assert max(note.onset for note in score.notes) < bar_starts((metre,))[-1]


@pytest.mark.parametrize("seed", range(20))
def test_bars_that_must_sound_begin_or_hold_a_note(seed: int) -> None:
    metres = (Metre(2, 4),) * 12
    sounding = frozenset(range(12)) - {3, 4}
    tokens = write(BarGrammar(metres, Laws(sounding=sounding)), seed, ending=1.0)
    score = decode(tokens[:-1], metres, None)
    for bar, (start, stop) in enumerate(pairwise(score.starts)):
        heard = any(note.onset < stop and note.end > start for note in score.notes)
        assert heard or bar not in sounding
    free = write(BarGrammar(metres, Laws()), seed, ending=1.0)
    assert not decode(free[:-1], metres, None).notes


def test_what_may_follow_what() -> None:
    def grammar() -> BarGrammar:
        return BarGrammar((Metre(2, 4), Metre(2, 4)), Laws(tonic_shift=2, voices=(0, 3)))

    places = {f"Position_{i}" for i in range(24)}
    assert words(grammar()) == {"Bar_None"}
    assert after(["Bar_None"], grammar()) == {"Bar_None"} | places
    assert after(["Bar_None", "Position_5"], grammar()) == {"Program_0", "Program_3"}
    pitches = after(["Bar_None", "Position_5", "Program_0"], grammar())
    assert pitches == {f"Pitch_{i}" for i in range(LOWEST_NOTE - 2, HIGHEST_NOTE - 1)}
    note = ["Bar_None", "Position_5", "Program_0", "Pitch_60"]
    assert after(note, grammar()) == {v.NAMES[t] for t in range(188, 220)}
    note.append("Velocity_63")
    assert after(note, grammar()) == {v.NAMES[t] for t in range(220, 264)}
    note.append("Duration_1.0.12")
    assert after(note, grammar()) == (
        {"Bar_None", "Program_3"}
        | {f"Pitch_{i}" for i in range(61, HIGHEST_NOTE - 1)}
        | {f"Position_{i}" for i in range(6, 24)}
    )
    last = after([*note, "Bar_None"], whole := grammar())
    assert last == {"EOS_None", "Bar_None"} | places
    assert whole.ending(v.BAR) == v.EOS
    whole.push(v.BAR)
    assert whole.finished


def test_nothing_is_added_in_a_voice_that_may_not_be_written() -> None:
    laws = Laws(voices=(Voice.BASS,))
    kept = [[KeptNote(0, Voice.MELODY, 72, 80, 12), KeptNote(12, Voice.MELODY, 74, 80, 12)]]
    for seed in range(20):
        tokens = write(BarGrammar((Metre(),), laws, kept), seed)
        notes = decode(tokens[:-1], (Metre(),), None).notes
        assert [n.pitch for n in notes if n.voice is Voice.MELODY] == [72, 74]


def test_free_pitches_of_one_chord_leave_room_for_each_other() -> None:
    chord = [KeptNote(0, 0), KeptNote(0, 0), KeptNote(0, 0, 108)]
    grammar = BarGrammar((Metre(),), Laws(only_kept=True), [chord])
    pitches = after(["Bar_None", "Position_0", "Program_0"], grammar)
    assert pitches == {f"Pitch_{i}" for i in range(21, 107)}
    note = ["Pitch_106", "Velocity_63", "Duration_1.0.12"]
    assert after(note, grammar) == {"Pitch_107"}
    assert after(["Pitch_107", "Velocity_63", "Duration_1.0.12"], grammar) == {"Pitch_108"}


def test_kept_rhythm_frees_the_pitches_alone() -> None:
    rhythm = [[KeptNote(i * 6, 0, None, 63, 6) for i in range(8)]]
    tokens = write(BarGrammar((Metre(),), Laws(only_kept=True), rhythm), 5)
    notes = decode(tokens[:-1], (Metre(),), None).notes
    assert [(n.onset, n.duration, n.velocity) for n in notes] == [
        (i * 240, 240, 63) for i in range(8)
    ]
    assert len({n.pitch for n in notes}) > 3


def test_a_bar_and_a_chord_are_full_at_their_limits() -> None:
    grammar = BarGrammar((Metre(),), Laws(voices=(0,)))
    rng = np.random.default_rng(0)
    notes = chord = largest = 0
    while not grammar.finished:
        allowed = grammar.allowed()
        tall = np.flatnonzero(allowed[v.PITCH.start : v.PITCH.stop])
        if len(tall):
            token = v.PITCH.start + int(tall[0])
            notes += 1
        else:
            places = np.flatnonzero(allowed[v.POSITION.start : v.POSITION.stop])
            others = np.flatnonzero(allowed)
            token = int(v.POSITION.start + places[0] if len(places) else rng.choice(others))
        chord = 0 if token in v.POSITION else chord + (token in v.PITCH)
        largest = max(largest, chord)
        grammar.push(token)
    assert (notes, largest) == (MAXIMUM_NOTES_PER_BAR, MAXIMUM_CHORD)


def test_a_full_bar_still_takes_what_is_kept_and_nothing_else() -> None:
    kept = [[KeptNote(i % 48, 0, 30 + i // 48, 63, 1) for i in range(200)]]
    kept[0].sort(key=lambda k: (k.position, k.pitch))
    notes = decode(write(BarGrammar((Metre(),), Laws(), kept), 3)[:-1], (Metre(),), None).notes
    ours = {(k.position * STEP, k.pitch) for k in kept[0]}
    theirs = {(n.onset, n.pitch) for n in notes}
    assert ours <= theirs and len(theirs) <= 200 + MAXIMUM_NOTES_PER_BAR


@pytest.mark.parametrize(
    ("kept", "said"),
    [
        ([KeptNote(48, 0, 60)], "Bar 2: a kept note lies outside the bar (4/4)"),
        ([KeptNote(-1, 0, 60)], "Bar 2: a kept note lies outside the bar"),
        ([KeptNote(0, 8, 60)], "unknown voice 8"),
        ([KeptNote(0, 0, 127)], "pitch 127"),
        ([KeptNote(12, 0, 60), KeptNote(0, 0, 60)], "not in order"),
        ([KeptNote(0, 1, 60), KeptNote(0, 0, 60)], "not in order"),
        ([KeptNote(0, 0, 64), KeptNote(0, 0, 60)], "do not ascend"),
        ([KeptNote(0, 0, 60), KeptNote(0, 0, 60)], "do not ascend"),
        ([KeptNote(0, 0, 60), KeptNote(0, 0), KeptNote(0, 0, 61)], "do not ascend"),
        ([KeptNote(0, 0, 108), KeptNote(0, 0)], "do not ascend"),
    ],
)
def test_a_skeleton_that_cannot_stand_is_refused(kept: list[KeptNote], said: str) -> None:
    with pytest.raises(PsychoscoreError) as refused:
        BarGrammar((Metre(),) * 2, Laws(), [[], kept])
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("wished", "velocities"),
    [
        ((1, 127), list(range(3, 128, 4))),
        ((60, 70), [63, 67]),
        ((63, 63), [63]),
        ((64, 66), [67]),
        ((1, 2), [3]),
        ((127, 127), [127]),
    ],
)
def test_the_velocity_law_takes_the_nearest_bin_where_none_lies_inside(
    wished: tuple[int, int], velocities: list[int]
) -> None:
    names = [v.NAMES[token] for token in np.flatnonzero(velocity_law(wished))]
    assert names == [f"Velocity_{velocity}" for velocity in velocities]
