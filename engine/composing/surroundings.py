"""What the network is told about a piece with a hole: around it what is, in it what is wished.

The bars around are measured from the notes that stay. The plan of the hole goes on from the bar
before it, and keeps what standing notes have settled already.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from engine.checkpoint import Model
from engine.composing.conditions import ATTRIBUTES_AT, PROFILE_AT, Rows, without_wishes
from engine.composing.generate import bar_temperatures, check_metres, plan_borders, wished_rows
from engine.composing.home_keys import keys_by_bar
from engine.composing.scale import Bias, scale_lean
from engine.data.labels import write_chords
from engine.data.measured import measured_by
from engine.hole import Hole
from engine.measuring.attributes import measure_arrays
from engine.measuring.chords import find_chords
from engine.measuring.reference import Reference
from engine.profile import DIMENSIONS, Profile
from engine.score import Key, Note, Score
from engine.take import InfillRequest
from models.conditioning import FIELD_INDEX

NEAR_BARS = 4
# What the pitches of a bar do not change.
_RHYTHM = ("onset_rate", "velocity_mean", "velocity_spread", "irregularity", "note_count")
_CHORDS = [index for name, index in FIELD_INDEX.items() if "chord" in name]


@dataclass(frozen=True, slots=True, eq=False)
class Surroundings:
    """Everything that is told of the bars of a piece, all with one entry a bar.

    Args:
        keys: home key of each bar, with its mode.
        rows: told; `free` is the untold half of guidance.
        temperatures, leans: as a stream needs them.
    """

    keys: tuple[Key, ...]
    rows: Rows
    free: Rows
    temperatures: tuple[float, ...]
    leans: tuple[Bias | None, ...]


def whole_score(request: InfillRequest, notes: tuple[Note, ...]) -> Score:
    """Some notes in the bars of the whole result."""
    return replace(request.base, notes=notes, metres=request.wish.metres, controls=())


def full_key(score: Score) -> Key:
    """The home key of a score with a mode, found where it is not known."""
    if score.key is not None and score.key.mode is not None:
        return score.key
    return measure_arrays(score).home


def survey(model: Model, request: InfillRequest, staying: tuple[Note, ...]) -> Surroundings:
    """Measure what stays and plan what comes.

    Args:
        staying: the notes of the base that are not in the hole.

    Raises:
        PsychoscoreError: a bar of the hole has a metre that cannot be written, or the wish names
            an unknown texture or attribute.
    """
    base, hole, wish = request.base, request.hole, request.wish
    inside = list(hole.bars)
    check_metres([wish.metres[bar] for bar in inside], hole.first)
    key = full_key(base)
    keys = keys_by_bar(key, base.key_changes, len(wish.metres))
    rows = wished_rows(wish, key, next(iter(model.card.sources), None))
    free = without_wishes(rows)
    wished = rows[inside].copy()
    _measure(rows, whole_score(request, staying))
    if hole.keep_rhythm:
        _settle_rhythm(wished, whole_score(request, base.notes), inside)
    before = rows[hole.first - 2, ATTRIBUTES_AT] if hole.first > 1 else None
    rows[inside] = wished
    if model.plans is not None:
        borders = [each - hole.first + 1 for each in plan_borders(wish)]
        rows[inside] = model.plans.draw(wished, wish.seed, wish.take, before, borders)
        if _pitches_stay(request, staying):
            # The chords of a plan know nothing of the melody that stays.
            rows[np.ix_(inside, _CHORDS)] = np.nan
    if hole.keep_chords:
        heard = np.full_like(rows, np.nan)
        whole = whole_score(request, base.notes)
        write_chords(heard, whole, find_chords(whole))
        rows[np.ix_(inside, _CHORDS)] = heard[np.ix_(inside, _CHORDS)]
    estrangements = rows[:, FIELD_INDEX["rsi_imaginary"]]
    leans = tuple(
        scale_lean(key.mode, float(each), wish.scale_lean)
        for key, each in zip(keys, estrangements, strict=True)
    )
    return Surroundings(keys, rows, free, bar_temperatures(wish), leans)


def near_profile(score: Score, hole: Hole) -> Profile:
    """How the music feels in the bars next to a hole, or in what stays where none are heard."""
    _, staying = hole.split(score)
    kept = replace(score, notes=staying)
    profiles, _, _ = measured_by(Reference.load())(kept)
    heard = {bar for bar, notes in enumerate(kept.notes_by_bar()) if notes}
    before = range(max(hole.first - 1 - NEAR_BARS, 0), hole.first - 1)
    after = range(hole.last, min(hole.last + NEAR_BARS, len(score.metres)))
    near = [bar for bar in (*before, *after) if bar in heard] or sorted(heard)
    if not near:
        return Profile()
    values = profiles[near].mean(axis=0)
    profile = Profile()
    for dimension, value in zip(DIMENSIONS, values, strict=True):
        profile = profile.replace(dimension.name, round(float(value), 3))
    return profile


def _measure(rows: Rows, score: Score) -> None:
    profiles, ranks, textures = measured_by(Reference.load())(score)
    rows[:, PROFILE_AT] = profiles
    rows[:, ATTRIBUTES_AT] = ranks
    rows[:, FIELD_INDEX["texture"]] = textures


def _settle_rhythm(wished: Rows, score: Score, inside: list[int]) -> None:
    """Kept onsets and velocities have their ranks already, whatever is wished."""
    measured = np.full((len(score.metres), wished.shape[1]), np.nan, dtype=np.float32)
    _measure(measured, score)
    columns = [FIELD_INDEX[name] for name in _RHYTHM]
    wished[:, columns] = measured[np.ix_(inside, columns)]


def _pitches_stay(request: InfillRequest, staying: tuple[Note, ...]) -> bool:
    """Whether notes with their pitches stand in the bars of the hole."""
    starts = whole_score(request, ()).starts
    start, end = starts[request.hole.first - 1], starts[request.hole.last]
    return any(start <= note.onset < end for note in staying)
