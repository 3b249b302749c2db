"""When unsaved work is kept: every 30 s, and when the composer turns to another program.

It knows when, not what or where; before each generation the session does it by itself.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication

AUTOSAVE_MS = 30_000


class Autosaving(QObject):
    """Calls `keep` until it is stopped.

    Args:
        interval_ms: how often.
    """

    def __init__(
        self,
        app: QGuiApplication,
        keep: Callable[[], None],
        parent: QObject | None = None,
        *,
        interval_ms: int = AUTOSAVE_MS,
    ) -> None:
        super().__init__(parent)
        self._keep, self._app = keep, app
        self._timer = QTimer(self)
        self._timer.setInterval(interval_ms)
        self._timer.timeout.connect(keep)
        self._timer.start()
        app.applicationStateChanged.connect(self._state_changed)

    def stop(self) -> None:
        """Keep nothing more."""
        self._timer.stop()
        self._app.applicationStateChanged.disconnect(self._state_changed)

    def _state_changed(self, state: Qt.ApplicationState) -> None:
        if state != Qt.ApplicationState.ApplicationActive:
            self._keep()
