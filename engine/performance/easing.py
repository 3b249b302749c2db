"""The common time of a performance: it slackens towards the end of a phrase.

The beat is late by a little more each moment until the last onset of the melody, and what was
lost is given back while that note sounds: the next phrase begins where it is written.
"""

from __future__ import annotations

import bisect
from collections.abc import Collection, Sequence

from engine.performance.phrases import phrase_starts
from engine.score import TICKS_PER_QUARTER, Score, Voice

# How late the last onset of a phrase is at an amount of 1; the last phrase eases more.
EASE_MS, LAST_EASE = 120.0, 1.6
# The share of the time that is left to the phrase which may be lost.
_MOST = 0.3


class Easing:
    """Moves ticks of the written music onto those of the played one, keeping their order.

    Args:
        amount: above 0, up to 1.
        fixed: ticks that stay.
        phrases: where phrases begin, and the end; empty finds them.
    """

    def __init__(
        self,
        score: Score,
        amount: float,
        fixed: Collection[int] = (),
        phrases: Sequence[int] = (),
    ) -> None:
        self._score = score
        self._fixed = sorted(fixed)
        starts = tuple(phrases) or phrase_starts(score)
        self._slopes = _slopes(score, starts, amount)
        self._starts = [slope[0] for slope in self._slopes]
        self._moves = self._strictly()

    def moved(self, tick: int) -> int:
        """Where a written tick lies in the performance."""
        known = self._moves.get(tick)
        return tick + round(self._late(tick)) if known is None else known

    def _late(self, tick: int) -> float:
        index = bisect.bisect_right(self._starts, tick) - 1
        if index < 0:
            return 0.0
        begin, peak, end, most = self._slopes[index]
        if tick <= peak:
            late = most * ((tick - begin) / (peak - begin)) ** 2
        elif tick < end:
            late = most * (end - tick) / (end - peak)
        else:
            return 0.0
        return late * self._freedom(tick)

    def _freedom(self, tick: int) -> float:
        """0 at a fixed tick, 1 from two beats away on."""
        index = bisect.bisect_left(self._fixed, tick)
        near = self._fixed[max(index - 1, 0) : index + 1]
        away = min((abs(tick - each) for each in near), default=1 << 30)
        return min(away / (2.0 * TICKS_PER_QUARTER), 1.0)

    def _strictly(self) -> dict[int, int]:
        """The moves of all onsets, ascending as strictly as the onsets do."""
        stays = set(self._fixed)
        onsets = sorted({note.onset for note in self._score.notes} | stays)
        moves = [onset if onset in stays else onset + round(self._late(onset)) for onset in onsets]
        for index in range(1, len(moves)):
            if onsets[index] not in stays:
                moves[index] = max(moves[index], moves[index - 1] + 1)
        # Easing is never early, so there is always room before the next fixed tick.
        for index in range(len(moves) - 2, -1, -1):
            moves[index] = min(moves[index], moves[index + 1] - 1)
        return dict(zip(onsets, moves, strict=True))


def _slopes(
    score: Score, starts: Sequence[int], amount: float
) -> list[tuple[int, int, int, float]]:
    """Of each phrase that can ease: where that begins, its peak, its end, and the ticks lost."""
    melody = sorted({note.onset for note in score.notes if note.voice is Voice.MELODY})
    line = melody or sorted({note.onset for note in score.notes})
    found: list[tuple[int, int, int, float]] = []
    for start, end in zip(starts, starts[1:], strict=False):
        index = bisect.bisect_right(line, end - TICKS_PER_QUARTER) - 1
        if index < 0:
            continue
        peak = line[index]
        begin = max(start, peak - max((end - start) // 3, TICKS_PER_QUARTER))
        if peak - begin < TICKS_PER_QUARTER:
            continue
        milliseconds = EASE_MS * amount * (LAST_EASE if end == starts[-1] else 1.0)
        lost = milliseconds * score.tempo_map.bpm(peak) * TICKS_PER_QUARTER / 60_000.0
        found.append((begin, peak, end, min(lost, _MOST * (end - peak))))
    return found
