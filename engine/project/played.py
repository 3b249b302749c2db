"""A take as it is played in its cue: tempo, drawn dynamics, performance, controllers.

The notes of a take stay as they are written; this is what player, files and other programs get.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate

from engine.config.schema import Settings
from engine.performance.dynamics import dynamic_controls, with_controls, with_dynamics
from engine.performance.perform import perform
from engine.project.cue import Cue, phrases_within
from engine.project.documents import ExportWish
from engine.project.playing_marks import dynamics_of
from engine.score import TICKS_PER_QUARTER, Score, tick_of_bar
from engine.take import MAXIMUM_TAKES, Take

# An onset so near to a hit point was composed onto it.
_AT_HIT = TICKS_PER_QUARTER // 8


def played_score(take: Take, cue: Cue, settings: Settings, *, quantised: bool = False) -> Score:
    """The music of a take as it sounds now.

    Args:
        quantised: leave every note at its written time and place in the metre; the drawn
            dynamics hold in both cases.
    """
    score = replace(take.score, tempo_map=cue.resolved_tempo(settings))
    dynamics = dynamics_of(cue.dynamics, cue.resolved_lanes(settings))
    if cue.dynamics:
        score = with_dynamics(score, dynamics)
    if not quantised:
        seed, fixed = performance_seed(take), hit_onsets(score, cue)
        score = perform(score, cue.performance, seed, fixed, _phrases(score, cue))
    if cue.dynamics_controller is not None:
        sent = dynamic_controls(score, dynamics, cue.dynamics_controller)
        score = with_controls(score, sent)
    return score


def playing_wish(cue: Cue, settings: Settings) -> tuple[object, ...]:
    """All of a cue that decides how one of its takes sounds, for comparing; the tempo aside."""
    follows = bool(cue.dynamics) or cue.dynamics_controller is not None
    return (
        cue.performance,
        cue.phrases,
        tuple((hit.bar, hit.kind) for hit in cue.hits),
        cue.dynamics,
        cue.dynamics_controller,
        cue.resolved_lanes(settings) if follows else None,
    )


def performance_seed(take: Take) -> int:
    """A take is always played alike, and takes of one seed are not."""
    request = take.provenance.request
    return request.seed * MAXIMUM_TAKES + request.take


def hit_onsets(score: Score, cue: Cue) -> frozenset[int]:
    """The onsets that stand at hit points of the cue."""
    hits = [tick_of_bar(hit.bar, score.metres) for hit in cue.hits if hit.kind != "avoid"]
    return frozenset(
        note.onset for note in score.notes if any(abs(note.onset - hit) <= _AT_HIT for hit in hits)
    )


def _phrases(score: Score, cue: Cue) -> tuple[int, ...]:
    """Where the cue's own phrases begin, and the end; nothing where it leaves them to the music."""
    bars = len(score.metres)
    lengths = phrases_within(cue.phrases, bars)
    if not lengths:
        return ()
    starts = {score.starts[bar] for bar in accumulate(lengths, initial=0) if bar < bars}
    return (*sorted(starts), score.end)


def played_takes(
    takes: Sequence[tuple[str, Take]], cue: Cue, settings: Settings, wish: ExportWish
) -> list[tuple[str, Take]]:
    """Takes, by letter, with their music as an export wants it; notation takes what is written."""
    quantised = not wish.performed or wish.format == "musicxml"
    return [
        (letter, replace(take, score=played_score(take, cue, settings, quantised=quantised)))
        for letter, take in takes
    ]
