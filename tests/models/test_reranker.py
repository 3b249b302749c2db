"""The reranker begins neutral and hears only the bars that are there."""

from __future__ import annotations

import torch

from models.reranker import Reranker, RerankerConfig, summary


def test_an_unfitted_reranker_is_neutral() -> None:
    network = Reranker(RerankerConfig(features=3, width=4))
    found = network(torch.randn(2, 5, 3), torch.ones(2, 5, dtype=torch.bool))
    assert torch.equal(found, torch.full((2, 4), 0.5))


def test_a_summary_is_mean_and_spread_of_the_bars_that_are_there() -> None:
    bars = torch.tensor([[[1.0], [3.0], [100.0]]])
    found = summary(bars, torch.tensor([[True, True, False]]))
    assert torch.allclose(found, torch.tensor([[2.0, 1.0]]))
