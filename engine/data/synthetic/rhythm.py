"""Rhythms of a bar, made by dividing it: even where it is still, uneven where it is agitated.

Time is in positions, 12 a quarter note. Knows no pitches.
"""

from __future__ import annotations

from random import Random

from engine.score import Metre

Span = tuple[int, int]  # first position and length

_EVEN: dict[int, tuple[tuple[int, ...], ...]] = {
    72: ((36, 36),),
    60: ((36, 24), (24, 36)),
    54: ((18, 18, 18),),
    48: ((24, 24),),
    42: ((24, 18), (12, 12, 18), (18, 24)),
    36: ((18, 18),),
    24: ((12, 12),),
    18: ((6, 6, 6), (12, 6)),
    12: ((6, 6),),
    6: ((3, 3),),
    4: ((2, 2),),
}
_UNEVEN: dict[int, tuple[tuple[int, ...], ...]] = {
    72: ((54, 18), (18, 54), (24, 24, 24)),
    60: ((12, 48), (48, 12), (18, 18, 24)),
    54: ((36, 18), (18, 36), (27, 27)),
    48: ((36, 12), (12, 36), (18, 18, 12), (18, 30)),
    42: ((18, 18, 6), (6, 36), (30, 12)),
    36: ((24, 12), (12, 24), (6, 18, 12), (27, 9)),
    30: ((18, 12), (6, 24)),
    27: ((18, 9), (9, 18)),
    24: ((18, 6), (6, 12, 6), (8, 8, 8), (6, 18)),
    18: ((6, 12), (9, 9), (3, 12, 3), (12, 3, 3)),
    12: ((9, 3), (3, 9), (8, 4), (4, 4, 4), (3, 6, 3)),
    9: ((6, 3), (3, 6)),
    8: ((4, 4),),
    6: ((4, 2), (2, 4), (2, 2, 2)),
}


def beats(metre: Metre) -> tuple[int, ...]:
    """Positions of the felt beats in a bar."""
    length, beat = metre.ticks // 40, metre.beat_ticks // 40
    if str(metre) == "7/8":
        return (0, 12, 24)
    return tuple(range(0, length, beat))


def divide(metre: Metre, attacks: float, irregular: float, rng: Random) -> list[Span]:
    """Cut a bar into about so many spans.

    Args:
        attacks: how many; a fraction is met on average. None at all leaves the bar without.
        irregular: 0 equal parts, 1 dotted, syncopated and mixed ones.
    """
    length = metre.ticks // 40
    wanted = int(attacks) + (rng.random() < attacks % 1.0)
    if wanted == 0:
        return []
    spans: list[Span] = [(0, length)]
    # In triple time a bar falls into three at once.
    if length == 36 and metre.denominator == 4 and wanted >= 2:
        parts = (12, 12, 12) if wanted >= 3 and rng.random() > irregular else _triple(rng)
        spans = _cut(0, parts)
    while len(spans) < wanted:
        index = _widest(spans, irregular, rng)
        if index is None:
            break
        start, size = spans[index]
        uneven = rng.random() < 0.85 * irregular
        ways = (_UNEVEN if uneven else _EVEN).get(size) or _EVEN.get(size) or _UNEVEN[size]
        if size == 36 and not uneven and metre.denominator == 4:
            ways = ((24, 12), (12, 24))
        spans[index : index + 1] = _cut(start, rng.choice(ways))
    return spans


def _triple(rng: Random) -> tuple[int, ...]:
    return rng.choice(((24, 12), (12, 24), (18, 18), (12, 12, 12)))


def _widest(spans: list[Span], irregular: float, rng: Random) -> int | None:
    best, index = 0.0, None
    for place, (_, size) in enumerate(spans):
        if size not in _EVEN and size not in _UNEVEN:
            continue
        weight = size * (1.0 + irregular * 3.0 * rng.random())
        if weight > best:
            best, index = weight, place
    return index


def _cut(start: int, parts: tuple[int, ...]) -> list[Span]:
    spans = []
    for part in parts:
        spans.append((start, part))
        start += part
    return spans


def even(metre: Metre, attacks: float) -> list[Span]:
    """The isochronous division of a bar that comes nearest to so many attacks."""
    length = metre.ticks // 40
    steps = [step for step in (length, 36, 24, 18, 12, 6, 4, 3, 2) if length % step == 0]
    step = min(steps, key=lambda each: abs(length / each - attacks))
    return [(start, step) for start in range(0, length, step)]
