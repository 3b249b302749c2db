"""Checkpoints: weights as safetensors with a readable card beside them. No pickle, ever.

A checkpoint is a folder with `weights.safetensors` and `card.json`. The card's numbers are
bounded and its shapes are compared with the header of the weights before anything is allocated.
It needs torch, numpy and safetensors alone.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

import torch

from engine.composing import vocabulary
from engine.composing.plan import PREFIX, PlanBank
from engine.composing.stepping.backend import Backend, Means
from engine.errors import PsychoscoreError
from engine.files import make_folder, write_atomic
from engine.one_thread import one_thread
from engine.weights import Shapes, Unfilled, load_into, read_tensors, replace_tensors
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
_HIGHEST = {"steps": 1e12, "tokens": 1e15, "minutes": 1e9, "guidance": 10.0}
_HEADER_LIMIT = 10_000_000
_CARD_LIMIT = 1_000_000


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
        sources: kinds of music it was trained on, that of most windows of the last stage first;
            it composes in the manner of that one.
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
    """A checkpoint in memory, ready to compose.

    Args:
        backend: what runs the network in composing; None is torch.
    """

    card: Card
    hash: str
    network: Composer
    plans: PlanBank | None = None
    backend: Backend | None = None

    @property
    def means(self) -> Means:
        """By what means it composes."""
        return Means() if self.backend is None else self.backend.means

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
        with path.open("rb") as file:
            raw = json.loads(file.read(_CARD_LIMIT))
        if raw["format"] != 1 or raw["fields"] != [each.name for each in FIELDS]:
            raise PsychoscoreError(f"{path} belongs to another version of the network.")
        config = TransformerConfig(**raw["config"])
        known = {each.name for each in fields(Card)}
        values: dict[str, Any] = {key: raw[key] for key in raw if key in known}
        values |= {"config": config}
        for key in ("lineage", "sources", "notes"):
            values[key] = tuple(raw.get(key, ()))
        card = Card(**values)
    except FileNotFoundError as error:
        raise PsychoscoreError(
            f"There is no model at {folder}.", "Choose another model or train one."
        ) from error
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise PsychoscoreError(f"{path} is no valid card: {error}.") from error
    _check_values(path, card, raw)
    check_bounds(str(path), card.config)
    return card


def _check_values(path: Path, card: Card, raw: dict[str, Any]) -> None:
    """A card comes from anywhere: every value has the kind and the range that it must have."""

    def need(holds: bool, name: str) -> None:
        if not holds:
            raise PsychoscoreError(f"{path}: {name} has a value that it cannot have.")

    for name in ("name", "licence"):
        need(isinstance(getattr(card, name), str), name)
    for name in ("non_commercial", "provisional"):
        need(isinstance(getattr(card, name), bool), name)
    for name in ("lineage", "sources", "notes"):
        texts = isinstance(raw.get(name, []), list)
        need(texts and all(isinstance(each, str) for each in getattr(card, name)), name)
    for name, highest in _HIGHEST.items():
        need(_is_number(getattr(card, name)) and 0 <= getattr(card, name) <= highest, name)
    metrics = card.metrics
    need(isinstance(metrics, dict) and all(map(_is_number, metrics.values())), "metrics")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e300


def check_bounds(place: str, config: TransformerConfig) -> None:
    """Check the shape of a network that somebody asks for.

    Raises:
        PsychoscoreError: a number is out of its bounds, or two do not fit; it names the place.
    """
    for name, (low, high) in _BOUNDS.items():
        value = getattr(config, name)
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise PsychoscoreError(f"{place}: {name} is {value!r}; {low} to {high} is allowed.")
    if config.width % config.heads or config.head_width % 2:
        raise PsychoscoreError(f"{place}: width {config.width} does not fit {config.heads} heads.")
    if not _is_number(config.rope_base) or not 1 < config.rope_base <= 1e9:
        raise PsychoscoreError(f"{place}: rope_base is {config.rope_base!r}, out of its range.")
    if config.vocabulary != vocabulary.SIZE:
        raise PsychoscoreError(
            f"{place}: the vocabulary has {config.vocabulary} tokens, not {vocabulary.SIZE}."
        )


def _check_shapes(path: Path, config: TransformerConfig, found: Shapes) -> None:
    """Compare the shapes in the header with the card's, before weights are allocated."""
    with Unfilled(shapes=True):
        wanted = {key: tuple(t.shape) for key, t in Composer(config).state_dict().items()}
    # Plans are of any length; the file's own size bounds them.
    plain = {key for key in found if not key.startswith(PREFIX)}
    for key in sorted(wanted.keys() | plain):
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
    weights, digest = read_tensors(
        path, lambda found: _check_shapes(path, card.config, found), _HEADER_LIMIT
    )
    plans = {key: weights.pop(key).numpy() for key in list(weights) if key.startswith(PREFIX)}
    with one_thread():
        with Unfilled():
            network = Composer(card.config)
        load_into(network, weights, path)
    try:
        return Model(card, digest, network, PlanBank.from_arrays(plans))
    except PsychoscoreError as error:
        raise PsychoscoreError(f"{path}: {error.message}") from error


def save_checkpoint(
    folder: Path,
    card: Card,
    weights: dict[str, torch.Tensor],
    plans: PlanBank | None = None,
    *,
    dtype: torch.dtype,
) -> None:
    """Write weights, with the plans among them, and card: a crash leaves old or new, whole."""
    make_folder(folder)
    fresh = {key: value.detach().to(dtype).contiguous() for key, value in weights.items()}
    if plans is not None:
        fresh |= {key: torch.from_numpy(part) for key, part in plans.arrays().items()}
    replace_tensors(folder / "weights.safetensors", fresh)
    write_atomic(folder / "card.json", card_json(card).encode())
