"""A small sheet: what notes may do while somebody speaks."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFormLayout,
    QHBoxLayout,
    QSpinBox,
    QWidget,
)

from app.theme import tokens
from app.theme.fonts import font
from app.widgets.spin import indent
from app.widgets.text import Text
from engine.picture import HIGHEST_RATE, LOWEST_RATE, MOST_VOICES
from engine.project.cue_marks import DialogueSettings
from engine.score import pitch_name

_USUAL = DialogueSettings()


class DialogueSheet(QDialog):
    """Emits `changed(DialogueSettings)` when it is accepted with something else than before."""

    changed = Signal(object)

    def __init__(self, law: DialogueSettings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Limits under dialogue")
        self._law = law
        self.rate = QDoubleSpinBox()
        self.rate.setRange(LOWEST_RATE, HIGHEST_RATE)
        self.rate.setSingleStep(0.5)
        self.rate.setDecimals(1)
        self.rate.setSuffix(" a second")
        self.rate.setValue(law.onset_rate)
        indent(self.rate)
        self.velocity = _spin(1, 127, law.velocity)
        self.voices = _spin(1, MOST_VOICES, law.voices)
        self.keeps = QCheckBox("Keep free for voices")
        self.keeps.setChecked(law.free_low is not None)
        self.low = PitchSpin("Lowest pitch kept free", law.free_low, _USUAL.free_low)
        self.high = PitchSpin("Highest pitch kept free", law.free_high, _USUAL.free_high)
        self.told = Text("", tokens.SECONDARY, "bad")
        for widget, words, hint in (
            (self.rate, "Most attacks a second", "Notes struck together are one attack, 0.1 to 20"),
            (self.velocity, "Loudest velocity", "No note under dialogue is louder, 1 to 127"),
            (self.voices, "Most voices", "Notes that sound together, 1 to 12"),
            (self.keeps, "Keep a range free", "Nothing is struck where voices speak"),
        ):
            widget.setAccessibleName(words)
            widget.setToolTip(hint)
            widget.setFont(font(tokens.BODY))
        self._lay_out()
        self.keeps.toggled.connect(lambda _on: self._show())
        self.low.valueChanged.connect(lambda _value: self._show())
        self.high.valueChanged.connect(lambda _value: self._show())
        self._show()

    def _lay_out(self) -> None:
        form = QFormLayout(self)
        form.setContentsMargins(18, 18, 18, 14)
        form.setSpacing(10)
        about = "Every take keeps to this where a block of dialogue lies."
        form.addRow(Text(about, tokens.SECONDARY, "secondary"))
        form.addRow(Text("Attacks, at most"), self.rate)
        form.addRow(Text("Velocity, at most"), self.velocity)
        form.addRow(Text("Voices, at most"), self.voices)
        pitches = QHBoxLayout()
        pitches.addWidget(self.low, 1)
        pitches.addWidget(Text("to", tokens.BODY, "secondary"))
        pitches.addWidget(self.high, 1)
        form.addRow(self.keeps, pitches)
        form.addRow(self.told)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        self._ok = buttons.button(QDialogButtonBox.StandardButton.Ok)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        form.addRow(buttons)

    def _show(self) -> None:
        for pitch in (self.low, self.high):
            pitch.setEnabled(self.keeps.isChecked())
        trouble = ""
        try:
            self._settings()
        except ValueError:
            trouble = "The range must ascend, and leave some keys of the piano."
        self.told.setText(trouble)
        self.told.setVisible(bool(trouble))
        self._ok.setEnabled(not trouble)

    def _settings(self) -> DialogueSettings:
        """What is set here. Raises ValueError where that is no law."""
        keeps = self.keeps.isChecked()
        return DialogueSettings(
            onset_rate=round(self.rate.value(), 1),
            velocity=self.velocity.value(),
            voices=self.voices.value(),
            free_low=self.low.value() if keeps else None,
            free_high=self.high.value() if keeps else None,
        )

    def accept(self) -> None:
        law = self._settings()
        super().accept()
        if law != self._law:
            self.changed.emit(law)


class PitchSpin(QSpinBox):
    """A pitch by its name, such as C3; typed numbers count as MIDI pitches."""

    def __init__(self, words: str, value: int | None, usual: int | None) -> None:
        super().__init__()
        self.setRange(0, 127)
        self.setValue(value if value is not None else usual if usual is not None else 60)
        self.setAccessibleName(words)
        self.setToolTip(f"{words}, C-1 to G9")
        self.setFont(font(tokens.BODY))
        indent(self)

    def textFromValue(self, value: int) -> str:
        return pitch_name(value)

    def valueFromText(self, text: str) -> int:
        return PITCH_NUMBERS.get(_plain(text), self.value())

    def validate(self, text: str, position: int) -> object:
        state = QSpinBox.validate(self, "0", 0)[0]
        known = _plain(text) in PITCH_NUMBERS
        between = type(state).Intermediate
        return (state if known else between, text, position)


def _spin(low: int, high: int, value: int) -> QSpinBox:
    spin = QSpinBox()
    spin.setRange(low, high)
    spin.setValue(value)
    indent(spin)
    return spin


def _plain(text: str) -> str:
    return text.strip().upper().replace("♯", "#")


PITCH_NUMBERS = {pitch_name(pitch).upper(): pitch for pitch in range(128)} | {
    str(pitch): pitch for pitch in range(128)
}


def law_words(law: DialogueSettings) -> str:
    """The limits in one line."""
    told = (
        f"At most {law.onset_rate:g} attacks a second, velocity {law.velocity}, {law.voices} voices"
    )
    if law.free_low is None or law.free_high is None:
        return told + "."
    return f"{told}; {pitch_name(law.free_low)} to {pitch_name(law.free_high)} stay free."
