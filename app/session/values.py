"""What the session shows to others: frozen snapshots, each of one thing at one moment."""

from __future__ import annotations

import bisect
from dataclasses import dataclass, field, replace
from enum import Enum

from app.widgets.lamp import LampState
from engine.composed_by import ComposedBy
from engine.config.schema import Settings
from engine.hole import Hole
from engine.lanes import Lanes
from engine.project.cue import Cue
from engine.project.own_take import BY_HAND
from engine.project.played import played_score, playing_wish
from engine.score import Key, Metre, Note, Score, TempoMap, bar_starts
from engine.take import Provenance, Take
from engine.temperature import temperature_curve


class ModelState(Enum):
    LOADING = "loading"
    READY = "ready"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class ModelSnapshot:
    """The model in use, with the numbers of its card; `reason` says why there is none."""

    state: ModelState
    name: str
    hash: str = ""
    lineage: tuple[str, ...] = ()
    non_commercial: bool = False
    reason: str = ""
    metrics: tuple[tuple[str, float], ...] = ()
    by: ComposedBy | None = None


@dataclass(frozen=True, slots=True)
class CueSnapshot:
    """A cue and what it comes to under the settings of its project.

    `starts` are the ticks of each bar line and of the end.
    """

    cue: Cue
    settings: Settings
    metres: tuple[Metre, ...]
    starts: tuple[int, ...]
    tempo_map: TempoMap
    key: Key | None
    lanes: Lanes
    temperatures: tuple[float, ...]

    @classmethod
    def of(cls, cue: Cue, settings: Settings) -> CueSnapshot:
        metres, lanes = cue.metre_per_bar(settings), cue.resolved_lanes(settings)
        weights = settings.temperature_settings()
        return cls(
            cue,
            settings,
            metres,
            bar_starts(metres),
            cue.resolved_tempo(settings),
            cue.key_at(settings),
            lanes,
            temperature_curve(lanes.profiles(range(1, cue.bars + 1)), weights),
        )

    def bar(self, tick: float) -> float:
        """The place of a tick in bars from 1, with its fraction."""
        index = min(max(bisect.bisect_right(self.starts, tick) - 1, 0), len(self.metres) - 1)
        return index + 1 + max(tick - self.starts[index], 0.0) / self.metres[index].ticks


@dataclass(frozen=True, slots=True)
class TakeSnapshot:
    """One finished take: its file's stem, letter, label and music.

    `take` is None where its file is missing or broken. `stale` is true where Generate would be
    asked something else now.
    """

    id: str
    letter: str
    title: str
    starred: bool
    take: Take | None
    stale: bool = False

    @property
    def notes(self) -> tuple[Note, ...]:
        return self.take.score.notes if self.take else ()

    @property
    def starts(self) -> tuple[int, ...]:
        """The tick of each bar line and of the end."""
        return self.take.score.starts if self.take else (0, 1)

    @property
    def temperatures(self) -> tuple[float, ...]:
        """What each bar was drawn with."""
        return self.take.provenance.temperatures if self.take else ()

    @property
    def about(self) -> str:
        """Seed and match in a few words; the size where the match is not known."""
        if self.take is None:
            return "the file is missing or broken"
        told = self.take.provenance
        size = f"{len(self.notes)} note{'s' * (len(self.notes) != 1)}"
        known = f"match {told.match:.0%}" if told.match is not None else size
        known += f" of {told.best_of}" if told.best_of > 1 and told.match is not None else ""
        edited = "  ·  edited" if told.edits else ""
        if told.lineage == (BY_HAND,):
            return f"by hand  ·  {known}"
        if not told.model_hash:
            return f"brought in  ·  {known}{edited}"
        return f"seed {told.request.seed}  ·  {known}{edited}"

    @property
    def hint(self) -> str:
        """One sentence for the pointer."""
        if self.take is None:
            return "This take's file is missing or broken"
        psyche = "; older than its psyche: Generate makes a fresh one" if self.stale else ""
        edits = self.take.provenance.edits
        hand = f", edited {edits} times" if edits > 1 else ", edited once" if edits else ""
        made = self.take.provenance
        if made.lineage == (BY_HAND,):
            return "Written by hand"
        if not made.model_hash:
            return f"Brought in from {', '.join(made.lineage) or 'a file'}{hand}"
        composed = f"Composed by {made.model}{chosen_words(made)}{hand}{psyche}"
        return "\n".join(filter(None, (composed, shared_words(made))))


def shared_words(made: Provenance) -> str:
    """How much a take shares with the music that its model heard, as a sentence."""
    if made.shared is None:
        return ""
    if not made.shared:
        return "No run of twelve notes or more stands in the music its model heard"
    return f"Longest run shared with the music its model heard: {made.shared} notes"


def chosen_words(made: Provenance) -> str:
    """How a take was chosen and refined, to go on a sentence; empty for one that simply came."""
    words = ""
    if made.best_of > 1:
        order = {1: "best", 2: "second best"}.get(made.place, f"number {made.place}")
        words = f", {order} of {made.best_of} by its match"
    if made.refined:
        words += f", its weakest bars composed again {len(made.refined)} times"
    return words


@dataclass(frozen=True, slots=True)
class Held:
    """What the player was given: a take of the cue, and how it is played.

    `playing` is all that decides how it is played, `score` what comes of it.
    """

    id: str
    take: Take | None
    tempo_map: TempoMap
    end: int
    playing: tuple[object, ...] = ()
    score: Score | None = field(default=None, compare=False)

    @classmethod
    def of(cls, id: str, take: Take | None, asked: CueSnapshot, before: object = None) -> Held:
        """A take as it is played in a cue; `before` is returned where it is the same."""
        playing = playing_wish(asked.cue, asked.settings)
        held = cls(id, take, asked.tempo_map, asked.starts[-1], playing)
        if held == before and isinstance(before, Held):
            return before
        return replace(held, score=played_score(take, asked.cue, asked.settings) if take else None)

    def edits(self, before: Held) -> bool:
        """Whether this is the same take with other notes, or played otherwise."""
        return (self.id, self.tempo_map, self.end) == (before.id, before.tempo_map, before.end)


@dataclass(frozen=True, slots=True)
class GenerationSnapshot:
    """The running generation: how many of `bars` bars each of its takes has.

    `metres` are those of the whole result, `front` the bar that comes next to the first take,
    `holes` what is composed into music that stays; empty where all is new. `stage` says what is
    being done where it is not plain composing.
    """

    bars: int
    bars_done: tuple[int, ...]
    seed: int
    letters: tuple[str, ...]
    metres: tuple[Metre, ...]
    front: int
    holes: tuple[Hole, ...] = ()
    stage: str = ""

    @property
    def share(self) -> float:
        """How much of all takes is done, 0 to 1."""
        return sum(self.bars_done) / max(1, self.bars * len(self.bars_done))


@dataclass(frozen=True, slots=True)
class TransportSnapshot:
    """What is wished of the player and what it is doing."""

    playing: bool
    looping: bool
    loop: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class PortSnapshot:
    """The ports that can be chosen, the chosen one ("" for none), the lamp and the preview.

    `notice` and `audio_notice` say in one sentence what is wrong, or are empty; `priority` says
    how urgently the player runs, in the system's own words.
    """

    names: tuple[str, ...]
    chosen: str
    lamp: LampState
    audio: bool
    notice: str = ""
    audio_notice: str = ""
    priority: str = ""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something went wrong: a sentence, what to do, and details for a report."""

    message: str
    hint: str = ""
    details: str = ""
