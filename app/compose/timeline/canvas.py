"""The widget under the Timeline: layout, view and painting; it knows no interaction.

A change names what it touches, so that a playhead that moves repaints a strip, a value a
gutter, a lane its row.
"""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from app.compose.timeline.geometry import (
    GUTTER,
    LANE_ROWS,
    MINIMUM_HEIGHT,
    PitchAxis,
    TimeAxis,
    stack_rows,
)
from app.compose.timeline.note_colours import NoteColours
from app.compose.timeline.playhead import STRIP, playhead_strip
from app.compose.timeline.state import TimelineState
from app.compose.timeline.strip import Side
from app.compose.timeline.surface import NOTE_ROWS, Surface

ZOOM_STEP = 1.2
_PAGE_MARGIN = 24.0
_EMPTY_RANGE = (45, 81)


class TimelineCanvas(QWidget):
    """Shows a `TimelineState`; the view is fitted until somebody scrolls or zooms."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.state = TimelineState()
        self.colours = NoteColours(self.state.drawn_temperature)
        self.surface = Surface(self.state, self.colours)
        self._time_moved = False
        self._pitch_moved = False
        self._values: dict[str, str] = {}
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(QSize(GUTTER + 240, MINIMUM_HEIGHT))

    # The view

    def fit(self) -> None:
        """Show the whole cue and all its pitches."""
        self._time_moved = self._pitch_moved = False
        self._settle()

    def reset_zoom(self) -> None:
        """Eight bars wide, from the bar of the playhead, with keys of the usual height."""
        bars, roll = self.state.bars, self.state.row("roll")
        axis = TimeAxis.fitting(round(bars.end / bars.bars * 8), self._width())
        page = bars.starts[bars.index(self.state.playhead)]
        self._time_moved, self._pitch_moved = True, False
        self._settle()
        key = PitchAxis().key / self.state.pitch.key
        self._show(
            TimeAxis(axis.zoom, axis.world(page)), self.state.pitch.zoomed(key, roll.height / 2)
        )

    def zoom_in(self) -> None:
        self.zoom_time(ZOOM_STEP**2)

    def zoom_out(self) -> None:
        self.zoom_time(ZOOM_STEP**-2)

    def zoom_time(self, factor: float, x: float | None = None) -> None:
        """Zoom about the widget position `x`, else about the playhead or the middle."""
        if x is None:
            x = self._playhead_x()
            x = x if GUTTER <= x <= self.width() else GUTTER + self._width() / 2
        self._time_moved = True
        self._show(self.state.time.zoomed(factor, x - GUTTER), self.state.pitch)

    def zoom_pitch(self, factor: float, y: float) -> None:
        """Zoom about the widget position `y`."""
        self._pitch_moved = True
        top = self.state.row("roll").top
        self._show(self.state.time, self.state.pitch.zoomed(factor, y - top))

    def scroll_by(self, x: float, y: float) -> None:
        """Scroll by pixels to the right and down."""
        self._time_moved = self._time_moved or x != 0.0
        self._pitch_moved = self._pitch_moved or y != 0.0
        self._show(self.state.time.scrolled(x), self.state.pitch.scrolled(y))

    def maximise(self, name: str | None) -> None:
        """Give a lane more height, at the cost of the roll; None for all as usual."""
        self.state.maximised = name
        self._lay_out()

    def _settle(self) -> None:
        """Fit what nobody has moved."""
        state, notes = self.state, self.state.notes
        time, pitch = state.time, state.pitch
        if not self._time_moved:
            time = TimeAxis.fitting(state.bars.end, self._width(), state.bars.begin)
        if not self._pitch_moved:
            low, high = (notes.low, notes.high) if notes.count else _EMPTY_RANGE
            # In half octaves, so that the view does not creep while notes arrive.
            pitch = PitchAxis.fitting(low // 6 * 6, -(-high // 6) * 6, state.row("roll").height)
        self._show(time, pitch)

    def _show(self, time: TimeAxis, pitch: PitchAxis) -> None:
        state, ratio = self.state, self.devicePixelRatioF()
        time = time.limited(state.bars.end, self._width(), ratio, state.bars.begin)
        pitch = pitch.limited(state.row("roll").height, ratio)
        if time == state.time and pitch == state.pitch:
            return
        if time.zoom != state.time.zoom:
            self.surface.forget()
        if pitch.key != state.pitch.key:
            self.surface.forget(["roll"])
            self.surface.forget_keys()
        if time != state.time:
            # The playhead's handle may stand a little over the gutter.
            near = min(abs(axis.x(state.playhead)) for axis in (time, state.time)) < STRIP
            left = GUTTER - STRIP if near else GUTTER
            self.update(QRect(left, 0, self.width(), self.height()))
        if pitch != state.pitch:
            self._update_rows(["roll"])
        state.time, state.pitch = time, pitch

    def _follow(self, before: float) -> None:
        """Turn the page when the playhead leaves the view, but not while it is out of it."""
        x = self._playhead_x()
        was_seen = GUTTER <= before < self.width()
        if GUTTER <= x < self.width() or (self.state.playing and not was_seen):
            return
        scroll = self.state.time.world(self.state.playhead) - _PAGE_MARGIN
        self._show(TimeAxis(self.state.time.zoom, scroll), self.state.pitch)

    # Layout and painting

    def _width(self) -> int:
        return max(self.width() - GUTTER, 1)

    def _playhead_x(self) -> float:
        return GUTTER + self.state.time.x(self.state.playhead)

    def _lay_out(self) -> None:
        before = {row.name: row.height for row in self.state.rows}
        self.state.rows = stack_rows(
            self.height(),
            self.state.maximised,
            plan_open=self.state.plan_open,
            over=self.surface.strip_heights(Side.OVER),
            under=self.surface.strip_heights(Side.UNDER),
            foot=self.surface.strip_heights(Side.FOOT),
            lane=self.surface.strip_heights(Side.LANE),
        )
        self.surface.forget(
            row.name
            for row in self.state.rows
            if row.name != "roll" and row.height != before.get(row.name)
        )
        self._settle()
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._lay_out()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self.surface.forget()
            self.surface.forget_keys()
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        for part in event.region():  # type: ignore[attr-defined]
            self.surface.paint(painter, part, self.width(), self.height())
        painter.end()

    # What to paint again

    def _repaint_rows(self, names: Iterable[str]) -> None:
        """Drop the pictures of some rows and paint them again."""
        names = list(names)
        self.surface.forget(names)
        self._update_rows(names)
        self._update_values()

    def _update_rows(self, names: Iterable[str]) -> None:
        for name in names:
            row = self.state.row(name)
            self.update(QRect(0, row.top, self.width(), row.height))

    def _update_gutter(self, name: str) -> None:
        row = self.state.row(name)
        self.update(QRect(0, row.top, GUTTER, row.height))

    def _update_strips(self, before: float) -> None:
        """Move the playhead from widget position `before` to where it is now."""
        after, bottom = self._playhead_x(), self.state.rows[-1].bottom
        if round(before) != round(after):
            self.update(playhead_strip(before, bottom))
            self.update(playhead_strip(after, bottom))

    def _update_values(self) -> None:
        """Paint the gutters whose value at the playhead reads differently now."""
        for name in (*LANE_ROWS, "temperature"):
            text = self.surface.gutter.value_text(name)
            if text != self._values.get(name):
                self._values[name] = text
                self._update_gutter(name)

    def _update_notes(self, first: float, last: float) -> None:
        self.surface.forget_span(NOTE_ROWS, first, last)
        self._update_rows(NOTE_ROWS)
