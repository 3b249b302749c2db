"""Extracts: cut at bar lines, as long as clips, and read back from shards as they were."""

from __future__ import annotations

from engine.evaluation.extracts import cut
from engine.score import Metre, Note, Score, TempoMap, Voice


def piece(bars: int) -> Score:
    notes = tuple(Note(bar * 1920, 4000, 60 + bar, 70, Voice.MELODY) for bar in range(bars))
    tempo = TempoMap(((0, 90.0), (4 * 1920, 120.0)))
    return Score(notes, (Metre(),) * bars, tempo)


def test_runs_of_bars_one_after_another() -> None:
    first, second = cut(piece(8), 4)
    assert [note.pitch for note in first.notes] == [60, 61, 62, 63]
    assert [note.pitch for note in second.notes] == [64, 65, 66, 67]
    assert second.notes[0].onset == 0 and len(second.metres) == 4
    assert (first.tempo_map.bpm(0), second.tempo_map.bpm(0)) == (90.0, 120.0)
    assert max(note.end for note in first.notes) == first.end


def test_what_is_left_counts_from_half_the_length() -> None:
    assert [len(each.metres) for each in cut(piece(10), 4)] == [4, 4, 2]
    assert [len(each.metres) for each in cut(piece(9), 4)] == [4, 4]
    assert list(cut(piece(1), 4)) == []


def test_silence_is_no_extract() -> None:
    assert list(cut(Score((), (Metre(),) * 4), 4)) == []
