"""A take of notes that a person made: no network composed it, no data set has a say in it."""

from __future__ import annotations

from collections.abc import Sequence

from engine.config.schema import Settings
from engine.project.cue import Cue
from engine.score import Note, Score
from engine.take import Provenance, Take

BY_HAND = "written by hand"


def own_take(notes: Sequence[Note], cue: Cue, settings: Settings, source: str = BY_HAND) -> Take:
    """Notes on the time and in the key of a cue.

    Args:
        notes: in ticks from bar 1; no two of one pitch overlap.
        source: how they came to be, for the take's lineage.
    """
    request = cue.request(settings)
    score = Score(
        notes=tuple(notes),
        metres=request.metres,
        tempo_map=request.tempo_map,
        key=request.key,
        key_changes=request.key_changes,
    )
    made = Provenance(
        request=request,
        model="",
        model_hash="",
        temperatures=(),
        lineage=(source,),
        non_commercial=False,
        version="",
        backend="",
        dtype="",
        threads=0,
        batch=0,
    )
    return Take(score, made)
