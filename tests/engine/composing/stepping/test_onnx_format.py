"""Files of our own writing are what onnxruntime reads."""

from __future__ import annotations

import numpy as np
import onnxruntime
import pytest

from engine.composing.stepping import onnx_format as onnx


def answer(graph: bytes, **given: np.ndarray) -> list[np.ndarray]:
    return onnxruntime.InferenceSession(graph, providers=["CPUExecutionProvider"]).run(None, given)


def test_a_graph_with_weights_attributes_and_free_dimensions() -> None:
    weight = np.arange(12, dtype=np.float32).reshape(3, 4)
    graph = onnx.model(
        [
            onnx.node("MatMul", ["x", "weight"], ["product"]),
            onnx.node("LeakyRelu", ["product"], ["left"], alpha=0.5),
            onnx.node("QuickGelu", ["left"], ["y"], extension=True, alpha=1.0),
        ],
        [onnx.value("x", onnx.FLOAT, ["rows", 3])],
        [onnx.value("y", onnx.FLOAT, ["rows", 4])],
        {"weight": weight},
    )
    for rows in (1, 200):
        x = np.linspace(-1, 1, rows * 3, dtype=np.float32).reshape(rows, 3)
        product = x @ weight
        left = np.where(product < 0, product / 2, product)
        assert answer(graph, x=x)[0] == pytest.approx(left / (1 + np.exp(-left)), abs=1e-4)


def test_whole_numbers_below_zero_and_large_ones() -> None:
    graph = onnx.model(
        [onnx.node("Concat", ["x", "weight"], ["y"], axis=-1)],
        [onnx.value("x", onnx.INT32, [2, 1])],
        [onnx.value("y", onnx.INT32, [2, 301])],
        {"weight": np.arange(-300, 300, dtype=np.int32).reshape(2, 300)},
    )
    found = answer(graph, x=np.array([[7], [-8]], dtype=np.int32))[0]
    assert found.shape == (2, 301) and found[:, 0].tolist() == [7, -8] and found[1, 1] == 0


def test_words_as_attributes() -> None:
    graph = onnx.model(
        [onnx.node("GridSample", ["x", "grid"], ["y"], mode="nearest", align_corners=1)],
        [onnx.value("x", onnx.FLOAT, [1, 1, 2, 2]), onnx.value("grid", onnx.FLOAT, [1, 1, 1, 2])],
        [onnx.value("y", onnx.FLOAT, [1, 1, 1, 1])],
        {},
    )
    x = np.arange(4, dtype=np.float32).reshape(1, 1, 2, 2)
    corner = np.array([[[[0.9, -0.9]]]], dtype=np.float32)
    assert answer(graph, x=x, grid=corner)[0].item() == 1.0
