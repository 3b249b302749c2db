"""The sheet of keys."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from app.theme import tokens
from app.widgets.buttons import push_button
from app.widgets.text import Text

SHEET = (
    (
        "Playing",
        (
            ("Space", "Play, pause"),
            ("Esc", "Cancel a drag, then composing, then stop"),
            ("Home", "To the start"),
            ("L", "Loop"),
            ("T", "Tap the tempo"),
            ("C", "Click on or off"),
            ("1 - 9", "Choose a take, at the same place"),
        ),
    ),
    (
        "Composing",
        (
            ("Ctrl+G", "Generate, or cancel"),
            ("Ctrl+Shift+G", "Compose the looped bars again"),
            ("Ctrl+L; H, G", "Play live; hold the last bars, go on"),
            ("Ctrl+R; K", "Loop: again each pass; keep what is heard"),
            ("Ctrl+Z", "Undo"),
            ("Ctrl+Shift+Z, Ctrl+Y", "Redo"),
        ),
    ),
    (
        "Project",
        (
            ("Ctrl+N, Ctrl+O", "New, open"),
            ("Ctrl+S, Ctrl+Shift+S", "Save, save as"),
            ("Ctrl+E", "Export: MIDI, MusicXML, audio"),
            ("Ctrl+1, 2, 3", "Pages"),
            ("Ctrl+K", "Find a command or a setting"),
            ("F1, ?", "Keys; on a slider, what it does"),
        ),
    ),
    (
        "Sliders and the RSI pad",
        (
            ("Drag", "Move, from anywhere on the track"),
            ("Shift", "Ten times finer"),
            ("Double-click", "Reset"),
            ("Arrows, Page, Home, End", "Step"),
            ("Click the number", "Type"),
        ),
    ),
    (
        "Notes",
        (
            ("V, B, E, S", "Select, draw, erase, split"),
            ("Drag, Ctrl, Shift, Alt", "Move, free of the grid, one direction, a copy"),
            ("Double-click in the roll", "Draw a note"),
            ("Arrows, Shift", "Semitone and grid, octave"),
            ("Q, Del", "Quantise, delete"),
            ("Ctrl+A, Ctrl+D", "Select all, duplicate"),
            ("Ctrl+X, C, V", "Cut, copy, paste at the playhead"),
        ),
    ),
    (
        "Timeline",
        (
            ("F, Ctrl+0", "Fit, eight bars"),
            ("Ctrl+wheel, Alt+wheel", "Zoom time, zoom pitch"),
            ("Drag on the ruler", "Loop region"),
            ("Click in a lane", "New point"),
            ("Alt+drag in a lane", "Draw freehand"),
            ("Delete", "Remove the chosen point"),
            ("Shift+M", "Mute the lane under the pointer"),
            ("M", "Hit point at the playhead"),
            ("Drag in the scene row", "New scene; Return renames, Del removes"),
            ("Double-click a hit", "Edit it; Ctrl+drag leaves the grid"),
        ),
    ),
)


class KeysSheet(QDialog):
    """All keys in two columns."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keys")
        columns = QHBoxLayout()
        columns.setSpacing(40)
        for groups in (SHEET[:3], SHEET[3:]):
            column = QVBoxLayout()
            column.setSpacing(10)
            for title, rows in groups:
                column.addWidget(Text(title, tokens.CAPTION, "faint"))
                grid = QGridLayout()
                grid.setHorizontalSpacing(18)
                grid.setVerticalSpacing(5)
                for line, (keys, words) in enumerate(rows):
                    grid.addWidget(Text(keys, tokens.BODY_STRONG), line, 0)
                    grid.addWidget(Text(words, tokens.BODY, "secondary"), line, 1)
                grid.setColumnMinimumWidth(0, 150)
                grid.setColumnStretch(1, 1)
                column.addLayout(grid)
                column.addSpacing(6)
            column.addStretch(1)
            columns.addLayout(column)
        close = push_button("Close")
        close.clicked.connect(self.accept)
        bottom = QHBoxLayout()
        bottom.addStretch(1)
        bottom.addWidget(close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 22, 24, 18)
        layout.setSpacing(14)
        layout.addLayout(columns)
        layout.addLayout(bottom)
