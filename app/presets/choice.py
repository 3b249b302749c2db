"""Choosing a preset: what it moves, what the cue holds against it, and doing it.

The preset itself is one value of the project; the sliders follow through the configuration,
except where the cue sets them itself.
"""

from __future__ import annotations

from typing import get_args

from app.presets.desk import Desk
from app.presets.sheet import PROFILE_KEYS, Sheet
from app.session import Session
from engine.profile import DIMENSION_BY_NAME
from engine.project.cue import Cue
from engine.project.cue_edits import LaneName
from engine.project.edits import (
    AnyEdit,
    ClearConfigValue,
    SetConfigValue,
    SetProfileValue,
    SetTempo,
)

_DIMENSIONS: tuple[LaneName, ...] = get_args(LaneName)


class PresetChoice:
    """Chooses presets for the project of a session.

    Args:
        session: has the cue whose sliders may move.
        desk: writes.
    """

    def __init__(self, session: Session, desk: Desk) -> None:
        self._session, self._desk = session, desk

    def held_by_cue(self, sheet: Sheet) -> tuple[str, ...]:
        """What the cue sets by hand and the shown preset would set too, in words."""
        if sheet.shown is None:
            return ()
        own, cue = sheet.shown.own, self._session.cue
        held = [
            DIMENSION_BY_NAME[name].title
            for name, key in PROFILE_KEYS.items()
            if own.sets(key) and getattr(cue.profile, name) is not None
        ]
        if own.sets("music.tempo") and has_one_tempo(cue):
            held.append("Tempo")
        return tuple(held)

    def stays_in_cue(self, sheet: Sheet) -> tuple[str, ...]:
        """What of the cue hides the shown preset however it is chosen, in words."""
        if sheet.shown is None:
            return ()
        own, cue = sheet.shown.own, self._session.cue
        stays = [
            f"the {DIMENSION_BY_NAME[lane.name].title} lane"
            for lane in cue.lanes
            if own.sets(PROFILE_KEYS[lane.name]) and not lane.muted
        ]
        if own.sets("music.tempo") and cue.tempo and not has_one_tempo(cue):
            stays.append("the tempo map")
        if own.sets("music.mode") and any(mark.key.mode for mark in cue.keys):
            stays.append("the mode of its key")
        return tuple(stays)

    def choose(self, sheet: Sheet, *, move_sliders: bool) -> None:
        """Choose the shown preset for the project, as one undo step.

        Args:
            sheet: shows the preset, or none to choose none.
            move_sliders: also let go what the cue sets by hand, see `held_by_cue`.

        Raises:
            PsychoscoreError: the layers would contradict each other.
        """
        name = sheet.shown.name if sheet.shown else None
        edits: list[AnyEdit] = self._releases(sheet) if move_sliders else []
        if name != sheet.chosen:
            falls_through = self._session.configuration.user.get("preset") == name
            if falls_through and name is None:
                edits.append(ClearConfigValue(key="preset"))
            else:
                edits.append(SetConfigValue(key="preset", value=name))
        self._desk.commit(*edits)

    def _releases(self, sheet: Sheet) -> list[AnyEdit]:
        cue, held = self._session.cue, self.held_by_cue(sheet)
        edits: list[AnyEdit] = [
            SetProfileValue(cue=cue.id, name=name, value=None)
            for name in _DIMENSIONS
            if DIMENSION_BY_NAME[name].title in held
        ]
        if "Tempo" in held:
            edits.append(SetTempo(cue=cue.id, tempo=(), fermatas=cue.fermatas))
        return edits


def has_one_tempo(cue: Cue) -> bool:
    """True where the cue sets one tempo for all of itself."""
    return len(cue.tempo) == 1 and cue.tempo[0].bar <= 1
