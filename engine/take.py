"""What is asked of the engine, what it answers, and what a take remembers.

All values are frozen and survive JSON unchanged. Nothing here knows torch: the window, the
command line and the files all speak in these words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from itertools import accumulate, pairwise
from typing import Annotated

from pydantic import Field, TypeAdapter, ValidationError

from engine.errors import PsychoscoreError
from engine.hole import Hole
from engine.lanes import Lanes
from engine.picture import Dialogue, DialogueLaw, Ending, Hit
from engine.score import Key, Metre, Mode, Note, Score, TempoMap
from engine.temperature import TemperatureSettings

MAXIMUM_BARS = 512
MAXIMUM_TAKES = 16
MAXIMUM_ROUNDS = 256


@dataclass(frozen=True, slots=True)
class GenerationRequest:
    """One wish for one take.

    Args:
        lanes: profile at rest and the lanes over the bars.
        metres: one for each bar; the number of bars follows from it.
        key: home key, or None where it is free; a key without mode fixes the tonic alone.
        mode: mode of a free tonic, or None where it is free too; a key has its own.
        seed: chooses the music; the same request gives the same notes.
        take: number of this take among its siblings, from 0.
        guidance: strength of classifier-free guidance; None for the model's own default.
        top_p: nucleus of the distribution that is sampled from.
        scale_lean: nats taken from notes outside the home scale, where the music is at home.
        silent_bars: whether a bar may stay silent unasked; else something sounds in every bar whose
            texture is not asked to be silence.
        fixed_temperature: sample all bars at this temperature; None follows the schedule.
        velocity_range: notes are played within it.
        pitch_range: notes are composed within it, E1 to E7 where nothing is said: below and
            above a piano has hardly any pitch to hear, and guidance leans to extremes.
        attributes: wished ranks in [0, 1] of bar attributes by name, for all bars.
        key_changes: `(bar, key)`, ascending from bar 2: the home key from there on. A key
            without a mode keeps the mode before it.
        upbeat_ticks: length of the music before bar 1, 0 for none; shorter than bar 1.
        phrases: lengths of the phrases in bars, from bar 1 on; what they leave over is one more.
        piano: two hands can play every onset: five notes and a tenth each.
        hits: moments that the music meets, by bar; those beyond the last bar ask nothing.
        ending: how it ends, None to leave it to the network.
        dialogue: where notes obey `dialogue_law`.
        bar_attributes: the same for single bars, before those for all: for each name the
            `(bar, rank)` that are asked for, bars from 1; those beyond the last bar ask nothing.
        texture: name of a texture, or None where it is free.
    """

    lanes: Lanes = field(default_factory=Lanes)
    metres: tuple[Metre, ...] = (Metre(),) * 8
    tempo_map: TempoMap = field(default_factory=TempoMap)
    key: Key | None = None
    mode: Mode | None = None
    seed: int = 0
    take: int = 0
    guidance: float | None = None
    top_p: float = 0.95
    scale_lean: float = 2.0
    fixed_temperature: float | None = None
    temperature: TemperatureSettings = field(default_factory=TemperatureSettings)
    velocity_range: tuple[int, int] = (1, 127)
    pitch_range: tuple[int, int] = (28, 100)
    attributes: tuple[tuple[str, float], ...] = ()
    texture: str | None = None
    bar_attributes: tuple[tuple[str, tuple[tuple[int, float], ...]], ...] = ()
    silent_bars: bool = False
    key_changes: tuple[tuple[int, Key], ...] = ()
    upbeat_ticks: int = 0
    phrases: tuple[int, ...] = ()
    piano: bool = False
    hits: tuple[Hit, ...] = ()
    ending: Ending | None = None
    dialogue: tuple[Dialogue, ...] = ()
    dialogue_law: DialogueLaw = field(default_factory=DialogueLaw)

    def __post_init__(self) -> None:
        def check(holds: bool, message: str) -> None:
            if not holds:
                raise PsychoscoreError(message)

        bars = len(self.metres)
        check(1 <= bars <= MAXIMUM_BARS, f"{bars} bars asked for; 1 to {MAXIMUM_BARS} are allowed.")
        check(0 <= self.seed < 2**63, f"Seed {self.seed} must lie between 0 and 2^63 - 1.")
        check(0 <= self.take < MAXIMUM_TAKES, f"Take {self.take} must be below {MAXIMUM_TAKES}.")
        check(0.0 < self.top_p <= 1.0, f"top-p {self.top_p:g} must lie above 0 and up to 1.")
        check(0 <= self.scale_lean <= 20, f"Scale lean {self.scale_lean:g} must lie in 0-20.")
        if self.guidance is not None:
            check(
                0.0 <= self.guidance <= 10.0,
                f"Guidance {self.guidance:g} must lie between 0 and 10.",
            )
        if self.fixed_temperature is not None:
            check(
                0.05 <= self.fixed_temperature <= 3.0,
                f"Temperature {self.fixed_temperature:g} must lie between 0.05 and 3.",
            )
        check(self.key is None or self.mode is None, "A key has its mode; give one of the two.")
        self._check_time(check)
        low, high = self.velocity_range
        check(1 <= low <= high <= 127, f"Velocity range {low}-{high} must lie within 1-127.")
        low, high = self.pitch_range
        check(
            low >= 21 and low + 12 <= high <= 108,
            f"Pitch range {low}-{high} must span an octave or more within 21-108.",
        )
        for name, value in self.attributes:
            check(0.0 <= value <= 1.0, f"Attribute {name} is {value:g}; 0 to 1 is allowed.")
        for name, asked in self.bar_attributes:
            for bar, value in asked:
                check(1 <= bar <= MAXIMUM_BARS, f"Attribute {name}: there is no bar {bar}.")
                check(
                    0.0 <= value <= 1.0,
                    f"Attribute {name} is {value:g} in bar {bar}; 0 to 1 is allowed.",
                )

    def _check_time(self, check: Callable[[bool, str], None]) -> None:
        first = self.metres[0]
        changing = [1, *(bar for bar, _ in self.key_changes)]
        check(
            all(later > before for before, later in pairwise(changing)),
            "Key changes ascend bar by bar, from bar 2 on.",
        )
        check(
            0 <= self.upbeat_ticks < first.ticks,
            f"An upbeat of {self.upbeat_ticks} ticks must be shorter than bar 1 ({first}).",
        )
        check(all(each >= 1 for each in self.phrases), "A phrase has one bar at least.")

    @property
    def bars(self) -> int:
        return len(self.metres)

    @property
    def phrase_ends(self) -> tuple[int, ...]:
        """The last bar of each phrase within the music, without the end of the music."""
        return tuple(bar for bar in accumulate(self.phrases) if bar < self.bars)


@dataclass(frozen=True, slots=True)
class Refinement:
    """Bars of a take that were composed once more because they matched its wish least.

    Args:
        first, last: bars, from 1, both included.
        seed, take: what they were drawn with; all else is as the take's own request says.
    """

    first: Annotated[int, Field(ge=1, le=MAXIMUM_BARS)]
    last: Annotated[int, Field(ge=1, le=MAXIMUM_BARS)]
    seed: Annotated[int, Field(ge=0, lt=2**63)]
    take: Annotated[int, Field(ge=0, lt=MAXIMUM_TAKES)]


@dataclass(frozen=True, slots=True)
class Provenance:
    """Everything needed to make a take again, and every licence that it carries.

    `temperatures` has one number a bar; `lineage` names each data set and file used in making
    or choosing the take; `non_commercial` is true when one of them forbids commercial use.
    Of a take that was infilled or continued, `hole` is what was composed, `base` the hash of the
    music that stood before, and `request` the wish for its whole length.
    `match` is how near the reranker finds it to the wish, None where none listened.
    `edits` counts how often its notes were then changed by hand: with any, the request alone
    makes another music.
    `plan` has for each bar the ranks of the attributes that were planned, by name, and as class
    numbers its `texture`, and its chords relative to the home tonic: `chord_root` and
    `chord_quality` at the bar line, `half_chord_root` and `half_chord_quality` at the half bar.
    `best_of` counts the candidates that it was chosen from by its match, `place` says which of
    them it was in the order of their matches, and the `take` of its request which one won.
    `refined` lists the bars that were then composed once more, in order.
    `shared` is the longest run of notes that also stands in the music that the model was trained
    on, 0 where none does, None where nobody looked.
    """

    request: GenerationRequest
    model: str
    model_hash: str
    temperatures: tuple[float, ...]
    lineage: tuple[str, ...]
    non_commercial: bool
    version: str
    backend: str = "cpu"
    dtype: str = "float32"
    threads: int = 1
    batch: int = 1
    plan: tuple[Mapping[str, float], ...] = ()
    hole: Hole | None = None
    base: str = ""
    match: Annotated[float, Field(ge=0, le=1)] | None = None
    edits: Annotated[int, Field(ge=0)] = 0
    best_of: Annotated[int, Field(ge=1, le=MAXIMUM_TAKES)] = 1
    place: Annotated[int, Field(ge=1, le=MAXIMUM_TAKES)] = 1
    refined: Annotated[tuple[Refinement, ...], Field(max_length=MAXIMUM_ROUNDS)] = ()
    shared: Annotated[int, Field(ge=0)] | None = None


_PROVENANCE = TypeAdapter(Provenance)


def provenance_json(provenance: Provenance) -> str:
    return _PROVENANCE.dump_json(provenance).decode()


def parse_provenance(text: str) -> Provenance:
    """Read provenance that came with a file from anywhere: it is untrusted input.

    Raises:
        PsychoscoreError: it has not the form that this program writes.
    """
    try:
        return _PROVENANCE.validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise PsychoscoreError(f"The take's provenance is not valid at {place}.") from error


@dataclass(frozen=True, slots=True)
class Take:
    """The notes of one generation and how they came to be."""

    score: Score
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class InfillRequest:
    """One wish for one take in which a hole of a piece is composed anew.

    Args:
        wish: how the hole shall feel and be drawn. Its bars are those of the whole result, and
            lanes count them; a hole beyond the last bar of `base` is a continuation.
        base: the music as it stands; its own key, tempo and metres hold. Behind its end those
            of the wish do.
        origin: how the music came to be, None for music from elsewhere.
        source: name of the file that `base` was read from, for the lineage of foreign music.
    """

    wish: GenerationRequest
    base: Score
    hole: Hole
    origin: Provenance | None = None
    source: str = ""

    def __post_init__(self) -> None:
        bars, standing = len(self.wish.metres), len(self.base.metres)
        going_on = self.hole.first == standing + 1 and self.hole.last == bars
        if going_on and (self.hole.voices or self.hole.pitches or self.hole.keep_rhythm):
            raise PsychoscoreError("Music that goes on has no voices or rhythm to keep.")
        if not going_on and self.hole.last > standing:
            raise PsychoscoreError(
                f"There is no bar {self.hole.last}: the music has {standing} bars."
            )
        if bars != (self.hole.last if going_on else standing):
            raise PsychoscoreError(f"The wish is for {bars} bars, the music has {standing}.")

    @classmethod
    def into(cls, take: Take, wish: GenerationRequest, hole: Hole) -> InfillRequest:
        """A hole of a take that is there, filled as `wish` says; bars, tempo and key are the
        take's own."""
        score = take.score
        more = wish.metres[-1:] * (hole.last - len(score.metres))
        fitted = replace(
            wish,
            metres=score.metres + more,
            tempo_map=score.tempo_map,
            key=score.key,
            mode=None,
            key_changes=score.key_changes,
            upbeat_ticks=0,
        )
        return cls(fitted, score, hole, take.provenance)

    @property
    def continues(self) -> bool:
        """Whether new bars are added to the end."""
        return self.hole.first > len(self.base.metres)

    @property
    def bars(self) -> int:
        """Bars of the whole result."""
        return self.wish.bars

    @property
    def seed(self) -> int:
        return self.wish.seed


@dataclass(frozen=True, slots=True)
class RefineRequest:
    """One wish to compose the bars of a take that match its wish least again, until it is close.

    Args:
        base: the take; its own request says how it shall feel.
        until: match in (0, 1] at which it is close enough.
        rounds: tries before it is left as it is by then.
        locked: first and last bars, from 1, of what stays as it is.
    """

    base: Take
    until: float
    rounds: int = 8
    locked: tuple[tuple[int, int], ...] = ()

    def __post_init__(self) -> None:
        if not 0.0 < self.until <= 1.0:
            raise PsychoscoreError(f"Match {self.until:g} must lie above 0 and up to 1.")
        if not 1 <= self.rounds <= MAXIMUM_ROUNDS:
            raise PsychoscoreError(
                f"{self.rounds} rounds asked for; 1 to {MAXIMUM_ROUNDS} are allowed."
            )
        bars = len(self.base.score.metres)
        if bars != self.wish.bars:
            raise PsychoscoreError(f"The wish is for {self.wish.bars} bars, the take has {bars}.")

    @property
    def wish(self) -> GenerationRequest:
        return self.base.provenance.request

    @property
    def metres(self) -> tuple[Metre, ...]:
        return self.base.score.metres

    @property
    def bars(self) -> int:
        return self.wish.bars

    @property
    def seed(self) -> int:
        return self.wish.seed


ComposingRequest = GenerationRequest | InfillRequest | RefineRequest


def wish_of(request: ComposingRequest) -> GenerationRequest:
    """How the music that a request brings about shall feel and be drawn."""
    return request if isinstance(request, GenerationRequest) else request.wish


@dataclass(frozen=True, slots=True)
class NoteComposed:
    """A note is final and may sound. `bar` counts from 1."""

    take: int
    bar: int
    note: Note


@dataclass(frozen=True, slots=True)
class BarComposed:
    """A bar is final. `bar` counts from 1; `temperature` is what its tokens were drawn with."""

    take: int
    bar: int
    temperature: float
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class TakeComposed:
    """A take is complete."""

    take: int
    result: Take


@dataclass(frozen=True, slots=True)
class TakeRefined:
    """One round of refining a take is over; `result` is the best so far.

    `bars` were composed again, first and last, and `better` says whether that was kept.
    """

    take: int
    round: int
    rounds: int
    bars: tuple[int, int]
    better: bool
    result: Take


GenerationEvent = NoteComposed | BarComposed | TakeComposed | TakeRefined
