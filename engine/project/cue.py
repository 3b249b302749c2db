"""A cue: one piece of music in a project, and what is asked of the engine for it.

A cue holds only what the composer set in it. What it leaves open (tempo, metre, key, profile)
follows the resolved configuration, so that choosing a preset is heard. The notes of its takes
are not here: the cue only labels them.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from itertools import pairwise
from typing import Annotated, Any, Literal, TypeVar

from pydantic import Field, StringConstraints, model_validator

from engine.config.schema import Settings, Strict, Title
from engine.lanes import Lanes
from engine.picture import Dialogue, Ending, Hit
from engine.profile import DIMENSION_BY_NAME
from engine.project.cue_marks import (
    ChordMark,
    DialogueBlock,
    DialogueSettings,
    Fermata,
    HitPoint,
    KeyMark,
    LaneValue,
    LockedBars,
    MetreMark,
    ModelReference,
    OwnProfile,
    PinnedTheme,
    SceneBlock,
    Start,
    TakeId,
    TakeLabel,
    TempoMark,
)
from engine.project.picture_clock import hits_on_picture
from engine.project.playing_marks import (
    Amount,
    DynamicMark,
    DynamicsController,
)
from engine.project.reference_audio import ReferenceAudio
from engine.project.tempo import tempo_map
from engine.project.vamps import Vamp
from engine.score import Key, Metre, TempoMap
from engine.take import MAXIMUM_BARS, GenerationRequest

CueId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{12}$")]
CueNumber = Annotated[str, StringConstraints(pattern=r"^\w[\w.\-]{0,15}$")]
AttributeName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z_]{0,39}$")]
MAXIMUM_MARKS = 4096
SHORTEST_UPBEAT = 40
CueStatus = Literal["idea", "work", "review", "approved"]
AskedRanks = Annotated[
    tuple[tuple[Annotated[int, Field(ge=1)], Annotated[float, Field(ge=0, le=1)]], ...],
    Field(max_length=MAXIMUM_BARS),
]


class Cue(Strict):
    """One piece of music.

    Args:
        id: never changes, also when number and title do.
        number: as composers count, `1M3` or `Q12`; unique in the project.
        bars: length in whole bars; an upbeat lies before bar 1.
        upbeat_ticks: length of the upbeat, 480 a quarter note.
        tempo, metres, keys: marks in the order of their bars; empty follows the configuration.
        phrases: lengths in bars from bar 1 on; what they leave over is one more phrase, and
            those beyond the last bar come back when the cue is long enough again.
        profile: the dimensions at rest that the cue sets itself.
        lanes: curves over the bars that override the profile at rest.
        attributes: wished ranks in [0, 1] by attribute name.
        asked: the same for single bars: by attribute name, ascending `(bar, rank)`.
        ending: how the music ends; None leaves it to the network.
        dialogue: where somebody speaks, and `dialogue_law` what notes obey there.
        locked: bars that stay as they are in the takes that the cue is composed from.
        vamps: bars that repeat in a show until GO.
        performance: how far playing leaves what is written, 0 to 1.
        piano: compose what two hands can play.
        dynamics: the bars whose loudness is drawn; the others follow the psyche.
        status: how far the work on it is.
        approved: the take that was approved; one that is gone counts as none.
        reference: an audio file that lies under the timeline, to be heard and never exported.
        dynamics_controller: what carries the dynamics beside velocities; None is nothing.
    """

    format: Literal[1] = 1
    id: CueId
    number: CueNumber
    title: Title = ""
    start: Start = Start()
    bars: int = Field(default=16, ge=1, le=MAXIMUM_BARS)
    upbeat_ticks: int = Field(default=0, ge=0, lt=6 * 480)
    tempo: tuple[TempoMark, ...] = Field(default=(), max_length=MAXIMUM_MARKS)
    fermatas: tuple[Fermata, ...] = Field(default=(), max_length=MAXIMUM_MARKS)
    metres: tuple[MetreMark, ...] = Field(default=(), max_length=MAXIMUM_MARKS)
    keys: tuple[KeyMark, ...] = Field(default=(), max_length=MAXIMUM_MARKS)
    phrases: tuple[Annotated[int, Field(ge=1, le=MAXIMUM_BARS)], ...] = Field(
        default=(), max_length=MAXIMUM_BARS
    )
    chords: tuple[ChordMark, ...] = Field(default=(), max_length=MAXIMUM_MARKS)
    profile: OwnProfile = OwnProfile()
    lanes: tuple[LaneValue, ...] = ()
    scenes: tuple[SceneBlock, ...] = Field(default=(), max_length=MAXIMUM_MARKS)
    hits: tuple[HitPoint, ...] = Field(default=(), max_length=MAXIMUM_MARKS)
    ending: Ending | None = None
    dialogue: tuple[DialogueBlock, ...] = Field(default=(), max_length=MAXIMUM_MARKS)
    dialogue_law: DialogueSettings = DialogueSettings()
    themes: tuple[PinnedTheme, ...] = Field(default=(), max_length=64)
    seed: int = Field(default=0, ge=0, lt=2**63)
    model: ModelReference | None = None
    attributes: dict[AttributeName, Annotated[float, Field(ge=0, le=1)]] = Field(
        default={}, max_length=64
    )
    asked: dict[AttributeName, AskedRanks] = Field(default={}, max_length=64)
    texture: AttributeName | None = None
    locked: tuple[LockedBars, ...] = Field(default=(), max_length=MAXIMUM_MARKS)
    vamps: tuple[Vamp, ...] = Field(default=(), max_length=MAXIMUM_MARKS)
    performance: Amount = 0.0
    piano: bool = False
    dynamics: tuple[DynamicMark, ...] = Field(default=(), max_length=MAXIMUM_BARS)
    dynamics_controller: DynamicsController | None = None
    status: CueStatus = "idea"
    approved: TakeId | None = None
    reference: ReferenceAudio | None = None
    takes: tuple[TakeLabel, ...] = Field(default=(), max_length=MAXIMUM_MARKS)

    @model_validator(mode="after")
    def _in_order(self) -> Cue:
        for name in ("tempo", "fermatas", "metres", "keys", "chords", "dynamics"):
            bars = [mark.bar for mark in getattr(self, name)]
            if any(later <= earlier for earlier, later in zip(bars, bars[1:], strict=False)):
                raise ValueError(f"{name}: the marks must ascend bar by bar")
        for name, ranks in self.asked.items():
            if any(later[0] <= before[0] for before, later in pairwise(ranks)):
                raise ValueError(f"asked: the bars of {name} must ascend")
        if any(b.first <= a.last for a, b in zip(self.locked, self.locked[1:], strict=False)):
            raise ValueError("locked: the stretches must ascend and not overlap")
        if any(b.first <= a.last for a, b in pairwise(self.vamps)):
            raise ValueError("vamps: they must ascend and not overlap")
        for what, names in (
            ("lane", [lane.name for lane in self.lanes]),
            ("take", [take.id for take in self.takes]),
        ):
            if len(names) != len(set(names)):
                raise ValueError(f"a {what} is given twice")
        return self

    def replace(self, **changes: Any) -> Cue:
        """This cue with some fields changed, checked like a cue from a file.

        Raises:
            pydantic.ValidationError: a value is out of range.
        """
        return Cue(**{name: getattr(self, name) for name in Cue.model_fields} | changes)

    def label(self, take: str) -> TakeLabel | None:
        return next((label for label in self.takes if label.id == take), None)

    @property
    def approved_take(self) -> TakeLabel | None:
        """The take that was approved, where it is still there."""
        return self.label(self.approved) if self.approved else None

    def metre_per_bar(self, settings: Settings) -> tuple[Metre, ...]:
        """The metre of each bar from bar 1 on."""
        found = tuple(_mark_at(self.metres, bar) for bar in range(1, self.bars + 1))
        return tuple(mark.metre if mark else settings.metre() for mark in found)

    def key_at(self, settings: Settings, bar: int = 1) -> Key | None:
        """The home key of a bar, or None where it is free."""
        mark = _mark_at(self.keys, bar)
        return settings.with_mode(mark.key) if mark else settings.home_key()

    def resolved_lanes(self, settings: Settings) -> Lanes:
        """Profile at rest, the cue's own dimensions before the configuration's, and lanes."""
        profile = settings.profile_at_rest()
        for name in DIMENSION_BY_NAME:
            own = getattr(self.profile, name)
            if own is not None:
                profile = profile.replace(name, own)
        return Lanes(profile, self.lanes)

    def resolved_tempo(self, settings: Settings) -> TempoMap:
        """The tempo map in ticks from bar 1; ramps and fermatas are fine steps in it."""
        fermatas = [each for each in self.fermatas if each.bar < self.bars + 1]
        return tempo_map(self.tempo_marks(settings), fermatas, self.metre_per_bar(settings))

    def tempo_marks(self, settings: Settings) -> tuple[TempoMark, ...]:
        """The marks that hold, the first at bar 1; the one behind the end that a ramp leads to
        is among them."""
        inside = [mark for mark in self.tempo if mark.bar < self.bars + 1]
        if not inside or inside[0].bar > 1:
            inside.insert(0, TempoMark(bar=1, bpm=settings.music.tempo))
        behind = next((mark for mark in self.tempo if mark.bar >= self.bars + 1), None)
        return (*inside, behind) if behind is not None and inside[-1].ramp else tuple(inside)

    def key_changes(self, settings: Settings) -> tuple[tuple[int, Key], ...]:
        """The home keys that begin after bar 1, with their bars."""
        return tuple(
            (mark.bar, settings.with_mode(mark.key))
            for mark in self.keys
            if 1 < mark.bar <= self.bars
        )

    def upbeat(self, settings: Settings) -> int:
        """Ticks before bar 1, shorter than bar 1 whatever its metre is now."""
        return min(self.upbeat_ticks, self.metre_per_bar(settings)[0].ticks - SHORTEST_UPBEAT)

    def request(
        self, settings: Settings, take: int = 0, seed: int | None = None
    ) -> GenerationRequest:
        """What is asked of the engine for one take of this cue.

        Args:
            settings: the resolved configuration of the project.
            take: number among the takes asked for together, from 0.
            seed: another seed than the cue's own.
        """
        generation = settings.generation
        return GenerationRequest(
            lanes=self.resolved_lanes(settings),
            metres=self.metre_per_bar(settings),
            tempo_map=self.resolved_tempo(settings),
            key=self.key_at(settings),
            mode=None if self.key_at(settings) else settings.mode(),
            seed=self.seed if seed is None else seed,
            take=take,
            guidance=generation.guidance,
            top_p=generation.top_p,
            fixed_temperature=generation.fixed_temperature,
            temperature=settings.temperature_settings(),
            velocity_range=settings.music.velocity_range,
            attributes=tuple(sorted(self.attributes.items())),
            texture=self.texture,
            key_changes=self.key_changes(settings),
            upbeat_ticks=self.upbeat(settings),
            phrases=phrases_within(self.phrases, self.bars),
            hits=tuple(
                Hit(hit.bar, hit.kind)
                for hit in hits_on_picture(self, settings)
                if hit.bar < self.bars + 1
            ),
            ending=self.ending,
            dialogue=tuple(
                Dialogue(block.first, min(block.last, self.bars + 1))
                for block in self.dialogue
                if block.first < self.bars + 1
            ),
            dialogue_law=self.dialogue_law.law(),
            piano=self.piano,
            bar_attributes=tuple(
                (name, tuple(each for each in ranks if each[0] <= self.bars))
                for name, ranks in sorted(self.asked.items())
            ),
        )


_Mark = TypeVar("_Mark", MetreMark, KeyMark)


def _mark_at(marks: Sequence[_Mark], bar: int) -> _Mark | None:
    return next((mark for mark in reversed(marks) if mark.bar <= bar), None)


def phrases_within(phrases: Sequence[int], bars: int) -> tuple[int, ...]:
    """The phrases of so many bars; the last one that begins there is cut to fit."""
    found: list[int] = []
    for length in phrases:
        left = bars - sum(found)
        if left > 0:
            found.append(min(length, left))
    return tuple(found)


def new_cue(
    number: str,
    title: str = "",
    *,
    bars: int = 16,
    seed: int = 0,
    performance: float = 0.0,
) -> Cue:
    """A cue with an id that no other has.

    Raises:
        pydantic.ValidationError: number, title, bars, seed or performance is out of range.
    """
    return Cue(
        id=uuid.uuid4().hex[:12],
        number=number,
        title=title,
        bars=bars,
        seed=seed,
        performance=performance,
    )
