"""Edits of what a cue itself says: feeling, tempo, length, key, picture, material."""

from __future__ import annotations

from typing import Any, Literal

from engine.lanes import Lane
from engine.measuring.attributes import ATTRIBUTE_INDEX, ATTRIBUTES
from engine.picture import Ending
from engine.profile import DIMENSION_BY_NAME
from engine.project.cue import AttributeName, Cue
from engine.project.cue_marks import (
    ChordMark,
    Fermata,
    HitPoint,
    KeyMark,
    LockedBars,
    MetreMark,
    ModelReference,
    OwnProfile,
    PinnedTheme,
    SceneBlock,
    Start,
    TempoMark,
)
from engine.project.edit import CueEdit

LaneName = Literal["trauma", "entropy", "rsi_real", "rsi_imaginary"]
Points = tuple[tuple[float, float], ...]


class SetProfileValue(CueEdit):
    """Set one dimension at rest; None lets it follow the configuration again."""

    kind: Literal["set_profile_value"] = "set_profile_value"
    name: LaneName
    value: float | None

    @property
    def target(self) -> tuple[str, ...]:
        return (type(self).__name__, self.cue, self.name)

    @property
    def text(self) -> str:
        return f"{'Reset' if self.value is None else 'Set'} {DIMENSION_BY_NAME[self.name].title}"

    def changes(self, cue: Cue) -> dict[str, Any]:
        own = {name: getattr(cue.profile, name) for name in OwnProfile.model_fields}
        return {"profile": OwnProfile(**own | {self.name: self.value})}


class SetLane(CueEdit):
    """Set the breakpoints `(bar, value)` of one lane; none removes the lane."""

    kind: Literal["set_lane"] = "set_lane"
    name: LaneName
    points: Points

    @property
    def target(self) -> tuple[str, ...]:
        return (type(self).__name__, self.cue, self.name)

    @property
    def text(self) -> str:
        title = DIMENSION_BY_NAME[self.name].title
        return f"Draw {title}" if self.points else f"Clear {title} Lane"

    def changes(self, cue: Cue) -> dict[str, Any]:
        old = next((lane for lane in cue.lanes if lane.name == self.name), None)
        muted = old.muted if old else False
        lane = Lane(self.name, self.points, muted) if self.points else None
        return {"lanes": _with_lane(cue, self.name, lane)}


class MuteLane(CueEdit):
    """Let a lane act or not; it is kept in both cases."""

    kind: Literal["mute_lane"] = "mute_lane"
    name: LaneName
    muted: bool

    @property
    def target(self) -> tuple[str, ...]:
        return (type(self).__name__, self.cue, self.name)

    @property
    def text(self) -> str:
        title = DIMENSION_BY_NAME[self.name].title
        return f"{'Mute' if self.muted else 'Unmute'} {title} Lane"

    def changes(self, cue: Cue) -> dict[str, Any]:
        lane = next((lane for lane in cue.lanes if lane.name == self.name), None)
        if lane is None:
            return {}
        return {"lanes": _with_lane(cue, self.name, Lane(lane.name, lane.points, self.muted))}


def _with_lane(cue: Cue, name: str, lane: Lane | None) -> tuple[Lane, ...]:
    lanes = {each.name: each for each in cue.lanes}
    lanes.pop(name, None)
    if lane is not None:
        lanes[name] = lane
    return tuple(lanes[each] for each in DIMENSION_BY_NAME if each in lanes)


class SetTempo(CueEdit):
    """Set the tempo marks and fermatas; none lets the tempo follow the configuration."""

    kind: Literal["set_tempo"] = "set_tempo"
    tempo: tuple[TempoMark, ...]
    fermatas: tuple[Fermata, ...] = ()

    @property
    def text(self) -> str:
        return "Set Tempo"

    def changes(self, cue: Cue) -> dict[str, Any]:
        return {"tempo": self.tempo, "fermatas": self.fermatas}


class SetBars(CueEdit):
    """Set the length in bars."""

    kind: Literal["set_bars"] = "set_bars"
    bars: int

    @property
    def text(self) -> str:
        return "Set Length"

    def changes(self, cue: Cue) -> dict[str, Any]:
        return {"bars": self.bars}


class SetKey(CueEdit):
    """Set the key map; no marks let the key follow the configuration."""

    kind: Literal["set_key"] = "set_key"
    keys: tuple[KeyMark, ...]

    @property
    def text(self) -> str:
        return "Set Key"

    def changes(self, cue: Cue) -> dict[str, Any]:
        return {"keys": self.keys}


class SetMetre(CueEdit):
    """Set the metres; no marks let the metre follow the configuration."""

    kind: Literal["set_metre"] = "set_metre"
    metres: tuple[MetreMark, ...]

    @property
    def text(self) -> str:
        return "Set Time Signature"

    def changes(self, cue: Cue) -> dict[str, Any]:
        return {"metres": self.metres}


class SetSeed(CueEdit):
    """Set the seed that chooses the music."""

    kind: Literal["set_seed"] = "set_seed"
    seed: int

    @property
    def text(self) -> str:
        return "Set Seed"

    def changes(self, cue: Cue) -> dict[str, Any]:
        return {"seed": self.seed}


class SetLocks(CueEdit):
    """Set which bars are locked; `act` says what was done, for the Edit menu."""

    kind: Literal["set_locks"] = "set_locks"
    act: Literal["lock", "unlock"]
    locked: tuple[LockedBars, ...] = ()

    @property
    def text(self) -> str:
        return f"{self.act.capitalize()} Bars"

    def changes(self, cue: Cue) -> dict[str, Any]:
        return {"locked": self.locked}


class SetPicture(CueEdit):
    """Set what ties the cue to the picture: start, scenes, hit points, ending, upbeat."""

    kind: Literal["set_picture"] = "set_picture"
    start: Start
    scenes: tuple[SceneBlock, ...] = ()
    hits: tuple[HitPoint, ...] = ()
    ending: Ending | None = None
    upbeat_ticks: int = 0

    @property
    def text(self) -> str:
        return "Edit Scenes and Hits"

    def changes(self, cue: Cue) -> dict[str, Any]:
        names = ("start", "scenes", "hits", "ending", "upbeat_ticks")
        return {name: getattr(self, name) for name in names}


class SetAsked(CueEdit):
    """Set which ranks of one attribute are asked for in single bars; none leaves it free."""

    kind: Literal["set_asked"] = "set_asked"
    name: AttributeName
    ranks: tuple[tuple[int, float], ...] = ()

    @property
    def target(self) -> tuple[str, ...]:
        return (type(self).__name__, self.cue, self.name)

    @property
    def text(self) -> str:
        index = ATTRIBUTE_INDEX.get(self.name)
        title = self.name if index is None else ATTRIBUTES[index].title
        return f"{'Ask for' if self.ranks else 'Free'} {title}"

    def changes(self, cue: Cue) -> dict[str, Any]:
        asked = {name: ranks for name, ranks in cue.asked.items() if name != self.name}
        return {"asked": {**asked, self.name: self.ranks} if self.ranks else asked}


class SetMaterial(CueEdit):
    """Set what the music is asked to be made of: chords, themes, attributes, texture, model."""

    kind: Literal["set_material"] = "set_material"
    chords: tuple[ChordMark, ...] = ()
    themes: tuple[PinnedTheme, ...] = ()
    attributes: dict[AttributeName, float] = {}
    texture: AttributeName | None = None
    model: ModelReference | None = None

    @property
    def text(self) -> str:
        return "Edit Material"

    def changes(self, cue: Cue) -> dict[str, Any]:
        names = ("chords", "themes", "attributes", "texture", "model")
        return {name: getattr(self, name) for name in names}
