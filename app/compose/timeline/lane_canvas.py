"""The lanes of the Timeline: curves over the bars, the temperature they come to, chosen points.

A lane is its owner's; here it is shown, and said while it is dragged and when a drag is done.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from PySide6.QtCore import Signal

from app.compose.timeline.geometry import LANE_ROWS
from app.compose.timeline.lane_editing import without_point
from app.compose.timeline.note_colours import Colouring
from app.compose.timeline.plan_canvas import PlanCanvas
from app.compose.timeline.state import LanePoint
from app.compose.timeline.surface import NOTE_ROWS
from engine.lanes import Lane, Lanes
from engine.score import Note


class LaneCanvas(PlanCanvas):
    """Shows and changes lanes.

    Signals:
        lane_moved(Lane): a lane changes while it is dragged.
        lane_committed(str, Lane | None): an edit is done; None when no point is left.
        lane_restored(str, Lane | None): a drag was cancelled; the lane is as before.
    """

    lane_moved = Signal(object)
    lane_committed = Signal(str, object)
    lane_restored = Signal(str, object)

    def set_lanes(self, lanes: Lanes) -> None:
        """Show other lanes; rows that look as before are not painted again."""
        before, self.state.lanes = self.state.lanes, lanes
        changed = [
            name
            for name in LANE_ROWS
            if before.lane(name) != lanes.lane(name)
            or before.profile.get(name) != lanes.profile.get(name)
        ]
        self._repaint_rows(changed)

    def set_temperatures(
        self, computed: Sequence[float | None], of_take: Sequence[float | None] = ()
    ) -> None:
        """Show the temperature of each bar: computed now, and what the take was drawn with."""
        now = (tuple(computed), tuple(of_take))
        if now == (self.state.computed, self.state.taken):
            return
        self.state.computed, self.state.taken = now
        by_temperature = self.colours.colouring is Colouring.TEMPERATURE
        self._repaint_rows(["temperature", *(NOTE_ROWS if by_temperature else ())])

    def set_threshold(self, threshold: float) -> None:
        """Show from where on estrangement adds to the temperature."""
        if threshold != self.state.threshold:
            self.state.threshold = threshold
            self._repaint_rows(["rsi_imaginary"])

    def mute_hovered_lane(self) -> None:
        """Mute or unmute the lane under the pointer, where it has points."""
        lane = self.state.lane(self.state.hovered_row) if self.state.hovered_row else None
        if lane is not None:
            self.commit_lane(lane.name, replace(lane, muted=not lane.muted))

    def show_lane(self, name: str, lane: Lane | None) -> None:
        if lane != self.state.lane(name):
            self._put_lane(name, lane)
            if lane is not None:
                self.lane_moved.emit(lane)

    def commit_lane(self, name: str, lane: Lane | None) -> None:
        self._put_lane(name, lane)
        self.lane_committed.emit(name, lane)

    def restore_lane(self, name: str, lane: Lane | None) -> None:
        self._put_lane(name, lane)
        self.lane_restored.emit(name, lane)

    def choose_notes(self, notes: Iterable[Note]) -> None:
        super().choose_notes(notes)
        chosen = self.state.chosen_point
        if self.state.chosen and chosen is not None:
            self.choose_point(chosen[0], None)

    def choose_point(self, name: str, index: int | None) -> None:
        before = self.state.chosen_point
        self.state.chosen_point = None if index is None else (name, index)
        self.state.also_chosen = frozenset()
        self._update_rows({name, before[0]} if before else {name})

    def choose_points(self, name: str, indices: Collection[int]) -> None:
        """Choose several points of one lane."""
        first, *others = sorted(indices) or [None]
        if first is not None:
            self.choose_notes(())
        self.choose_point(name, first)
        self.state.also_chosen = frozenset(each for each in others if each is not None)

    def _put_lane(self, name: str, lane: Lane | None) -> None:
        self.state.lanes = self.state.lanes.with_lane(name, lane)
        self._repaint_rows([name])

    def _remove_point(self, place: LanePoint | None) -> None:
        lane = self.state.lane(place[0]) if place else None
        if place is None or lane is None or place[1] >= len(lane.points):
            return
        self.state.chosen_point = self.state.hovered_point = None
        self.commit_lane(lane.name, without_point(lane, place[1]))
