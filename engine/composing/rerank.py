"""How well a take matches its wish: heard by a network that shares neither weights nor songs with
the one that composed it.

A take is heard in stretches of eight bars, and each is compared with the mean of the lanes over
its bars, so that a lane that rises wants music that rises.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

import numpy as np
import numpy.typing as npt
import torch

from engine.composing.bar_features import Floats
from engine.composing.heard import hear, stacked
from engine.errors import PsychoscoreError
from engine.lanes import Lanes
from engine.listener import Listener, load_listener
from engine.measuring.reference import Reference
from engine.resources import resource
from engine.score import Score
from engine.take import GenerationEvent, Take, TakeComposed
from models.reranker import Reranker

STRETCH, HOP = 8, 4
# The unit of every dimension is its whole range. Return and estrangement are heard less surely.
_WEIGHTS = np.array([1.0, 1.0, 0.35, 0.35])
_SHARPNESS = 2.0


@dataclass(frozen=True, slots=True)
class TakeReranker:
    """A reranker that is ready to listen.

    Args:
        listener: of kind `reranker`.
        reference: what its features are ranked by.
    """

    listener: Listener
    reference: Reference

    @classmethod
    def open(cls, folder: Path) -> TakeReranker:
        """Load one from its folder, with the reference that ships.

        Raises:
            PsychoscoreError: it is missing, damaged or of another version.
        """
        return cls(load_listener(folder, "reranker"), Reference.load())

    @classmethod
    def beside(cls, *, non_commercial: bool) -> TakeReranker:
        """The one that ships for a model: one that heard EMOPIA only where the model did.

        Raises:
            PsychoscoreError: none is installed.
        """
        if non_commercial:
            try:
                return cls.open(resource("reranker/emopia"))
            except PsychoscoreError:
                pass  # the open one may stand beside any model
        return cls.open(resource("reranker/open"))

    def match(self, score: Score, lanes: Lanes) -> float:
        """How near a take is to its wish, 0 to 1; 0 for one in which nothing sounds."""
        squares = self.distances(score, lanes)
        return float(np.exp(-_SHARPNESS * squares.mean())) if len(squares) else 0.0

    def distances(self, score: Score, lanes: Lanes) -> npt.NDArray[np.float64]:
        """How far each of the `stretches` of a take is from its wish, squared; none where nothing
        sounds."""
        spans = tuple(stretches(len(score.metres)))
        if not score.notes or not spans:
            return np.zeros(0)
        heard = self.profiles(hear(score, self.reference).features, spans)
        asked = np.array([_wished(lanes, start, stop) for start, stop in spans])
        return np.asarray((_WEIGHTS * (heard - asked) ** 2).sum(axis=1))

    def profiles(
        self, features: Floats, spans: Sequence[tuple[int, int]]
    ) -> npt.NDArray[np.float64]:
        """The profile (N, 4) that is heard in each span of bars, dimensions in [0, 1]."""
        network = cast(Reranker, self.listener.network)
        with torch.no_grad():
            found = network(*stacked([features[start:stop] for start, stop in spans]))
        return np.asarray(found.numpy(), dtype=np.float64)

    def rank(self, scores: Sequence[Score], lanes: Lanes) -> tuple[int, ...]:
        """Indices of the takes, the best match first; equals keep their order."""
        matches = [self.match(score, lanes) for score in scores]
        return tuple(sorted(range(len(scores)), key=lambda index: -matches[index]))


def with_matches(
    events: Iterator[GenerationEvent], wishes: Sequence[Lanes], reranker: TakeReranker
) -> Iterator[GenerationEvent]:
    """The events of a generation, each finished take with its match to the wish of its number.

    A match is there to choose by: what the reranker heard joins the lineage.
    """
    with closing(events):  # type: ignore[type-var]
        for event in events:
            if isinstance(event, TakeComposed):
                take = matched(event.result, wishes[event.take], reranker)
                event = replace(event, result=take)
            yield event


def matched(take: Take, lanes: Lanes, reranker: TakeReranker) -> Take:
    """A take that says how near it is to a wish."""
    told, card = take.provenance, reranker.listener.card
    told = replace(
        told,
        match=round(reranker.match(take.score, lanes), 4),
        lineage=tuple(dict.fromkeys((*told.lineage, *card.lineage))),
        non_commercial=told.non_commercial or card.non_commercial,
    )
    return replace(take, provenance=told)


def stretches(bars: int) -> Iterator[tuple[int, int]]:
    """Spans of bars, half open from 0, that cover a piece half overlapping."""
    for start in range(0, max(bars - STRETCH, 0) + HOP, HOP):
        if bars and start < bars and (start == 0 or bars - start >= HOP):
            yield start, min(start + STRETCH, bars)


def _wished(lanes: Lanes, start: int, stop: int) -> npt.NDArray[np.float64]:
    values = [each.values() for each in lanes.profiles(range(start + 1, stop + 1))]
    mean = np.array(values).mean(axis=0)
    mean[2:] = (mean[2:] + 1.0) / 2.0
    return np.asarray(mean)
