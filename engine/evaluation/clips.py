"""Composing the clips of experiments: one fixed setting, seeds by place, nothing selected."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from engine.checkpoint import Model
from engine.composing.generate import generate
from engine.evaluation.rows import Progress
from engine.lanes import Lanes
from engine.profile import Profile
from engine.score import Key, Metre, Score, TempoMap
from engine.take import GenerationRequest, TakeComposed

# Streams in one tensor batch: more of them are faster, and each needs 31 MB with guidance.
BATCH = 16


@dataclass(frozen=True, slots=True)
class Setting:
    """The one setting of all clips. Only the grammar mask shapes them besides the network.

    Args:
        temperature: fixed, or None for the schedule.
        laws: let the product's hand-written laws of pitch act.
    """

    guidance: float
    top_p: float = 0.95
    temperature: float | None = 0.95
    laws: bool = False
    tempo: float = 100.0
    metre: Metre = Metre(4, 4)

    def __post_init__(self) -> None:
        self.request(Profile(), 1, 0)  # says at once what is out of range

    @classmethod
    def of_product(cls, guidance: float) -> Setting:
        """What `generate` does by default: scheduled temperature, and every law at work."""
        return cls(guidance, GenerationRequest().top_p, None, laws=True)

    def request(
        self, profile: Profile, bars: int, seed: int, key: Key | None = None
    ) -> GenerationRequest:
        request = GenerationRequest(
            lanes=Lanes(profile),
            metres=(self.metre,) * bars,
            tempo_map=TempoMap(((0, self.tempo),)),
            key=key,
            seed=seed,
            guidance=self.guidance,
            top_p=self.top_p,
            fixed_temperature=self.temperature,
        )
        return request if self.laws else replace(request, scale_lean=0.0)

    def words(self) -> tuple[tuple[str, str], ...]:
        """Name and value of each setting, for the header of a report."""
        fixed = self.temperature
        return (
            ("guidance", f"{self.guidance:g}"),
            ("top-p", f"{self.top_p:g}"),
            ("temperature", "scheduled" if fixed is None else f"fixed at {fixed:g}"),
            ("tempo", f"{self.tempo:g}"),
            ("metre", str(self.metre)),
            ("key", "free unless a row says otherwise"),
            ("laws", "the product's" if self.laws else "grammar mask only"),
        )


@dataclass(slots=True)
class ClipStore:
    """Clips that a model has composed, by request: experiments share what they have in common."""

    model: Model
    scores: dict[GenerationRequest, Score] = field(default_factory=dict)

    def compose(self, requests: Sequence[GenerationRequest], part: str) -> Iterator[Progress]:
        """Compose those requests that have no clip yet, in batches."""
        lacking = [each for each in dict.fromkeys(requests) if each not in self.scores]
        for start in range(0, len(lacking), BATCH):
            batch = lacking[start : start + BATCH]
            for event in generate(self.model, batch):
                if isinstance(event, TakeComposed):
                    self.scores[batch[event.take]] = event.result.score
                    yield Progress(part, len(requests) - self._lacking(requests), len(requests))

    def _lacking(self, requests: Sequence[GenerationRequest]) -> int:
        return sum(each not in self.scores for each in requests)

    def of(self, requests: Sequence[GenerationRequest]) -> list[Score]:
        """The clips of requests that were composed before."""
        return [self.scores[each] for each in requests]
