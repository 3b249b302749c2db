"""The reference audio at the foot of the roll: its outline, dragged to where it belongs."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter
from PySide6.QtWidgets import QMenu, QWidget

from app.compose.timeline.geometry import GUTTER
from app.compose.timeline.gestures import THRESHOLD, Gesture, Modifiers
from app.compose.timeline.state import TimelineState
from app.compose.timeline.strip import Side, Strip, StripDesk
from app.theme import tokens
from app.theme.colours import mixed, translucent
from app.theme.fonts import font
from engine.project.reference_audio import ReferenceAudio
from engine.reference_audio.alignment import on_frame
from engine.reference_audio.peaks import Outline

HEIGHT = 46
_AIR = 4.0
_WAVE = mixed(tokens.BG1, tokens.TEXT2, 0.62)
_MUTED_WAVE = mixed(tokens.BG1, tokens.TEXT2, 0.28)


@dataclass(frozen=True, slots=True)
class UnderShown:
    """What the strip shows; `words` are said where there is no outline, `warns` as a warning."""

    reference: ReferenceAudio
    outline: Outline | None = None
    words: str = ""
    warns: bool = False


class ReferenceStrip(Strip):
    """The reference audio of the cue; hidden where it has none.

    Signals:
        moved(float): it was dragged to begin so many seconds after bar 1.
        muted_toggled(): muted, or heard again.
        sheet_requested(), file_requested(), removed(): as the menu says.
    """

    moved = Signal(float)
    muted_toggled = Signal()
    sheet_requested = Signal()
    file_requested = Signal()
    removed = Signal()
    name = "reference"
    title = "Reference"
    side = Side.FOOT

    def __init__(self, state: TimelineState, parent: QWidget | None = None) -> None:
        super().__init__(state, parent)
        self.shown: UnderShown | None = None
        self._dragged: float | None = None
        self._font = font(tokens.TextStyle(11, 600))

    @property
    def height(self) -> int:
        return HEIGHT if self.shown is not None else 0

    @property
    def offset(self) -> float:
        """Where the file begins, in seconds from bar 1, as it is shown now."""
        if self._dragged is not None:
            return self._dragged
        return self.shown.reference.offset_seconds if self.shown is not None else 0.0

    def show_audio(self, shown: UnderShown | None) -> None:
        """Show other audio, or none."""
        if shown == self.shown:
            return
        appears = (shown is None) != (self.shown is None)
        self.shown = shown
        (self.height_changed if appears else self.appearance_changed).emit()

    def show_dragged(self, seconds: float | None) -> None:
        self._dragged = seconds
        self.appearance_changed.emit()

    def seconds(self, x: float) -> float:
        """Seconds from bar 1 at a widget position; before it, negative."""
        return self.state.tempo.seconds(self.tick(x))

    def x_of_seconds(self, seconds: float) -> float:
        return self.x(self.state.tempo.tick(seconds))

    # ---- Painting

    def paint(self, painter: QPainter, area: QRect) -> None:
        painter.fillRect(area, QColor(tokens.BG0))
        if self.shown is None:
            return
        if self.shown.outline is not None:
            self._paint_outline(painter, area, self.shown.outline)
        self._paint_words(painter, area)

    def _paint_outline(self, painter: QPainter, area: QRect, outline: Outline) -> None:
        assert self.shown is not None
        muted, offset = self.shown.reference.muted, self.offset
        left = max(self.x_of_seconds(offset), float(area.left()) - 1)
        right = min(self.x_of_seconds(offset + outline.seconds), float(area.right()) + 1)
        if right <= left:
            return
        block = QRectF(left, area.y() + 1, right - left, HEIGHT - 2)
        painter.fillRect(block, translucent(tokens.TEXT3 if muted else tokens.ACCENT, 0.10))
        clip = painter.clipBoundingRect()
        first = max(int(left), int(clip.left()) - 1)
        last = min(int(right) + 1, int(clip.right()) + 2)
        if last <= first:
            return
        edges = [self.seconds(x) - offset for x in range(first, last + 1)]
        middle, reach = area.y() + HEIGHT / 2, HEIGHT / 2 - _AIR
        loud = 10 ** (min(self.shown.reference.gain_db, 0.0) / 20)
        colour = _MUTED_WAVE if muted else _WAVE
        for x, span in enumerate(outline.spans(edges), start=first):
            if span is not None:
                top = middle - span[1] * loud * reach
                bottom = middle - span[0] * loud * reach
                painter.fillRect(QRectF(x, top, 1, max(bottom - top, 1.0)), colour)

    def _paint_words(self, painter: QPainter, area: QRect) -> None:
        shown = self.shown
        assert shown is not None
        words = shown.words or self._about(shown.reference)
        begin = max(self.x_of_seconds(self.offset), float(area.left())) + 6
        painter.setFont(self._font)
        width = min(QFontMetricsF(self._font).horizontalAdvance(words), area.right() - begin - 6)
        if width < 24:
            return
        plate = QRectF(begin - 3, area.y() + 3, width + 6, 15)
        painter.fillRect(plate, translucent(tokens.BG0, 0.72))
        painter.setPen(QColor(tokens.BAD if shown.warns else tokens.TEXT2))
        fitting = QFontMetricsF(self._font).elidedText(words, Qt.TextElideMode.ElideRight, width)
        painter.drawText(QPointF(begin, area.y() + 14), fitting)

    def _about(self, reference: ReferenceAudio) -> str:
        parts = [reference.file]
        if self._dragged is not None:
            parts.append(f"begins {self._dragged:+.2f} s")
        if reference.gain_db:
            parts.append(f"{reference.gain_db:+.1f} dB")
        if reference.muted:
            parts.append("muted")
        return "  ·  ".join(parts)

    # ---- Hands

    def press(self, desk: StripDesk, position: QPointF, held: Modifiers) -> Gesture | None:
        if not self.holds(position):
            return super().press(desk, position, held)
        return _OffsetDrag(self, position)

    def holds(self, position: QPointF) -> bool:
        """Whether the audio lies under a position."""
        if self.shown is None or position.x() < GUTTER:
            return False
        outline = self.shown.outline
        if outline is None:
            return False
        place = self.seconds(position.x()) - self.offset
        return 0 <= place < outline.seconds

    def double_click(self, desk: StripDesk, position: QPointF) -> bool:
        self.sheet_requested.emit()
        return True

    def menu(self, desk: StripDesk, position: QPointF) -> QMenu | None:
        if self.shown is None:
            return None
        menu = QMenu()
        menu.addAction("Gain and place…").triggered.connect(lambda: self.sheet_requested.emit())
        mute = menu.addAction("Mute")
        mute.setCheckable(True)
        mute.setChecked(self.shown.reference.muted)
        mute.triggered.connect(lambda: self.muted_toggled.emit())
        menu.addAction("Begin at bar 1").triggered.connect(lambda: self.moved.emit(0.0))
        menu.addSeparator()
        menu.addAction("Replace…").triggered.connect(lambda: self.file_requested.emit())
        menu.addAction("Remove from this cue").triggered.connect(lambda: self.removed.emit())
        return menu

    def cursor(self, position: QPointF) -> Qt.CursorShape:
        if self.holds(position):
            return Qt.CursorShape.SizeHorCursor
        return Qt.CursorShape.ArrowCursor

    def hint(self, position: QPointF) -> str:
        if self.shown is None:
            return ""
        return (
            f"Reference audio {self.shown.reference.file}, begins {self.offset:+.2f} s from bar 1. "
            "Drag to move it by frames, Ctrl between them; double-click for gain. It is heard "
            "with the music, never exported and never learned from"
        )

    def leave(self) -> None:
        return


class _OffsetDrag:
    """Moves the audio so that what was grabbed stays under the pointer."""

    def __init__(self, strip: ReferenceStrip, position: QPointF) -> None:
        self._strip, self._start = strip, position
        self._grabbed = strip.seconds(position.x()) - strip.offset
        self._before = strip.offset
        self._offset: float | None = None

    def move(self, position: QPointF, modifiers: Modifiers) -> None:
        if self._offset is None and abs(position.x() - self._start.x()) < THRESHOLD:
            return
        offset = self._strip.seconds(position.x()) - self._grabbed
        free = modifiers & Qt.KeyboardModifier.ControlModifier
        self._offset = offset if free else on_frame(offset, self._strip.state.rate)
        self._strip.show_dragged(self._offset)

    def finish(self) -> None:
        self._strip.show_dragged(None)
        if self._offset is not None and self._offset != self._before:
            self._strip.moved.emit(self._offset)

    def cancel(self) -> None:
        self._strip.show_dragged(None)
