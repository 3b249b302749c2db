"""What a training run is told. Strict: an unknown or impossible value is an error.

Frozen dataclasses and no library beyond torch, numpy and safetensors, so that a bare machine
can train.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, fields, is_dataclass, replace
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

from engine.checkpoint import check_bounds
from engine.errors import PsychoscoreError
from engine.training.windows import Dropout
from models.transformer import TransformerConfig

Config = TypeVar("Config")
DEVICES = ("auto", "cpu", "cuda", "mps")
PREVIOUS = "previous"
_SHARED = ("network", "device", "verdict")
_MOST_STEPS = 10_000_000


@dataclass(frozen=True, slots=True)
class TrainingConfig:
    """One stage of training, or a chain of them.

    Args:
        name: name of the checkpoint that is made.
        data: folders of shards.
        weights: share of windows from each source.
        shares: share of windows from each folder of `data`; where there are any, windows are
            drawn by them and `weights` only says which source the run is about.
        start_from: checkpoint folder to start from, or None for fresh weights.
        steps: optimiser steps.
        minutes: stop after this much time even if steps remain (0: no limit).
        batch: windows a step; `context` tokens each.
        learning_rate: of Muon's matrices; AdamW's parameters take `adam_rate`, those of the
            conditioner `condition_rate`: it starts at zero and has the shortest time to learn.
        decay: share of the run, at its end, over which the rate falls to zero.
        evaluate_every, save_every: in steps.
        seed: chooses windows, dropout and initial weights.
        threads: of torch; 0 for all cores minus one.
        compile: fuse the network's operations; needs a C++ compiler, pays off in long runs.
        device: `auto` (a GPU where there is one), `cpu`, `cuda` or `mps`.
        verdict: at the end, compare the new model with the one before by so many clips at each
            place of each slider (0: no comparison).
        stages: the links of a chain, each with settings of its own, starting from the averaged
            weights of the one before with fresh optimisers. `steps` and `minutes` of the whole
            are then the sums of theirs, `data` and `weights` hold what any of them names.
    """

    name: str = "untitled"
    data: tuple[str, ...] = ()
    weights: dict[str, float] = field(default_factory=lambda: {"pop909": 1.0})
    shares: dict[str, float] = field(default_factory=dict)
    start_from: str | None = None
    steps: int = 1000
    minutes: float = 0.0
    batch: int = 8
    context: int = 1024
    learning_rate: float = 0.01
    adam_rate: float = 0.002
    condition_rate: float = 0.005
    optimiser: str = "muon"
    weight_decay: float = 0.01
    warmup: int = 50
    decay: float = 0.0
    ema: float = 0.995
    infill: float = 0.3
    evaluate_every: int = 200
    evaluate_windows: int = 24
    save_every: int = 100
    seed: int = 1
    threads: int = 0
    compile: bool = False
    verdict: int = 0
    device: str = "auto"
    dropout: Dropout = field(default_factory=Dropout)
    network: TransformerConfig = field(default_factory=TransformerConfig)
    stages: tuple[TrainingConfig, ...] = ()

    def __post_init__(self) -> None:
        def need(holds: bool, sentence: str) -> None:
            if not holds:
                raise PsychoscoreError(f"Training settings: {sentence}.")

        need(len(self.data) > 0, "data must name at least one folder of shards")
        shares = list(self.weights.values())
        need(any(w > 0 for w in shares), "weights must give a source a share")
        need(all(0 <= w <= 1e6 for w in shares), "weights must lie between 0 and 1 000 000")
        unknown = [name for name in self.shares if name not in self.data]
        need(not unknown, f"shares name {', '.join(unknown)}, which data does not")
        own = list(self.shares.values())
        need(not own or any(w > 0 for w in own), "shares must give a folder a share")
        need(all(0 <= w <= 1e6 for w in own), "shares must lie between 0 and 1 000 000")
        need(1 <= self.steps <= _MOST_STEPS, "steps must lie between 1 and 10 000 000")
        need(1 <= self.batch <= 1024, "batch must lie between 1 and 1024")
        need(32 <= self.context <= self.network.context, "context must fit the network's")
        need(0 < self.learning_rate <= 1, "learning_rate must lie above 0 and up to 1")
        need(0 < self.adam_rate <= 1, "adam_rate must lie above 0 and up to 1")
        need(0 < self.condition_rate <= 1, "condition_rate must lie above 0 and up to 1")
        need(self.optimiser in ("muon", "adamw"), "optimiser must be muon or adamw")
        need(0 <= self.decay <= 1, "decay must lie between 0 and 1")
        need(0 <= self.infill <= 1, "infill must lie between 0 and 1")
        need(0 <= self.ema < 1, "ema must lie between 0 and 1")
        need(self.save_every >= 1 and self.evaluate_every >= 1, "intervals must be at least 1")
        need(0 <= self.weight_decay <= 10, "weight_decay must lie between 0 and 10")
        need(0 <= self.threads <= 1024, "threads must lie between 0 and 1024")
        need(0 <= self.verdict <= 100, "verdict must lie between 0 and 100")
        need(self.device in DEVICES, f"device must be one of {', '.join(DEVICES)}")
        need(self.start_from != PREVIOUS, f"only a later stage can start from {PREVIOUS!r}")
        need(len(self.stages) <= 100, "a chain has at most 100 stages")
        for stage in self.stages:
            need(
                stage.start_from is None and not stage.stages, "a chain has one start and no chains"
            )
            for name in _SHARED:
                same = getattr(stage, name) == getattr(self, name)
                need(same, f"{name} is the same in all stages")
        for name in ("minutes", "seed", "warmup", "evaluate_windows"):
            need(0 <= getattr(self, name) < 2**31, f"{name} must not be negative nor beyond 2^31")
        for name, share in asdict(self.dropout).items():
            need(0 <= share <= 1, f"dropout: {name} must lie between 0 and 1")
        check_bounds("Training settings: network", self.network)

    @property
    def chain(self) -> tuple[TrainingConfig, ...]:
        """The stages in their order; a run that names none is one itself."""
        return self.stages or (self,)

    def found(self, folder: Callable[[str], str]) -> TrainingConfig:
        """With each data folder replaced by what is found for it."""
        stages = tuple(each.found(folder) for each in self.stages)
        shares = {folder(name): share for name, share in self.shares.items()}
        return replace(self, data=tuple(map(folder, self.data)), shares=shares, stages=stages)

    def started(self, start: str, network: TransformerConfig) -> TrainingConfig:
        """With a checkpoint to start from, which gives its network."""

        def fitted(config: TrainingConfig, **changes: Any) -> TrainingConfig:
            context = min(config.context, network.context)
            return replace(config, network=network, context=context, **changes)

        return fitted(self, start_from=start, stages=tuple(map(fitted, self.stages)))

    def rate(self, step: int, minutes: float = 0.0) -> float:
        """Share of the learning rate at a step (from 0): warm-up, constant, decay.

        Where `minutes` limits the run, the decay ends with whichever limit is nearer.
        """
        warm = min(1.0, (step + 1) / max(self.warmup, 1))
        left = 1.0 - step / self.steps
        if self.minutes:
            left = min(left, 1.0 - minutes / self.minutes)
        return warm * (min(1.0, max(left, 0.0) / self.decay) if self.decay else 1.0)


def parse_config(raw: object, place: str = "configuration") -> TrainingConfig:
    """Build a configuration from parsed YAML or JSON.

    Raises:
        PsychoscoreError: an unknown key (with the nearest known one) or a value of a wrong kind.
    """
    if not isinstance(raw, dict) or "stages" not in raw:
        return build_strict(TrainingConfig, raw, place)
    told = dict(raw)
    stages = told.pop("stages")
    if not isinstance(stages, list | tuple) or not all(isinstance(each, dict) for each in stages):
        raise PsychoscoreError(f"{place}: stages must be a list of settings.")
    if not stages:
        return build_strict(TrainingConfig, told, place)
    chain = tuple(_stage(told, each, index, place) for index, each in enumerate(stages))
    whole = told | {
        "data": list(dict.fromkeys(name for each in chain for name in each.data)),
        "weights": _widest([each.weights for each in chain]),
        "steps": min(sum(each.steps for each in chain), _MOST_STEPS),
        "minutes": sum(each.minutes for each in chain) if all(e.minutes for e in chain) else 0.0,
    }
    return replace(build_strict(TrainingConfig, whole, place), stages=chain)


def _stage(whole: dict[str, Any], raw: dict[str, Any], index: int, place: str) -> TrainingConfig:
    """One link of a chain: what is told of the whole, and what is told of it."""
    place = f"{place}: stage {index + 1}"
    told = dict(raw)
    if told.pop("stages", None):
        raise PsychoscoreError(f"{place} cannot have stages of its own.")
    if told.pop("start_from", None) not in (None, PREVIOUS if index else None):
        raise PsychoscoreError(
            f"{place} cannot name what it starts from.", "The first stage starts as the whole does."
        )
    seed = whole.get("seed", next(e.default for e in fields(TrainingConfig) if e.name == "seed"))
    # Another seed in each, or a later stage would see the windows of the first again.
    seeded = {"seed": seed + index} if isinstance(seed, int) else {}
    merged = whole | seeded | told | {"start_from": None}
    for name in ("dropout", "network"):
        parts = (whole.get(name, {}), told.get(name, {}))
        if all(isinstance(part, dict) for part in parts):
            merged[name] = parts[0] | parts[1]
    return build_strict(TrainingConfig, merged, place)


def _widest(weights: list[dict[str, float]]) -> dict[str, float]:
    """Each source with the largest of its shares."""
    names = dict.fromkeys(name for each in weights for name in each)
    return {name: max(each.get(name, 0.0) for each in weights) for name in names}


def build_strict(kind: type[Config], raw: object, place: str) -> Config:
    """A configuration of a kind from plain values.

    Raises:
        PsychoscoreError: an unknown key (with the nearest known one) or a value of a wrong kind.
    """
    if not isinstance(raw, dict):
        raise PsychoscoreError(f"{place} must be a mapping of names to values.")
    known = {each.name for each in fields(kind)}  # type: ignore[arg-type]
    hints = get_type_hints(kind)
    values: dict[str, Any] = {}
    for key, value in raw.items():
        if key not in known:
            near = difflib.get_close_matches(str(key), known, 1)
            hint = f"Did you mean {near[0]}?" if near else ""
            raise PsychoscoreError(f"{place}: unknown key {key!r}.", hint)
        values[key] = _value(hints[key], value, f"{place}: {key}")
    return kind(**values)


def _value(hint: Any, value: object, place: str) -> object:
    if is_dataclass(hint) and isinstance(hint, type):
        return build_strict(hint, value, place)
    text = str(hint)
    wanted = value
    if text.startswith("tuple"):
        if not isinstance(value, list | tuple) or not all(isinstance(v, str) for v in value):
            raise PsychoscoreError(f"{place} must be a list of texts.")
        wanted = tuple(value)
    elif text.startswith("dict"):
        if not isinstance(value, dict) or not all(_is_number(v) for v in value.values()):
            raise PsychoscoreError(f"{place} must map names to numbers.")
    elif hint is float:
        if not _is_number(value):
            raise PsychoscoreError(f"{place} must be a number, not {value!r}.")
        wanted = float(value)  # type: ignore[arg-type]
    elif hint is bool:
        if not isinstance(value, bool):
            raise PsychoscoreError(f"{place} must be true or false, not {value!r}.")
    elif hint is int:
        if not isinstance(value, int) or isinstance(value, bool):
            raise PsychoscoreError(f"{place} must be a whole number, not {value!r}.")
    elif not (isinstance(value, str) or (value is None and "None" in text)):
        raise PsychoscoreError(f"{place} must be a text, not {value!r}.")
    return wanted


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value == value


def read_config(path: Path) -> TrainingConfig:
    """Read a YAML (or JSON) file; relative data folders count from the file's own folder.

    Raises:
        PsychoscoreError: it cannot be read, or says something unknown or impossible.
    """
    config = parse_config(read_yaml(path), str(path))
    return config.found(lambda name: data_beside(path, (name,))[0])


def read_yaml(path: Path) -> object:
    """The plain values of a YAML (or JSON) file.

    Raises:
        PsychoscoreError: it cannot be read.
    """
    import yaml

    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise PsychoscoreError(f"{path} cannot be read: {error}.") from error


def data_beside(path: Path, names: tuple[str, ...]) -> tuple[str, ...]:
    """Data folders as a file names them: those that lie beside it by their whole path."""
    folders = ((name, path.parent / name) for name in names)
    return tuple(str(folder.resolve()) if folder.is_dir() else name for name, folder in folders)
