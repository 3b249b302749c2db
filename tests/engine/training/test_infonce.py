"""The loss of the encoders: graded positives, mined negatives, nothing inside the radius."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import normalize

from engine.training.infonce import Contrast, compare

SCALE = torch.tensor(10.0)


def on_circle(angles: list[float]) -> Tensor:
    turned = torch.tensor(angles)
    return torch.stack([turned.cos(), turned.sin()], dim=1)


def apart(values: list[float]) -> Tensor:
    placed = torch.tensor(values)
    return (placed[:, None] - placed[None]).abs()


def test_order_in_the_space_lowers_the_loss() -> None:
    distances = apart([0.0, 0.3, 0.6, 0.9])
    right, wrong = on_circle([0.0, 1.0, 2.0, 3.0]), on_circle([0.0, 3.0, 1.0, 2.0])
    contrast = Contrast(weight=1.0)
    good = compare(right, right, distances, SCALE, contrast).loss
    assert good < compare(wrong, wrong, distances, SCALE, contrast).loss


def test_near_identical_profiles_are_never_mined() -> None:
    distances = apart([0.0, 0.05, 0.1])
    found = compare(*[on_circle([0.0, 0.0, 0.0])] * 2, distances, SCALE, Contrast(radius=0.15))
    assert found.mined == 0.0


def test_what_is_wrongly_near_is_mined_and_weighs_more() -> None:
    distances = apart([0.0, 0.9, 1.0])
    place = on_circle([0.0, 0.05, 3.0])
    light = compare(place, place, distances, SCALE, Contrast(weight=1.0))
    heavy = compare(place, place, distances, SCALE, Contrast(weight=4.0))
    # Of four pairs outside the radius (0-1, 0-2 and back) two are as near as a positive.
    assert light.mined == heavy.mined == 0.5
    assert heavy.loss > light.loss


def test_what_is_not_allowed_says_nothing() -> None:
    generator = torch.Generator().manual_seed(1)
    place = normalize(torch.randn(4, 3, generator=generator), dim=1).requires_grad_()
    distances = apart([0.0, 0.2, 0.5, 0.9])
    allowed = ~torch.eye(4, dtype=torch.bool)
    loss = compare(place, place, distances, SCALE, Contrast(), allowed).loss
    torch.autograd.backward([loss])
    assert place.grad is not None and bool(place.grad.isfinite().all())
    changed = distances + torch.eye(4)
    assert torch.equal(loss, compare(place, place, changed, SCALE, Contrast(), allowed).loss)


def test_the_ideal_space_is_stationary() -> None:
    # Where scaled cosines follow the kernel exactly, the cross entropy is the entropy itself.
    distances = apart([0.0, 0.2, 0.5])
    wanted = (-0.5 * (distances / 0.25).square()).softmax(dim=1)
    cosines = (wanted.log() / 10.0).requires_grad_()
    loss = compare(cosines, torch.eye(3), distances, SCALE, Contrast(weight=1.0)).loss
    torch.autograd.backward([loss])
    assert cosines.grad is not None and float(cosines.grad.abs().max()) < 1e-6
