"""The ear test: blind pairs of clips that differ in one slider alone, and what people answered.

Both clips of a pair have seed, key, tempo, loudness and temperature in common; one dimension is
0.4 apart. Which comes first, and in which order pairs come, is drawn by a seed. Answers are kept
by the model's hash as strict JSON in the user's folder.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from engine.errors import PsychoscoreError
from engine.files import make_folder, write_atomic
from engine.lanes import Lanes
from engine.profile import DIMENSIONS, Profile
from engine.score import Key, Metre, Score, TempoMap
from engine.take import GenerationRequest
from engine.trust import Heard

PAIRS_A_DIMENSION = 6
APART = 0.4
TEMPERATURE = 0.95
TEMPO = 92.0
BARS = 8
LOUDNESS = 68
_KEYS = (Key(2, "minor"), Key(7, "major"), Key(9, "minor"), Key(5, "major"))
_LIMIT = 100_000


@dataclass(frozen=True, slots=True)
class EarPair:
    """Two clips that differ in one dimension alone.

    Args:
        name: of the dimension.
        low, high: its values.
        high_first: whether the clip with more of it is played first.
        seed, key: what both have in common.
    """

    name: str
    low: float
    high: float
    high_first: bool
    seed: int
    key: Key

    @property
    def question(self) -> str:
        return f"Which is more {QUESTIONS[self.name]}?"

    def requests(self) -> tuple[GenerationRequest, GenerationRequest]:
        """The two clips in the order in which they are played."""
        wish = GenerationRequest(
            metres=(Metre(),) * BARS,
            tempo_map=TempoMap(((0, TEMPO),)),
            key=self.key,
            seed=self.seed,
            fixed_temperature=TEMPERATURE,
        )
        values = (self.high, self.low) if self.high_first else (self.low, self.high)
        first, second = (
            replace(wish, lanes=Lanes(Profile().replace(self.name, value))) for value in values
        )
        return first, second


QUESTIONS: Mapping[str, str] = {each.name: each.high_word for each in DIMENSIONS} | {
    "rsi_real": "returning"
}


def ear_pairs(seed: int) -> tuple[EarPair, ...]:
    """The 24 pairs of a test, six a dimension, in their order."""
    chance = random.Random(seed)
    pairs: list[EarPair] = []
    for dimension in DIMENSIONS:
        # As often the first clip as the second, so that a habit of the listener tells nothing.
        firsts = [True, False] * (PAIRS_A_DIMENSION // 2)
        chance.shuffle(firsts)
        for high_first in firsts:
            low = chance.uniform(dimension.minimum, dimension.maximum - APART)
            low = round(low, 2)
            drawn, key = chance.randrange(1, 1_000_000), chance.choice(_KEYS)
            high = round(low + APART, 2)
            pairs.append(EarPair(dimension.name, low, high, high_first, drawn, key))
    chance.shuffle(pairs)
    return tuple(pairs)


def levelled(score: Score) -> Score:
    """The clip with its mean velocity at the loudness that all clips share."""
    if not score.notes:
        return score
    mean = sum(note.velocity for note in score.notes) / len(score.notes)
    factor = LOUDNESS / mean
    notes = tuple(
        replace(note, velocity=min(max(round(note.velocity * factor), 1), 127))
        for note in score.notes
    )
    return replace(score, notes=notes)


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class Answer(_Strict):
    """One pair that was judged: the dimension, its seed, and whether it was told right."""

    name: Annotated[str, Field(pattern="^(trauma|entropy|rsi_real|rsi_imaginary)$")]
    seed: Annotated[int, Field(ge=0, lt=2**63)]
    right: bool


class _File(_Strict):
    format: Annotated[int, Field(ge=1, le=1)] = 1
    model: Annotated[str, Field(max_length=200)]
    hash: Annotated[str, Field(pattern="^[0-9a-f]{1,64}$")]
    answers: Annotated[list[Answer], Field(max_length=10_000)] = []


@dataclass(frozen=True, slots=True)
class HeardAnswers:
    """Where the answers for each model lie: one file a model, named by its hash.

    Args:
        folder: `hearing` in the user's folder; it need not exist yet.
    """

    folder: Path

    def read(self, digest: str) -> tuple[Answer, ...]:
        """The answers for a model; none where nobody has heard it.

        Raises:
            PsychoscoreError: the file is not of the form that is written here.
        """
        path = self._path(digest)
        try:
            with path.open("rb") as file:
                return tuple(_File.model_validate_json(file.read(_LIMIT * 10)).answers)
        except FileNotFoundError:
            return ()
        except (OSError, ValidationError) as error:
            raise PsychoscoreError(
                f"{path} cannot be read as answers of the ear test.",
                "Move it away to begin again.",
            ) from error

    def add(self, model: str, digest: str, answers: Sequence[Answer]) -> None:
        """Keep more answers for a model; the old ones stay.

        Raises:
            PsychoscoreError: the file of the old ones is broken (it is not overwritten), or the
                disk refuses.
        """
        kept = _File(model=model, hash=digest, answers=[*self.read(digest), *answers])
        make_folder(self.folder)
        write_atomic(self._path(digest), kept.model_dump_json(indent=1).encode())

    def heard(self, digest: str) -> Mapping[str, Heard]:
        """How many pairs of each dimension were told right; those nobody heard are left out.

        Raises:
            PsychoscoreError: as `read`.
        """
        found: dict[str, Heard] = {}
        for answer in self.read(digest):
            before = found.get(answer.name, Heard())
            found[answer.name] = Heard(before.right + answer.right, before.told + 1)
        return found

    def _path(self, digest: str) -> Path:
        plain = digest.isalnum() and len(digest) <= 64
        return self.folder / f"{digest if plain else 'unknown'}.json"
