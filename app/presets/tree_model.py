"""The settings as a tree of keys with one column for each layer, for Qt's views.

Rows come from the schema and never change; what the cells show comes from the sheet. Cells that
can be written call back with the text that was typed.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any, cast

from pydantic import BaseModel
from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from app.presets.sheet import LAYER_NAMES, Sheet
from app.presets.values import value_text
from engine.config.layers import Layer
from engine.config.schema import Leaf, Settings, leaves

Index = QModelIndex | QPersistentModelIndex
KEY, IN_FORCE = 0, 1
LAYER_COLUMNS = {2: Layer.PROJECT, 3: Layer.USER, 4: Layer.PRESET, 5: Layer.SYSTEM}
COLUMN_OF = {layer: column for column, layer in LAYER_COLUMNS.items()}
CELL_ROLE = int(Qt.ItemDataRole.UserRole)
NODE_ROLE = CELL_ROLE + 1


class Standing(Enum):
    """What the value of a layer amounts to."""

    WINS = "wins"
    SHADOWED = "shadowed"
    EMPTY = "empty"
    ABSENT = "absent"
    """The layer cannot hold this key."""
    PLAIN = "plain"
    """It is not known who wins."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What one cell shows; `before` is what is in force until the shown preset is chosen."""

    text: str
    standing: Standing
    writable: bool = False
    before: str = ""


@dataclass(frozen=True, slots=True)
class Node:
    """A section or a leaf of the tree; `row` counts inside its parent."""

    title: str
    about: str
    parent: int | None
    row: int
    leaf: Leaf | None = None


class SettingsModel(QAbstractItemModel):
    """Columns: key, value in force, Project, User, Preset, System."""

    def __init__(self, sheet: Sheet, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._sheet = sheet
        self.nodes: list[Node] = []
        self._children: dict[int | None, list[int]] = {None: []}
        self._build()

    @property
    def sheet(self) -> Sheet:
        return self._sheet

    def set_sheet(self, sheet: Sheet) -> None:
        """Show other values."""
        if sheet == self._sheet:
            return
        self._sheet = sheet
        for node, rows in self._children.items():
            parent = self._index(node)
            if rows:
                self.dataChanged.emit(
                    self.index(0, 0, parent), self.index(len(rows) - 1, COLUMNS - 1, parent)
                )
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, COLUMNS - 1)

    def leaf(self, index: Index) -> Leaf | None:
        """The leaf of a row; None on a section or outside."""
        return self.nodes[index.internalId()].leaf if index.isValid() else None

    def index_of(self, key: str, column: int = 0) -> QModelIndex:
        """The cell of a dotted key."""
        for number, node in enumerate(self.nodes):
            if node.leaf is not None and node.leaf.name == key:
                return self.createIndex(node.row, column, number)
        return QModelIndex()

    # ---- What Qt asks

    def index(self, row: int, column: int, parent: Index | None = None) -> QModelIndex:
        rows = self._rows(parent)
        if not 0 <= row < len(rows) or not 0 <= column < COLUMNS:
            return QModelIndex()
        return self.createIndex(row, column, rows[row])

    def parent(self, index: Index) -> QModelIndex:  # type: ignore[override]
        outer = self.nodes[index.internalId()].parent if index.isValid() else None
        return self._index(outer)

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.column() > 0 else len(self._rows(parent))

    def columnCount(self, parent: Index | None = None) -> int:
        return COLUMNS

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return self.heading(section)
        return None

    def heading(self, column: int) -> str:
        """The name of a column; the Preset column says which preset it shows."""
        if column == IN_FORCE:
            return "In force"
        layer = LAYER_COLUMNS.get(column)
        return LAYER_NAMES[layer] if layer else "Key"

    def flags(self, index: Index) -> Qt.ItemFlag:
        leaf = self.leaf(index)
        if leaf is None:
            return Qt.ItemFlag.ItemIsEnabled
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        layer = LAYER_COLUMNS.get(index.column())
        if layer is not None and not self._sheet.refusal(layer, leaf):
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        node = self.nodes[index.internalId()]
        if role == NODE_ROLE:
            return node
        if node.leaf is None:
            titled = role == Qt.ItemDataRole.DisplayRole and index.column() == KEY
            return node.title if titled else None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return node.title if index.column() == KEY else self.cell(index).text
        if role == CELL_ROLE:
            return self.cell(index)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._spoken(node, index)
        return None

    def cell(self, index: Index) -> Cell:
        """What a cell of a leaf shows."""
        leaf, sheet = cast(Leaf, self.leaf(index)), self._sheet
        layer = LAYER_COLUMNS.get(index.column())
        if layer is None:
            return self._in_force(leaf)
        writable = not sheet.refusal(layer, leaf)
        if not sheet.holds(layer, leaf):
            return Cell("", Standing.ABSENT)
        if not sheet.sets(layer, leaf):
            return Cell("", Standing.EMPTY, writable)
        text = value_text(leaf, sheet.value(layer, leaf))
        if sheet.resolution is None:
            return Cell(text, Standing.PLAIN, writable)
        wins = sheet.resolution.values[leaf.name].layer is layer
        return Cell(text, Standing.WINS if wins else Standing.SHADOWED, writable)

    def _in_force(self, leaf: Leaf) -> Cell:
        sheet = self._sheet
        if sheet.resolution is None:
            return Cell("", Standing.ABSENT)
        text = value_text(leaf, sheet.resolution.values[leaf.name].value)
        before = ""
        if sheet.current is not None:
            before = value_text(leaf, sheet.current.values[leaf.name].value)
        return Cell(text, Standing.PLAIN, before=before if before != text else "")

    def _spoken(self, node: Node, index: Index) -> str:
        if index.column() == KEY:
            return node.title
        cell = self.cell(index)
        said = cell.text or "not set"
        return f"{node.title}, {self.heading(index.column())}: {said}, {cell.standing.value}"

    # ---- Rows from the schema

    def _build(self) -> None:
        sections: dict[str, int] = {}
        # What the project is comes before what it sounds like.
        for leaf in sorted(leaves(), key=lambda each: bool(each.section)):
            parent = self._section(leaf.section, sections)
            self._add(Node(leaf.title, leaf.description, parent, 0, leaf))

    def _section(self, name: str, sections: dict[str, int]) -> int:
        if name not in sections:
            outer = name.rpartition(".")[0]
            parent = self._section(outer, sections) if outer else None
            title, about = _section_words(name)
            sections[name] = self._add(Node(title, about, parent, 0))
        return sections[name]

    def _add(self, node: Node) -> int:
        number, siblings = len(self.nodes), self._children[node.parent]
        self.nodes.append(Node(node.title, node.about, node.parent, len(siblings), node.leaf))
        siblings.append(number)
        self._children[number] = []
        return number

    def _rows(self, parent: Index | None) -> list[int]:
        number = parent.internalId() if parent is not None and parent.isValid() else None
        return self._children.get(number, [])

    def _index(self, number: int | None) -> QModelIndex:
        if number is None:
            return QModelIndex()
        return self.createIndex(self.nodes[number].row, 0, number)


COLUMNS = 2 + len(LAYER_COLUMNS)


def _section_words(name: str) -> tuple[str, str]:
    """Title and description of a section as the schema has them."""
    model: type[BaseModel] = Settings
    title = "Project"
    for part in filter(None, name.split(".")):
        field = model.model_fields[part]
        title = field.title or part
        model = cast("type[BaseModel]", field.annotation)
    about = (model.__doc__ or "").strip() if name else "Its name and the preset it rests on."
    return title, about
