"""The events that a player holds, in order, and how they are replaced.

It knows no clock and no port: it is a sorted list with musical manners. The player keeps one,
and its owner keeps another, from which a successor is loaded.
"""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Sequence

from engine.playing.events import NOTE_OFF, is_off, is_on, rank
from engine.playing.protocol import Events, Pitch, PlayerEvent

Entry = tuple[int, int, bytes]
"""Tick, rank within the tick, message: tuples sort faster than any key function."""

_FEW = 256


def pitch_of(data: bytes) -> Pitch:
    return data[0] & 0x0F, data[1]


def _entries(events: Iterable[PlayerEvent]) -> list[Entry]:
    return [(tick, rank(data), data) for tick, data in events]


class Programme:
    """Sorted events, the tick where they end, and the tick up to which they are complete."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self._end: int | None = None
        self.known_until: int | None = None

    @property
    def end(self) -> int:
        """The tick at which playing finishes."""
        if self._end is not None:
            return self._end
        return self.entries[-1][0] if self.entries else 0

    @property
    def set_end(self) -> int | None:
        return self._end

    def load(self, events: Events, end: int | None, known_until: int | None) -> None:
        self.entries = sorted(_entries(events))
        self._end, self.known_until = end, known_until

    def add(self, events: Events, known_until: int | None) -> None:
        new = _entries(events)
        if len(new) > _FEW:
            self.entries += new
            self.entries.sort()
        else:
            for entry in new:
                bisect.insort(self.entries, entry)
        self.known_until = known_until

    def replace_from(self, tick: int, events: Events, known_until: int | None) -> None:
        """Put `events` in the place of all from `tick` on; those before `tick` are ignored.

        A note open at `tick` ends there, unless the new events end it themselves.
        """
        cut = self.index_from(tick)
        new = sorted(entry for entry in _entries(events) if entry[0] >= tick)
        open_pitches = _first_is_off(self.entries[cut:]) - _first_is_off(new)
        ends = [
            (tick, 0, bytes((NOTE_OFF | channel, pitch, 64))) for channel, pitch in open_pitches
        ]
        self.entries[cut:] = sorted([*ends, *new])
        self.known_until = known_until

    def exchange(self, removed: Events, added: Events) -> None:
        """Take some events out and lay others beside those that stay."""
        gone = set(_entries(removed))
        kept = [entry for entry in self.entries if entry not in gone]
        self.entries = sorted([*kept, *_entries(added)])

    def index_from(self, tick: float) -> int:
        """Index of the first entry at `tick` or later."""
        return bisect.bisect_left(self.entries, tick, key=lambda entry: entry[0])

    def index_after(self, tick: float) -> int:
        """Index of the first entry later than `tick`."""
        return bisect.bisect_right(self.entries, tick, key=lambda entry: entry[0])

    def ending(self, index: int) -> set[Pitch]:
        """Pitches whose next event, from `index` on, is their end."""
        return _first_is_off(self.entries[index:])

    def controls_before(self, tick: float) -> list[bytes]:
        """The last message of each controller, programme and bend before `tick`."""
        last: dict[tuple[int, ...], bytes] = {}
        for _, order, data in self.entries[: self.index_from(tick)]:
            if order == 1:
                controller = data[0] & 0xF0 == 0xB0
                last[(data[0], data[1]) if controller else (data[0],)] = data
        return list(last.values())

    def events(self) -> Events:
        return tuple(PlayerEvent(tick, data) for tick, _, data in self.entries)


def _first_is_off(entries: Sequence[Entry]) -> set[Pitch]:
    """Pitches whose first note event among these is an off."""
    first: dict[Pitch, bool] = {}
    for _, order, data in entries:
        if order != 1 and (is_on(data) or is_off(data)):
            first.setdefault(pitch_of(data), order == 0)
    return {pitch for pitch, ends in first.items() if ends}
