"""The way back to the GUI thread for what other threads have to say.

It owns nothing but the queue that Qt keeps; whoever posts does not wait.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal


class GuiThread(QObject):
    """Runs calls that are posted from any thread, in order, on the thread it was made on."""

    _posted = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        # Queued even from the GUI thread itself: one order for all, and no re-entrance.
        self._posted.connect(self._run, Qt.ConnectionType.QueuedConnection)

    def post(self, call: Callable[[], None]) -> None:
        """Have `call` run soon on the GUI thread."""
        self._posted.emit(call)

    def _run(self, call: Callable[[], None]) -> None:
        call()
