"""How `resources/reranker/` is made.

`python -m engine.data.fit_reranker OUT POP909.zip [EMOPIA.zip]`

It hears POP909's validation songs, which no composer was trained on, as they are and in their
first variants; with EMOPIA also the split that is kept for the reranker, where people's quadrants
say what trauma and entropy are. Songs are dealt into five folds, and what it reaches on songs it
did not hear is written into its card.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from engine.composing.bar_features import FEATURES, Floats
from engine.composing.heard import hear, stacked
from engine.composing.rerank import stretches
from engine.data.emopia import LICENCE, QUADRANTS, read_emopia
from engine.data.piece import Piece, song_share
from engine.data.pop909 import read_pop909
from engine.data.variants import vary
from engine.errors import PsychoscoreError
from engine.listener import ListenerCard, save_listener
from engine.measuring.reference import Reference
from engine.profile import DIMENSIONS
from models.reranker import Reranker, RerankerConfig, summary

VARIANTS, FOLDS = 2, 5
STEPS, RATE, DECAY, SEED = 400, 0.005, 0.05, 9
# People's word about a clip counts as much as this many stretches that were only measured.
LABELLED_WEIGHT = 5.0


@dataclass(frozen=True, slots=True, eq=False)
class Examples:
    """N stretches of bars.

    Args:
        bars, mask: as the reranker takes them.
        wanted: (N, 4) profiles, dimensions in [0, 1].
        weights: (N,) how much each counts.
        fold: (N,) the fold of its song.
        valence: (N,) people's word, 1 for low, 0 for high, NaN where there is none.
    """

    bars: Tensor
    mask: Tensor
    wanted: Tensor
    weights: Tensor
    fold: npt.NDArray[np.int64]
    valence: npt.NDArray[np.float64]


def collect(pieces: Iterable[Piece], reference: Reference) -> Examples:
    """The stretches of pieces, with what their bars are measured to be.

    Raises:
        PsychoscoreError: there are none.
    """
    parts: list[Floats] = []
    rows: list[tuple[npt.NDArray[np.float64], float, int, float]] = []
    for piece in pieces:
        heard = hear(piece.score, reference)
        profiles = np.array([each.values() for each in heard.estimate.bars])
        profiles[:, 2:] = (profiles[:, 2:] + 1.0) / 2.0
        weight, low = 1.0, np.nan
        if piece.quadrant is not None:
            quadrant = QUADRANTS[piece.quadrant]
            for column, (least, most) in enumerate((quadrant.trauma, quadrant.entropy)):
                profiles[:, column] = least + (most - least) * profiles[:, column]
            weight, low = LABELLED_WEIGHT, float(piece.quadrant in ("tense", "sad"))
        fold = int(song_share(f"reranker/{piece.song}") * FOLDS)
        for start, stop in stretches(len(piece.score.metres)):
            parts.append(heard.features[start:stop])
            rows.append((profiles[start:stop].mean(axis=0), weight, fold, low))
    if not rows:
        raise PsychoscoreError("The archives hold no songs for the reranker.")
    wanted, weights, folds, lows = zip(*rows, strict=True)
    bars, mask = stacked(parts)
    told = torch.tensor(np.array(wanted), dtype=torch.float32)
    return Examples(
        bars, mask, told, torch.tensor(weights), np.array(folds), np.array(lows, dtype=np.float64)
    )


def fit(examples: Examples, chosen: npt.NDArray[np.bool_]) -> Reranker:
    """A reranker fitted on the chosen examples, by least squares with weight decay."""
    torch.manual_seed(SEED)
    network = Reranker(RerankerConfig(features=len(FEATURES)))
    kept = torch.from_numpy(chosen)
    seen = summary(examples.bars[kept], examples.mask[kept])
    network.centre.copy_(seen.mean(dim=0))
    network.spread.copy_(seen.std(dim=0).clamp(min=1e-3))
    wanted, weights = examples.wanted[kept], examples.weights[kept] / examples.weights[kept].mean()
    optimiser = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=DECAY)
    for step in range(STEPS):
        for group in optimiser.param_groups:
            group["lr"] = RATE * (1.0 - step / STEPS)
        loss = ((network.place(seen) - wanted).square().sum(dim=1) * weights).mean()
        optimiser.zero_grad()
        torch.autograd.backward([loss])
        optimiser.step()
    return network.requires_grad_(False).eval()


def cross_validate(examples: Examples) -> dict[str, float]:
    """On songs that were not heard: mean absolute error by dimension, and the area under the
    curve of trauma against people's low valence where there are labels."""
    found = torch.zeros_like(examples.wanted)
    for fold in range(FOLDS):
        own = examples.fold == fold
        if own.any() and not own.all():
            kept = torch.from_numpy(own)
            network = fit(examples, ~own)
            found[kept] = network(examples.bars[kept], examples.mask[kept])
    errors = (found - examples.wanted).abs().mean(dim=0).tolist()
    metrics = {f"error_{d.name}": round(e, 4) for d, e in zip(DIMENSIONS, errors, strict=True)}
    told = np.isfinite(examples.valence)
    if told.any():
        area = _area(found[:, 0].numpy()[told], examples.valence[told] > 0.5)
        metrics["area_low_valence"] = round(area, 4)
    return metrics


def _area(values: npt.NDArray[np.float32], positive: npt.NDArray[np.bool_]) -> float:
    above = values[positive][:, None] - values[~positive][None, :]
    return float(((above > 0) + 0.5 * (above == 0)).mean()) if above.size else 0.5


def pieces_of(pop909: Path, emopia: Path | None) -> list[Piece]:
    """The songs that are the reranker's.

    Raises:
        PsychoscoreError: an archive cannot be read.
    """
    songs = [each for each in read_pop909(pop909) if isinstance(each, Piece)]
    held = [each for each in songs if each.split == "validation"]
    pieces = [*held, *(vary(each, number) for each in held for number in range(1, VARIANTS + 1))]
    if emopia is not None:
        clips = [each for each in read_emopia(emopia) if isinstance(each, Piece)]
        pieces += [each for each in clips if each.split == "reranker"]
    return pieces


def main(argv: Sequence[str] | None = None) -> int:
    """Fit and write; returns the exit code."""
    parser = argparse.ArgumentParser(description="Fit the reranker.")
    parser.add_argument("out", type=Path, metavar="OUT")
    parser.add_argument("pop909", type=Path, metavar="POP909.zip")
    parser.add_argument("emopia", type=Path, nargs="?", metavar="EMOPIA.zip")
    args = parser.parse_args(argv)
    try:
        examples = collect(pieces_of(args.pop909, args.emopia), Reference.load())
        network = fit(examples, np.ones(len(examples.fold), dtype=np.bool_))
        card = ListenerCard(
            "reranker",
            "open",
            network.config,
            lineage=("POP909, validation songs and variants of them (MIT)",),
            steps=STEPS,
            metrics=cross_validate(examples),
        )
        if args.emopia is not None:
            lineage = (*card.lineage, f"EMOPIA, the split kept for the reranker ({LICENCE})")
            licence = "CC BY-NC-SA 4.0"
            card = replace(
                card, name="emopia", lineage=lineage, licence=licence, non_commercial=True
            )
        save_listener(args.out, card, network.state_dict())
    except PsychoscoreError as error:
        print(f"fit_reranker: {error}", file=sys.stderr)
        return 1
    for name, value in card.metrics.items():
        print(f"{name} {value:.3f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
