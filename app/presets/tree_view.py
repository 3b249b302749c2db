"""The view of the settings tree: its header of layers, its keys, its chevrons."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTreeView, QWidget

from app.presets.sheet import Sheet
from app.presets.tree_model import COLUMNS, IN_FORCE, KEY, LAYER_COLUMNS, SettingsModel
from app.theme import tokens
from app.theme.fonts import font
from app.theme.icons import paint_icon
from engine.config.layers import Layer

Index = QModelIndex | QPersistentModelIndex
_WIDTHS = {KEY: 260, IN_FORCE: 156}
_UNDER = {
    Layer.PROJECT: "psychoscore.json",
    Layer.USER: "all my projects",
    Layer.SYSTEM: "read-only",
}


class LayerHeader(QHeaderView):
    """Names the layers; a lock stands where a layer cannot be written."""

    def __init__(self, model: SettingsModel, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._model = model
        self.setFixedHeight(44)
        self.setSectionsClickable(False)

    def paintSection(self, painter: QPainter, rect: QRect, column: int) -> None:
        sheet, layer = self._model.sheet, LAYER_COLUMNS.get(column)
        painter.save()
        painter.fillRect(rect, QColor(tokens.BG1))
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, QColor(tokens.LINE))
        left, width = rect.left() + 10, rect.width() - 14
        painter.setFont(font(tokens.BODY_STRONG))
        painter.setPen(QColor(tokens.TEXT1 if layer else tokens.TEXT2))
        name = self._model.heading(column)
        painter.drawText(left, rect.top() + 18, name)
        if layer is Layer.SYSTEM or (layer is Layer.PRESET and _locked(sheet)):
            place = left + painter.fontMetrics().horizontalAdvance(name) + 6
            paint_icon(painter, "lock", QRectF(place, rect.top() + 7, 12, 12), tokens.TEXT3)
        painter.setFont(font(tokens.SECONDARY))
        accent = layer is Layer.PRESET and sheet.shown is not None
        painter.setPen(QColor(tokens.ACCENT if accent else tokens.TEXT3))
        under = painter.fontMetrics().elidedText(
            _under(sheet, column), Qt.TextElideMode.ElideRight, width
        )
        painter.drawText(left, rect.top() + 33, under)
        painter.restore()


class SettingsTree(QTreeView):
    """The tree of keys. Del clears; typing edits."""

    clear_requested = Signal()

    def __init__(self, model: SettingsModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setModel(model)
        self.setHeader(LayerHeader(model, self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setIndentation(0)
        self.setRootIsDecorated(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectItems)
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked
            | QAbstractItemView.EditTrigger.EditKeyPressed
            | QAbstractItemView.EditTrigger.AnyKeyPressed
            | QAbstractItemView.EditTrigger.SelectedClicked
        )
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setMouseTracking(True)
        self.setAccessibleName("Settings by layer")
        self.setStyleSheet(
            f"QTreeView {{ background: {tokens.BG1}; border: none; }}"
            "QTreeView::item { padding: 0; background: transparent; }"
        )
        self.expandAll()
        self._span()
        header = self.header()
        for column in range(COLUMNS):
            fixed = column in _WIDTHS
            mode = QHeaderView.ResizeMode.Fixed if fixed else QHeaderView.ResizeMode.Stretch
            header.setSectionResizeMode(column, mode)
            if fixed:
                self.setColumnWidth(column, _WIDTHS[column])
        self.clicked.connect(self._toggle_section)

    def drawBranches(
        self, painter: QPainter, rect: QRect, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """The delegate paints the chevrons."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        editing = self.state() == QAbstractItemView.State.EditingState
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and not editing:
            self.clear_requested.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not editing:
            self.edit(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def _span(self) -> None:
        model = self.model()
        pending = [QModelIndex()]
        while pending:
            parent = pending.pop()
            for row in range(model.rowCount(parent)):
                index = model.index(row, 0, parent)
                if model.rowCount(index):
                    self.setFirstColumnSpanned(row, parent, True)
                    pending.append(index)

    def _toggle_section(self, index: QModelIndex) -> None:
        first = index.siblingAtColumn(0)
        if self.model().rowCount(first):
            self.setExpanded(first, not self.isExpanded(first))


def _locked(sheet: Sheet) -> bool:
    return sheet.shown is not None and sheet.shown.home is Layer.SYSTEM


def _under(sheet: Sheet, column: int) -> str:
    layer = LAYER_COLUMNS.get(column)
    if column == IN_FORCE:
        return "if it is chosen" if sheet.previews else "nearest layer wins"
    if layer is Layer.PRESET:
        if sheet.shown is None:
            return "none chosen"
        return f"{sheet.shown.name} (not chosen)" if sheet.previews else sheet.shown.name
    return _UNDER[layer] if layer else ""
