"""Holes in a run of bars, in tokens: what stays visible, and what is to be written into them.

A hole has one of three forms: whole bars, voices within bars, pitches with their onsets kept. It
is shown in place and its content follows after `Fill_Start`. Training and composing cut the same
holes through this file; it knows neither scores nor networks.
"""

from __future__ import annotations

from engine.composing import vocabulary as v
from models.transformer import hole_index

Tokens = list[int]


def split_bars(tokens: Tokens) -> list[Tokens]:
    """Cut a token run at its bar marks; each part begins with `Bar`."""
    bars: list[Tokens] = []
    for token in tokens:
        if token == v.BAR:
            bars.append([])
        if bars:
            bars[-1].append(token)
    return bars


def bar_notes(bar: Tokens) -> list[tuple[int, int, int, int, int]]:
    """Position, voice, pitch, velocity and duration *tokens* of each note of a bar."""
    notes: list[tuple[int, int, int, int, int]] = []
    position = voice = pitch = velocity = 0
    for token in bar:
        if token in v.POSITION:
            position = token
        elif token in v.VOICE:
            voice = token
        elif token in v.PITCH or token == v.PITCH_FREE:
            pitch = token
        elif token in v.VELOCITY:
            velocity = token
        elif token in v.DURATION:
            notes.append((position, voice, pitch, velocity, token))
    return notes


def join_notes(notes: list[tuple[int, int, int, int, int]], marks: Tokens) -> Tokens:
    """The inverse of `bar_notes`, with marks after the bar token; notes keep their order."""
    tokens = [v.BAR, *marks]
    before = (-1, -1)
    for position, voice, *rest in notes:
        if position != before[0]:
            tokens += [position, voice]
        elif voice != before[1]:
            tokens.append(voice)
        before = (position, voice)
        tokens += rest
    return tokens


def cut_hole(bar: Tokens, form: str, voices: frozenset[int]) -> tuple[Tokens, Tokens]:
    """What stays visible of a bar with a hole, and what is to be written into it.

    Args:
        form: `bars`, `voices` or `pitches`.
        voices: the voice tokens that are cut out, for the form `voices`.
    """
    if form == "bars":
        return [v.BAR, v.HOLE_BAR], bar
    notes = bar_notes(bar)
    if form == "voices":
        marks = [v.HOLE_VOICE.start + voice - v.VOICE.start for voice in sorted(voices)]
        kept = [note for note in notes if note[1] not in voices]
        return join_notes(kept, marks), join_notes([n for n in notes if n[1] in voices], [])
    hidden = [(p, voice, v.PITCH_FREE, velocity, d) for p, voice, _, velocity, d in notes]
    return join_notes(hidden, [v.HOLE_PITCH]), bar


def infill_window(
    bars: list[Tokens], first: int, count: int, form: str, voices: frozenset[int]
) -> tuple[Tokens, list[int], list[int]]:
    """Tokens, bar of each token, and hole index of each token, of a window with a hole.

    The hole covers the bars `first` to `first + count - 1` of the window.
    """
    tokens, places, holes = [v.BOS], [0], [0]
    answers: list[tuple[int, Tokens]] = []
    for index, bar in enumerate(bars):
        distance = min(index - first, 0) + max(index - first - count + 1, 0)
        shown = bar
        if distance == 0:
            shown, answer = cut_hole(bar, form, voices)
            answers.append((index, answer))
        tokens += shown
        places += [index] * len(shown)
        holes += [hole_index(distance)] * len(shown)
    answers[0] = (first, [v.FILL_START, *answers[0][1]])
    answers[-1] = (answers[-1][0], [*answers[-1][1], v.FILL_END])
    for index, answer in answers:
        tokens += answer
        places += [index] * len(answer)
        holes += [hole_index(0)] * len(answer)
    return tokens, places, holes
