"""Puts the page of a show before the window while one is on."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QStackedWidget

from app.session import Session
from app.show.page import ShowPage


class Stage(QObject):
    """Owns the page.

    Args:
        layers: holds the desk; the page lies before it.
        session: whose show it is.
    """

    def __init__(self, layers: QStackedWidget, session: Session) -> None:
        super().__init__(layers)
        self._layers, self._session = layers, session
        self.page: ShowPage | None = None
        session.showing.changed.connect(self._follow)

    def _follow(self) -> None:
        on = self._session.showing.on
        if on and self.page is None:
            self.page = ShowPage(self._session)
            self._layers.addWidget(self.page)
            self._layers.setCurrentWidget(self.page)
            self.page.setFocus()
        elif not on and self.page is not None:
            page, self.page = self.page, None
            self._layers.removeWidget(page)
            page.deleteLater()
