"""Windows around holes: the very windows of training, as much context as there is room for."""

from __future__ import annotations

import pytest

from engine.composing import vocabulary as v
from engine.composing.hole_window import HERE, HoleWindows, Window
from engine.composing.holes import infill_window
from engine.composing.tokens import encode_bar
from engine.hole import Hole
from engine.score import Metre, Note, Score, Voice, bar_starts

MELODY, BASS = Voice.MELODY, Voice.BASS


def song(bars: int = 12, metres: tuple[Metre, ...] = ()) -> Score:
    metres = metres or (Metre(),) * bars
    notes: list[Note] = []
    for bar, start in enumerate(bar_starts(metres)[:-1]):
        notes += [Note(start + 480 * i, 480, 70 + (bar + i) % 7, 80, MELODY) for i in range(3)]
        notes.append(Note(start, 960, 40 + bar % 5, 60, BASS))
    return Score(tuple(sorted(notes, key=lambda n: (n.onset, n.voice))), metres)


def windows(hole: Hole, score: Score | None = None, context: int = 1024) -> HoleWindows:
    score = score or song()
    beyond = hole.first > len(score.metres)
    whole = Score(score.notes, score.metres + (Metre(),) * (hole.last - len(score.metres)))
    return HoleWindows(whole, hole, 0, context, continues=beyond)


def bars_of(score: Score) -> list[list[int]]:
    return [
        encode_bar(notes, start, metre, 0)
        for notes, start, metre in zip(
            score.notes_by_bar(), score.starts, score.metres, strict=False
        )
    ]


def only(made: HoleWindows, score: Score | None = None) -> Window:
    (piece,) = made.pieces()
    return made.window(piece, (score or song()).notes_by_bar())


@pytest.mark.parametrize(
    ("hole", "form"),
    [
        (Hole(5, 6), "bars"),
        (Hole(5, 6, (BASS,)), "voices"),
        (Hole(5, 6, (BASS,), keep_rhythm=True), "voices"),
        (Hole(5, 6, keep_rhythm=True), "pitches"),
        (Hole(5, 6, (), (60, 80)), "bars"),
    ],
    ids=str,
)
def test_a_prompt_is_a_window_of_training_up_to_the_answer(hole: Hole, form: str) -> None:
    found = only(windows(hole))
    voices = frozenset({v.VOICE.start + int(BASS)})
    tokens, places, holes = infill_window(bars_of(song()), 4, 2, form, voices)
    stop = tokens.index(v.FILL_START) + 1
    assert (found.first, found.stop) == (0, 12)
    assert list(found.tokens) == tokens[:stop]
    assert (list(found.bars), list(found.holes)) == (places[:stop], holes[:stop])
    assert found.holes[-1] == HERE


def test_little_room_shows_the_nearest_bars_of_both_sides() -> None:
    found = only(windows(Hole(6, 6), context=352))
    assert 0 < found.first < 5 and 6 < found.stop < 12
    assert abs((5 - found.first) - (found.stop - 6)) <= 1
    assert len(found.tokens) < 352 - 100


def test_long_holes_are_cut_in_pieces_that_end_their_windows() -> None:
    made = windows(Hole(2, 10))
    pieces = made.pieces()
    assert [list(piece) for piece in pieces] == [[1, 2, 3], [4, 5, 6], [7, 8, 9]]
    now = song().notes_by_bar()
    assert [made.window(piece, now).stop for piece in pieces] == [4, 7, 12]
    assert all(made.window(piece, now).first == 0 for piece in pieces)


def test_bars_of_a_metre_that_is_not_known_are_not_shown() -> None:
    metres = (Metre(),) * 3 + (Metre(9, 8),) + (Metre(),) * 4 + (Metre(3, 16), Metre())
    score = song(metres=metres)
    found = only(windows(Hole(6, 7), score), score)
    assert (found.first, found.stop) == (4, 8)


def test_the_end_of_the_music_is_shown_where_it_goes_on() -> None:
    made = windows(Hole(13, 20))
    found = only(made)
    plain = [token for bar in bars_of(song()) for token in bar]
    assert list(found.tokens) == [v.BOS, *plain]
    assert (found.first, found.stop, set(found.holes)) == (0, 20, {0})
    short = only(windows(Hole(13, 20), context=420))
    assert short.first > 0 and short.tokens[1] == v.BAR
    assert list(short.tokens[1:]) == plain[-(len(short.tokens) - 1) :]


def test_skeletons_force_what_stays() -> None:
    (*others, last) = [cell for cell, _ in windows(Hole(5, 5, keep_rhythm=True)).cells(4)]
    assert last.pitch is None and (last.position, last.duration, last.velocity) == (24, 12, 80)
    assert len(others) == 3 and all(cell.pitch is None for cell in others)
    high = [cell for cell, _ in windows(Hole(5, 5, (), (60, 90))).cells(4)]
    assert [(cell.pitch, cell.voice) for cell in high] == [(44, int(BASS))]
    assert windows(Hole(5, 5)).cells(4) == []
    assert windows(Hole(5, 5, (BASS,))).cells(4) == []
