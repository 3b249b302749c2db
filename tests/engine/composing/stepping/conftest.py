"""A network that is small and yet of a shape that onnxruntime takes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import torch

from models.conditioning import Composer
from tests.engine.tiny import tiny_network


@pytest.fixture(scope="session")
def network() -> Composer:
    return tiny_network(width=64, layers=2, heads=2, hidden=96, context=64)


@pytest.fixture(autouse=True, scope="module")
def one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)
