"""Which bars a cue has after a new cut, and where places of the old one then lie.

It knows bars, ticks and metres; what lies on them is moved by `recut_cue` and `recut_take`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from engine.score import Metre

Piece = tuple[int, int, int]


@dataclass(frozen=True)
class BarOrder:
    """The bars of a new version.

    Args:
        old: the metre of each bar before.
        sources: for each bar of the new version the old bar it is, from 1; 0 for a new one.
        metres: the metre of each bar of the new version.
        seam: bars of the new version, from 1, that are composed anew.
    """

    old: tuple[Metre, ...]
    sources: tuple[int, ...]
    metres: tuple[Metre, ...]
    seam: tuple[int, ...] = ()

    @cached_property
    def _new(self) -> dict[int, int]:
        return {source: bar for bar, source in enumerate(self.sources, 1) if source}

    def bar(self, old: int) -> int | None:
        """The new number of an old bar, None where it vanishes."""
        return self._new.get(old)

    @property
    def removed(self) -> tuple[int, ...]:
        """The old bars that vanish."""
        return tuple(bar for bar in range(1, len(self.old) + 1) if bar not in self._new)

    @property
    def inserted(self) -> tuple[int, ...]:
        """The bars of the new version that were not there before."""
        return tuple(bar for bar, source in enumerate(self.sources, 1) if not source)

    @property
    def odd(self) -> tuple[int, ...]:
        """The bars of the new version whose metre is another than before."""
        return tuple(
            bar
            for bar, (source, metre) in enumerate(zip(self.sources, self.metres, strict=True), 1)
            if source and self.old[source - 1] != metre
        )

    def place(self, old: float) -> float | None:
        """Where a place in old bars lies now, at the same distance from its bar line.

        None where its bar vanishes or became too short. Places behind the end stay behind it.
        """
        whole = int(old)
        if whole > len(self.old):
            return old - len(self.old) + len(self.sources)
        bar = self.bar(whole)
        if bar is None:
            return None
        before, after = self.old[whole - 1], self.metres[bar - 1]
        if before == after:
            return bar + (old - whole)
        share = (old - whole) * before.ticks / after.ticks
        return bar + share if share < 1 else None

    @cached_property
    def pieces(self) -> tuple[Piece, ...]:
        """Runs of bars that stay together: first old bar, the old bar behind them, new number of
        the first."""
        found: list[Piece] = []
        for bar, source in enumerate(self.sources, 1):
            if not source:
                continue
            if found and found[-1][1] == source and found[-1][2] + source - found[-1][0] == bar:
                found[-1] = (found[-1][0], source + 1, found[-1][2])
            else:
                found.append((source, source + 1, bar))
        return tuple(found)

    def span(self, first: int, last: int) -> tuple[int, int] | None:
        """What is left of old bars, with what was put in among them; None where nothing is."""
        kept = [new for bar in range(first, last + 1) if (new := self.bar(bar)) is not None]
        return (kept[0], kept[-1]) if kept else None


def cut_out(
    old: tuple[Metre, ...],
    first: int,
    count: int,
    odd: tuple[int, Metre] | None = None,
    locked: frozenset[int] = frozenset(),
) -> BarOrder:
    """`count` bars from `first` on vanish; old bar `odd` gets another metre.

    The bars on both sides of the seam are composed anew, locked ones excepted.
    """
    sources = [bar for bar in range(1, len(old) + 1) if not first <= bar < first + count]
    metres = [odd[1] if odd and bar == odd[0] else old[bar - 1] for bar in sources]
    anew = {first - 1, first + count} if count else set[int]()
    anew |= {odd[0]} if odd else set()
    seam = [new for new, bar in enumerate(sources, 1) if bar in anew and bar not in locked]
    return BarOrder(old, tuple(sources), tuple(metres), tuple(seam))


def put_in(old: tuple[Metre, ...], before: int, metres: tuple[Metre, ...]) -> BarOrder:
    """New bars with these metres come before an old bar, or behind the last one."""
    bars = range(1, len(old) + 1)
    sources = [*bars[: before - 1], *(0 for _ in metres), *bars[before - 1 :]]
    all_metres = (*old[: before - 1], *metres, *old[before - 1 :])
    seam = tuple(range(before, before + len(metres)))
    return BarOrder(old, tuple(sources), all_metres, seam)
