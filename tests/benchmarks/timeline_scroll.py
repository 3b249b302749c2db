"""How long the Timeline takes for a frame with 10,000 notes; run by hand, not by pytest.

    python -m tests.benchmarks.timeline_scroll

Paints into the widget's own backing store. Prints mean and p99 in milliseconds for scrolling
in time over tiles that were seen before, for scrolling into new ones, for the playhead, and
for zooming, where every tile is new.
"""

from __future__ import annotations

import os
import random
import statistics
import time
from collections.abc import Callable, Iterator

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.compose.timeline import Timeline
from app.theme import apply_theme
from engine.lanes import Lane, Lanes
from engine.score import Metre, Note, TempoMap, Voice

NOTES = 10_000
BARS = 200
FRAMES = 600


def _notes() -> Iterator[Note]:
    draw = random.Random(1)
    for _ in range(NOTES):
        onset = draw.randrange(BARS * 16) * 120
        pitch = draw.randrange(33, 93)
        yield Note(onset, draw.choice((120, 240, 960)), pitch, draw.randrange(30, 120), Voice(0))


class Bench:
    """One Timeline in a window, and the clock."""

    def __init__(self) -> None:
        self.timeline = Timeline()
        self.timeline.resize(912, 760)
        self.timeline.show()
        QTest.qWaitForWindowExposed(self.timeline)
        self.timeline.set_score(tuple(_notes()), (Metre(),) * BARS, TempoMap())
        points = tuple((1.0 + 4 * each, each % 2 * 0.8 + 0.1) for each in range(BARS // 4))
        self.timeline.set_lanes(Lanes(lanes=(Lane("trauma", points), Lane("entropy", points))))
        self.timeline.zoom_time(12.0, 92)
        self.timeline.repaint()

    def measure(self, name: str, frame: Callable[[int], None], frames: int = FRAMES) -> None:
        took, painted = [], self.timeline.surface.painted
        for index in range(frames):
            start = time.perf_counter()
            frame(index)
            QApplication.sendPostedEvents()
            took.append(1000 * (time.perf_counter() - start))
        tiles = self.timeline.surface.painted - painted
        p99 = statistics.quantiles(took, n=100)[98]
        print(f"{name:34} mean {statistics.fmean(took):6.2f}   p99 {p99:6.2f} ms   {tiles} tiles")


def main() -> None:
    app = QApplication([])
    apply_theme(app)
    bench = Bench()
    timeline = bench.timeline
    print(f"{NOTES:,} notes, {BARS} bars, {timeline.width()} x {timeline.height()}")
    bench.measure("scroll in time, new ground", lambda _: timeline.scroll_by(7, 0))
    bench.measure(
        "scroll in time, seen ground",
        lambda index: timeline.scroll_by(-7 if index % 80 < 40 else 7, 0),
    )
    bench.measure(
        "scroll in pitch, seen ground",
        lambda index: timeline.scroll_by(0, 5 if index % 40 < 20 else -5),
    )
    start = timeline.state.time.tick(20)
    bench.measure("playhead, playing", lambda index: timeline.set_playhead(start + 5 * index, True))
    bench.measure(
        "zoom, all tiles new",
        lambda index: timeline.zoom_time(1.05 if index % 20 < 10 else 1 / 1.05, 400),
        frames=100,
    )
    timeline.fit()
    bench.measure(
        "zoom, all notes in view",
        lambda index: timeline.zoom_time(1.02 if index % 2 else 1 / 1.02, 92),
        frames=40,
    )


if __name__ == "__main__":
    main()
