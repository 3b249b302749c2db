"""One step of the network as an ONNX graph, with weights of 8 bits or of 32.

The graph is built from the weights when a model is loaded. What changes from step to step - the
token's embedding with what is told where it enters, scale and shift, the cache - comes in as
inputs that lie in the caller's memory; the new key and value are written into the cache in place.
It knows torch's network and the file format, not onnxruntime.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt
import torch

from engine.composing.stepping import onnx_format as onnx
from models.transformer import Block, Transformer, TransformerConfig

Dtype = Literal["float32", "int8"]
Array = npt.NDArray[np.generic]
# Weights that share one scale. Smaller is finer and slower.
BLOCK = 64
# The scale of inputs is found anew for each row and block; 4 asks for 8-bit products.
_EIGHT_BIT_PRODUCTS = 4
_NORM_EPSILON = float(torch.finfo(torch.float32).eps)


def step_graph(transformer: Transformer, dtype: Dtype) -> bytes:
    """The bytes of the graph.

    Inputs, with b rows: `x` (b, 1, width), `scale0`, `shift0`, ... (b, 1, width), `leaving`
    (b, 1, width), `key0`, `value0`, ... (b, heads, context, head width), `lengths` (b,) and
    `total` (), both int32. Outputs: `logits` (b, 1, vocabulary), `new_key0`, `new_value0`, ...,
    which must lie where `key0`, `value0`, ... lie. `scale` is one more than that of the network.
    """
    return _Builder(transformer, dtype).build()


def products_graph(transformer: Transformer, dtype: Dtype) -> bytes:
    """The bare chain of the same matrix products, each once and none waiting for another.

    Inputs `narrow` (b, 1, width) and `wide` (b, 1, hidden); outputs `product0`, `product1`, ...
    """
    return _Builder(transformer, dtype).build_products()


class _Builder:
    def __init__(self, transformer: Transformer, dtype: Dtype) -> None:
        self._transformer, self._dtype = transformer, dtype
        self._config: TransformerConfig = transformer.config
        self._nodes: list[bytes] = []
        self._weights: dict[str, Array] = {}
        self._inputs: list[bytes] = []
        self._outputs: list[bytes] = []

    def build(self) -> bytes:
        config = self._config
        self._take("x", config.width)
        for name, table in zip(("cosine", "sine"), self._transformer.rotary, strict=True):
            self._weights[name] = table.numpy()
        self._inputs.append(onnx.value("lengths", onnx.INT32, ["b"]))
        self._inputs.append(onnx.value("total", onnx.INT32, []))
        first = self._norm("norm_first", self._block(0).attention_norm)
        self._node("SimplifiedLayerNormalization", ["x", first], "normed0", epsilon=_NORM_EPSILON)
        residual = "x"
        for index in range(config.layers):
            residual = self._layer(index, residual)
        self._linear(f"normed{config.layers}", self._transformer.embedding.weight, "logits")
        self._outputs.append(onnx.value("logits", onnx.FLOAT, ["b", 1, config.vocabulary]))
        return onnx.model(self._nodes, self._inputs, self._outputs, self._weights)

    def build_products(self) -> bytes:
        config = self._config
        self._take("narrow", config.width)
        self._take("wide", config.hidden)
        weights = [self._transformer.embedding.weight]
        for index in range(config.layers):
            block = self._block(index)
            inwards = (block.attention_in.weight, *block.feed_in.weight.chunk(2))
            weights += [*inwards, block.attention_out.weight, block.feed_out.weight]
        for number, weight in enumerate(weights):
            outputs, inputs = weight.shape
            name = f"product{number}"
            self._linear("narrow" if inputs == config.width else "wide", weight, name)
            self._outputs.append(onnx.value(name, onnx.FLOAT, ["b", 1, outputs]))
        return onnx.model(self._nodes, self._inputs, self._outputs, self._weights)

    def _block(self, index: int) -> Block:
        block = self._transformer.blocks[index]
        assert isinstance(block, Block)
        return block

    def _layer(self, i: int, residual: str) -> str:
        """One layer, from `normed{i}` to `normed{i + 1}`; returns the stream that it adds to."""
        block = self._block(i)
        self._take(f"scale{i}", self._config.width)
        self._take(f"shift{i}", self._config.width)
        self._modulate(i, f"normed{i}", f"heard{i}")
        self._linear(f"heard{i}", block.attention_in.weight, f"packed{i}")
        self._attend(i)
        self._linear(f"attended{i}", block.attention_out.weight, f"merged{i}")
        self._add_norm(f"merged{i}", residual, block.feed_norm, f"fed{i}", f"middle{i}")
        self._modulate(i, f"fed{i}", f"food{i}")
        gate, value = block.feed_in.weight.chunk(2)
        self._linear(f"food{i}", gate, f"gate{i}")
        self._linear(f"food{i}", value, f"gated{i}")
        self._node("QuickGelu", [f"gate{i}"], f"silu{i}", extension=True, alpha=1.0)
        self._node("Mul", [f"silu{i}", f"gated{i}"], f"hidden{i}")
        self._linear(f"hidden{i}", block.feed_out.weight, f"out{i}")
        last = i + 1 == self._config.layers
        residual = f"middle{i}"
        if last:
            self._take("leaving", self._config.width)
            self._node("Add", [residual, "leaving"], "left")
            residual = "left"
        following = self._transformer.norm if last else self._block(i + 1).attention_norm
        self._add_norm(f"out{i}", residual, following, f"normed{i + 1}", f"after{i}")
        return f"after{i}"

    def _attend(self, i: int) -> None:
        """Rotate, write key and value into the cache, and attend to all that the row has read."""
        config = self._config
        cache: list[int | str] = ["b", config.heads, config.context, config.head_width]
        for name in (f"key{i}", f"value{i}"):
            self._inputs.append(onnx.value(name, onnx.FLOAT, cache))
            self._outputs.append(onnx.value(f"new_{name}", onnx.FLOAT, cache))
        inputs = [f"packed{i}", "", "", f"key{i}", f"value{i}", "lengths", "total"]
        self._nodes.append(
            onnx.node(
                "GroupQueryAttention",
                [*inputs, "cosine", "sine"],
                [f"attended{i}", f"new_key{i}", f"new_value{i}"],
                extension=True,
                num_heads=config.heads,
                kv_num_heads=config.heads,
                do_rotary=1,
            )
        )

    def _modulate(self, i: int, normed: str, name: str) -> None:
        self._node("Mul", [normed, f"scale{i}"], f"{name}_scaled")
        self._node("Add", [f"{name}_scaled", f"shift{i}"], name)

    def _add_norm(self, x: str, skip: str, norm: torch.nn.Module, normed: str, total: str) -> None:
        self._nodes.append(
            onnx.node(
                "SkipSimplifiedLayerNormalization",
                [x, skip, self._norm(f"norm_{normed}", norm)],
                [normed, "", "", total],
                extension=True,
                epsilon=_NORM_EPSILON,
            )
        )

    def _norm(self, name: str, norm: torch.nn.Module) -> str:
        weight = norm.weight
        assert isinstance(weight, torch.Tensor)
        self._weights[name] = _array(weight)
        return name

    def _linear(self, x: str, weight: torch.Tensor, name: str) -> None:
        outputs, inputs = weight.shape
        kind = f"{name}_weight"
        if self._dtype == "float32":
            self._weights[kind] = _array(weight.T)
            self._node("MatMul", [x, kind], name)
            return
        self._weights[kind], self._weights[f"{kind}_scale"] = eight_bits(_array(weight))
        self._node(
            "MatMulNBits",
            [x, kind, f"{kind}_scale"],
            name,
            extension=True,
            K=inputs,
            N=outputs,
            bits=8,
            block_size=BLOCK,
            accuracy_level=_EIGHT_BIT_PRODUCTS,
        )

    def _take(self, name: str, width: int) -> None:
        self._inputs.append(onnx.value(name, onnx.FLOAT, ["b", 1, width]))

    def _node(
        self,
        kind: str,
        inputs: list[str],
        output: str,
        *,
        extension: bool = False,
        **attributes: onnx.Attribute,
    ) -> None:
        self._nodes.append(onnx.node(kind, inputs, [output], extension=extension, **attributes))


def eight_bits(weight: npt.NDArray[np.float32]) -> tuple[npt.NDArray[np.uint8], Array]:
    """A matrix (n, k) in bytes around 128, (n, blocks, BLOCK), and the scale of each block."""
    rows, columns = weight.shape
    padded = np.pad(weight, ((0, 0), (0, -columns % BLOCK))).reshape(rows, -1, BLOCK)
    scales = np.abs(padded).max(axis=-1) / np.float32(127)
    whole = np.round(padded / np.maximum(scales, np.finfo(np.float32).tiny)[..., None])
    return (whole + 128).astype(np.uint8), scales.astype(np.float32)


def _array(weight: torch.Tensor) -> npt.NDArray[np.float32]:
    array: npt.NDArray[np.float32] = np.ascontiguousarray(weight.detach().float().numpy())
    return array
