"""The settings of the next run: a form made from the table of `engine.training.wish`."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QWidget,
)

from app.theme import tokens
from app.theme.fonts import font
from app.training.number_field import NumberField
from app.training.places import Places
from app.training.set_row import ChosenSet
from app.widgets.card import Card
from app.widgets.text import Text
from engine.training.install import model_names, plain_name
from engine.training.wish import (
    DEFAULT_START,
    FINE_TUNING,
    FROM_NOTHING,
    SETTING_BY_KEY,
    Preset,
    RunWish,
    WishedData,
)

FRESH = "Fresh weights"
_FIELD_WIDTH = 172
_UNIT_WIDTH = 102


class SettingsCard(Card):
    """`changed` tells that something else is asked for."""

    changed = Signal()

    def __init__(self, places: Places, parent: QWidget | None = None) -> None:
        super().__init__("Run settings", parent)
        self._places = places
        self.name = QLineEdit()
        self.name.setAccessibleName("Model name")
        self.name.setToolTip("The name of the model that is made")
        self.name.setFont(font(tokens.BODY_STRONG))
        self.start = QComboBox()
        self.start.setAccessibleName("Start from")
        self.start.setToolTip("A model that is trained further, or fresh weights")
        self.start.setFont(font(tokens.BODY_STRONG))
        self.unit = QComboBox()
        self.unit.setAccessibleName("Length in")
        self.unit.addItems(["minutes", "steps"])
        self.about = Text("", tokens.SECONDARY, "faint")
        self.about.setWordWrap(True)
        self.compare = QCheckBox("Compare old and new at the end")
        self.compare.setFont(font(tokens.BODY))
        self.compare.setToolTip(
            "Both models answer the same held-out requests; takes two or three minutes"
        )
        self.compare.setChecked(True)
        self.fields = {key: NumberField(each) for key, each in SETTING_BY_KEY.items()}
        self.note = Text("Locked while a run is active.", tokens.SECONDARY, "faint")
        self._lay_out()
        self.unit.currentIndexChanged.connect(self._unit_chosen)
        self.start.currentIndexChanged.connect(self._start_chosen)
        self.name.textChanged.connect(self.changed)
        for field in self.fields.values():
            field.textChanged.connect(self.changed)
        self._shown_preset = FINE_TUNING
        self.refresh()
        self._start_chosen()
        self._unit_chosen()
        self.set_locked(False)

    @property
    def hindrance(self) -> str:
        """Why no run can begin so, or nothing."""
        unused = "minutes" if self.unit.currentText() == "steps" else "steps"
        for key, field in self.fields.items():
            if key != unused and field.number is None:
                setting = SETTING_BY_KEY[key]
                return f"{setting.title}: from {setting.minimum:g} to {setting.maximum:g}."
        return ""

    @property
    def chosen_start(self) -> str | None:
        """The name of the model to start from; None for fresh weights."""
        name: str | None = self.start.currentData()
        return name

    def refresh(self) -> None:
        """Look again which models there are to start from."""
        chosen = self.chosen_start if self.start.count() else DEFAULT_START
        models = model_names(self._places.shipped, self._places.models)
        self.start.blockSignals(True)
        self.start.clear()
        for each in models:
            self.start.addItem(each.label, each.name)
            self.start.setItemData(self.start.count() - 1, each.about, Qt.ItemDataRole.ToolTipRole)
        self.start.addItem(FRESH, None)
        self._about = {each.name: each.about for each in models}
        names: list[str | None] = [*(each.name for each in models), None]
        self.start.setCurrentIndex(names.index(chosen) if chosen in names else 0)
        self.start.blockSignals(False)
        self._tell_about()

    def wish(self, data: Sequence[ChosenSet]) -> RunWish:
        """What is asked for, on data sets, one at least.

        Raises:
            PsychoscoreError: a number is out of its range.
        """
        numbers = {key: field.number or 0 for key, field in self.fields.items()}
        numbers["minutes" if self.unit.currentText() == "steps" else "steps"] = 0
        return RunWish(
            name=plain_name(self.name.text() or data[0].data.name),
            data=tuple(
                WishedData(str(each.data.folder), each.data.source, each.weight) for each in data
            ),
            start_from=self.chosen_start,
            steps=int(numbers["steps"]),
            minutes=numbers["minutes"],
            batch=int(numbers["batch"]),
            learning_rate=numbers["learning_rate"],
            threads=int(numbers["threads"]),
            verdict=self.compare.isChecked(),
        )

    def suggest_name(self, data: Sequence[ChosenSet]) -> None:
        """Name the model after the first of its data until somebody names it."""
        self.name.setPlaceholderText(plain_name(data[0].data.name) if data else "my model")

    def set_locked(self, locked: bool) -> None:
        """Nothing may change while a run trains."""
        for widget in (self.name, self.start, self.unit, self.compare, *self.fields.values()):
            widget.setEnabled(not locked)
        self.note.setVisible(locked)

    def _lay_out(self) -> None:
        length = QHBoxLayout()
        length.setSpacing(tokens.SPACE_S)
        length.addWidget(self.fields["steps"], 1)
        length.addWidget(self.fields["minutes"], 1)
        length.addWidget(self.unit)
        self.unit.setFixedWidth(_UNIT_WIDTH)
        grid = QGridLayout()
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(0, 1)
        rows: list[tuple[str, QWidget | QHBoxLayout]] = [
            ("Model name", self.name),
            ("Start from", self.start),
            ("Length", length),
            *((SETTING_BY_KEY[key].title, self.fields[key]) for key in _SINGLE_ROWS),
        ]
        for row, (title, what) in enumerate(rows):
            grid.addWidget(Text(title, tokens.BODY, "secondary"), row, 0)
            if isinstance(what, QWidget):
                what.setFixedSize(_FIELD_WIDTH, 28)
                grid.addWidget(what, row, 1)
            else:
                grid.addLayout(what, row, 1)
        for widget in (self.fields["steps"], self.fields["minutes"]):
            widget.setFixedSize(_FIELD_WIDTH - _UNIT_WIDTH - tokens.SPACE_S, 28)
        self.unit.setFixedHeight(28)
        self.body.addLayout(grid)
        for each in (self.compare, self.about, self.note):
            self.body.addWidget(each)

    def _unit_chosen(self) -> None:
        by_steps = self.unit.currentText() == "steps"
        self.fields["steps"].setVisible(by_steps)
        self.fields["minutes"].setVisible(not by_steps)
        self.changed.emit()

    def _start_chosen(self) -> None:
        # A model that knows music already is spoiled by the steps that teach it from nothing;
        # numbers that somebody typed stay.
        preset = FROM_NOTHING if self.chosen_start is None else FINE_TUNING
        if preset != self._shown_preset and self._shows(self._shown_preset):
            for key in _PRESET_KEYS:
                self.fields[key].setText(f"{getattr(preset, key):g}")
            self._shown_preset = preset
        self._tell_about()
        self.changed.emit()

    def _shows(self, preset: Preset) -> bool:
        return all(self.fields[key].number == getattr(preset, key) for key in _PRESET_KEYS)

    def _tell_about(self) -> None:
        start = self.chosen_start
        fresh = "Fresh weights know no music: they need many files and hours."
        self.about.setText(fresh if start is None else self._about.get(start, ""))


_SINGLE_ROWS = ("batch", "learning_rate", "threads")
_PRESET_KEYS = ("minutes", "batch", "learning_rate")
