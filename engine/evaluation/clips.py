"""Composing the clips of experiments: one fixed setting, seeds by place, nothing selected."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from queue import Empty, SimpleQueue
from threading import Event, Thread

from engine.checkpoint import Model
from engine.composing.generate import generate
from engine.composing.grammar import HIGHEST_NOTE, LOWEST_NOTE
from engine.evaluation.rows import Progress
from engine.lanes import Lanes
from engine.profile import Profile
from engine.score import Key, Metre, Score, TempoMap
from engine.take import GenerationRequest, TakeComposed

Batch = Sequence[GenerationRequest]
Clip = tuple[GenerationRequest, Score]

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
        if self.laws:
            return request
        whole = (LOWEST_NOTE, HIGHEST_NOTE)
        return replace(request, scale_lean=0.0, silent_bars=True, pitch_range=whole)

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
    """Clips that a model has composed, by request: experiments share what they have in common.

    Args:
        threads: batches that are composed at a time, each with a copy of the network; what a
            clip is does not depend on it.
    """

    model: Model
    scores: dict[GenerationRequest, Score] = field(default_factory=dict)
    threads: int = 1

    def compose(self, requests: Sequence[GenerationRequest], part: str) -> Iterator[Progress]:
        """Compose those requests that have no clip yet, in batches."""
        lacking = [each for each in dict.fromkeys(requests) if each not in self.scores]
        # The longest first, and alike ones together: a batch lasts as long as its longest.
        lacking.sort(key=lambda request: -request.bars)
        size = min(BATCH, max(-(-len(lacking) // self.threads), 1))
        batches = [lacking[start : start + size] for start in range(0, len(lacking), size)]
        for request, score in self._composed(batches):
            self.scores[request] = score
            yield Progress(part, len(requests) - self._lacking(requests), len(requests))

    def _composed(self, batches: Sequence[Batch]) -> Iterator[Clip]:
        if min(self.threads, len(batches)) < 2:
            for batch in batches:
                yield from _clips(self.model, batch, lambda: False)
            return
        waiting: SimpleQueue[Batch] = SimpleQueue()
        for batch in batches:
            waiting.put(batch)
        yield from _side_by_side(self.model, waiting, min(self.threads, len(batches)))

    def _lacking(self, requests: Sequence[GenerationRequest]) -> int:
        return sum(each not in self.scores for each in requests)

    def of(self, requests: Sequence[GenerationRequest]) -> list[Score]:
        """The clips of requests that were composed before."""
        return [self.scores[each] for each in requests]


def _clips(model: Model, batch: Batch, cancelled: Callable[[], bool]) -> Iterator[Clip]:
    for event in generate(model, batch, cancelled):
        if isinstance(event, TakeComposed):
            yield batch[event.take], event.result.score


def _side_by_side(model: Model, waiting: SimpleQueue[Batch], threads: int) -> Iterator[Clip]:
    """Clips in the order in which they are finished; closing it ends the work at the next token.

    The products of a step let other threads run meanwhile.
    """
    done: SimpleQueue[Clip | BaseException | None] = SimpleQueue()
    stop = Event()

    def work() -> None:
        try:
            own = replace(model, network=deepcopy(model.network))
            while not stop.is_set():
                for clip in _clips(own, waiting.get_nowait(), stop.is_set):
                    done.put(clip)
        except Empty:
            done.put(None)
        except BaseException as error:
            done.put(error)
        else:
            done.put(None)

    workers = [Thread(target=work, daemon=True) for _ in range(threads)]
    for worker in workers:
        worker.start()
    try:
        while threads:
            match done.get():
                case None:
                    threads -= 1
                case BaseException() as error:
                    raise error
                case clip:
                    yield clip
    finally:
        stop.set()
        for worker in workers:
            worker.join()
