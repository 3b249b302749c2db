"""Writes the few messages of the ONNX file format that a graph without weights needs.

ONNX is protocol buffers: fields of a number and a wire type, nested by length. Field numbers are
those of `onnx.proto3`, published with the standard (github.com/onnx/onnx). The package `onnx`
would do the same with nine megabytes more in every installation.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

FLOAT, UINT8, INT8, INT32 = 1, 2, 3, 6
_TYPES = {"float32": FLOAT, "uint8": UINT8, "int8": INT8, "int32": INT32}
_IR_VERSION, _OPSET, _EXTENSIONS = 9, 18, "com.microsoft"
_ATTRIBUTE_FLOAT, _ATTRIBUTE_INT, _ATTRIBUTE_STRING = 1, 2, 3

Attribute = int | float | str
Dimension = int | str


def node(
    kind: str,
    inputs: Sequence[str],
    outputs: Sequence[str],
    *,
    extension: bool = False,
    **attributes: Attribute,
) -> bytes:
    """A NodeProto. An input or output that is left out is an empty string.

    Args:
        extension: an operator of onnxruntime's own, not of the standard.
    """
    parts = [_text(1, name) for name in inputs] + [_text(2, name) for name in outputs]
    parts.append(_text(4, kind))
    parts += [_message(5, _attribute(name, value)) for name, value in attributes.items()]
    if extension:
        parts.append(_text(7, _EXTENSIONS))
    return b"".join(parts)


def value(name: str, kind: int, shape: Sequence[Dimension]) -> bytes:
    """A ValueInfoProto: an input or output of the graph; a dimension of any size has a name."""
    dimensions = b"".join(
        _message(1, _text(2, each) if isinstance(each, str) else _number(1, each)) for each in shape
    )
    tensor = _number(1, kind) + _message(2, dimensions)
    return _text(1, name) + _message(2, _message(1, tensor))


def model(
    nodes: Iterable[bytes],
    inputs: Iterable[bytes],
    outputs: Iterable[bytes],
    weights: Mapping[str, npt.NDArray[np.generic]],
) -> bytes:
    """A ModelProto: what a file with the ending .onnx holds."""
    graph = b"".join(
        [
            *(_message(1, each) for each in nodes),
            _text(2, "step"),
            *(_message(5, _tensor(name, array)) for name, array in weights.items()),
            *(_message(11, each) for each in inputs),
            *(_message(12, each) for each in outputs),
        ]
    )
    opsets = [_number(2, _OPSET), _text(1, _EXTENSIONS) + _number(2, 1)]
    return (
        _number(1, _IR_VERSION)
        + _message(7, graph)
        + b"".join(_message(8, each) for each in opsets)
    )


def _tensor(name: str, array: npt.NDArray[np.generic]) -> bytes:
    dimensions = b"".join(_number(1, size) for size in array.shape)
    little = np.ascontiguousarray(array).astype(array.dtype.newbyteorder("<"), copy=False)
    kind = _number(2, _TYPES[array.dtype.name])
    return dimensions + kind + _text(8, name) + _message(9, little.tobytes())


def _attribute(name: str, value: Attribute) -> bytes:
    if isinstance(value, float):
        held, kind = _key(2, 5) + struct.pack("<f", value), _ATTRIBUTE_FLOAT
    elif isinstance(value, int):
        held, kind = _number(3, value), _ATTRIBUTE_INT
    else:
        held, kind = _text(4, value), _ATTRIBUTE_STRING
    return _text(1, name) + held + _number(20, kind)


def _key(field: int, wire: int) -> bytes:
    return _varint(field << 3 | wire)


def _number(field: int, number: int) -> bytes:
    return _key(field, 0) + _varint(number % 2**64)


def _text(field: int, text: str) -> bytes:
    return _message(field, text.encode())


def _message(field: int, held: bytes) -> bytes:
    return _key(field, 2) + _varint(len(held)) + held


def _varint(number: int) -> bytes:
    groups = bytearray()
    while number > 0x7F:
        groups.append(number & 0x7F | 0x80)
        number >>= 7
    groups.append(number)
    return bytes(groups)
