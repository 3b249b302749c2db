"""The row between tools and ruler that asks a take again: which bars and voices, what it keeps."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QToolButton, QWidget

from app.compose.timeline.note_colours import VOICE_COLOURS
from app.session import Session
from app.session.asking import ALL_VOICES, MOST_BARS_MORE
from app.theme import tokens
from app.theme.fonts import font
from app.transport.number_field import NumberField
from app.widgets.buttons import push_button
from app.widgets.text import Text
from app.wording import bars_word
from engine.score import Voice

HEIGHT = 38
_ROOMY = 760
_SHORT = {Voice.MELODY: "M", Voice.INNER: "I", Voice.ACCOMPANIMENT: "A", Voice.BASS: "B"}


class AskingBar(QFrame):
    """Shows what the session's `asking` holds, while there is a take; without a region it means
    the whole take."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._asking = session, session.asking
        self.setProperty("surface", "bar")
        self.setFixedHeight(HEIGHT)
        self.bars = Text("", tokens.TITLE)
        self.bars.setToolTip("Drag on the ruler to choose bars; double-click the loop to clear it")
        self.voices = {voice: VoiceToggle(voice) for voice in Voice}
        self.accompany = push_button("Accompany", "ghost")
        self.accompany.setToolTip("Keep the melody and compose all other voices anew for it")
        self.rhythm = Toggle(
            "Keep rhythm", tokens.ACCENT, "Keep onsets and lengths, change the pitches"
        )
        self.rhythm.setAccessibleName("Keep rhythm, change pitches")
        self.again = push_button("Compose again")
        self.more = NumberField("Bars to go on for", 1, MOST_BARS_MORE, width=19)
        self.more.setFont(font(tokens.BODY_STRONG))
        self.go_on = push_button("Continue", "ghost")
        for button in (self.again, self.accompany, self.go_on):
            button.setFont(font(tokens.SECONDARY_STRONG))
            button.setFixedHeight(26)
        self._bars_word = Text("bars", tokens.SECONDARY, "faint")
        self._lay_out()
        self._connect()
        self._show()

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 10, 0)
        row.setSpacing(tokens.SPACE_M)
        row.addWidget(self.bars)
        row.addSpacing(tokens.SPACE_S)
        voices = QHBoxLayout()
        voices.setSpacing(2)
        for button in self.voices.values():
            voices.addWidget(button)
        row.addLayout(voices)
        for widget in (self.rhythm, self.again, self.accompany):
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(self.go_on)
        more = QHBoxLayout()
        more.setSpacing(0)
        more.addWidget(self.more)
        more.addWidget(self._bars_word)
        row.addLayout(more)

    def _connect(self) -> None:
        asking, session = self._asking, self._session
        for button in self.voices.values():
            button.clicked.connect(self._choose_voices)
            button.alone.connect(self._choose_alone)
        self.rhythm.clicked.connect(asking.choose_rhythm)
        self.again.clicked.connect(asking.compose_again)
        self.accompany.clicked.connect(asking.accompany)
        self.go_on.clicked.connect(asking.go_on)
        self.more.committed.connect(lambda bars: asking.choose_bars_more(round(bars)))
        for signal in (
            asking.changed,
            session.takes_changed,
            session.transport_changed,
            session.generation_changed,
            session.devices_changed,
        ):
            signal.connect(self._show)

    def _choose_voices(self) -> None:
        self._asking.choose_voices(v for v, button in self.voices.items() if button.isChecked())

    def _choose_alone(self, voice: Voice) -> None:
        """One voice alone, or all again where it was alone."""
        alone = self._asking.voices == {voice}
        self._asking.choose_voices(ALL_VOICES if alone else {voice})

    def resizeEvent(self, event: QResizeEvent) -> None:
        roomy = event.size().width() >= _ROOMY
        for voice, button in self.voices.items():
            button.set_words(_word(voice) if roomy else _SHORT[voice])
        self.accompany.setVisible(roomy)
        self._bars_word.setVisible(roomy)
        super().resizeEvent(event)

    def _show(self) -> None:
        asking = self._asking
        base = asking.base
        self.setVisible(base is not None)
        if base is None:
            return
        bars = asking.bars
        self.bars.setText(_bars_text(bars, whole=asking.region is None))
        for voice, button in self.voices.items():
            button.setChecked(voice in asking.voices)
        self.rhythm.setChecked(asking.keep_rhythm)
        self.more.show_value(asking.bars_more)
        self.again.setEnabled(asking.can_compose_again)
        self.accompany.setEnabled(asking.can_ask and bars is not None)
        self.go_on.setEnabled(asking.can_go_on)
        letter = base[0].letter
        kept = "" if asking.voices == ALL_VOICES else "; the other voices stay"
        self.again.setToolTip(
            f"Compose {self.bars.text().lower()} of take {letter} anew{kept} (Ctrl+Shift+G)"
            if asking.can_compose_again
            else self._reason()
        )
        self.go_on.setToolTip(f"Compose {asking.bars_more} bars behind the end of take {letter}")

    def _reason(self) -> str:
        asking = self._asking
        if asking.base is not None and asking.bars is None:
            return "The chosen bars lie behind the end of this take: use Continue"
        if not asking.voices:
            return "Choose a voice to compose"
        if self._session.generation is not None:
            return "A take is being composed"
        return self._session.model.reason or "The model is being loaded"


class Toggle(QToolButton):
    """A word with a mark in front that is full when it is on."""

    def __init__(self, words: str, colour: str, tip: str) -> None:
        super().__init__()
        self._colour = QColor(colour)
        self.setCheckable(True)
        self.setFont(font(tokens.SECONDARY_STRONG))
        self.setFixedHeight(26)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setToolTip(tip)
        self.set_words(words)

    def set_words(self, words: str) -> None:
        self.setText(words)
        self.setFixedWidth(self.fontMetrics().horizontalAdvance(words) + 30)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        on = self.isChecked()
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QColor(tokens.ACCENT if self.hasFocus() else tokens.LINE))
        painter.setBrush(
            QColor(tokens.BG4 if self.underMouse() else tokens.BG3 if on else tokens.BG1)
        )
        painter.drawRoundedRect(frame, tokens.RADIUS_BUTTON, tokens.RADIUS_BUTTON)
        painter.setPen(self._colour)
        painter.setBrush(self._colour if on else QColor(tokens.BG1))
        painter.drawRoundedRect(QRectF(9.5, self.height() / 2 - 3.5, 7, 7), 2, 2)
        painter.setPen(QColor(tokens.TEXT1 if on else tokens.TEXT2))
        painter.setFont(self.font())
        words = QRectF(self.rect()).adjusted(22, 0, 0, 0)
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, self.text())
        painter.end()


class VoiceToggle(Toggle):
    """A voice that is composed (on) or kept (off); a double click chooses it alone."""

    alone = Signal(object)

    def __init__(self, voice: Voice) -> None:
        name = voice.name.lower()
        tip = f"On: the {name} is composed anew. Off: it stays. Double-click: it alone"
        super().__init__(_word(voice), VOICE_COLOURS[voice], tip)
        self._voice = voice
        self.setAccessibleName(f"Compose the {name}")

    def mouseDoubleClickEvent(self, event: object) -> None:
        self.alone.emit(self._voice)


def _word(voice: Voice) -> str:
    return "Accomp." if voice is Voice.ACCOMPANIMENT else voice.name.capitalize()


def _bars_text(bars: tuple[int, int] | None, *, whole: bool) -> str:
    if bars is None:
        return "No bars"
    if whole:
        return "All bars"
    return bars_word(*bars).capitalize()
