"""Write: what sliders and knobs do while the music plays is drawn into their lanes.

A pass runs from the first move to the end of playing, or to the place where the loop turns; it
is one undo step. Until then the lanes are shown as they would become.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from engine.lane_writing import Point, written
from engine.profile import DIMENSION_BY_NAME
from engine.project.edits import AnyEdit, MuteLane, SetLane, Several

if TYPE_CHECKING:
    from app.session.session import Session

_BACK_BARS = 0.05


class Writing(QObject):
    """The pass that is being written, if one is.

    Args:
        session: whose lanes are written.

    Signals:
        changed(): the switch was turned.
    """

    changed = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self._moves: dict[str, list[Point]] = {}
        self._cue = ""
        self._bar = 1.0
        self.on = False
        session.transport_changed.connect(self._follow)
        session.position_changed.connect(self._pass_on)

    @property
    def active(self) -> bool:
        """Whether a move now is written instead of set."""
        return self.on and self._session.transport.playing

    def switch(self, on: bool) -> None:
        """Write from now on, or no longer; what was written so far is kept."""
        self.on = on
        if not on:
            self.finish()
        self.changed.emit()

    def move(self, values: Mapping[str, float]) -> None:
        """A slider is where a hand has moved it, now."""
        session = self._session
        bar = session.asked.bar(session.position)
        self._pass_on(session.position)
        self._cue = session.cue.id
        for name, value in values.items():
            moves = self._moves.setdefault(name, [])
            if not moves or moves[-1][1] != value:
                moves.append((max(bar, moves[-1][0]) if moves else bar, value))
        self._bar = max(self._bar, bar)
        # Shown as if the hand stayed: only the end of the pass leads back to the old lane.
        session.preview(self._edit(session.cue.bars + 1.0))

    def finish(self) -> None:
        """End the pass: it becomes one undo step."""
        if self._moves:
            edit = self._edit(self._bar)
            self._moves = {}
            self._session.commit(edit)

    def _pass_on(self, tick: float) -> None:
        """Follow the music; where it has turned back, the pass was at its end."""
        if not self._session.transport.playing:
            return
        bar = self._session.asked.bar(tick)
        if bar < self._bar - _BACK_BARS:
            self.finish()
            self._bar = bar
        self._bar = max(self._bar, bar)

    def _follow(self) -> None:
        session = self._session
        if not session.transport.playing:
            self.finish()
        elif not self._moves:
            self._bar = session.asked.bar(session.position)

    def _edit(self, end: float) -> AnyEdit:
        cue = self._session.undo_stack.state.cue(self._cue)
        asked = cue.resolved_lanes(self._session.settings)
        edits: list[AnyEdit] = []
        for name in DIMENSION_BY_NAME:
            if name not in self._moves:
                continue
            moves, lane = self._moves[name], asked.lane(name)
            rest = asked.profile.get(name)
            new = written(lane, name, rest, moves, end, cue.bars)
            drawn = {"cue": cue.id, "name": name, "points": new.points}
            edits.append(SetLane.model_validate(drawn))
            if lane is not None and lane.muted:
                off = {"cue": cue.id, "name": name, "muted": False}
                edits.append(MuteLane.model_validate(off))
        titles = [DIMENSION_BY_NAME[name].title for name in self._moves]
        return Several(edits=tuple(edits), title=f"Write {', '.join(sorted(titles))}")
