"""Wishes about a new cut of the picture: fits to choose from, and the new version of the cue.

The new version is a cue of its own, `1M3-v2` beside `1M3`, which stays as it is. The current take
comes over as a take of the version; the bars at the seam are then composed anew into it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.session.asking import fresh_seed
from app.session.commission import Commission
from app.wording import bars_word
from engine.errors import PsychoscoreError
from engine.hole import Hole
from engine.project.cue_marks import TakeLabel
from engine.project.edits import AddCue, AddTake, AnyEdit, Several, new_take_id
from engine.project.recut import RecutFit, new_version, stretches, version_number
from engine.project.recut_take import recut_take
from engine.take import InfillRequest, Take

if TYPE_CHECKING:
    from app.session.session import Session


class Recutting(QObject):
    """Makes new versions of the cue of a session."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self._origins: dict[str, str] = {}
        self._was = ""
        session.undo_stack.indexChanged.connect(lambda _index: self._follow())

    @property
    def number(self) -> str:
        """What the next version of the cue will be called."""
        session = self._session
        return version_number(session.undo_stack.state, session.cue.number)

    def use(self, fit: RecutFit) -> bool:
        """Make the new version, go there, and compose its seam; False where it is not allowed."""
        session = self._session
        session.settle()
        old, base = session.cue, session.current_take
        if fit.cue.id != old.id:
            return False
        version = new_version(session.undo_stack.state, fit)
        edits: list[AnyEdit] = [AddCue(cue=version)]
        carried: Take | None = None
        if base is not None and base.take is not None:
            carried = recut_take(base.take, version, session.settings, fit.order)
            label = TakeLabel(id=new_take_id(carried), title=f"{base.letter} carried over")
            edits.append(AddTake(cue=version.id, label=label, take=carried))
        if not session.commit(Several(edits=tuple(edits), title=f"New Cut {version.number}")):
            return False
        self._origins[version.id] = old.id
        session.choose_cue(version.id)
        self._was = version.id
        if carried is not None and base is not None and fit.rewritten:
            self._compose_seam(carried, fit, f"{base.letter}, new cut")
        return True

    def _compose_seam(self, carried: Take, fit: RecutFit, title: str) -> None:
        session = self._session
        first, *others = stretches(fit.rewritten)
        if not session.can_generate:
            session.loop_bars(*first)
            bars = ", ".join(bars_word(*each) for each in (first, *others))
            error = PsychoscoreError(
                f"The seam of the new cut is not composed yet: {bars}.",
                "It is looped: choose Compose these bars again as soon as a model is ready.",
            )
            session.report(error)
            return
        try:
            wish = session.cue.request(session.settings, 0, fresh_seed())
            request = InfillRequest.into(carried, wish, Hole(*first))
        except PsychoscoreError as error:
            session.report(error)
            return
        holes = tuple(Hole(*each) for each in others)
        session.compose(Commission((request,), holes, title, step="Compose the Seam"))

    def _follow(self) -> None:
        """Where the version that was shown is undone, the cue that it came from is shown again."""
        session = self._session
        there = {cue.id for cue in session.undo_stack.state.cues}
        if self._was and self._was not in there:
            origin = self._origins.get(self._was, "")
            self._was = ""
            session.cancel()
            if origin in there and session.cue.id != origin:
                session.choose_cue(origin)
        elif session.cue.id in self._origins:
            self._was = session.cue.id
