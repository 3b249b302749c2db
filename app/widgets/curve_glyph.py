"""The little curve beside a slider: says whether a lane drives it, and gives it back."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from app.theme import tokens
from app.theme.colours import translucent


class Automation(Enum):
    """What a lane does to its slider."""

    NONE = "no points"
    FOLLOWING = "following"
    OVERRIDDEN = "overridden"


class CurveGlyph(QAbstractButton):
    """Bright while the slider follows its lane, hollow while it is overridden, else not there."""

    def __init__(self, title: str, colour: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title, self._colour = title, colour
        self.automation = Automation.NONE
        self.setFixedSize(QSize(24, 22))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        policy = self.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.setSizePolicy(policy)
        self.hide()

    def set_automation(self, automation: Automation) -> None:
        if automation == self.automation:
            return
        self.automation = automation
        self.setVisible(automation != Automation.NONE)
        self.setAccessibleName(f"{self._title} lane, {automation.value}")
        self.setToolTip(
            f"Follows the {self._title} lane"
            if automation == Automation.FOLLOWING
            else f"Overrides the {self._title} lane. Click: back to automation"
        )
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.underMouse() or self.hasFocus():
            painter.setPen(QColor(tokens.ACCENT) if self.hasFocus() else Qt.PenStyle.NoPen)
            painter.setBrush(translucent(self._colour, 0.14))
            painter.drawRoundedRect(self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        curve = QPainterPath()
        curve.moveTo(5.5, 16)
        curve.cubicTo(13.5, 16, 10.5, 6, 18.5, 6)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        self._stroke(painter, curve)

    def _stroke(self, painter: QPainter, curve: QPainterPath) -> None:
        cap, join = Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin
        line = Qt.PenStyle.SolidLine
        if self.automation == Automation.FOLLOWING:
            painter.strokePath(curve, QPen(QColor(self._colour), 1.8, line, cap, join))
            return
        painter.strokePath(curve, QPen(QColor(tokens.TEXT3), 4.4, line, cap, join))
        painter.strokePath(curve, QPen(QColor(tokens.BG1), 2.4, line, cap, join))
