"""The list of presets: what each feels like, where it lives, which one is chosen.

It shows and asks; what is asked for is done by the page.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import cast

from PySide6.QtCore import (
    QAbstractItemModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from app.presets.sheet import PROFILE_KEYS, PresetEntry, Sheet
from app.theme import tokens
from app.theme.colours import translucent
from app.theme.fonts import font
from app.widgets.buttons import tool_button
from app.widgets.card import Card
from engine.config.layers import Layer
from engine.profile import DIMENSIONS

Index = QModelIndex | QPersistentModelIndex
HOMES = {Layer.SYSTEM: "built in", Layer.USER: "mine", Layer.PROJECT: "project"}
ENTRY_ROLE = int(Qt.ItemDataRole.UserRole)
CHOSEN_ROLE = ENTRY_ROLE + 1
_ROW = 54


class PresetList(Card):
    """`shown(name)` names the preset to look at, "" for none; names are never empty.

    `created(copy, home)` asks for a copy of the shown preset or for the sound of the cue.
    """

    shown = Signal(str)
    used = Signal()
    created = Signal(bool, object)
    renamed = Signal(str)
    deleted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Presets", parent)
        self.list = QListWidget()
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setItemDelegate(_Rows(self._rename, self.list))
        self.list.setMouseTracking(True)
        self.list.setAccessibleName("Presets")
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setEditTriggers(QListWidget.EditTrigger.EditKeyPressed)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.setStyleSheet(f"QListWidget {{ background: {tokens.BG1}; border: none; }}")
        self.new_button = tool_button("plus", "New preset", size=24)
        self.rename_button = tool_button("pencil", "Rename this preset", "F2", size=24)
        self.delete_button = tool_button("trash", "Delete this preset", "Del", size=24)
        buttons = QWidget()
        row = QHBoxLayout(buttons)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        for button in (self.rename_button, self.delete_button, self.new_button):
            row.addWidget(button)
        self.add_to_header(buttons)
        self.body.addWidget(self.list, 1)
        self.list.currentItemChanged.connect(lambda *_: self._follow())
        self.list.itemDoubleClicked.connect(lambda _item: self.used.emit())
        self.list.customContextMenuRequested.connect(self._menu)
        self.new_button.clicked.connect(self._new)
        self.rename_button.clicked.connect(self.start_renaming)
        self.delete_button.clicked.connect(self.deleted)

    def set_sheet(self, sheet: Sheet) -> None:
        """Show the presets of a sheet, with its shown one selected."""
        entries: tuple[PresetEntry | None, ...] = (None, *sheet.presets)
        self.list.blockSignals(True)
        while self.list.count() > len(entries):
            self.list.takeItem(self.list.count() - 1)
        for row, entry in enumerate(entries):
            self._fill(row, entry, entry is not None and entry.name == sheet.chosen)
        names = [entry.name if entry else None for entry in entries]
        self.list.item(0).setData(CHOSEN_ROLE, sheet.chosen is None)
        self.list.setCurrentRow(names.index(sheet.shown.name if sheet.shown else None))
        self.list.blockSignals(False)
        self._enable()

    def start_renaming(self) -> None:
        """Turn the name of the shown preset into a field."""
        item = self.list.currentItem()
        if item is not None and item.flags() & Qt.ItemFlag.ItemIsEditable:
            self.list.editItem(item)

    def _fill(self, row: int, entry: PresetEntry | None, chosen: bool) -> None:
        item = self.list.item(row)
        if item is None:
            item = QListWidgetItem()
            self.list.addItem(item)
        item.setText(entry.name if entry else "No preset")
        item.setData(ENTRY_ROLE, entry)
        item.setData(CHOSEN_ROLE, chosen)
        own = entry is not None and entry.home is not Layer.SYSTEM
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        item.setFlags(flags | Qt.ItemFlag.ItemIsEditable if own else flags)
        home = f", {HOMES[entry.home]}, {entry.about}" if entry else ""
        said = f"{item.text()}{home}{', chosen' if chosen else ''}"
        item.setData(Qt.ItemDataRole.AccessibleTextRole, said)

    def _follow(self) -> None:
        self._enable()
        entry = self._entry()
        self.shown.emit(entry.name if entry else "")

    def _entry(self) -> PresetEntry | None:
        item = self.list.currentItem()
        return cast("PresetEntry | None", item.data(ENTRY_ROLE)) if item is not None else None

    def _enable(self) -> None:
        entry = self._entry()
        own = entry is not None and entry.home is not Layer.SYSTEM
        self.rename_button.setEnabled(own)
        self.delete_button.setEnabled(own)

    def _rename(self, index: Index, name: str) -> None:
        entry: PresetEntry = index.data(ENTRY_ROLE)
        if name and name != entry.name:
            self.renamed.emit(name)

    def _new(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.fill_new(menu)
        menu.popup(self.new_button.mapToGlobal(QPoint(0, self.new_button.height() + 2)))

    def fill_new(self, menu: QMenu) -> None:
        """The ways to make a preset."""
        entry = self._entry()
        for copy in (False, True):
            if copy and entry is None:
                continue
            what = f"Copy of {entry.name}" if copy and entry else "From the sound of this cue"
            for home, where in ((Layer.PROJECT, "this project"), (Layer.USER, "all my projects")):
                ask = partial(self.created.emit, copy, home)
                menu.addAction(f"{what}, for {where}").triggered.connect(lambda _on, ask=ask: ask())
            if not copy and entry is not None:
                menu.addSeparator()

    def _menu(self, place: QPoint) -> None:
        if self.list.itemAt(place) is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("Use in this project", self.used.emit)
        menu.addSeparator()
        self.fill_new(menu)
        menu.addSeparator()
        rename = menu.addAction("Rename", self.start_renaming)
        delete = menu.addAction("Delete", self.deleted.emit)
        rename.setEnabled(self.rename_button.isEnabled())
        delete.setEnabled(self.delete_button.isEnabled())
        menu.popup(self.list.viewport().mapToGlobal(place))


class _Rows(QStyledItemDelegate):
    """A row: name and home above, feeling below, the four dimensions as bars on the right."""

    def __init__(self, rename: Callable[[Index, str], None], parent: QWidget) -> None:
        super().__init__(parent)
        self._rename = rename

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        entry = index.data(ENTRY_ROLE)
        return QSize(100, _ROW if entry is not None else 36)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        entry: PresetEntry | None = index.data(ENTRY_ROLE)
        chosen = bool(index.data(CHOSEN_ROLE))
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        card = QRectF(option.rect).adjusted(0.5, 2.5, -0.5, -2.5)
        painter.setPen(QColor(tokens.ACCENT if selected else tokens.LINE_SOFT))
        painter.setBrush(QColor(tokens.BG2 if selected or hovered else tokens.BG1))
        painter.drawRoundedRect(card, tokens.RADIUS_BUTTON, tokens.RADIUS_BUTTON)
        rect = option.rect.adjusted(12, 0, -12, 0)
        top = QRect(rect.left(), rect.top() + 9, rect.width(), 18)
        _name(painter, top, index.data(), entry, chosen)
        if entry is not None:
            painter.setFont(font(tokens.SECONDARY))
            painter.setPen(QColor(tokens.TEXT2))
            under = QRect(rect.left(), rect.top() + 28, rect.width() - 52, 16)
            about = QFontMetrics(font(tokens.SECONDARY)).elidedText(
                entry.about, Qt.TextElideMode.ElideRight, under.width()
            )
            painter.drawText(under, Qt.AlignmentFlag.AlignVCenter, about)
            _bars(painter, QRectF(rect.right() - 40, rect.top() + 12, 40, _ROW - 24), entry)
        painter.restore()

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        field = QLineEdit(parent)
        field.setFont(font(tokens.TITLE))
        field.setProperty("compact", True)
        return field

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        if isinstance(editor, QLineEdit):
            self._rename(index, editor.text().strip())

    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, index: Index
    ) -> None:
        rect = option.rect
        editor.setGeometry(rect.left() + 6, rect.top() + 6, rect.width() - 70, 24)


def _name(
    painter: QPainter, rect: QRect, name: str, entry: PresetEntry | None, chosen: bool
) -> None:
    style = font(tokens.TITLE)
    metrics = QFontMetrics(style)
    shown = metrics.elidedText(name, Qt.TextElideMode.ElideRight, rect.width() - 130)
    painter.setFont(style)
    painter.setPen(QColor(tokens.TEXT1 if entry is not None else tokens.TEXT2))
    painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter, shown)
    left = rect.left() + metrics.horizontalAdvance(shown) + 8
    if entry is not None:
        left = _chip(painter, left, rect, HOMES[entry.home], tokens.TEXT2, QColor(tokens.BG3))
    if chosen:
        _chip(painter, left, rect, "in use", tokens.ACCENT, translucent(tokens.ACCENT, 0.18))


def _chip(painter: QPainter, left: int, rect: QRect, text: str, ink: str, ground: QColor) -> int:
    style = font(tokens.SMALL_STRONG)
    width = QFontMetrics(style).horizontalAdvance(text) + 12
    chip = QRectF(left, rect.top() + 1, width, 16)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    painter.drawRoundedRect(chip, tokens.RADIUS_CHIP, tokens.RADIUS_CHIP)
    painter.setFont(style)
    painter.setPen(QColor(ink))
    painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, text)
    return left + width + 5


def _bars(painter: QPainter, rect: QRectF, entry: PresetEntry) -> None:
    """The profile at rest: trauma and entropy from below, Return and Estrangement from zero."""
    painter.setPen(Qt.PenStyle.NoPen)
    for number, dimension in enumerate(DIMENSIONS):
        value = entry.own.get(PROFILE_KEYS[dimension.name])
        place = QRectF(rect.left() + number * 11, rect.top(), 7, rect.height())
        painter.setBrush(QColor(tokens.BG0))
        painter.drawRoundedRect(place, 2, 2)
        if value is None:
            continue
        span = dimension.maximum - dimension.minimum
        zero = -dimension.minimum / span
        share = (value - dimension.minimum) / span
        low, high = sorted((zero, share))
        bar = QRectF(
            place.left(),
            place.bottom() - high * place.height(),
            place.width(),
            max((high - low) * place.height(), 2),
        )
        painter.setBrush(QColor(tokens.DIMENSION_COLOURS[dimension.name]))
        painter.drawRoundedRect(bar, 1.5, 1.5)
