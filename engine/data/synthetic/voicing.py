"""Chords as notes: close positions led from one to the next, basses, and rubbing notes."""

from __future__ import annotations

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
    tones = sonority.tones
    # Three of four notes: the fifth is missed least.
    kept = tones if size >= len(tones) else (*tones[:2], *tones[3:])[:size]
    classes = sorted(kept)
    best, chosen = 1e9, ()
    for turn in range(len(classes)):
        order = classes[turn:] + classes[:turn]
        base = order[0] + 12 * round((centre - 4 - order[0]) / 12)
        for bottom in (base, base + 12, base - 12):
            pitches = [bottom]
            for index in range(1, size):
                tone = order[index % len(order)]
                pitches.append(pitches[-1] + ((tone - pitches[-1]) % 12 or 12))
            cost = 0.5 * abs(sum(pitches) / size - centre)
            if previous:
                pairs = zip(pitches, previous, strict=False)
                cost += sum(abs(new - old) for new, old in pairs) / size
            if cost < best:
                best, chosen = cost, tuple(pitches)
    return chosen


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
