"""The sheets of the window: help, keys, the model in use, and the search for commands."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.command_search import Command, CommandSearch
from app.compose.psyche_column import PsycheColumn
from app.controllers.sheet import ControllersSheet
from app.ear_test.sheet import EarTestSheet
from app.explained.sheet import Explained
from app.explained.why_sheet import WhySheet
from app.keys_sheet import KeysSheet
from app.model_sheet import ModelSheet
from app.projects.cue_list import CueListSheet
from app.session import ModelState, Session
from app.training.places import Places
from engine.training.install import model_names

EXPLAINS = "explains"
"""The property of a widget that names its dimension."""


class Sheets(QObject):
    """Opens dialogs over a window; none is waited for.

    Args:
        window: their parent.
        session: what they show.
    """

    setting_wanted = Signal(str)
    """A setting is to be seen on the Presets page, by its dotted key."""

    def __init__(self, window: QWidget, session: Session) -> None:
        super().__init__(window)
        self._window, self._session = window, session

    def explain_params(self, psyche: PsycheColumn) -> None:
        """Let sliders and pad lead to their explanations, by their menus and by F1."""
        psyche.pad.setProperty(EXPLAINS, "rsi_real")
        psyche.temperature.reason_requested.connect(self.why)
        for name, param in psyche.params.items():
            param.setProperty(EXPLAINS, name)
            param.explanation_requested.connect(lambda name=name: self.explain(name))
            param.reason_requested.connect(self.why)

    def help(self) -> None:
        """Explain the dimension under the keyboard, or show the keys."""
        widget = self._window.focusWidget()
        while widget is not None and widget.property(EXPLAINS) is None:
            widget = widget.parentWidget()
        if widget is None:
            self.keys()
        else:
            self.explain(str(widget.property(EXPLAINS)))

    def explain(self, name: str) -> None:
        """Open the page of a dimension, by its lane name."""
        Explained(name, self._session, self._window).open()

    def why(self) -> None:
        """Open why the values at the playhead are what they are."""
        sheet = WhySheet(self._session, self._window)
        sheet.setting_wanted.connect(self.setting_wanted)
        sheet.open()

    def keys(self) -> None:
        """Open the sheet of keys."""
        KeysSheet(self._window).open()

    def controllers(self) -> None:
        """Open what was learned of knobs and faders."""
        ControllersSheet(self._session, self._window).open()

    def cues(self) -> None:
        """Open the cue list beside the window, which goes on living; there is one at most."""
        found = self._window.findChild(CueListSheet)
        sheet = found or CueListSheet(self._session, self._window)
        sheet.show()
        sheet.raise_()
        sheet.activateWindow()

    def ear_test(self) -> None:
        """Open the ear test of the model in use, where one is there."""
        if self._session.model.state is ModelState.READY:
            EarTestSheet(self._session, self._window).open()

    def model(self) -> None:
        """Open what is known of the model in use."""
        places = Places.usual()
        models = model_names(places.shipped, places.models)
        sheet = ModelSheet(self._session.model, models, self._window)
        sheet.chosen.connect(self._session.use_model)
        sheet.open()

    def search(self, commands: tuple[Command, ...]) -> None:
        """Find a command by part of its name."""
        CommandSearch(commands, self._window).open()
