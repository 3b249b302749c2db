"""What the network sees around a hole: as many bars as its context holds, the hole in place.

A hole that is too long for one window is filled in pieces, each of which sees what was composed
before it. Behind the last piece stands the music that follows; pieces before it end with the
window, as many windows of training do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.composing import vocabulary as v
from engine.composing.decoding import BAR_RESERVE
from engine.composing.grammar import KeptNote
from engine.composing.holes import Tokens, cut_hole, infill_window
from engine.composing.tokens import encode_bar
from engine.hole import Hole
from engine.score import METRES, Metre, Note, Score, Voice
from models.transformer import hole_index

# Holes of training have one to four bars.
PIECE_BARS = 4
# Room for the last bar of a piece; the bars before it are counted apart.
RESERVE = 192
_SHORTEST_BAR = 48
Bars = Sequence[Sequence[Note]]
# What one note of a skeleton stands for: several where they share a place of the token grid.
Cell = tuple[KeptNote, tuple[Note, ...]]


@dataclass(frozen=True, slots=True)
class Window:
    """A prompt: tokens with the bar (from 0 within the window) and hole index of each.

    The window shows the bars `first` to `stop - 1` of the piece.
    """

    first: int
    stop: int
    tokens: tuple[int, ...]
    bars: tuple[int, ...]
    holes: tuple[int, ...]


class HoleWindows:
    """Cuts the windows of one hole.

    Args:
        before: the piece as it stood, in the bars of the whole result.
        shift: that of `tonic_shift` in bar 1; later keys of `before` bring their own.
        context: tokens that the network can see.
        continues: the hole lies beyond the music.
    """

    def __init__(
        self, before: Score, hole: Hole, shift: int, context: int, *, continues: bool
    ) -> None:
        self._metres, self._starts = before.metres, before.starts
        self._hole, self._context = hole, context
        self._shifts = [shift] * (len(before.metres) + 1)
        for bar, key in before.key_changes:
            self._shifts[bar - 1 :] = [v.tonic_shift(key.tonic)] * len(self._shifts[bar - 1 :])
        self._original = [list(bar) for bar in before.notes_by_bar()]
        self.continues = continues
        if hole.keep_rhythm and not hole.voices:
            self.form = "pitches"
        else:
            self.form = "voices" if hole.voices else "bars"

    def pieces(self) -> list[range]:
        """The bars of each piece, from 0."""
        bars = self._hole.bars
        if self.continues:
            return [bars]
        count = -(-len(bars) // PIECE_BARS)
        while True:
            size = -(-len(bars) // count)
            found = [bars[at : at + size] for at in range(0, len(bars), size)]
            if size == 1 or all(self._fits(piece) for piece in found):
                return found
            count += 1

    def window(self, piece: range, now: Bars) -> Window:
        """The prompt of a piece.

        Args:
            now: the notes of each bar as they stand, old ones that leave not among them.
        """
        return self._tail(piece, now) if self.continues else self._around(piece, now)

    def cells(self, bar: int) -> list[Cell]:
        """The skeleton of a bar: notes that are forced, with or without their pitch."""
        found: dict[tuple[int, int, int], list[Note]] = {}
        for note in [] if self.continues else self._original[bar]:
            mine = self._hole.takes(note.voice, note.pitch)
            written = note.voice in self._hole.voices if self.form == "voices" else True
            relative = note.pitch - self._shifts[bar]
            in_format = v.LOWEST_PITCH <= relative <= v.HIGHEST_PITCH
            if written and in_format and (self._hole.keep_rhythm or not mine):
                place = (self._position(note, bar), int(note.voice), note.pitch)
                found.setdefault(place, []).append(note)
        cells: list[Cell] = []
        for (position, voice, pitch), notes in sorted(found.items()):
            free = self._hole.takes(Voice(voice), pitch)
            length = max(round(notes[-1].duration / v.TICKS_PER_POSITION), 1)
            velocity = notes[-1].velocity
            kept = KeptNote(position, voice, None if free else pitch, velocity, length)
            cells.append((kept, tuple(notes)))
        return cells

    def _position(self, note: Note, bar: int) -> int:
        last = min(self._metres[bar].ticks // v.TICKS_PER_POSITION, v.POSITIONS) - 1
        return min(max(round((note.onset - self._starts[bar]) / v.TICKS_PER_POSITION), 0), last)

    def _encode(self, bar: int, notes: Sequence[Note]) -> Tokens:
        return encode_bar(notes, self._starts[bar], self._metres[bar], self._shifts[bar])

    def _shown(self, bar: int) -> Tokens:
        """An original bar of the hole, before the hole is cut into it."""
        return self._encode(bar, self._original[bar])

    def _voices(self) -> frozenset[int]:
        return frozenset(v.VOICE.start + int(voice) for voice in self._hole.voices)

    def _expected(self) -> int:
        """How many tokens a bar of this piece takes, near the hole."""
        near = range(max(self._hole.first - 9, 0), min(self._hole.last + 8, len(self._original)))
        lengths = [len(self._shown(bar)) for bar in near if self._original[bar]]
        return max(sum(lengths) // max(len(lengths), 1), _SHORTEST_BAR)

    def _fits(self, piece: range) -> bool:
        shown = sum(len(cut_hole(self._shown(bar), self.form, self._voices())[0]) for bar in piece)
        return shown + self._expected() * len(piece) <= self._context * 3 // 4

    def _around(self, piece: range, now: Bars) -> Window:
        hole = [self._shown(bar) for bar in piece]
        used = sum(len(cut_hole(bar, self.form, self._voices())[0]) for bar in hole)
        left = self._context - RESERVE - self._expected() * (len(piece) - 1) - used - 2
        before, after = self._neighbours(piece, now, max(left, 0))
        bars = [*before[::-1], *hole, *after]
        tokens, places, marks = infill_window(
            bars, len(before), len(piece), self.form, self._voices()
        )
        stop = tokens.index(v.FILL_START) + 1
        # A prompt that is too long even so loses its beginning.
        cut = max(stop - self._context // 2, 0) if stop + RESERVE > self._context else 0
        first = piece.start - len(before)
        return Window(
            first,
            piece.stop + len(after),
            *(tuple([each[0], *each[cut + 1 : stop]]) for each in (tokens, places, marks)),
        )

    def _neighbours(self, piece: range, now: Bars, left: int) -> tuple[list[Tokens], list[Tokens]]:
        """Bars before the hole, nearest first, and after it, in turn while there is room."""
        follows = range(piece.stop, len(now) if piece.stop == self._hole.last else piece.stop)
        sides = (list(range(piece.start - 1, -1, -1)), list(follows))
        found: tuple[list[Tokens], list[Tokens]] = ([], [])
        open_sides = [0, 1]
        while open_sides:
            for side in tuple(open_sides):
                at = len(found[side])
                bar = sides[side][at] if at < len(sides[side]) else -1
                tokens = self._encode(bar, now[bar]) if bar >= 0 else []
                if bar < 0 or not _known(self._metres[bar]) or len(tokens) > left:
                    open_sides.remove(side)
                    continue
                found[side].append(tokens)
                left -= len(tokens)
        return found

    def _tail(self, piece: range, now: Bars) -> Window:
        """The end of the music, for music that goes on."""
        left = max(self._context - BAR_RESERVE, self._context // 2) - 2
        tokens: list[int] = []
        bars: list[int] = []
        first = piece.start
        while first > 0 and _known(self._metres[first - 1]):
            bar = self._encode(first - 1, now[first - 1])
            if len(tokens) + len(bar) > left:
                break
            first -= 1
            tokens = [*bar, *tokens]
            bars = [first] * len(bar) + bars
        run = (v.BOS, *tokens)
        places = (0, *(bar - first for bar in bars))
        return Window(first, piece.stop, run, places, (0,) * len(run))


def _known(metre: Metre) -> bool:
    return metre in METRES


HERE = hole_index(0)
