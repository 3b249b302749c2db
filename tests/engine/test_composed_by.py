"""What composes on this machine, in words."""

from __future__ import annotations

from engine.composed_by import ComposedBy


def test_it_is_told_in_words() -> None:
    fast = ComposedBy("onnxruntime", "int8", 1, 0.586)
    assert fast.words == (
        "Composes by onnxruntime, 8-bit, 1 thread; up to 1,700 tokens a second on this machine."
    )
    assert ComposedBy("torch", "float32", 2).words == "Composes by torch, 32-bit, 2 threads."
    assert "up to 95 tokens" in ComposedBy("torch", "float32", 1, 10.5).words
