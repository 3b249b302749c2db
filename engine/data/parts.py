"""Which voice each track of a file plays: by its name, else by its register and its weave.

Knows tracks as names and notes; the notes of one keyboard are parted by `assign_voices`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from engine.data.tracks import Ints, Track
from engine.score import Voice

_NAMES: tuple[tuple[Voice, re.Pattern[str]], ...] = (
    (
        Voice.BASS,
        re.compile(r"\b(bass|basses|contrabass(es)?|double ?bass|tuba|sub|pedals?)\b", re.I),
    ),
    (
        Voice.MELODY,
        re.compile(r"\b(melody|lead|vocals?|vox|voice|solo|theme|tune|topline|top line)\b", re.I),
    ),
    (
        Voice.ACCOMPANIMENT,
        re.compile(r"\b(chords?|pads?|comp(ing)?|accomp\w*|arp\w*|rhythm)\b", re.I),
    ),
)
# A track whose notes sound one after the other, legato included.
_SINGLE = 1.15
_LOWEST_MELODY, _HIGHEST_BASS = 55.0, 50.0


def voices_of(tracks: Sequence[Track]) -> tuple[Voice | None, ...]:
    """The voice of each track; None where its notes are to be parted by register.

    - a track named as one of our voices is that voice;
    - one track alone, or several that all play chords (two hands), are parted by register;
    - else names tell the bass, the melody and the accompaniment; where none does, the highest
      single line is the melody and the lowest the bass. Other single lines are inner voices,
      chords the accompaniment - but where no line is the melody, it is looked for in the chords.
    """
    own = {voice.name.lower(): voice for voice in Voice}
    found = [own.get(track.name.strip().lower()) for track in tracks]
    if any(voice is not None for voice in found):
        return tuple(Voice.ACCOMPANIMENT if voice is None else voice for voice in found)
    single = [is_single_line(track.music) for track in tracks]
    if len(tracks) == 1 or not any(single):
        return (None,) * len(tracks)
    found = [_named(track.name) for track in tracks]
    pitch = [float(track.music[:, 2].mean()) for track in tracks]
    free = [index for index, voice in enumerate(found) if voice is None and single[index]]
    if Voice.MELODY not in found and free:
        top = max(free, key=lambda index: pitch[index])
        if pitch[top] >= _LOWEST_MELODY:
            found[top] = Voice.MELODY
            free.remove(top)
    if Voice.BASS not in found and free:
        low = min(free, key=lambda index: pitch[index])
        if pitch[low] <= _HIGHEST_BASS:
            found[low] = Voice.BASS
            free.remove(low)
    for index in free:
        found[index] = Voice.INNER
    if Voice.MELODY in found:
        found = [Voice.ACCOMPANIMENT if voice is None else voice for voice in found]
    return tuple(found)


def is_single_line(notes: Ints) -> bool:
    """Whether notes (N, 4) sound one after the other: their lengths hardly exceed the time in
    which any of them sounds."""
    if not len(notes):
        return False
    order = np.argsort(notes[:, 0], kind="stable")
    onset, end = notes[order, 0], notes[order, 1]
    reached = np.maximum.accumulate(np.concatenate([[onset[0]], end[:-1]]))
    heard = np.maximum(end - np.maximum(onset, reached), 0).sum()
    return bool((end - onset).sum() <= _SINGLE * heard)


def _named(name: str) -> Voice | None:
    return next((voice for voice, pattern in _NAMES if pattern.search(name)), None)
