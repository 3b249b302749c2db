"""A score as it is played: onsets, durations and velocities that leave the grid, by rules.

Nothing is learned from recordings: every rule is published, and each is a small function here.

- *Duration contrast, high loud, phrase arch, phrase-end easing*: the KTH rule system (Friberg,
  Bresin and Sundberg 2006, "Overview of the KTH rule system for musical performance", Advances in
  Cognitive Psychology 2, 145-161); the slackening at a phrase's end grows with the square of
  time, as in Friberg and Sundberg 1999, "Does music performance allude to locomotion?", JASA 105.
- *Melody lead*: the melody is struck 10 to 30 ms before what is written together with it (Goebl
  2001, "Melody lead in piano performance: expressive device or artifact?", JASA 110, 563-572).
- *Arpeggiated wide chords*: from the bass up (Repp 1997, "Some observations on pianists' timing of
  arpeggiated chords", Psychology of Music 25).
- *Timing*: small deviations in which neighbours resemble each other; see `noise`.

What a DAW needs is kept: a note on a bar line never comes before it, so that no loop or locate
loses it; bar lines stay where the tempo map has them, since easing is given back before the next
phrase begins; ticks that the picture fixes are played to the tick and as loud as written.
"""

from __future__ import annotations

import bisect
import math
from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from engine.performance.accents import Accents
from engine.performance.easing import Easing
from engine.performance.noise import Noise
from engine.score import TICKS_PER_QUARTER, Note, Score, Voice

# Milliseconds at an amount of 1.
DRIFT_MS, VOICE_MS, NOTE_MS = 14.0, 8.0, 4.0
LEAD_MS = 30.0
ROLL_MS = 45.0
# Chords wider than this, in semitones, are rolled, the wider the more.
WIDE = 12
_CONDUCTOR, _VOICE, _NOTE = 10, 20, 40


def perform(
    score: Score,
    amount: float,
    seed: int,
    fixed: Collection[int] = (),
    phrases: Sequence[int] = (),
) -> Score:
    """The score as a player plays it.

    Args:
        score: as it is written; its tempo map says what a millisecond is.
        amount: 0 for exactly what is written, 1 for the most.
        seed: the same gives the same performance; a changed note changes its surroundings only.
        fixed: onsets, in ticks, that stay as they are in time and loudness.
        phrases: where phrases begin, and the end; empty finds them in the notes.

    Returns:
        A score with the same notes in the same order, other onsets, durations and velocities;
        the order of onsets within a voice and within a pitch is kept, nothing lies before tick 0
        or sounds beyond the end that did not before. The pedal goes with the notes.
    """
    if amount <= 0.0 or not score.notes:
        return score
    played = _Performance(score, min(amount, 1.0), seed, frozenset(fixed), phrases)
    return played.score()


class _Performance:
    """One performance of one score; onsets are moved as a whole first, then note by note."""

    def __init__(
        self,
        score: Score,
        amount: float,
        seed: int,
        fixed: frozenset[int],
        phrases: Sequence[int],
    ) -> None:
        self._score, self._amount, self._fixed = score, amount, fixed
        self._noise = Noise(seed)
        self._bar_lines, self._end = frozenset(score.starts), score.end
        self._easing = Easing(score, amount, fixed, phrases)
        self._accents = Accents(score, amount, self._noise, fixed, phrases)
        self._chords: defaultdict[int, list[Note]] = defaultdict(list)
        for note in score.notes:
            self._chords[note.onset].append(note)
        self._rooms = _rooms(score.notes, self._easing.moved)

    def score(self) -> Score:
        score = self._score
        pairs = [(note, self._played(note)) for note in score.notes]
        notes = _parted(pairs)
        controls = tuple(
            sorted(replace(each, onset=self._easing.moved(each.onset)) for each in score.controls)
        )
        ordered = sorted(notes, key=lambda note: (note.onset, note.voice, note.pitch))
        return replace(score, notes=tuple(ordered), controls=controls)

    def _played(self, note: Note) -> Note:
        velocity = self._accents.velocity(note)
        moved, end = self._easing.moved(note.onset), self._easing.moved(note.end)
        if note.onset in self._fixed:
            onset = note.onset
        else:
            onset = moved + self._deviation(note)
            onset = max(onset, min(note.onset, 0))
        end += onset - moved
        if note.end <= self._end:
            end = min(end, self._end)
        return Note(onset, max(end - onset, 1), note.pitch, velocity, note.voice)

    def _deviation(self, note: Note) -> int:
        """How far a note leaves the common time, in ticks, within the room that it has."""
        ticks = self._score.tempo_map.bpm(note.onset) * TICKS_PER_QUARTER / 60_000.0
        wish = (self._drift(note) + self._lead(note) + self._roll(note)) * ticks
        before, after = self._rooms[note]
        if note.onset in self._bar_lines:
            before = 0
        return min(max(round(wish), -before), after)

    def _drift(self, note: Note) -> float:
        beat = note.onset / TICKS_PER_QUARTER
        voice = int(note.voice)
        place = note.onset * 128 + note.pitch
        return self._amount * (
            DRIFT_MS * self._noise.drift(_CONDUCTOR, beat)
            + VOICE_MS * self._noise.drift(_VOICE + 2 * voice, beat)
            + NOTE_MS * self._noise.unit(_NOTE, place)
        )

    def _lead(self, note: Note) -> float:
        """The melody before the rest: half of the lead each, on a bar line all by the rest."""
        melody = sum(each.voice is Voice.MELODY for each in self._chords[note.onset])
        if not 0 < melody < len(self._chords[note.onset]):
            return 0.0
        lead = LEAD_MS * math.sqrt(self._amount)
        on_bar = note.onset in self._bar_lines
        if note.voice is Voice.MELODY:
            return 0.0 if on_bar else -lead / 2
        return lead if on_bar else lead / 2

    def _roll(self, note: Note) -> float:
        """The delay of a note within a wide chord of the accompaniment, from the bass up."""
        if note.voice is Voice.MELODY:
            return 0.0
        pitches = sorted(
            each.pitch for each in self._chords[note.onset] if each.voice is not Voice.MELODY
        )
        span = pitches[-1] - pitches[0]
        if len(pitches) < 3 or span <= WIDE:
            return 0.0
        rank = bisect.bisect_left(pitches, note.pitch) / (len(pitches) - 1)
        return self._amount * ROLL_MS * min((span - WIDE) / WIDE + 0.4, 1.0) * rank


def _rooms(notes: Sequence[Note], moved: Callable[[int], int]) -> dict[Note, tuple[int, int]]:
    """How far each note may go back and forth: a third of the way to its neighbours."""
    lines: defaultdict[tuple[str, int], set[int]] = defaultdict(set)
    for note in notes:
        for line in _lines(note):
            lines[line].add(note.onset)
    ordered = {line: sorted(onsets) for line, onsets in lines.items()}
    rooms: dict[Note, tuple[int, int]] = {}
    for note in notes:
        before = after = 1 << 30
        here = moved(note.onset)
        for line in _lines(note):
            onsets = ordered[line]
            index = bisect.bisect_left(onsets, note.onset)
            if index:
                before = min(before, (here - moved(onsets[index - 1])) // 3)
            if index + 1 < len(onsets):
                after = min(after, (moved(onsets[index + 1]) - here) // 3)
        rooms[note] = (before, after)
    return rooms


def _lines(note: Note) -> tuple[tuple[str, int], tuple[str, int]]:
    return ("voice", int(note.voice)), ("pitch", note.pitch)


def _parted(pairs: Sequence[tuple[Note, Note]]) -> list[Note]:
    """The played notes, none of which sounds into the next one of its pitch, unless it did."""
    by_pitch: defaultdict[int, list[tuple[Note, Note]]] = defaultdict(list)
    for written, played in pairs:
        by_pitch[written.pitch].append((written, played))
    parted: list[Note] = []
    for line in by_pitch.values():
        line.sort(key=lambda pair: pair[0].onset)
        for (written, played), following in zip(line, [*line[1:], None], strict=True):
            if following is not None and written.end <= following[0].onset:
                room = following[1].onset - played.onset
                played = replace(played, duration=max(min(played.duration, room), 1))
            parted.append(played)
    return parted
