"""Ties the sliders of the left column to the knobs that move them."""

from __future__ import annotations

from PySide6.QtCore import QObject

from app.compose.psyche_column import PsycheColumn
from app.session import Session
from app.widgets.knob_badge import KnobView


class Knobs(QObject):
    """Badges on the sliders, and the wishes of their menus.

    Args:
        psyche: the sliders and the pad.
        session: whose `controlling` learns and forgets.
    """

    def __init__(self, psyche: PsycheColumn, session: Session) -> None:
        super().__init__(psyche)
        self._psyche, self._session = psyche, session
        controlling = session.controlling
        for name, param in psyche.params.items():
            param.learning_requested.connect(lambda name=name: self._learn(name))
            param.forgetting_requested.connect(lambda name=name: controlling.forget(name))
        psyche.pad.learning_requested.connect(self._learn)
        psyche.pad.forgetting_requested.connect(controlling.forget)
        psyche.write.toggled.connect(session.writing.switch)
        session.writing.changed.connect(lambda: psyche.write.setChecked(session.writing.on))
        controlling.changed.connect(self.show)
        self.show()

    def show(self) -> None:
        """Show which knob moves each slider."""
        for name, param in self._psyche.params.items():
            view = self._view(name)
            param.badge.show_knob(view)
            if name in self._psyche.pad.badges:
                # The slider below the pad says it; the pad's menu has to know it.
                self._psyche.pad.badges[name].view = view

    def _learn(self, name: str) -> None:
        controlling = self._session.controlling
        if controlling.learning == name:
            controlling.stop_learning()
        else:
            controlling.learn(name)

    def _view(self, name: str) -> KnobView:
        controlling = self._session.controlling
        port = controlling.input.port
        knob = controlling.bindings.get(name)
        text = knob.text if knob else ""
        if controlling.learning == name:
            hint = f"Move a knob or fader on {port}, or choose Stop MIDI learn by right click"
            return KnobView(text, learning=True, hint=hint)
        if knob is None:
            return KnobView()
        if not controlling.input.open:
            what = controlling.input.sentence or "no input is chosen in the MIDI menu"
            return KnobView(text, hint=f"{knob.place}: {what}")
        if controlling.waits(name):
            return KnobView(
                text, waiting=True, hint=f"{knob.place}: turn it to where the slider is"
            )
        return KnobView(text, hint=f"{knob.place} moves this slider. Right click to forget it")
