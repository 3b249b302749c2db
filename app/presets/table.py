"""The settings table with what belongs under it: the chosen value explained, Clear, Promote.

It shows a sheet and hands what is done in it to the desk. Nothing here knows what keys exist.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QModelIndex, QPoint, QRect, Qt
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QMenu,
    QVBoxLayout,
    QWidget,
)

from app.presets.cell_delegate import CellDelegate
from app.presets.desk import Desk
from app.presets.sheet import LAYER_NAMES, Sheet
from app.presets.tree_model import LAYER_COLUMNS, SettingsModel
from app.presets.tree_view import SettingsTree
from app.presets.values import range_text, value_text
from app.theme import tokens
from app.widgets.buttons import push_button
from app.widgets.text import Text
from engine.config.layers import Layer
from engine.config.schema import Leaf
from engine.errors import PsychoscoreError


class SettingsTable(QWidget):
    """Table, error beside the cell, and the line that explains the chosen one.

    Args:
        desk: where values are written.
        sheet: what is shown at first.
    """

    def __init__(self, desk: Desk, sheet: Sheet, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.model = SettingsModel(sheet, self)
        self.tree = SettingsTree(self.model)
        self.delegate = CellDelegate(self._take, self._choices, self._refused, self.tree)
        self.tree.setItemDelegate(self.delegate)
        self.refusal = _Bubble(self.tree.viewport())
        self.title = Text("", tokens.TITLE)
        self.key = Text("", tokens.SECONDARY, "faint")
        self.about = Text("", tokens.BODY, "secondary")
        self.about.setWordWrap(True)
        self.clear_button = push_button("Clear")
        self.promote_button = push_button("Promote to User")
        self.promote_button.setToolTip("Move the project's value to your own settings, for all")
        self._lay_out()
        self.tree.selectionModel().currentChanged.connect(lambda *_: self._explain())
        self.tree.clear_requested.connect(self.clear)
        self.tree.customContextMenuRequested.connect(self._menu)
        self.tree.verticalScrollBar().valueChanged.connect(self.refusal.hide)
        self.clear_button.clicked.connect(self.clear)
        self.promote_button.clicked.connect(self.promote)
        self.tree.setCurrentIndex(self.model.index_of("temperature.base_temperature", 2))

    def show_setting(self, key: str) -> None:
        """Choose the value in force of a dotted key, and give it the keyboard."""
        index = self.model.index_of(key, 2)
        self.tree.setCurrentIndex(index)
        self.tree.scrollTo(index)
        self.tree.setFocus()

    def set_sheet(self, sheet: Sheet) -> None:
        """Show other values; what is being typed stays."""
        self.model.set_sheet(sheet)
        self.tree.header().viewport().update()
        self._explain()

    def clear(self) -> None:
        """Let the value of the chosen cell fall through."""
        layer, leaf = self._chosen()
        if layer is not None and leaf is not None:
            self._try(lambda: self._desk.clear(self.model.sheet, layer, leaf))

    def promote(self) -> None:
        """Move the project's value of the chosen key to the user's own settings."""
        _, leaf = self._chosen()
        if leaf is not None:
            self._try(lambda: self._desk.promote(self.model.sheet, leaf))

    # ---- Editing

    def _take(self, index: QModelIndex, text: str) -> str:
        layer, leaf = LAYER_COLUMNS.get(index.column()), self.model.leaf(index)
        if layer is None or leaf is None:
            return ""
        try:
            self._desk.set_text(self.model.sheet, layer, leaf, text)
        except PsychoscoreError as error:
            return str(error)
        return ""

    def _choices(self, index: QModelIndex) -> Sequence[str]:
        leaf = self.model.leaf(index)
        if leaf is None:
            return ()
        if leaf.name == "preset":
            return ("none", *(entry.name for entry in self.model.sheet.presets))
        return leaf.choices

    def _refused(self, index: QModelIndex, sentence: str) -> None:
        self.refusal.say(sentence, self.tree.visualRect(index))

    def _try(self, act: Callable[[], None]) -> None:
        index = self.tree.currentIndex()
        try:
            act()
        except PsychoscoreError as error:
            self._refused(index, str(error))
        else:
            self._refused(index, "")

    # ---- The chosen cell

    def _chosen(self) -> tuple[Layer | None, Leaf | None]:
        index = self.tree.currentIndex()
        return LAYER_COLUMNS.get(index.column()), self.model.leaf(index)

    def _explain(self) -> None:
        layer, leaf = self._chosen()
        sheet = self.model.sheet
        self.refusal.hide()
        clears, title = False, "Clear"
        if layer is not None and leaf is not None and layer is not Layer.SYSTEM:
            clears = sheet.sets(layer, leaf) and not sheet.refusal(layer, leaf)
            title = f"Clear in {LAYER_NAMES[layer]}"
        self.clear_button.setEnabled(clears)
        self.clear_button.setText(title)
        self.promote_button.setEnabled(
            leaf is not None
            and sheet.sets(Layer.PROJECT, leaf)
            and not sheet.refusal(Layer.USER, leaf)
        )
        if leaf is None:
            return
        self.title.setText(leaf.title)
        takes = range_text(leaf)
        words = [leaf.name, takes] if takes else [leaf.name]
        self.key.setText("   \N{MIDDLE DOT}   ".join(words))
        refusal = sheet.refusal(layer, leaf) if layer else ""
        parts = (leaf.description, _provenance(sheet, leaf), refusal)
        self.about.setText("  ".join(part for part in parts if part))

    def _menu(self, place: QPoint) -> None:
        index = self.tree.indexAt(place)
        if self.model.leaf(index) is None:
            return
        self.tree.setCurrentIndex(index)
        menu = QMenu(self)
        edit = menu.addAction("Type a value", lambda: self.tree.edit(index))
        edit.setEnabled(bool(self.model.flags(index) & Qt.ItemFlag.ItemIsEditable))
        clear = menu.addAction(self.clear_button.text(), self.clear)
        clear.setEnabled(self.clear_button.isEnabled())
        promote = menu.addAction("Promote to User", self.promote)
        promote.setEnabled(self.promote_button.isEnabled())
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.tree.viewport().mapToGlobal(place))

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(3)
        first = QHBoxLayout()
        first.setSpacing(10)
        first.addWidget(self.title)
        first.addWidget(self.key)
        first.addStretch(1)
        words.addLayout(first)
        words.addWidget(self.about)
        foot = QFrame()
        foot.setObjectName("foot")
        foot.setStyleSheet(f"#foot {{ border: none; border-top: 1px solid {tokens.LINE}; }}")
        row = QHBoxLayout(foot)
        row.setContentsMargins(10, 8, 4, 2)
        row.setSpacing(tokens.SPACE_M)
        row.addLayout(words, 1)
        row.addWidget(self.clear_button)
        row.addWidget(self.promote_button)
        foot.setFixedHeight(66)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.tree, 1)
        column.addWidget(foot)


class _Bubble(QFrame):
    """Says beside a cell why its text was not taken."""

    def __init__(self, viewport: QWidget) -> None:
        super().__init__(viewport)
        self._viewport = viewport
        self.setObjectName("refusal")
        self.setStyleSheet(
            f"#refusal {{ background: {tokens.BG3}; border: 1px solid {tokens.BAD};"
            f" border-radius: {tokens.RADIUS_CHIP}px; }}"
        )
        self.text = Text("", tokens.BODY)
        self.text.setWordWrap(True)
        self.text.setFixedWidth(300)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 6, 10, 6)
        row.addWidget(self.text)
        self.hide()

    def say(self, sentence: str, cell: QRect) -> None:
        self.text.setText(sentence)
        self.setVisible(bool(sentence))
        if not sentence:
            return
        self.adjustSize()
        room = self._viewport.rect()
        left = min(cell.left(), room.right() - self.width() - 4)
        top = cell.bottom() + 2
        if top + self.height() > room.bottom():
            top = cell.top() - self.height() - 2
        self.move(max(left, 4), top)
        self.raise_()


def _provenance(sheet: Sheet, leaf: Leaf) -> str:
    """`0.6 from Project, over Preset 0.65 and System 0.7.`"""
    if sheet.resolution is None:
        return ""
    resolved = sheet.resolution.values[leaf.name]
    hidden = [
        f"{LAYER_NAMES[layer]} {value_text(leaf, value)}" for layer, value in resolved.shadowed
    ]
    said = f"{value_text(leaf, resolved.value)} from {LAYER_NAMES[resolved.layer]}"
    if not hidden:
        return f"{said}."
    listed = hidden[0] if len(hidden) == 1 else f"{', '.join(hidden[:-1])} and {hidden[-1]}"
    return f"{said}, over {listed}."
