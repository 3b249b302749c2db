"""A sheet: what would be downloaded from where, and its licence, which is accepted first."""

from __future__ import annotations

from urllib.parse import urlsplit

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QDialog, QHBoxLayout, QVBoxLayout, QWidget

from app.theme import tokens
from app.theme.fonts import font
from app.widgets.buttons import push_button
from app.widgets.text import Text
from engine.data.fetching import Download


class FetchSheet(QDialog):
    """Emits `wished` when the licence was accepted and the download asked for."""

    wished = Signal()

    def __init__(self, download: Download, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(f"Fetch {download.title}")
        host = urlsplit(download.url).hostname
        self.about = Text(
            f"{download.file} is downloaded from {host} and read on this computer. This is the "
            "only thing here that uses the network; nothing is sent. A download that breaks off "
            "goes on where it stopped.",
            tokens.BODY,
            "secondary",
        )
        self.licence = Text(download.licence, tokens.BODY)
        self.offline = Text(
            f"Without a network, get it elsewhere from {download.page} and add the archive.",
            tokens.SECONDARY,
            "faint",
        )
        for text in (self.about, self.licence, self.offline):
            text.setWordWrap(True)
            text.setFixedWidth(440)
        self.licence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.offline.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.accepted = QCheckBox("I accept this licence")
        self.accepted.setFont(font(tokens.BODY))
        self.fetch = push_button("Fetch", "primary")
        self.fetch.setEnabled(False)
        self.leave = push_button("Cancel", "quiet")
        bottom = QHBoxLayout()
        bottom.setSpacing(tokens.SPACE_M)
        bottom.addStretch(1)
        bottom.addWidget(self.leave)
        bottom.addWidget(self.fetch)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 18, 18, 14)
        column.setSpacing(12)
        for widget in (self.about, self.licence, self.accepted, self.offline):
            column.addWidget(widget)
        column.addLayout(bottom)
        self.accepted.toggled.connect(self.fetch.setEnabled)
        self.leave.clicked.connect(self.reject)
        self.fetch.clicked.connect(self._wish)

    def _wish(self) -> None:
        self.wished.emit()
        self.accept()
