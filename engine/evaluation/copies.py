"""A compact index of everything that a model has heard: short runs of notes, in any key.

A run of twelve notes is known by the eleven intervals between them, in the order in which notes
begin (struck together, from below), so that transposition and tempo change nothing. The index
is a Bloom filter: two bytes a run, nothing of the music can be read back from it, and fewer
than one run in a thousand is taken for known though it is not. Its arrays may lie beside
weights.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.composing import vocabulary as v
from engine.errors import PsychoscoreError
from engine.score import Score, Voice

NOTES = 12
PREFIX = "copies."
_BITS_A_RUN, _PROBES = 16, 8
_FEWEST_BITS = 1 << 10
MAXIMUM_BYTES = 1 << 28
# Odd multipliers of a polynomial hash and of its final mixing, as splitmix64 has them.
_BASE = np.uint64(0x9E3779B97F4A7C15)
_MIX = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))

Hashes = NDArray[np.uint64]
Line = NDArray[np.int64]


def pitch_line(score: Score, *, melody: bool = False) -> Line:
    """(notes,) the pitches in the order in which they begin, struck together from below.

    Args:
        melody: of the melody alone; else of all voices, a unison counting once.
    """
    notes = [note for note in score.notes if not melody or note.voice is Voice.MELODY]
    return _in_order(
        np.array([note.onset for note in notes], dtype=np.int64),
        np.array([note.pitch for note in notes], dtype=np.int64),
    )


def token_line(
    tokens: NDArray[np.uint16], bars: NDArray[np.uint16], *, melody: bool = False
) -> Line:
    """The line of a piece in its tokens, without the way through notes."""
    place = np.arange(len(tokens))
    at = {}
    for name, span in (("position", v.POSITION), ("voice", v.VOICE)):
        inside = (tokens >= span.start) & (tokens < span.stop)
        at[name] = tokens[np.maximum.accumulate(np.where(inside, place, 0))].astype(np.int64)
    struck = (tokens >= v.PITCH.start) & (tokens < v.PITCH.stop)
    if melody:
        struck &= at["voice"] == v.VOICE.start + Voice.MELODY
    onset = bars.astype(np.int64) * v.POSITIONS + at["position"] - v.POSITION.start
    return _in_order(onset[struck], tokens[struck].astype(np.int64) - v.PITCH.start)


def _in_order(onset: Line, pitch: Line) -> Line:
    return np.unique(onset * 128 + pitch) % 128


def run_hashes(pitches: Line, length: int = NOTES) -> Hashes:
    """(notes - length + 1,) a hash of each run of notes, the same in every key."""
    count = len(pitches) - length + 1
    if count <= 0:
        return np.zeros(0, dtype=np.uint64)
    steps = (np.diff(pitches) + 128).astype(np.uint64)
    value = np.zeros(count, dtype=np.uint64)
    for at in range(length - 1):
        value = value * _BASE + steps[at : at + count]
        value ^= value >> np.uint64(29)
    return _mixed(value)


def _mixed(value: Hashes) -> Hashes:
    for shift, factor in zip((30, 27), _MIX, strict=True):
        value = (value ^ (value >> np.uint64(shift))) * factor
    return value ^ (value >> np.uint64(31))


@dataclass(frozen=True, slots=True, eq=False)
class CopyIndex:
    """The runs of a body of music. `bits` (bytes,) is a Bloom filter, its length a power of two."""

    bits: NDArray[np.uint8]

    @classmethod
    def build(cls, lines: Iterable[Line]) -> CopyIndex:
        """Index lines of pitches, one a piece."""
        parts = [run_hashes(line) for line in lines]
        known = np.unique(np.concatenate(parts)) if parts else np.zeros(0, dtype=np.uint64)
        size = _FEWEST_BITS
        while size < _BITS_A_RUN * len(known):
            size *= 2
        filled = np.zeros(size, dtype=np.bool_)
        filled[_places(known, size).ravel()] = True
        return cls(np.packbits(filled))

    def knows(self, hashes: Hashes) -> NDArray[np.bool_]:
        """(N,) whether each run has been heard."""
        at = _places(hashes, 8 * len(self.bits))
        held = self.bits[at >> np.uint64(3)] >> (7 - (at & np.uint64(7))).astype(np.uint8)
        return np.asarray((held & 1).all(axis=1))

    def joined(self, other: CopyIndex) -> CopyIndex:
        """What one of two indexes knows.

        A filter of twice the bits that holds the smaller one twice answers as that does.
        """
        small, large = sorted((self.bits, other.bits), key=len)
        return CopyIndex(large | np.tile(small, len(large) // len(small)))

    def arrays(self) -> dict[str, NDArray[np.uint8]]:
        """The index as arrays by name, to lie beside a network's weights."""
        return {PREFIX + "bits": self.bits}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[np.uint8]]) -> CopyIndex | None:
        """The index among the tensors of a checkpoint, or None where it has none.

        Raises:
            PsychoscoreError: the array is none that `arrays` gives.
        """
        if PREFIX + "bits" not in arrays:
            return None
        bits = arrays[PREFIX + "bits"]
        size = len(bits) if bits.ndim == 1 else 0
        power = size & (size - 1) == 0 and 8 * size >= _FEWEST_BITS
        if bits.dtype != np.uint8 or not power or size > MAXIMUM_BYTES:
            raise PsychoscoreError("The copy index has another shape than this version's.")
        return cls(bits)


def _places(hashes: Hashes, size: int) -> NDArray[np.uint64]:
    """(N, probes) the bits of each hash: its two halves make as many hashes as are needed."""
    first, second = hashes & np.uint64(0xFFFFFFFF), hashes >> np.uint64(32)
    probes = np.arange(_PROBES, dtype=np.uint64)
    spread = first[:, None] + probes * (second[:, None] | np.uint64(1))
    return np.asarray(spread & np.uint64(size - 1))


@dataclass(frozen=True, slots=True)
class Borrowed:
    """What of a clip is known.

    Args:
        known: runs that are in the index.
        runs: runs in all.
        longest: notes of the longest stretch all of whose runs are known, perhaps each from
            another piece; 0 where none is.
    """

    known: int
    runs: int
    longest: int


def borrowed(line: Line, index: CopyIndex) -> Borrowed:
    """Look a line of pitches up."""
    known = index.knows(run_hashes(line))
    longest = current = 0
    for each in known:
        current = current + 1 if each else 0
        longest = max(longest, current)
    return Borrowed(int(known.sum()), len(known), longest + NOTES - 1 if longest else 0)
