"""The menu entries of live music and of passes: each is grey where it cannot act now."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu

from app.session import Session


class LiveEntries(QObject):
    """Adds its entries to a menu and keeps them true.

    Args:
        menu: whose entries they are.
        session: whom wishes go to.
    """

    def __init__(self, menu: QMenu, session: Session) -> None:
        super().__init__(menu)
        self._menu, self._session = menu, session
        live, passes = session.live, session.passes
        self.live = self._add("Play live", live.toggle, "Ctrl+L")
        self.hold = self._add("Hold the last bars", live.toggle_hold, "H")
        self.go = self._add("Go on from the held bars", live.go, "G")
        self.passes = self._add("Again each pass", passes.toggle, "Ctrl+R")
        self.keep = self._add("Keep this pass", passes.keep, "K")
        for signal in (
            live.changed,
            passes.changed,
            session.asking.changed,
            session.takes_changed,
            session.transport_changed,
            session.generation_changed,
            session.devices_changed,
        ):
            signal.connect(self._show)
        self._show()

    def _add(self, text: str, act: Callable[[], object], keys: str) -> QAction:
        action = self._menu.addAction(text)
        action.setShortcut(QKeySequence(keys))
        action.triggered.connect(lambda _checked=False: act())
        return action

    def _show(self) -> None:
        session = self._session
        live, passes = session.live.snapshot, session.passes.snapshot
        self.live.setText("Stop playing live" if live else "Play live")
        self.live.setEnabled(live is not None or session.live.can_start)
        self.hold.setText("Hold no longer" if live and live.hold else "Hold the last bars")
        self.hold.setEnabled(live is not None)
        self.go.setEnabled(live is not None and bool(live.hold))
        self.passes.setText("Stop composing each pass" if passes else "Again each pass")
        self.passes.setEnabled(passes is not None or session.passes.can_start)
        self.keep.setEnabled(passes is not None and passes.version > 1)
