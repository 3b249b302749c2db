"""The data sets of this machine, with check boxes: those that the next run trains on.

Until somebody checks a box by hand, the list proposes: the newest of a composer's own sets with a
little of POP909 where that is there, else the first set.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from app.training.set_row import HEIGHT, ChosenSet, SetRow
from engine.data.dataset import DataSet
from engine.training.wish import REPLAY_WEIGHT

SHOWN = 5
OWN, BASE = "folder", "pop909"


class SetList(QScrollArea):
    """`changed` tells that other sets are checked, weighed or described."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Data sets")
        self.rows: list[SetRow] = []
        self._touched = False
        self._current = ""
        inside = QWidget()
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2)
        self._column.addStretch(1)
        self.setWidget(inside)
        inside.setAutoFillBackground(False)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    @property
    def current(self) -> DataSet | None:
        """The set that is described."""
        return next((row.data for row in self.rows if row.data.name == self._current), None)

    @property
    def chosen(self) -> tuple[ChosenSet, ...]:
        """The checked sets, a composer's own first, then the heaviest."""
        found = [each for row in self.rows if (each := row.chosen) is not None]
        return tuple(sorted(found, key=lambda each: (each.data.source != OWN, -each.weight)))

    @property
    def hindrance(self) -> str:
        """Why no run can begin so, or nothing."""
        checked = [row for row in self.rows if row.box.isChecked()]
        if not checked:
            return "Check a data set to train on."
        wrong = next((row for row in checked if row.chosen is None), None)
        return f"Weight of {wrong.data.name}: from 0.01 to 100." if wrong else ""

    def show_sets(self, sets: Sequence[DataSet], new: str = "") -> None:
        """Show sets; what was checked by hand stays, and a `new` one is checked."""
        before = {row.data.name: (row.box.isChecked(), row.weight.text()) for row in self.rows}
        for row in self.rows:
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.rows = [self._made(each) for each in sets]
        for index, row in enumerate(self.rows):
            self._column.insertWidget(index, row)
        if self._touched:
            for row in self.rows:
                on, weight = before.get(row.data.name, (False, "1"))
                row.box.setChecked(on or row.data.name == new)
                row.weight.setText(weight)
        else:
            self._propose(new)
        if new or self.current is None:
            chosen = self.chosen
            self._current = new or (chosen[0].data.name if chosen else "")
        shown = min(len(self.rows), SHOWN)
        self.setFixedHeight(max(shown * (HEIGHT + 2) - 2, 0))
        self._show()

    def pick(self, name: str) -> None:
        """Describe a set."""
        self._current = name
        self._show()

    def set_locked(self, locked: bool) -> None:
        """Nothing may change while a run trains."""
        for row in self.rows:
            row.set_locked(locked)

    def _made(self, data: DataSet) -> SetRow:
        row = SetRow(data)
        row.checked.connect(self._touch)
        row.weighed.connect(self._touch)
        row.picked.connect(lambda: self.pick(data.name))
        return row

    def _propose(self, new: str) -> None:
        own = [row for row in self.rows if row.data.source == OWN]
        named = [row for row in self.rows if row.data.name == new]
        first = next(iter([*named, *sorted(own, key=_age), *self.rows]), None)
        for row in self.rows:
            base = first is not None and first.data.source == OWN and row.data.source == BASE
            row.box.setChecked(row is first or base)
            row.weight.setText(f"{REPLAY_WEIGHT:g}" if base else "1")

    def _touch(self) -> None:
        self._touched = True
        self._show()

    def _show(self) -> None:
        chosen = self.chosen
        total = sum(each.weight for each in chosen)
        for row in self.rows:
            mine = row.chosen
            several = row.box.isChecked() and len(chosen) > 1
            weighed = mine.weight / total if mine is not None else 0.0
            wrong = row.box.isChecked() and mine is None
            row.show_share(weighed if several or wrong else None)
            row.set_current(row.data.name == self._current and len(self.rows) > 1)
        self.changed.emit()


def _age(row: SetRow) -> float:
    """The newest first."""
    try:
        return -(row.data.folder / "about.json").stat().st_mtime
    except OSError:
        return 0.0
