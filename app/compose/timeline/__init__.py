"""The Timeline: ruler, piano roll, velocities, lanes and temperature in one widget."""

from app.compose.timeline.panel import TimelinePanel
from app.compose.timeline.timeline import Timeline

__all__ = ["Timeline", "TimelinePanel"]
