"""OSC in, as the window has it: a switch and a port number of this user, and what wishes do."""

from __future__ import annotations

from PySide6.QtCore import QObject, QSettings, Signal
from PySide6.QtWidgets import QInputDialog, QMenu, QWidget

from app.session import Session
from app.session.gui_thread import GuiThread
from engine.errors import PsychoscoreError
from engine.osc import (
    HIGHEST_PORT,
    HOST,
    LOWEST_PORT,
    USUAL_PORT,
    OscInput,
    OscWish,
    SliderWish,
    WordWish,
)

ON, PORT = "osc/on", "osc/port"


class OscControl(QObject):
    """Off until it is switched on; it then listens again at the next start.

    Args:
        session: whom the wishes go to.
        settings: where the switch and the port number are remembered.

    Signals:
        changed(): it listens, or no more, or elsewhere.
    """

    changed = Signal()

    def __init__(self, session: Session, settings: QSettings, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._settings = session, settings
        self._gui = GuiThread(self)
        self._input: OscInput | None = None
        if self._settings.value(ON, False, type=bool):
            self.switch(True)

    @property
    def on(self) -> bool:
        return self._input is not None

    @property
    def port(self) -> int:
        """The port number that is or would be listened on."""
        port = self._settings.value(PORT, USUAL_PORT, type=int)
        return port if LOWEST_PORT <= port <= HIGHEST_PORT else USUAL_PORT

    def switch(self, on: bool) -> None:
        """Listen, or no longer."""
        self.close()
        if on:
            try:
                self._input = OscInput(
                    lambda wish: self._gui.post(lambda: self._take_in(wish)), self.port
                )
            except PsychoscoreError as error:
                self._session.report(error)
        self._settings.setValue(ON, self.on)
        self.changed.emit()

    def set_port(self, port: int) -> None:
        """Listen on another port number, if it listens."""
        self._settings.setValue(PORT, port)
        if self.on:
            self.switch(True)
        self.changed.emit()

    def close(self) -> None:
        """Listen no more; the switch stays as it is."""
        if self._input is not None:
            self._input.close()
            self._input = None

    def _take_in(self, wish: OscWish) -> None:
        if self._input is None:
            return  # it was on its way when the switch was turned
        session = self._session
        match wish:
            case SliderWish(name, value):
                session.controlling.turn({name: value})
            case WordWish("go"):
                session.go()
            case WordWish("stop") if session.transport.playing:
                session.stop()
            case WordWish("play") if not session.transport.playing:
                session.toggle_play()
            case WordWish("generate"):
                session.generate()


def add_osc_entries(menu: QMenu, control: OscControl, window: QWidget) -> None:
    """Add the switch and the port number."""
    switch = menu.addAction("")
    switch.setCheckable(True)
    switch.triggered.connect(control.switch)
    number = menu.addAction("OSC port…")
    number.triggered.connect(lambda: _ask(control, window))

    def show() -> None:
        switch.setText(f"OSC in on {HOST}, port {control.port}")
        switch.setChecked(control.on)

    control.changed.connect(show)
    show()


def _ask(control: OscControl, window: QWidget) -> None:
    dialog = QInputDialog(window)
    dialog.setObjectName("osc port")
    dialog.setWindowTitle("OSC port")
    dialog.setLabelText(
        "Programs on this machine send to /psychoscore/trauma, entropy, rsi_real, rsi_imaginary "
        "with a number,\nand to /psychoscore/play, stop, generate, go. Port number:"
    )
    dialog.setInputMode(QInputDialog.InputMode.IntInput)
    dialog.setIntRange(LOWEST_PORT, HIGHEST_PORT)
    dialog.setIntValue(control.port)
    dialog.intValueSelected.connect(control.set_port)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
