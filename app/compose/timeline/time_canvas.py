"""Time in the Timeline: the playhead, the loop region, and how time code is counted."""

from __future__ import annotations

from PySide6.QtCore import Signal

from app.compose.timeline.lane_canvas import LaneCanvas
from app.compose.timeline.state import Loop
from engine.timecode import FrameRate, frame_number, frame_rate


class TimeCanvas(LaneCanvas):
    """Shows where the music is and what is looped.

    Signals:
        located(int): the tick that was clicked.
        loop_changed((int, int) | None): start and end tick.
    """

    located = Signal(int)
    loop_changed = Signal(object)

    def set_playhead(self, tick: float, playing: bool) -> None:
        """Move the playhead; the view follows it page by page."""
        state, before = self.state, self._playhead_x()
        moved = tick != state.playhead
        state.playhead, state.playing = tick, playing
        self._update_strips(before)
        if moved and not state.dragging:
            self._follow(before)
        sounding = state.notes.at(tick) if playing else frozenset()
        if sounding != state.sounding:
            state.sounding = sounding
            self._update_gutter("roll")
        self._update_values()

    def set_loop(self, start_tick: int | None, end_tick: int | None = None) -> None:
        """Show the loop region; `set_loop(None)` for none."""
        self.show_loop(None if start_tick is None or end_tick is None else (start_tick, end_tick))

    def set_frame_rate(self, rate: str | float | FrameRate) -> None:
        """Count time code at a rate of film, such as 24, 29.97 or "29.97 DF".

        Raises:
            ValueError: film knows no such rate.
        """
        self._count_time(frame_rate(rate), self.state.start_timecode)

    def set_start_timecode(self, text: str) -> None:
        """Begin the cue at a time code such as 01:02:00:00.

        Raises:
            ValueError: the text is no time code.
        """
        self._count_time(self.state.rate, text)

    def locate(self, tick: int) -> None:
        self.set_playhead(tick, self.state.playing)
        self.located.emit(tick)

    def show_loop(self, loop: Loop | None) -> None:
        if loop != self.state.loop:
            self.state.loop = loop
            self.update()

    def change_loop(self, loop: Loop | None) -> None:
        self.show_loop(loop)
        self.loop_changed.emit(loop)

    def _count_time(self, rate: FrameRate, start: str) -> None:
        if (rate, start) != (self.state.rate, self.state.start_timecode):
            self.state.start_frame = frame_number(start, rate)
            self.state.rate, self.state.start_timecode = rate, start
            self._repaint_rows(["ruler"])
            # Strips tell of time code as well.
            self.update()
