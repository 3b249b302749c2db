"""The buttons of the house: made by their kind, painted by the style sheet."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QPushButton, QToolButton, QWidget

from app.theme import tokens
from app.theme.fonts import font
from app.theme.icons import icon, paint_icon


def tool_button(
    icon_name: str, name: str, keys: str = "", *, checkable: bool = False, size: int = 28
) -> QToolButton:
    """A quiet square button.

    Args:
        icon_name: a name of `app.theme.icons`.
        name: what it does; shown as tool tip and told to screen readers.
        keys: its shortcut as people read it, for the tool tip.
    """
    button = QToolButton()
    button.setIcon(icon(icon_name))
    button.setIconSize(QSize(16, 16))
    button.setFixedSize(QSize(size, size))
    button.setCheckable(checkable)
    button.setAccessibleName(name)
    button.setToolTip(f"{name} ({keys})" if keys else name)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button


def push_button(text: str, kind: str = "", icon_name: str = "") -> QPushButton:
    """A button with words; kinds are "primary", "ghost", "quiet", "danger" and plain ""."""
    button = QPushButton(text)
    if kind:
        button.setProperty("kind", kind)
    button.setFont(font(tokens.TITLE if kind == "primary" else tokens.BODY_STRONG))
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    if icon_name:
        ink = tokens.ON_ACCENT if kind == "primary" else tokens.TEXT2
        button.setIcon(icon(icon_name, ink, active=ink))
    return button


class RoundButton(QAbstractButton):
    """The white play button; checked, it shows its second icon."""

    def __init__(
        self,
        off: str = "play",
        on: str = "pause",
        name: str = "Play",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._icons = (off, on)
        self.setCheckable(True)
        self.setFixedSize(QSize(36, 36))
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self.isEnabled():
            painter.setOpacity(0.4)
        if self.hasFocus():
            painter.setPen(QColor(tokens.ACCENT))
            painter.drawEllipse(self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5))
        painter.setPen(Qt.PenStyle.NoPen)
        bright = self.underMouse() or self.isDown()
        painter.setBrush(QColor(tokens.WHITE if bright else tokens.TEXT1))
        painter.drawEllipse(self.rect().adjusted(1, 1, -1, -1))
        name = self._icons[1] if self.isChecked() else self._icons[0]
        paint_icon(painter, name, QRectF(10, 10, 16, 16), tokens.BG0)
