"""How the cue is played, on the desk: the pedal and dynamics of the Timeline, and one button with
performance amount, piano mode and controller. It carries; the session holds."""

from __future__ import annotations

from PySide6.QtCore import QObject

from app.compose.playing_button import PlayingButton
from app.compose.timeline.dynamics_strip import DynamicsStrip
from app.compose.timeline.hands_strip import HandsStrip
from app.compose.timeline.panel import TimelinePanel
from app.compose.timeline.pedal_strip import PedalStrip
from app.session import Session
from engine.errors import PsychoscoreError
from engine.hands import unplayable
from engine.performance.pedalling import Stroke, pedal_strokes
from engine.project.edits import (
    EditPedal,
    SetDynamics,
    SetDynamicsController,
    SetPerformance,
    SetPianoMode,
)


class Playing(QObject):
    """Ties strips and button to the session.

    Args:
        panel: where they are shown.
        session: whom wishes go to.
    """

    def __init__(self, panel: TimelinePanel, session: Session) -> None:
        super().__init__(panel)
        self._session = session
        state = panel.timeline.state
        self.pedal = PedalStrip(state, panel.timeline)
        self.dynamics = DynamicsStrip(state, panel.timeline)
        self.hands = HandsStrip(state, panel.timeline)
        self.button = PlayingButton()
        panel.timeline.add_strip(self.pedal)
        panel.timeline.add_strip(self.dynamics)
        panel.timeline.add_strip(self.hands)
        panel.tools.add(self.button)
        self.pedal.pedal_changed.connect(self._edit_pedal)
        self.dynamics.dynamics_changed.connect(
            lambda marks: self._commit(SetDynamics, dynamics=marks)
        )
        sheet = self.button.sheet
        sheet.amount_committed.connect(lambda amount: self._commit(SetPerformance, amount=amount))
        sheet.piano_toggled.connect(lambda on: self._commit(SetPianoMode, on=on))
        sheet.controller_chosen.connect(
            lambda number: self._commit(SetDynamicsController, controller=number)
        )
        session.cue_changed.connect(self.show)
        session.takes_changed.connect(self.show)
        session.generation_changed.connect(self.show)
        self.show()

    def show(self) -> None:
        """Show what the session holds."""
        session = self._session
        cue, current = session.cue, session.current_take
        self.dynamics.set_marks(cue.dynamics)
        busy = session.watching or session.live.on
        score = current.take.score if current and current.take and not busy else None
        self.pedal.set_strokes(pedal_strokes(score) if score else ())
        self.button.show_playing(cue.performance, cue.piano, cue.dynamics_controller)
        marked = cue.piano and score is not None
        self.hands.set_notes(unplayable(score.notes) if marked and score else ())

    def _edit_pedal(self, act: str, strokes: tuple[Stroke, ...]) -> None:
        session = self._session
        current = session.current_take
        if current is None:
            return
        try:
            edit = EditPedal.of(session.state, session.cue.id, current.id, act, strokes)  # type: ignore[arg-type]
        except PsychoscoreError as error:
            session.report(error)
            self.show()
            return
        session.commit(edit)

    def _commit(self, kind: type, **values: object) -> None:
        self._session.commit(kind(cue=self._session.cue.id, **values))
