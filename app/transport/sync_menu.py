"""The menu of whose time counts: our own, a MIDI clock or a time code, and whom ours is sent to."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QInputDialog, QMenu

from app.session import Session
from engine.playing.protocol import INPUT_NAME, SyncSource, SyncState
from engine.take import MAXIMUM_BARS

LOCK_WORDS = {"off": "BPM", "searching": "Searching", "locked": "Locked", "lost": "Lost"}


class SyncMenu(QMenu):
    """Filled anew each time it opens, since programs come and go."""

    def __init__(self, session: Session, parent: QMenu) -> None:
        super().__init__("Follow", parent)
        self._session = session
        self.aboutToShow.connect(self.fill)

    def fill(self) -> None:
        """Show what can be followed now, and ask for the list anew."""
        self._session.rescan_ports()
        for menu in self.findChildren(QMenu):
            menu.deleteLater()
        self.clear()
        following = self._session.playback.following
        state = following.state
        self._add("Nobody: the project's own tempo", "internal", "", state)
        self._add("When the DAW runs (default)", "auto", INPUT_NAME, state)
        for source, title in (("clock", "MIDI clock"), ("timecode", "MIDI time code")):
            menu = self.addMenu(title)
            names = [INPUT_NAME, *following.inputs]
            if state.source == source and state.port not in names:
                names.append(state.port)
            for name in names:
                self._add(name, source, name, state, menu)  # type: ignore[arg-type]
        self.addSeparator()
        bar = self._session.cue.start.bar
        self.addAction(f"Bar 1 of the cue is bar {bar} of the DAW…").triggered.connect(self._ask)
        send = self.addAction("Send our clock to the MIDI port")
        send.setCheckable(True)
        send.setChecked(following.sends_clock)
        send.triggered.connect(following.send_clock)

    def _ask(self) -> None:
        """Ask for the DAW's bar."""
        dialog = QInputDialog(self.window())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle("Place in the DAW")
        dialog.setLabelText("Bar 1 of the cue is this bar of the DAW's song:")
        dialog.setInputMode(QInputDialog.InputMode.IntInput)
        dialog.setIntRange(1, MAXIMUM_BARS)
        dialog.setIntValue(self._session.cue.start.bar)
        dialog.intValueSelected.connect(self._session.set_song_bar)
        dialog.open()

    def _add(
        self, text: str, source: SyncSource, name: str, state: SyncState, menu: QMenu | None = None
    ) -> QAction:
        shown = f"{text} (virtual)" if text == INPUT_NAME else text
        action = (menu or self).addAction(shown)
        action.setCheckable(True)
        action.setChecked((state.source, state.port) == (source, name))
        following = self._session.playback.following
        action.triggered.connect(lambda _=False: following.follow(source, name))
        return action


def lock_hint(state: SyncState) -> str:
    """One sentence for the pointer: whom the tempo comes from, and how well."""
    if state.source == "internal":
        return "Tempo: drag up or down, or click and type"
    if state.sentence:
        return state.sentence
    if state.source == "auto" and state.lock == "off":
        return f"Tempo: drag up or down, or click and type; a DAW that sends to {state.port} leads"
    names = {"clock": "MIDI clock", "timecode": "MIDI time code", "auto": "the DAW"}
    whom = names.get(state.source, "")
    how = {"locked": "locked to", "lost": "lost, going on without", "searching": "waiting for"}
    return f"Following: {how.get(state.lock, 'waiting for')} {whom} on {state.port}"
