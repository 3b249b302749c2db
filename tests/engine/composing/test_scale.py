"""The scale lean: which pitches weigh less, and when it is silent."""

from __future__ import annotations

import numpy as np
import pytest

from engine.composing import vocabulary as v
from engine.composing.sampling import probabilities
from engine.composing.scale import scale_lean
from engine.score import Mode


@pytest.mark.parametrize(
    ("mode", "outside"), [("major", (1, 3, 6, 8, 10)), ("minor", (1, 4, 6, 9))]
)
def test_notes_outside_the_scale_weigh_less(mode: Mode, outside: tuple[int, ...]) -> None:
    bias = scale_lean(mode, 0.0, 2.0)
    assert bias is not None
    lighter = {(v.LOWEST_PITCH + i) % 12 for i in range(v.PITCH.size) if bias[v.PITCH.start + i]}
    assert lighter == set(outside)
    others = np.delete(bias, np.arange(v.PITCH.start, v.PITCH.stop))
    assert not others.any() and bias.min() == -2.0


def test_it_is_silent_where_the_music_is_estranged_or_has_no_mode() -> None:
    assert scale_lean("minor", 0.6, 2.0) is None
    assert scale_lean(None, 0.0, 2.0) is None
    assert scale_lean("minor", 0.0, 0.0) is None


def test_it_leans_and_does_not_forbid() -> None:
    logits = np.zeros(v.SIZE, dtype=np.float32)
    allowed = np.zeros(v.SIZE, dtype=bool)
    inside, outside = (v.PITCH.start + degree - v.LOWEST_PITCH + 60 for degree in (3, 4))
    allowed[[inside, outside]] = True
    weights = probabilities(logits, 0.7, allowed, 1.0, scale_lean("minor", 0.0, 2.0))
    assert weights[outside] / weights[inside] == pytest.approx(np.exp(-2.0))
