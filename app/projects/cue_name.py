"""A small dialog: number and title of a cue."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QLineEdit, QWidget

from app.widgets.text import Text


class CueNameDialog(QDialog):
    """Emits `named(number, title)` when it is accepted."""

    named = Signal(str, str)

    def __init__(self, number: str, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Rename cue")
        self.number = QLineEdit(number)
        self.number.setMaxLength(16)
        self.number.setPlaceholderText("1M3")
        self.title = QLineEdit(title)
        self.title.setMaxLength(200)
        self.title.setMinimumWidth(260)
        form = QFormLayout(self)
        form.setContentsMargins(18, 18, 18, 14)
        form.setSpacing(10)
        form.addRow(Text("Number"), self.number)
        form.addRow(Text("Title"), self.title)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        buttons.button(QDialogButtonBox.StandardButton.Ok).setText("Rename")
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        form.addRow(buttons)
        self.title.selectAll()
        self.title.setFocus()

    def accept(self) -> None:
        super().accept()
        self.named.emit(self.number.text().strip(), self.title.text().strip())
