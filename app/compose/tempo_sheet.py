"""A sheet: the steady tempi at which beats fall on the hits of the picture, to choose from.

They are looked for on a thread of its own; while it looks, the list before stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDoubleSpinBox,
    QHBoxLayout,
    QHeaderView,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.compose.timeline.places import frames_words
from app.session.marks import Marks
from app.theme import tokens
from app.theme.fonts import font
from app.widgets.buttons import push_button
from app.widgets.spin import indent
from app.widgets.text import Text
from engine.picture import HIT_KINDS
from engine.project.cue_marks import HitPoint
from engine.project.finding_tempo import Landing, TempoFit, find_tempi
from engine.project.picture_clock import PictureClock

LOOK_MS = 20
_COLUMNS = ("Tempo", "Hits", "Near misses", "Worst")
_NEAR_FRAMES = 3.0
_LOW, _HIGH = 50.0, 180.0


@dataclass(frozen=True, slots=True)
class TempoQuestion:
    """What is looked for; `moments` are seconds from bar 1."""

    moments: tuple[float, ...]
    clock: PictureClock
    around: float
    low: float
    high: float
    near_frames: float
    parts: int

    def answer(self) -> list[TempoFit]:
        return find_tempi(
            self.moments,
            self.clock.metres,
            self.clock.rate,
            around=self.around,
            low=self.low,
            high=self.high,
            near_frames=self.near_frames,
            parts=self.parts,
        )


class TempoSheet(QDialog):
    """Emits `chosen(TempoFit, bool)` when a tempo is taken: and whether the cue grows with it.

    Args:
        hits: of the cue; those at its very beginning are met by any tempo.
    """

    chosen = Signal(object, bool)

    def __init__(
        self, marks: Marks, hits: Sequence[HitPoint], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Find tempo")
        self._clock = marks.clock
        timed = sorted(((self._clock.hit_seconds(hit), hit) for hit in hits), key=lambda t: t[0])
        self._hits = [(seconds, hit) for seconds, hit in timed if seconds > 0]
        self._around = self._clock.tempo.marks[0][1]
        self._fits: list[TempoFit] = []
        self._wanted: TempoQuestion | None = None
        self._asked: Future[list[TempoFit]] | None = None
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="tempi")
        self._look = QTimer(self)
        self._look.setInterval(LOOK_MS)
        self._look.timeout.connect(self._collect)
        self._build()
        self._lay_out()
        self.finished.connect(lambda _result: self._end())
        self._ask()

    def _build(self) -> None:
        self.low = _tempo_spin(_LOW, "Slowest tempo")
        self.high = _tempo_spin(_HIGH, "Fastest tempo")
        self.near = QDoubleSpinBox()
        self.near.setRange(0.5, 12.0)
        self.near.setDecimals(1)
        self.near.setSingleStep(0.5)
        self.near.setSuffix(" frames")
        self.near.setValue(_NEAR_FRAMES)
        indent(self.near)
        self.near.setAccessibleName("How near a near miss is")
        self.near.setToolTip("Up to how many frames a hit is nearly met, 0.5 to 12")
        self.halves = QCheckBox("Half beats too")
        self.halves.setToolTip("Hits may also fall between two beats")
        self.grows = QCheckBox("Lengthen the cue to its last hit")
        self.grows.setToolTip("Where a faster tempo lets hits fall behind the last bar")
        self.grows.setChecked(True)
        self.list = QTreeWidget()
        self.list.setHeaderLabels(_COLUMNS)
        self.list.setAccessibleName("Tempi that meet the hits")
        self.list.setUniformRowHeights(True)
        self.list.setMinimumSize(500, 300)
        head = self.list.header()
        head.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column in (1, 2, 3):
            head.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        head.setStretchLastSection(False)
        self.told = Text("", tokens.SECONDARY, "secondary")
        self.told.setWordWrap(True)
        self.use = push_button("Set this tempo", "primary")
        self.use.setEnabled(False)
        self.close_button = push_button("Close", "quiet")
        for widget in (self.low, self.high, self.near, self.halves, self.grows, self.list):
            widget.setFont(font(tokens.BODY))
        self.low.valueChanged.connect(lambda _value: self._ask())
        self.high.valueChanged.connect(lambda _value: self._ask())
        self.near.valueChanged.connect(lambda _value: self._ask())
        self.halves.toggled.connect(lambda _on: self._ask())
        self.list.currentItemChanged.connect(lambda _now, _before: self._chosen_changed())
        self.list.itemDoubleClicked.connect(lambda _item, _column: self._use())
        self.use.clicked.connect(self._use)
        self.close_button.clicked.connect(self.reject)

    def _lay_out(self) -> None:
        options = QHBoxLayout()
        options.setSpacing(8)
        for widget in (
            Text("From"),
            self.low,
            Text("to"),
            self.high,
            Text("Near:"),
            self.near,
            self.halves,
        ):
            options.addWidget(widget)
        options.addStretch(1)
        bottom = QHBoxLayout()
        bottom.addWidget(self.told, 1)
        bottom.addWidget(self.close_button)
        bottom.addWidget(self.use)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 18, 18, 14)
        column.setSpacing(12)
        column.addLayout(options)
        column.addWidget(self.list, 1)
        column.addWidget(self.grows)
        column.addLayout(bottom)

    # ---- Looking

    def _ask(self) -> None:
        if not self._hits:
            self.told.setText("No hit lies after the first bar line.")
            return
        low, high = sorted((self.low.value(), self.high.value()))
        self._wanted = TempoQuestion(
            tuple(seconds for seconds, _ in self._hits),
            self._clock,
            self._around,
            low,
            high,
            self.near.value(),
            2 if self.halves.isChecked() else 1,
        )
        self.told.setText("Looking for tempi…")
        self._submit()

    def _submit(self) -> None:
        if self._asked is None and self._wanted is not None:
            self._asked = self._thread.submit(self._wanted.answer)
            self._wanted = None
            self._look.start()

    def _collect(self) -> None:
        if self._asked is None or not self._asked.done():
            return
        fits, self._asked = self._asked.result(), None
        self._look.stop()
        if self._wanted is not None:
            self._submit()
        else:
            self._show(fits)

    def _end(self) -> None:
        self._look.stop()
        self._thread.shutdown(wait=False, cancel_futures=True)

    # ---- What is found

    def _show(self, fits: list[TempoFit]) -> None:
        self._fits = fits
        self.list.clear()
        count = len(self._hits)
        for fit in fits:
            texts = [
                f"{fit.bpm:g}",
                f"{fit.hits} of {count}",
                str(fit.near_misses),
                f"{fit.worst_frames:.1f} f",
            ]
            row = QTreeWidgetItem(self.list, texts)
            row.setFont(0, font(tokens.BODY_STRONG))
            for column in (1, 2, 3):
                row.setTextAlignment(column, Qt.AlignmentFlag.AlignRight)
            for landing, (_, hit) in zip(fit.landings, self._hits, strict=True):
                self._add_landing(row, landing, hit)
        found = "1 tempo" if len(fits) == 1 else f"{len(fits)} tempi"
        rate = self._clock.rate.label
        self.told.setText(
            f"{found}. A hit is met within half a frame of {rate}." if fits else "No tempo fits."
        )
        if fits:
            self.list.setCurrentItem(self.list.topLevelItem(0))
        self._chosen_changed()

    def _add_landing(self, row: QTreeWidgetItem, landing: Landing, hit: HitPoint) -> None:
        name = hit.title or HIT_KINDS[hit.kind]
        beyond = landing.bar >= len(self._clock.metres) + 1
        place = f"bar {int(landing.bar)}, beat {landing.beat:g}"
        place += ", after the end" if beyond else ""
        met = "hit" if landing.is_hit else "near" if landing.is_near else "missed"
        line = QTreeWidgetItem(row, [f"{name}: {place}", met, "", ""])
        line.setFirstColumnSpanned(False)
        line.setText(2, frames_words(landing.error_frames))
        line.setTextAlignment(1, Qt.AlignmentFlag.AlignRight)
        line.setTextAlignment(2, Qt.AlignmentFlag.AlignRight)
        colour = tokens.GOOD if landing.is_hit else tokens.ACCENT if landing.is_near else tokens.BAD
        line.setForeground(1, QColor(colour))

    @property
    def fit(self) -> TempoFit | None:
        """The tempo that is chosen in the list."""
        item = self.list.currentItem()
        if item is None:
            return None
        index = self.list.indexOfTopLevelItem(item.parent() or item)
        return self._fits[index] if 0 <= index < len(self._fits) else None

    def _beyond(self, fit: TempoFit) -> int:
        """How many hits fall behind the last bar."""
        end = len(self._clock.metres) + 1
        return sum(each.bar >= end for each in fit.landings)

    def _chosen_changed(self) -> None:
        item = self.list.currentItem()
        fit = self.fit
        self.use.setEnabled(fit is not None)
        self.grows.setVisible(fit is not None and self._beyond(fit) > 0)
        if item is not None and item.parent() is None:
            for index in range(self.list.topLevelItemCount()):
                row = self.list.topLevelItem(index)
                row.setExpanded(row is item)

    def _use(self) -> None:
        fit = self.fit
        if fit is not None:
            self.accept()
            self.chosen.emit(fit, self.grows.isChecked() and not self.grows.isHidden())


def _tempo_spin(value: float, words: str) -> QDoubleSpinBox:
    spin = QDoubleSpinBox()
    spin.setRange(20.0, 300.0)
    spin.setDecimals(0)
    spin.setValue(value)
    spin.setKeyboardTracking(False)
    indent(spin)
    spin.setAccessibleName(words)
    spin.setToolTip(f"{words}, in quarter notes a minute, 20 to 300")
    return spin
