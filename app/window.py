"""The one main window: it lays out pages under the transport and says goodbye in order."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable

from PySide6.QtCore import QSettings, QSize, QTimer, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from app.compose.page import ComposePage
from app.controllers.menu import remember_input
from app.controllers.osc import OscControl
from app.menus import Menus
from app.projects.dialogs import Projects
from app.projects.starting import Starting
from app.session import Session
from app.sheets import Sheets
from app.show.stage import Stage
from app.status import StatusLine
from app.theme import tokens
from app.training.leaving import settle_runs
from app.training.places import Places
from app.transport.bar import TransportBar
from app.widgets.segmented import Segmented

# Key, title, module and class of each page; a page whose module is not there is not offered.
PAGES = (
    ("compose", "Compose", "app.compose.page", "ComposePage"),
    ("presets", "Presets", "app.presets.page", "PresetsPage"),
    ("training", "Training", "app.training.page", "TrainingPage"),
)


class Window(QMainWindow):
    """Compose, Presets and Training under one transport.

    Args:
        session: what it shows.
        settings: where its place and size are remembered.
    """

    closing_agreed = Signal()
    """The user wants to leave, and nothing unsaved is lost by it."""
    first_run_wanted = Signal()
    """The first run is to be seen once more."""

    def __init__(self, session: Session, settings: QSettings) -> None:
        super().__init__()
        self._session, self._settings = session, settings
        self._leaving = False
        self.setMinimumSize(QSize(*tokens.MINIMUM_WINDOW))
        self.projects = Projects(self, session, settings)
        self.compose = ComposePage(session)
        self.page_titles = {key: title for key, title, *_ in PAGES if _is_there(_[0])}
        self._built: dict[str, QWidget] = {"compose": self.compose}
        self.pages = Segmented(tuple(self.page_titles.items()), "Page")
        self.pages.setVisible(len(self.page_titles) > 1)
        self.transport = TransportBar(session, self.pages)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.compose)
        self.layers = QStackedWidget()
        self._lay_out()
        self.starting = Starting(self.layers, session, self.projects)
        self.stage = Stage(self.layers, session)
        self.sheets = Sheets(self, session)
        self.sheets.explain_params(self.compose.psyche)
        self.osc = OscControl(session, settings, self)
        remember_input(session, settings)
        self.menus = Menus(self, session)
        self._close_after_live = False
        session.live.changed.connect(self._follow_live)
        self.status = StatusLine(session)
        self.setStatusBar(self.status)
        self.status.watch(self)
        self.transport.cue.settings_requested.connect(self.compose.timing.open_cue)
        self.sheets.setting_wanted.connect(self.show_setting)
        self.transport.cue.list_requested.connect(self.sheets.cues)
        self.transport.lock.clicked.connect(self.compose.timing.toggle_tempo)
        self.pages.chosen.connect(self.show_page)
        session.project_changed.connect(self._show_name)
        self._show_name()
        self._restore()
        self.compose.timeline.setFocus()

    def show_page(self, key: str) -> None:
        """Show a page; it is made when it is first wanted."""
        self.starting.leave()
        by_keys = self.pages.isAncestorOf(self.focusWidget() or self)
        if key not in self._built:
            _, _, module, name = next(page for page in PAGES if page[0] == key)
            make: Callable[[Session], QWidget] = getattr(importlib.import_module(module), name)
            self._built[key] = make(self._session)
            self.stack.addWidget(self._built[key])
            self.status.watch(self._built[key])
        self.stack.setCurrentWidget(self._built[key])
        self.pages.set_current(key)
        if not by_keys:
            # Or the focus would fall on the first button of the window, with a ring around it.
            (self.compose.timeline if key == "compose" else self._built[key]).setFocus()

    def toggle_show(self) -> None:
        """Begin a show, or leave the one that is on."""
        showing = self._session.showing
        if showing.on:
            showing.leave()
        else:
            self.starting.leave()
            showing.enter()

    def show_setting(self, key: str) -> None:
        """Go to a setting on the Presets page, by its dotted key."""
        self.show_page("presets")
        self._built["presets"].show_setting(key)

    def escape(self) -> None:
        """Esc: the start page makes way; then a generation ends, then the music."""
        if self.starting.shown:
            self.starting.leave()
        else:
            self._session.escape()

    def leave(self) -> None:
        """Close for good: everything behind the window has ended."""
        self._leaving = True
        self.osc.close()
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._leaving:
            event.accept()
            return
        # Player and worker end first, on the running loop; then the window closes itself.
        event.ignore()
        if self._session.live.stop():
            self._close_after_live = True
            return
        self.projects.settle_changes(self._settle_runs)

    def _follow_live(self) -> None:
        """What was played live is kept first, one moment later it is a take."""
        if self._close_after_live and not self._session.live.on:
            self._close_after_live = False
            QTimer.singleShot(0, self.close)

    def _settle_runs(self) -> None:
        settle_runs(self, Places.usual().runs, self._agree)

    def _agree(self) -> None:
        self._settings.setValue("geometry", self.saveGeometry())
        self._settings.sync()
        self.closing_agreed.emit()

    def _lay_out(self) -> None:
        centre = QWidget()
        column = QVBoxLayout(centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.transport)
        column.addWidget(self.stack, 1)
        self.layers.addWidget(centre)
        self.setCentralWidget(self.layers)

    def _show_name(self) -> None:
        self.setWindowTitle(f"{self._session.project_name}[*] - PSYCHOSCORE")
        self.setWindowModified(self._session.dirty)

    def _restore(self) -> None:
        geometry = self._settings.value("geometry")
        if geometry is None or not self.restoreGeometry(geometry):
            screen = self.screen().availableGeometry().size()
            self.resize(QSize(1440, 900).boundedTo(screen))


def _is_there(module: str) -> bool:
    return importlib.util.find_spec(module) is not None
