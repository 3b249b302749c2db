"""Outlines: what is loud is seen where it is, at any zoom."""

from __future__ import annotations

import numpy as np
import pytest

from engine.reference_audio.peaks import PER_SECOND, Outline, OutlineMaker


def _made(samples: np.ndarray, rate: int, piece: int, scale: float = 1.0) -> Outline:
    maker = OutlineMaker(rate)
    for start in range(0, len(samples), piece):
        part = samples[start : start + piece].astype(np.float32)
        maker.feed(part, part)
    return maker.finish(scale)


@pytest.mark.parametrize("rate", [8000, 22_050, 44_100, 48_000])
@pytest.mark.parametrize("piece", [1, 37, 10_000])
def test_pieces_make_no_difference(rate: int, piece: int) -> None:
    samples = np.random.default_rng(3).uniform(-1, 1, rate // 7)
    whole, pieces = _made(samples, rate, len(samples)), _made(samples, rate, piece)
    assert whole.to_bytes() == pieces.to_bytes()
    assert whole.seconds == pytest.approx(len(samples) / rate, abs=1 / PER_SECOND)


def test_a_peak_stays_at_its_moment_for_an_hour() -> None:
    rate = 44_100
    samples = np.zeros(rate * 60, dtype=np.float32)
    samples[int(59.5 * rate)] = 0.5
    outline = _made(samples, rate, 100_000)
    spans = outline.spans([0, 59.49, 59.51, 61, 62])
    assert spans[0] == (0.0, 0.0)
    assert spans[1] is not None and spans[1][1] == pytest.approx(0.5, abs=1e-4)
    assert spans[3] is None


def test_narrow_spans_miss_nothing_and_outside_is_nothing() -> None:
    samples = np.zeros(48_000)
    samples[24_000] = -1.0
    outline = _made(samples, 48_000, 48_000)
    edges = np.linspace(0.4, 0.6, 1000).tolist()
    lows = [span[0] for span in outline.spans(edges) if span is not None]
    assert len(lows) == 999 and min(lows) == pytest.approx(-1.0, abs=1e-3)
    assert outline.spans([-2.0, -1.0, 1.5]) == [None, (pytest.approx(-1.0, abs=1e-3), 0.0)]


def test_bytes_and_back() -> None:
    outline = _made(np.linspace(-1, 1, 5000), 8000, 700, scale=0.5)
    assert Outline.from_bytes(outline.to_bytes()).spans([0, 0.3]) == outline.spans([0, 0.3])
    with pytest.raises(ValueError):
        Outline.from_bytes(b"\0\0\0\0\0\0")
