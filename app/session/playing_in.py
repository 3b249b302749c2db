"""Play in: what is played on a keyboard while the music runs becomes a take.

One bar is counted in, by the click of the preview sound. It stops with the music, or by itself
at the end of the cue; then the take is there, one undo step.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.session.following import Listening
from engine.errors import PsychoscoreError
from engine.playing.protocol import KeysStruck, Reply, Stroke
from engine.project.cue_marks import TakeLabel
from engine.project.edits import AddTake, Several, new_take_id
from engine.project.played_in import clicks, played_in

if TYPE_CHECKING:
    from app.session.session import Session

TITLE = "Played in"


class PlayingIn(QObject):
    """The recording that runs, if one does.

    Args:
        session: whose cue is played to.
        player: clicks.

    Signals:
        changed(): it began or ended.
    """

    changed = Signal()

    def __init__(self, session: Session, player: Listening) -> None:
        super().__init__(session)
        self._session, self._player = session, player
        self._strokes: list[Stroke] = []
        self._reach = 0.0
        self.on = False
        session.transport_changed.connect(self._follow)
        session.position_changed.connect(self._moved)

    def toggle(self) -> None:
        """Begin at the bar of the playhead, a bar before it; or end and keep what was played."""
        if self.on:
            self._session.playback.stop()
        else:
            self.start()

    def start(self) -> None:
        """Begin, if a keyboard is heard and nothing is being composed."""
        session = self._session
        if session.locked or session.generation is not None:
            return
        if not session.controlling.input.open:
            error = PsychoscoreError(
                "No keyboard is heard.", "Choose its port in the MIDI menu, under Controllers."
            )
            session.report(error)
            return
        session.settling.emit()
        session.playback.stop()
        metres, starts = session.asked.metres, session.asked.starts
        bar = int(session.asked.bar(session.position))
        begin = starts[bar - 1] - metres[bar - 1].ticks
        self._strokes, self._reach, self.on = [], float(begin), True
        self._player.set_click(clicks(metres, bar))
        session.playback.play(begin)
        self.changed.emit()

    def hear(self, reply: Reply) -> None:
        """Take in what the player hears."""
        if self.on and isinstance(reply, KeysStruck):
            self._strokes += reply.strokes
            self._reach = max(self._reach, *(stroke.tick for stroke in reply.strokes))

    def _moved(self, tick: float) -> None:
        if self.on and self._session.transport.playing:
            self._reach = max(self._reach, tick)

    def _follow(self) -> None:
        if self.on and not self._session.transport.playing:
            self.on = False
            self._session.clicking.restore()
            self._keep()
            if self._session.position < 0:
                self._session.locate(0)
            self.changed.emit()

    def _keep(self) -> None:
        session = self._session
        take = played_in(self._strokes, session.cue, session.settings, self._reach)
        if take is None:
            return
        label = TakeLabel(id=new_take_id(take), title=TITLE)
        add = AddTake(cue=session.cue.id, label=label, take=take)
        if session.commit(Several(edits=(add,), title="Play In")):
            session.choose_take(len(session.takes) - 1)
