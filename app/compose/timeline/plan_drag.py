"""Drawing over the plan: a drag sets what is asked for in each bar that it passes."""

from __future__ import annotations

from PySide6.QtCore import QPointF

from app.compose.timeline.geometry import GUTTER
from app.compose.timeline.gestures import THRESHOLD, Desk, Modifiers
from app.compose.timeline.plan import with_rank
from app.compose.timeline.plan_lanes import rank_at
from app.compose.timeline.state import TimelineState


class PlanDrag:
    """Draws ranks bar by bar; a click alone asks for nothing."""

    def __init__(self, desk: Desk, name: str, position: QPointF) -> None:
        self._desk, self._name = desk, name
        self._start = self._last = position
        self._before = desk.state.asked.get(name, ())
        self._ranks = self._before
        self._drawing = False

    def move(self, position: QPointF, modifiers: Modifiers) -> None:
        if not self._drawing and (position - self._start).manhattanLength() < THRESHOLD:
            return
        self._drawing = True
        state = self._desk.state
        row = state.row(self._name)
        first, last = (bar_under(state, each) for each in (self._last, position))
        # A fast pointer leaves no bar out.
        step = 1 if last >= first else -1
        for bar in range(first, last + step, step):
            share = 1.0 if first == last else (bar - first) / (last - first)
            y = self._last.y() + share * (position.y() - self._last.y())
            self._ranks = with_rank(self._ranks, bar, rank_at(y - row.top, row.height))
        self._last = position
        self._desk.show_asked(self._name, self._ranks)

    def finish(self) -> None:
        if self._ranks != self._before:
            self._desk.commit_asked(self._name, self._ranks)

    def cancel(self) -> None:
        self._desk.show_asked(self._name, self._before)


def bar_under(state: TimelineState, position: QPointF) -> int:
    """The bar under the pointer, from 1, within the cue."""
    return state.bars.index(state.time.tick(position.x() - GUTTER)) + 1
