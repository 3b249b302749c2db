"""The loss of a run, live: training as it came and smoothed (solid), validation (dashed).

Training is told what the music feels like, validation is told nothing: validation lies higher
also where nothing was learned by heart.
"""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.theme import tokens
from app.theme.colours import translucent
from app.training.curves import CurveEnds, curve_plot, label, pen, room_for_labels
from app.training.words import count
from engine.training.story import RunStory

TRAIN = tokens.ENTROPY
VALIDATION = tokens.ACCENT
MOST_POINTS = 4000


class LossChart(QWidget):
    """Shows a story; draws nothing that the story does not tell."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Loss")
        self.plot = curve_plot()
        self._last = 1
        self.plot.getViewBox().sigResized.connect(self._frame_steps)
        self.raw = self.plot.plot(pen=pen(translucent(TRAIN, 0.35), 1.0))
        self.train = self.plot.plot(pen=pen(TRAIN, 2.0))
        self.validation = self.plot.plot(
            pen=pen(VALIDATION, 2.0, Qt.PenStyle.DashLine),
            symbol="o", symbolSize=4, symbolPen=None, symbolBrush=QColor(VALIDATION),
        )  # fmt: skip
        self._ends = CurveEnds(self.plot, {"train": TRAIN, "validation": VALIDATION})
        self._best = pg.InfiniteLine(angle=90, pen=pen(tokens.TEXT3, 1.0, Qt.PenStyle.DotLine))
        self.plot.addItem(self._best)
        self._best_label = label(tokens.TEXT2)
        self.plot.addItem(self._best_label)
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
        self._frame(story.step, losses, [*story.smooth[::each], *story.validations])
        self._ends.show_ends(ends)
        self._mark_best(story)

    def _frame(self, step: int, losses: list[float], values: list[float]) -> None:
        """Room for all values but the wildest single losses, and for the labels."""
        self._last = max(step, 1)
        self._frame_steps()
        if not values:
            self.plot.setYRange(0, 6, padding=0)
            return
        common = np.quantile(losses, (0.005, 0.995)) if losses else (values[0], values[0])
        low = min(min(values), float(common[0]))
        high = max(max(values), float(common[1]))
        room = max(high - low, 0.05) * 0.08
        self.plot.setYRange(low - room, high + room, padding=0)

    def _frame_steps(self) -> None:
        self.plot.setXRange(0, self._last * room_for_labels(self.plot), padding=0.01)

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
