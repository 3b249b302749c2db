"""A small sheet: how loud the reference audio is, and where it begins."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QDoubleSpinBox, QFormLayout, QWidget

from app.theme import tokens
from app.theme.fonts import font
from app.widgets.spin import indent
from app.widgets.text import Text
from engine.project.picture_clock import PictureClock
from engine.project.reference_audio import ReferenceAudio
from engine.reference_audio.alignment import (
    FARTHEST_SECONDS,
    LOUDEST_DB,
    QUIETEST_DB,
    on_frame,
)


class ReferenceSheet(QDialog):
    """Says what is tried at once, and what is chosen when it is accepted.

    Signals:
        gain_tried(float): to be heard now.
        gain_chosen(float), place_chosen(float): where they are others than before.
    """

    gain_tried = Signal(float)
    gain_chosen = Signal(float)
    place_chosen = Signal(float)

    def __init__(
        self, reference: ReferenceAudio, clock: PictureClock, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Reference audio")
        self._reference, self._clock = reference, clock
        self.gain = QDoubleSpinBox()
        self.gain.setRange(QUIETEST_DB, LOUDEST_DB)
        self.gain.setDecimals(1)
        self.gain.setSingleStep(0.5)
        self.gain.setSuffix(" dB")
        self.gain.setValue(reference.gain_db)
        self.place = QDoubleSpinBox()
        self.place.setRange(-FARTHEST_SECONDS, FARTHEST_SECONDS)
        self.place.setDecimals(3)
        self.place.setSingleStep(1 / clock.rate.per_second)
        self.place.setSuffix(" s from bar 1")
        self.place.setValue(reference.offset_seconds)
        self.told = Text("", tokens.SECONDARY, "secondary")
        for widget, words, hint in (
            (
                self.gain,
                "Gain",
                "-60 to +12 dB; 0 dB is the file as it is. It gets no louder than its loudest "
                "moment allows",
            ),
            (self.place, "Begins", "Where the file begins; a step is one frame of the picture"),
        ):
            widget.setAccessibleName(words)
            widget.setToolTip(hint)
            widget.setFont(font(tokens.BODY))
            indent(widget)
        self._lay_out()
        self.gain.valueChanged.connect(self.gain_tried)
        self.place.valueChanged.connect(lambda _value: self._show())
        self._show()

    def accept(self) -> None:
        super().accept()
        gain, place = round(self.gain.value(), 1), round(self.place.value(), 3)
        if gain != round(self._reference.gain_db, 1):
            self.gain_chosen.emit(gain)
        if place != round(self._reference.offset_seconds, 3):
            self.place_chosen.emit(on_frame(place, self._clock.rate))

    def reject(self) -> None:
        super().reject()
        self.gain_tried.emit(self._reference.gain_db)

    def _lay_out(self) -> None:
        form = QFormLayout(self)
        form.setContentsMargins(18, 18, 18, 14)
        form.setSpacing(10)
        form.addRow(Text(self._reference.file, tokens.BODY))
        form.addRow(Text("Gain"), self.gain)
        form.addRow(Text("Begins"), self.place)
        form.addRow(self.told)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        form.addRow(buttons)

    def _show(self) -> None:
        seconds = self.place.value()
        try:
            code = self._clock.timecode_of_seconds(seconds)
        except ValueError:
            code = ""
        self.told.setText(f"At {code} of the picture" if code else "Before the picture begins")
