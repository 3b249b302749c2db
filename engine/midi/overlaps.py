"""Two notes of one pitch cannot sound at once on one MIDI channel; this file settles it.

Every voice of a score plays on the same channel, so the rule runs across voices.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from engine.score import Note


def cut_overlaps(notes: Iterable[Note]) -> tuple[Note, ...]:
    """The notes without overlaps of one pitch, sorted by onset, voice and pitch.

    Of notes with the same onset and pitch the first voice stays (the melody before all), with
    the longest duration and the greatest velocity of them. A note still sounding when its pitch
    is struck again ends there.
    """
    ordered = sorted(notes, key=lambda note: (note.pitch, note.onset, note.voice, -note.duration))
    kept: list[Note] = []
    for note in ordered:
        before = kept[-1] if kept and kept[-1].pitch == note.pitch else None
        if before is not None and before.onset == note.onset:
            kept[-1] = replace(
                before,
                duration=max(before.duration, note.duration),
                velocity=max(before.velocity, note.velocity),
            )
            continue
        if before is not None and before.end > note.onset:
            kept[-1] = replace(before, duration=note.onset - before.onset)
        kept.append(note)
    return tuple(sorted(kept, key=lambda note: (note.onset, note.voice, note.pitch)))
