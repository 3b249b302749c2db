"""A network of one layer with random weights that writes short bars, and its checkpoint."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch

from engine.checkpoint import Card, Model, save_checkpoint
from engine.composing import vocabulary as v
from models.conditioning import Composer
from models.transformer import TransformerConfig


def tiny_config(**changes: Any) -> TransformerConfig:
    shape = {"width": 16, "layers": 1, "heads": 2, "hidden": 32, "context": 512}
    return TransformerConfig(**(shape | changes))


def tiny_network(seed: int = 1, **changes: Any) -> Composer:
    """A random network whose conditions are heard."""
    torch.manual_seed(seed)
    network = Composer(tiny_config(**changes))
    with torch.no_grad():
        embedding = network.transformer.embedding.weight
        embedding.normal_(std=0.3)
        # A position follows a bar, and the end of a bar is likelier after a note than chance
        # would have it: a bar has a handful of notes.
        embedding[:, :3] = 0.0
        embedding[v.BAR, 1] = 1.5
        embedding[v.POSITION.start : v.POSITION.stop, 1] = 2.0
        embedding[v.DURATION.start : v.DURATION.stop, 0] = 2.5
        embedding[[v.BAR, v.EOS], 0] = 0.8
        # The ends of the piano are never played, so that every key has room for the same music.
        embedding[v.VOICE.start : v.VOICE.stop, 2] = 2.5
        for ends in (
            slice(v.PITCH.start, v.PITCH.start + 24),
            slice(v.PITCH.stop - 24, v.PITCH.stop),
        ):
            embedding[ends, 0] = embedding[ends, 2] = -20.0
        network.transformer.hole_embedding.weight.normal_(std=0.1)
        network.conditioner.output.weight.normal_(std=0.3)
    return network.requires_grad_(False).eval()


def tiny_model(seed: int = 1, *, guidance: float = 2.0, **changes: Any) -> Model:
    network = tiny_network(seed, **changes)
    card = Card("tiny", network.config, lineage=("nothing (MIT)",), guidance=guidance)
    return Model(card, f"{seed:016x}", network)


def tiny_checkpoint(folder: Path, seed: int = 1, **changes: Any) -> Path:
    """A folder with the checkpoint of such a network."""
    model = tiny_model(seed, **changes)
    save_checkpoint(folder, model.card, model.network.state_dict(), dtype=torch.float32)
    return folder
