"""Asking again: what of a take is composed anew, with what it keeps, or how it goes on.

It holds what the window lets the composer choose for this (voices, rhythm, how many bars more)
and turns it into commissions. It knows no widget and no engine.
"""

from __future__ import annotations

import bisect
import random
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.session.commission import Commission
from app.session.values import TakeSnapshot
from app.wording import bars_text, bars_word
from engine.errors import PsychoscoreError
from engine.hole import Hole
from engine.lanes import Lane, Lanes
from engine.profile import DIMENSION_BY_NAME
from engine.project.edits import SetBars, SetLocks
from engine.project.locks import lock_at, open_stretches, with_lock, without_lock
from engine.score import Voice, pitch_name
from engine.take import MAXIMUM_BARS, GenerationRequest, InfillRequest, Take

if TYPE_CHECKING:
    from app.session.generating import Generating

Bars = tuple[int, int]
ALL_VOICES = frozenset(Voice)
STEP = 0.2
MOST_BARS_MORE = 64


class Asking(QObject):
    """What is asked of the current take of a session.

    `voices` are composed anew, the others are kept; `keep_rhythm` leaves onsets and lengths and
    changes pitches alone; `bars_more` is how far a take goes on.
    """

    changed = Signal()
    """Something was chosen, here or elsewhere."""

    def __init__(self, session: Generating) -> None:
        super().__init__(session)
        self._session = session
        self.voices = ALL_VOICES
        self.keep_rhythm = False
        self.bars_more = 8

    # ---- What is chosen

    def choose_voices(self, voices: Iterable[Voice]) -> None:
        self.voices = frozenset(voices)
        self.changed.emit()

    def choose_rhythm(self, kept: bool) -> None:
        self.keep_rhythm = kept
        self.changed.emit()

    def choose_bars_more(self, bars: int) -> None:
        self.bars_more = min(max(bars, 1), MOST_BARS_MORE)
        self.changed.emit()

    @property
    def base(self) -> tuple[TakeSnapshot, Take] | None:
        """The current take, where it has music."""
        current = self._session.current_take
        return (current, current.take) if current and current.take else None

    @property
    def region(self) -> Bars | None:
        """The bars under the loop region, or None where there is none or it is beyond the take."""
        base, transport = self.base, self._session.transport
        if base is None or transport.loop is None or not transport.looping:
            return None
        return bars_between(base[1].score.starts, *transport.loop)

    @property
    def bars(self) -> Bars | None:
        """What `compose_again` composes: the region, or without one the whole take."""
        base, transport = self.base, self._session.transport
        if base is None:
            return None
        if transport.loop is not None and transport.looping:
            return self.region
        return 1, len(base[1].score.metres)

    @property
    def can_ask(self) -> bool:
        return self._session.can_generate and self.base is not None

    @property
    def can_compose_again(self) -> bool:
        return self.can_ask and self.bars is not None and bool(self.voices)

    @property
    def can_go_on(self) -> bool:
        base = self.base
        fits = base is not None and len(base[1].score.metres) + self.bars_more <= MAXIMUM_BARS
        return self.can_ask and fits

    # ---- What is asked

    def compose_again(self) -> None:
        """Compose the chosen bars and voices of the current take anew, as new takes."""
        base, bars = self.base, self.bars
        if base is None or bars is None or not self.can_compose_again:
            return
        voices = () if self.voices == ALL_VOICES else tuple(sorted(self.voices))
        hole = Hole(*bars, voices=voices, keep_rhythm=self.keep_rhythm)
        self._ask_hole(base, hole, hole_title(base[0].letter, hole))

    def compose_range(self, first_tick: int, last_tick: int, low: int, high: int) -> None:
        """Compose what lies between two pitches in the bars between two ticks anew; all other
        notes of these bars stay."""
        base = self.base
        if base is None or not self.can_ask:
            return
        bars = bars_between(base[1].score.starts, first_tick, last_tick)
        if bars is not None:
            hole = Hole(*bars, pitches=(low, high), keep_rhythm=self.keep_rhythm)
            self._ask_hole(base, hole, hole_title(base[0].letter, hole))

    def retexture(self, texture: str) -> None:
        """Compose the chosen bars anew over the same chords, in another texture."""
        base, bars = self.base, self.bars
        if base is not None and bars is not None and self.can_ask:
            hole = Hole(*bars, keep_chords=True)
            title = f"{base[0].letter}, {bars_word(*bars)} as {texture.replace('_', ' ')}"
            self._ask_hole(base, hole, title, texture=texture)

    def accompany(self) -> None:
        """Keep the melody of the chosen bars and compose all other voices anew."""
        self.keep_rhythm = False
        self.choose_voices(ALL_VOICES - {Voice.MELODY})
        self.compose_again()

    def go_on(self) -> None:
        """Compose more bars behind the end of the current take; the cue grows with it."""
        base = self.base
        if base is None or not self.can_go_on:
            return
        standing = len(base[1].score.metres)
        hole = Hole(standing + 1, standing + self.bars_more)
        cue = self._session.cue
        grown = SetBars(cue=cue.id, bars=max(cue.bars, hole.last))
        count = bars_text(self.bars_more)
        title = f"{base[0].letter}, {count} on"
        self._ask_hole(base, hole, title, (grown,), f"Continue by {count}")

    def vary(self, take_id: str, name: str, step: float) -> None:
        """Ask for a take once more with the same seed and one dimension moved by `step`."""
        found = next((each for each in self._session.takes if each.id == take_id), None)
        if found is None or found.take is None or not self.can_ask:
            return
        word = DIMENSION_BY_NAME[name].title.lower()
        title = f"{found.letter}, {'more' if step > 0 else 'less'} {word}"
        self._session.settle()
        try:
            lanes = moved_lanes(found.take.provenance.request.lanes, name, step)
            commission = Commission((once_more(found.take, lanes),), title=title)
        except PsychoscoreError as error:
            self._session.report(error)
            return
        self._session.compose(commission)

    def around_locks(self, takes: int) -> Commission | None:
        """The current take with all but its locked bars composed anew; None without locks.

        Raises:
            PsychoscoreError: all bars are locked, or a wish is not allowed.
        """
        session, base = self._session, self.base
        locked = session.cue.locked
        if base is None or not any(lock.first <= len(base[1].score.metres) for lock in locked):
            return None
        standing = len(base[1].score.metres)
        stretches = [*open_stretches(locked, standing)]
        if session.cue.bars > standing:
            stretches.append((standing + 1, session.cue.bars))
        if not stretches:
            raise PsychoscoreError(
                "All bars are locked: there is nothing to compose.",
                "Unlock some of them on the ruler.",
            )
        holes = [Hole(*stretch) for stretch in stretches]
        bars = ", ".join(_span(first, last) for first, last in stretches)
        title = f"{base[0].letter}, bars {bars} anew"
        requests = self._into(base[1], holes[0], takes)
        return Commission(requests, tuple(holes[1:]), title)

    def _ask_hole(
        self,
        base: tuple[TakeSnapshot, Take],
        hole: Hole,
        title: str,
        edits: tuple[SetBars, ...] = (),
        step: str = "",
        texture: str | None = None,
    ) -> None:
        session = self._session
        session.settle()
        try:
            requests = self._into(base[1], hole, session.takes_at_once)
            if texture is not None:
                requests = tuple(
                    replace(each, wish=replace(each.wish, texture=texture)) for each in requests
                )
        except PsychoscoreError as error:
            session.report(error)
            return
        session.compose(Commission(requests, (), title, edits, step))

    def _into(self, base: Take, hole: Hole, takes: int) -> tuple[InfillRequest, ...]:
        session, seed = self._session, fresh_seed()
        wishes = (session.cue.request(session.settings, take, seed) for take in range(takes))
        return tuple(InfillRequest.into(base, wish, hole) for wish in wishes)

    # ---- Locks

    def lock(self, first: int, last: int) -> None:
        """Lock bars of the cue: composing it leaves them as they are."""
        cue = self._session.cue
        locked = with_lock(cue.locked, first, last)
        self._session.commit(SetLocks(cue=cue.id, act="lock", locked=locked))

    def unlock(self, first: int, last: int) -> None:
        cue = self._session.cue
        locked = without_lock(cue.locked, first, last)
        self._session.commit(SetLocks(cue=cue.id, act="unlock", locked=locked))

    def locked_at(self, bar: int) -> Bars | None:
        """The locked stretch that a bar of the cue lies in."""
        lock = lock_at(self._session.cue.locked, bar)
        return (lock.first, lock.last) if lock else None


def fresh_seed() -> int:
    """A seed that nobody chose."""
    return random.SystemRandom().randrange(1, 1_000_000)


def bars_between(starts: Sequence[int], first_tick: int, last_tick: int) -> Bars | None:
    """The bars that lie in part between two ticks; None where none does.

    Args:
        starts: tick of each bar line and of the end.
    """
    first = max(bisect.bisect_right(starts, first_tick), 1)
    last = min(bisect.bisect_left(starts, last_tick), len(starts) - 1)
    return (first, last) if first <= last else None


def hole_title(letter: str, hole: Hole) -> str:
    """What a take is called after its hole: `A, bars 5-8 anew`, `A, bars 1-16, bass anew`."""
    bars = bars_word(hole.first, hole.last)
    voices = ", ".join(voice.name.lower() for voice in hole.voices)
    pitches = " to ".join(map(pitch_name, hole.pitches or ()))
    parts = [each for each in (letter, bars, voices, pitches) if each]
    return f"{', '.join(parts)}{', new pitches' if hole.keep_rhythm else ' anew'}"


def moved_lanes(lanes: Lanes, name: str, step: float) -> Lanes:
    """Lanes with one dimension moved, at rest and along its curve, within its range."""
    dimension = DIMENSION_BY_NAME[name]

    def moved(value: float) -> float:
        return round(min(max(value + step, dimension.minimum), dimension.maximum), 4)

    profile = lanes.profile.replace(name, moved(lanes.profile.get(name)))
    lane = lanes.lane(name)
    if lane is not None:
        lane = Lane(name, tuple((bar, moved(value)) for bar, value in lane.points), lane.muted)
    return Lanes(profile, lanes.lanes).with_lane(name, lane)


def once_more(take: Take, lanes: Lanes) -> GenerationRequest | InfillRequest:
    """What a take was asked for, with other lanes; of an infilled one its hole alone."""
    told = take.provenance
    wish = replace(told.request, lanes=lanes)
    if told.hole is None:
        return wish
    score, hole = take.score, told.hole
    whole_bars = not (hole.voices or hole.pitches or hole.keep_rhythm)
    if whole_bars and hole.first > 1 and hole.last == len(score.metres):
        # Composed to the end, as a continuation is: what stood before it goes on once more.
        starts = score.starts
        end = starts[hole.first - 1]
        score = replace(
            score,
            notes=tuple(note for note in score.notes if note.onset < end),
            controls=tuple(each for each in score.controls if each.onset < end),
            metres=score.metres[: hole.first - 1],
        )
    return InfillRequest.into(Take(score, told), wish, hole)


def _span(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}-{last}"
