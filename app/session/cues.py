"""What is done to the cues of a project from their list: any of them, not only the open one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from engine.errors import PsychoscoreError
from engine.project.cue import Cue, CueStatus
from engine.project.cue_marks import TakeLabel
from engine.project.edits import (
    AddCue,
    AddTake,
    AnyEdit,
    ApproveTake,
    SetStatus,
    Several,
    new_take_id,
)
from engine.project.time_edits import SetStart, parse_start

if TYPE_CHECKING:
    from app.session.session import Session


class Cues(QObject):
    """Acts on the cues of one session; each act is one undo step.

    Args:
        session: whose cues they are.
    """

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session

    def cue(self, cue_id: str) -> Cue | None:
        return next((cue for cue in self._session.cues if cue.id == cue_id), None)

    def duplicate(self, cue_id: str) -> str:
        """Add a copy of a cue with its takes; its id, or nothing where that is not allowed."""
        cue, state = self.cue(cue_id), self._session.undo_stack.state
        if cue is None:
            return ""
        blank = self._session.blank_cue(self._free_number(cue.number))
        copy = cue.replace(
            id=blank.id,
            number=blank.number,
            title=f"{cue.title} copy".strip()[:200],
            takes=(),
            approved=None,
        )
        edits: list[AnyEdit] = [AddCue(cue=copy)]
        for label in cue.takes:
            take = state.take(cue.id, label.id)
            if take is not None:
                new = TakeLabel(id=new_take_id(take), title=label.title, starred=label.starred)
                edits.append(AddTake(cue=copy.id, label=new, take=take))
                if label.id == cue.approved:
                    edits.append(ApproveTake(cue=copy.id, take=new.id))
        title = f"Duplicate Cue {cue.number}"
        return copy.id if self._session.commit(Several(edits=tuple(edits), title=title)) else ""

    def set_start(self, cue_id: str, text: str) -> bool:
        """Let a cue begin at a typed time code; False where it is none."""
        cue = self.cue(cue_id)
        if cue is None:
            return False
        try:
            start = parse_start(text, cue.start.frame_rate, cue.start.bar)
        except PsychoscoreError as error:
            self._session.report(error)
            return False
        return self._session.commit(SetStart(cue=cue_id, start=start))

    def set_status(self, cue_id: str, status: CueStatus) -> None:
        self._session.commit(SetStatus(cue=cue_id, status=status))

    def approve(self, cue_id: str, take_id: str | None) -> None:
        """Approve a take and with it the cue; None takes that back."""
        cue = self.cue(cue_id)
        if cue is None or take_id == cue.approved:
            return
        edits: list[AnyEdit] = [ApproveTake(cue=cue_id, take=take_id)]
        if take_id is not None:
            edits.append(SetStatus(cue=cue_id, status="approved"))
        elif cue.status == "approved":
            edits.append(SetStatus(cue=cue_id, status="work"))
        self._session.commit(Several(edits=tuple(edits), title=edits[0].text))

    def _free_number(self, number: str) -> str:
        taken = {cue.number.casefold() for cue in self._session.cues}
        stem, count = number[:12], 2
        while f"{stem}-{count}".casefold() in taken:
            count += 1
        return f"{stem}-{count}"
