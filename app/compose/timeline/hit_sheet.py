"""A small sheet: name, kind and place of a hit point, and the frame that the picture fixes."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLineEdit,
    QWidget,
)

from app.compose.timeline.bars import BarGrid
from app.compose.timeline.hit_glyphs import glyph_icon
from app.compose.timeline.places import (
    Place,
    beat_text,
    frames_late,
    frames_words,
    nearest_timecode,
    read_place,
)
from app.theme import tokens
from app.theme.fonts import font
from app.widgets.text import Text
from engine.picture import HIT_KINDS
from engine.project.cue_marks import HitPoint
from engine.project.picture_clock import PictureClock

_LONGEST = 120


class HitSheet(QDialog):
    """Emits `changed(HitPoint)` when it is accepted with something else than before.

    Args:
        hit: as it is.
        clock: of its cue.
    """

    changed = Signal(object)

    def __init__(self, hit: HitPoint, clock: PictureClock, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Hit point")
        self._hit, self._clock = hit, clock
        self._bars = BarGrid(clock.metres)
        self._tick = round(self._bars.tick(hit.bar))
        self.name = QLineEdit(hit.title)
        self.name.setMaxLength(_LONGEST)
        self.name.setPlaceholderText("Glass falls")
        self.kind = QComboBox()
        self.kind.setIconSize(QSize(16, 16))
        for kind, title in HIT_KINDS.items():
            self.kind.addItem(glyph_icon(kind), title, kind)
        self.kind.setCurrentIndex(self.kind.findData(hit.kind))
        self.place = QLineEdit(beat_text(self._tick, self._bars))
        self.place.setToolTip("Bar and beat (5.3), seconds (12.5 s) or time code (01:00:12:12)")
        self.fixed = QCheckBox("Fixed to the picture at")
        self.fixed.setToolTip("The hit belongs to this frame, also after tempo changes")
        self.fixed.setChecked(hit.timecode is not None)
        self.frame = QLineEdit(hit.timecode or nearest_timecode(clock, self._tick))
        self.frame.setToolTip("Time code, hours:minutes:seconds:frames")
        self.told = Text("", tokens.SECONDARY, "secondary")
        for widget, words in (
            (self.name, "Name"),
            (self.kind, "Kind"),
            (self.place, "Place"),
            (self.frame, "Time code in the picture"),
        ):
            widget.setAccessibleName(words)
            widget.setFont(font(tokens.BODY))
        self.fixed.setFont(font(tokens.BODY))
        self._lay_out()
        self.place.textEdited.connect(self._place_typed)
        self.frame.textEdited.connect(lambda _text: self._show())
        self.fixed.toggled.connect(lambda _on: self._show())
        self._show()
        self.name.selectAll()
        self.name.setFocus()

    def _lay_out(self) -> None:
        self.name.setMinimumWidth(250)
        form = QFormLayout(self)
        form.setContentsMargins(18, 18, 18, 14)
        form.setSpacing(10)
        form.addRow(Text("Name"), self.name)
        form.addRow(Text("Kind"), self.kind)
        form.addRow(Text("Place"), self.place)
        form.addRow(self.fixed, self.frame)
        form.addRow(self.told)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        self._ok = buttons.button(QDialogButtonBox.StandardButton.Ok)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        form.addRow(buttons)

    def _place_typed(self, _text: str) -> None:
        place = self._place()
        if isinstance(place, Place):
            if place.timecode is not None:
                # A time code that is typed names a frame of the picture.
                self.fixed.setChecked(True)
                self.frame.setText(place.timecode)
            elif not self.fixed.isChecked():
                self.frame.setText(nearest_timecode(self._clock, place.tick))
        self._show()

    def _place(self) -> Place | str:
        """What the place says, or what is wrong with it."""
        if self.place.text().strip() == beat_text(self._tick, self._bars):
            return Place(self._tick)
        try:
            return read_place(self.place.text(), self._clock)
        except ValueError as error:
            return str(error)

    def _frame(self) -> str | None:
        """The frame that is fixed; None for none.

        Raises:
            ValueError: it is no time code of this frame rate.
        """
        if not self.fixed.isChecked():
            return None
        text = self.frame.text().strip()
        seconds = self._clock.seconds_of_timecode(text)
        named = self._clock.timecode_of_seconds(seconds)
        if int(text[-2:]) >= self._clock.rate.nominal:
            rate = self._clock.rate
            raise ValueError(f"{text}: {rate.label} has frames 00 to {rate.nominal - 1}.")
        return named

    def _show(self) -> None:
        """Say where that is, or what is wrong."""
        self.frame.setEnabled(self.fixed.isChecked())
        place = self._place()
        told, good = place if isinstance(place, str) else "", False
        if isinstance(place, Place):
            try:
                told, good = self._words(place.tick, self._frame()), True
            except ValueError as error:
                told = str(error)
        self.told.setText(told)
        self.told.set_tone("secondary" if good else "bad")
        self._ok.setEnabled(good)

    def _words(self, tick: int, frame: str | None) -> str:
        seconds = self._clock.tempo.seconds(tick)
        told = [beat_text(tick, self._bars), f"{seconds:.2f} s"]
        told.append(nearest_timecode(self._clock, tick))
        if frame is not None:
            told.append(frames_words(frames_late(self._clock, tick, frame)))
        return "  ·  ".join(told)

    def accept(self) -> None:
        place = self._place()
        if not isinstance(place, Place):
            return
        moved = place.tick != self._tick
        hit = HitPoint(
            bar=round(self._bars.bar(place.tick), 6) if moved else self._hit.bar,
            kind=self.kind.currentData(),
            title=self.name.text().strip(),
            timecode=self._frame(),
        )
        super().accept()
        if hit != self._hit:
            self.changed.emit(hit)
