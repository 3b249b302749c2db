"""Steps by onnxruntime: the graph of one step, with the cache and all inputs bound in place.

A step of a small network costs torch more in calling its operations than in the operations
themselves; onnxruntime calls a whole graph at once and multiplies in 8 bits. Whole prompts are
read by torch in float32, into the same cache.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from engine.composing.stepping.backend import Film, Logits, Means, Steps
from engine.composing.stepping.eager import read_prompt
from engine.composing.stepping.onnx_graph import Dtype, products_graph, step_graph
from engine.errors import PsychoscoreError
from models.conditioning import Composer
from models.transformer import Cache

NAME = "onnxruntime"
_QUIET = 4


class OnnxBackend:
    """A network compiled for onnxruntime on the CPU.

    Args:
        network: in evaluation mode; its weights are copied.
        dtype: of the weights and products.
        threads: that one step may use.

    Raises:
        PsychoscoreError: onnxruntime is not installed, or cannot run this network.
    """

    def __init__(self, network: Composer, dtype: Dtype, threads: int = 1) -> None:
        self.means = Means(NAME, dtype, threads)
        self._network, self._dtype = network, dtype
        try:
            runtime = importlib.import_module(NAME)
        except ImportError as error:
            raise PsychoscoreError(f"{NAME} cannot be loaded: {error}.") from error
        try:
            self._session = _session(runtime, step_graph(network.transformer, dtype), threads)
            self.open(1).step([0], [0])
        except Exception as error:  # the edge of a foreign library, whose errors share no root
            raise PsychoscoreError(f"{NAME} cannot run this network: {error}") from error

    def open(self, rows: int) -> Steps:
        """Steps of a batch that has read nothing."""
        return OnnxSteps(self._network, self._session, rows)

    def products(self) -> Callable[[], object]:
        """The bare matrix products of one step of one row."""
        runtime = importlib.import_module(NAME)
        config, means = self._network.config, self.means
        graph = products_graph(self._network.transformer, self._dtype)
        session = _session(runtime, graph, means.threads)
        binding = session.io_binding()
        for name, size in (("narrow", config.width), ("wide", config.hidden)):
            held = np.random.default_rng(0).standard_normal((1, 1, size)).astype(np.float32)
            binding.bind_cpu_input(name, held)
        for output in session.get_outputs():
            binding.bind_output(output.name, "cpu")
        return lambda: session.run_with_iobinding(binding)


def _session(runtime: Any, graph: bytes, threads: int) -> Any:
    # Its builds for Windows report how they are used unless told not to.
    runtime.disable_telemetry_events()
    options = runtime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = _QUIET
    # A thread that spins while it waits takes its core from the player and the window.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return runtime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])


class OnnxSteps:
    """What the rows of a batch have read; every buffer of a step is allocated once."""

    def __init__(self, network: Composer, session: Any, rows: int) -> None:
        self._network, self._session = network, session
        config = network.config
        transformer = network.transformer
        self._embedding = transformer.embedding.weight.detach().numpy()
        self._holes = transformer.hole_embedding.weight.detach().numpy()
        self._cache = Cache.allocate(config, rows)
        self._film = np.zeros((config.layers + 1, 2, rows, 1, config.width), dtype=np.float32)
        self._entering = np.zeros((rows, config.width), dtype=np.float32)
        self._bind(rows)

    def _bind(self, rows: int) -> None:
        """Tell onnxruntime where each input and output lies."""
        config = self._network.config
        self._x = np.zeros((rows, 1, config.width), dtype=np.float32)
        self._lengths = np.zeros(rows, dtype=np.int32)
        self._total = np.zeros((), dtype=np.int32)
        self._logits = np.zeros((rows, 1, config.vocabulary), dtype=np.float32)
        self._binding = self._session.io_binding()
        self._bind_input("x", self._x)
        self._bind_input("lengths", self._lengths)
        self._bind_input("total", self._total)
        self._bind_input("leaving", self._film[-1, 1])
        self._bind_output("logits", self._logits)
        memory = self._cache.memory.numpy()
        for layer in range(config.layers):
            self._bind_input(f"scale{layer}", self._film[layer, 0])
            self._bind_input(f"shift{layer}", self._film[layer, 1])
            for name, array in zip(("key", "value"), memory[layer], strict=True):
                self._bind_input(f"{name}{layer}", array)
                self._bind_output(f"new_{name}{layer}", array)

    def _bind_input(self, name: str, array: npt.NDArray[np.generic]) -> None:
        place = array.ctypes.data
        self._binding.bind_input(name, "cpu", 0, array.dtype.type, array.shape, place)

    def _bind_output(self, name: str, array: npt.NDArray[np.generic]) -> None:
        place = array.ctypes.data
        self._binding.bind_output(name, "cpu", 0, array.dtype.type, array.shape, place)

    def read(
        self,
        place: int,
        tokens: Sequence[int],
        bars: Sequence[int],
        holes: Sequence[int],
        film: Film,
    ) -> Logits:
        """Read a row from its beginning; returns the logits after the last token."""
        transformer = self._network.transformer
        return read_prompt(transformer, self._cache, place, tokens, bars, holes, film)

    def tell(self, place: int, film: Film, hole: int) -> None:
        """What a row is told at its next tokens."""
        self._film[:, :, place, 0] = film
        self._film[:-1, 0, place] += 1.0
        self._entering[place] = film[-1, 0] + self._holes[hole]

    def step(self, tokens: Sequence[int], lengths: Sequence[int]) -> Logits:
        """Read one token of each row; returns (rows, vocabulary), valid until the next step."""
        np.add(self._embedding[tokens], self._entering, out=self._x[:, 0])
        self._lengths[:] = lengths
        self._total[()] = max(lengths) + 1
        self._session.run_with_iobinding(self._binding)
        return self._logits[:, 0]

    @torch.inference_mode()
    def forget(self, place: int, start: int, length: int) -> None:
        """Drop what a row read from its second token up to `start`."""
        self._cache.forget(place, start, length, self._network.transformer.rotary)

    def keep(self, places: Sequence[int]) -> None:
        """Give up all rows but these."""
        kept = list(places)
        self._cache = Cache(self._cache.memory[:, :, torch.tensor(kept)])
        self._film = np.ascontiguousarray(self._film[:, :, kept])
        self._entering = self._entering[kept]
        self._bind(len(kept))
