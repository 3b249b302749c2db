"""Filling holes with a tiny random network: what stays is untouched, what comes fits between."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from engine.checkpoint import Model
from engine.composing.infill import infill
from engine.composing.surroundings import survey
from engine.errors import PsychoscoreError
from engine.hole import Hole
from engine.midi.overlaps import cut_overlaps
from engine.score import Control, Key, Metre, Note, Score, TempoMap, Voice, bar_starts
from engine.take import (
    BarComposed,
    GenerationEvent,
    GenerationRequest,
    InfillRequest,
    NoteComposed,
    Provenance,
    Take,
    TakeComposed,
    parse_provenance,
    provenance_json,
)
from models.conditioning import FIELD_INDEX
from tests.engine.tiny import tiny_model

MELODY, ACCOMPANIMENT, BASS = Voice.MELODY, Voice.ACCOMPANIMENT, Voice.BASS


@pytest.fixture(scope="module")
def model() -> Model:
    return tiny_model()


def song(bars: int = 8, **changes: Any) -> Score:
    """A melody of quarters over two chords a bar and a long bass that reaches over bar lines."""
    metre, notes = Metre(), list[Note]()
    for bar, start in enumerate(bar_starts((metre,) * bars)[:-1]):
        for at in range(0, metre.ticks, 480):
            notes.append(Note(start + at, 480, 72 + (bar + at // 480) % 5, 80, MELODY))
        for at in (0, metre.ticks // 2):
            notes += [Note(start + at, 400, p + bar % 3, 60, ACCOMPANIMENT) for p in (60, 64, 67)]
        notes.append(Note(start, metre.ticks + 240, 40 + bar % 2, 70, BASS))
    made = Score(cut_overlaps(notes), (metre,) * bars, TempoMap(((0, 96.0),)), Key(0, "major"))
    return replace(made, **changes)


def request(
    base: Score, hole: Hole, origin: Provenance | None = None, **wish: Any
) -> InfillRequest:
    metres = base.metres + base.metres[-1:] * (hole.last - len(base.metres))
    plain = {"metres": metres, "tempo_map": base.tempo_map, "key": base.key, "seed": 3}
    return InfillRequest(GenerationRequest(**(plain | wish)), base, hole, origin, "in.mid")


def fill(model: Model, *requests: InfillRequest) -> list[Take]:
    found = {e.take: e.result for e in infill(model, requests) if isinstance(e, TakeComposed)}
    assert len(found) == len(requests)
    return [found[index] for index in range(len(requests))]


def new_notes(take: Take, base: Score, hole: Hole) -> list[Note]:
    """The notes of a take that its base does not leave standing; every standing one is there."""
    _, staying = hole.split(base)
    left = Counter(take.score.notes) - Counter(staying)
    assert left.total() == len(take.score.notes) - len(staying)
    return sorted(left.elements())


def assert_fits(take: Take, base: Score, hole: Hole) -> list[Note]:
    """No key is struck while it is down, wherever a new note is one of the two."""
    new = new_notes(take, base, hole)
    starts = take.score.starts
    for note in new:
        assert starts[hole.first - 1] <= note.onset < starts[hole.last]
        assert note.onset < note.end and (hole.keep_rhythm or note.end <= starts[hole.last])
        assert hole.takes(note.voice, note.pitch)
        for other in take.score.notes:
            if other is not note and other.pitch == note.pitch:
                assert other.end <= note.onset or note.end <= other.onset, (note, other)
    return new


HOLES = [
    Hole(4, 5),
    Hole(1, 1),
    Hole(7, 8),
    Hole(3, 4, (ACCOMPANIMENT, BASS)),
    Hole(2, 6, (MELODY,)),
    Hole(3, 4, (), (60, 71)),
    Hole(3, 3, (ACCOMPANIMENT,), (64, 90)),
    Hole(1, 8),
]


@pytest.mark.parametrize("hole", HOLES, ids=str)
def test_all_else_stays_and_new_notes_fit(model: Model, hole: Hole) -> None:
    base = song(controls=(Control(30, 64, 100), Control(900, 64, 0)))
    take = fill(model, request(base, hole))[0]
    # A random network may leave a bar silent.
    assert assert_fits(take, base, hole) or len(hole.bars) == 1
    assert take.score.controls == base.controls and take.score.metres == base.metres
    assert take.score.tempo_map == base.tempo_map and take.score.key == base.key
    assert list(take.score.notes) == sorted(
        take.score.notes, key=lambda n: (n.onset, n.voice, n.pitch)
    )


RHYTHMS = [
    Hole(3, 4, keep_rhythm=True),
    Hole(3, 4, (MELODY,), keep_rhythm=True),
    Hole(2, 7, (ACCOMPANIMENT, BASS), keep_rhythm=True),
    Hole(3, 5, (), (60, 71), keep_rhythm=True),
]


@pytest.mark.parametrize("hole", RHYTHMS, ids=str)
def test_kept_rhythm_is_kept_to_the_tick(model: Model, hole: Hole) -> None:
    # Off the grid of the tokens, as a human plays.
    uneven = [
        replace(n, onset=n.onset + n.pitch % 7, duration=n.duration - 9) for n in song().notes
    ]
    base = song(notes=cut_overlaps(uneven))
    take = fill(model, request(base, hole))[0]
    removed, _ = hole.split(base)
    new = assert_fits(take, base, hole)

    def rhythm(notes: Any) -> list[Any]:
        return sorted((n.onset, n.duration, n.velocity, n.voice) for n in notes)

    assert rhythm(new) == rhythm(removed)
    assert [n.pitch for n in new] != [n.pitch for n in sorted(removed)]


def test_the_same_request_gives_the_same_notes_whoever_stands_beside(model: Model) -> None:
    base = song()
    wishes = [
        request(base, Hole(4, 5)),
        request(base, Hole(2, 7, (ACCOMPANIMENT,)), take=1, guidance=1.0),
        request(base, Hole(3, 3, keep_rhythm=True)),
        request(base, Hole(9, 12)),
    ]
    together = fill(model, *wishes)
    for wish, among in zip(wishes, together, strict=True):
        assert fill(model, wish)[0].score == among.score


def test_takes_and_seeds_differ(model: Model) -> None:
    base, hole = song(), Hole(4, 5)
    several = [request(base, hole, take=t, seed=s) for t, s in ((0, 3), (1, 3), (0, 4))]
    assert len({take.score.notes for take in fill(model, *several)}) == 3


def test_what_stands_around_is_heard() -> None:
    """Another bar before the hole, or behind it, leads to other notes in it."""
    model = tiny_model()
    model.network.transformer.blocks[0].attention_out.weight.mul_(30.0)
    hole = Hole(4, 5)
    starts = song().starts
    made = []
    for lower in (None, (starts[2], starts[3]), (starts[5], starts[6])):
        notes = [
            replace(n, pitch=n.pitch - 5) if lower and lower[0] <= n.onset < lower[1] else n
            for n in song().notes
        ]
        base = song(notes=cut_overlaps(notes))
        made.append(tuple(new_notes(fill(model, request(base, hole))[0], base, hole)))
    assert len(set(made)) == 3


def test_kept_chords_are_told_and_others_are_planned(model: Model) -> None:
    triads = ((48, 60, 64, 67), (45, 60, 64, 69), (41, 60, 65, 69), (43, 59, 62, 67))
    notes = [
        Note(1920 * bar, 1900, pitch, 70, BASS if pitch < 50 else ACCOMPANIMENT)
        for bar, chord in enumerate(triads)
        for pitch in chord
    ]
    base, hole = song(4, notes=tuple(sorted(notes))), Hole(2, 4, keep_chords=True)
    _, staying = hole.split(base)
    told = survey(model, request(base, hole), staying).rows
    assert told[1:, FIELD_INDEX["chord_root"]].tolist() == [9, 5, 7]
    assert told[1:, FIELD_INDEX["chord_quality"]].tolist() == [1, 0, 0]
    free = replace(hole, keep_chords=False)
    other = survey(model, request(base, free), staying).rows
    assert other[1:, FIELD_INDEX["chord_root"]].tolist() != [9, 5, 7]


def test_music_goes_on_behind_its_end(model: Model) -> None:
    base, hole = song(controls=(Control(30, 64, 100), Control(900, 64, 0))), Hole(9, 14)
    take = fill(model, request(base, hole))[0]
    assert take.score.notes[: len(base.notes)] == base.notes
    assert len(take.score.metres) == 14
    assert_fits(take, base, hole)
    bars = take.score.notes_by_bar()[8:]
    assert sum(map(bool, bars)) >= 4
    # The pedal goes on where the music had one.
    assert take.score.controls[: len(base.controls)] == base.controls
    assert any(each.onset >= base.end for each in take.score.controls)
    dry = replace(base, controls=())
    assert fill(model, request(dry, hole))[0].score.controls == ()


def test_longer_than_the_context_on_both_ways() -> None:
    small = tiny_model(context=352)
    base = song(40)
    for hole in (Hole(5, 34), Hole(5, 34, (ACCOMPANIMENT, BASS)), Hole(41, 60)):
        take = fill(small, request(base, hole))[0]
        new = assert_fits(take, base, hole)
        starts = take.score.starts
        bars = {next(i for i, s in enumerate(starts) if s > note.onset) for note in new}
        assert len(bars) > len(hole.bars) // 2


def test_events_tell_of_new_notes_and_whole_bars(model: Model) -> None:
    base, hole = song(), Hole(4, 5, (ACCOMPANIMENT,))
    events: list[GenerationEvent] = list(infill(model, [request(base, hole)]))
    take = next(e.result for e in events if isinstance(e, TakeComposed))
    bars = {e.bar: e for e in events if isinstance(e, BarComposed)}
    assert sorted(bars) == [4, 5]
    told = [e.note for e in events if isinstance(e, NoteComposed)]
    assert {n.onset for n in told} == {n.onset for n in new_notes(take, base, hole)}
    melody = [n for n in base.notes_by_bar()[3] if n.voice is MELODY]
    assert set(melody) <= set(bars[4].notes)
    assert all(e.bar in (4, 5) for e in events if isinstance(e, NoteComposed))


def test_provenance_says_what_was_composed_and_from_what(model: Model) -> None:
    base, hole = song(), Hole(4, 5)
    first = fill(model, request(base, hole))[0]
    made = parse_provenance(provenance_json(first.provenance))
    assert made == first.provenance
    assert (made.hole, len(made.temperatures)) == (hole, 2)
    assert made.lineage == ("nothing (MIT)", "in.mid") and made.base
    origin = replace(made, non_commercial=True, lineage=("EMOPIA",), temperatures=(1.5,) * 8)
    again = fill(model, request(first.score, Hole(2, 2), origin, fixed_temperature=0.9))[0]
    assert again.provenance.non_commercial
    assert again.provenance.lineage == ("nothing (MIT)", "EMOPIA")
    assert again.provenance.temperatures == (1.5, 0.9, *((1.5,) * 6))
    assert again.provenance.base != made.base


def test_a_metre_that_cannot_be_written_is_named_with_its_bar(model: Model) -> None:
    metres = (Metre(),) * 3 + (Metre(9, 8),) + (Metre(),) * 4
    notes = tuple(Note(s, 480, 60, 80, MELODY) for s in bar_starts(metres)[:-1])
    base = song(notes=notes, metres=metres)
    with pytest.raises(PsychoscoreError, match="Bar 4: 9/8"):
        fill(model, request(base, Hole(3, 5)))
    assert_fits(fill(model, request(base, Hole(5, 6)))[0], base, Hole(5, 6))


@pytest.mark.parametrize(
    ("hole", "said"),
    [
        (Hole(9, 9, (MELODY,)), "no voices or rhythm to keep"),
        (Hole(10, 12), "There is no bar 12"),
        (Hole(8, 9), "There is no bar 9"),
        (Hole(3, 3, (Voice.INNER,), keep_rhythm=True), "no notes in bar 3, inner"),
        (Hole(3, 3, (), (0, 15)), "outside the piano"),
    ],
)
def test_what_cannot_be_is_a_sentence(model: Model, hole: Hole, said: str) -> None:
    with pytest.raises(PsychoscoreError, match=said):
        fill(model, request(song(), hole))


def test_cancelling_leaves_no_take(model: Model) -> None:
    heard: list[GenerationEvent] = []
    for event in infill(model, [request(song(), Hole(1, 8))], lambda: len(heard) >= 3):
        heard.append(event)
    assert len(heard) == 3 and not any(isinstance(e, TakeComposed) for e in heard)


def test_music_without_a_key_or_notes_can_be_filled(model: Model) -> None:
    base = song(notes=(), key=None)
    take = fill(model, request(base, Hole(2, 4)))[0]
    assert take.score.key is None and assert_fits(take, base, Hole(2, 4))
