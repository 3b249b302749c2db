"""How the cards of the Training page lie: narrow columns beside the curves in the middle."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.theme import tokens

LEFT_WIDTH = 318


def lay_out_page(
    page: QWidget,
    left: Sequence[QWidget],
    top: QWidget,
    below: Sequence[QWidget],
    right: Sequence[tuple[QWidget, int]],
) -> None:
    """Fill a page.

    Args:
        left: cards of the left column, which scrolls where they do not fit.
        top, below: the upper card of the middle, and those side by side below it.
        right: cards of the right column with their shares of its height.
    """
    row = QHBoxLayout(page)
    row.setContentsMargins(8, 8, 8, 8)
    row.setSpacing(tokens.SPACE_M)
    row.addWidget(_scrolled(left))
    centre = QVBoxLayout()
    centre.setSpacing(tokens.SPACE_M)
    side_by_side = QHBoxLayout()
    side_by_side.setSpacing(tokens.SPACE_M)
    for card in below:
        side_by_side.addWidget(card, 1)
    centre.addWidget(top, 5)
    centre.addLayout(side_by_side, 4)
    row.addLayout(centre, 1)
    column = QVBoxLayout()
    column.setSpacing(tokens.SPACE_M)
    for card, stretch in right:
        card.setFixedWidth(tokens.RIGHT_WIDTH)
        column.addWidget(card, stretch)
    row.addLayout(column)


def _scrolled(cards: Sequence[QWidget]) -> QScrollArea:
    inside = QWidget()
    inside.setAutoFillBackground(False)
    column = QVBoxLayout(inside)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(tokens.SPACE_M)
    for card in cards:
        column.addWidget(card)
    column.addStretch(1)
    scroll = QScrollArea()
    scroll.setWidget(inside)
    scroll.setWidgetResizable(True)
    scroll.setFrameShape(QFrame.Shape.NoFrame)
    scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    scroll.setFixedWidth(LEFT_WIDTH)
    return scroll
