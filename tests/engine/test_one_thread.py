"""One thread within, those from before after it, even where something breaks."""

from __future__ import annotations

import pytest
import torch

from engine.one_thread import one_thread


def test_the_number_from_before_comes_back() -> None:
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        with pytest.raises(ValueError), one_thread():
            assert torch.get_num_threads() == 1
            raise ValueError
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)
