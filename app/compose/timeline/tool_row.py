"""The row above the Timeline: the tools for notes, their colours and number, and the zoom."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal, SignalInstance
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QToolButton, QWidget

from app.compose.timeline.note_colours import VOICE_COLOURS, Colouring
from app.compose.timeline.note_tools import NoteTools
from app.theme import tokens
from app.theme.fonts import font
from app.theme.icons import icon
from app.widgets.text import Text
from engine.score import Voice

HEIGHT = 40
_GRADIENT = 72
_SHORTEST_GRADIENT = 24
_COUNT_ROOM = 690
_ZOOM_ROOM = 620


class ToolRow(QFrame):
    """Signals: `colouring_chosen(Colouring)`, `scale_toggled(bool)`, a wish for each button.

    `notes` holds the tools for notes, with signals of its own.
    """

    colouring_chosen = Signal(object)
    scale_toggled = Signal(bool)
    fit_requested = Signal()
    zoom_in_requested = Signal()
    zoom_out_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(HEIGHT)
        self.notes = NoteTools()
        self.scale = QToolButton()
        self.scale.setText("Scale")
        self.scale.setProperty("kind", "toggle")
        self.scale.setCheckable(True)
        self.scale.setFont(font(tokens.SECONDARY))
        self.scale.setFixedHeight(28)
        self.scale.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.scale.toggled.connect(self.scale_toggled)
        self.set_scale("")
        self.choice = QComboBox()
        self.choice.setAccessibleName("Colour notes by")
        self.choice.setToolTip("Colour notes by")
        self.choice.setFixedWidth(130)
        self.choice.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        for each in Colouring:
            self.choice.addItem(each.value.capitalize(), each)
        self.choice.currentIndexChanged.connect(self._choose)
        self.legend = Legend()
        self._count = Text("", tokens.SECONDARY, "faint")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 0, 8, 0)
        layout.setSpacing(tokens.SPACE_M)
        layout.addWidget(self.notes)
        layout.addWidget(self.scale)
        layout.addWidget(self.choice)
        layout.addWidget(self.legend, 1)
        layout.addWidget(self._count)
        layout.addSpacing(tokens.SPACE_S)
        self.fit = self._button("fit", "Fit the whole cue (F)", self.fit_requested)
        self.zoom_out = self._button("zoom-out", "Zoom out (Ctrl+wheel)", self.zoom_out_requested)
        self.zoom_in = self._button("zoom-in", "Zoom in (Ctrl+wheel)", self.zoom_in_requested)
        for button in (self.fit, self.zoom_out, self.zoom_in):
            layout.addWidget(button)
        self.set_count(0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """What keys and menus do as well makes room first."""
        super().resizeEvent(event)
        room = event.size().width()
        self._count.setVisible(room >= _COUNT_ROOM)
        for button in (self.zoom_out, self.zoom_in):
            button.setVisible(room >= _ZOOM_ROOM)

    def add(self, widget: QWidget) -> None:
        """Put one more thing after the colours of notes."""
        layout = self.layout()
        assert isinstance(layout, QHBoxLayout)
        layout.insertWidget(layout.indexOf(self.legend), widget)

    def set_count(self, notes: int) -> None:
        """Say how many notes there are."""
        self._count.setText("" if not notes else "1 note" if notes == 1 else f"{notes:,} notes")

    def set_scale(self, key: str) -> None:
        """Name the key whose rows can be shown; an empty name greys the button."""
        self.scale.setEnabled(bool(key))
        self.scale.setToolTip(
            f"Dim the rows outside {key}" if key else "The key or its mode is free: no scale"
        )
        self.scale.setAccessibleName("Show the scale")

    def _choose(self, index: int) -> None:
        colouring = Colouring(self.choice.itemData(index))
        self.legend.set_colouring(colouring)
        self.colouring_chosen.emit(colouring)

    def _button(self, name: str, words: str, signal: SignalInstance) -> QToolButton:
        button = QToolButton()
        button.setIcon(icon(name))
        button.setIconSize(QSize(16, 16))
        button.setFixedSize(28, 28)
        button.setToolTip(words)
        button.setAccessibleName(words)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(signal)
        return button


class Legend(QWidget):
    """What the colours mean."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._colouring = Colouring.VOICE
        self._font = font(tokens.SMALL)
        self.setMinimumWidth(0)

    def set_colouring(self, colouring: Colouring) -> None:
        self._colouring = colouring
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._font)
        if self._colouring is Colouring.VOICE:
            self._paint_voices(painter)
        elif self._colouring is Colouring.TEMPERATURE:
            ends = (f"{tokens.TEMPERATURE_COOL:.1f}", f"{tokens.TEMPERATURE_HOT:.1f}")
            self._paint_gradient(painter, *ends)
        else:
            self._paint_gradient(painter, "soft", "loud")
        painter.end()

    def _paint_voices(self, painter: QPainter) -> None:
        x, metrics = 4.0, painter.fontMetrics()
        names = {voice: Voice(voice).name.capitalize() for voice in VOICE_COLOURS}
        wide = sum(metrics.horizontalAdvance(name) + 25 for name in names.values())
        if x + wide - 12 > self.width():
            # Half a legend would say that there are no other voices.
            return
        for voice, colour in VOICE_COLOURS.items():
            name = names[voice]
            width = metrics.horizontalAdvance(name)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colour))
            painter.drawRoundedRect(QRectF(x, self.height() / 2 - 3, 8, 6), 2, 2)
            x += 13
            self._text(painter, x, name)
            x += width + 12

    def _paint_gradient(self, painter: QPainter, low: str, high: str) -> None:
        x, metrics = 4.0, painter.fontMetrics()
        words = metrics.horizontalAdvance(low) + metrics.horizontalAdvance(high) + 14
        wide = min(_GRADIENT, self.width() - x - words)
        if wide < _SHORTEST_GRADIENT:
            return
        self._text(painter, x, low)
        x += metrics.horizontalAdvance(low) + 7
        gradient = QLinearGradient(x, 0, x + wide, 0)
        for index, colour in enumerate(tokens.TEMPERATURE_STOPS):
            gradient.setColorAt(index / (len(tokens.TEMPERATURE_STOPS) - 1), QColor(colour))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(gradient)
        painter.drawRoundedRect(QRectF(x, self.height() / 2 - 3.5, wide, 7), 3.5, 3.5)
        self._text(painter, x + wide + 7, high)

    def _text(self, painter: QPainter, x: float, text: str) -> None:
        painter.setPen(QColor(tokens.TEXT2))
        box = QRectF(x, 0, self.width(), self.height())
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, text)
