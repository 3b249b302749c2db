"""The page of a show: the cue list, what plays now, what comes next, and GO.

It fills the window and takes every key: Space and Enter say GO, whatever was clicked before.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.session import Session
from app.show.cue_list import CueList
from app.show.progress import ShowProgress
from app.theme import tokens
from app.theme.fonts import font
from app.theme.tokens import TextStyle
from app.widgets.buttons import push_button
from app.widgets.chip import Chip
from app.widgets.text import Text
from app.wording import length_text
from engine.score import pitch_name
from engine.show import Show

HUGE = TextStyle(84, 600, -1.0)
LARGE = TextStyle(30, 500)
LEAVE_MS = 2000
_GO_KEYS = (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter)


class ShowPage(QFrame):
    """The window while a show is on.

    Args:
        session: whose `showing` is on.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._showing = session, session.showing
        assert self._showing.show is not None
        self.setProperty("surface", "bar")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.cues = CueList(self._showing.show)
        self.number = Text("", HUGE)
        self.title = Text("", LARGE, "secondary")
        self.place = Text("", LARGE, "secondary")
        self.phase = Chip("", "accent")
        self.progress = ShowProgress()
        self.following = Text("", LARGE)
        self.go = push_button("", "primary")
        self.go.setFont(font(TextStyle(26, 600)))
        self.go.setFixedHeight(96)
        self.stop = push_button("Stop", icon_name="stop")
        self.fade = push_button("")
        self.panic = push_button("Panic", "danger")
        self.leave = push_button("Leave the show", "ghost")
        self.hint = Text("", tokens.BODY, "faint")
        self._leaving = QTimer(self)
        self._leaving.setSingleShot(True)
        self._leaving.setInterval(LEAVE_MS)
        self._leaving.timeout.connect(self._show_hint)
        self._lay_out()
        self._connect()
        self.show_state()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def event(self, event: QEvent) -> bool:
        # Every plain key is the show's own, or a shortcut of the window would have it.
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            others = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
            if not event.modifiers() & others and event.key() != Qt.Key.Key_F11:
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.isAutoRepeat():
            return
        key = Qt.Key(event.key())
        if key in _GO_KEYS:
            self._showing.go()
        elif key == Qt.Key.Key_Escape:
            self._escape()
        elif key == Qt.Key.Key_S:
            self._showing.stop()
        elif key == Qt.Key.Key_F:
            self._showing.fade()
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._step(1 if key == Qt.Key.Key_Down else -1)

    def show_state(self) -> None:
        """Show where the show stands."""
        show = self._showing.show
        if show is None:
            return
        cue, following = show.cue if show.playing else None, show.following
        self.cues.show_state(show)
        self.number.setText(cue.number if cue else "Ready" if following else "The end")
        self.title.setText(cue.title if cue else "")
        self.following.setText(
            f"{following.number}  {following.title}".strip() if following else "Nothing"
        )
        self.go.setText(f"GO: {show.go_text}" if show.next is not None or cue else show.go_text)
        self.go.setEnabled(show.next is not None or show.ahead is not None)
        self.stop.setEnabled(show.playing)
        self.fade.setEnabled(show.phase in ("playing", "leaving"))
        self._show_place(show)

    def _show_place(self, show: Show) -> None:
        cue = show.cue
        self.progress.show_state(show)
        word = (
            "Vamp" if show.vamping else "" if show.phase in ("waiting", "playing") else show.phase
        )
        self.phase.setText(word.capitalize())
        self.phase.setVisible(bool(word))
        if cue is None or not show.playing:
            self.place.setText("")
            return
        tempo_map = self._session.playback.tempo_map
        seconds = max(tempo_map.seconds(show.tick), 0.0)
        self.place.setText(
            f"Bar {cue.bar(show.tick)} of {len(cue.starts) - 1}   ·   "
            f"{length_text(seconds)} of {length_text(cue.seconds)}"
        )

    def _show_hint(self) -> None:
        section = self._session.settings.show
        ways = ["Space", "Enter"]
        if section.go_controller is not None:
            number = section.go_controller
            ways.append("the sustain pedal" if number == 64 else f"CC {number}")
        if section.go_note is not None:
            ways.append(f"the note {pitch_name(section.go_note)}")
        heard = self._session.controlling.input
        port = "" if heard.open else " (no controller is heard: MIDI, Controllers)"
        self.hint.setText(f"GO by {', '.join(ways)}{port}. Esc twice leaves the show.")
        self.hint.set_tone("faint")

    def _escape(self) -> None:
        if self._leaving.isActive():
            self._showing.leave()
            return
        self._leaving.start()
        self.hint.setText("Press Esc once more to leave the show; the music will stop.")
        self.hint.set_tone("accent")

    def _step(self, way: int) -> None:
        show = self._showing.show
        if show is None:
            return
        at = show.next if show.next is not None else len(show.cues)
        playable = [index for index, cue in enumerate(show.cues) if cue.playable]
        later = [index for index in playable if (index - at) * way > 0]
        if later:
            self._showing.choose(min(later, key=lambda index: abs(index - at)))

    def _connect(self) -> None:
        showing, session = self._showing, self._session
        self.cues.chosen.connect(showing.choose)
        self.go.clicked.connect(showing.go)
        self.stop.clicked.connect(showing.stop)
        self.fade.clicked.connect(showing.fade)
        self.panic.clicked.connect(session.panic)
        self.leave.clicked.connect(showing.leave)
        showing.changed.connect(self.show_state)
        session.controlling.changed.connect(self._show_hint)

    def _lay_out(self) -> None:
        self.fade.setText(f"Fade out, {self._showing.fade_seconds:g} s")
        for button, tip in (
            (self.go, "GO (Space, Enter)"),
            (self.stop, "Stop at once; the cue is the next one again (S)"),
            (self.fade, "Grow silent, then stop (F). Its length: Presets, Show"),
            (self.panic, "Stop and silence everything that hears us"),
            (self.leave, "Leave the show (Esc twice)"),
        ):
            button.setToolTip(tip)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 20, 28, 20)
        row.setSpacing(28)
        row.addWidget(self.cues)
        row.addLayout(self._stage(), 1)

    def _stage(self) -> QVBoxLayout:
        now = QHBoxLayout()
        now.addWidget(Text("Now", tokens.CAPTION, "faint"))
        now.addWidget(self.phase)
        now.addStretch(1)
        buttons = QHBoxLayout()
        buttons.setSpacing(10)
        for button in (self.stop, self.fade, self.panic):
            button.setFixedHeight(40)
            buttons.addWidget(button)
        buttons.addStretch(1)
        self.leave.setFixedHeight(40)
        buttons.addWidget(self.leave)
        column = QVBoxLayout()
        column.setSpacing(8)
        column.addStretch(1)
        column.addLayout(now)
        column.addWidget(self.number)
        column.addWidget(self.title)
        column.addSpacing(12)
        column.addWidget(self.progress)
        column.addWidget(self.place)
        column.addStretch(2)
        column.addWidget(Text("Next", tokens.CAPTION, "faint"))
        column.addWidget(self.following)
        column.addSpacing(16)
        column.addWidget(self.go)
        column.addSpacing(6)
        column.addLayout(buttons)
        column.addWidget(self.hint)
        self._show_hint()
        return column
