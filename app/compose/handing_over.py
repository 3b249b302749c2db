"""A take as a file in other hands: dragged into another program, copied, shown in its folder.

The file is written before the drag begins and stays, for a DAW may read it long after the drop.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QDrag, QGuiApplication, QMouseEvent
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from app.session import Session, TakeSnapshot
from app.theme.icons import icon


def drag_take(session: Session, take: TakeSnapshot, card: QWidget) -> None:
    """Carry a take's file with the pointer until it is dropped; the card is its picture."""
    path = session.exporting.hand_over(take)
    if path is not None:
        drag = QDrag(card)
        drag.setMimeData(file_data(path))
        drag.setPixmap(card.grab())
        drag.exec(Qt.DropAction.CopyAction)


def copy_take(session: Session) -> None:
    """Put the current take's file on the clipboard, for folders and DAWs that paste files."""
    current = session.current_take
    path = session.exporting.hand_over(current) if current else None
    if path is not None:
        QGuiApplication.clipboard().setMimeData(file_data(path))


def reveal_take(session: Session, take_id: str) -> None:
    """Open the folder that holds a take's file."""
    path = session.exporting.take_file(take_id)
    if path is not None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent)))


def file_data(path: Path) -> QMimeData:
    """One file URL and nothing else: some DAWs take the text of a path for lyrics."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    return data


class DragButton(QPushButton):
    """Dragged, it carries the current take out; clicked, it opens the ways that need no drag."""

    dragged = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Drag take to DAW", parent)
        self.setIcon(icon("grip"))
        self.setToolTip("Drag onto a track of your DAW; click for copy and show in folder")
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self._pressed: QPointF | None = None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = event.position()
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None:
            return
        moved = (event.position() - self._pressed).manhattanLength()
        if moved >= QApplication.startDragDistance():
            self._pressed = None
            self.setDown(False)
            self.dragged.emit()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None:
            self.setDown(False)  # a drag is not a click
            return
        self._pressed = None
        super().mouseReleaseEvent(event)
