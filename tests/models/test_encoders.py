"""The encoders give unit vectors, and padding changes nothing."""

from __future__ import annotations

import torch

from models.encoders import EncoderConfig, Encoders

CONFIG = EncoderConfig(features=5, width=8, layers=2, embedding=6)


def encoders() -> Encoders:
    torch.manual_seed(1)
    return Encoders(CONFIG).eval()


def test_music_and_profiles_become_unit_vectors() -> None:
    network = encoders()
    music = network.midi(torch.randn(3, 9, 5), torch.ones(3, 9, dtype=torch.bool))
    profiles = network.profile(torch.rand(3, 4))
    assert music.shape == profiles.shape == (3, 6)
    for each in (music, profiles):
        assert torch.allclose(each.norm(dim=1), torch.ones(3), atol=1e-5)


def test_bars_behind_the_mask_count_for_nothing() -> None:
    network, bars = encoders(), torch.randn(2, 8, 5)
    mask = torch.ones(2, 8, dtype=torch.bool)
    padded = torch.cat([bars, torch.full((2, 3, 5), 7.0)], dim=1)
    longer = torch.cat([mask, torch.zeros(2, 3, dtype=torch.bool)], dim=1)
    assert torch.allclose(network.midi(bars, mask), network.midi(padded, longer), atol=1e-6)


def test_music_without_any_bar_is_no_accident() -> None:
    found = encoders().midi(torch.randn(1, 4, 5), torch.zeros(1, 4, dtype=torch.bool))
    assert bool(found.isfinite().all())


def test_a_free_dimension_says_nothing() -> None:
    network = encoders()
    free = torch.tensor([[0.5, torch.nan, 0.2, 0.9]])
    assert bool(network.profile(free).isfinite().all())
    told = torch.tensor([[0.5, 0.3, 0.2, 0.9]])
    assert not torch.allclose(network.profile(free), network.profile(told), atol=1e-4)


def test_the_encoders_stay_small() -> None:
    assert sum(each.numel() for each in Encoders(EncoderConfig()).parameters()) < 1_500_000
