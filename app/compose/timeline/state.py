"""All that the Timeline shows, in one place for painters and gestures; it knows no widget."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from PySide6.QtCore import QRectF

from app.compose.timeline.bars import BarGrid
from app.compose.timeline.geometry import LANE_ROWS, PitchAxis, Row, TimeAxis, stack_rows
from app.compose.timeline.note_index import NoteIndex
from app.compose.timeline.plan import Plan, Ranks
from app.compose.timeline.snapping import USUAL, Snap
from app.compose.timeline.tools import Tool
from engine.hole import Hole
from engine.lanes import Lane, Lanes
from engine.score import Note, TempoMap, Voice
from engine.timecode import FRAME_RATES, FrameRate, timecode

Loop = tuple[int, int]
LanePoint = tuple[str, int]


@dataclass
class TimelineState:
    """What is shown. Ticks as in the score; `generating` is the first bar not there yet.

    `tool`, `snap` and `voice` are how notes are worked on; `voice` None is that of the nearest
    note, `scale` the pitch classes of the key while they are shown. In a drag `lifted` notes are
    left out and `placed` ones shown instead; `marquee` is a frame in the world of the roll, `cut`
    the tick at which a press would split.

    `plan` is the current take's, shown while `plan_open`; `asked` has what the cue asks for of
    single bars, by lane.

    `also_chosen` are further chosen points of the lane of `chosen_point`.

    `holes` are composed into music that stays, `locked` and `vamps` first and last
    bars.
    """

    time: TimeAxis = field(default_factory=TimeAxis)
    pitch: PitchAxis = field(default_factory=PitchAxis)
    rows: tuple[Row, ...] = field(default_factory=lambda: stack_rows(600))
    bars: BarGrid = field(default_factory=BarGrid)
    tempo: TempoMap = field(default_factory=TempoMap)
    notes: NoteIndex = field(default_factory=NoteIndex)
    lanes: Lanes = field(default_factory=Lanes)
    plan: Plan = field(default_factory=Plan)
    plan_open: bool = False
    asked: Mapping[str, Ranks] = field(default_factory=dict)
    computed: tuple[float | None, ...] = ()
    taken: tuple[float | None, ...] = ()
    threshold: float = 0.5
    playhead: float = 0.0
    playing: bool = False
    editable: bool = True
    tool: Tool = Tool.SELECT
    snap: Snap = USUAL
    voice: Voice | None = None
    scale: frozenset[int] | None = None
    chosen: frozenset[Note] = frozenset()
    lifted: frozenset[Note] = frozenset()
    placed: tuple[Note, ...] = ()
    marquee: QRectF | None = None
    cut: int | None = None
    loop: Loop | None = None
    generating: int | None = None
    holes: tuple[Hole, ...] = ()
    locked: tuple[tuple[int, int], ...] = ()
    vamps: tuple[tuple[int, int], ...] = ()
    rate: FrameRate = FRAME_RATES[1]
    start_frame: int = 0
    start_timecode: str = "00:00:00:00"
    sounding: frozenset[int] = frozenset()
    hovered_note: Note | None = None
    hovered_row: str = ""
    hovered_point: LanePoint | None = None
    chosen_point: LanePoint | None = None
    also_chosen: frozenset[int] = frozenset()
    dragging: bool = False
    maximised: str | None = None

    def row(self, name: str) -> Row:
        return next(row for row in self.rows if row.name == name)

    def row_at(self, y: float) -> Row:
        return next((row for row in self.rows if row.top <= y < row.bottom), self.rows[-1])

    def lane(self, name: str) -> Lane | None:
        return self.lanes.lane(name)

    def lane_value(self, name: str, bar: float) -> float:
        """The value that a lane row shows at a bar: the lane's own, or the value at rest."""
        lane = self.lane(name)
        return self.lanes.profile.get(name) if lane is None else lane.value_at(max(bar, 1.0))

    def temperature(self, tick: float) -> float | None:
        """The temperature computed for the bar at `tick`."""
        return _entry(self.computed, self.bars.index(tick))

    def drawn_temperature(self, tick: float) -> float | None:
        """What the bar's notes were drawn with, or else the computed temperature."""
        index = self.bars.index(tick)
        taken = _entry(self.taken, index)
        return _entry(self.computed, index) if taken is None else taken

    def timecode(self, tick: float) -> str:
        return timecode(self.tempo.seconds(tick), self.rate, self.start_frame)

    @property
    def empty(self) -> bool:
        return self.notes.count == 0 and self.generating is None


def is_lane(name: str) -> bool:
    """Whether a row holds an editable lane."""
    return name in LANE_ROWS


def _entry(values: tuple[float | None, ...], index: int) -> float | None:
    return values[index] if index < len(values) else None
