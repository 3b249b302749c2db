"""The click while the music plays, and the bars that are counted in before it.

Both sound in the preview alone, never at the port that a DAW records, and in no show.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.session.following import Listening
from engine.playing.protocol import Events
from engine.project.played_in import clicks, counted_in
from engine.score import Metre

if TYPE_CHECKING:
    from app.session.session import Session

COUNTS = (0, 1, 2)
_LIVE_BARS = 512


class Clicking(QObject):
    """What clicks.

    Args:
        session: whose cue has the beats.
        player: clicks.

    Attributes:
        on: whether the beats sound while the music plays.
        count_in: how many bars are counted in before Play, 0 to 2.

    Signals:
        changed(): it was switched, or other bars are counted in.
    """

    changed = Signal()

    def __init__(self, session: Session, player: Listening) -> None:
        super().__init__(session)
        self._session, self._player = session, player
        self.on, self.count_in = False, 0
        self._given: tuple[Metre, ...] = ()
        for signal in (session.cue_changed, session.live.changed, session.showing.changed):
            signal.connect(self.follow)

    def toggle(self) -> None:
        self.on = not self.on
        self.follow()
        self.changed.emit()

    def choose_count_in(self, bars: int) -> None:
        self.count_in = min(max(bars, COUNTS[0]), COUNTS[-1])
        self.changed.emit()

    def before(self, tick: int) -> Events:
        """What is counted in before music that begins there; a leader counts for itself."""
        following = self._session.playback.following
        if not self.count_in or following.state.source != "internal":
            return ()
        return counted_in(self._session.asked.metres, tick, self.count_in)

    def follow(self) -> None:
        """Click the beats of what is played now, if at all."""
        session = self._session
        if session.playing_in.on:
            return
        metres: tuple[Metre, ...] = ()
        if self.on and not session.locked:
            live = session.live.snapshot
            metres = live.metres[:1] * _LIVE_BARS if live else session.asked.metres
        if metres != self._given:
            self._given = metres
            self._player.set_click(clicks(metres) if metres else ())

    def restore(self) -> None:
        """Click as is wished after something else has clicked."""
        self._given = ()
        self._player.set_click(())
        self.follow()
