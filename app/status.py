"""The line at the bottom: model with its licence, take, saved state, trouble, and one hint."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication, QHBoxLayout, QPushButton, QStatusBar, QWidget

from app.session import ModelState, Session, Trouble
from app.theme import tokens
from app.theme.fonts import font
from app.widgets.chip import Chip
from app.widgets.text import Text

TROUBLE_MS = 15_000


class StatusLine(QStatusBar):
    """Reads the session; tells trouble in place of the hint for a while."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.setFixedHeight(tokens.STATUS_HEIGHT)
        self.setSizeGripEnabled(False)
        self.model = Text("", tokens.SECONDARY, "secondary")
        self.licence = Chip("non-commercial", "accent")
        self.take = Text("", tokens.SECONDARY, "secondary")
        self.saved = Text("", tokens.SECONDARY, "secondary")
        self.trouble = Text("", tokens.SECONDARY_STRONG, "bad")
        self.hint = Text("", tokens.SECONDARY, "faint")
        self.copy = QPushButton("Copy details")
        self.copy.setProperty("kind", "quiet")
        self.copy.setFont(font(tokens.SECONDARY))
        self.copy.setFixedHeight(20)
        self.copy.hide()
        inside = QWidget()
        row = QHBoxLayout(inside)
        row.setContentsMargins(8, 0, 8, 0)
        row.setSpacing(16)
        for widget in (self.model, self.licence, self.take, self.saved):
            row.addWidget(widget)
        row.addStretch(1)
        for widget in (self.trouble, self.copy, self.hint):
            row.addWidget(widget)
        self.addWidget(inside, 1)
        self._details = self._notice = ""
        self._fade = QTimer(self)
        self._fade.setSingleShot(True)
        self._fade.setInterval(TROUBLE_MS)
        self._fade.timeout.connect(self._calm)
        self.copy.clicked.connect(lambda: QApplication.clipboard().setText(self._details))
        for signal in (session.devices_changed, session.takes_changed, session.project_changed):
            signal.connect(self._show)
        session.trouble_arose.connect(self.tell)
        self._show()

    def tell(self, trouble: Trouble) -> None:
        """Say what went wrong."""
        text = f"{trouble.message} {trouble.hint}".strip()
        width = max(self.width() - 520, 300)
        shown = self.trouble.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, width)
        self.trouble.setText(shown)
        self.trouble.setToolTip(text)
        self._details = trouble.details or text
        self.copy.setVisible(bool(trouble.details) or shown != text)
        self.hint.hide()
        self._fade.start()

    def watch(self, page: QWidget) -> None:
        """Show the hint of each control in `page` that has one."""
        for widget in page.findChildren(QWidget):
            if widget.toolTip():
                widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The hovered control says what it is for."""
        if event.type() == QEvent.Type.Enter and isinstance(watched, QWidget):
            tip = watched.toolTip()
            if tip:
                self.hint.setText(tip.splitlines()[0])
        elif (
            event.type() == QEvent.Type.Leave and isinstance(watched, QWidget) and watched.toolTip()
        ):
            self.hint.setText("")
        return False

    def _calm(self) -> None:
        self.trouble.setText("")
        self.copy.hide()
        self.hint.show()

    def _show(self) -> None:
        session, model = self._session, self._session.model
        words = {
            ModelState.LOADING: f"Loading model {model.name}…",
            ModelState.READY: f"Model {model.name}",
            ModelState.MISSING: f"No model: {model.reason}",
        }
        self.model.setText(words[model.state])
        self.model.set_tone("bad" if model.state is ModelState.MISSING else "secondary")
        lineage = "\n".join(model.lineage)
        self.model.setToolTip(f"Made from:\n{lineage}" if lineage else model.reason)
        self.licence.setVisible(model.state is ModelState.READY and model.non_commercial)
        self.licence.setToolTip("A data set in this model's lineage forbids commercial use")
        take = session.current_take
        self.take.setText(f"Take {take.letter}" if take else "")
        self.saved.setText(session.saved_text)
        if session.ports.notice != self._notice:
            self._notice = session.ports.notice
            if self._notice:
                self.tell(Trouble(self._notice))
