"""The plan in the Timeline: shown when it is opened, drawn over, and freed again.

What is asked of single bars is its owner's; here it is shown, and said when a drag is done.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from PySide6.QtCore import QPointF, Signal

from app.compose.timeline.geometry import GUTTER
from app.compose.timeline.note_canvas import NoteCanvas
from app.compose.timeline.plan import RANKED, WORDED, Plan, Ranks, without_rank
from app.compose.timeline.plan_drag import bar_under


class PlanCanvas(NoteCanvas):
    """Shows and changes the plan.

    Signals:
        asked_committed(str, Ranks): what is asked of single bars of an attribute is another.
        plan_toggled(bool): the lanes of the plan were opened or closed.
    """

    asked_committed = Signal(str, object)
    plan_toggled = Signal(bool)

    def set_plan(self, plan: Plan) -> None:
        """Show the plan of another take, and what was measured of it."""
        if plan != self.state.plan:
            self.state.plan = plan
            self._repaint_plan((*RANKED, *WORDED))

    def set_asked(self, asked: Mapping[str, Ranks]) -> None:
        """Show what the cue asks for of single bars, by attribute name."""
        before, self.state.asked = self.state.asked, dict(asked)
        self._repaint_plan(name for name in RANKED if before.get(name) != asked.get(name))

    def show_asked(self, name: str, ranks: Ranks) -> None:
        self.set_asked({**self.state.asked, name: ranks})

    def commit_asked(self, name: str, ranks: Ranks) -> None:
        self.show_asked(name, ranks)
        self.asked_committed.emit(name, ranks)

    def toggle_plan(self) -> None:
        """Open or close the lanes of the plan."""
        self.state.plan_open = not self.state.plan_open
        self._lay_out()
        self.plan_toggled.emit(self.state.plan_open)

    def free_bar(self, position: QPointF) -> None:
        """Leave the bar under the pointer to the plan again."""
        name = self.state.row_at(position.y()).name
        before = self.state.asked.get(name, ())
        freed = without_rank(before, bar_under(self.state, position))
        if position.x() >= GUTTER and freed != before:
            self.commit_asked(name, freed)

    def _repaint_plan(self, names: Iterable[str]) -> None:
        """Rows that are closed have no pictures, and are painted anew when they open."""
        shown = {row.name for row in self.state.rows}
        wanted = [name for name in names if name in shown]
        self.surface.forget(wanted)
        self._update_rows(wanted)
