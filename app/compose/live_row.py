"""The row over the Timeline while music plays live, or a region is composed anew at each pass."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from app.compose.timeline.live_strip import LiveStrip, latency_text
from app.session import Session
from app.session.live import LiveSnapshot, LiveState
from app.session.passes import PassesSnapshot
from app.theme import tokens
from app.theme.fonts import font
from app.transport.number_field import NumberField
from app.widgets.buttons import push_button
from app.widgets.chip import Chip
from app.widgets.text import Text
from app.wording import bars_text, bars_word
from engine.live import HOLD_BARS

HEIGHT = 38
_WORDS = {
    LiveState.LIVE: ("Live", "good"),
    LiveState.HOLDING: ("Holding", "accent"),
    LiveState.LATE: ("Late", "bad"),
    LiveState.ENDING: ("Keeping", "secondary"),
}


class LiveRow(QFrame):
    """Shows and steers what the session's `live` and `passes` do; hidden while neither is on.

    Args:
        session: whom wishes go to.
        strip: the line of the Timeline that says what is free.
    """

    def __init__(self, session: Session, strip: LiveStrip, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._strip = session, strip
        self.setProperty("surface", "bar")
        self.setFixedHeight(HEIGHT)
        self.state = Chip("")
        self.words = Text("", tokens.SECONDARY, "secondary")
        self.latency = Text("", tokens.SECONDARY_STRONG)
        self.latency.setToolTip(
            "How long before a bar line a slider must move to be heard there, in milliseconds: "
            "the measured time of composing a bar, a bar at most"
        )
        self.late = Text("", tokens.SECONDARY, "faint")
        self.late.setToolTip(
            "Bars that would have been late: first guidance is left out, then the bar is closed "
            "in time by the grammar. The music never waits and never falls silent"
        )
        self.hold = push_button("Hold", "ghost")
        self.hold.setCheckable(True)
        self.hold.setToolTip("Repeat the last bars from the next free bar line on (H)")
        self.bars = NumberField("Bars to hold", HOLD_BARS[0], HOLD_BARS[-1], width=19)
        self.bars.setFont(font(tokens.BODY_STRONG))
        self.bars.setToolTip("How many of the last bars are held: 1, 2, 4 or 8")
        self.bars_word = Text("bars", tokens.SECONDARY, "faint")
        self.go = push_button("Go on", "ghost")
        self.go.setToolTip("Leave the held bars on the bar line (G)")
        self.keep = push_button("Keep")
        self.keep.setToolTip("What is heard becomes a take (K)")
        self.stop = push_button("Stop")
        for button in (self.hold, self.go, self.keep, self.stop):
            button.setFont(font(tokens.SECONDARY_STRONG))
            button.setFixedHeight(26)
        self._lay_out()
        self._connect()
        self._show()

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 10, 0)
        row.setSpacing(tokens.SPACE_M)
        for widget in (self.state, self.words, self.latency, self.late):
            row.addWidget(widget)
        row.addStretch(1)
        for widget in (self.hold, self.bars, self.bars_word, self.go, self.keep, self.stop):
            row.addWidget(widget)

    def _connect(self) -> None:
        live, passes = self._session.live, self._session.passes
        self.hold.clicked.connect(live.toggle_hold)
        self.bars.committed.connect(lambda bars: live.choose_hold(round(bars)))
        self.go.clicked.connect(live.go)
        self.keep.clicked.connect(passes.keep)
        self.stop.clicked.connect(self._stop)
        live.changed.connect(self._show)
        passes.changed.connect(self._show)

    def _stop(self) -> None:
        if not self._session.live.stop():
            self._session.passes.end()

    def _show(self) -> None:
        live, passes = self._session.live.snapshot, self._session.passes.snapshot
        self.setVisible(live is not None or passes is not None)
        for widget in (self.latency, self.late, self.hold, self.bars, self.bars_word, self.go):
            widget.setVisible(live is not None)
        self.keep.setVisible(passes is not None)
        if live is not None:
            self._show_live(live)
        elif passes is not None:
            self._show_passes(passes)
        if live is None:
            self._strip.show_live(None)

    def _show_live(self, live: LiveSnapshot) -> None:
        word, tone = _WORDS[live.state]
        self.state.setText(word)
        self.state.set_tone(tone)
        held = f", last {bars_text(live.hold)} again" if live.hold else ""
        self.words.setText(f"Bar {live.bar}{held}" if live.bar else "Composing the first bar")
        self.latency.setText(f"Latency {latency_text(live.latency)}")
        self.late.setText(late_text(live))
        self.hold.setChecked(bool(live.hold))
        self.bars.show_value(self._session.live.hold_bars)
        self.go.setEnabled(bool(live.hold))
        self.stop.setToolTip("Stop, and keep what was played as a take (Space, Esc)")
        late = live.state is LiveState.LATE
        self._strip.show_live(live.free, live.latency, late)

    def _show_passes(self, passes: PassesSnapshot) -> None:
        self.state.setText("Each pass")
        self.state.set_tone("accent")
        coming = "the next is ready" if passes.ready else "composing the next"
        bars = bars_word(*passes.bars)
        self.words.setText(
            f"{bars.capitalize()}, pass {passes.number}, version {passes.version}: {coming}"
        )
        self.keep.setEnabled(passes.version > 1)
        self.stop.setToolTip("Compose no more; the take is again as it was (Esc)")


def late_text(live: LiveSnapshot) -> str:
    """How many bars were nearly late, in a few words."""
    if not live.unguided and not live.closed:
        return "No late bars"
    return f"{live.unguided} without guidance, {live.closed} closed in time"
