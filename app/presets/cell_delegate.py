"""Paints the cells of the settings table and edits them in place.

The winner bold on an amber chip, what it shadows grey and struck out. A text that is refused
keeps its field open, outlined in red; the sentence goes to whoever listens.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    QTimer,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QComboBox,
    QLineEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from app.presets.tree_model import (
    CELL_ROLE,
    IN_FORCE,
    KEY,
    NODE_ROLE,
    Cell,
    Node,
    Standing,
)
from app.theme import tokens
from app.theme.colours import translucent
from app.theme.fonts import font
from app.theme.icons import paint_icon

Index = QModelIndex | QPersistentModelIndex
ROW_HEIGHT = 29
SECTION_HEIGHT = 36
_PAD = 10
_COLOURS = {
    "profile.trauma": tokens.TRAUMA,
    "profile.entropy": tokens.ENTROPY,
    "profile.rsi.real": tokens.RSI_REAL,
    "profile.rsi.imaginary": tokens.RSI_IMAGINARY,
}
_MIDDLE = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft


class CellDelegate(QStyledItemDelegate):
    """Args:
    take: takes what was typed into a cell; gives the sentence of a refusal, or "".
    choices: the words a cell may hold, or nothing where it is typed.
    refused: is told the index and the sentence, an empty one when it is over.
    """

    def __init__(
        self,
        take: Callable[[QModelIndex, str], str],
        choices: Callable[[QModelIndex], Sequence[str]],
        refused: Callable[[QModelIndex, str], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._take, self._choices, self._refused = take, choices, refused
        self._editing = QModelIndex()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        node: Node = index.data(NODE_ROLE)
        return QSize(80, ROW_HEIGHT if node.leaf else SECTION_HEIGHT)

    # ---- Painting

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        node: Node = index.data(NODE_ROLE)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if node.leaf is None:
            self._paint_section(painter, option, node)
        else:
            self._paint_ground(painter, option, index)
            if index.column() == KEY:
                _paint_key(painter, option.rect, node)
            else:
                self._paint_cell(painter, option, index)
        painter.restore()

    def _paint_section(self, painter: QPainter, option: QStyleOptionViewItem, node: Node) -> None:
        rect = option.rect.adjusted(0, 4, 0, 0)
        opened = bool(option.state & QStyle.StateFlag.State_Open)
        chevron = QRectF(rect.left() + 6, rect.center().y() - 6, 13, 13)
        paint_icon(painter, "chevron-down" if opened else "chevron-right", chevron, tokens.TEXT3)
        caption = font(tokens.CAPTION)
        left = _text(painter, rect.adjusted(26, 0, 0, 0), node.title, caption, tokens.TEXT2)
        about = rect.adjusted(26 + left + 12, 0, -_PAD, 0)
        _text(painter, about, node.about, font(tokens.SECONDARY), tokens.TEXT3)

    def _paint_ground(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        if bool(option.state & QStyle.StateFlag.State_MouseOver):
            painter.fillRect(option.rect, translucent(tokens.BG3, 0.45))
        line = QRect(option.rect.left(), option.rect.bottom(), option.rect.width(), 1)
        painter.fillRect(line, QColor(tokens.LINE_SOFT))
        if selected:
            painter.setPen(QPen(translucent(tokens.ACCENT, 0.75), 1))
            painter.setBrush(translucent(tokens.ACCENT, 0.05))
            painter.drawRoundedRect(_field(option.rect), 4, 4)

    def _paint_cell(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        cell: Cell = index.data(CELL_ROLE)
        rect = option.rect.adjusted(_PAD, 0, -_PAD // 2, 0)
        if index.column() == IN_FORCE:
            _paint_in_force(painter, rect, cell)
            return
        if cell.standing is Standing.WINS:
            _paint_winner(painter, rect, cell.text)
        elif cell.standing is Standing.SHADOWED:
            struck = font(tokens.BODY)
            struck.setStrikeOut(True)
            _text(painter, rect, cell.text, struck, tokens.TEXT3)
        elif cell.text:
            _text(painter, rect, cell.text, font(tokens.BODY), tokens.TEXT2)
        elif cell.writable:
            hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
            ink = tokens.TEXT3 if hovered else tokens.BG4
            _text(painter, rect, "\N{EN DASH}", font(tokens.BODY), ink)

    # ---- Editing

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        plain = self._editing = index.sibling(index.row(), index.column())
        words = self._choices(plain)
        if not words:
            field = QLineEdit(parent)
            field.setFont(font(tokens.BODY_STRONG))
            field.setProperty("compact", True)
            field.textEdited.connect(lambda _text: self._mark(field, ""))
            return field
        combo = QComboBox(parent)
        combo.setFont(font(tokens.BODY_STRONG))
        combo.addItems(list(words))
        combo.activated.connect(lambda _row: self._finish(combo, self.EndEditHint.NoHint))
        QTimer.singleShot(0, combo, combo.showPopup)
        return combo

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        cell: Cell = index.data(CELL_ROLE)
        if isinstance(editor, QComboBox):
            model = index.model()
            row = editor.findText(
                cell.text or model.index(index.row(), IN_FORCE, index.parent()).data()
            )
            editor.setCurrentIndex(max(row, 0))
        elif isinstance(editor, QLineEdit) and not editor.isModified():
            editor.setText(cell.text)
            editor.selectAll()

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        # Leaving a field takes what it holds; what is refused there is simply not taken.
        if isinstance(editor, QLineEdit) and editor.isModified():
            self._take(self._editing, editor.text())
        self._refused(self._editing, "")

    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, index: Index
    ) -> None:
        editor.setGeometry(_field(option.rect).toRect())

    def eventFilter(self, editor: QObject, event: QEvent) -> bool:
        if isinstance(editor, QWidget) and isinstance(event, QKeyEvent):
            if event.type() == QEvent.Type.ShortcutOverride and event.key() == Qt.Key.Key_Escape:
                event.accept()
                return False
            if event.type() == QEvent.Type.KeyPress:
                hint = _HINTS.get(Qt.Key(event.key()))
                if hint is not None:
                    self._finish(editor, hint)
                    return True
                if event.key() == Qt.Key.Key_Escape:
                    self._refused(self._editing, "")
        return super().eventFilter(editor, event)

    def _finish(self, editor: QWidget, hint: QStyledItemDelegate.EndEditHint) -> None:
        """Take what the editor holds; it closes only where that is allowed."""
        index = self._editing
        sentence = ""
        if isinstance(editor, QComboBox):
            sentence = self._take(index, editor.currentText())
        elif isinstance(editor, QLineEdit) and editor.isModified():
            sentence = self._take(index, editor.text())
        self._mark(editor, sentence)
        if not sentence:
            if isinstance(editor, QLineEdit):
                editor.setModified(False)
            self.closeEditor.emit(editor, hint)

    def _mark(self, editor: QWidget, sentence: str) -> None:
        self._refused(self._editing, sentence)
        if bool(editor.property("invalid")) != bool(sentence):
            editor.setProperty("invalid", bool(sentence))
            editor.style().unpolish(editor)
            editor.style().polish(editor)


_HINTS = {
    Qt.Key.Key_Return: QStyledItemDelegate.EndEditHint.NoHint,
    Qt.Key.Key_Enter: QStyledItemDelegate.EndEditHint.NoHint,
    Qt.Key.Key_Tab: QStyledItemDelegate.EndEditHint.EditNextItem,
    Qt.Key.Key_Backtab: QStyledItemDelegate.EndEditHint.EditPreviousItem,
}


def _field(rect: QRect) -> QRectF:
    return QRectF(rect).adjusted(2.5, 2.5, -2.5, -3.5)


def _text(painter: QPainter, rect: QRect, text: str, style: QFont, colour: str) -> int:
    """Draw one line, elided at its end; gives its width."""
    metrics = QFontMetrics(style)
    painter.setFont(style)
    painter.setPen(QColor(colour))
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, max(rect.width(), 0))
    painter.drawText(rect, _MIDDLE, shown)
    return metrics.horizontalAdvance(shown)


def _paint_key(painter: QPainter, rect: QRect, node: Node) -> None:
    left = rect.left() + 10
    colour = _COLOURS.get(node.leaf.name if node.leaf else "")
    if colour:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colour))
        painter.drawEllipse(QRectF(left, rect.center().y() - 2.5, 6, 6))
        left += 13
    name = QRect(left, rect.top(), rect.right() - left, rect.height())
    width = _text(painter, name, node.title, font(tokens.BODY_STRONG), tokens.TEXT1)
    unit = node.leaf.unit if node.leaf else ""
    if unit:
        rest = name.adjusted(width + 8, 0, 0, 0)
        _text(painter, rest, unit, font(tokens.SECONDARY), tokens.TEXT3)


def _paint_in_force(painter: QPainter, rect: QRect, cell: Cell) -> None:
    if cell.before:
        style = font(tokens.BODY)
        painter.setFont(style)
        width = _text(painter, rect, f"{cell.before}  \N{RIGHTWARDS ARROW}", style, tokens.TEXT3)
        rect = rect.adjusted(width + 6, 0, 0, 0)
        _text(painter, rect, cell.text, font(tokens.TITLE), tokens.ACCENT)
    else:
        _text(painter, rect, cell.text, font(tokens.TITLE), tokens.TEXT1)


def _paint_winner(painter: QPainter, rect: QRect, text: str) -> None:
    style = font(tokens.TITLE)
    width = min(QFontMetrics(style).horizontalAdvance(text or " ") + 14, rect.width() + 7)
    chip = QRectF(rect.left() - 7, rect.center().y() - 9.5, width, 20)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(translucent(tokens.ACCENT, 0.18))
    painter.drawRoundedRect(chip, tokens.RADIUS_CHIP, tokens.RADIUS_CHIP)
    _text(painter, rect, text, style, tokens.ACCENT)
