"""The centre of the Compose page: the tool row over the Timeline, wired to each other."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from app.compose.timeline.scale import scale_steps
from app.compose.timeline.timeline import Timeline
from app.compose.timeline.tool_row import ToolRow
from app.wording import key_name
from engine.score import Key


class TimelinePanel(QFrame):
    """Holds `tools` and `timeline`; all data and signals are the timeline's own."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "card")
        self.tools = ToolRow()
        self.timeline = Timeline()
        self._rows = layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.setSpacing(0)
        layout.addWidget(self.tools)
        layout.addWidget(self.timeline, 1)
        self.tools.colouring_chosen.connect(self.timeline.set_colouring)
        self.tools.fit_requested.connect(self.timeline.fit)
        self.tools.zoom_in_requested.connect(self.timeline.zoom_in)
        self.tools.zoom_out_requested.connect(self.timeline.zoom_out)
        self.tools.scale_toggled.connect(self.timeline.set_scale_shown)
        self.tools.notes.tool_chosen.connect(self.timeline.set_tool)
        self.tools.notes.snap_chosen.connect(self.timeline.set_snap)
        self.tools.notes.voice_chosen.connect(self.timeline.set_voice)
        self.timeline.notes_counted.connect(self.tools.set_count)

    def insert_row(self, row: QWidget) -> None:
        """Put a row between tools and Timeline."""
        self._rows.insertWidget(1, row)

    def set_key(self, key: Key | None) -> None:
        """The key of the music, for the rows of its scale."""
        self.timeline.set_key(key)
        self.tools.set_scale(key_name(key) if scale_steps(key) is not None else "")
