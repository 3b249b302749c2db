"""A sheet: the picture was cut anew. How much, where, and up to three ways to follow it.

The ways are looked for on a thread of its own; while it looks, the list before stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDoubleSpinBox,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QSpinBox,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.compose.recut_ruler import RecutRuler
from app.compose.recut_words import (
    anew_text,
    fit_title,
    hits_text,
    landing_error,
    landing_state,
    landing_title,
    length_text,
    nudge_text,
)
from app.compose.timeline.places import nearest_timecode, read_place
from app.theme import tokens
from app.theme.fonts import font
from app.widgets.buttons import push_button
from app.widgets.spin import indent
from app.widgets.text import Text
from engine.config.schema import Settings
from engine.errors import PsychoscoreError
from engine.project.cue import Cue
from engine.project.picture_clock import PictureClock
from engine.project.recut import RecutFit, find_fits
from engine.project.recut_cue import Cut

LOOK_MS = 20
SETTLE_MS = 120
_COLUMNS = ("What is done", "Tempo", "New length", "Hits", "Composed anew")
_LONGEST = 600.0
OUT, IN = "Take out", "Put in"


class RecutSheet(QDialog):
    """Emits `chosen(RecutFit)` when a way is taken.

    Args:
        cue: whose picture was cut; it is not changed.
        at: seconds from bar 1 at which the cut lies, to begin with.
        number: what the new version will be called.
    """

    chosen = Signal(object)

    def __init__(
        self, cue: Cue, settings: Settings, at: float, number: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("New cut")
        self._cue, self._settings, self._number = cue, settings, number
        self._clock = PictureClock.of(cue, settings)
        self._fits: tuple[RecutFit, ...] = ()
        self._wanted: Cut | None = None
        self._asked: Future[tuple[RecutFit, ...]] | None = None
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="new cut")
        self._look = QTimer(self)
        self._look.setInterval(LOOK_MS)
        self._look.timeout.connect(self._collect)
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(SETTLE_MS)
        self._settle.timeout.connect(self._ask)
        self._build(at)
        self._lay_out()
        self.finished.connect(lambda _result: self._end())
        self._ask()

    def _build(self, at: float) -> None:
        rate = self._clock.rate
        self.way = QComboBox()
        self.way.addItems([OUT, IN])
        _name(self.way, "Out or in", "Whether picture was taken out or put in")
        self.seconds = QDoubleSpinBox()
        self.seconds.setRange(1 / rate.per_second, _LONGEST)
        self.seconds.setDecimals(3)
        self.seconds.setSingleStep(0.5)
        self.seconds.setSuffix(" s")
        self.seconds.setValue(2.0)
        _name(self.seconds, "Seconds", "How much picture, in seconds, a frame to 600 s")
        self.frames = QSpinBox()
        self.frames.setRange(1, round(_LONGEST * rate.per_second))
        self.frames.setSuffix(" frames")
        self.frames.setValue(round(2.0 * rate.per_second))
        _name(self.frames, "Frames", f"The same in frames of {rate.label} a second")
        for spin in (self.seconds, self.frames):
            indent(spin)
        tick = self._clock.tempo.tick(at)
        self.place = QLineEdit(nearest_timecode(self._clock, tick))
        _name(
            self.place,
            "Where the cut lies",
            "Time code, seconds (12.5 s) or bar.beat (5.3): where the picture goes out or comes in",
        )
        self.list = QTreeWidget()
        self.list.setHeaderLabels(_COLUMNS)
        self.list.setAccessibleName("Ways to follow the new cut")
        self.list.setUniformRowHeights(True)
        self.list.setMinimumSize(760, 250)
        self.list.setFont(font(tokens.BODY))
        head = self.list.header()
        head.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column in range(1, len(_COLUMNS)):
            head.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        head.setStretchLastSection(False)
        self.ruler = RecutRuler()
        self.told = Text("", tokens.SECONDARY, "secondary")
        self.told.setWordWrap(True)
        self.use = push_button(f"Make {self._number}", "primary")
        self.use.setEnabled(False)
        self.use.setToolTip(f"{self._cue.number} stays as it is")
        self.close_button = push_button("Close", "quiet")
        self.close_button.setAutoDefault(False)
        self.use.setDefault(True)
        self._connect()

    def _connect(self) -> None:
        self.way.currentIndexChanged.connect(lambda _index: self._settle.start())
        self.seconds.valueChanged.connect(self._seconds_set)
        self.frames.valueChanged.connect(self._frames_set)
        self.place.textEdited.connect(lambda _text: self._settle.start())
        self.list.currentItemChanged.connect(lambda _now, _before: self._chosen_changed())
        self.list.itemDoubleClicked.connect(lambda _item, _column: self._use())
        self.use.clicked.connect(self._use)
        self.close_button.clicked.connect(self.reject)

    def _lay_out(self) -> None:
        options = QHBoxLayout()
        options.setSpacing(8)
        self.place.setFixedWidth(130)
        for widget in (self.way, self.seconds, Text("="), self.frames, Text("at"), self.place):
            options.addWidget(widget)
        options.addStretch(1)
        legend = Text(
            "Amber: new.  Dashed: composed anew.  Red notch: bars went out.  "
            "Blue: the tempo gives way.  Underlined: locked.",
            tokens.SECONDARY,
            "secondary",
        )
        bottom = QHBoxLayout()
        bottom.addWidget(self.told, 1)
        bottom.addWidget(self.close_button)
        bottom.addWidget(self.use)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 18, 18, 14)
        column.setSpacing(12)
        column.addLayout(options)
        column.addWidget(self.list, 1)
        column.addWidget(self.ruler)
        column.addWidget(legend)
        column.addLayout(bottom)

    # ---- What is asked

    def _seconds_set(self, seconds: float) -> None:
        self.frames.blockSignals(True)
        self.frames.setValue(round(seconds * self._clock.rate.per_second))
        self.frames.blockSignals(False)
        self._settle.start()

    def _frames_set(self, frames: int) -> None:
        self.seconds.blockSignals(True)
        self.seconds.setValue(frames / self._clock.rate.per_second)
        self.seconds.blockSignals(False)
        self._settle.start()

    def cut(self) -> Cut:
        """What is set here, on whole frames. Raises ValueError where the place is none."""
        read = read_place(self.place.text(), self._clock)
        code = read.timecode or nearest_timecode(self._clock, read.tick)
        length = self.frames.value() / self._clock.rate.per_second
        at = max(self._clock.seconds_of_timecode(code), 0.0)
        return Cut(at, -length if self.way.currentText() == OUT else length)

    def _ask(self) -> None:
        self._settle.stop()
        try:
            self._wanted = self.cut()
        except ValueError as error:
            self._wanted = None
            self._show((), str(error))
            return
        self._look.start()
        if self._asked is None:
            self._submit()

    def _submit(self) -> None:
        wanted, self._wanted = self._wanted, None
        assert wanted is not None
        self._asked = self._thread.submit(find_fits, self._cue, self._settings, wanted)

    def _collect(self) -> None:
        if self._asked is None or not self._asked.done():
            return
        asked, self._asked = self._asked, None
        self._look.stop()
        if self._wanted is not None:
            self._look.start()
            self._submit()
            return
        try:
            fits, trouble = asked.result(), ""
        except PsychoscoreError as error:
            fits, trouble = (), f"{error.message} {error.hint}".strip()
        self._show(fits, trouble)

    @property
    def looking(self) -> bool:
        """Whether an answer is still to come."""
        return self._asked is not None or self._wanted is not None or self._settle.isActive()

    def _end(self) -> None:
        self._look.stop()
        self._settle.stop()
        self._thread.shutdown(wait=False, cancel_futures=True)

    # ---- What is found

    def _show(self, fits: Sequence[RecutFit], trouble: str = "") -> None:
        self._fits = tuple(fits)
        self.list.clear()
        for fit in fits:
            length = length_text(fit.seconds)
            texts = [
                fit_title(fit),
                nudge_text(fit.nudge),
                length + (f" ({fit.off_frames:+.0f} f)" if fit.is_off else ""),
                hits_text(fit),
                anew_text(fit),
            ]
            row = QTreeWidgetItem(self.list, texts)
            row.setFont(0, font(tokens.BODY_STRONG))
            row.setTextAlignment(2, Qt.AlignmentFlag.AlignRight)
            row.setTextAlignment(3, Qt.AlignmentFlag.AlignRight)
            if fit.missed:
                row.setForeground(3, QColor(tokens.BAD))
            for landing in fit.landings:
                at = self._clock.timecode_of_seconds(landing.seconds + 1e-4)
                words = [landing_title(landing), landing_error(landing), at]
                line = QTreeWidgetItem(row, [*words, landing_state(landing)])
                line.setTextAlignment(2, Qt.AlignmentFlag.AlignRight)
                line.setTextAlignment(3, Qt.AlignmentFlag.AlignRight)
                colour = tokens.GOOD if landing.met else tokens.BAD
                line.setForeground(3, QColor(colour))
        if fits:
            self.list.setCurrentItem(self.list.topLevelItem(0))
            kept = f"{self._cue.number} stays as it is; {self._number} comes beside it."
            self.told.setText(f"A hit is met within a frame. {kept}")
        else:
            self.told.setText(trouble or "No way was found: unlock bars about the cut.")
        self._chosen_changed()

    @property
    def fit(self) -> RecutFit | None:
        """The way that is chosen in the list."""
        item = self.list.currentItem()
        if item is None:
            return None
        index = self.list.indexOfTopLevelItem(item.parent() or item)
        return self._fits[index] if 0 <= index < len(self._fits) else None

    def _chosen_changed(self) -> None:
        fit, item = self.fit, self.list.currentItem()
        self.use.setEnabled(fit is not None)
        self.ruler.set_fit(fit)
        if item is not None and item.parent() is None:
            for index in range(self.list.topLevelItemCount()):
                row = self.list.topLevelItem(index)
                row.setExpanded(row is item)

    def _use(self) -> None:
        fit = self.fit
        if fit is not None and not self.looking:
            self.accept()
            self.chosen.emit(fit)


def _name(widget: QWidget, words: str, hint: str) -> None:
    widget.setAccessibleName(words)
    widget.setToolTip(hint)
    widget.setFont(font(tokens.BODY))
