"""What choosing the shown preset will do, and the button that does it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QWidget

from app.presets.choice import PresetChoice
from app.presets.sheet import LAYER_NAMES, Change, Sheet
from app.presets.values import value_text
from app.theme import tokens
from app.theme.fonts import font
from app.widgets.buttons import push_button
from app.widgets.card import Card
from app.widgets.chip import Chip
from app.widgets.text import Text

_MOST_ROWS = 9


class ChoosingCard(Card):
    """`agreed(move_sliders)`: the shown preset is to be chosen.

    Args:
        choice: knows what the cue holds against the preset.
    """

    agreed = Signal(bool)

    def __init__(self, choice: PresetChoice, parent: QWidget | None = None) -> None:
        super().__init__("What choosing does", parent)
        self._choice = choice
        self.chip = Chip()
        self.add_to_header(self.chip)
        self.rows: list[tuple[Text, Text]] = []
        self._grid = QGridLayout()
        self._grid.setSpacing(3)
        self._grid.setColumnStretch(0, 1)
        self.kept = Text("", tokens.SECONDARY, "secondary")
        self.kept.setWordWrap(True)
        self.move_sliders = QCheckBox()
        self.move_sliders.setFont(font(tokens.BODY))
        self.move_sliders.setChecked(True)
        self.held = Text("", tokens.SECONDARY, "secondary")
        self.held.setWordWrap(True)
        self.button = push_button("Use", "primary")
        self.button.setMinimumHeight(32)
        self.follow_button = push_button("Let the cue follow")
        self.body.addLayout(self._grid)
        widgets = (self.kept, self.held, self.move_sliders, self.button, self.follow_button)
        for widget in widgets:
            self.body.addWidget(widget)
        self.button.clicked.connect(self.agree)
        self.follow_button.clicked.connect(lambda: self.agreed.emit(True))

    def agree(self) -> None:
        """Choose what is shown, where it is not chosen already."""
        if self.button.isEnabled() and not self.button.isHidden():
            self.agreed.emit(self.move_sliders.isChecked())

    def show_sheet(self, sheet: Sheet, cue_number: str) -> None:
        """Say what would change, what stays, and offer the button where it does anything."""
        name = sheet.shown.name if sheet.shown else "no preset"
        held = self._choice.held_by_cue(sheet)
        changes = tuple(sheet.changes())
        self.chip.setText("preview" if sheet.previews else "in use")
        self.chip.set_tone("secondary" if sheet.previews else "accent")
        self._show_changes(changes, sheet)
        self._show_kept(sheet, cue_number)
        self.move_sliders.setVisible(bool(held) and sheet.previews)
        self.move_sliders.setText(f"Move the sliders of cue {cue_number} too")
        self.held.setVisible(bool(held))
        listed = _listed(held)
        self.held.setText(f"Set by hand in cue {cue_number}: {listed}.")
        self.button.setText(f"Use {name} in this project")
        self.button.setVisible(sheet.previews)
        self.button.setEnabled(sheet.resolution is not None or sheet.current is None)
        self.follow_button.setText(f"Let cue {cue_number} follow {name}")
        self.follow_button.setVisible(bool(held) and not sheet.previews)

    def _show_changes(self, changes: tuple[Change, ...], sheet: Sheet) -> None:
        for pair in self.rows:
            for text in pair:
                self._grid.removeWidget(text)
                text.deleteLater()
        self.rows = []
        for change in changes[:_MOST_ROWS]:
            leaf = change.leaf
            values = (
                f"{value_text(leaf, change.before)}  \N{RIGHTWARDS ARROW}  "
                f"{value_text(leaf, change.after)}"
            )
            self._add(leaf.title, values)
        if len(changes) > _MOST_ROWS:
            self._add(f"and {len(changes) - _MOST_ROWS} more, see In force", "")
        if not changes and sheet.previews:
            self._add("Nothing that is in force now.", "")
        if not sheet.previews:
            chosen = sheet.shown is not None
            self._add("Its values rest under the project's and yours." if chosen else "", "")

    def _add(self, title: str, values: str) -> None:
        pair = (Text(title, tokens.BODY, "secondary"), Text(values, tokens.BODY_STRONG))
        row = len(self.rows)
        self._grid.addWidget(pair[0], row, 0)
        self._grid.addWidget(pair[1], row, 1)
        self.rows.append(pair)

    def _show_kept(self, sheet: Sheet, cue_number: str) -> None:
        sentences = [
            f"{leaf.title} stays {value_text(leaf, value)}: {LAYER_NAMES[layer]} sets it."
            for leaf, layer, value in sheet.withheld()
        ]
        stays = self._choice.stays_in_cue(sheet)
        if stays:
            verb = "stays" if len(stays) == 1 else "stay"
            sentences.append(f"In cue {cue_number} {_listed(stays)} {verb}.")
        self.kept.setText("\n".join(sentences))
        self.kept.setVisible(bool(sentences))


def _listed(words: tuple[str, ...]) -> str:
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))
