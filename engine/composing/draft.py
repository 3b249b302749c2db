"""Laws in the making: hits, endings and dialogue write theirs into one draft, the later over the
earlier. It knows places, loudness and keys of a wish, not what is asked there.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.composing import vocabulary as v
from engine.composing.bar_rules import Place, Rule, Speech, Turn
from engine.composing.conditions import Rows
from engine.composing.grammar import HIGHEST_NOTE, LOWEST_NOTE, KeptNote
from engine.composing.sampling import uniform
from engine.measuring.reference import Reference
from engine.score import Key, Metre, Voice, bar_starts, tick_of_bar
from engine.take import GenerationRequest
from models.conditioning import FIELD_INDEX

_MEDIUM = 64


class Draft:
    """What has been asked for so far.

    Args:
        request: its metres, tempo and marks; bars count from 0 here.
        keys: home key of each bar.
        rows: condition rows of the same bars, changed in place.
        voices: those that may be written, in any order.
        bars: those that are composed; nothing is asked of others.
    """

    def __init__(
        self,
        request: GenerationRequest,
        keys: Sequence[Key],
        rows: Rows,
        voices: Sequence[int],
        bars: range,
    ) -> None:
        self.request, self.keys, self.rows, self.bars = request, keys, rows, bars
        self.voices = sorted(voices)
        self.metres: tuple[Metre, ...] = request.metres
        self.starts = bar_starts(request.metres)
        self.rules: dict[Place, Rule] = {}
        self.kept: list[list[KeptNote]] = [[] for _ in request.metres]
        self.silent: set[int] = set()
        # Ticks at which what sounds is ended; spans in which the pedal is up, or down; onsets that
        # are set from their place in the grid to their true one.
        self.cuts: set[int] = set()
        self.lifts: list[tuple[int, int]] = []
        self.holds: list[tuple[int, int]] = []
        self.moved: dict[int, int] = {}
        self.speeches: list[Speech] = []
        self.seconds: dict[Place, float] = {}
        self.turns: list[Turn] = []
        self.musts: dict[int, list[int]] = {}
        self._reference = Reference.load()

    def positions(self, bar: int) -> int:
        """How many positions a bar has."""
        return min(self.metres[bar].ticks // v.TICKS_PER_POSITION, v.POSITIONS)

    def place(self, where: float) -> tuple[int, int, int]:
        """Bar, nearest position in it and exact tick of a place in bars from 1."""
        bar, tick = int(where) - 1, tick_of_bar(where, self.metres)
        position = round((tick - self.starts[bar]) / v.TICKS_PER_POSITION)
        return bar, min(position, self.positions(bar) - 1), tick

    def tick(self, bar: int, position: int) -> int:
        return self.starts[bar] + position * v.TICKS_PER_POSITION

    def true_tick(self, bar: int, position: int) -> int:
        """When what begins at a position sounds."""
        tick = self.tick(bar, position)
        return self.moved.get(tick, tick)

    def twelfths(self, bar: int, position: int = 0) -> int:
        """A place in positions from the first bar line."""
        return self.tick(bar, position) // v.TICKS_PER_POSITION

    def add(self, bar: int, positions: Sequence[int] | range, rule: Rule) -> None:
        """One more rule for some positions of a bar."""
        if bar in self.bars:
            for position in positions:
                old = self.rules.get((bar, position))
                self.rules[bar, position] = rule if old is None else old.with_(rule)

    def close(self, start: int, end: int) -> None:
        """Nothing begins from one tick to another, the end not included."""
        for bar in self.bars:
            inside = [
                position
                for position in range(self.positions(bar))
                if start <= self.tick(bar, position) < end
            ]
            self.add(bar, inside, Rule(closed=True))

    def keep(self, bar: int, position: int, notes: Sequence[tuple[Voice, int | None]]) -> None:
        """Notes that stand at a place, with or without a pitch; one of each voice that is there
        already stays as it is."""
        if bar not in self.bars:
            return
        there = {kept.voice for kept in self.kept[bar] if kept.position == position}
        for voice, pitch in notes:
            low, high = LOWEST_NOTE, HIGHEST_NOTE
            if voice in self.voices and voice not in there and (pitch or low) in range(low, high):
                self.kept[bar].append(KeptNote(position, int(voice), pitch))
        self.kept[bar].sort(key=lambda kept: (kept.position, kept.voice, kept.pitch or 0))

    def meet(self, bar: int, position: int, tick: int) -> None:
        """What begins at a position is set to a tick."""
        if tick != self.tick(bar, position):
            self.moved[self.tick(bar, position)] = tick

    def chord_voices(self) -> tuple[Voice, ...]:
        """The voices that a chord of three is given to, the lowest last."""
        wanted = (Voice.MELODY, Voice.ACCOMPANIMENT, Voice.BASS)
        found = [voice for voice in wanted if voice in self.voices]
        return tuple(found) or tuple(Voice(voice) for voice in self.voices[:3])

    @property
    def low_voice(self) -> int:
        return self.voices[-1]

    def loudness(self, bar: int) -> int:
        """The velocity that is planned for a bar."""
        rank = float(self.rows[bar, FIELD_INDEX["velocity_mean"]])
        low, high = self.request.velocity_range
        planned = _MEDIUM if np.isnan(rank) else self._reference.value("velocity_mean", rank)
        return round(min(max(planned, low), high))

    def draw(self, bar: int, what: int) -> float:
        """A number in [0, 1) for a choice in a bar."""
        return uniform(self.request.seed, self.request.take, bar, 100_000 + what)

    def tell(self, bar: int, name: str, value: float) -> None:
        """What the network is told of a bar."""
        if bar in self.bars:
            self.rows[bar, FIELD_INDEX[name]] = value
