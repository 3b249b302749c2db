"""A new cut: the picture was made longer or shorter, and the cue is fitted to it.

Three ways are tried: whole bars out or in, one odd bar, and the tempo alone. What bars leave over
is made up by the tempo between two points, within 6 %. Each fit is the whole new version of the
cue as a frozen value, with the error of every hit that survives; nothing here knows a window.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from pydantic import ValidationError

from engine.config.schema import Settings
from engine.errors import PsychoscoreError
from engine.project.cue import Cue
from engine.project.picture_clock import PictureClock
from engine.project.recut_cue import Cut, recut_cue, retimed
from engine.project.recut_landing import MET_FRAMES, Landing, NewTime, lost_bars, surviving
from engine.project.recut_order import BarOrder
from engine.project.recut_search import Timing, best_nudge, orders_of
from engine.project.recut_tempo import Nudge
from engine.project.state import ProjectState
from engine.take import MAXIMUM_BARS

Kind = Literal["bars", "odd", "tempo"]
KINDS: tuple[Kind, ...] = ("bars", "odd", "tempo")
_MOST_TRIED = 8
_SETTLED_SECONDS = 0.001
# A hit that changes its place in the bar weighs as much as this many percent of tempo.
_SHIFTED = 3.0
# So does a bar that counts other beats than any bar of the cue.
_OTHER_BEAT = 4.0


@dataclass(frozen=True, slots=True)
class RecutFit:
    """One way to fit a cue to a new cut.

    Args:
        cue: the cue as it becomes, still under its old number.
        order: which bars it has.
        nudge: where the tempo is changed, None where it stays.
        landings: every hit that survives, in time.
        rewritten: its bars that are composed anew.
        seconds: its length.
        off_frames: by how many frames it ends later than the new picture asks for.
    """

    kind: Kind
    cue: Cue
    order: BarOrder
    nudge: Nudge | None
    landings: tuple[Landing, ...]
    rewritten: tuple[int, ...]
    seconds: float
    off_frames: float

    @property
    def missed(self) -> tuple[Landing, ...]:
        return tuple(each for each in self.landings if not each.met)

    @property
    def cost(self) -> tuple[float, ...]:
        """Fewer hits missed come first, then less that is changed."""
        bent = abs(self.nudge.factor - 1) * 100 if self.nudge else 0.0
        shifted = _SHIFTED * sum(each.shifted for each in self.landings)
        beats = {metre.denominator for metre in self.order.old}
        other = _OTHER_BEAT * sum(each.denominator not in beats for each in self.order.metres)
        changed = bent + shifted + other + len(self.rewritten)
        return float(self.is_off), len(self.missed), changed

    @property
    def is_off(self) -> bool:
        """Whether its end is more than a frame from where the picture wants it."""
        return abs(self.off_frames) > MET_FRAMES


def find_fits(cue: Cue, settings: Settings, cut: Cut) -> tuple[RecutFit, ...]:
    """Up to three fits, the best of each kind, the best first; none where nothing fits.

    Raises:
        PsychoscoreError: the cut is nothing, or lies outside the cue.
    """
    timing = Timing.of(cue, settings, cut)
    check_cut(timing, cut)
    found: list[RecutFit] = []
    for kind in KINDS:
        fits = [
            fit
            for order in orders_of(kind, timing)[:_MOST_TRIED]
            if (fit := _fit(kind, cue, settings, timing, order)) is not None
        ]
        if fits:
            found.append(min(fits, key=lambda fit: fit.cost))
    found.sort(key=lambda fit: fit.cost)
    # One whose end is off is worth telling only where no other way is known.
    return tuple(fit for fit in found if not fit.is_off) or tuple(found)


def check_cut(timing: Timing, cut: Cut) -> None:
    """Refuse a cut that no cue can follow.

    Raises:
        PsychoscoreError: it is nothing, or lies outside the cue.
    """
    length = timing.lines[-1]
    if abs(cut.seconds) * timing.clock.rate.per_second < 0.5:
        raise PsychoscoreError("The cut is shorter than a frame.", "Say how much goes or comes.")
    if not -1e-6 <= cut.at <= length + 1e-6:
        raise PsychoscoreError(
            "The cut lies outside the cue.",
            f"The cue goes from {timing.clock.timecode_of_seconds(0.0)} "
            f"to {timing.clock.timecode_of_seconds(length)}.",
        )
    if cut.end > length + 1e-6:
        raise PsychoscoreError(
            f"Only {length - cut.at:.2f} s of the cue lie behind the cut.", "Take out less."
        )


def new_version(state: ProjectState, fit: RecutFit) -> Cue:
    """The cue of a fit as a cue of its own, without takes: `1M3-v2` beside `1M3`."""
    number = version_number(state, fit.cue.number)
    return fit.cue.replace(id=uuid.uuid4().hex[:12], number=number, takes=())


def version_number(state: ProjectState, number: str) -> str:
    """The next free number: `1M3-v2` after `1M3`, `1M3-v3` after `1M3-v2`."""
    match = re.fullmatch(r"(.+)-v(\d{1,3})", number)
    stem, count = (match[1], int(match[2]) + 1) if match else (number, 2)
    while True:
        tail = f"-v{count}"
        found = f"{stem[: 16 - len(tail)]}{tail}"
        if state.cue_numbered(found) is None:
            return found
        count += 1


def stretches(bars: Iterable[int]) -> tuple[tuple[int, int], ...]:
    """Bars as first and last of those that touch."""
    found: list[tuple[int, int]] = []
    for bar in sorted(set(bars)):
        if found and found[-1][1] == bar - 1:
            found[-1] = (found[-1][0], bar)
        else:
            found.append((bar, bar))
    return tuple(found)


def _fit(
    kind: Kind, cue: Cue, settings: Settings, timing: Timing, order: BarOrder
) -> RecutFit | None:
    if not 1 <= len(order.sources) <= MAXIMUM_BARS or not any(order.sources):
        return None
    try:
        timed = retimed(cue, settings, order)
        plain = PictureClock.of(timed, settings)
        nudge = best_nudge(timing, order, plain)
        if nudge is not None:
            timed, nudge = _settled(cue, settings, order, plain, nudge)
        elif kind == "tempo":
            return None
        return _measured(kind, cue, settings, timing, order, timed, nudge)
    except ValidationError:
        # The version cannot be written, as where marks fall onto each other.
        return None


def _settled(
    cue: Cue, settings: Settings, order: BarOrder, plain: PictureClock, nudge: Nudge
) -> tuple[Cue, Nudge]:
    """Steps of glides make a tempo differ from what was reckoned: it is set by what is heard."""
    span = plain.seconds_of_bar(nudge.last) - plain.seconds_of_bar(nudge.first)
    goal = span / nudge.factor
    timed = retimed(cue, settings, order, nudge)
    for _ in range(2):
        clock = PictureClock.of(timed, settings)
        heard = clock.seconds_of_bar(nudge.last) - clock.seconds_of_bar(nudge.first)
        if abs(heard - goal) < _SETTLED_SECONDS:
            break
        nudge = Nudge(nudge.first, nudge.last, nudge.factor * heard / goal)
        timed = retimed(cue, settings, order, nudge)
    return timed, nudge


def _measured(
    kind: Kind,
    cue: Cue,
    settings: Settings,
    timing: Timing,
    order: BarOrder,
    timed: Cue,
    nudge: Nudge | None,
) -> RecutFit:
    clock = PictureClock.of(timed, settings)
    whole = recut_cue(cue, settings, timing.cut, timed, order)
    locked = frozenset(bar for lock in whole.locked for bar in range(lock.first, lock.last + 1))
    hits = surviving(cue, timing.clock, timing.cut)
    time = NewTime(timing.cut, order, clock, locked, frozenset(order.seam) - locked)
    time = replace(time, seam=time.seam | lost_bars(hits, time))
    landings = tuple(time.land(*each) for each in hits)
    moved = tuple(sorted((each.hit for each in landings), key=lambda hit: hit.bar))
    seconds = clock.seconds_of_bar(timed.bars + 1)
    wanted = timing.lines[-1] + timing.cut.seconds
    return RecutFit(
        kind,
        whole.replace(hits=moved),
        order,
        nudge,
        landings,
        tuple(sorted(time.seam)),
        seconds,
        clock.frames(seconds - wanted),
    )
