"""The cues of a project as a table: number, title, start, length, status, approved take, takes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor

from app.session import Session
from app.theme import tokens
from app.theme.fonts import font
from app.wording import length_text, letter
from engine.project.cue import Cue
from engine.project.state import number_order
from engine.project.status_edits import STATUSES

NUMBER, TITLE, START, LENGTH, STATUS, APPROVED, TAKES = range(7)
HEADERS = ("Number", "Title", "Starts at", "Length", "Status", "Approved take", "Takes")
HINTS = (
    "As composers count: 1M3, Q12. Each number once",
    "What the cue is called",
    "Time code of bar 1",
    "Minutes and seconds",
    "Idea, in work, to review or approved",
    "The take that a show plays",
    "How many takes there are",
)
_TYPED = (NUMBER, TITLE, START)
_INKS = {
    "idea": tokens.TEXT3,
    "work": tokens.TEXT2,
    "review": tokens.ACCENT,
    "approved": tokens.GOOD,
}
Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class CueRow:
    """One cue as it is shown."""

    cue: Cue
    seconds: float

    @property
    def cells(self) -> tuple[str, ...]:
        cue, label = self.cue, self.cue.approved_take
        approved = take_words(cue, cue.takes.index(label)) if label else ""
        return (
            cue.number,
            cue.title,
            cue.start.timecode,
            length_text(self.seconds),
            STATUSES[cue.status],
            approved,
            str(len(cue.takes)),
        )

    def order(self, column: int) -> tuple[object, ...]:
        """What the rows are ordered by; equal ones stand in the order of their numbers."""
        number = number_order(self.cue.number)
        first: dict[int, object] = {
            NUMBER: number,
            LENGTH: self.seconds,
            STATUS: list(STATUSES).index(self.cue.status),
            TAKES: len(self.cue.takes),
        }
        return first.get(column, self.cells[column].casefold()), number


class CueTable(QAbstractTableModel):
    """Shows the cues of a session in any order; number, title and start can be typed.

    Args:
        session: whose cues they are.

    Signals:
        typed(str, int, str): cue id, column and text; to be done by `act` when the field is gone.
    """

    typed = Signal(str, int, str)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._column, self._falling = NUMBER, False
        self.rows: tuple[CueRow, ...] = ()
        self.refresh()

    def refresh(self) -> None:
        """Take the cues as they are now."""
        rows = [self._row(cue) for cue in self._session.cues]
        rows.sort(key=lambda row: row.order(self._column), reverse=self._falling)
        self.beginResetModel()
        self.rows = tuple(rows)
        self.endResetModel()

    def _row(self, cue: Cue) -> CueRow:
        settings = self._session.settings
        ticks = sum(metre.ticks for metre in cue.metre_per_bar(settings))
        return CueRow(cue, cue.resolved_tempo(settings).seconds(ticks))

    def place(self, cue_id: str) -> int:
        """The row of a cue, -1 where it has none."""
        return next((at for at, row in enumerate(self.rows) if row.cue.id == cue_id), -1)

    # What Qt asks

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index | None = None) -> int:
        return len(HEADERS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{HINTS[section]}. Click to order by it"
        return HEADERS[section] if role == Qt.ItemDataRole.DisplayRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self.rows[index.row()]
        answers: dict[int, Callable[[], object]] = {
            Qt.ItemDataRole.DisplayRole: lambda: row.cells[index.column()],
            Qt.ItemDataRole.EditRole: lambda: row.cells[index.column()],
            Qt.ItemDataRole.FontRole: lambda: font(
                tokens.TITLE if row.cue.id == self._session.cue.id else tokens.BODY
            ),
            Qt.ItemDataRole.ForegroundRole: lambda: self._ink(row.cue, index.column()),
            Qt.ItemDataRole.AccessibleTextRole: lambda: (
                f"{HEADERS[index.column()]}: {row.cells[index.column()] or 'none'}"
            ),
        }
        answer = answers.get(role)
        return answer() if answer else None

    def _ink(self, cue: Cue, column: int) -> QColor:
        if column == STATUS:
            return QColor(_INKS[cue.status])
        return QColor(tokens.TEXT1 if column in (NUMBER, TITLE) else tokens.TEXT2)

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return flags | Qt.ItemFlag.ItemIsEditable if index.column() in _TYPED else flags

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        row, text = self.rows[index.row()], str(value).strip()
        if text != row.cells[index.column()]:
            self.typed.emit(row.cue.id, index.column(), text)
        return False

    def act(self, cue_id: str, column: int, text: str) -> None:
        """Do what was typed into a cell."""
        row = self.rows[self.place(cue_id)]
        if column == START:
            self._session.cue_acts.set_start(cue_id, text)
            return
        number = text if column == NUMBER else row.cue.number
        title = text if column == TITLE else row.cue.title
        self._session.rename_cue(number, title, cue_id)

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self._column, self._falling = column, order == Qt.SortOrder.DescendingOrder
        self.refresh()


def take_words(cue: Cue, index: int) -> str:
    """`A Restrained`: letter and title of one take of a cue."""
    return f"{letter(index)} {cue.takes[index].title}".strip()
