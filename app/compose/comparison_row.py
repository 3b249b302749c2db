"""One row of asked against measured: a name, two numbers, and a strip with one block a bar.

A block fills the strip's height in the row's colour where measured is as asked. The farther the
two are apart the shorter and darker it is, and it hangs from the top where more was measured than
asked, and stands on the floor where less was.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme import tokens
from app.theme.colours import mixed
from app.theme.fonts import font
from app.widgets.numbers import signed
from engine.measuring.comparison import Compared

HEIGHT = 24
NAME = 84
ASKED = 38
MEASURED = 58
STRIP_AIR = 10
_STRIP_HEIGHT = 14
_STUB = 3.0
_WIDEST_BLOCK = 12.0
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
NONE = "\N{EN DASH}"


class ComparisonRow(QWidget):
    """Shows one `Compared`; `bar_hovered(int)` tells the bar under the pointer, 0 for none."""

    bar_hovered = Signal(int)

    def __init__(self, title: str, colour: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title, self._colour = title, QColor(colour)
        self.shown: Compared | None = None
        self.hovered = 0
        self._name = font(tokens.BODY)
        self._number = font(tokens.BODY_STRONG)
        self.setFixedHeight(HEIGHT)
        self.setMinimumWidth(NAME + ASKED + MEASURED + STRIP_AIR + 24)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self.setAccessibleName(title)

    def sizeHint(self) -> QSize:
        return QSize(tokens.RIGHT_WIDTH - 28, HEIGHT)

    def show_row(self, compared: Compared | None) -> None:
        """Show another row; None for none yet."""
        if compared == self.shown:
            return
        self.shown = compared
        self._hover(min(self.hovered, compared.bars) if compared else 0)
        said = "not measured yet"
        if compared is not None:
            asked, measured = (
                number(compared, each) for each in (compared.asked_mean, compared.measured_whole)
            )
            said = f"asked {asked}, measured {measured}"
        self.setAccessibleDescription(said)
        self.update()

    def strip(self) -> QRectF:
        """Where the blocks are."""
        left = NAME + ASKED + MEASURED + STRIP_AIR
        top = (self.height() - _STRIP_HEIGHT) / 2
        return QRectF(left, top, max(self.width() - left, 1), _STRIP_HEIGHT)

    def block(self, index: int) -> QRectF:
        """Where the block of a bar may be, from index 0."""
        strip = self.strip()
        bars = max(self.shown.bars if self.shown else 1, 1)
        each = min(strip.width() / bars, _WIDEST_BLOCK)
        gap = 1.0 if each >= 3.0 else 0.0
        return QRectF(strip.left() + index * each, strip.top(), each - gap, strip.height())

    def words(self, bar: int) -> str:
        """Asked and measured of a bar, counting from 1."""
        if self.shown is None:
            return ""
        asked = number(self.shown, self.shown.asked[bar - 1])
        measured = number(self.shown, self.shown.measured[bar - 1])
        return f"bar {bar}   {asked} \N{RIGHTWARDS ARROW} {measured}"

    def _hover(self, bar: int) -> None:
        if bar != self.hovered:
            self.hovered = bar
            self.bar_hovered.emit(bar)
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        x, bar = event.position().x(), 0
        if self.shown is not None and self.shown.bars and x >= self.strip().left():
            first, last = self.block(0), self.block(self.shown.bars - 1)
            each = (last.right() - first.left()) / self.shown.bars
            bar = int((x - first.left()) / each) + 1
            bar = bar if bar <= self.shown.bars else 0
        self._hover(bar)

    def leaveEvent(self, event: QEvent) -> None:
        self._hover(0)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(self._name)
        painter.setPen(QColor(tokens.TEXT1))
        painter.drawText(QRectF(0, 0, NAME, self.height()), _LEFT, self.title)
        painter.setFont(self._number)
        shown = self.shown
        asked = number(shown, shown.asked_mean) if shown else NONE
        measured = number(shown, shown.measured_whole) if shown else NONE
        painter.setPen(QColor(tokens.TEXT2))
        painter.drawText(QRectF(NAME, 0, ASKED, self.height()), _RIGHT, asked)
        painter.setPen(QColor(tokens.TEXT1))
        painter.drawText(QRectF(NAME + ASKED, 0, MEASURED, self.height()), _RIGHT, measured)
        if shown is not None:
            self._paint_strip(painter, shown)
        painter.end()

    def _paint_strip(self, painter: QPainter, shown: Compared) -> None:
        for index in range(shown.bars):
            block, near = self.block(index), shown.nearness(index)
            painter.fillRect(block, QColor(tokens.BG0))
            if near is not None:
                tall = _STUB + near * (block.height() - _STUB)
                top = block.top() if (shown.excess(index) or 0) > 0 else block.bottom() - tall
                filled = QRectF(block.left(), top, block.width(), tall)
                painter.fillRect(filled, mixed(tokens.BG4, self._colour, near))
            if index + 1 == self.hovered:
                painter.setPen(QColor(tokens.WHITE))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(block.adjusted(-0.5, -0.5, 0.5, -0.5))


def number(compared: Compared, value: float | None) -> str:
    """A value of a row as it is written: with a sign where it has two sides."""
    if value is None:
        return NONE
    if compared.low < 0:
        return signed(value if abs(value) >= 0.005 else 0.0)
    return f"{value:.2f}"
