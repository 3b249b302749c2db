"""Rhythms fill their bar, and are as many and as uneven as is asked."""

from __future__ import annotations

from random import Random

import pytest

from engine.data.synthetic.figures import arpeggio, ostinato
from engine.data.synthetic.rhythm import beats, divide, even
from engine.score import METRES, Metre


@pytest.mark.parametrize("metre", METRES, ids=str)
@pytest.mark.parametrize("irregular", [0.0, 0.5, 1.0])
def test_spans_fill_the_bar(metre: Metre, irregular: float) -> None:
    rng = Random(1)
    for attacks in (1.0, 2.0, 3.0, 5.5, 9.0, 16.0, 30.0):
        spans = divide(metre, attacks, irregular, rng)
        assert spans[0][0] == 0 and all(size > 0 for _, size in spans)
        ends = [start + size for start, size in spans]
        assert ends == [*(start for start, _ in spans[1:]), metre.ticks // 40]
        # One cut makes at most three spans, so the number is passed by two at most.
        assert len(spans) <= attacks + 3


@pytest.mark.parametrize("metre", METRES, ids=str)
def test_the_number_of_attacks_is_met_on_average(metre: Metre) -> None:
    rng = Random(2)
    for attacks in (0.4, 1.0, 2.6):
        counts = [len(divide(metre, attacks, 0.3, rng)) for _ in range(300)]
        assert sum(counts) / 300 == pytest.approx(attacks, abs=0.75)


def test_still_rhythms_are_even_and_agitated_ones_are_not() -> None:
    rng = Random(3)

    def kinds(irregular: float) -> float:
        bars = [divide(Metre(), 8, irregular, rng) for _ in range(100)]
        return sum(len({size for _, size in bar}) for bar in bars) / 100

    assert kinds(0.0) == 1.0
    assert kinds(1.0) > 2.2


@pytest.mark.parametrize("metre", METRES, ids=str)
def test_beats_and_even_spans_lie_inside_the_bar(metre: Metre) -> None:
    length = metre.ticks // 40
    assert beats(metre)[0] == 0 and max(beats(metre)) < length
    for attacks in (1, 3, 8, 24):
        spans = even(metre, attacks)
        assert len({size for _, size in spans}) == 1 and sum(spans[-1]) == length


@pytest.mark.parametrize("metre", METRES, ids=str)
def test_an_ostinato_repeats_inside_its_bar(metre: Metre) -> None:
    length, beat = metre.ticks // 40, metre.beat_ticks // 40
    for seed in range(30):
        figure = ostinato(metre, 6.0, 0.5, Random(seed))
        places = {(at, size, what) for at, size, what in figure}
        periods = [each for each in (length // 2, beat) if length % each == 0]
        assert any(
            {(at % period, size, what) for at, size, what in places}
            == {(at, size, what) for at, size, what in places if at < period}
            and len(places) * period == len({p for p in places if p[0] < period}) * length
            for period in periods
        )


def test_an_arpeggio_strikes_one_note_at_a_time() -> None:
    for seed in range(30):
        places = [at for at, _, _ in arpeggio(Metre(6, 8), 8.0, 0.8, Random(seed))]
        assert places == sorted(set(places))
