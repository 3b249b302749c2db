"""Reading dialogue from an .srt file: which file, and where its time begins in the cue."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from app.theme import tokens
from app.theme.fonts import font
from app.widgets.text import Text
from engine.project.cue_marks import DialogueBlock
from engine.project.picture_clock import PictureClock
from engine.project.subtitles import Subtitle, dialogue_blocks, timecode_offset


def choose_subtitles(parent: QWidget, chosen: Callable[[Path], object]) -> None:
    """Open a dialog for one .srt file."""
    dialog = QFileDialog(parent, "Read dialogue from subtitles")
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setNameFilter("Subtitles (*.srt)")
    dialog.fileSelected.connect(lambda name: chosen(Path(name)))
    dialog.finished.connect(lambda _result: dialog.deleteLater())
    dialog.open()


class SubtitleSheet(QDialog):
    """Emits `chosen(tuple[DialogueBlock, ...], bool)`: the blocks, and whether others stay.

    Args:
        subtitles: what the file says.
        clock: of the cue.
        there: how many blocks the cue has already.
    """

    chosen = Signal(object, bool)

    def __init__(
        self,
        name: str,
        subtitles: tuple[Subtitle, ...],
        clock: PictureClock,
        there: int = 0,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Dialogue from subtitles")
        self._subtitles, self._clock = subtitles, clock
        self.blocks: tuple[DialogueBlock, ...] = ()
        zero = "00:00:00;00" if clock.rate.drop else "00:00:00:00"
        self.at_zero = QRadioButton(f"Time code {zero}")
        self.at_bar = QRadioButton(f"Bar 1 of the cue ({clock.start.timecode})")
        self.at_other = QRadioButton("Time code")
        self.other = QLineEdit("01:00:00;00" if clock.rate.drop else "01:00:00:00")
        self.other.setAccessibleName("Time code where the file begins")
        self.other.setToolTip("Hours:minutes:seconds:frames where the file's time begins")
        self.keep = QCheckBox(f"Keep the {there} blocks that are there")
        self.keep.setVisible(there > 0)
        self.told = Text("", tokens.SECONDARY, "secondary")
        self.told.setWordWrap(True)
        self._choice = QButtonGroup(self)
        for button in (self.at_zero, self.at_bar, self.at_other):
            self._choice.addButton(button)
        for widget in (self.at_zero, self.at_bar, self.at_other, self.other, self.keep):
            widget.setFont(font(tokens.BODY))
        self._lay_out(name)
        self._guess()
        self._choice.buttonToggled.connect(lambda _button, _on: self._show())
        self.other.textEdited.connect(lambda _text: self._other_typed())
        self._show()

    def _lay_out(self, name: str) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 18, 18, 14)
        column.setSpacing(10)
        column.addWidget(Text(name, tokens.TITLE))
        column.addWidget(Text("The file's time begins at", tokens.BODY, "secondary"))
        column.addWidget(self.at_zero)
        column.addWidget(self.at_bar)
        row = QHBoxLayout()
        row.addWidget(self.at_other)
        row.addWidget(self.other, 1)
        column.addLayout(row)
        column.addWidget(self.keep)
        column.addWidget(self.told)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        self._ok = buttons.button(QDialogButtonBox.StandardButton.Ok)
        self._ok.setText("Read")
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column.addWidget(buttons)
        self.setMinimumWidth(380)

    def _guess(self) -> None:
        """Choose the first beginning under which somebody speaks in the cue."""
        for button in (self.at_zero, self.at_bar, self.at_other):
            button.setChecked(True)
            if self._found():
                return
        self.at_zero.setChecked(True)

    def _offset(self) -> float:
        """Raises ValueError where no time code is typed."""
        if self.at_bar.isChecked():
            return 0.0
        if self.at_zero.isChecked():
            return timecode_offset(self._clock)
        return self._clock.seconds_of_timecode(self.other.text())

    def _found(self) -> tuple[DialogueBlock, ...]:
        bars = len(self._clock.metres)
        return dialogue_blocks(self._subtitles, self._clock, bars, offset=self._offset())

    def _other_typed(self) -> None:
        self.at_other.setChecked(True)
        self._show()

    def _show(self) -> None:
        try:
            self.blocks = self._found()
        except ValueError as error:
            self.blocks = ()
            self.told.setText(str(error))
            self.told.set_tone("bad")
        else:
            self.told.setText(self._words())
            self.told.set_tone("secondary" if self.blocks else "bad")
        self._ok.setEnabled(bool(self.blocks))

    def _words(self) -> str:
        if not self.blocks:
            return "Nobody speaks within this cue then."
        count = "1 block" if len(self.blocks) == 1 else f"{len(self.blocks)} blocks"
        first = self.blocks[0]
        return f"{count} in the cue, the first in bar {int(first.first)}: {first.text[:60]}"

    def accept(self) -> None:
        super().accept()
        self.chosen.emit(self.blocks, self.keep.isChecked() and not self.keep.isHidden())
