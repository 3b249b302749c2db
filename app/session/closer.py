"""Asking for takes that differ from one that is there in one thing: closer to its wish, without one
dimension, with its changed bars composed anew."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from app.session.asking import fresh_seed, once_more
from app.session.commission import Commission
from app.wording import bars_word
from engine.errors import PsychoscoreError
from engine.hole import Hole
from engine.lanes import Lanes
from engine.profile import DIMENSION_BY_NAME
from engine.project.changed import changed_stretches
from engine.take import InfillRequest, RefineRequest, Take

if TYPE_CHECKING:
    from app.session.generating import Generating
    from app.session.values import TakeSnapshot

GOALS = (0.5, 0.6, 0.7, 0.8, 0.9)
"""Matches that can be asked for."""


class Closer:
    """What can be asked of any take of a session's cue, by the take's id."""

    def __init__(self, session: Generating) -> None:
        self._session = session

    def refine(self, take_id: str, until: float) -> None:
        """Compose the weakest bars of a take again until it matches so well, as a new take; locked
        bars stay."""
        found = self._found(take_id)
        if found is None or found.take is None:
            return
        locked = tuple((lock.first, lock.last) for lock in self._session.cue.locked)
        title = f"{found.letter}, closer"
        try:
            request = RefineRequest(found.take, until, locked=locked)
        except PsychoscoreError as error:
            self._session.report(error)
            return
        self._compose(Commission((request,), title=title, until=until, locked=locked))

    def changed(self) -> tuple[tuple[int, int], ...]:
        """The stretches of the current take that would be asked for otherwise now."""
        session, base = self._session, self._session.asking.base
        if base is None or not base[1].provenance.model_hash:
            return ()
        then = base[1].provenance.request
        now = session.cue.request(session.settings, then.take, then.seed)
        bars = len(base[1].score.metres)
        stretches = changed_stretches(now, then, session.cue.locked)
        return tuple((first, min(last, bars)) for first, last in stretches if first <= bars)

    def compose_changed(self) -> None:
        """Compose the bars anew whose psyche changed since the current take was made; all others
        stay as they are."""
        session, base, stretches = self._session, self._session.asking.base, self.changed()
        if base is None or not stretches or not session.can_generate:
            return
        holes = [Hole(*stretch) for stretch in stretches]
        words = ", ".join(bars_word(*stretch) for stretch in stretches)
        try:
            wish = session.cue.request(session.settings, 0, fresh_seed())
            request = InfillRequest.into(base[1], wish, holes[0])
        except PsychoscoreError as error:
            session.report(error)
            return
        title = f"{base[0].letter}, {words} anew"[:200]
        self._compose(Commission((request,), tuple(holes[1:]), title))

    def again(self, take_id: str) -> None:
        """Ask once more for what a take was asked for, with another seed, as a new take."""
        found = self._found(take_id)
        if found is None or found.take is None:
            return
        told = found.take.provenance
        seeded = replace(told, request=replace(told.request, seed=fresh_seed()))
        try:
            request = once_more(replace(found.take, provenance=seeded), told.request.lanes)
        except PsychoscoreError as error:
            self._session.report(error)
            return
        self._compose(Commission((request,), title=f"{found.letter}, again"))

    def mute(self, take_id: str, name: str) -> None:
        """Compose a take once more with the same seed and one dimension neutral."""
        found = self._found(take_id)
        if found is None or found.take is None:
            return
        word = DIMENSION_BY_NAME[name].title.lower()
        try:
            request = once_more(found.take, without(found.take, name))
        except PsychoscoreError as error:
            self._session.report(error)
            return
        self._compose(Commission((request,), title=f"{found.letter} - without {word}"))

    def _found(self, take_id: str) -> TakeSnapshot | None:
        if not self._session.can_generate:
            return None
        return next((each for each in self._session.takes if each.id == take_id), None)

    def _compose(self, commission: Commission) -> None:
        self._session.settle()
        self._session.compose(commission)


def without(take: Take, name: str) -> Lanes:
    """The lanes of a take with one dimension neutral in every bar."""
    lanes = take.provenance.request.lanes
    profile = lanes.profile.replace(name, DIMENSION_BY_NAME[name].default)
    return replace(lanes, profile=profile).with_lane(name, None)
