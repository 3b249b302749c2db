"""The smallest training there is: a few bars of our own, a network of one layer."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from engine.data.dataset import import_archive
from engine.training.config import TrainingConfig
from models.transformer import TransformerConfig
from tests.engine.data.miniature import Played, beat_lines, pop909_song, write_zip

NETWORK = TransformerConfig(width=16, layers=1, heads=2, hidden=32, context=128)


def tune(seed: int) -> list[Played]:
    return [(i * 0.25, 0.2, 60 + (i * (3 + seed) + seed) % 17, 50 + i % 40) for i in range(96)]


def pop909_archive(path: Path, songs: int = 4) -> Path:
    # Song 029 falls to the validation part, whatever else there is.
    members: dict[str, bytes | str] = {}
    for number in ("029", *(f"{n:03d}" for n in range(1, songs))):
        beats = beat_lines([4] * 12, 0.5, first=0.0)
        members |= pop909_song(number, {"MELODY": tune(int(number) % 7)}, beats)
    return write_zip(path, members)


def data_set(folder: Path) -> Path:
    """A data set of four songs in `folder/data`."""
    out = folder / "data"
    list(import_archive(pop909_archive(folder / "POP909.zip"), out))
    return out


def tiny(data: Path, **changes: Any) -> TrainingConfig:
    """A run of twelve small steps."""
    config = TrainingConfig(
        name="tiny",
        data=(str(data),),
        steps=12,
        batch=2,
        context=128,
        warmup=2,
        decay=0.3,
        evaluate_every=4,
        evaluate_windows=3,
        save_every=3,
        threads=1,
        network=NETWORK,
    )
    return replace(config, **changes)
