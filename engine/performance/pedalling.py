"""The sustain pedal as strokes, from down to up: read from a score's controls and put into them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from engine.score import Control, Score

Stroke = tuple[int, int]
"""The ticks at which the foot goes down and up."""
SUSTAIN, DOWN, UP = 64, 100, 0
# A receiver takes the pedal for down from here on.
_HALF = 64


def pedal_strokes(score: Score) -> tuple[Stroke, ...]:
    """The strokes of a score, ascending; one that is never lifted ends with the music."""
    strokes: list[Stroke] = []
    down: int | None = None
    for control in sorted(score.controls):
        if control.controller != SUSTAIN:
            continue
        if control.value >= _HALF and down is None:
            down = control.onset
        elif control.value < _HALF and down is not None:
            if control.onset > down:
                strokes.append((down, control.onset))
            down = None
    if down is not None and down < score.end:
        strokes.append((down, score.end))
    return tuple(strokes)


def with_strokes(score: Score, strokes: Iterable[Stroke]) -> Score:
    """The score with this pedal in the place of its own; strokes that meet are kept apart."""
    controls = [each for each in score.controls if each.controller != SUSTAIN]
    for down, up in settled(strokes):
        controls += [Control(down, SUSTAIN, DOWN), Control(up, SUSTAIN, UP)]
    return replace(score, controls=tuple(sorted(controls)))


def settled(strokes: Iterable[Stroke]) -> tuple[Stroke, ...]:
    """Strokes in order, none within another: where two lie over each other the later one
    changes the pedal."""
    found: list[Stroke] = []
    for down, up in sorted(strokes):
        if up <= down:
            continue
        if found and found[-1][1] >= down:
            before = found.pop()
            if before[0] < down - 1:
                found.append((before[0], down - 1))
        found.append((down, up))
    return tuple(found)
