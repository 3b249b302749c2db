"""The loss of a run, live: training as it came and smoothed (solid), validation (dashed).

Training is told what the music feels like, validation is told nothing: validation lies higher
also where nothing was learned by heart.
"""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPen
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.theme import tokens
from app.theme.colours import translucent
from app.theme.fonts import font
from app.training.words import count
from engine.training.story import RunStory

TRAIN = tokens.ENTROPY
VALIDATION = tokens.ACCENT
MOST_POINTS = 4000
_ROOM_FOR_LABELS = 1.16


class StepAxis(pg.AxisItem):
    """Steps as 500, 2k, 12k."""

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        return [f"{v / 1000:g}k" if abs(v) >= 1000 else f"{v:g}" for v in values]


class LossChart(QWidget):
    """Shows a story; draws nothing that the story does not tell."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Loss")
        self.plot = pg.PlotWidget(
            background=tokens.BG0, axisItems={"bottom": StepAxis(orientation="bottom")}
        )
        self.plot.setFrameShape(pg.QtWidgets.QFrame.Shape.NoFrame)
        self._dress()
        self.raw = self.plot.plot(pen=_pen(translucent(TRAIN, 0.35), 1.0))
        self.train = self.plot.plot(pen=_pen(TRAIN, 2.0))
        self.validation = self.plot.plot(
            pen=_pen(VALIDATION, 2.0, Qt.PenStyle.DashLine),
            symbol="o", symbolSize=4, symbolPen=None, symbolBrush=QColor(VALIDATION),
        )  # fmt: skip
        self._ends = pg.ScatterPlotItem(size=8, pen=None)
        self.plot.addItem(self._ends)
        self._best = pg.InfiniteLine(angle=90, pen=_pen(tokens.TEXT3, 1.0, Qt.PenStyle.DotLine))
        self.plot.addItem(self._best)
        self._labels = {
            name: _label(colour) for name, colour in (("train", TRAIN), ("validation", VALIDATION))
        }
        self._best_label = _label(tokens.TEXT2)
        for label in (*self._labels.values(), self._best_label):
            self.plot.addItem(label)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self.plot)

    def show_story(self, story: RunStory) -> None:
        """Draw the curves as they are now."""
        # A screen has no room for more, and a long run must not make the window wait.
        each = len(story.steps) // MOST_POINTS + 1
        steps, losses = story.steps[::each], story.losses[::each]
        self.raw.setData(steps, losses)
        self.train.setData(steps, story.smooth[::each])
        self.validation.setData(story.validation_steps, story.validations)
        ends: list[tuple[str, float, float]] = []
        if story.steps:
            ends.append(("train", story.steps[-1], story.smooth[-1]))
        if story.validations:
            ends.append(("validation", story.validation_steps[-1], story.validations[-1]))
        self._ends.setData(
            pos=[(x, y) for _, x, y in ends],
            brush=[pg.mkBrush(TRAIN if name == "train" else VALIDATION) for name, *_ in ends],
        )
        self._frame(story.step, losses, [*story.smooth[::each], *story.validations])
        self._write_ends(ends)
        self._mark_best(story)

    def _frame(self, step: int, losses: list[float], values: list[float]) -> None:
        """Room for all values but the wildest single losses, and for the labels."""
        self.plot.setXRange(0, max(step, 1) * _ROOM_FOR_LABELS, padding=0.01)
        if not values:
            self.plot.setYRange(0, 6, padding=0)
            return
        common = np.quantile(losses, (0.005, 0.995)) if losses else (values[0], values[0])
        low = min(min(values), float(common[0]))
        high = max(max(values), float(common[1]))
        room = max(high - low, 0.05) * 0.08
        self.plot.setYRange(low - room, high + room, padding=0)

    def _write_ends(self, ends: list[tuple[str, float, float]]) -> None:
        for label in self._labels.values():
            label.setVisible(False)
        anchors = [0.5] * len(ends)
        if len(ends) == 2:
            # Two labels that would cover each other give way, up and down.
            height = self.plot.getViewBox().viewPixelSize()[1] or 1.0
            if abs(ends[0][2] - ends[1][2]) / height < 18:
                lower = 0 if ends[0][2] <= ends[1][2] else 1
                anchors[lower], anchors[1 - lower] = 0.0, 1.0
        for (name, x, y), anchor in zip(ends, anchors, strict=True):
            label = self._labels[name]
            label.setText(f"  {name} {y:.2f}")
            label.setAnchor(QPointF(0, anchor))
            label.setPos(x, y)
            label.setVisible(True)

    def _mark_best(self, story: RunStory) -> None:
        best = story.best
        for item in (self._best, self._best_label):
            item.setVisible(best is not None)
        if best is None:
            return
        self._best.setPos(best[0])
        self._best_label.setText(f"best validation, step {count(best[0])} ")
        right = best[0] > 0.3 * self.plot.getViewBox().viewRange()[0][1]
        self._best_label.setAnchor(QPointF(1.0 if right else 0.0, 0.0))
        self._best_label.setPos(best[0], self.plot.getViewBox().viewRange()[1][1])

    def _dress(self) -> None:
        item = self.plot.getPlotItem()
        item.hideButtons()
        item.setMenuEnabled(False)
        item.setMouseEnabled(x=False, y=False)
        item.setContentsMargins(4, 10, 12, 4)
        item.getViewBox().setDefaultPadding(0)
        for name in ("left", "bottom"):
            axis = item.getAxis(name)
            axis.setPen(_pen(tokens.LINE, 1.0) if name == "bottom" else QPen(Qt.PenStyle.NoPen))
            axis.setTickPen(_pen(tokens.LINE, 1.0))
            axis.setTextPen(QColor(tokens.TEXT3))
            axis.setTickFont(font(tokens.SMALL))
            axis.setStyle(tickLength=0, tickTextOffset=8)
            axis.enableAutoSIPrefix(False)
        self.plot.showGrid(x=False, y=True, alpha=0.6)


def _pen(colour: str | QColor, width: float, style: Qt.PenStyle = Qt.PenStyle.SolidLine) -> QPen:
    pen = QPen(QColor(colour), width, style)
    pen.setCosmetic(True)
    return pen


def _label(colour: str) -> pg.TextItem:
    label = pg.TextItem("", color=QColor(colour))
    label.setFont(font(tokens.SMALL_STRONG))
    label.setVisible(False)
    return label
