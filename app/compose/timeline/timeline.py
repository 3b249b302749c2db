"""The Timeline: one widget for ruler, piano roll, velocities, lanes and temperature.

It shows what it is given and says what was done with it; it owns no music. All rows share one
transform of time and one playhead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget

from app.compose.timeline import pointer
from app.compose.timeline.canvas import ZOOM_STEP
from app.compose.timeline.geometry import GUTTER, LANE_ROWS
from app.compose.timeline.gestures import Gesture
from app.compose.timeline.lane_gestures import point_at
from app.compose.timeline.lane_hand import LaneHand
from app.compose.timeline.note_gestures import empty_gesture
from app.compose.timeline.note_hand import NoteHand
from app.compose.timeline.note_menu import note_menu
from app.compose.timeline.note_places import note_at
from app.compose.timeline.note_split import cut_at
from app.compose.timeline.plan import RANKED
from app.compose.timeline.state import LanePoint, is_lane
from app.compose.timeline.strip_canvas import StripCanvas
from app.compose.timeline.surface import NOTE_ROWS
from app.compose.timeline.tools import Tool
from app.compose.timeline.words import hint
from engine.score import Metre, Note, TempoMap

_SCROLL_STEP = 60.0
_Control = Qt.KeyboardModifier.ControlModifier
_None = Qt.KeyboardModifier.NoModifier
_Shift = Qt.KeyboardModifier.ShiftModifier
_Alt = Qt.KeyboardModifier.AltModifier


class Timeline(StripCanvas):
    """Ruler, roll, velocities and lanes over one transform of time.

    Signals, beside those of notes, plan, lanes and time:
        generate_requested(): the button of the empty roll.
        ruler_menu_requested(int, QPoint): the bar under the pointer, and where on the screen.
    """

    generate_requested = Signal()
    ruler_menu_requested = Signal(int, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._gesture: Gesture | None = None
        self._dragged_row = ""
        self._pressed_point: LanePoint | None = None
        self.setObjectName("timeline")
        self.setAccessibleName("Timeline")
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.hand = NoteHand(self)
        self.lane_hand = LaneHand(self)
        self.empty_roll.generate_requested.connect(self.generate_requested)

    # What is shown

    def set_score(
        self, notes: Iterable[Note], metres: Sequence[Metre], tempo_map: TempoMap
    ) -> None:
        """Show other notes; a drag of notes that are no longer shown is taken back."""
        if self._gesture is not None and self._dragged_row in NOTE_ROWS:
            self._end_gesture().cancel()
        super().set_score(notes, metres, tempo_map)

    def settle(self) -> None:
        """A drag that still goes on is done now."""
        if self._gesture is not None:
            self._end_gesture().finish()

    # Events

    def _lay_out(self) -> None:
        super()._lay_out()
        row = self.state.row("roll")
        self.empty_roll.place(QRect(GUTTER, row.top, self._width(), row.height))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._gesture is not None:
            return
        position = event.position()
        self._pressed_point = self._point_under(position)
        if self.state.row_at(position.y()).name == "plan":
            self.toggle_plan()
            return
        strip = self.strip_under(position)
        if strip is not None and event.button() == Qt.MouseButton.LeftButton:
            gesture = self._press_strip(strip, position, event.modifiers())
        else:
            self._leave_strips()
            gesture = pointer.begin(self, position, event.button(), event.modifiers())
        self._take_up(gesture, position)

    def _take_up(self, gesture: Gesture | None, position: QPointF) -> None:
        self._gesture = gesture
        self._dragged_row = self.state.row_at(position.y()).name
        self.state.dragging = gesture is not None
        self._show_cut(None)

    def _end_gesture(self) -> Gesture:
        gesture, self._gesture = self._gesture, None
        assert gesture is not None
        self.state.dragging = False
        return gesture

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._gesture is not None:
            self._gesture.move(event.position(), event.modifiers())
        else:
            self._hover(event.position(), event.modifiers())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._gesture is not None:
            self._end_gesture().finish()
            self._hover(event.position())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        position = event.position()
        row, point = self.state.row_at(position.y()), self._point_under(position)
        strip = self.strip_under(position)
        if strip is not None and strip.double_click(self, position):
            return
        if is_lane(row.name) and position.x() < GUTTER:
            self.maximise(None if self.state.maximised == row.name else row.name)
        elif row.name in RANKED:
            self.free_bar(position)
        elif point is not None and point == self._pressed_point:
            self._remove_point(point)
        elif pointer.on_loop(self.state, position):
            self.change_loop(None)
        elif pointer.beside_notes(self.state, position):
            drawing = empty_gesture(self, position, event.modifiers(), drawing=True)
            self._take_up(drawing, position)
        else:
            self.mousePressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        across, up = pointer.wheel_steps(event)
        held, position = event.modifiers(), event.position()
        if held & _Control:
            self.zoom_time(ZOOM_STEP ** (up or across), position.x())
        elif held & _Alt:
            self.zoom_pitch(ZOOM_STEP ** (up or across), position.y())
        elif held & _Shift:
            self.scroll_by(-_SCROLL_STEP * (up or across), 0.0)
        else:
            self.scroll_by(-_SCROLL_STEP * across, -_SCROLL_STEP * up)
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, held = event.key(), event.modifiers()
        if key == Qt.Key.Key_Escape and self._gesture is not None:
            self._end_gesture().cancel()
        elif (act := self._action(key, held)) is not None:
            act()
        elif key == Qt.Key.Key_M and held == _Shift:
            self.mute_hovered_lane()
        elif key == Qt.Key.Key_F and not held:
            self.fit()
        elif key == Qt.Key.Key_0 and held & _Control:
            self.reset_zoom()
        else:
            super().keyPressEvent(event)

    def _action(self, key: int, held: Qt.KeyboardModifier) -> Callable[[], object] | None:
        """What a key does to chosen things: of a strip first, then to a lane, else to notes."""
        acts = self._strip_act(key, held) or self.lane_hand.action(key, held)
        return acts or self.hand.action(key, held)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            key = event.key()
            cancels = key == Qt.Key.Key_Escape and self._gesture is not None
            if cancels or self._action(key, event.modifiers()) is not None:
                event.accept()
                return True
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            self._tell(event.globalPos(), QPointF(event.pos()))
            return True
        return super().event(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        position = QPointF(event.pos())
        strip = self.strip_under(position)
        if self._gesture is None and strip is not None:
            menu = strip.menu(self, position)
            if menu is not None:
                self.open_menu(menu, position)
            return
        if self._gesture is None and pointer.on_ruler(self.state, position):
            bar = self.state.bars.index(self.state.time.tick(position.x() - GUTTER)) + 1
            self.ruler_menu_requested.emit(bar, event.globalPos())
            return
        row = self.state.row_at(position.y()).name
        if self._gesture is None and is_lane(row):
            self.lane_hand.menu(row, self).popup(event.globalPos())
            return
        if self._gesture is not None or not pointer.in_roll(self.state, position):
            return
        note = note_at(self.state, position)
        if note is not None and note not in self.state.chosen and self.state.editable:
            self.choose_notes({note})
        note_menu(self, self.state, self.hand).popup(event.globalPos())

    def leaveEvent(self, event: QEvent) -> None:
        if self._gesture is None:
            self._hover_note(None)
            self._hover_row("", None)
            self._hover_strip(None)
            self._show_cut(None)

    # Under the pointer

    def _hover(self, position: QPointF, held: Qt.KeyboardModifier = _None) -> None:
        strip = self.strip_under(position)
        shape = pointer.cursor(self.state, position) if strip is None else strip.cursor(position)
        self.setCursor(shape)
        self._hover_strip(position)
        self._hover_note(note_at(self.state, position))
        splits = self.state.tool is Tool.SPLIT and self.state.editable
        self._show_cut(cut_at(self.state, position, held) if splits else None)
        row = self.state.row_at(position.y())
        self._hover_row(row.name, self._point_under(position))

    def _hover_row(self, name: str, point: LanePoint | None) -> None:
        if (name, point) != (self.state.hovered_row, self.state.hovered_point):
            touched = {name, self.state.hovered_row} & {*LANE_ROWS, "plan"}
            self.state.hovered_row, self.state.hovered_point = name, point
            self._update_rows(touched)

    def _point_under(self, position: QPointF) -> LanePoint | None:
        name = self.state.row_at(position.y()).name
        if not is_lane(name) or position.x() < GUTTER - 4:
            return None
        index = point_at(self.state, name, position)
        return None if index is None else (name, index)

    def _tell(self, where: QPoint, position: QPointF) -> None:
        strip = self.strip_under(position)
        text = hint(self.state, position) if strip is None else strip.hint(position)
        if text:
            row = self.state.row_at(position.y())
            QToolTip.showText(where, text, self, QRect(0, row.top, self.width(), row.height))
        else:
            QToolTip.hideText()
