"""Live music on its way to the player: note by note, from the thread that composes it.

Time goes on whatever comes: unlike a take that is streamed, the player never waits for it.
"""

from __future__ import annotations

from dataclasses import replace

from app.session.playback import LiveTake, Player
from engine.composing.pedal import pedal
from engine.live import LiveBar
from engine.playing.events import note_events
from engine.score import Control, Metre, Score
from engine.take import NoteComposed
from engine.worker import WorkEvent

FOREVER = 2**31 - 1
"""The tick at which live music would end."""


class LiveStream(LiveTake):
    """Sends bars without end.

    Args:
        player: where they go.
        metre: of every bar.
    """

    def __init__(self, player: Player, metre: Metre) -> None:
        super().__init__(player, (0, FOREVER))
        self._metre = metre

    def _known(self, tick: int) -> int | None:
        return None

    def _send(self, event: WorkEvent) -> None:
        if isinstance(event, NoteComposed):
            self._strike(event.note)
        elif isinstance(event, LiveBar):
            end = event.bar * self._metre.ticks
            events = (*self._ends(end), *note_events((), bar_pedal(event, self._metre)))
            self._player.add(events, known_until=None)


def bar_pedal(bar: LiveBar, metre: Metre) -> tuple[Control, ...]:
    """The sustain pedal of one bar, which changes at its end."""
    start = (bar.bar - 1) * metre.ticks
    own = tuple(replace(note, onset=note.onset - start) for note in bar.notes)
    strokes = pedal(Score(own, (metre,)))
    return tuple(
        replace(each, onset=start + min(each.onset, metre.ticks))
        for each in strokes
        if each.onset < metre.ticks or each.value == 0
    )
