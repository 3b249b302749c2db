"""Checkpoints: weights as safetensors with a readable card beside them. No pickle, ever.

A checkpoint is a folder with `weights.safetensors` and `card.json`. The card's numbers are
bounded and its shapes are compared with the header of the weights before anything is allocated.
It needs torch, numpy and safetensors alone.
"""

from __future__ import annotations

import hashlib
import json
import os
import struct
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

from engine import vocabulary
from engine.errors import PsychoscoreError
from models.conditioning import FIELDS, Composer
from models.transformer import TransformerConfig

_BOUNDS = {
    "vocabulary": (1, 4096),
    "width": (8, 2048),
    "layers": (1, 48),
    "heads": (1, 32),
    "hidden": (8, 8192),
    "context": (64, 8192),
}
_HEADER_LIMIT = 10_000_000


@dataclass(frozen=True, slots=True)
class Card:
    """What a checkpoint says of itself.

    Args:
        name: short name shown to the user.
        config: shape of the network.
        lineage: every data set and file used in making it, with licence.
        non_commercial: one of them forbids commercial use.
        licence: licence of the weights.
        provisional: the data was imported in a way that a later version mends.
        steps, tokens, minutes: how much it was trained, over all stages.
        guidance: default strength of guidance, chosen by measurement.
        metrics: measured numbers by name.
        notes: sentences for the reader.
    """

    name: str
    config: TransformerConfig
    lineage: tuple[str, ...] = ()
    non_commercial: bool = False
    licence: str = "MIT"
    provisional: bool = False
    steps: int = 0
    tokens: int = 0
    minutes: float = 0.0
    guidance: float = 2.0
    sources: tuple[str, ...] = ()
    metrics: dict[str, float] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Model:
    """A checkpoint in memory, ready to compose."""

    card: Card
    hash: str
    network: Composer

    @property
    def name(self) -> str:
        return self.card.name

    @property
    def lineage(self) -> tuple[str, ...]:
        return self.card.lineage

    @property
    def non_commercial(self) -> bool:
        return self.card.non_commercial


def card_json(card: Card) -> str:
    fixed = {"format": 1, "fields": [each.name for each in FIELDS]}
    return json.dumps(fixed | asdict(card), indent=1)


def read_card(folder: Path) -> Card:
    """Read and check a card.

    Raises:
        PsychoscoreError: it is missing, not JSON, or says impossible things.
    """
    path = folder / "card.json"
    try:
        raw = json.loads(path.read_bytes()[:_HEADER_LIMIT])
        if raw["format"] != 1 or raw["fields"] != [each.name for each in FIELDS]:
            raise PsychoscoreError(f"{path} belongs to another version of the network.")
        config = TransformerConfig(**raw["config"])
        known = {each.name for each in fields(Card)}
        values: dict[str, Any] = {key: raw[key] for key in raw if key in known}
        values |= {"config": config}
        for key in ("lineage", "sources", "notes"):
            values[key] = tuple(str(each) for each in raw.get(key, ()))
        card = Card(**values)
    except FileNotFoundError as error:
        raise PsychoscoreError(
            f"There is no model at {folder}.", "Choose another model or train one."
        ) from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise PsychoscoreError(f"{path} is no valid card: {error}.") from error
    _check_bounds(path, card.config)
    return card


def _check_bounds(path: Path, config: TransformerConfig) -> None:
    for name, (low, high) in _BOUNDS.items():
        value = getattr(config, name)
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise PsychoscoreError(f"{path}: {name} is {value!r}; {low} to {high} is allowed.")
    if config.width % config.heads or config.head_width % 2:
        raise PsychoscoreError(f"{path}: width {config.width} does not fit {config.heads} heads.")
    if config.vocabulary != vocabulary.SIZE:
        raise PsychoscoreError(
            f"{path}: the vocabulary has {config.vocabulary} tokens, not {vocabulary.SIZE}."
        )


def _check_header(path: Path, config: TransformerConfig) -> None:
    """Compare the shapes in the header with the card's, before weights are allocated."""
    size = path.stat().st_size
    with path.open("rb") as file:
        start = file.read(8)
        length = struct.unpack("<Q", start)[0] if len(start) == 8 else 0
        if not 0 < length < min(_HEADER_LIMIT, size):
            raise PsychoscoreError(f"{path} is no safetensors file or is cut off.")
        try:
            header = json.loads(file.read(length))
            found = {key: tuple(value["shape"]) for key, value in header.items() if key[0] != "_"}
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise PsychoscoreError(f"{path} has a damaged header.") from error
    with torch.device("meta"):
        wanted = {key: tuple(t.shape) for key, t in Composer(config).state_dict().items()}
    for key in sorted(wanted.keys() | found.keys()):
        if wanted.get(key) != found.get(key):
            raise PsychoscoreError(
                f"{path}: tensor {key} has shape {found.get(key)}, but the card needs "
                f"{wanted.get(key)}."
            )


def load_model(folder: Path) -> Model:
    """Load a checkpoint folder for composing, in float32 on the CPU.

    Raises:
        PsychoscoreError: card or weights are missing, truncated, of the wrong shape, or no
            safetensors (a pickled file is never executed).
    """
    card = read_card(folder)
    path = folder / "weights.safetensors"
    if not path.is_file():
        raise PsychoscoreError(f"{path} is missing.", "Choose another model or train one.")
    _check_header(path, card.config)
    try:
        weights = load_file(path)
    except (SafetensorError, OSError, ValueError) as error:
        raise PsychoscoreError(f"{path} cannot be read: {error}.") from error
    network = Composer(card.config)
    network.load_state_dict({key: value.float() for key, value in weights.items()})
    network.requires_grad_(False).eval()
    return Model(card, hashlib.sha256(path.read_bytes()).hexdigest()[:16], network)


def save_checkpoint(
    folder: Path, card: Card, weights: dict[str, torch.Tensor], *, dtype: torch.dtype
) -> None:
    """Write weights and card so that a crash leaves the old or the new pair, never a half."""
    folder.mkdir(parents=True, exist_ok=True)
    fresh = {key: value.detach().to(dtype).contiguous() for key, value in weights.items()}
    replace_tensors(folder / "weights.safetensors", fresh)
    part = folder / "card.json.part"
    part.write_text(card_json(card))
    os.replace(part, folder / "card.json")


def replace_tensors(path: Path, tensors: dict[str, torch.Tensor]) -> None:
    """Write tensors beside `path`, then rename: the old file stays whole until the new one is."""
    part = path.with_suffix(".part")
    try:
        save_file(tensors, part)
        with part.open("rb+") as file:
            os.fsync(file.fileno())
        os.replace(part, path)
    except (OSError, SafetensorError) as error:
        part.unlink(missing_ok=True)
        raise PsychoscoreError(f"{path} could not be written: {error}.") from error
