"""The card that says how well the music obeys: asked against measured, bar by bar, and match.

Asked is what the current take was asked, also where the psyche has changed since. It shows what
is measured elsewhere and computes nothing itself.
"""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from app.compose.comparison_row import (
    ASKED,
    MEASURED,
    NAME,
    NONE,
    STRIP_AIR,
    ComparisonRow,
)
from app.session import Session, TakeSnapshot
from app.session.measuring import TakeMeasuring
from app.theme import tokens
from app.theme.fonts import font
from app.theme.icons import icon
from app.widgets.card import Card
from app.widgets.text import Text
from engine.measuring.attributes import ATTRIBUTE_INDEX, ATTRIBUTES
from engine.measuring.comparison import compare_attribute, compare_dimensions
from engine.profile import DIMENSIONS

FOLDED = ("onset_rate", "velocity_mean")
EMPTY = "Each take is measured here, beside what it was asked."
MEASURING = "Measuring"
NO_WISH = "This music was not asked for here; it is only measured."
OLDER = "Asked is what this take was asked; Generate would ask something else by now."
HEARD = (
    "How near this take is to what was asked, as a listener finds it that shares nothing\n"
    "with the composing network"
)
UNHEARD = "No listener judged this take"
UNHEARD_EDITED = "Edited by hand: the match was heard of other notes"
HINT = (
    "One block a bar. Full and bright: measured as asked.\n"
    "Short, hanging from the top: more was measured than asked; on the floor: less."
)


class ComparisonCard(Card):
    """Rows for the four dimensions, two attributes in a fold, and the match.

    Args:
        session: which take is current.
        measuring: what is measured of it.
    """

    def __init__(
        self, session: Session, measuring: TakeMeasuring, parent: QWidget | None = None
    ) -> None:
        super().__init__("Asked against measured", parent)
        self._session, self._measuring = session, measuring
        self.empty = Text(EMPTY, tokens.SECONDARY, "faint")
        self.note = Text("", tokens.SECONDARY, "faint")
        self.match = Text("", tokens.DIGITS)
        self.read_out = Text("", tokens.SECONDARY, "faint")
        self._hovered: ComparisonRow | None = None
        self.rows = {
            each.name: ComparisonRow(each.title, tokens.DIMENSION_COLOURS[each.name])
            for each in DIMENSIONS
        }
        self.folded = {
            name: ComparisonRow(ATTRIBUTES[ATTRIBUTE_INDEX[name]].title, tokens.TEXT2)
            for name in FOLDED
        }
        self.fold = _Fold("Onsets, loudness")
        self._table = QWidget()
        self._lay_out()
        for row in (*self.rows.values(), *self.folded.values()):
            row.setToolTip(HINT)
            row.bar_hovered.connect(lambda _bar, row=row: self._hover(row))
        self.fold.opened.connect(self._open_fold)
        session.takes_changed.connect(self._follow)
        session.cue_changed.connect(self._follow)
        session.generation_changed.connect(self._follow)
        measuring.changed.connect(self._show)
        self._follow()

    def _lay_out(self) -> None:
        self.setFixedWidth(tokens.RIGHT_WIDTH)
        self.empty.setWordWrap(True)
        self.note.setWordWrap(True)
        table = QVBoxLayout(self._table)
        table.setContentsMargins(0, 0, 0, 0)
        table.setSpacing(0)
        table.addLayout(_heads())
        for row in self.rows.values():
            table.addWidget(row)
        table.addSpacing(2)
        table.addWidget(self.fold)
        for row in self.folded.values():
            row.hide()
            table.addWidget(row)
        foot = QHBoxLayout()
        foot.setContentsMargins(0, 6, 0, 0)
        foot.setSpacing(tokens.SPACE_M)
        foot.addWidget(self.match)
        foot.addStretch(1)
        foot.addWidget(self.read_out)
        table.addLayout(foot)
        table.addWidget(self.note)
        self.body.addWidget(self.empty)
        self.body.addWidget(self._table)

    def _follow(self) -> None:
        """The current take may be another one, or older than its psyche by now."""
        current = None if self._session.watching else self._session.current_take
        self._measuring.watch(current.take if current else None)
        self._show()

    def _show(self) -> None:
        current = None if self._session.watching else self._session.current_take
        take = current.take if current else None
        self.empty.setVisible(take is None)
        self._table.setVisible(take is not None)
        if current is None or take is None:
            return
        found = self._measuring.found
        if found is not None:
            for compared in compare_dimensions(take, found):
                self.rows[compared.name].show_row(compared)
            for name, row in self.folded.items():
                row.show_row(compare_attribute(take, found, name))
        self._show_match(current)
        self._show_read_out()
        note = "" if take.provenance.model_hash else NO_WISH
        self.note.setText(OLDER if current.stale else note)
        self.note.setVisible(bool(self.note.text()))

    def _show_match(self, current: TakeSnapshot) -> None:
        assert current.take is not None
        told = current.take.provenance
        known = told.match is not None
        self.match.setText(
            f"match {told.match:.0%}".replace("%", " %") if known else "match " + NONE
        )
        self.match.set_tone("" if known else "faint")
        unheard = UNHEARD_EDITED if told.edits else UNHEARD
        self.match.setToolTip(HEARD if known else unheard)

    def _show_read_out(self) -> None:
        """What is under the pointer, else what is still being done."""
        if self._hovered is not None and self._hovered.hovered:
            self.read_out.setText(self._hovered.words(self._hovered.hovered))
            self.read_out.set_tone("accent")
        else:
            self.read_out.setText(MEASURING if self._measuring.busy else "")
            self.read_out.set_tone("faint")

    def _open_fold(self, opened: bool) -> None:
        for row in self.folded.values():
            row.setVisible(opened)

    def _hover(self, row: ComparisonRow) -> None:
        self._hovered = row
        self._show_read_out()


class _Fold(QToolButton):
    """A line that opens and closes what lies under it."""

    opened = Signal(bool)

    def __init__(self, title: str) -> None:
        super().__init__()
        self.is_open = False
        self.setText(title)
        self.setProperty("kind", "fold")
        self.setFont(font(tokens.SECONDARY))
        self.setIconSize(QSize(14, 14))
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.clicked.connect(self._turn)
        self._show()

    def _turn(self) -> None:
        self.is_open = not self.is_open
        self._show()
        self.opened.emit(self.is_open)

    def _show(self) -> None:
        self.setIcon(icon("chevron-down" if self.is_open else "chevron-right"))
        self.setAccessibleName(f"{'Hide' if self.is_open else 'Show'} {self.text().lower()}")


def _heads() -> QHBoxLayout:
    line = QHBoxLayout()
    line.setContentsMargins(0, 0, 0, 2)
    line.setSpacing(0)
    line.addSpacing(NAME)
    for words, width in (("asked", ASKED), ("measured", MEASURED)):
        head = Text(words, tokens.SMALL, "faint")
        head.setFixedWidth(width)
        head.setAlignment(Qt.AlignmentFlag.AlignRight)
        line.addWidget(head)
    line.addSpacing(STRIP_AIR)
    line.addWidget(Text("bar by bar", tokens.SMALL, "faint"))
    line.addStretch(1)
    return line
