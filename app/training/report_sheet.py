"""A sheet: each file of an import, whether it is used, and what of it is not, or why it is not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QHeaderView,
    QLineEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.theme import tokens
from app.theme.fonts import font
from app.training.words import count
from app.widgets.text import Text
from engine.data.dataset import DataSet, pieces_used

_SPLITS = {"train": "trained on", "validation": "held out"}
REFUSED, KEPT_APART = "left out", "kept apart"


@dataclass(frozen=True, slots=True)
class ReportLine:
    """A file or piece: what became of it, and a sentence, which may be empty."""

    name: str
    fate: str
    reason: str = ""


def report_of(data: DataSet) -> tuple[ReportLine, ...]:
    """What was refused, and then what is used.

    Raises:
        PsychoscoreError: the index of the data set cannot be read.
    """
    missing: dict[str, list[str]] = {}
    for name, sentence in data.left_out:
        missing.setdefault(name, []).append(sentence)
    used = tuple(
        ReportLine(_plain(name), _SPLITS.get(split, KEPT_APART), " ".join(missing.get(name, ())))
        for name, split in pieces_used(data.folder)
    )
    return (*refusals(data.refused), *used)


def refusals(refused: Sequence[tuple[str, str]]) -> tuple[ReportLine, ...]:
    """The lines of what an import left out."""
    return tuple(ReportLine(_plain(name), REFUSED, reason) for name, reason in refused)


class ReportSheet(QDialog):
    """Shows lines; a word typed above them leaves those that hold it."""

    def __init__(
        self, title: str, lines: Sequence[ReportLine], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.resize(720, 460)
        out = sum(each.fate == REFUSED for each in lines)
        self.told = Text(
            f"{count(len(lines) - out)} used, {count(out)} left out. A tenth of the songs is "
            "held out: it is not trained on, but measured.",
            tokens.SECONDARY,
            "secondary",
        )
        self.told.setWordWrap(True)
        self.find = QLineEdit()
        self.find.setPlaceholderText("Find a file or a reason")
        self.find.setAccessibleName("Find a file or a reason")
        self.find.setClearButtonEnabled(True)
        self.list = QTreeWidget()
        self.list.setHeaderLabels(("File", "", "What is missing, or why"))
        self.list.setAccessibleName(title)
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.list.setFont(font(tokens.BODY))
        self.list.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self.list.setColumnWidth(0, 250)
        for line in lines:
            row = QTreeWidgetItem(self.list, [line.name, line.fate, line.reason])
            row.setToolTip(0, line.name)
            row.setToolTip(2, line.reason)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 18, 18, 18)
        column.setSpacing(12)
        for widget in (self.told, self.find):
            column.addWidget(widget)
        column.addWidget(self.list, 1)
        self.find.textChanged.connect(self._filter)

    def texts(self) -> list[tuple[str, str, str]]:
        """The lines that are shown."""
        rows = (self.list.topLevelItem(index) for index in range(self.list.topLevelItemCount()))
        return [
            (row.text(0), row.text(1), row.text(2))
            for row in rows
            if row is not None and not row.isHidden()
        ]

    def _filter(self, word: str) -> None:
        for index in range(self.list.topLevelItemCount()):
            row = self.list.topLevelItem(index)
            if row is not None:
                said = " ".join(row.text(column) for column in range(3)).casefold()
                row.setHidden(word.strip().casefold() not in said)


def _plain(name: str) -> str:
    return name.split("/", 1)[-1]
