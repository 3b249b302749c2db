"""The bar at the top: pages, cue, transport, tempo and key, MIDI port, Generate.

It lays out and forwards wishes to the session; it keeps no state of its own.
"""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.session import ModelState, Session
from app.theme import tokens
from app.transport.choices import KeyChoice, MetreChoice
from app.transport.cue_choice import CueChoice
from app.transport.generate_button import GenerateButton
from app.transport.number_field import NumberField
from app.transport.port_choice import PortControl
from app.transport.sync_menu import LOCK_WORDS, lock_hint
from app.transport.tapping import Tapping
from app.widgets.buttons import RoundButton, push_button, tool_button
from app.widgets.click_text import ClickText
from app.widgets.text import Text
from app.wording import position_text
from engine.timecode import frame_number, frame_rate, timecode

# From which width on there is room for these beside all others.
_BARS_FROM = 1436
_TIME_FROM = 1384


class TransportBar(QFrame):
    """Everything that stays in reach on each page.

    Args:
        session: whom wishes go to.
        pages: the control that chooses the page.
    """

    def __init__(self, session: Session, pages: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.setProperty("surface", "bar")
        self.setFixedHeight(tokens.TRANSPORT_HEIGHT)
        self.to_start = tool_button("to-start", "To the start", "Home")
        self.stop = tool_button("stop", "Stop")
        self.play = RoundButton()
        self.loop = tool_button("loop", "Loop", "L", checkable=True)
        self.position = Text("", tokens.DIGITS)
        self.time = Text("", tokens.DIGITS)
        self.tempo = NumberField("Tempo", 20, 300, decimals=2, width=62)
        self.bars = NumberField("Bars", 1, 512, width=36)
        self.metre = MetreChoice()
        self.key = KeyChoice()
        self.tapping = Tapping(self)
        self.generate = GenerateButton()
        self.live = push_button("Live", "ghost")
        self.live.setCheckable(True)
        self.live.setAccessibleName("Play live")
        self.ports = PortControl(session)
        self._room: dict[int, list[QWidget]] = {
            tokens.DRAWER_BELOW: [self.to_start, self.loop],
            _TIME_FROM: [],
            _BARS_FROM: [],
        }
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 0, 14, 0)
        row.setSpacing(6)
        row.addWidget(pages)
        self.cue = CueChoice(session)
        # A long name gives way to the clock, never the clock to a name.
        self.cue.setMinimumWidth(110)
        row.addWidget(self.cue)
        row.addStretch(1)
        row.addLayout(self._buttons())
        row.addWidget(self._well())
        row.addStretch(1)
        row.addWidget(self.ports)
        row.addWidget(self.live)
        row.addWidget(self.generate)
        self._connect()
        self._show_cue()
        self._show_transport()
        self._show_generation()
        self._show_lock()
        self._show_position(session.position)

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(6)
        for button in (self.to_start, self.stop, self.play, self.loop):
            row.addWidget(button)
        return row

    def _well(self) -> QFrame:
        well = QFrame()
        well.setProperty("surface", "well")
        well.setFixedHeight(44)
        row = QHBoxLayout(well)
        row.setContentsMargins(12, 4, 12, 4)
        row.setSpacing(10)
        # Room for the widest digits, or the numbers would push each other about while playing.
        for text, widest in ((self.position, "888.4.888"), (self.time, "88:88:88:88")):
            text.setFixedHeight(tokens.DIGITS.pixels + 5)
            text.setMinimumWidth(text.fontMetrics().horizontalAdvance(widest) + 6)
        self._rate = Text("", tokens.LABEL, "faint")
        self.lock = ClickText("", tokens.LABEL, "faint")
        for widget, caption in (
            (self.position, Text("Bar · beat · tick", tokens.LABEL, "faint")),
            (self.time, self._rate),
            (self.tempo, self.lock),
            (self.metre, Text("Metre", tokens.LABEL, "faint")),
            (self.key, Text("Key", tokens.LABEL, "faint")),
            (self.bars, Text("Bars", tokens.LABEL, "faint")),
        ):
            column = QVBoxLayout()
            column.setSpacing(0)
            column.addWidget(widget)
            column.addWidget(caption)
            row.addLayout(column)
            if widget is self.time:
                self._room[_TIME_FROM] += [widget, caption]
            elif widget is self.bars:
                self._room[_BARS_FROM] += [widget, caption]
        return well

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A narrow bar leaves out what is said elsewhere or has a key: time code, length, loop."""
        width = event.size().width()
        for room, widgets in self._room.items():
            for widget in widgets:
                widget.setHidden(width < room)
        self.ports.show_narrow(width < tokens.DRAWER_BELOW)
        super().resizeEvent(event)

    def _connect(self) -> None:
        session = self._session
        self.to_start.clicked.connect(lambda: session.locate(session.beginning))
        self.stop.clicked.connect(session.stop)
        self.play.clicked.connect(session.toggle_play)
        self.loop.clicked.connect(session.toggle_loop)
        self.tempo.moved.connect(session.preview_tempo)
        self.tempo.committed.connect(session.set_tempo)
        self.tempo.cancelled.connect(lambda: session.drop_preview())
        self.tapping.moved.connect(session.preview_tempo)
        self.tapping.committed.connect(session.set_tempo)
        session.settling.connect(self.tapping.settle)
        self.bars.committed.connect(lambda bars: session.set_bars(int(bars)))
        self.metre.chosen.connect(session.set_metre)
        self.key.chosen.connect(session.set_key)
        self.generate.clicked.connect(session.toggle_generation)
        self.live.clicked.connect(session.live.toggle)
        session.cue_changed.connect(self._show_cue)
        session.transport_changed.connect(self._show_transport)
        session.position_changed.connect(self._show_position)
        session.generation_changed.connect(self._show_generation)
        session.devices_changed.connect(self._show_generation)
        session.devices_changed.connect(self._show_lock)

    def _show_cue(self) -> None:
        session = self._session
        self.bars.show_value(session.cue.bars)
        self.metre.show_metre(session.asked.metres[0])
        self.key.show_key(session.asked.key, session.asked.settings.mode())
        self._rate.setText(f"Time code {session.cue.start.frame_rate}")
        self._show_position(session.position)

    def _show_transport(self) -> None:
        transport = self._session.transport
        self.play.setChecked(transport.playing)
        self.play.setAccessibleName("Pause" if transport.playing else "Play")
        self.play.setToolTip("Pause (Space)" if transport.playing else "Play (Space)")
        self.loop.setChecked(transport.looping)

    def _show_position(self, tick: float) -> None:
        session = self._session
        self.position.setText(position_text(tick, session.asked.metres))
        rate = frame_rate(session.cue.start.frame_rate)
        start = frame_number(session.cue.start.timecode, rate)
        self.time.setText(timecode(session.asked.tempo_map.seconds(tick), rate, start))
        tempo_map = session.playback.following.tempo_map or session.asked.tempo_map
        self.tempo.show_value(tempo_map.bpm(tick))

    def _show_lock(self) -> None:
        """Whose tempo counts; while it is a leader's clock, it cannot be set here."""
        following = self._session.playback.following
        self.lock.setText(LOCK_WORDS[following.state.lock])
        told, own = lock_hint(following.state), following.tempo_map is None
        self.tempo.setToolTip(f"{told}\nT taps the tempo" if own else told)
        self.lock.setToolTip(f"{told}\nClick this word for the tempo map")
        self.tempo.setEnabled(own)
        self._show_position(self._session.position)

    def _show_generation(self) -> None:
        generation, model = self._session.generation, self._session.model
        self.generate.show_share(generation.share if generation else None)
        ready = model.state is ModelState.READY
        live = self._session.live
        self.live.setChecked(live.on)
        self.live.setEnabled(live.on or live.can_start)
        keeps = "Stop, and keep what was played (Ctrl+L)"
        self.live.setToolTip(keeps if live.on else "Compose on and on while it plays (Ctrl+L)")
        ready = ready and (generation is not None or self._session.can_generate)
        self.generate.setEnabled(ready or generation is not None)
        if generation:
            self.generate.setToolTip("Cancel and keep nothing (Esc)")
        elif live.on or self._session.passes.on:
            self.generate.setToolTip("Stop playing live, or each pass, to generate")
        elif ready:
            self.generate.setToolTip("Compose a take for this cue (Ctrl+G)")
        else:
            self.generate.setToolTip(model.reason or "The model is being loaded")
