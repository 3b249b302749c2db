"""The cue's name in the bar: says what is open and lets one choose another cue."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QVBoxLayout, QWidget

from app.session import Session
from app.theme import tokens
from app.theme.fonts import font
from app.theme.icons import icon
from app.widgets.click_text import ClickText
from app.widgets.text import Text
from app.wording import length_text

# Longer names are cut, for the clock beside them must not be.
_WIDTH = 132
_CHEVRON = 24


class CueChoice(QWidget):
    """Name of the cue with an amber dot where something is not saved; below it, what it is.

    Signals:
        settings_requested(): the line below was clicked.
    """

    settings_requested = Signal()
    list_requested = Signal()
    """The list of all cues is wanted."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.button = QToolButton()
        self.button.setFont(font(tokens.TITLE))
        self.button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.button.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        self.button.setIcon(icon("chevron-down"))
        self.button.setStyleSheet("QToolButton { padding: 1px 4px; margin-left: -4px; }")
        self.button.setToolTip("Choose a cue, or add one")
        self.button.setAccessibleName("Cue")
        self.button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.button.clicked.connect(self._open)
        self.dot = Text("●", tokens.SMALL, "accent")
        self.dot.setToolTip("There are changes that are not saved")
        self.about = ClickText("", tokens.SECONDARY, "faint")
        self.about.setAccessibleName("Cue settings")
        self.about.clicked.connect(self.settings_requested)
        top = QHBoxLayout()
        top.setSpacing(4)
        top.addWidget(self.button)
        top.addWidget(self.dot)
        top.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 8)
        column.setSpacing(1)
        column.addLayout(top)
        column.addWidget(self.about)
        for signal in (session.project_changed, session.cue_changed):
            signal.connect(self._show)
        self._show()

    def _show(self) -> None:
        session, cue = self._session, self._session.cue
        name = f"{cue.number} {cue.title}".strip()
        metrics = self.button.fontMetrics()
        self.button.setText(
            metrics.elidedText(name, Qt.TextElideMode.ElideRight, _WIDTH - _CHEVRON)
        )
        self.dot.setVisible(session.dirty)
        seconds = session.asked.tempo_map.seconds(session.asked.starts[-1])
        size = f"  ·  {length_text(seconds)}"
        metrics = self.about.fontMetrics()
        room = _WIDTH + _CHEVRON - metrics.horizontalAdvance(size)
        elided = metrics.elidedText(session.project_name, Qt.TextElideMode.ElideRight, room)
        self.about.setText(elided + size)
        place = str(session.files.folder or "This project has no folder yet")
        self.about.setToolTip(f"{session.project_name}\n{place}\nClick for the cue's settings")

    def _open(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for cue in self._session.cues:
            action = menu.addAction(f"{cue.number} {cue.title}".strip())
            action.setCheckable(True)
            action.setChecked(cue.id == self._session.cue.id)
            action.triggered.connect(lambda _=False, cue=cue: self._session.choose_cue(cue.id))
        menu.addSeparator()
        menu.addAction("Cue list…").triggered.connect(lambda _=False: self.list_requested.emit())
        menu.addAction("New cue").triggered.connect(lambda _=False: self._session.add_cue())
        menu.popup(self.button.mapToGlobal(QPoint(0, self.button.height() + 4)))
