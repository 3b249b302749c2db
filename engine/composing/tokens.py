"""From scores to tokens and back, bar by bar and note by note.

A bar is `Bar`, then for each onset `Position`, then for each voice in ascending order
`Program`, then for each pitch in ascending order `Pitch Velocity Duration`. A note that sounds
in several bars stands in the bar where it begins. The order is strict, so that a decoder can
force known notes at their places and sample the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from engine.composing import vocabulary as v
from engine.score import Key, Metre, Note, Score, Voice, bar_starts


@dataclass(frozen=True, slots=True)
class Encoded:
    """Tokens of a piece; `bars[i]` is the bar (from 0) that token `i` belongs to.

    `rounded` counts notes whose onset was no twelfth of a quarter; `dropped` those outside the
    bars or the pitch range of the format.
    """

    tokens: tuple[int, ...]
    bars: tuple[int, ...]
    rounded: int
    dropped: int


def encode_bar(notes: Iterable[Note], start: int, metre: Metre, shift: int) -> list[int]:
    """Tokens of one bar that begins at tick `start`; `shift` is that of `tonic_shift`."""
    last = min(metre.ticks // v.TICKS_PER_POSITION, v.POSITIONS) - 1
    cells: dict[tuple[int, int, int], tuple[int, int]] = {}
    for note in notes:
        position = min(max(round((note.onset - start) / v.TICKS_PER_POSITION), 0), last)
        pitch = note.pitch - shift
        if v.LOWEST_PITCH <= pitch <= v.HIGHEST_PITCH:
            length = max(round(note.duration / v.TICKS_PER_POSITION), 1)
            cells[position, int(note.voice), pitch] = (note.velocity, length)
    tokens = [v.BAR]
    before: tuple[int, int] = (-1, -1)
    for (position, voice, pitch), (velocity, length) in sorted(cells.items()):
        if position != before[0]:
            tokens += [v.POSITION.start + position, v.VOICE.start + voice]
        elif voice != before[1]:
            tokens.append(v.VOICE.start + voice)
        before = (position, voice)
        tokens += [
            v.PITCH.start + pitch - v.LOWEST_PITCH,
            v.VELOCITY.start + v.velocity_bin(velocity),
            v.DURATION.start + v.duration_bin(length),
        ]
    return tokens


def encode(score: Score) -> Encoded:
    """Tokens of a whole score, without BOS and EOS. A score without key is read as in C."""
    shift = v.tonic_shift((score.key or Key(0)).tonic)
    changes = {bar - 1: v.tonic_shift(key.tonic) for bar, key in score.key_changes}
    tokens: list[int] = []
    bars: list[int] = []
    kept, stop = 0, v.PITCH.stop
    for index, (notes, start, metre) in enumerate(
        zip(score.notes_by_bar(), score.starts, score.metres, strict=False)
    ):
        shift = changes.get(index, shift)
        bar = encode_bar(notes, start, metre, shift)
        kept += sum(v.PITCH.start <= token < stop for token in bar)
        tokens += bar
        bars += [index] * len(bar)
    rounded = sum(note.onset % v.TICKS_PER_POSITION != 0 for note in score.notes)
    return Encoded(tuple(tokens), tuple(bars), rounded, len(score.notes) - kept)


class BarReader:
    """Reads the tokens of bars one at a time and says when a note is complete.

    Args:
        metres: one for each bar that will be read.
        tonic: pitch class of the home key.
        changes: the tonic from a bar, from 0, on, where it changes.
    """

    def __init__(
        self,
        metres: Sequence[Metre],
        tonic: int,
        first_bar: int = 0,
        changes: Sequence[tuple[int, int]] = (),
    ) -> None:
        self._starts = bar_starts(metres)
        self._shift = v.tonic_shift(tonic)
        self._changes = {bar: v.tonic_shift(other) for bar, other in changes}
        for bar in sorted(self._changes):
            if bar < first_bar:
                self._shift = self._changes[bar]
        self.bar = first_bar - 1
        self.position = 0
        self.voice = 0
        self.pitch = 0
        self.velocity = 0

    def push(self, token: int) -> Note | None:
        """Take one token; return the note that it completes, if any."""
        if token == v.BAR:
            self.bar += 1
            self._shift = self._changes.get(self.bar, self._shift)
            self.position = 0
        elif token in v.POSITION:
            self.position = token - v.POSITION.start
        elif token in v.VOICE:
            self.voice = token - v.VOICE.start
        elif token in v.PITCH:
            self.pitch = token - v.PITCH.start + v.LOWEST_PITCH
        elif token in v.VELOCITY:
            self.velocity = token - v.VELOCITY.start
        elif token in v.DURATION:
            length = v.DURATIONS[token - v.DURATION.start]
            return Note(
                self._starts[self.bar] + self.position * v.TICKS_PER_POSITION,
                length * v.TICKS_PER_POSITION,
                min(max(self.pitch + self._shift, 0), 127),
                v.bin_velocity(self.velocity),
                Voice(self.voice) if self.voice < len(Voice) else Voice.INNER,
            )
        return None


def decode(tokens: Sequence[int], metres: Sequence[Metre], key: Key | None) -> Score:
    """The score that a complete token stream stands for."""
    reader = BarReader(metres, (key or Key(0)).tonic)
    notes = [note for note in map(reader.push, tokens) if note is not None]
    notes.sort(key=lambda note: (note.onset, note.voice, note.pitch))
    return Score(tuple(notes), tuple(metres), key=key)
