"""Loudness against the standard's own reference tones."""

from __future__ import annotations

import numpy as np
import pytest

from engine.rendering.loudness import RATE, SILENT, LoudnessMeter


def tone(level: float, seconds: float, pitch: float = 997.0) -> np.ndarray:
    """A sine in both channels with a peak of `level` dB below full scale."""
    wave = 10 ** (level / 20) * np.sin(2 * np.pi * pitch * np.arange(int(seconds * RATE)) / RATE)
    return np.stack([wave, wave], axis=1)


def lufs(*pieces: np.ndarray) -> float:
    meter = LoudnessMeter()
    for piece in pieces:
        meter.feed(piece)
    return meter.lufs


def test_a_full_sine_in_one_channel_is_what_the_standard_says() -> None:
    one = tone(0.0, 3)
    one[:, 1] = 0
    assert lufs(one) == pytest.approx(-3.01, abs=0.02)


@pytest.mark.parametrize("level", [-23.0, -33.0, -40.0])
def test_a_stereo_sine_reads_as_its_level(level: float) -> None:
    assert lufs(tone(level, 5)) == pytest.approx(level, abs=0.1)


def test_quiet_parts_and_silence_do_not_count() -> None:
    loud = tone(-23, 8)
    assert lufs(loud, tone(-75, 8), np.zeros((8 * RATE, 2))) == pytest.approx(-23, abs=0.25)
    assert lufs(tone(-36, 4), loud, tone(-36, 4)) == pytest.approx(-23, abs=0.25)


def test_low_tones_weigh_less_and_high_ones_more() -> None:
    low, middle, high = (lufs(tone(-20, 3, pitch)) for pitch in (40.0, 997.0, 8000.0))
    assert low < middle - 3 and high > middle + 2


def test_the_way_it_is_cut_into_pieces_does_not_matter() -> None:
    whole = tone(-20, 3, 440)
    parts = [whole[i : i + 7001] for i in range(0, len(whole), 7001)]
    assert lufs(*parts) == pytest.approx(lufs(whole), abs=1e-9)


def test_silence_and_scraps_have_a_number() -> None:
    assert lufs() == SILENT and lufs(np.zeros((RATE, 2))) == SILENT
    meter = LoudnessMeter()
    meter.feed(tone(-6, 0.1))
    assert meter.lufs < 0 and meter.peak == pytest.approx(10 ** (-6 / 20), abs=1e-3)
