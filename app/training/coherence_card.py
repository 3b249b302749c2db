"""Contrastive coherence, live: how near music lies to its own profile, and to another.

Solid for the same profile, dashed for a different one; the ground between them is the margin.
"""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QWidget

from app.theme import tokens
from app.theme.colours import translucent
from app.training.curves import CurveEnds, curve_plot, label, pen, room_for_labels
from app.widgets.card import Card
from app.widgets.text import Text
from engine.training.story import RunStory

SAME = tokens.RSI_REAL
DIFFERENT = tokens.RSI_IMAGINARY
NEEDS = (
    "Drawn for runs that train the contrastive encoders (kind: contrastive in their settings): "
    "the cosine of music with its own profile, and with another."
)


class CoherenceCard(Card):
    """Shows a story; where it has no coherence, one line says what it needs."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Contrastive coherence", parent)
        self.unit = Text("cosine similarity", tokens.SECONDARY, "faint")
        self.add_to_header(self.unit)
        self.needs = Text(NEEDS, tokens.BODY, "faint")
        self.needs.setWordWrap(True)
        self.needs.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.plot = curve_plot()
        self._last = 1
        self.plot.getViewBox().sigResized.connect(self._frame_steps)
        self.same = self.plot.plot(pen=pen(SAME, 2.0))
        self.different = self.plot.plot(pen=pen(DIFFERENT, 2.0, Qt.PenStyle.DashLine))
        self.plot.addItem(
            pg.FillBetweenItem(self.same, self.different, brush=pg.mkBrush(translucent(SAME, 0.14)))
        )
        self._ends = CurveEnds(self.plot, {"same": SAME, "different": DIFFERENT})
        self._margin = label(tokens.TEXT2)
        self.plot.addItem(self._margin)
        self.body.addWidget(self.needs, 1)
        self.body.addWidget(self.plot, 1)

    def show_story(self, story: RunStory) -> None:
        """Draw the curves as they are now."""
        steps, same, different = story.coherence_steps, story.same, story.different
        self.needs.setVisible(not steps)
        self.plot.setVisible(bool(steps))
        self.unit.setVisible(bool(steps))
        if not steps:
            return
        self.same.setData(steps, same)
        self.different.setData(steps, different)
        self._last = max(story.step, steps[-1])
        self._frame_steps()
        low = min(0.0, *same, *different)
        self.plot.setYRange(low * 1.05, 1.0, padding=0.02)
        self._ends.show_ends(
            [("same", steps[-1], same[-1]), ("different", steps[-1], different[-1])]
        )
        middle = (same[-1] + different[-1]) / 2
        wide = same[-1] - different[-1] > 0.25
        self._margin.setVisible(wide)
        self._margin.setText(f"  margin {same[-1] - different[-1]:.2f}")
        self._margin.setAnchor(QPointF(0, 0.5))
        self._margin.setPos(steps[-1], middle)

    def _frame_steps(self) -> None:
        self.plot.setXRange(0, self._last * room_for_labels(self.plot), padding=0.01)
