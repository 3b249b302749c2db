"""Another program: a small window that writes down each file that is dropped on it.

`python -m tests.end_to_end.drop_target OUT X Y WIDTH HEIGHT`
"""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QRect
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QWidget

TITLE = "Drop here"


class DropTarget(QWidget):
    """Appends one line a drop: the kind of action, the formats and the file."""

    def __init__(self, out: Path) -> None:
        super().__init__()
        self._out = out
        self.setWindowTitle(TITLE)
        self.setAcceptDrops(True)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        data = event.mimeData()
        (url,) = data.urls()
        line = "\t".join((event.dropAction().name, ",".join(data.formats()), url.toLocalFile()))
        with self._out.open("a") as stream:
            stream.write(line + "\n")
        event.acceptProposedAction()


def main() -> None:
    """Show the window until the process is ended."""
    app = QApplication([])
    target = DropTarget(Path(sys.argv[1]))
    target.setGeometry(QRect(*map(int, sys.argv[2:6])))
    target.show()
    app.exec()


if __name__ == "__main__":
    main()
