"""Shards of random music on the grid, without archives."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from engine.composing import vocabulary as v
from engine.composing.conditions import SOURCES, blank_rows, set_profiles
from engine.composing.tokens import encode
from engine.data.shards import EncodedPiece, Shards, write_shards
from engine.profile import Profile
from engine.score import Key, Metre, Note, Score, Voice
from models.conditioning import FIELD_INDEX, FIELDS


def random_score(seed: int, bars: int, notes: int = 6) -> Score:
    """Bars of a few notes in up to three voices; every fourth bar is silent."""
    rng = np.random.default_rng(seed)
    cells: dict[tuple[int, int, int], Note] = {}
    for bar in range(bars):
        for _ in range(0 if bar % 4 == 3 else notes):
            onset = bar * 1920 + 240 * int(rng.integers(8))
            voice = Voice(int(rng.integers(3)))
            pitch = int(rng.integers(48, 80))
            note = Note(onset, 240 * int(rng.integers(1, 5)), pitch, 63, voice)
            cells[onset, voice, pitch] = note
    ordered = sorted(cells.values(), key=lambda n: (n.onset, n.voice, n.pitch))
    return Score(tuple(ordered), (Metre(),) * bars, key=Key(0, "major"))


def piece(seed: int, bars: int, *, split: str = "train", source: str = "pop909") -> EncodedPiece:
    """A piece of random music."""
    return encoded(random_score(seed, bars), seed, split=split, source=source)


def encoded(
    score: Score, seed: int, *, split: str = "train", source: str = "pop909"
) -> EncodedPiece:
    """A piece whose rows tell their own bar as the tempo: 30, 31, 32, ..."""
    bars = len(score.metres)
    run = encode(score)
    rows = blank_rows(bars)
    rows[:] = 1.0
    set_profiles(rows, [Profile()] * bars)
    rows[:, FIELD_INDEX["tempo"]] = 30 + np.arange(bars)
    rows[:, FIELD_INDEX["source"]] = SOURCES.index(source)
    tokens = np.array(run.tokens, dtype=np.uint16)
    places = np.array(run.bars, dtype=np.uint16)
    name = f"{source}/{seed:03d}"
    return EncodedPiece(name, name, source, split, None, tokens, places, rows)


def shards(folder: Path, *pieces: EncodedPiece, lineage: str = "nothing (MIT)") -> Shards:
    list(
        write_shards(
            folder,
            pieces,
            lineage=(lineage,),
            non_commercial=False,
            vocabulary=v.SIZE,
            fields=tuple(field.name for field in FIELDS),
        )
    )
    return Shards.open(folder)


def full_rows(bars: int = 3) -> np.ndarray:
    """Rows in which nothing is free, all bars alike."""
    rows = np.ones((bars, len(FIELDS)), dtype=np.float32)
    rows[:, :4] = [0.2, 0.4, -0.5, 0.5]
    return rows
