"""What is done to a written note so that the picture is met to the tick: the one place where the
laws of hits, endings and dialogue touch notes and not their choice.

An onset is set from its place in the grid to the moment of a hit, a note is ended where the sound
is cut, a velocity between two bins is fitted; the pedal is up where nothing may ring.
"""

from __future__ import annotations

import bisect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from engine.composing.pedal import DOWN, LAG, SUSTAIN, UP
from engine.score import Control, Note


@dataclass(frozen=True, slots=True)
class Finish:
    """The finish of a take.

    Args:
        moved: true tick of each onset, by its tick in the grid, where the two differ.
        cuts: ticks at which what sounds is ended, ascending.
        lifts: `(tick, end)` in which the pedal is up.
        holds: `(tick, end)` through which the pedal is down.
        loudness: softest and loudest velocity by onset tick in the grid.
    """

    moved: Mapping[int, int] = field(default_factory=dict)
    cuts: Sequence[int] = ()
    lifts: Sequence[tuple[int, int]] = ()
    holds: Sequence[tuple[int, int]] = ()
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
        """The controls with the pedal up where nothing may ring, and down where all shall."""
        spans = [*((each, False) for each in self.lifts), *((each, True) for each in self.holds)]
        if not spans:
            return tuple(controls)
        fixed = [each for each in controls if each.controller != SUSTAIN]
        pedal = [each for each in controls if each.controller == SUSTAIN]
        for (start, end), holds in spans:
            pedal = [each for each in pedal if not start <= each.onset <= end]
            pedal.append(Control(start, SUSTAIN, UP))
            if holds:
                pedal += [Control(start + LAG, SUSTAIN, DOWN), Control(end, SUSTAIN, UP)]
        down = False
        for control in sorted(pedal):
            if (control.value != UP) != down:
                fixed.append(control)
                down = not down
        return tuple(sorted(fixed))
