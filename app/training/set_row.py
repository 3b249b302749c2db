"""One data set in the list: whether it is trained on, and with which weight."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QWidget

from app.theme import tokens
from app.theme.fonts import font
from app.training.number_field import NumberField
from app.widgets.text import Text
from engine.data.dataset import DataSet
from engine.training.wish import WEIGHT

HEIGHT = 30
_WEIGHT_WIDTH, _SHARE_WIDTH = 60, 36


@dataclass(frozen=True, slots=True)
class ChosenSet:
    """A data set that is trained on, with its weight beside those of the others."""

    data: DataSet
    weight: float


class SetRow(QWidget):
    """Its wishes are signals."""

    checked = Signal()
    """By hand."""
    weighed = Signal()
    picked = Signal()
    """It is the one that is described."""

    def __init__(self, data: DataSet, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.data = data
        self._current = False
        self.box = QCheckBox()
        self.box.setAccessibleName(f"Train on {data.name}")
        self.box.setToolTip("Train on it")
        self.name = Text("", tokens.BODY_STRONG)
        self.name.setToolTip(f"{data.name}\n{data.title}, {data.licence}")
        self.name.setMinimumWidth(40)
        self.weight = NumberField(WEIGHT)
        self.weight.setFixedSize(_WEIGHT_WIDTH, 24)
        self.weight.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.weight.setAccessibleName(f"Weight of {data.name}")
        self.share = Text("", tokens.SECONDARY, "secondary")
        self.share.setFixedWidth(_SHARE_WIDTH)
        self.share.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.share.setToolTip("Share of the training that is music of this set")
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 0, 6, 0)
        row.setSpacing(tokens.SPACE_S)
        for widget in (self.box, self.name, self.weight, self.share):
            row.addWidget(widget, widget is self.name)
        self.setFixedHeight(HEIGHT)
        self.box.setFont(font(tokens.BODY))
        self.box.clicked.connect(self.checked)
        self.box.clicked.connect(self.picked)
        self.weight.textEdited.connect(self.weighed)

    @property
    def chosen(self) -> ChosenSet | None:
        """What it adds to a run; None where it is not checked or its weight is no number."""
        number = self.weight.number
        return ChosenSet(self.data, number) if self.box.isChecked() and number else None

    def show_share(self, share: float | None) -> None:
        """Show its share of the run, 0 to 1; the weight is there where there is a choice."""
        self.share.setText("" if share is None else f"{share:.0%}")
        for widget in (self.weight, self.share):
            widget.setVisible(share is not None)
        self._elide()

    def set_current(self, current: bool) -> None:
        """Whether it is the one that is described."""
        self._current = current
        self.update()

    def set_locked(self, locked: bool) -> None:
        """Nothing may change while a run trains."""
        for widget in (self.box, self.weight):
            widget.setEnabled(not locked)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._elide()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.picked.emit()
        event.accept()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._current:
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.BG2))
            painter.drawRoundedRect(self.rect(), tokens.RADIUS_BUTTON, tokens.RADIUS_BUTTON)

    def _elide(self) -> None:
        taken = self.box.sizeHint().width() + 12 + 2 * tokens.SPACE_S
        if not self.weight.isHidden():
            taken += _WEIGHT_WIDTH + _SHARE_WIDTH + tokens.SPACE_S
        room = max(self.width() - taken, 40)
        metrics = self.name.fontMetrics()
        self.name.setText(metrics.elidedText(self.data.name, Qt.TextElideMode.ElideMiddle, room))
