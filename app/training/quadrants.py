"""EMOPIA's four quadrants by their meaning, with the ranges they stand for and their clips."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from app.theme import tokens
from app.training.words import count
from app.widgets.text import Text
from engine.data.dataset import DataSet
from engine.data.emopia import QUADRANTS, Quadrant

_HEADS = ("", "Trauma", "Entropy", "Clips")
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class QuadrantTable(QWidget):
    """One row a quadrant."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Clips by feeling")
        self.counts: dict[str, Text] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 2, 0, 2)
        grid.setHorizontalSpacing(tokens.SPACE_L)
        grid.setVerticalSpacing(3)
        grid.setColumnStretch(0, 1)
        for column, head in enumerate(_HEADS):
            grid.addWidget(Text(head, tokens.SMALL_STRONG, "faint"), 0, column, _RIGHT)
        for row, quadrant in enumerate(QUADRANTS.values(), 1):
            self._add(grid, row, quadrant)

    def show_set(self, shown: DataSet) -> None:
        """Show how many clips of each quadrant are used."""
        for mood, text in self.counts.items():
            text.setText(count(shown.pieces(mood)))

    def _add(self, grid: QGridLayout, row: int, quadrant: Quadrant) -> None:
        name = Text(f"{quadrant.mood} ({quadrant.emopia})", tokens.BODY)
        name.setToolTip(f"EMOPIA's {quadrant.emopia}, by its meaning")
        grid.addWidget(name, row, 0)
        for column, (low, high) in enumerate((quadrant.trauma, quadrant.entropy), 1):
            text = Text(f"{low:.1f} - {high:.1f}", tokens.BODY, "secondary")
            grid.addWidget(text, row, column, _RIGHT)
        self.counts[quadrant.mood] = Text("0", tokens.BODY_STRONG)
        grid.addWidget(self.counts[quadrant.mood], row, 3, _RIGHT)
