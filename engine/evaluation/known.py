"""Each take is told its longest run of notes that its model knows by heart."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

from engine.evaluation.known_music import KnownMusic
from engine.take import GenerationEvent, Take, TakeComposed


def with_shared(events: Iterator[GenerationEvent], known: KnownMusic) -> Iterator[GenerationEvent]:
    """The events of a generation, each finished take with its longest run that is known."""
    with closing(events):  # type: ignore[type-var]
        for event in events:
            if isinstance(event, TakeComposed):
                event = replace(event, result=stamped(event.result, known))
            yield event


def stamped(take: Take, known: KnownMusic) -> Take:
    """A take that says how many notes of its longest run are known."""
    told = replace(take.provenance, shared=known.longest(take.score))
    return replace(take, provenance=told)
