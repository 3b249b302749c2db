"""Other music through the player for once: what was held there comes back when it has ended."""

from __future__ import annotations

from collections.abc import Callable

from app.session.playback import Loop, Playback
from engine.score import Score


class Audition:
    """At most one at a time.

    Args:
        playback: plays it.
        restore: gives the player again what it held before.
    """

    def __init__(self, playback: Playback, restore: Callable[[], None]) -> None:
        self._playback, self._restore = playback, restore
        self._before: tuple[int, Loop | None, bool] | None = None

    @property
    def active(self) -> bool:
        """Whether such music is in the player now."""
        return self._before is not None

    def begin(self, score: Score) -> None:
        """Play a score once, from its beginning."""
        self.end()
        playback = self._playback
        playback.stop()
        transport = playback.transport
        before = (int(playback.position), transport.loop, transport.looping)
        playback.set_loop(transport.loop, looping=False)
        playback.show_score(score, score.tempo_map, score.end)
        playback.play(0)
        # Only now: the stop above was not the end of this music.
        self._before = before

    def end(self) -> None:
        """Give the player back, wherever the music is."""
        if self._before is None:
            return
        (place, loop, looping), self._before = self._before, None
        self._playback.stop()
        self._restore()
        self._playback.set_loop(loop, looping)
        self._playback.locate(place)

    def watch(self) -> None:
        """To be called when the transport changed: stopped music is at its end."""
        if self.active and not self._playback.transport.playing:
            self.end()
