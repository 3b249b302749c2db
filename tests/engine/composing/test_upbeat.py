"""Upbeats, home keys that change and phrases, composed by a tiny network."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine.composing.conditions import blank_rows, end_phrases
from engine.composing.generate import generate
from engine.composing.home_keys import changes_of, keys_by_bar
from engine.composing.plan import _segments
from engine.errors import PsychoscoreError
from engine.midi.events import parse_events
from engine.midi.file import midi_bytes
from engine.midi.reading import interpret
from engine.score import Key, Metre, Voice
from engine.take import GenerationRequest, NoteComposed, Take, TakeComposed
from models.conditioning import FIELD_INDEX
from tests.engine.tiny import tiny_model

REQUEST = GenerationRequest(metres=(Metre(),) * 2 + (Metre(7, 8),) * 2, key=Key(2, "minor"), seed=5)


def composed(request: GenerationRequest) -> tuple[Take, list[NoteComposed]]:
    events = list(generate(tiny_model(), [request]))
    take = next(event.result for event in events if isinstance(event, TakeComposed))
    return take, [event for event in events if isinstance(event, NoteComposed)]


def test_an_upbeat_is_a_line_that_begins_with_it_and_ends_at_the_bar_line() -> None:
    take, told = composed(replace(REQUEST, upbeat_ticks=480))
    early = [note for note in take.score.notes if note.onset < 0]
    assert early[0].onset == -480 and max(note.end for note in early) <= 0
    assert {note.onset for note in early} <= {-480, -240}
    assert {note.voice for note in early} == {Voice.MELODY}
    assert {event.bar for event in told if event.note.onset < 0} == {0}
    assert len(take.provenance.temperatures) == len(take.provenance.plan) == 4
    assert all(bar for bar in take.score.notes_by_bar())


def test_a_modulation_moves_the_music_from_its_bar_on() -> None:
    plain, _ = composed(REQUEST)
    there, _ = composed(replace(REQUEST, key_changes=((3, Key(5, "minor")),)))
    start = plain.score.starts[2]
    assert there.score.key_changes == ((3, Key(5, "minor")),)
    assert [note for note in there.score.notes if note.onset < start] == [
        note for note in plain.score.notes if note.onset < start
    ]
    moved = [(note.onset, note.pitch + 3) for note in plain.score.notes if note.onset >= start]
    assert [(note.onset, note.pitch) for note in there.score.notes if note.onset >= start] == moved


def test_key_changes_and_upbeat_return_from_a_file() -> None:
    take, _ = composed(replace(REQUEST, upbeat_ticks=960, key_changes=((3, Key(9, "major")),)))
    back = interpret(parse_events(midi_bytes(take.score), "it"), "it").score
    assert back == take.score


def test_keys_without_a_mode_keep_the_one_before() -> None:
    keys = keys_by_bar(Key(2, "minor"), ((2, Key(5)), (4, Key(5, "major"))), 4)
    assert [str(key) for key in keys] == ["Dm", "Fm", "Fm", "FM"]
    assert changes_of(keys) == ((2, Key(5, "minor")), (4, Key(5, "major")))


def test_phrases_count_to_their_ends_and_no_run_lies_over_one() -> None:
    rows = blank_rows(8)
    rows[:, FIELD_INDEX["to_end"]] = 6
    end_phrases(rows, (3, 5))
    assert rows[:, FIELD_INDEX["to_end"]].tolist() == [2, 1, 0, 1, 0, 6, 6, 6]
    flat = np.zeros((8, 4), dtype=np.float32)
    assert _segments(flat, (3, 5)) == [(0, 3), (3, 5), (5, 8)]


@pytest.mark.parametrize(
    "change",
    [
        {"upbeat_ticks": 1920},
        {"key_changes": ((1, Key(0)),)},
        {"key_changes": ((3, Key(0)), (2, Key(1)))},
        {"phrases": (0,)},
    ],
)
def test_what_cannot_be_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(PsychoscoreError):
        replace(REQUEST, **change)  # type: ignore[arg-type]
