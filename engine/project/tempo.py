"""From tempo marks on bars to a tempo map in ticks.

The player and MIDI files know steps only; a ramp becomes one step a quarter note, a fermata
becomes a slower stretch.
"""

from __future__ import annotations

from collections.abc import Sequence

from engine.project.cue_marks import Fermata, TempoMark
from engine.score import TICKS_PER_QUARTER, Metre, TempoMap, bar_starts, tick_of_bar

SLOWEST, FASTEST = 4.0, 1000.0


def tempo_map(
    marks: Sequence[TempoMark], fermatas: Sequence[Fermata], metres: Sequence[Metre]
) -> TempoMap:
    """The steps that marks and fermatas make over bars with these metres.

    Args:
        marks: ascending, the first at bar 1.
        fermatas: ascending.
        metres: one for each bar.
    """
    steps: dict[int, float] = {}
    ends = [tick_of_bar(mark.bar, metres) for mark in marks[1:]] + [bar_starts(metres)[-1]]
    targets = [mark.bpm for mark in marks[1:]] + [marks[-1].bpm]
    for mark, end, target in zip(marks, ends, targets, strict=True):
        start = tick_of_bar(mark.bar, metres)
        steps[start] = mark.bpm
        if mark.ramp:
            for tick in range(start + TICKS_PER_QUARTER, end, TICKS_PER_QUARTER):
                share = (tick - start) / (end - start)
                steps[tick] = mark.bpm + share * (target - mark.bpm)
    for fermata in fermatas:
        _hold(steps, fermata, metres)
    last = bar_starts(metres)[-1]
    return TempoMap(tuple(step for step in sorted(steps.items()) if step[0] < last or not step[0]))


def without_holds(
    tempo: TempoMap, fermatas: Sequence[Fermata], metres: Sequence[Metre]
) -> TempoMap:
    """The tempo that is written: a reader makes the fermatas that stand over it himself."""
    steps, borders = dict(tempo.marks), set[int]()
    for fermata in fermatas:
        start, end = _span(fermata, metres)
        borders |= {start, end}
        for tick in [at for at in steps if start <= at < end]:
            steps[tick] = round(steps[tick] * fermata.stretch, 6)
    kept: list[tuple[int, float]] = []
    for tick, bpm in sorted(steps.items()):
        if not kept or tick not in borders or abs(kept[-1][1] - bpm) > 1e-3:
            kept.append((tick, bpm))
    return TempoMap(tuple(kept))


def hold_spans(fermatas: Sequence[Fermata], metres: Sequence[Metre]) -> tuple[tuple[int, int], ...]:
    """First tick and end of each fermata that begins within these bars."""
    spans = (_span(each, metres) for each in fermatas)
    return tuple(span for span in spans if span[0] < bar_starts(metres)[-1])


def _span(fermata: Fermata, metres: Sequence[Metre]) -> tuple[int, int]:
    start = tick_of_bar(fermata.bar, metres)
    return start, start + max(1, round(fermata.quarters * TICKS_PER_QUARTER))


def _hold(steps: dict[int, float], fermata: Fermata, metres: Sequence[Metre]) -> None:
    start, end = _span(fermata, metres)
    before = dict(steps)

    def plain(tick: int) -> float:
        return before[max(at for at in before if at <= tick)]

    steps[end] = plain(end)
    for tick in {start, *(at for at in before if start < at < end)}:
        steps[tick] = min(max(plain(tick) / fermata.stretch, SLOWEST), FASTEST)
