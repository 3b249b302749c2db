"""What a checkpoint knows by heart: an index of the music that it was trained on lies beside its
weights, and a take can be told its longest run of notes that stands there.

A run of twelve notes is known in any key and at any tempo (`engine.evaluation.copies`); a longer
one is known where each of its runs of twelve is. All voices are looked up together and the
melody by itself, and the longer run counts. Of the pairs that are composed by rules nothing is
in the index: they are nobody's music.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import torch

from engine.data.shards import Shards
from engine.errors import PsychoscoreError
from engine.evaluation.copies import (
    MAXIMUM_BYTES,
    CopyIndex,
    Line,
    borrowed,
    pitch_line,
    token_line,
)
from engine.score import Score
from engine.weights import Shapes, read_tensors, replace_tensors

FILE = "copies.safetensors"
LINES: Mapping[str, bool] = {"all": False, "melody": True}
"""Name in the file of each kind of line, and whether it is the melody alone."""
_HEADER_LIMIT = 10_000


@dataclass(frozen=True, slots=True)
class KnownMusic:
    """The music of a training set, as far as a take can be looked up in it.

    Args:
        all: runs of all voices together.
        melody: runs of the melody alone.
    """

    all: CopyIndex
    melody: CopyIndex

    @classmethod
    def build(cls, pieces: Iterable[tuple[Line, Line]]) -> KnownMusic:
        """Index pieces, each with the line of all voices and that of its melody."""
        lines = list(pieces)
        return cls(
            CopyIndex.build(whole for whole, _ in lines),
            CopyIndex.build(melody for _, melody in lines),
        )

    def joined(self, other: KnownMusic) -> KnownMusic:
        """What one of two knows."""
        return KnownMusic(self.all.joined(other.all), self.melody.joined(other.melody))

    @classmethod
    def beside(cls, folder: Path) -> KnownMusic | None:
        """The index in the folder of a checkpoint; None where there is none.

        Raises:
            PsychoscoreError: the file is damaged or of another version.
        """
        path = folder / FILE
        if not path.is_file():
            return None
        tensors, _ = read_tensors(path, _check(path), _HEADER_LIMIT)
        found = {}
        for name in LINES:
            bits = tensors[f"{name}.bits"].numpy()
            found[name] = CopyIndex.from_arrays({"copies.bits": bits})
        whole, melody = found["all"], found["melody"]
        assert whole is not None and melody is not None
        return cls(whole, melody)

    def save(self, folder: Path) -> None:
        """Write the index into the folder of a checkpoint; a crash leaves old or new, whole.

        Raises:
            PsychoscoreError: it could not be written.
        """
        tensors = {
            "all.bits": torch.from_numpy(self.all.bits),
            "melody.bits": torch.from_numpy(self.melody.bits),
        }
        replace_tensors(folder / FILE, tensors)

    def longest(self, score: Score) -> int:
        """Notes of the longest run of a score that is known; 0 where none of twelve is."""
        found = (
            borrowed(pitch_line(score, melody=False), self.all),
            borrowed(pitch_line(score, melody=True), self.melody),
        )
        return max(each.longest for each in found)


def _check(path: Path) -> Callable[[Shapes], None]:
    def check(shapes: Shapes) -> None:
        names = {f"{name}.bits" for name in LINES}
        plain = all(len(shape) == 1 and shape[0] <= MAXIMUM_BYTES for shape in shapes.values())
        if set(shapes) != names or not plain:
            raise PsychoscoreError(f"{path} is no index of this version.")

    return check


def trained_lines(shards: Shards) -> Iterator[tuple[Line, Line]]:
    """The line of all voices and of the melody of each piece of a data set that is trained on."""
    for entry in shards.split("train"):
        tokens, bars, _ = shards.piece(entry)
        yield token_line(tokens, bars), token_line(tokens, bars, melody=True)
