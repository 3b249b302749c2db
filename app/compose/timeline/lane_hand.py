"""What keys and menus do to lanes: copy one onto another, choose points, nudge and delete them.

A copied lane belongs to the program. Put down on another lane its values are rescaled from range
to range, so that the top stays the top; its bars stay where they are.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QMenu, QWidget

from app.compose.timeline.gestures import Desk, Modifiers
from app.compose.timeline.lane_editing import BAR_DIGITS, rounded, tidied
from app.compose.timeline.state import TimelineState, is_lane
from engine.lanes import Lane
from engine.profile import DIMENSION_BY_NAME

COARSE, FINE = 0.01, 0.001
_PLAIN, _SHIFT, _CONTROL = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
)


class LaneHand:
    """Works on the lane that has the keyboard: that of the chosen points, else the one under the
    pointer."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._copied: Lane | None = None

    @property
    def copied(self) -> Lane | None:
        return self._copied

    @property
    def focused(self) -> str | None:
        """The name of the lane that keys mean: a lane under the pointer before all."""
        state = self._desk.state
        if is_lane(state.hovered_row):
            return state.hovered_row
        return state.chosen_point[0] if state.chosen_point else None

    def copy(self, name: str) -> None:
        """Remember a lane; one without points is copied as its value at rest."""
        state = self._desk.state
        rest = ((1.0, state.lanes.profile.get(name)),)
        self._copied = state.lane(name) or Lane(name, rest)

    def paste(self, name: str) -> None:
        """Put the remembered lane down on another, in place of what was there."""
        if self._copied is not None:
            self._desk.choose_point(name, None)
            self._desk.commit_lane(name, rescaled(self._copied, name))

    def choose_all(self, name: str) -> None:
        lane = self._desk.state.lane(name)
        if lane is not None:
            self._desk.choose_points(name, range(len(lane.points)))

    def nudge(self, steps: int, value: float) -> None:
        """Move the chosen points by steps of the grid, and up or down by a value."""
        state, place = self._desk.state, self._desk.state.chosen_point
        lane = state.lane(place[0]) if place else None
        if lane is None:
            return
        chosen = chosen_points(state)
        first = lane.points[min(chosen)][0]
        grid, tick = state.bars, state.bars.tick(first)
        step = state.snap.step(grid, tick)
        bars = grid.bar(tick + step) - first if steps else 0.0
        moved = nudged(lane, chosen, steps * bars, value, grid.bar(grid.end))
        if moved != lane:
            self._desk.commit_lane(lane.name, moved)

    def delete(self) -> None:
        """Remove the chosen points; the last ones take the lane with them."""
        state, place = self._desk.state, self._desk.state.chosen_point
        lane = state.lane(place[0]) if place else None
        if lane is None:
            return
        chosen = chosen_points(state)
        left = tuple(point for at, point in enumerate(lane.points) if at not in chosen)
        self._desk.choose_point(lane.name, None)
        self._desk.commit_lane(lane.name, replace(lane, points=left) if left else None)

    def action(self, key: int, held: Modifiers) -> Callable[[], object] | None:
        """What a key does to lanes now, or None where it does nothing."""
        held &= ~Qt.KeyboardModifier.KeypadModifier
        name, state = self.focused, self._desk.state
        if name is not None and held == _CONTROL:
            if key == Qt.Key.Key_C:
                return partial(self.copy, name)
            if key == Qt.Key.Key_V and self._copied is not None:
                return partial(self.paste, name)
            if key == Qt.Key.Key_A and state.lane(name) is not None:
                return partial(self.choose_all, name)
        if state.chosen_point is None or held not in (_PLAIN, _SHIFT):
            return None
        fine = FINE if held == _SHIFT else COARSE
        place = state.chosen_point[0]
        unit = fine * (DIMENSION_BY_NAME[place].maximum - DIMENSION_BY_NAME[place].minimum)
        acts: dict[int, tuple[int, float]] = {
            Qt.Key.Key_Up: (0, unit),
            Qt.Key.Key_Down: (0, -unit),
        }
        if held == _PLAIN:
            acts |= {Qt.Key.Key_Left: (-1, 0.0), Qt.Key.Key_Right: (1, 0.0)}
            if key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
                return self.delete
        return partial(self.nudge, *acts[key]) if key in acts else None

    def menu(self, name: str, parent: QWidget) -> QMenu:
        """The menu of a lane."""
        lane, title = self._desk.state.lane(name), DIMENSION_BY_NAME[name].title
        menu = QMenu(parent)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(f"Copy {title.lower()}\tCtrl+C").triggered.connect(lambda: self.copy(name))
        source = DIMENSION_BY_NAME[self._copied.name].title.lower() if self._copied else "lane"
        paste = menu.addAction(f"Paste {source} here\tCtrl+V")
        paste.setEnabled(self._copied is not None)
        paste.triggered.connect(lambda: self.paste(name))
        menu.addSeparator()
        every = menu.addAction("Choose all points\tCtrl+A")
        every.triggered.connect(lambda: self.choose_all(name))
        muted = lane is not None and lane.muted
        mute = menu.addAction(f"{'Unmute' if muted else 'Mute'} {title.lower()}\tShift+M")
        mute.triggered.connect(lambda: self._mute(name))
        clear = menu.addAction("Remove all points")
        clear.triggered.connect(lambda: self._desk.commit_lane(name, None))
        for action in (every, mute, clear):
            action.setEnabled(lane is not None)
        return menu

    def _mute(self, name: str) -> None:
        lane = self._desk.state.lane(name)
        if lane is not None:
            self._desk.commit_lane(name, replace(lane, muted=not lane.muted))


class PointMarquee:
    """Chooses the points of a lane between two places; Ctrl and Shift held at the press."""

    def __init__(self, desk: Desk, name: str, bar: Callable[[QPointF], float], at: QPointF):
        self._desk, self._name, self._bar = desk, name, bar
        self._start = bar(at)
        desk.choose_point(name, None)

    def move(self, position: QPointF, modifiers: Modifiers) -> None:
        low, high = sorted((self._start, self._bar(position)))
        lane = self._desk.state.lane(self._name)
        points = lane.points if lane is not None else ()
        inside = [at for at, (bar, _) in enumerate(points) if low <= bar <= high]
        self._desk.choose_points(self._name, inside)

    def finish(self) -> None:
        """What is chosen stays chosen."""

    def cancel(self) -> None:
        self._desk.choose_point(self._name, None)


def chosen_points(state: TimelineState) -> frozenset[int]:
    """The indices of the chosen points of the lane that has any."""
    place = state.chosen_point
    lane = state.lane(place[0]) if place else None
    if place is None or lane is None:
        return frozenset()
    every = state.also_chosen | {place[1]}
    return frozenset(at for at in every if at < len(lane.points))


def rescaled(lane: Lane, name: str) -> Lane:
    """A lane as one of another dimension, its values rescaled from range to range; it acts."""
    source, target = DIMENSION_BY_NAME[lane.name], DIMENSION_BY_NAME[name]
    factor = (target.maximum - target.minimum) / (source.maximum - source.minimum)
    points = tuple(
        rounded(name, bar, target.minimum + (value - source.minimum) * factor, 3)
        for bar, value in lane.points
    )
    return tidied(Lane(name, points))


def nudged(lane: Lane, chosen: Collection[int], bars: float, value: float, end: float) -> Lane:
    """Move points together, keeping their shape: as far as range, neighbours and cue allow.

    Args:
        end: the bar at which the cue ends.
    """
    dimension = DIMENSION_BY_NAME[lane.name]
    points = list(lane.points)
    for at in chosen:
        bar, level = points[at]
        before = points[at - 1][0] if at else 1.0
        after = points[at + 1][0] if at + 1 < len(points) else max(end, bar)
        if at - 1 not in chosen:
            bars = max(bars, before - bar)
        if at + 1 not in chosen:
            bars = min(bars, after - bar)
        value = min(max(value, dimension.minimum - level), dimension.maximum - level)
    for at in chosen:
        bar, level = points[at]
        points[at] = (round(bar + bars, BAR_DIGITS), round(level + value, 3))
    return replace(lane, points=tuple(points))
