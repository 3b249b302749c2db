"""A leader whose every moment is known: ticks of a MIDI clock with jitter, gaps and ramps."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from engine.playing.sync.clock_follower import TICKS_PER_CLOCK
from engine.playing.sync.lead import Follower

CLOCK, START, CONTINUE, STOP = b"\xf8", b"\xfa", b"\xfb", b"\xfc"


def song_position(sixteenths: int) -> bytes:
    return bytes((0xF2, sixteenths & 0x7F, sixteenths >> 7))


@dataclass(frozen=True)
class Tick:
    """A tick: when it was meant, and when it arrives."""

    meant: float
    arrives: float


def ticks(
    bpm: Callable[[float], float],
    seconds: float,
    *,
    begin: float = 100.0,
    jitter: float = 0.0015,
    seed: int = 1,
) -> Iterator[Tick]:
    """Ticks of a tempo that depends on the seconds since `begin`."""
    chance = random.Random(seed)
    moment = 0.0
    while moment < seconds:
        meant = begin + moment
        yield Tick(meant, meant + chance.uniform(-jitter, jitter))
        moment += 60.0 / (24 * bpm(moment))


def phase_errors(follower: Follower, heard: list[Tick], lost: frozenset[int]) -> list[float]:
    """Seconds that the follower is off, at and half way after each tick from the first on."""
    errors = []
    for index, tick in enumerate(heard):
        if index not in lost:
            follower.hear(tick.arrives, CLOCK)
        period = heard[min(index + 1, len(heard) - 1)].meant - tick.meant
        for share in (0.3, 0.6, 0.9):
            lead = follower.lead(tick.meant)
            if lead is not None:
                now = tick.meant + share * period
                place = lead.place + (now - lead.moment) * lead.bpm * 8
                errors.append((place / TICKS_PER_CLOCK - index - share) * period)
    return errors
