"""The command search: every menu entry, key and setting, found by parts of its name.

It knows names and what to call; it does not know what any command does.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QDialog,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from app.theme import tokens
from app.theme.fonts import font
from app.widgets.text import Text

WIDTH, ROWS, ROW_HEIGHT = 560, 11, 32
_WALKING = {
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_PageDown: ROWS - 1,
    Qt.Key.Key_PageUp: 1 - ROWS,
}
_COMMAND = Qt.ItemDataRole.UserRole


@dataclass(frozen=True, slots=True)
class Command:
    """Something that can be done now or not.

    Args:
        name: what it is called where it lives.
        place: where that is, such as `File` or `Setting, Music`.
        keys: its keys as people read them, or empty.
        act: does it.
        enabled: whether it can act now.
        other_words: more that one may type for it.
    """

    name: str
    place: str
    keys: str
    act: Callable[[], object]
    enabled: bool = True
    other_words: str = ""


def found(commands: Sequence[Command], typed: str) -> list[Command]:
    """The commands that have every typed word in their names or places, the nearest first.

    Nearest is a name that begins as typed, then one with a word that does, then the rest; what
    cannot act now comes last of its kind.
    """
    words = typed.casefold().split()
    ranked: list[tuple[tuple[int, bool], Command]] = []
    for command in commands:
        name = command.name.casefold()
        text = f"{name} {command.place.casefold()} {command.other_words.casefold()}"
        if all(word in text for word in words):
            rank = 0 if name.startswith(" ".join(words)) else 1
            if rank and not all(f" {word}" in f" {name}" for word in words):
                rank = 2 if all(word in name for word in words) else 3
            ranked.append(((rank, not command.enabled), command))
    return [command for _, command in sorted(ranked, key=lambda each: each[0])]


class CommandSearch(QDialog):
    """A field and a list under it. Arrows choose, Enter does, Esc leaves.

    Args:
        commands: all there are now, in the order in which they are shown before one types.
    """

    def __init__(self, commands: Sequence[Command], parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Dialog | Qt.WindowType.FramelessWindowHint)
        self._commands = commands
        self.setWindowTitle("Command search")
        self.field = QLineEdit()
        self.field.setFont(font(tokens.NAME))
        self.field.setFixedHeight(38)
        self.field.setPlaceholderText("Type part of a command or setting")
        self.field.setAccessibleName("Command search")
        self.list = QListWidget()
        self.list.setItemDelegate(_Row(self.list))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setAccessibleName("Commands")
        self.list.setFixedHeight(ROWS * ROW_HEIGHT + 2)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.nothing = Text("Nothing is called that", tokens.BODY, "faint")
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 10, 10, 10)
        column.setSpacing(tokens.SPACE_M)
        column.addWidget(self.field)
        column.addWidget(self.list)
        column.addWidget(self.nothing)
        column.addStretch(1)
        self.setFixedWidth(WIDTH)
        self.field.textChanged.connect(self._show)
        self.field.installEventFilter(self)
        self.list.itemClicked.connect(lambda _item: self._do())
        self._show("")

    @property
    def chosen(self) -> Command | None:
        """The command that Enter would do."""
        item = self.list.currentItem()
        return None if item is None else item.data(_COMMAND)

    def open(self) -> None:
        """Show it under the head of the window, in the middle."""
        parent = self.parentWidget()
        self.adjustSize()
        if parent is not None:
            place = parent.mapToGlobal(parent.rect().topLeft())
            self.move(place.x() + (parent.width() - self.width()) // 2, place.y() + 96)
        super().open()
        self.field.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The field keeps the keyboard; up and down walk through the list."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            key = Qt.Key(event.key())
            if key in _WALKING:
                last = self.list.count() - 1
                row = self.list.currentRow() + _WALKING[key]
                self.list.setCurrentRow(min(max(row, 0), last))
                return True
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._do()
                return True
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """A ground and an edge of its own, since no window manager gives it one."""
        painter = QPainter(self)
        painter.setPen(QColor(tokens.BG4))
        painter.setBrush(QColor(tokens.BG1))
        painter.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))
        painter.end()

    def _show(self, typed: str) -> None:
        self.list.clear()
        for command in found(self._commands, typed):
            item = QListWidgetItem(command.name)
            item.setData(_COMMAND, command)
            spoken = f"{command.name}, {command.place}, {command.keys}".rstrip(", ")
            item.setData(Qt.ItemDataRole.AccessibleTextRole, spoken)
            self.list.addItem(item)
        self.list.setCurrentRow(0)
        self.nothing.setVisible(self.list.count() == 0)
        self.list.setVisible(self.list.count() > 0)

    def _do(self) -> None:
        command = self.chosen
        if command is not None and command.enabled:
            self.accept()
            command.act()


class _Row(QStyledItemDelegate):
    """Name, place in grey, keys at the right."""

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(WIDTH, ROW_HEIGHT)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        command = index.data(_COMMAND)
        frame = option.rect.adjusted(4, 1, -4, -1)
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.BG3))
            painter.drawRoundedRect(frame, tokens.RADIUS_CHIP, tokens.RADIUS_CHIP)
        inside = frame.adjusted(8, 0, -10, 0)
        middle = Qt.AlignmentFlag.AlignVCenter
        keys = _text(painter, inside, middle | Qt.AlignmentFlag.AlignRight, command.keys, True)
        room = inside.adjusted(0, 0, -keys.width() - 12, 0)
        name = _text(painter, room, middle, command.name, not command.enabled)
        _text(painter, room.adjusted(name.width() + 10, 0, 0, 0), middle, command.place, True)
        painter.restore()


def _text(
    painter: QPainter, rect: QRect, align: Qt.AlignmentFlag, words: str, faint: bool
) -> QRect:
    painter.setFont(font(tokens.SECONDARY if faint else tokens.BODY))
    painter.setPen(QColor(tokens.TEXT3 if faint else tokens.TEXT1))
    room = max(rect.width(), 0)
    shown = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, room)
    painter.drawText(rect, align, shown)
    return painter.boundingRect(rect, align, shown)
