"""The menu of controllers: whose knobs and keys are heard, and what was learned of them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QMenu

from app.session import Session
from engine.playing.protocol import CONTROLS_NAME

INPUT = "controllers/input"


class ControllersMenu(QMenu):
    """Filled anew each time it opens, since devices come and go.

    Args:
        session: whom wishes go to.
        open_sheet: opens the list of what was learned.
    """

    def __init__(self, session: Session, open_sheet: Callable[[], object], parent: QMenu) -> None:
        super().__init__("Controllers", parent)
        self._session, self._open_sheet = session, open_sheet
        self.aboutToShow.connect(self.fill)

    def fill(self) -> None:
        """Show what can be heard now, and ask for the list anew."""
        self._session.rescan_ports()
        self.clear()
        chosen = self._session.controlling.input
        names = [CONTROLS_NAME, *self._session.playback.following.inputs]
        if chosen.port and chosen.port not in names:
            names.append(chosen.port)
        for name in ("", *names):
            self._add(name, chosen.port)
        if chosen.sentence:
            self.addAction(chosen.sentence).setEnabled(False)
        self.addSeparator()
        playing_in = self._session.playing_in
        record = self.addAction("Stop playing in" if playing_in.on else "Play in a take")
        record.setEnabled(playing_in.on or chosen.open)
        record.setToolTip("One bar is counted in; what is played until the music stops is a take")
        record.triggered.connect(lambda: playing_in.toggle())
        self.addAction("Learned knobs…").triggered.connect(lambda: self._open_sheet())

    def _add(self, name: str, chosen: str) -> None:
        text = f"{name} (virtual)" if name == CONTROLS_NAME else name or "Hear no controller"
        action = self.addAction(text)
        action.setCheckable(True)
        action.setChecked(name == chosen)
        controlling = self._session.controlling
        action.triggered.connect(lambda _=False: controlling.choose_input(name))


def remember_input(session: Session, settings: QSettings) -> None:
    """Hear again what was heard when the window was closed, and keep in mind what is chosen."""
    controlling = session.controlling
    before = str(settings.value(INPUT, ""))
    if before:
        controlling.choose_input(before)
    controlling.changed.connect(lambda: settings.setValue(INPUT, controlling.input.port))
