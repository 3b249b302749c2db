"""How `resources/chords.json` is made, and how well the chords that it finds agree with people's.

`python -m engine.measuring.fit_chords POP909.zip OUT.json` fits on every third training song;
`python -m engine.measuring.fit_chords POP909.zip` measures the weights that ship. Both print the
agreement with `chord_midi.txt` on the validation songs, as shares of the annotated time.

Pop knows few dominants and hardly an augmented chord. So rare qualities weigh more than they
occur, and a tenth of what is fitted on are textbook chords with drawn weights of their notes.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

import numpy as np
import torch
from numpy.typing import NDArray

from engine.data.labels import chord_class
from engine.data.piece import Piece
from engine.data.pop909 import read_pop909
from engine.errors import PsychoscoreError
from engine.measuring.chords import (
    FEATURES,
    ChordWeights,
    find_chords,
    from_each_root,
    half_bars,
    hear,
)
from engine.measuring.grid import Floats, Ints
from engine.score import CHORD_QUALITIES, Chord

EVERY = 3
_LARGEST_SAMPLE = 20_000
_PENALTY = 1e-5
_RARE = 0.4
_TEXTBOOK_SHARE, _TEXTBOOK_EACH = 0.1, 150
# One or more ways to write each quality, in semitones above the root.
_TEXTBOOK: Mapping[str, tuple[tuple[int, ...], ...]] = MappingProxyType(
    {
        "maj": ((0, 4, 7),),
        "min": ((0, 3, 7),),
        "7": ((0, 4, 7, 10),),
        "maj7": ((0, 4, 7, 11),),
        "min7": ((0, 3, 7, 10),),
        "dim": ((0, 3, 6), (0, 3, 6, 9), (0, 3, 6, 10)),
        "aug": ((0, 4, 8),),
        "sus": ((0, 5, 7), (0, 2, 7)),
    }
)
_MAJOR = [CHORD_QUALITIES.index(word) for word in ("maj", "7", "maj7")]
_MINOR = [CHORD_QUALITIES.index(word) for word in ("min", "min7")]
# Of each half bar on its own: how far it is trusted beside its neighbours.
_TRUSTS = (0.5, 0.7, 1.0, 1.4)


@dataclass(frozen=True, slots=True)
class Agreement:
    """Shares of the annotated time in which a chord is found right.

    Args:
        root: its root.
        third: root, and major or minor, where the annotation is one of the two.
        quality: root and all eight classes of quality.
    """

    root: float
    third: float
    quality: float


def annotated(piece: Piece, ticks: Ints) -> Ints:
    """(T,) class `root * 8 + quality` of the annotated chord at each tick, -1 without one."""
    return _classes(piece.chords, ticks)


def _classes(chords: Sequence[Chord], ticks: Ints) -> Ints:
    words = [
        -1 if each.root is None else 8 * each.root + chord_class(each.quality) for each in chords
    ]
    at = np.searchsorted([each.start for each in chords], ticks, side="right") - 1
    return np.where(at < 0, -1, np.array(words or [-1], dtype=np.int64)[np.maximum(at, 0)])


def agreement(pieces: Iterable[Piece], weights: ChordWeights | None = None) -> Agreement:
    """How far found chords agree with annotated ones, every 40 ticks counting once.

    Raises:
        PsychoscoreError: no piece has chords.
    """
    pairs = []
    for piece in pieces:
        ticks = np.arange(0, piece.score.end, 40)
        pairs.append((annotated(piece, ticks), _classes(find_chords(piece.score, weights), ticks)))
    if not pairs:
        raise PsychoscoreError("No validation songs with chords are there.")
    truth, found = map(np.concatenate, zip(*pairs, strict=True))
    known = truth >= 0
    truth, found = truth[known], found[known]
    root = (truth // 8 == found // 8) & (found >= 0)
    major, minor = np.isin(truth % 8, _MAJOR), np.isin(truth % 8, _MINOR)
    same = root & np.where(major, np.isin(found % 8, _MAJOR), np.isin(found % 8, _MINOR))
    return Agreement(
        float(root.mean()), float(same[major | minor].mean()), float((truth == found).mean())
    )


def fit_weights(pieces: Sequence[Piece], source: str, rounds: int = 100) -> ChordWeights:
    """Fit on annotated pieces: logistic regression on half bars, then the odds of changes."""
    heard, truth = zip(*(_halves(piece) for piece in pieces), strict=True)
    weights, bias = _regression(np.concatenate(heard), np.concatenate(truth), rounds)
    rates = [np.array([1.0, 2.0]), np.array([1.0, 2.0])]
    for classes in truth:
        changed = np.diff(classes) != 0
        for parity in (0, 1):
            rates[parity] += [changed[parity::2].sum(), len(changed[parity::2])]
    chances = [float(moved / count) for moved, count in rates]
    half, bar = (np.log(chance / (1 - chance) / 95) for chance in chances)
    plain = ChordWeights(source, weights, bias, (float(half), float(bar)), 1.0)
    tried = [replace(plain, trust=trust) for trust in _TRUSTS]
    return max(tried, key=lambda each: agreement(pieces, each).root)


def _halves(piece: Piece) -> tuple[Floats, Ints]:
    """What is heard in each half bar of a piece, and the chord in the middle of it."""
    edges = half_bars(piece.score)
    return hear(piece.score, edges), annotated(piece, (edges[:-1] + edges[1:]) // 2)


def _regression(heard: Floats, truth: Ints, rounds: int) -> tuple[Floats, Floats]:
    known = np.flatnonzero((truth >= 0) & heard[:, 0].any(axis=1))
    known = known[:: max(1, len(known) // _LARGEST_SAMPLE)]
    drawn, named = _textbook(np.random.default_rng(0))
    seen = torch.tensor(from_each_root(np.concatenate([heard[known], drawn])), dtype=torch.float32)
    classes = torch.tensor(np.concatenate([truth[known], named]))
    counts = np.bincount(truth[known] % 8, minlength=len(CHORD_QUALITIES))
    real = counts[truth[known] % 8] ** -_RARE
    parts = [
        real / real.sum() * (1 - _TEXTBOOK_SHARE), np.full(len(drawn), _TEXTBOOK_SHARE / len(drawn))
    ]  # fmt: skip
    share = torch.tensor(np.concatenate(parts), dtype=torch.float32)
    weights = torch.zeros(FEATURES, len(CHORD_QUALITIES), requires_grad=True)
    bias = torch.zeros(len(CHORD_QUALITIES), requires_grad=True)
    optimiser = torch.optim.LBFGS([weights, bias], max_iter=rounds, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimiser.zero_grad()
        scores = (seen @ weights + bias).flatten(1)
        each = torch.nn.functional.cross_entropy(scores, classes, reduction="none")
        value = (share * each).sum() + _PENALTY * (weights**2).sum()
        value.backward()  # type: ignore[no-untyped-call]
        return value

    optimiser.step(loss)  # type: ignore[no-untyped-call]
    return _array(weights), _array(bias)


def _textbook(rng: np.random.Generator) -> tuple[Floats, Ints]:
    """(N, 3, 12) what textbook chords on C hold, a quarter inverted, half with strange notes in
    them; and their classes."""
    heard, classes = [], []
    for quality, shapes in _TEXTBOOK.items():
        for _ in range(_TEXTBOOK_EACH):
            tones = list(shapes[int(rng.integers(len(shapes)))])
            # An augmented chord has no inversion: each of its notes could be the root.
            inverted = quality != "aug" and rng.random() < 0.25
            whole, first = np.zeros(12), np.zeros(12)
            whole[tones] = rng.dirichlet(np.full(len(tones), 6.0))
            if rng.random() < 0.5:
                whole = 0.85 * whole + 0.15 * rng.dirichlet(np.full(12, 0.3))
            first[int(rng.choice(tones)) if inverted else 0] = 1.0
            heard.append([whole, 0.8 * first + 0.2 * whole, first])
            classes.append(CHORD_QUALITIES.index(quality))
    return np.array(heard), np.array(classes)


def _array(tensor: torch.Tensor) -> NDArray[np.float64]:
    return tensor.detach().numpy().astype(np.float64)


def main(argv: Sequence[str] | None = None) -> int:
    """Fit and write, or measure; returns the exit code."""
    parser = argparse.ArgumentParser(description="Fit or measure the chord estimator on POP909.")
    parser.add_argument("archive", type=Path, metavar="POP909.zip")
    parser.add_argument("out", type=Path, nargs="?", metavar="OUT.json")
    args = parser.parse_args(argv)
    try:
        pieces = [each for each in read_pop909(args.archive) if isinstance(each, Piece)]
        train = [each for each in pieces if each.split == "train"][::EVERY]
        if args.out:
            weights = fit_weights(train, f"{len(train)} training songs of POP909 (MIT)")
            args.out.write_text(weights.to_json(), encoding="utf-8")
        else:
            weights = ChordWeights.load()
        found = agreement((each for each in pieces if each.split == "validation"), weights)
    except PsychoscoreError as error:
        print(f"fit_chords: {error}", file=sys.stderr)
        return 1
    print(
        f"Agreement on validation songs: root {found.root:.3f}, root and major or minor "
        f"{found.third:.3f}, root and quality {found.quality:.3f}."
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
