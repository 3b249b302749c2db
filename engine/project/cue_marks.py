"""The small values that a cue is made of: marks on its bars, its start, its takes' labels.

Bars count from 1 and may be fractions where music can lie between bar lines. Every value is
frozen and strict; the cue file is these values as JSON.
"""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import Annotated, Any, Literal

from pydantic import (
    BeforeValidator,
    Field,
    GetCoreSchemaHandler,
    PlainSerializer,
    StringConstraints,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    model_validator,
)
from pydantic_core import CoreSchema, core_schema

from engine.config.schema import Hash, Name, Strict, Title
from engine.errors import PsychoscoreError
from engine.lanes import Lane
from engine.picture import HIGHEST_RATE, LOWEST_RATE, MOST_VOICES, DialogueLaw, HitKind
from engine.score import Key, Metre
from engine.take import MAXIMUM_BARS


def _sentence(value: Any, handler: ValidatorFunctionWrapHandler) -> Any:
    """Let a value's own complaint reach the reader together with its place in the file."""
    try:
        return handler(value)
    except PsychoscoreError as error:
        raise ValueError(str(error)) from error


def _read_key(value: Any) -> Any:
    return Key.parse(value) if isinstance(value, str) else value


def _read_metre(value: Any) -> Any:
    return Metre.parse(value) if isinstance(value, str) else value


KeyValue = Annotated[Key, BeforeValidator(_read_key), PlainSerializer(str, return_type=str)]
MetreValue = Annotated[
    Metre,
    BeforeValidator(_read_metre),
    WrapValidator(_sentence),
    PlainSerializer(str, return_type=str),
]


class LaneForm(Strict):
    """A lane as it stands in a file; the checks of its values are `Lane`'s own."""

    name: str
    points: tuple[tuple[float, float], ...]
    muted: bool = False


class _LaneSchema:
    """Reads a `Lane` from JSON through `LaneForm`, and takes a ready one as it is."""

    form = LaneForm

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        def build(form: LaneForm) -> Lane:
            try:
                return Lane(form.name, form.points, form.muted)
            except PsychoscoreError as error:
                raise ValueError(str(error)) from error

        form = core_schema.no_info_after_validator_function(build, handler(LaneForm))
        return core_schema.json_or_python_schema(
            json_schema=form,
            python_schema=core_schema.is_instance_schema(Lane),
            serialization=core_schema.plain_serializer_function_ser_schema(asdict),
        )


LaneValue = Annotated[Lane, _LaneSchema]
BarNumber = Annotated[int, Field(ge=1, le=MAXIMUM_BARS)]
BarPosition = Annotated[float, Field(ge=1, lt=MAXIMUM_BARS + 1)]
Tempo = Annotated[float, Field(ge=4, le=1000)]
Timecode = Annotated[str, StringConstraints(pattern=r"^\d{2}:[0-5]\d:[0-5]\d[:;]\d{2}$")]
FrameRate = Literal["23.976", "24", "25", "29.97", "29.97 DF", "30"]
TakeId = Annotated[str, StringConstraints(pattern=r"^\w[\w\-]{0,63}$")]
# Kinds of files from before hits were laws.
_OLD_KINDS = {"change": "chord", "start": "accent", "stop": "silence"}


def _present_kind(value: Any) -> Any:
    return _OLD_KINDS.get(value, value) if isinstance(value, str) else value


HitKindValue = Annotated[HitKind, BeforeValidator(_present_kind)]


class Start(Strict):
    """Where the cue begins: at a time code of the picture, and with a bar of the DAW's song."""

    timecode: Timecode = "00:00:00:00"
    frame_rate: FrameRate = "25"
    bar: BarNumber = 1

    @model_validator(mode="after")
    def _frames_fit(self) -> Start:
        frames = int(re.split("[:;]", self.timecode)[3])
        limit = {"23.976": 24, "29.97": 30, "29.97 DF": 30}.get(self.frame_rate)
        if frames >= (limit or int(self.frame_rate)):
            raise ValueError(f"{self.timecode} has more frames than {self.frame_rate} a second")
        return self


class TempoMark(Strict):
    """A tempo from a bar on; with `ramp` it glides evenly to the next mark."""

    bar: BarPosition
    bpm: Tempo
    ramp: bool = False


class Fermata(Strict):
    """A hold: `quarters` of music from `bar` on last `stretch` times as long."""

    bar: BarPosition
    quarters: Annotated[float, Field(gt=0, le=24)] = 1.0
    stretch: Annotated[float, Field(ge=1, le=16)] = 2.0


class MetreMark(Strict):
    """A metre from a bar on."""

    bar: BarNumber
    metre: MetreValue


class KeyMark(Strict):
    """A home key from a bar on; a key without a mode fixes the tonic alone."""

    bar: BarNumber
    key: KeyValue


class ChordMark(Strict):
    """A chord that the composer sets, such as `Dm7/A`, from a place on."""

    bar: BarPosition
    chord: Annotated[str, StringConstraints(pattern=r"^[A-G][#b]?[\w#+\-()]{0,16}(/[A-G][#b]?)?$")]


class SceneBlock(Strict):
    """What happens in the picture from one bar to another, both included."""

    first_bar: BarNumber
    last_bar: BarNumber
    title: Title

    @model_validator(mode="after")
    def _forwards(self) -> SceneBlock:
        if self.last_bar < self.first_bar:
            raise ValueError(f"scene {self.title!r} ends before it begins")
        return self


class LockedBars(Strict):
    """Bars, both included, that composing the cue leaves as they are."""

    first: BarNumber
    last: BarNumber

    @model_validator(mode="after")
    def _forwards(self) -> LockedBars:
        if self.last < self.first:
            raise ValueError(f"locked bars {self.first}-{self.last} end before they begin")
        return self


class HitPoint(Strict):
    """A moment that the music must meet; `timecode` where the picture fixes it."""

    bar: BarPosition
    kind: HitKindValue = "accent"
    title: Title = ""
    timecode: Timecode | None = None


class DialogueBlock(Strict):
    """Somebody speaks from one place in bars to another, the end not included."""

    first: BarPosition
    last: BarPosition
    text: Annotated[str, StringConstraints(max_length=2000)] = ""

    @model_validator(mode="after")
    def _forwards(self) -> DialogueBlock:
        if self.last <= self.first:
            raise ValueError(f"dialogue at bar {self.first:g} ends before it begins")
        return self


class DialogueSettings(Strict):
    """What notes that begin under dialogue obey; see `engine.picture.DialogueLaw`."""

    onset_rate: Annotated[float, Field(ge=LOWEST_RATE, le=HIGHEST_RATE)] = 2.0
    velocity: Annotated[int, Field(ge=1, le=127)] = 64
    voices: Annotated[int, Field(ge=1, le=MOST_VOICES)] = 3
    free_low: Annotated[int, Field(ge=0, le=127)] | None = 48
    free_high: Annotated[int, Field(ge=0, le=127)] | None = 67

    @model_validator(mode="after")
    def _lawful(self) -> DialogueSettings:
        try:
            self.law()
        except PsychoscoreError as error:
            raise ValueError(str(error)) from error
        return self

    def law(self) -> DialogueLaw:
        """The same as the engine reads it."""
        return DialogueLaw(**self.model_dump())


class PinnedTheme(Strict):
    """A theme of the project that this cue shall use, from a bar on where one is given."""

    theme: Name
    bar: BarNumber | None = None


class ModelReference(Strict):
    """A network by name and hash, never by path."""

    name: Name
    sha256: Hash


class OwnProfile(Strict):
    """The dimensions at rest that the cue sets itself; None follows the configuration."""

    trauma: Annotated[float, Field(ge=0, le=1)] | None = None
    entropy: Annotated[float, Field(ge=0, le=1)] | None = None
    rsi_real: Annotated[float, Field(ge=-1, le=1)] | None = None
    rsi_imaginary: Annotated[float, Field(ge=-1, le=1)] | None = None


class TakeLabel(Strict):
    """What the composer says about a take.

    `file` is the stem of the file that holds it since its notes were edited; before that the
    stem is the `id`.
    """

    id: TakeId
    title: Title = ""
    starred: bool = False
    file: TakeId | None = None

    @property
    def stem(self) -> str:
        """The name of its file, without `.mid`."""
        return self.file or self.id
