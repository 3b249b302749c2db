"""A loaded network as the composer of a worker: it composes, fills holes and refines takes, and
each take that is finished says how near it is to its wish and what it shares with known music.

Torch is imported when a model is loaded, on the thread that calls.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from engine.composed_by import ComposedBy
from engine.errors import PsychoscoreError
from engine.live import Reins
from engine.take import (
    ComposingRequest,
    GenerationEvent,
    GenerationRequest,
    InfillRequest,
    RefineRequest,
    wish_of,
)
from engine.worker import Composer, WorkEvent

if TYPE_CHECKING:
    from engine.checkpoint import Model
    from engine.composing.rerank import TakeReranker
    from engine.evaluation.known_music import KnownMusic


@dataclass(frozen=True, slots=True)
class ModelComposer:
    """A loaded network as a `Composer`.

    Args:
        reranker: says how well takes match their wish; None leaves it unsaid.
        known: the music that the model was trained on; None leaves unsaid what takes share with it.
    """

    model: Model
    reranker: TakeReranker | None = None
    known: KnownMusic | None = None

    @property
    def name(self) -> str:
        return self.model.name

    @property
    def hash(self) -> str:
        return self.model.hash

    @property
    def lineage(self) -> tuple[str, ...]:
        return self.model.lineage

    @property
    def non_commercial(self) -> bool:
        return self.model.non_commercial

    @property
    def metrics(self) -> Mapping[str, float]:
        return self.model.card.metrics

    @property
    def by(self) -> ComposedBy:
        from engine.composing.stepping.stored import measured_step

        means = self.model.means
        return ComposedBy(means.backend, means.dtype, means.threads, measured_step(self.model))

    def compose(
        self, requests: Sequence[ComposingRequest], cancelled: Callable[[], bool]
    ) -> Iterator[GenerationEvent]:
        from engine.composing.rerank import with_matches

        events = self._events(requests, cancelled)
        if self.known is not None:
            from engine.evaluation.known import with_shared

            events = with_shared(events, self.known)
        if self.reranker is None:
            return events
        return with_matches(events, [wish_of(each).lanes for each in requests], self.reranker)

    def live(
        self, request: GenerationRequest, reins: Reins, cancelled: Callable[[], bool]
    ) -> Iterator[WorkEvent]:
        from engine.composing.live import live

        return live(self.model, request, reins, cancelled)

    def _events(
        self, requests: Sequence[ComposingRequest], cancelled: Callable[[], bool]
    ) -> Iterator[GenerationEvent]:
        from engine.composing.generate import generate
        from engine.composing.infill import infill
        from engine.composing.refine import refine

        closer = [each for each in requests if isinstance(each, RefineRequest)]
        if closer and len(closer) == len(requests):
            if self.reranker is None:
                raise PsychoscoreError("No reranker is installed: no take can be refined.")
            return refine(self.model, closer, self.reranker, cancelled)
        holes = [each for each in requests if isinstance(each, InfillRequest)]
        if not holes and not closer:
            fresh = [each for each in requests if isinstance(each, GenerationRequest)]
            return generate(self.model, fresh, cancelled)
        if len(holes) < len(requests):
            raise PsychoscoreError("One job composes new music, fills holes or refines takes.")
        return infill(self.model, holes, cancelled)


def load_composer(name: str, models_folder: Path | None = None) -> Composer:
    """Load a model by name, never by path; imports torch on the thread that calls.

    Args:
        name: of a model that ships or lies in `models_folder`.
        models_folder: where the user's own models lie.

    Raises:
        PsychoscoreError: there is no such model, or it is broken.
    """
    from engine.checkpoint import load_model
    from engine.composing.stepping.stored import equipped
    from engine.library import available_models

    models = available_models(models_folder)
    for model in models:
        if model.name == name:
            loaded = equipped(load_model(model.folder))
            return ModelComposer(loaded, _reranker(loaded), _known(model.folder))
    known = ", ".join(model.name for model in models)
    raise PsychoscoreError(
        f"There is no model named {name}.",
        f"Models here: {known}." if known else "Train one, or install the shipped ones.",
    )


def _reranker(model: Model) -> TakeReranker | None:
    from engine.composing.rerank import TakeReranker

    try:
        return TakeReranker.beside(non_commercial=model.non_commercial)
    except PsychoscoreError:
        return None  # music is composed all the same; its takes carry no match


def _known(folder: Path) -> KnownMusic | None:
    from engine.evaluation.known_music import KnownMusic

    try:
        return KnownMusic.beside(folder)
    except PsychoscoreError:
        return None  # as above: a damaged index is no reason for silence
