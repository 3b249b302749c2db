"""Knobs and faders of a MIDI controller in the hands of the composer: learning, and moving sliders.

What was learned lies in the project's settings. A sweep of knobs, of one or of several at once,
is one undo step, as a burst of the wheel is. It paints nothing and opens no port.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from app.session.following import Listening
from app.widgets.gesture import BURST_MS
from engine.controllers import (
    GO,
    Grip,
    Knob,
    bindings,
    forgotten,
    go_by_controller,
    go_by_note,
    knob_share,
    learned,
    no_go,
    share_of,
    sliders,
    turned,
    value_of,
)
from engine.playing.protocol import (
    CONTROLS_NAME,
    ControlMove,
    ControlsMoved,
    InputState,
    KeysStruck,
    PortChoice,
    Reply,
)
from engine.project.edits import AnyEdit

if TYPE_CHECKING:
    from app.session.session import Session


class Controlling(QObject):
    """The knobs of one session.

    Args:
        session: whose sliders they move.
        player: hears them.

    Signals:
        changed(): what is learned, what is being learned, the input, or which knob waits.
    """

    changed = Signal()

    def __init__(self, session: Session, player: Listening) -> None:
        super().__init__(session)
        self._session, self._player = session, player
        self._grips: dict[Knob, Grip] = {}
        self._moved: dict[str, float] = {}
        self.input = InputState("", open=False)
        self.learning = ""
        """The slider that waits for its knob, or an empty string."""
        self._burst = QTimer(self)
        self._burst.setSingleShot(True)
        self._burst.setInterval(BURST_MS)
        self._burst.timeout.connect(self.finish)
        self._shown: object = None
        session.settling.connect(self.finish)
        session.project_changed.connect(self._show)

    @property
    def bindings(self) -> Mapping[str, Knob]:
        """The knob of each slider that has one."""
        return bindings(self._session.state.settings)

    def waits(self, name: str) -> bool:
        """Whether the knob of a slider was turned and has not met its slider yet."""
        knob = self.bindings.get(name)
        grip = self._grips.get(knob) if knob is not None else None
        return grip is not None and not grip.holds

    def choose_input(self, name: str) -> None:
        """Hear an input by its name, our own virtual one, or "" for none."""
        kind = "none" if not name else "virtual" if name == CONTROLS_NAME else "named"
        self._player.listen(PortChoice(kind, name))  # type: ignore[arg-type]

    def learn(self, name: str) -> None:
        """Let the next knob that moves have this slider, or the next pedal or key say GO."""
        if not self.input.port:
            others = self._session.playback.following.inputs
            real = (each for each in others if "through" not in each.lower())
            self.choose_input(next(real, CONTROLS_NAME))
        self.learning = name
        self.changed.emit()

    def stop_learning(self) -> None:
        self.learning = ""
        self.changed.emit()

    def bind(self, name: str, knob: Knob) -> None:
        """Let a knob move a slider, and no other slider any more."""
        self._grips.pop(knob, None)
        self._session.commit(learned(self._session.state.settings, name, knob))

    def forget(self, name: str) -> None:
        """Let no knob move a slider, or nothing but keys say GO."""
        if name == GO:
            self._session.commit(no_go())
        elif name in self.bindings:
            self._session.commit(forgotten(name))

    def hear(self, reply: Reply) -> None:
        """Take in what the player hears."""
        match reply:
            case InputState():
                self.input = reply
                self.changed.emit()
            case ControlsMoved(moves):
                for move in moves:
                    self._turn(move)
            case KeysStruck(strokes) if self.learning == GO:
                struck = next((each for each in strokes if each.velocity), None)
                if struck is not None:
                    self._learn_go(go_by_note(struck.pitch))

    def turn(self, values: Mapping[str, float]) -> None:
        """Move sliders from afar: what follows soon belongs to the same undo step."""
        self._moved.update(values)
        self._session.preview_values(dict(self._moved))
        self._burst.start()

    def finish(self) -> None:
        """End the sweep, if one runs: it becomes one undo step."""
        self._burst.stop()
        moved, self._moved = self._moved, {}
        if moved:
            self._session.set_values(moved)

    def _turn(self, move: ControlMove) -> None:
        channel, controller, value = move
        knob, position = Knob(channel + 1, controller), knob_share(value)
        if self.learning == GO:
            self._learn_go(go_by_controller(controller))
            return
        if self.learning:
            name, self.learning = self.learning, ""
            self._grips[knob] = Grip(position)
            self._session.commit(learned(self._session.state.settings, name, knob))
            self.changed.emit()
            return
        for name in tuple(sliders(self._session.state.settings, knob)):
            before = self._grips.get(knob, Grip())
            grip = turned(before, position, share_of(name, self._value(name)))
            self._grips[knob] = grip
            if grip.gave is not None:
                self.turn({name: value_of(name, grip.gave)})
            if grip.holds != before.holds or before.position is None:
                self.changed.emit()

    def _learn_go(self, edit: AnyEdit) -> None:
        self.learning = ""
        self._session.commit(edit)
        self.changed.emit()

    def _value(self, name: str) -> float:
        """What a slider shows now."""
        asked = self._session.asked
        return asked.lanes.profile_at(asked.bar(self._session.position)).get(name)

    def _show(self) -> None:
        found = dict(self.bindings), self._session.settings.show
        if found != self._shown:
            self._shown = found
            self.changed.emit()
