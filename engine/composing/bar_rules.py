"""What single places of a bar allow: the laws of hits, endings and dialogue as the grammar asks.

A rule holds at one position of one bar. Where a rule depends on what was written before (how many
notes still sound, how long the last attack is ago, which bass was heard), it is this file that
remembers. It knows neither requests nor why a rule is there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.composing import vocabulary as v
from engine.score import Note

Mask = npt.NDArray[np.bool_]
Place = tuple[int, int]
MANY = 99
CHORD = 3
_LOUD = np.array([v.bin_velocity(index) for index in range(v.VELOCITY_BINS)])
_LONG = np.array(v.DURATIONS)


@dataclass(frozen=True, slots=True)
class Rule:
    """What may begin at one position.

    Args:
        closed: nothing.
        softest, loudest: velocities.
        pitches: MIDI pitches of all voices but the lowest, `low` those of the lowest; None is
            all.
        most: notes that sound together, of those that began at `since` or later (in twelfths of
            a quarter from the first bar line).
        until: twelfths from the first bar line up to which a note lasts at least.
        moves_bass: the lowest voice takes another pitch class than the bass before.
        thins: no more notes sound together than in the bar before.
        turns: number of the texture change that this position belongs to, from 0.
        speech: number of the dialogue block that it lies in, from 0.
    """

    closed: bool = False
    softest: int = 1
    loudest: int = 127
    pitches: frozenset[int] | None = None
    low: frozenset[int] | None = None
    most: int = MANY
    since: int = 0
    until: int = 0
    moves_bass: bool = False
    thins: bool = False
    turns: int | None = None
    speech: int | None = None

    def with_(self, later: Rule) -> Rule:
        """Both rules; where they cannot both be obeyed the later one is."""
        loudest = min(self.loudest, later.loudest)
        softest = max(self.softest, later.softest)
        if softest > loudest:
            softest, loudest = min(later.softest, loudest), later.loudest
        stricter = later if later.most <= self.most else self
        return Rule(
            closed=self.closed or later.closed,
            softest=softest,
            loudest=loudest,
            pitches=_both(self.pitches, later.pitches),
            low=_both(self.low, later.low),
            most=stricter.most,
            since=stricter.since,
            until=max(self.until, later.until),
            moves_bass=self.moves_bass or later.moves_bass,
            thins=self.thins or later.thins,
            turns=later.turns if self.turns is None else self.turns,
            speech=later.speech if self.speech is None else self.speech,
        )


def _both(one: frozenset[int] | None, later: frozenset[int] | None) -> frozenset[int] | None:
    if one is None or later is None:
        return one if later is None else later
    return one & later or later


@dataclass(frozen=True, slots=True)
class Speech:
    """A block of dialogue: how far apart attacks are, in seconds, and how many there may be."""

    gap: float
    most: int


@dataclass(frozen=True, slots=True)
class Turn:
    """A texture change: the bar it begins in, and how far apart its chords are, in twelfths."""

    bar: int
    step: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """The skeleton's next note in the bar: where it stands, its MIDI pitch where that is forced,
    and how many are still to be written at this onset."""

    position: int
    voice: int
    pitch: int | None
    here: int


class BarRules:
    """The rules of a stream, and what it has written.

    Args:
        rules: by bar, from 0 at bar 1, and position.
        starts: of each bar and the end, in twelfths of a quarter.
        low_voice: the voice that counts as the bass.
        seconds: when each place of a dialogue block is.
        speeches: the blocks.
        kept: onsets of the skeleton in each block, which keep their share of its attacks.
        cuts: twelfths at which everything that sounds is ended.
        turns: the texture changes.
        musts: positions of a bar at which something begins, ascending.
    """

    def __init__(
        self,
        rules: Mapping[Place, Rule],
        starts: Sequence[int],
        *,
        low_voice: int,
        seconds: Mapping[Place, float] | None = None,
        speeches: Sequence[Speech] = (),
        kept: Mapping[int, Sequence[Place]] | None = None,
        cuts: Sequence[float] = (),
        turns: Sequence[Turn] = (),
        musts: Mapping[int, Sequence[int]] | None = None,
    ) -> None:
        self._rules, self._starts, self._low_voice = rules, starts, low_voice
        self._seconds, self._speeches = seconds or {}, speeches
        self._kept, self._cuts, self._turns = kept or {}, sorted(cuts), turns
        self._musts = musts or {}
        self._bars = {bar for bar, _ in rules}
        # What the grammar calls bar 0 is this bar.
        self.first_bar = 0
        self._notes: list[tuple[int, float, int]] = []
        self._attacks: dict[int, list[float]] = {}
        # For each texture change that has begun: whether it goes to chords.
        self._to_chords: dict[int, bool] = {}

    def heard(self, bar: int, position: int, pitch: int, length: int) -> None:
        """A note was written; `bar` as the grammar counts."""
        bar += self.first_bar
        start = self._at(bar, position)
        end = min([start + length, *(cut for cut in self._cuts if cut > start)])
        self._notes.append((start, end, pitch))
        rule = self._rules.get((bar, position))
        if rule is not None and rule.speech is not None:
            attacks = self._attacks.setdefault(rule.speech, [])
            when = self._seconds[bar, position]
            if when not in attacks:
                attacks.append(when)

    def of_pitches(self) -> BarRules:
        """The rules that say which pitches there may be, and what was heard."""
        rules = {
            place: Rule(pitches=rule.pitches, low=rule.low, moves_bass=rule.moves_bass)
            for place, rule in self._rules.items()
        }
        found = BarRules(rules, self._starts, low_voice=self._low_voice)
        found._notes = list(self._notes)
        return found

    def stands(self, note: Note) -> None:
        """A note that stands already."""
        start = note.onset // v.TICKS_PER_POSITION
        self._notes.append((start, max(note.end / v.TICKS_PER_POSITION, start + 1), note.pitch))

    def narrow(
        self, mask: Mask, bar: int, position: int, voice: int, shift: int, waiting: Waiting | None
    ) -> Mask:
        """The tokens of a mask that the rules leave, at least one.

        Args:
            bar, position, voice: where the grammar is; shift: MIDI pitch minus token pitch.
            waiting: the note of the skeleton that comes next, which no rule takes away.
        """
        bar += self.first_bar
        if bar not in self._bars:
            return mask
        left = mask.copy()
        rule = self._rules.get((bar, position))
        if rule is not None:
            self._narrow_note(left, rule, bar, position, voice, shift, waiting)
        self._narrow_positions(left, bar, waiting)
        self._hold_to_musts(left, bar, position)
        if rule is not None and self._owes(rule, bar, position):
            self._stay(left)
        if left.any():
            return left
        if mask[v.POSITION.start : v.POSITION.stop].any() and waiting is None:
            left[v.BAR] = True
            return left
        return mask

    def _at(self, bar: int, position: int) -> int:
        # An upbeat lies as far before bar 1 as the bar it would fill.
        start = self._starts[bar] if bar >= 0 else -self._starts[1]
        return start + position

    def _narrow_note(
        self,
        left: Mask,
        rule: Rule,
        bar: int,
        position: int,
        voice: int,
        shift: int,
        waiting: Waiting | None,
    ) -> None:
        velocities = left[v.VELOCITY.start : v.VELOCITY.stop]
        if velocities.any():
            _narrow_loudness(velocities, rule)
        durations = left[v.DURATION.start : v.DURATION.stop]
        missing = rule.until - self._at(bar, position)
        if durations.any() and missing > 0:
            durations &= min(missing, _LONG[-1]) <= _LONG
        pitches = left[v.PITCH.start : v.PITCH.stop]
        voices = left[v.VOICE.start : v.VOICE.stop]
        owed = waiting.here if waiting is not None else 0
        if self._room(rule, bar, position) - owed <= 0:
            # Only the skeleton still has room.
            skeleton = waiting.voice if waiting is not None and owed else -1
            voices[np.arange(len(voices)) != skeleton] = False
            if voice != skeleton:
                pitches[:] = False
            elif waiting is not None and waiting.pitch is not None:
                forced = waiting.pitch - shift - v.LOWEST_PITCH
                pitches[np.arange(len(pitches)) != forced] = False
        if pitches.any():
            allowed = self._pitches(rule, voice, bar, position, shift)
            if allowed is not None:
                pitches &= allowed
            self._leave_out_struck(pitches, self._at(bar, position), shift)

    def _leave_out_struck(self, pitches: Mask, now: int, shift: int) -> None:
        """A key that another voice strikes here adds nothing to a chord."""
        others = pitches.copy()
        for start, _, pitch in self._notes:
            token = pitch - shift - v.LOWEST_PITCH
            if start == now and 0 <= token < len(others):
                others[token] = False
        if others.any():
            pitches[:] = others

    def _pitches(self, rule: Rule, voice: int, bar: int, position: int, shift: int) -> Mask | None:
        lowest = voice == self._low_voice
        wanted = rule.low if lowest else rule.pitches
        moves = lowest and rule.moves_bass
        if wanted is None and not moves:
            return None
        allowed = np.zeros(v.PITCH.size, dtype=bool)
        before = self._bass_before(bar, position) if moves else None
        for pitch in range(128) if wanted is None else wanted:
            token = pitch - shift - v.LOWEST_PITCH
            if 0 <= token < v.PITCH.size:
                allowed[token] = True
        if before is not None:
            moved = allowed.copy()
            moved[(before - shift - v.LOWEST_PITCH) % 12 :: 12] = False
            allowed = moved if moved.any() else allowed
        return allowed

    def _bass_before(self, bar: int, position: int) -> int | None:
        """The lowest pitch that sounded last before a place."""
        now = self._at(bar, position)
        earlier = [note for note in self._notes if note[0] < now]
        if not earlier:
            return None
        last = max(min(end, now) for _, end, _ in earlier)
        return min(pitch for start, end, pitch in earlier if start < last <= end)

    def _narrow_positions(self, left: Mask, bar: int, waiting: Waiting | None) -> None:
        span = left[v.POSITION.start : v.POSITION.stop]
        for position in np.flatnonzero(span).tolist():
            forced = waiting is not None and waiting.position == position
            span[position] = forced or self._open(bar, position)

    def _hold_to_musts(self, left: Mask, bar: int, position: int) -> None:
        """Nothing passes over a place at which something begins."""
        coming = [must for must in self._musts.get(bar, ()) if must > position]
        span = left[v.POSITION.start : v.POSITION.stop]
        if coming and span[coming[0]]:
            span[coming[0] + 1 :] = False
            left[[v.BAR, v.EOS, v.FILL_END]] = False

    def _open(self, bar: int, position: int) -> bool:
        """Whether anything may begin at a place."""
        rule = self._rules.get((bar, position))
        if rule is None:
            return True
        if rule.closed or self._room(rule, bar, position) <= 0:
            return False
        if rule.turns is not None and self._chords(rule.turns):
            on_beat = position % self._turns[rule.turns].step == 0
            if not on_beat and position not in self._musts.get(bar, ()):
                return False
        return rule.speech is None or self._may_speak(rule.speech, bar, position)

    def _may_speak(self, number: int, bar: int, position: int) -> bool:
        speech, attacks = self._speeches[number], self._attacks.get(number, [])
        when = self._seconds[bar, position]
        coming = [self._seconds[place] for place in self._kept.get(number, ())]
        coming = [each for each in coming if each > when and each not in attacks]
        if len(attacks) + len(coming) >= speech.most:
            return False
        return all(abs(when - each) >= speech.gap - 1e-9 for each in (*attacks[-1:], *coming))

    def _room(self, rule: Rule, bar: int, position: int) -> int:
        """How many notes may still begin at a place."""
        most, since = rule.most, rule.since
        if rule.turns is not None and not self._chords(rule.turns):
            most, since = 1, -MANY * v.POSITIONS
        if rule.thins:
            most = min(most, self._together(bar - 1) or most)
        if most >= MANY:
            return most
        now = self._at(bar, position)
        return most - sum(start >= since and start <= now < end for start, end, _ in self._notes)

    def _together(self, bar: int) -> int:
        """How many notes that began in a bar sounded together at most."""
        first, last = self._at(bar, 0), self._at(bar + 1, 0)
        notes = [note for note in self._notes if first <= note[0] < last]
        return max((sum(s <= at < e for s, e, _ in notes) for at, _, _ in notes), default=0)

    def _chords(self, number: int) -> bool:
        """Whether a texture change goes to chords: to a line after a bar of chords."""
        if number not in self._to_chords:
            bar = self._turns[number].bar
            first, last = self._at(bar - 1, 0), self._at(bar, 0)
            sizes: dict[int, int] = {}
            for start, _, _ in self._notes:
                if first <= start < last:
                    sizes[start] = sizes.get(start, 0) + 1
            thick = sum(size >= CHORD for size in sizes.values())
            self._to_chords[number] = 2 * thick < max(len(sizes), 1)
        return self._to_chords[number]

    def _owes(self, rule: Rule, bar: int, position: int) -> bool:
        """Whether the chord at a place still lacks notes."""
        if rule.turns is None or not self._chords(rule.turns):
            return False
        now = self._at(bar, position)
        written = len({pitch for start, _, pitch in self._notes if start == now})
        return 0 < written < min(CHORD, rule.most)

    def _stay(self, left: Mask) -> None:
        """Nothing but one more note of this chord, where one can be."""
        chord = left.copy()
        chord[v.POSITION.start : v.POSITION.stop] = False
        chord[[v.BAR, v.EOS, v.FILL_END]] = False
        if chord.any():
            left &= chord


def _narrow_loudness(velocities: Mask, rule: Rule) -> None:
    inside = velocities & (rule.softest <= _LOUD) & (rule.loudest >= _LOUD)
    if not inside.any():
        # No bin lies within: the loudest that is not too loud, which a finished note is fitted to.
        below = np.flatnonzero(velocities & (rule.loudest >= _LOUD))
        inside[below[-1] if len(below) else np.flatnonzero(velocities)[0]] = True
    velocities[:] = inside
