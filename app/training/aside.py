"""Short work off the GUI thread, such as copying a checkpoint; the answer comes back to it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QObject

from app.session.gui_thread import GuiThread
from engine.errors import PsychoscoreError

Answer = TypeVar("Answer")


class Aside(QObject):
    """Runs work on threads of its own."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._gui = GuiThread(self)

    def run(
        self,
        work: Callable[[], Answer],
        done: Callable[[Answer], object],
        failed: Callable[[PsychoscoreError], object],
    ) -> None:
        """Do `work` elsewhere, then call `done` or `failed` on the GUI thread."""

        def whole() -> None:
            try:
                answer = work()
            except PsychoscoreError as error:
                told = error
                self._gui.post(lambda: failed(told))
            else:
                self._gui.post(lambda: done(answer))

        threading.Thread(target=whole, name="training page", daemon=True).start()
