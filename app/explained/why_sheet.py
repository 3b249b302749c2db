"""Why the values at the playhead are what they are: each with its layer, the temperature term by
term."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.session import Session
from app.theme import tokens
from app.widgets.buttons import push_button
from app.widgets.text import Text
from engine.profile import DIMENSION_BY_NAME
from engine.project.why import Reason, why_dimension, why_temperature, why_tempo

SIZE = (680, 560)
_SOURCE_WIDTH = 380


class WhySheet(QDialog):
    """Shows the reasons as they stand when it opens.

    Args:
        session: whose playhead is meant.

    Signals:
        setting_wanted(str): a setting is to be seen on the Presets page, by its dotted key.
    """

    setting_wanted = Signal(str)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Why these values")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        cue, resolution = session.cue, session.configuration.resolution
        bar = session.asked.bar(session.position)
        head, *terms = why_temperature(cue, resolution, bar)
        self.equation = Text(f"Temperature {head.value}", tokens.TITLE, "accent")
        self.equation.setAccessibleName(self.equation.text())
        self.reasons: list[Reason] = []
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(tokens.SPACE_L)
        self._grid.setVerticalSpacing(10)
        self._grid.setColumnStretch(2, 1)
        self._section(f"Temperature at bar {bar:.4g}", terms)
        values = [why_dimension(cue, resolution, name, bar) for name in DIMENSION_BY_NAME]
        self._section("The psyche", values)
        self._section("Time", [why_tempo(cue, resolution, bar)])
        self._lay_out()

    def _section(self, title: str, reasons: list[Reason]) -> None:
        line = self._grid.rowCount()
        self._grid.addWidget(Text(title, tokens.CAPTION, "faint"), line, 0, 1, 4)
        for reason in reasons:
            line += 1
            self._add(line, reason)

    def _add(self, line: int, reason: Reason) -> None:
        self.reasons.append(reason)
        over = f"Lies over {', '.join(reason.hides)}" if reason.hides else ""
        source = Text(f"{reason.source[:1].upper()}{reason.source[1:]}", tokens.BODY, "secondary")
        source.setWordWrap(True)
        source.setMinimumWidth(_SOURCE_WIDTH)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(source)
        if over:
            hidden = Text(over, tokens.SECONDARY, "faint")
            hidden.setWordWrap(True)
            words.addWidget(hidden)
        top = Qt.AlignmentFlag.AlignTop
        name = Text(reason.title, tokens.NAME)
        name.setAccessibleDescription(f"{reason.sentence}")
        self._grid.addWidget(name, line, 0, top)
        self._grid.addWidget(Text(reason.value, tokens.BODY_STRONG), line, 1, top)
        self._grid.addLayout(words, line, 2)
        if reason.key:
            show = push_button("Show", "quiet")
            show.setAccessibleName(f"Show the setting behind {reason.title}")
            show.setToolTip(f"Go to {reason.key} on the Presets page")
            show.setAutoDefault(False)
            show.clicked.connect(lambda: self._show(reason.key))
            self._grid.addWidget(show, line, 3, top)

    def _show(self, key: str) -> None:
        self.accept()
        self.setting_wanted.emit(key)

    def _lay_out(self) -> None:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 12, 0)
        column.addLayout(self._grid)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidget(inside)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        close = push_button("Close", "primary")
        close.clicked.connect(self.accept)
        bottom = QHBoxLayout()
        bottom.addStretch(1)
        bottom.addWidget(close)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(22, 18, 14, 16)
        whole.setSpacing(14)
        whole.addWidget(self.equation)
        whole.addWidget(scroll, 1)
        whole.addLayout(bottom)
        self.resize(*SIZE)
        close.setFocus()
