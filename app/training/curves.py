"""How the curves of a run are drawn: one plain plot, steps below, labels at the curves' ends."""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPen
from PySide6.QtWidgets import QSizePolicy

from app.theme import tokens
from app.theme.fonts import font

_LABEL_PIXELS = 104
_APART = 18


class StepAxis(pg.AxisItem):
    """Steps as 500, 2k, 12k."""

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        return [f"{v / 1000:g}k" if abs(v) >= 1000 else f"{v:g}" for v in values]


def curve_plot() -> pg.PlotWidget:
    """A plot that cannot be dragged, dressed as the window is."""
    plot = pg.PlotWidget(
        background=tokens.BG0, axisItems={"bottom": StepAxis(orientation="bottom")}
    )
    plot.setFrameShape(pg.QtWidgets.QFrame.Shape.NoFrame)
    # A small window shares its height by the page's stretches, not by what a plot would like.
    plot.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
    plot.setMinimumSize(160, 120)
    item = plot.getPlotItem()
    item.hideButtons()
    item.setMenuEnabled(False)
    item.setMouseEnabled(x=False, y=False)
    item.setContentsMargins(4, 10, 12, 4)
    item.getViewBox().setDefaultPadding(0)
    for name in ("left", "bottom"):
        axis = item.getAxis(name)
        axis.setPen(pen(tokens.LINE, 1.0) if name == "bottom" else QPen(Qt.PenStyle.NoPen))
        axis.setTickPen(pen(tokens.LINE, 1.0))
        axis.setTextPen(QColor(tokens.TEXT3))
        axis.setTickFont(font(tokens.SMALL))
        axis.setStyle(tickLength=0, tickTextOffset=8)
        axis.enableAutoSIPrefix(False)
    plot.showGrid(x=False, y=True, alpha=0.6)
    return plot


def room_for_labels(plot: pg.PlotWidget) -> float:
    """By how much the axis of steps must be longer than the curves, for labels at their ends."""
    share = min(_LABEL_PIXELS / max(plot.getViewBox().width(), 1.0), 0.5)
    return 1.0 / (1.0 - share)


def pen(colour: str | QColor, width: float, style: Qt.PenStyle = Qt.PenStyle.SolidLine) -> QPen:
    """A pen of so many pixels, whatever the scale of the plot."""
    made = QPen(QColor(colour), width, style)
    made.setCosmetic(True)
    return made


def label(colour: str) -> pg.TextItem:
    """A hidden label in the colour of its curve."""
    made = pg.TextItem("", color=QColor(colour))
    made.setFont(font(tokens.SMALL_STRONG))
    made.setVisible(False)
    return made


class CurveEnds:
    """A dot and a label at the end of each of two curves; the labels give way to each other.

    Args:
        colours: of each curve, by its name.
    """

    def __init__(self, plot: pg.PlotWidget, colours: dict[str, str]) -> None:
        self._plot, self._colours = plot, colours
        self._dots = pg.ScatterPlotItem(size=8, pen=None)
        plot.addItem(self._dots)
        self._labels = {name: label(colour) for name, colour in colours.items()}
        for each in self._labels.values():
            plot.addItem(each)

    def show_ends(self, ends: list[tuple[str, float, float]]) -> None:
        """Show name, place and value of the curves that have an end."""
        self._dots.setData(
            pos=[(x, y) for _, x, y in ends],
            brush=[pg.mkBrush(self._colours[name]) for name, *_ in ends],
        )
        for each in self._labels.values():
            each.setVisible(False)
        anchors = [0.5] * len(ends)
        if len(ends) == 2:
            # Two labels that would cover each other give way, up and down.
            height = self._plot.getViewBox().viewPixelSize()[1] or 1.0
            if abs(ends[0][2] - ends[1][2]) / height < _APART:
                lower = 0 if ends[0][2] <= ends[1][2] else 1
                anchors[lower], anchors[1 - lower] = 0.0, 1.0
        for (name, x, y), anchor in zip(ends, anchors, strict=True):
            each = self._labels[name]
            each.setText(f"  {name} {y:.2f}")
            each.setAnchor(QPointF(0, anchor))
            each.setPos(x, y)
            each.setVisible(True)
