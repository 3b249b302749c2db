"""The tool row's left part: what a press in the roll does, on which grid, in which voice."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QKeySequence, QPainter, QPixmap, QShortcut
from PySide6.QtWidgets import QButtonGroup, QComboBox, QHBoxLayout, QToolButton, QWidget

from app.compose.timeline.note_colours import VOICE_COLOURS
from app.compose.timeline.snapping import SNAPS, USUAL, Snap
from app.compose.timeline.tools import FACES, Tool
from app.theme import tokens
from app.widgets.buttons import tool_button
from engine.score import Voice


class NoteTools(QWidget):
    """Signals: `tool_chosen(Tool)`, `snap_chosen(Snap)`, `voice_chosen(Voice | None)`."""

    tool_chosen = Signal(object)
    snap_chosen = Signal(object)
    voice_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.buttons: dict[Tool, QToolButton] = {}
        group = QButtonGroup(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        for face in FACES:
            button = tool_button(face.icon, face.words, face.key, checkable=True)
            # The shortcut of a button itself waits a tenth of a second, to show it pressed.
            QShortcut(QKeySequence(face.key), button).activated.connect(button.click)
            button.clicked.connect(lambda _=False, tool=face.tool: self.tool_chosen.emit(tool))
            group.addButton(button)
            row.addWidget(button)
            self.buttons[face.tool] = button
        self.buttons[Tool.SELECT].setChecked(True)
        self.snaps = _choice("Grid of the notes; T is triplets", 88)
        for snap in SNAPS:
            self.snaps.addItem(snap.name, snap)
        self.snaps.setCurrentIndex(SNAPS.index(USUAL))
        self.snaps.currentIndexChanged.connect(self._choose_snap)
        self.voices = _choice("Voice of drawn notes", 112)
        self.voices.addItem("Nearest", None)
        for voice in Voice:
            self.voices.addItem(_chip(VOICE_COLOURS[voice]), voice.name.capitalize(), voice)
        self.voices.currentIndexChanged.connect(self._choose_voice)
        self.voices.setVisible(False)
        self.tool_chosen.connect(lambda tool: self.voices.setVisible(tool is Tool.DRAW))
        row.addSpacing(tokens.SPACE_S)
        row.addWidget(self.snaps)
        row.addSpacing(tokens.SPACE_S)
        row.addWidget(self.voices)

    def _choose_snap(self, index: int) -> None:
        snap: Snap = self.snaps.itemData(index)
        self.snap_chosen.emit(snap)

    def _choose_voice(self, index: int) -> None:
        voice = self.voices.itemData(index)
        self.voice_chosen.emit(None if voice is None else Voice(voice))


def _choice(name: str, width: int) -> QComboBox:
    choice = QComboBox()
    choice.setAccessibleName(name)
    choice.setToolTip(name)
    choice.setFixedWidth(width)
    choice.setIconSize(QSize(8, 8))
    choice.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return choice


def _chip(colour: str) -> QIcon:
    pixmap = QPixmap(QSize(24, 24))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour))
    painter.drawRoundedRect(QRectF(1, 3, 22, 18), 5, 5)
    painter.end()
    return QIcon(pixmap)
