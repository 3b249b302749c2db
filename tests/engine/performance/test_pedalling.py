"""Pedal strokes: read from controls, put back, and settled where they meet."""

from __future__ import annotations

from engine.performance.pedalling import pedal_strokes, settled, with_strokes
from engine.score import Control, Metre, Score

OTHER = Control(5, 1, 40)


def score(*controls: Control) -> Score:
    return Score((), (Metre(),), controls=tuple(sorted(controls)))


def test_strokes_are_read_and_put_back() -> None:
    strokes = ((30, 480), (510, 1900))
    changed = with_strokes(score(OTHER, Control(0, 64, 90), Control(99, 64, 0)), strokes)
    assert pedal_strokes(changed) == strokes
    assert OTHER in changed.controls and len(changed.controls) == 5


def test_a_half_pedal_below_the_middle_is_up_and_an_open_stroke_ends_with_the_music() -> None:
    assert pedal_strokes(score(Control(10, 64, 63))) == ()
    assert pedal_strokes(score(Control(10, 64, 64), Control(20, 64, 80))) == ((10, 1920),)


def test_strokes_that_meet_become_a_change() -> None:
    assert settled([(400, 900), (0, 500)]) == ((0, 399), (400, 900))
    assert settled([(0, 480), (480, 960)]) == ((0, 479), (480, 960))
    assert settled([(10, 10), (30, 20)]) == ()
