"""Tensors in safetensors files: read only when their shapes are those that are expected.

It knows neither networks nor cards. No pickle, ever. Needs torch and safetensors alone.
"""

from __future__ import annotations

import hashlib
import json
import os
import struct
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import nn
from torch.overrides import TorchFunctionMode

from engine.errors import PsychoscoreError

Shapes = Mapping[str, tuple[int, ...]]


class Unfilled(TorchFunctionMode):
    """Networks made within it get no first weights, because a file gives them theirs.

    Torch's own context for the `meta` device imports its compiler at the first random number,
    which takes longer than to read a whole model.

    Args:
        shapes: weights have shapes alone and no memory.
    """

    def __init__(self, *, shapes: bool = False) -> None:
        super().__init__()
        self._shapes = shapes

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        if getattr(func, "__module__", "") == "torch.nn.init":
            return kwargs["tensor"] if "tensor" in kwargs else args[0]
        if func is torch.empty and self._shapes:
            kwargs = kwargs | {"device": "meta"}
        return func(*args, **kwargs)


def read_tensors(
    path: Path, check: Callable[[Shapes], None], header_limit: int
) -> tuple[dict[str, torch.Tensor], str]:
    """The tensors of a file by name, and the first 16 digits of its sha256.

    Args:
        check: is given the shapes in the header before anything is allocated, and raises where
            they are not those that are wanted.
        header_limit: bytes that the header stays below.

    Raises:
        PsychoscoreError: the file is cut off, damaged or no safetensors (a pickled file is never
            executed), or `check` refuses it.
    """
    try:
        check(_shapes(path, header_limit))
        return load_file(path), hashlib.sha256(path.read_bytes()).hexdigest()[:16]
    except (SafetensorError, OSError, ValueError) as error:
        raise PsychoscoreError(f"{path} cannot be read: {error}.") from error


def _shapes(path: Path, limit: int) -> Shapes:
    size = path.stat().st_size
    with path.open("rb") as file:
        start = file.read(8)
        length = struct.unpack("<Q", start)[0] if len(start) == 8 else 0
        if not 0 < length < min(limit, size):
            raise PsychoscoreError(f"{path} is no safetensors file or is cut off.")
        try:
            header = json.loads(file.read(length))
            header.pop("__metadata__", None)
            return {key: tuple(value["shape"]) for key, value in header.items()}
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise PsychoscoreError(f"{path} has a damaged header.") from error


def load_into(network: nn.Module, weights: Mapping[str, torch.Tensor], path: Path) -> None:
    """Give a network its weights, in float32, ready for use.

    Raises:
        PsychoscoreError: a tensor holds values that are no numbers; `path` is where it came from.
    """
    for key, tensor in weights.items():
        if not tensor.is_floating_point() or not bool(tensor.isfinite().all()):
            raise PsychoscoreError(f"{path}: tensor {key} holds values that are no numbers.")
    network.load_state_dict({key: value.float() for key, value in weights.items()})
    network.requires_grad_(False).eval()


def replace_tensors(path: Path, tensors: dict[str, torch.Tensor]) -> None:
    """Write tensors beside `path`, then rename: the old file stays whole until the new one is.

    Raises:
        PsychoscoreError: they could not be written.
    """
    part = path.with_suffix(".part")
    try:
        save_file(tensors, part)
        with part.open("rb+") as file:
            os.fsync(file.fileno())
        os.replace(part, path)
    except (OSError, SafetensorError) as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise PsychoscoreError(f"{path} could not be written: {error}.") from error
