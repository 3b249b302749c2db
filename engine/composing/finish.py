"""What is done to a written note so that the picture is met to the tick: the one place where the
laws of hits, endings and dialogue touch notes and not their choice.

An onset is set from its place in the grid to the moment of a hit, a note is ended where the sound
is cut, a velocity between two bins is fitted; the pedal is up where nothing may ring.
"""

from __future__ import annotations

import bisect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from engine.composing.pedal import SUSTAIN, UP
from engine.score import Control, Note


@dataclass(frozen=True, slots=True)
class Finish:
    """The finish of a take.

    Args:
        moved: true tick of each onset, by its tick in the grid, where the two differ.
        cuts: ticks at which what sounds is ended, ascending.
        lifts: `(tick, end)` in which the pedal is up.
        loudness: softest and loudest velocity by onset tick in the grid.
    """

    moved: Mapping[int, int] = field(default_factory=dict)
    cuts: Sequence[int] = ()
    lifts: Sequence[tuple[int, int]] = ()
    loudness: Mapping[int, tuple[int, int]] = field(default_factory=dict)

    def note(self, note: Note, velocity_range: tuple[int, int]) -> Note:
        """The note as it sounds; a law of loudness is the softer one where the two part."""
        low, high = velocity_range
        softest, loudest = self.loudness.get(note.onset, velocity_range)
        velocity = min(max(note.velocity, low, softest), high, loudest)
        onset = self.moved.get(note.onset, note.onset)
        end = note.end
        place = bisect.bisect_right(self.cuts, onset)
        if place < len(self.cuts):
            end = min(end, self.cuts[place])
        return replace(note, onset=onset, duration=max(end - onset, 1), velocity=velocity)

    def controls(self, controls: Sequence[Control]) -> tuple[Control, ...]:
        """The controls with the pedal up where it must be."""
        if not self.lifts:
            return tuple(controls)
        lifted: list[Control] = []
        waiting = sorted({start for start, _ in self.lifts})
        down = False
        for control in sorted(controls):
            if control.controller != SUSTAIN:
                lifted.append(control)
                continue
            while waiting and waiting[0] <= control.onset:
                start = waiting.pop(0)
                if down:
                    lifted.append(Control(start, SUSTAIN, UP))
                    down = False
            inside = any(start <= control.onset < end for start, end in self.lifts)
            if inside or (control.value == UP and not down):
                continue
            down = control.value != UP
            lifted.append(control)
        return tuple(sorted(lifted))
