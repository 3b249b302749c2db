"""The one schema of every setting: what a key is called, what it may hold, what it means.

Validation, forms, the command line and the shipped JSON Schema all derive from these models.
Their defaults are the System layer. Nothing here knows files or layers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from types import NoneType
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic.fields import FieldInfo
from pydantic.functional_validators import AfterValidator

from engine.profile import Profile
from engine.score import Key, Metre, Mode
from engine.temperature import TemperatureSettings


class Strict(BaseModel):
    """A frozen value read from untrusted JSON: no unknown keys, no conversions, no NaN."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


def _key_text(text: str) -> str:
    Key.parse(text)
    return text


def _velocity_range(value: tuple[int, int]) -> tuple[int, int]:
    if value[0] > value[1]:
        raise ValueError(f"{value[0]}-{value[1]} must run from soft to loud")
    return value


KeyText = Annotated[str, StringConstraints(max_length=16), AfterValidator(_key_text)]
Velocity = Annotated[int, Field(ge=1, le=127)]
MidiNumber = Annotated[int, Field(ge=0, le=127)]
ControllerNumber = Annotated[int, Field(ge=0, le=119)]
ParameterId = Literal["trauma", "entropy", "rsi_real", "rsi_imaginary"]
VelocityRange = Annotated[tuple[Velocity, Velocity], AfterValidator(_velocity_range)]
Hash = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
# A preset's or model's name is never a path and never holds the dot of a dotted key.
Name = Annotated[str, StringConstraints(pattern=r"^\w[\w \-]{0,63}$")]
Title = Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]


class TemperatureSection(Strict):
    """Weights of the temperature schedule."""

    base_temperature: float = Field(default=0.7, ge=0, le=3, title="Base temperature")
    entropy_weight: float = Field(default=0.5, ge=-3, le=3, title="Weight of entropy")
    trauma_weight: float = Field(
        default=0.3, ge=-3, le=3, title="Weight of trauma", description="Subtracted, once per unit."
    )
    rsi_imaginary_threshold: float = Field(default=0.5, ge=-1, le=1, title="Estrangement threshold")
    rsi_imaginary_boost: float = Field(default=0.1, ge=-3, le=3, title="Boost above the threshold")
    minimum: float = Field(default=0.4, ge=0.05, le=3, title="Lowest temperature")
    maximum: float = Field(default=1.5, ge=0.05, le=3, title="Highest temperature")

    @model_validator(mode="after")
    def _ordered(self) -> TemperatureSection:
        # A layer that sets only one of the two is judged when all layers are known.
        if {"minimum", "maximum"} <= self.model_fields_set and self.minimum > self.maximum:
            raise ValueError(f"minimum {self.minimum:g} lies above maximum {self.maximum:g}")
        return self


class RsiSection(Strict):
    """The complex RSI as two real numbers."""

    real: float = Field(
        default=0.0, ge=-1, le=1, title="Return", description="Breaks off - returns."
    )
    imaginary: float = Field(
        default=0.0, ge=-1, le=1, title="Estrangement", description="At home - estranged."
    )


class ProfileSection(Strict):
    """The profile at rest."""

    trauma: float = Field(default=0.5, ge=0, le=1, title="Trauma", description="Calm - wounded.")
    entropy: float = Field(
        default=0.5, ge=0, le=1, title="Entropy", description="Still - agitated."
    )
    rsi: RsiSection = Field(default=RsiSection(), title="RSI")


class MusicSection(Strict):
    """What a cue is played in where it says nothing itself."""

    mode: Literal["free", "minor", "major"] = Field(
        default="free", title="Mode", description="Used where the key names no mode itself."
    )
    tempo: float = Field(
        default=100.0, ge=20, le=300, title="Tempo", json_schema_extra={"unit": "quarters a minute"}
    )
    velocity_range: VelocityRange = Field(default=(1, 127), title="Velocity range")
    key: KeyText | None = Field(
        default=None,
        title="Key",
        description="D fixes the tonic, Dm and DM the mode too; null is free.",
    )
    time_signature: Literal["4/4", "3/4", "2/4", "5/4", "6/8", "7/8", "12/8"] = Field(
        default="4/4", title="Time signature"
    )
    bars: int = Field(
        default=16, ge=1, le=512, title="Length of a new cue", json_schema_extra={"unit": "bars"}
    )
    performance: float = Field(
        default=0.3,
        ge=0,
        le=1,
        title="Performance of a new cue",
        description="How far playing leaves what is written: 0 not at all, 1 the most.",
    )


class GenerationSection(Strict):
    """How the network is asked."""

    guidance: float | None = Field(
        default=None, ge=0, le=10, title="Guidance", description="Null leaves it to the model."
    )
    top_p: float = Field(default=0.95, gt=0, le=1, title="Top-p")
    fixed_temperature: float | None = Field(
        default=None,
        ge=0.05,
        le=3,
        title="Fixed temperature",
        description="Null follows the schedule.",
    )
    model: Name = Field(default="open", title="Model", description="A name, never a path.")
    shared_limit: int = Field(
        default=24,
        ge=12,
        le=1000,
        title="Longest run of known notes",
        description="A take that shares more with the music the model heard is offered again.",
        json_schema_extra={"unit": "notes"},
    )


class ShowSection(Strict):
    """How a show is run: what says GO, and how music fades."""

    go_note: MidiNumber | None = Field(
        default=None, title="Note that says GO", description="Null: no note does."
    )
    go_controller: ControllerNumber | None = Field(
        default=64, title="Controller that says GO", description="64 is the sustain pedal."
    )
    fade_seconds: float = Field(
        default=4.0, ge=0.1, le=60, title="Length of a fade", json_schema_extra={"unit": "seconds"}
    )
    fade_by: Literal["volume", "velocity"] = Field(
        default="volume",
        title="How a fade is made",
        description="Volume is controller 7; velocity makes the notes to come softer.",
    )


class ControllerBinding(Strict):
    """A knob or fader that moves a slider."""

    channel: Annotated[int, Field(ge=1, le=16)]
    controller: ControllerNumber


class Sections(Strict):
    """The settings that every layer may hold."""

    temperature: TemperatureSection = Field(default=TemperatureSection(), title="Temperature")
    profile: ProfileSection = Field(default=ProfileSection(), title="Profile")
    music: MusicSection = Field(default=MusicSection(), title="Music")
    generation: GenerationSection = Field(default=GenerationSection(), title="Generation")
    show: ShowSection = Field(default=ShowSection(), title="Show")


class PresetSettings(Sections):
    """What a preset file, or one of `presets`, may hold."""


class UserSettings(Sections):
    """What the user's own settings file may hold."""

    preset: Name | None = Field(default=None, title="Preset", description="Null chooses none.")
    presets: dict[Name, PresetSettings] = Field(default={}, title="Own presets", max_length=256)


class Settings(UserSettings):
    """What `psychoscore.json` may hold and, fully resolved, what the engine works with."""

    name: Title = Field(default="Untitled", title="Name of the project")
    controllers: dict[ParameterId, ControllerBinding] = Field(
        default={}, title="Controllers", description="By slider, the knob that moves it."
    )

    def profile_at_rest(self) -> Profile:
        section = self.profile
        return Profile(
            section.trauma, section.entropy, complex(section.rsi.real, section.rsi.imaginary)
        )

    def temperature_settings(self) -> TemperatureSettings:
        return TemperatureSettings(**self.temperature.model_dump())

    def home_key(self) -> Key | None:
        """The key, its mode filled from `music.mode` where the key leaves it free."""
        if self.music.key is None:
            return None
        return self.with_mode(Key.parse(self.music.key))

    def with_mode(self, key: Key) -> Key:
        """A key, its mode filled from `music.mode` where it names none itself."""
        return key if key.mode else Key(key.tonic, self.mode())

    def mode(self) -> Mode | None:
        """The mode of a free tonic, or None where it is free too."""
        return None if self.music.mode == "free" else self.music.mode

    def metre(self) -> Metre:
        return Metre.parse(self.music.time_signature)


LeafKind = Literal["number", "integer", "text", "choice", "key", "velocity_range"]


@dataclass(frozen=True, slots=True)
class Leaf:
    """One key that holds a value, with all that a form needs.

    `name` is dotted; `optional` says that null is allowed; `minimum` and `maximum` are
    inclusive, except `generation.top_p`, which must lie above 0.
    """

    name: str
    kind: LeafKind
    title: str
    description: str
    unit: str
    default: object
    optional: bool
    minimum: float | None
    maximum: float | None
    choices: tuple[str, ...]

    @property
    def section(self) -> str:
        """The dotted name of what it lies in, empty at the top."""
        return self.name.rpartition(".")[0]


def leaves(model: type[Strict] = Settings, prefix: str = "") -> tuple[Leaf, ...]:
    """Every leaf key of a model in the order of the schema, but presets and controllers."""
    return tuple(_walk(model, prefix))


def _walk(model: type[BaseModel], prefix: str) -> Iterator[Leaf]:
    for key, field in model.model_fields.items():
        inner = field.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            yield from _walk(inner, f"{prefix}{key}.")
        elif key not in ("presets", "controllers"):
            yield _leaf(f"{prefix}{key}", field)


def _leaf(name: str, field: FieldInfo) -> Leaf:
    options = get_args(field.annotation)
    optional = NoneType in options
    plain = next(each for each in options if each is not NoneType) if optional else None
    annotation = plain if optional else field.annotation
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    kind = _kind(name, annotation)
    bounds = {
        side: getattr(rule, side)
        for rule in field.metadata
        for side in ("ge", "gt", "le")
        if hasattr(rule, side)
    }
    low, high = bounds.get("ge", bounds.get("gt")), bounds.get("le")
    if kind == "velocity_range":
        low, high = 1, 127
    extra: Any = field.json_schema_extra or {}
    return Leaf(
        name,
        kind,
        field.title or name,
        field.description or "",
        extra.get("unit", ""),
        field.default,
        optional,
        low,
        high,
        get_args(annotation) if kind == "choice" else (),
    )


def _kind(name: str, annotation: object) -> LeafKind:
    if get_origin(annotation) is Literal:
        return "choice"
    if get_origin(annotation) is tuple:
        return "velocity_range"
    if annotation is float:
        return "number"
    if annotation is int:
        return "integer"
    return "key" if name.endswith("key") else "text"


def json_schema() -> dict[str, Any]:
    """The JSON Schema of `psychoscore.json`, for editors outside this program."""
    schema = Settings.model_json_schema()
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "PSYCHOSCORE project"
    return schema
