"""Checkpoints of the small networks that listen: the encoders and the reranker.

A folder with `weights.safetensors` and a readable `card.json`, as the composer's. The card's
numbers are bounded and its shapes compared with the header before anything is allocated.
Needs torch, numpy and safetensors alone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from types import MappingProxyType
from typing import Any

import torch
from torch import nn

from engine.composing.bar_features import FEATURES
from engine.errors import PsychoscoreError
from engine.files import make_folder, write_atomic
from engine.one_thread import one_thread
from engine.weights import Shapes, Unfilled, load_into, read_tensors, replace_tensors
from models.encoders import EncoderConfig, Encoders
from models.reranker import Reranker, RerankerConfig

Shape = EncoderConfig | RerankerConfig
_FORMAT = 1
_LIMIT = 1_000_000
_HIGHEST = 4096
_NETWORKS: Mapping[str, tuple[type[Any], type[Any]]] = MappingProxyType(
    {"encoders": (EncoderConfig, Encoders), "reranker": (RerankerConfig, Reranker)}
)


@dataclass(frozen=True, slots=True)
class ListenerCard:
    """What such a checkpoint says of itself.

    Args:
        kind: `encoders` or `reranker`.
        config: shape of the network.
        lineage: every data set and file used in making it, with licence.
        non_commercial: one of them forbids commercial use.
        licence: licence of the weights.
        steps, minutes: how much it was trained.
        metrics: measured numbers by name.
        notes: sentences for the reader.
    """

    kind: str
    name: str
    config: Shape
    lineage: tuple[str, ...] = ()
    non_commercial: bool = False
    licence: str = "MIT"
    steps: int = 0
    minutes: float = 0.0
    metrics: dict[str, float] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Listener:
    """A checkpoint in memory, ready to listen."""

    card: ListenerCard
    hash: str
    network: nn.Module


def check_shape(place: str, config: Shape) -> None:
    """Check the shape of a network that somebody asks for.

    Raises:
        PsychoscoreError: a number is out of its bounds; it names the place.
    """
    for each in fields(config):
        value = getattr(config, each.name)
        if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= _HIGHEST:
            raise PsychoscoreError(
                f"{place}: {each.name} is {value!r}; 1 to {_HIGHEST} is allowed."
            )
    if config.features != len(FEATURES):
        raise PsychoscoreError(
            f"{place}: features is {config.features}, but a bar has {len(FEATURES)}."
        )


def save_listener(folder: Path, card: ListenerCard, weights: Mapping[str, torch.Tensor]) -> None:
    """Write weights (float32) and card: a crash leaves the old or the new of each file, whole."""
    make_folder(folder)
    plain = {key: value.detach().float().contiguous() for key, value in weights.items()}
    replace_tensors(folder / "weights.safetensors", plain)
    text = json.dumps({"format": _FORMAT, "features": list(FEATURES)} | asdict(card), indent=1)
    write_atomic(folder / "card.json", (text + "\n").encode())


def read_listener_card(folder: Path) -> ListenerCard:
    """Read and check a card.

    Raises:
        PsychoscoreError: it is missing, not JSON, of another version, or says impossible things.
    """
    path = folder / "card.json"
    try:
        with path.open("rb") as file:
            raw = json.loads(file.read(_LIMIT))
        if raw["format"] != _FORMAT or raw["features"] != list(FEATURES):
            raise PsychoscoreError(f"{path} belongs to another version.", "Train it again.")
        shape, _ = _NETWORKS[raw["kind"]]
        known = {each.name for each in fields(ListenerCard)}
        values: dict[str, Any] = {key: raw[key] for key in raw if key in known}
        values["config"] = shape(**raw["config"])
        for key in ("lineage", "notes"):
            values[key] = tuple(str(each) for each in raw.get(key, ()))
        values["metrics"] = {str(k): float(v) for k, v in raw.get("metrics", {}).items()}
        card = ListenerCard(**values)
        sound = isinstance(card.non_commercial, bool) and isinstance(card.name, str)
    except FileNotFoundError as error:
        raise PsychoscoreError(f"There is no network at {folder}.") from error
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise PsychoscoreError(f"{path} is no valid card: {error}.") from error
    if not sound or not isinstance(card.licence, str):
        raise PsychoscoreError(f"{path} has a value that it cannot have.")
    check_shape(str(path), card.config)
    return card


def load_listener(folder: Path, kind: str) -> Listener:
    """Load a checkpoint folder, in float32 on the CPU.

    Raises:
        PsychoscoreError: card or weights are missing, cut off, of the wrong kind or shape, or no
            safetensors (a pickled file is never executed).
    """
    card = read_listener_card(folder)
    path = folder / "weights.safetensors"
    if card.kind != kind:
        raise PsychoscoreError(f"{folder} holds {card.kind}, not {kind}.")
    build = _NETWORKS[kind][1]
    with Unfilled(shapes=True):
        wanted = {key: tuple(t.shape) for key, t in build(card.config).state_dict().items()}

    def check(found: Shapes) -> None:
        if found != wanted:
            raise PsychoscoreError(f"{path} has other shapes than its card says.")

    weights, digest = read_tensors(path, check, _LIMIT)
    with one_thread():
        with Unfilled():
            network: nn.Module = build(card.config)
        load_into(network, weights, path)
    return Listener(card, digest, network)
