"""The three panes of the first run: where projects live, the way to the DAW, the demo."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from app.compose.mini_roll import MiniRoll
from app.session import Session
from app.theme import tokens
from app.theme.fonts import font
from app.widgets.buttons import push_button
from app.widgets.lamp import Lamp
from app.widgets.text import Text
from engine.playing.protocol import PORT_NAME
from engine.project.glance import glance
from engine.resources import resource
from engine.score import Metre, Note, Score, TempoMap, Voice

ARMING = (
    ("Live", "Settings, MIDI: Track on for PSYCHOSCORE; MIDI From it, Monitor In, arm"),
    ("Logic", "A software instrument track, R to arm it: Logic hears every port"),
    ("Cubase", "An instrument track, Input Routing PSYCHOSCORE, Record Enable"),
    ("Reaper", "Arm a track; its input: MIDI, PSYCHOSCORE, All channels; Monitor on"),
    ("Bitwig", "Settings, Controllers: Generic MIDI Keyboard on PSYCHOSCORE; arm a track"),
    ("Ardour", "A MIDI track with PSYCHOSCORE as its input; arm it, Monitor In"),
)
"""How a track hears us, in the words of each DAW."""
CONTENTS = (
    ("psychoscore.json", "Its name, and the settings that it sets itself"),
    ("cues", "A folder for each cue, such as 1M3 The Letter"),
    ("takes", "In the cue's folder: every take as a .mid that says how it came to be"),
    ("exports", "There too: what you send to others"),
)
"""What lies in the folder of a project."""
CHORD = (48, 60, 64, 67, 72)


def c_major() -> Score:
    """Two seconds of C major."""
    notes = tuple(Note(0, 1440, pitch, 76, Voice.ACCOMPANIMENT) for pitch in CHORD)
    return Score(notes, (Metre(),), TempoMap(((0, 120.0),)))


class Pane(QWidget):
    """A title, a sentence, and room for more in `body`."""

    def __init__(self, title: str, sentence: str) -> None:
        super().__init__()
        self.setAccessibleName(title)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(tokens.SPACE_L)
        self.body.addWidget(Text(title, tokens.DIGITS))
        self.body.addWidget(_paragraph(sentence))


class FolderPane(Pane):
    """Where projects live.

    Args:
        folder: what is offered.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(
            "Where projects live",
            "A project is one film or play: a folder with its cues, takes and settings. New ones "
            "are offered this place; each can be saved anywhere else.",
        )
        self.field = QLineEdit(str(folder))
        self.field.setFont(font(tokens.BODY))
        self.field.setFixedHeight(34)
        self.field.setAccessibleName("Folder of the projects")
        self.choose = push_button("Choose…")
        self.choose.setFixedHeight(34)
        self.choose.clicked.connect(self._choose)
        self.problem = Text("", tokens.SECONDARY, "bad")
        row = QHBoxLayout()
        row.addWidget(self.field, 1)
        row.addWidget(self.choose)
        self.body.addLayout(row)
        self.body.addWidget(self.problem)
        self.body.addWidget(Text("What is in one", tokens.CAPTION, "faint"))
        self.body.addLayout(_rows(CONTENTS))
        self.body.addStretch(1)
        self.field.textChanged.connect(lambda _text: self.problem.setText(""))

    @property
    def folder(self) -> Path | None:
        """The folder that is written there, or None (and a word about it) where it is none."""
        text = self.field.text().strip()
        folder = Path(text).expanduser()
        if not text or not folder.is_absolute():
            self.problem.setText("Write the whole path of a folder.")
        elif any(each.is_file() for each in (folder, *folder.parents)):
            self.problem.setText("There is a file of that name: choose a folder.")
        else:
            return folder
        return None

    def _choose(self) -> None:
        dialog = QFileDialog(self, "Where projects live")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(self.field.setText)
        dialog.open()


class MidiPane(Pane):
    """Port and preview as they are, a chord to try them, and one line for each DAW."""

    def __init__(self, session: Session) -> None:
        super().__init__(
            "Into your DAW",
            "What is composed sounds here at once, and goes out as MIDI at the same time.",
        )
        self._session = session
        self.lamp = Lamp()
        self.port = Text("", tokens.BODY_STRONG)
        self.port.setWordWrap(True)
        self.sound = Text("", tokens.BODY, "secondary")
        self.sound.setWordWrap(True)
        self.test = push_button("Play C major", icon_name="note")
        self.test.setToolTip("A chord to the port and to the preview sound")
        self.test.setFixedHeight(34)
        self.test.clicked.connect(lambda: session.hear(c_major()))
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self.port)
        words.addWidget(self.sound)
        well = _well()
        row = QHBoxLayout(well)
        row.setContentsMargins(14, 12, 14, 12)
        row.setSpacing(10)
        row.addWidget(self.lamp, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        row.addWidget(self.test)
        self.body.addWidget(well)
        self.body.addWidget(Text("To arm a track", tokens.CAPTION, "faint"))
        self.body.addLayout(_rows(ARMING))
        self.body.addStretch(1)
        session.devices_changed.connect(self._show)
        session.notes_struck.connect(self.lamp.pulse)
        self._show()

    def _show(self) -> None:
        ports = self._session.ports
        self.lamp.set_state(ports.lamp)
        if ports.chosen == PORT_NAME and not ports.notice:
            self.port.setText(f"The MIDI port {PORT_NAME} is open.")
        elif ports.chosen and not ports.notice:
            self.port.setText(f"MIDI goes to {ports.chosen}.")
        else:
            self.port.setText(ports.notice or "No MIDI port is chosen; choose one at the top.")
        on = "Preview sound is on; the speaker at the top mutes it."
        self.sound.setText(ports.audio_notice or (on if ports.audio else "Preview sound is muted."))


class DemoPane(Pane):
    """A cue to play with."""

    wanted = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(
            "A cue to play with",
            "A woman waits, reads a letter, breaks down; then it is quiet. The demo is a copy of "
            "your own: its three takes play without a model, and nothing in it can be spoilt.",
        )
        shown = glance(resource("demo"))
        self.roll = MiniRoll()
        self.roll.setFixedHeight(96)
        if shown.take is not None:
            score = shown.take.score
            self.roll.show_notes(score.notes, score.starts, shown.take.provenance.temperatures)
        self.hear = push_button("Hear it", icon_name="note")
        self.hear.setEnabled(shown.take is not None)
        if shown.take is not None:
            self.hear.clicked.connect(lambda: session.hear(shown.take.score))
        about = Text(shown.about, tokens.SECONDARY, "faint")
        row = QHBoxLayout()
        row.addWidget(about, 1)
        row.addWidget(self.hear)
        well = _well()
        column = QVBoxLayout(well)
        column.setContentsMargins(12, 12, 12, 10)
        column.addWidget(self.roll)
        column.addLayout(row)
        self.body.addWidget(well)
        self.body.addWidget(
            _paragraph(
                "Play it (Space), choose another take (1 to 3), move a slider or a point of a "
                "lane, and Generate: a take more, never one less."
            )
        )
        self.body.addStretch(1)


def _paragraph(words: str) -> Text:
    text = Text(words, tokens.BODY, "secondary")
    text.setWordWrap(True)
    return text


def _rows(rows: Sequence[tuple[str, str]]) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(14)
    grid.setVerticalSpacing(7)
    grid.setColumnStretch(1, 1)
    for line, (name, words) in enumerate(rows):
        grid.addWidget(Text(name, tokens.BODY_STRONG), line, 0)
        grid.addWidget(Text(words, tokens.BODY, "secondary"), line, 1)
    return grid


def _well() -> QFrame:
    well = QFrame()
    well.setProperty("surface", "well")
    return well
