"""Annotated beats become bars: the reading of POP909's `beat_midi.txt`.

Owns the choice of metre and what happens to bars of odd length. Knows no notes.

A bar of n beats is read so:

- songs in four: a beat is a quarter. Two to five beats have a metre; longer bars fall into bars
  of four with a rest of two to five; a bar of one beat is cut out.
- songs in six: a beat is an eighth and the bar 6/8 where the beats run at 100 a minute or more;
  slower beats are divided into sixteenths like quarters, so they are quarters in two bars of
  3/4. Odd bars of eighths that no metre fits (2, 3, 5, 9, 11) are cut out.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from engine.data.grid import Floats
from engine.errors import PsychoscoreError
from engine.score import TICKS_PER_QUARTER, Metre

_SLOWEST_EIGHTHS = 100.0
_PADDING_BARS = 8
_EIGHTHS: dict[int, tuple[Metre, ...]] = {
    4: (Metre(2, 4),),
    6: (Metre(6, 8),),
    7: (Metre(7, 8),),
    8: (Metre(4, 4),),
    10: (Metre(5, 4),),
    12: (Metre(6, 8), Metre(6, 8)),
}


@dataclass(frozen=True, slots=True)
class BeatMap:
    """Bars in ticks and the way from seconds to them.

    Args:
        times: seconds of each beat, shape (beats + 1,), with the end of the last.
        positions: tick of each beat; a beat that was cut has the tick of the next.
        cut: whether a beat was cut out, shape (beats,).
        metres: one for each bar.
        tempo: median quarter notes per minute.
    """

    times: Floats
    positions: Floats
    cut: tuple[bool, ...]
    metres: tuple[Metre, ...]
    tempo: float

    def ticks(self, seconds: Floats) -> Floats:
        """Ticks of `seconds`; NaN inside a bar that was cut out, or outside of all bars."""
        found = np.interp(seconds, self.times, self.positions)
        # A note played a shade before a beat belongs to it.
        reach = np.interp(seconds, self.times, np.arange(len(self.times))) + 1 / 24
        beat = np.clip(reach.astype(np.int64), 0, len(self.cut) - 1)
        outside = (seconds < self.times[0] - 0.05) | (seconds > self.times[-1] + 60.0)
        result: Floats = np.where(outside | np.array(self.cut)[beat], np.nan, found)
        return result


@dataclass(frozen=True, slots=True)
class Beats:
    """Beat times in seconds, shape (beats,), and the indices of those that begin a bar."""

    times: Floats
    downbeats: tuple[int, ...]

    @property
    def usual(self) -> int:
        """Beats of the usual bar."""
        pairs = zip(self.downbeats, self.downbeats[1:], strict=False)
        return Counter(after - before for before, after in pairs).most_common(1)[0][0]

    def map(self, onsets: Floats) -> BeatMap:
        """Bars over all `onsets` (seconds), the beats carried on at both ends where needed."""
        usual, interval = self.usual, float(np.median(np.diff(self.times)))
        before = _beats_before(self, float(onsets.min()), usual, interval)
        after = _beats_after(self, float(onsets.max()), usual, interval)
        head = self.times[0] - interval * np.arange(before, 0, -1)
        tail = self.times[-1] + interval * np.arange(1, after + 1)
        times = np.concatenate([head, self.times, tail])
        first = self.downbeats[0] + before
        starts = list(range(0, first, usual)) + [index + before for index in self.downbeats]
        last = starts[-1]
        starts += list(range(last + usual, len(times), usual))
        eighths = usual == 6 and 60.0 / interval >= _SLOWEST_EIGHTHS
        unit = TICKS_PER_QUARTER // 2 if eighths else TICKS_PER_QUARTER
        times = times[: starts[-1] + 1]
        metres, positions, cut = _positions(starts, unit, usual)
        return BeatMap(times, positions, cut, metres, 60.0 / interval * unit / TICKS_PER_QUARTER)


def _beats_before(beats: Beats, first_onset: float, usual: int, interval: float) -> int:
    """Beats to add so that whole bars of the usual length reach back over the first note."""
    first = beats.downbeats[0]
    early = (beats.times[first] - first_onset) / interval - 1 / 24
    bars = int(min(_PADDING_BARS, max(np.ceil(early / usual), np.ceil(first / usual))))
    return max(0, bars * usual - first)


def _beats_after(beats: Beats, last_onset: float, usual: int, interval: float) -> int:
    """Beats to add so that the last bar is whole and the last note has a bar to ring in."""
    late = max(0.0, (last_onset - beats.times[-1]) / interval)
    return usual * (1 + int(min(_PADDING_BARS, np.ceil(late / usual))))


def _positions(
    starts: list[int], unit: int, usual: int
) -> tuple[tuple[Metre, ...], Floats, tuple[bool, ...]]:
    metres: list[Metre] = []
    positions = [0.0]
    cut: list[bool] = []
    for before, after in zip(starts, starts[1:], strict=False):
        length = after - before
        found = _metres(length, unit, usual)
        metres += found
        step = unit if found else 0
        cut += [not found] * length
        positions += [positions[-1] + step * (beat + 1) for beat in range(length)]
    return tuple(metres), np.array(positions), tuple(cut)


def _metres(beats: int, unit: int, usual: int) -> tuple[Metre, ...]:
    """The bars that a stretch of so many beats becomes; none where it is cut out."""
    if unit < TICKS_PER_QUARTER:
        return _EIGHTHS.get(beats, ())
    if usual == 6 and beats % 3 == 0:
        return (Metre(3, 4),) * (beats // 3)
    if beats < 2:
        return ()
    whole, rest = divmod(beats, 4)
    lengths = [4] * whole + ([rest] if rest > 1 else [])
    if rest == 1:
        lengths[-1] = 5
    return tuple(Metre(length, 4) for length in lengths)


def parse_beats(text: str) -> Beats:
    """Read lines `seconds mark downbeat`.

    Raises:
        PsychoscoreError: a line is broken, or there are less than two bars.
    """
    times: list[float] = []
    downbeats: list[int] = []
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.split()
        if not words:
            continue
        try:
            seconds, downbeat = float(words[0]), float(words[2]) == 1.0
        except (IndexError, ValueError) as error:
            raise PsychoscoreError(f"Line {number} of beat_midi.txt is no beat.") from error
        if not 0.0 <= seconds < 36_000.0 or (times and seconds <= times[-1]):
            raise PsychoscoreError(f"Line {number} of beat_midi.txt does not go on in time.")
        if downbeat:
            downbeats.append(len(times))
        times.append(seconds)
    if len(downbeats) < 2:
        raise PsychoscoreError("beat_midi.txt marks less than two bars.")
    return Beats(np.array(times), tuple(downbeats))
