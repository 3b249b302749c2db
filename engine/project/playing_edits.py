"""Edits of how a cue is played: performance amount, piano mode, dynamics, and a take's pedal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Annotated, Any, Literal

from pydantic import Field

from engine.config.schema import Strict
from engine.performance.pedalling import Stroke, with_strokes
from engine.project.cue import Cue
from engine.project.edit import CueEdit
from engine.project.note_edits import FARTHEST_TICK
from engine.project.playing_marks import Amount, DynamicMark, DynamicsController
from engine.project.state import ProjectState
from engine.project.take_edits import MusicEdit
from engine.take import Take

_MOST_STROKES = 20_000


class SetPerformance(CueEdit):
    """Set how far playing leaves what is written: 0 not at all, 1 the most."""

    kind: Literal["set_performance"] = "set_performance"
    amount: Amount

    @property
    def text(self) -> str:
        return f"Set Performance to {self.amount:.0%}"

    def changes(self, cue: Cue) -> dict[str, Any]:
        return {"performance": self.amount}


class SetPianoMode(CueEdit):
    """Compose for two hands, or freely."""

    kind: Literal["set_piano_mode"] = "set_piano_mode"
    on: bool

    @property
    def text(self) -> str:
        return "Piano Mode" if self.on else "Leave Piano Mode"

    def changes(self, cue: Cue) -> dict[str, Any]:
        return {"piano": self.on}


class SetDynamics(CueEdit):
    """Set which bars have drawn dynamics; the others follow the psyche."""

    kind: Literal["set_dynamics"] = "set_dynamics"
    dynamics: tuple[DynamicMark, ...] = ()

    @property
    def text(self) -> str:
        return "Draw Dynamics" if self.dynamics else "Free Dynamics"

    def changes(self, cue: Cue) -> dict[str, Any]:
        return {"dynamics": self.dynamics}


class SetDynamicsController(CueEdit):
    """Set the controller that carries the dynamics beside the velocities; None sends none."""

    kind: Literal["set_dynamics_controller"] = "set_dynamics_controller"
    controller: DynamicsController | None

    @property
    def text(self) -> str:
        return f"Dynamics as CC {self.controller}" if self.controller else "Dynamics without CC"

    def changes(self, cue: Cue) -> dict[str, Any]:
        return {"dynamics_controller": self.controller}


class PedalStroke(Strict):
    """The sustain pedal goes down at a tick and up at a later one."""

    down: Annotated[int, Field(ge=-FARTHEST_TICK, le=FARTHEST_TICK)]
    up: Annotated[int, Field(ge=-FARTHEST_TICK, le=FARTHEST_TICK)]


class EditPedal(MusicEdit):
    """Set the strokes of a take's sustain pedal."""

    kind: Literal["edit_pedal"] = "edit_pedal"
    act: Literal["draw", "erase", "move"]
    strokes: tuple[PedalStroke, ...] = Field(default=(), max_length=_MOST_STROKES)

    @classmethod
    def of(
        cls,
        state: ProjectState,
        cue: str,
        take: str,
        act: Literal["draw", "erase", "move"],
        strokes: Iterable[Stroke],
    ) -> EditPedal:
        """The next edit of a take as the project has it now.

        Raises:
            PsychoscoreError: the take has no music.
        """
        return cls(
            **cls.place(state, cue, take),
            act=act,
            strokes=tuple(PedalStroke(down=down, up=up) for down, up in strokes),
        )

    @property
    def text(self) -> str:
        return f"{self.act.capitalize()} Pedal"

    def edited(self, take: Take) -> Take:
        strokes = [(each.down, each.up) for each in self.strokes]
        return replace(take, score=with_strokes(take.score, strokes))
