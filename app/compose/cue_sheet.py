"""The sheet of a cue: its name, its length, its place in picture and DAW, upbeat, metre, key."""

from __future__ import annotations

from collections.abc import Callable

from pydantic import ValidationError
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from app.theme import tokens
from app.widgets.buttons import push_button
from app.widgets.spin import indent
from app.widgets.text import Text
from app.wording import key_name
from engine.errors import PsychoscoreError
from engine.project.cue_marks import FrameRate
from engine.project.cue_settings import CueSettings
from engine.project.time_edits import parse_start
from engine.score import METRES, TICKS_PER_QUARTER, Key, Metre, Mode
from engine.take import MAXIMUM_BARS

RATES: tuple[FrameRate, ...] = ("23.976", "24", "25", "29.97", "29.97 DF", "30")
_EIGHTH = TICKS_PER_QUARTER // 2
_RATE_WORDS = {"29.97": "29.97 non-drop", "29.97 DF": "29.97 drop frame"}
_UPBEATS = {1: "One eighth", 2: "One quarter", 3: "Three eighths", 4: "Two quarters"}


class CueSheet(QDialog):
    """Shows what a cue is told of itself; Apply does it as one step.

    Args:
        told: what the cue holds now.
        apply: does what is wished; the sentence that says why not, or nothing.
    """

    def __init__(
        self,
        told: CueSettings,
        apply: Callable[[CueSettings], str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._told, self._apply = told, apply
        self.setWindowTitle("Cue settings")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.number = QLineEdit(told.number)
        self.number.setMaxLength(16)
        self.title = QLineEdit(told.title)
        self.title.setMaxLength(200)
        self.bars = _spin(told.bars, "Length in bars, 1 to 512")
        self.timecode = QLineEdit(told.start.timecode)
        self.timecode.setToolTip("Time code of bar 1: hours, minutes, seconds, frames")
        self.rate = QComboBox()
        for rate in RATES:
            self.rate.addItem(f"{_RATE_WORDS.get(rate, rate)} fps", rate)
        self.rate.setCurrentIndex(RATES.index(told.start.frame_rate))
        self.rate.setToolTip("Frames a second of the picture")
        self.daw_bar = _spin(told.start.bar, "Which bar of the DAW's song is bar 1, 1 to 512")
        self.metre = QComboBox()
        for metre in METRES:
            self.metre.addItem(str(metre), metre)
        if told.metre not in METRES:
            self.metre.addItem(str(told.metre), told.metre)
        self.metre.setCurrentText(str(told.metre))
        self.upbeat = QComboBox()
        self.upbeat.setToolTip("Music before bar 1, shorter than a bar")
        self.key = QComboBox()
        self._fill_keys()
        self._fill_upbeats(told.upbeat_ticks)
        self.trouble = Text("", tokens.SECONDARY, "bad")
        self.trouble.setWordWrap(True)
        self.trouble.hide()
        self.apply = push_button("Apply", "primary")
        self.cancel = push_button("Cancel", "quiet")
        self._lay_out()
        self.metre.currentIndexChanged.connect(
            lambda _index: self._fill_upbeats(self.upbeat.currentData() or 0)
        )
        self.rate.currentIndexChanged.connect(lambda _index: self._respell())
        self.apply.setDefault(True)
        self.apply.clicked.connect(self._do)
        self.cancel.clicked.connect(self.reject)
        self.title.setFocus()

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setHorizontalSpacing(14)
        form.setVerticalSpacing(10)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        for words, widget in (
            ("Number", self.number),
            ("Title", self.title),
            ("Length in bars", self.bars),
            ("Starts at time code", self.timecode),
            ("Frame rate", self.rate),
            ("Bar 1 is the DAW's bar", self.daw_bar),
            ("Metre of bar 1", self.metre),
            ("Upbeat", self.upbeat),
            ("Key of bar 1", self.key),
        ):
            widget.setAccessibleName(words)
            widget.setMinimumWidth(230)
            form.addRow(Text(words), widget)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.apply)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 18, 18, 14)
        column.setSpacing(12)
        column.addLayout(form)
        column.addWidget(self.trouble)
        column.addLayout(buttons)

    def _fill_keys(self) -> None:
        self.key.addItem("As the project has it", None)
        modes: tuple[Mode | None, ...] = ("minor", "major", None)
        for mode in modes:
            for tonic in range(12):
                key = Key(tonic, mode)
                words = key_name(key) if mode else f"{key_name(key)}, mode free"
                self.key.addItem(words, key)
                if key == self._told.key:
                    self.key.setCurrentIndex(self.key.count() - 1)

    def _fill_upbeats(self, wanted: int) -> None:
        """All upbeats of whole eighths that are shorter than a bar; one of another length too."""
        metre: Metre = self.metre.currentData()
        self.upbeat.clear()
        self.upbeat.addItem("None", 0)
        lengths = {_EIGHTH * count for count in range(1, metre.ticks // _EIGHTH)}
        if 0 < wanted < metre.ticks:
            lengths.add(wanted)
        for ticks in sorted(lengths):
            self.upbeat.addItem(upbeat_words(ticks), ticks)
            if ticks == wanted:
                self.upbeat.setCurrentIndex(self.upbeat.count() - 1)

    def _respell(self) -> None:
        """Frames are set apart as the rate has it."""
        code = self.timecode.text().strip()
        if len(code) == 11:
            mark = ";" if self.rate.currentData() == "29.97 DF" else ":"
            self.timecode.setText(code[:8] + mark + code[9:])

    @property
    def wanted(self) -> CueSettings:
        """What the fields say.

        Raises:
            PsychoscoreError: the time code is none.
        """
        rate, bar = self.rate.currentData(), self.daw_bar.value()
        start = parse_start(self.timecode.text(), rate, bar)
        return CueSettings(
            self.number.text().strip(),
            self.title.text().strip(),
            self.bars.value(),
            start,
            self.upbeat.currentData(),
            self.metre.currentData(),
            self.key.currentData(),
        )

    def _do(self) -> None:
        try:
            why = self._apply(self.wanted)
        except PsychoscoreError as error:
            why = f"{error.message} {error.hint}".strip()
        except ValidationError:
            why = f"{self.number.text()!r} is no number for a cue. Write it like 1M3 or Q12."
        if not why:
            self.accept()
            return
        self.trouble.setText(why)
        self.trouble.show()


def upbeat_words(ticks: int) -> str:
    """`One quarter`, `5 eighths`."""
    count, rest = divmod(ticks, _EIGHTH)
    if rest:
        return f"{ticks / TICKS_PER_QUARTER:.3g} quarters"
    return _UPBEATS.get(count, f"{count} eighths")


def _spin(value: int, words: str) -> QSpinBox:
    spin = QSpinBox()
    spin.setRange(1, MAXIMUM_BARS)
    spin.setValue(value)
    spin.setToolTip(words)
    indent(spin)
    return spin
