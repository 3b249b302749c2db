"""One checkpoint that was put aside: its step, its validation, and what can be done with it."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, QUrl, Signal
from PySide6.QtGui import QColor, QDesktopServices, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QHBoxLayout,
    QInputDialog,
    QMenu,
    QMessageBox,
    QVBoxLayout,
    QWidget,
)

from app.theme import tokens
from app.theme.icons import icon
from app.training.words import clock, count
from app.widgets.buttons import push_button, tool_button
from app.widgets.chip import Chip
from app.widgets.text import Text
from engine.training.run_folder import KeptCheckpoint


class CheckpointCard(QWidget):
    """Its wishes are signals."""

    used = Signal()
    heard = Signal()
    rolled_back = Signal()
    renamed = Signal(str)
    removed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.kept: KeptCheckpoint | None = None
        self._in_use = self._locked = False
        self.name = Text("", tokens.TITLE)
        self.badge = Chip()
        self.about = Text("", tokens.SECONDARY, "secondary")
        self.use = push_button("Use for composing")
        self.hear = tool_button("play", "Hear a short cue that it composes")
        self.more = tool_button("dots", "Rename, roll back, delete")
        head = QHBoxLayout()
        head.addWidget(self.name, 1)
        head.addWidget(self.badge)
        foot = QHBoxLayout()
        foot.setSpacing(tokens.SPACE_S)
        foot.addWidget(self.use, 1)
        foot.addWidget(self.hear)
        foot.addWidget(self.more)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 9, 8, 9)
        column.setSpacing(5)
        column.addLayout(head)
        column.addWidget(self.about)
        column.addLayout(foot)
        self.use.clicked.connect(self.used)
        self.hear.clicked.connect(self.heard)
        self.more.clicked.connect(self._menu)

    def show_checkpoint(
        self, kept: KeptCheckpoint, *, badge: str, in_use: bool, loading: bool
    ) -> None:
        """Show a checkpoint; `badge` is best, latest or empty."""
        self.kept, self._in_use = kept, in_use
        step = f"Step {count(kept.step)}"
        self.name.setText(kept.label or step)
        measured = (
            f"validation {kept.validation:.2f} nats a note"
            if kept.validation is not None
            else "not measured"
        )
        parts = [step, measured] if kept.label else [measured, clock(kept.at)[:5]]
        self.about.setText("  ·  ".join(parts))
        self.badge.setText(badge)
        self.badge.set_tone("accent" if badge == "best" else "secondary")
        self.badge.setVisible(bool(badge))
        self.use.setText("In use" if in_use else "Loading…" if loading else "Use for composing")
        self.use.setEnabled(not in_use and not loading)
        self.update()

    def show_heard(self, *, waiting: bool, heard: bool) -> None:
        """Show whether its cue is being composed, or sounds."""
        if waiting:
            self.hear.setIcon(icon("dots"))
            words = "Composing its cue"
        elif heard:
            self.hear.setIcon(icon("stop"))
            words = "Stop"
        else:
            self.hear.setIcon(icon("play"))
            words = "Hear a short cue that it composes"
        self.hear.setToolTip(words)

    def set_locked(self, locked: bool) -> None:
        """A run that trains is not rolled back."""
        self._locked = locked

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(QColor(tokens.BG2))
        painter.setPen(QPen(QColor(tokens.ACCENT if self._in_use else tokens.LINE_SOFT), 1))
        around = self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(around, tokens.RADIUS_BUTTON, tokens.RADIUS_BUTTON)

    def _menu(self) -> None:
        menu = QMenu(self)
        menu.addAction("Rename…", self._rename)
        menu.addAction("Show in folder", self._reveal)
        back = menu.addAction("Roll the run back to here…", self._ask_roll_back)
        back.setEnabled(not self._locked)
        menu.addSeparator()
        menu.addAction("Delete…", self._ask_delete)
        menu.popup(self.more.mapToGlobal(QPoint(0, self.more.height())))

    def _rename(self) -> None:
        assert self.kept is not None
        dialog = QInputDialog(self.window())
        dialog.setWindowTitle("Rename checkpoint")
        dialog.setLabelText("Name:")
        dialog.setTextValue(self.kept.label)
        dialog.textValueSelected.connect(self.renamed)
        dialog.open()

    def _reveal(self) -> None:
        assert self.kept is not None
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.kept.folder)))

    def _ask_roll_back(self) -> None:
        assert self.kept is not None
        box = QMessageBox(self.window())
        box.setText(f"Roll the run back to step {count(self.kept.step)}?")
        box.setInformativeText(
            "It trains on from there. Later checkpoints of this run are deleted; models that "
            "were made from them stay."
        )
        back = box.addButton("Roll back", QMessageBox.ButtonRole.DestructiveRole)
        box.addButton(QMessageBox.StandardButton.Cancel)
        back.clicked.connect(self.rolled_back)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()

    def _ask_delete(self) -> None:
        box = QMessageBox(self.window())
        box.setText(f"Delete the checkpoint {self.name.text()}?")
        box.setInformativeText("This cannot be undone. A model made from it stays.")
        delete = box.addButton("Delete", QMessageBox.ButtonRole.DestructiveRole)
        box.addButton(QMessageBox.StandardButton.Cancel)
        delete.clicked.connect(self.removed)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()
