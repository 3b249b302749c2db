"""The start page before the desk: shown at the beginning, gone at the first sign of work.

Projects are looked at on a thread of their own: a take on a slow disk must not hold the window.
"""

from __future__ import annotations

import contextlib
import threading
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QStackedWidget

from app.projects.dialogs import Projects
from app.projects.start_page import StartPage
from app.session import Session
from app.session.gui_thread import GuiThread
from engine.project.glance import Glance, glance


class Starting(QObject):
    """Owns the start page and takes its wishes where they belong.

    Args:
        layers: holds the desk; the page lies before it while it is shown.
        session: whose work it makes way for.
        projects: opens, makes and locates projects.
    """

    def __init__(self, layers: QStackedWidget, session: Session, projects: Projects) -> None:
        super().__init__(layers)
        self._layers, self._session, self._projects = layers, session, projects
        self.page: StartPage | None = None
        self._gui = GuiThread(self)
        self._wanted: tuple[Path, ...] = ()
        session.project_changed.connect(self.leave)
        session.generation_changed.connect(self.leave)

    @property
    def shown(self) -> bool:
        return self.page is not None

    def show(self) -> None:
        """Put the page before the desk."""
        if self.page is None:
            self.page = page = StartPage()
            page.new_wanted.connect(self._projects.new)
            page.open_wanted.connect(self._projects.open)
            page.demo_wanted.connect(self._projects.open_demo)
            page.chosen.connect(self._projects.open_folder)
            page.locating.connect(self._projects.locate)
            page.removed.connect(self._remove)
            self._layers.addWidget(page)
        self._layers.setCurrentWidget(self.page)
        self._list()

    def leave(self) -> None:
        """Back to the desk."""
        page, self.page, self._wanted = self.page, None, ()
        if page is not None:
            self._layers.removeWidget(page)
            page.deleteLater()

    def _remove(self, folder: Path) -> None:
        self._session.files.forget(folder)
        self._list()

    def _list(self) -> None:
        folders = self._session.files.recent()
        if self.page is not None:
            self.page.show_projects(folders)
            self._wanted = folders
            name = "recent projects"
            threading.Thread(target=self._look, args=(folders,), name=name, daemon=True).start()

    def _look(self, folders: tuple[Path, ...]) -> None:
        for folder in folders:
            if self._wanted is not folders:
                return
            seen = glance(folder)
            # The window may have gone in the meantime, and with it whoever wanted to know.
            with contextlib.suppress(RuntimeError):
                self._gui.post(lambda seen=seen: self._show(seen))

    def _show(self, seen: Glance) -> None:
        if self.page is not None:
            self.page.show_glance(seen)
