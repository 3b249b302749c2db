"""What the current take is, measured from its notes: on a thread of its own, kept by take.

Rules over notes take longer than a frame, so the GUI thread only asks and is told. A take that is
edited is another score; it is measured when the hand has rested.
"""

from __future__ import annotations

from collections import OrderedDict
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Signal

from engine.errors import PsychoscoreError
from engine.measuring.chords import ChordWeights, find_chords
from engine.measuring.reference import ProfileEstimate, Reference, estimate
from engine.score import Chord, Score
from engine.take import Take

REST_MS = 180
LOOK_MS = 15
KEPT = 32


@dataclass(frozen=True, slots=True)
class _Kept:
    """The score is kept with what was found, so that its id stays its own."""

    score: Score
    found: ProfileEstimate | None = None
    chords: tuple[Chord, ...] = ()


class _Measures:
    """What the thread does; it knows no window."""

    def __init__(self) -> None:
        self._reference: Reference | None = None
        self._weights: ChordWeights | None = None

    def of(self, score: Score) -> _Kept:
        """The score with what was found in it; what cannot be measured has nothing to show."""
        try:
            if self._reference is None:
                self._reference, self._weights = Reference.load(), ChordWeights.load()
            if score.metres:
                found = estimate(score, self._reference)
                return _Kept(score, found, find_chords(score, self._weights))
        except PsychoscoreError:
            pass
        return _Kept(score)


class TakeMeasuring(QObject):
    """Measures one take at a time.

    Args:
        rest_ms: how long a take stays the same before it is measured.

    Signals:
        changed(): `found` is another one.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None, *, rest_ms: int = REST_MS) -> None:
        super().__init__(parent)
        self._take: Take | None = None
        self._kept: OrderedDict[int, _Kept] = OrderedDict()
        self._asked: dict[int, Future[_Kept]] = {}
        self._measures = _Measures()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="measuring")
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(rest_ms)
        self._rest.timeout.connect(self._ask)
        # The thread posts nothing: an object that is deleted meanwhile could not be told safely.
        self._look = QTimer(self)
        self._look.setInterval(LOOK_MS)
        self._look.timeout.connect(self._collect)

    @property
    def take(self) -> Take | None:
        return self._take

    @property
    def found(self) -> ProfileEstimate | None:
        """What was measured of the take; None where there is none, or not yet."""
        kept = self._of_take
        return kept.found if kept is not None else None

    @property
    def chords(self) -> tuple[Chord, ...]:
        """The chords that are heard in the take, as far as is known."""
        kept = self._of_take
        return kept.chords if kept is not None else ()

    @property
    def _of_take(self) -> _Kept | None:
        return self._kept.get(id(self._take.score)) if self._take is not None else None

    @property
    def busy(self) -> bool:
        """Whether the take is still to be measured."""
        return self._take is not None and id(self._take.score) not in self._kept

    def watch(self, take: Take | None) -> None:
        """Measure this take from now on; one that was measured before is known at once."""
        if take is self._take:
            return
        self._take = take
        self._rest.stop()
        if self.busy:
            self._rest.start()
        self.changed.emit()

    def _ask(self) -> None:
        score = self._take.score if self._take is not None else None
        if score is not None and id(score) not in self._asked:
            self._asked[id(score)] = self._thread.submit(self._measures.of, score)
            self._look.start()

    def _collect(self) -> None:
        for future in [each for each in self._asked.values() if each.done()]:
            self._keep(future.result())
        if not self._asked:
            self._look.stop()

    def _keep(self, kept: _Kept) -> None:
        score = kept.score
        del self._asked[id(score)]
        self._kept[id(score)] = kept
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        if self._take is not None and self._take.score is score:
            self.changed.emit()
