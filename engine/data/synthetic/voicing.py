"""Chords as notes: close positions led from one to the next, basses, and rubbing notes."""

from __future__ import annotations

from functools import lru_cache
from random import Random

from engine.data.synthetic.chords import TENSIONS, Sonority


def lead(
    sonority: Sonority, previous: tuple[int, ...], size: int, centre: float
) -> tuple[int, ...]:
    """A close position of so many notes that moves least from the one before, ascending.

    Args:
        previous: pitches of the chord before, or none.
        centre: the pitch around which it should lie.
    """
    best = 1e9
    chosen: tuple[int, ...] = ()
    for pitches, away in _positions(sonority.tones, size, centre):
        cost = away
        if previous:
            moved = 0
            for new, old in zip(pitches, previous, strict=False):
                moved += new - old if new > old else old - new
            cost += moved / size
        if cost < best:
            best, chosen = cost, pitches
    return chosen


@lru_cache(maxsize=4096)
def _positions(
    tones: tuple[int, ...], size: int, centre: float
) -> tuple[tuple[tuple[int, ...], float], ...]:
    """Close positions around a centre, each with what its distance from there costs."""
    # Three of four notes: the fifth is missed least.
    kept = tones if size >= len(tones) else (*tones[:2], *tones[3:])[:size]
    classes = sorted(kept)
    found = []
    for turn in range(len(classes)):
        order = classes[turn:] + classes[:turn]
        base = order[0] + 12 * round((centre - 4 - order[0]) / 12)
        for bottom in (base, base + 12, base - 12):
            pitches = [bottom]
            for index in range(1, size):
                tone = order[index % len(order)]
                pitches.append(pitches[-1] + ((tone - pitches[-1]) % 12 or 12))
            found.append((tuple(pitches), 0.5 * abs(sum(pitches) / size - centre)))
    return tuple(found)


def rub(pitches: tuple[int, ...], sonority: Sonority, rng: Random) -> tuple[int, ...]:
    """The chord with one more note, a semitone or a tritone from one of its own."""
    interval = rng.choice(TENSIONS[sonority.quality])
    tone = (sonority.root + interval) % 12
    low = pitches[0]
    pitch = low + (tone - low) % 12
    return tuple(sorted({*pitches, pitch}))


def bass_of(sonority: Sonority, previous: int, centre: float, inverted: bool) -> int:
    """The bass note: root or third, in the octave nearest to the centre and the note before."""
    tone = sonority.tones[1] if inverted else sonority.root
    goal = 0.5 * (centre + previous)
    pitch = tone + 12 * round((goal - tone) / 12)
    return min(max(pitch, 24), 55)
