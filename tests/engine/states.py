"""Projects for tests: hand-made ones, and strategies that draw every corner of the format."""

from __future__ import annotations

from hypothesis import strategies as st

from engine.config.own import OwnSettings
from engine.lanes import Lane
from engine.profile import DIMENSIONS
from engine.project.cue import Cue, new_cue
from engine.project.cue_marks import (
    ChordMark,
    Fermata,
    HitPoint,
    KeyMark,
    MetreMark,
    ModelReference,
    OwnProfile,
    PinnedTheme,
    SceneBlock,
    Start,
    TakeLabel,
    TempoMark,
)
from engine.project.folder import ProjectState
from engine.score import METRES, Key, Metre, Note, Score, TempoMap, Voice
from engine.take import GenerationRequest, Provenance, Take

TITLES = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=20)
NAMES = st.from_regex(r"\A[A-Za-z][A-Za-z0-9_ -]{0,10}\Z")
FLOATS = {"allow_nan": False, "allow_infinity": False}


def make_take(seed: int = 7, number: int = 0, pitch: int = 60, bpm: float = 72.0) -> Take:
    """A take of one bar and two notes."""
    notes = (
        Note(0, 480, pitch, 80, Voice.MELODY),
        Note(480, 240, pitch - 12, 60, Voice.BASS),
    )
    tempo = TempoMap(((0, bpm),))
    request = GenerationRequest(metres=(Metre(),), tempo_map=tempo, seed=seed, take=number)
    score = Score(notes, (Metre(),), tempo, Key(2, "minor"))
    return Take(score, Provenance(request, "open", "0" * 64, (0.7,), ("POP909",), False, "0.1"))


def make_project(*, takes: int = 2) -> ProjectState:
    """Two cues, the first with takes."""
    cue = new_cue("1M3", "The letter", bars=4, seed=5).replace(
        takes=tuple(TakeLabel(id=f"take-{number}") for number in range(takes)),
        lanes=(Lane("trauma", ((1, 0.1), (3, 0.1), (3, 0.9))),),
    )
    notes = {f"take-{number}": make_take(number=number) for number in range(takes)}
    settings = OwnSettings().with_values({"name": "hamlet", "preset": "tragedy"})
    held = {cue.id: notes} if notes else {}
    return ProjectState(settings, (cue, new_cue("Q12")), held)


@st.composite
def _lanes(draw: st.DrawFn) -> tuple[Lane, ...]:
    lanes = []
    for dimension in DIMENSIONS:
        if draw(st.booleans()):
            bars = sorted(draw(st.lists(st.floats(1, 400, **FLOATS), min_size=1, max_size=4)))
            value = st.floats(dimension.minimum, dimension.maximum, **FLOATS)
            points = tuple((bar, draw(value)) for bar in bars)
            lanes.append(Lane(dimension.name, points, draw(st.booleans())))
    return tuple(lanes)


def _positions(last: float = 400) -> st.SearchStrategy[list[float]]:
    return st.lists(st.floats(1, last, **FLOATS), unique=True, max_size=4).map(sorted)


def _bars() -> st.SearchStrategy[list[int]]:
    return st.lists(st.integers(1, 512), unique=True, max_size=4).map(sorted)


@st.composite
def cues(draw: st.DrawFn, number: str = "1M1", take_ids: tuple[str, ...] = ()) -> Cue:
    """A cue that uses any part of the format."""
    tempos = st.floats(4, 1000, **FLOATS)
    keys = st.builds(Key, st.integers(0, 11), st.sampled_from([None, "major", "minor"]))
    unit = st.floats(0, 1, **FLOATS)
    return new_cue(number, draw(TITLES), bars=draw(st.integers(1, 512))).replace(
        start=Start(timecode="01:02:03:04", frame_rate=draw(st.sampled_from(["24", "29.97 DF"]))),
        upbeat_ticks=draw(st.integers(0, 2879)),
        tempo=tuple(
            TempoMark(bar=bar, bpm=draw(tempos), ramp=draw(st.booleans()))
            for bar in draw(_positions())
        ),
        fermatas=tuple(Fermata(bar=bar) for bar in draw(_positions())),
        metres=tuple(
            MetreMark(bar=bar, metre=draw(st.sampled_from(METRES))) for bar in draw(_bars())
        ),
        keys=tuple(KeyMark(bar=bar, key=draw(keys)) for bar in draw(_bars())),
        chords=tuple(
            ChordMark(bar=bar, chord=draw(st.sampled_from(["C", "F#m7b5", "Bb(add9)/D"])))
            for bar in draw(_positions())
        ),
        profile=OwnProfile(trauma=draw(st.none() | unit), rsi_real=draw(st.none() | unit)),
        lanes=draw(_lanes()),
        scenes=tuple(
            SceneBlock(first_bar=bar, last_bar=bar, title=draw(TITLES)) for bar in draw(_bars())
        ),
        hits=tuple(
            HitPoint(bar=bar, kind="stop", timecode="00:00:10:12") for bar in draw(_positions())
        ),
        ending=draw(st.sampled_from([None, "sting", "open"])),
        themes=(PinnedTheme(theme="Ophelia", bar=draw(st.none() | st.integers(1, 9))),),
        seed=draw(st.integers(0, 2**63 - 1)),
        model=draw(st.none() | st.just(ModelReference(name="open", sha256="a" * 64))),
        attributes=draw(st.dictionaries(st.sampled_from(["onset_rate", "leaps"]), unit)),
        texture=draw(st.sampled_from([None, "drone"])),
        takes=tuple(
            TakeLabel(id=each, title=draw(TITLES), starred=draw(st.booleans())) for each in take_ids
        ),
    )


@st.composite
def own_settings(draw: st.DrawFn) -> OwnSettings:
    """Settings that set some keys."""
    values = draw(
        st.fixed_dictionaries(
            {},
            optional={
                "name": TITLES,
                "preset": st.sampled_from([None, "tragedy"]),
                "temperature.base_temperature": st.floats(0, 3, **FLOATS),
                "profile.rsi.imaginary": st.floats(-1, 1, **FLOATS),
                "music.velocity_range": st.sampled_from([[1, 127], [40, 40]]),
                "music.key": st.sampled_from([None, "Dm", "F#"]),
            },
        )
    )
    own = OwnSettings().with_values(values)
    for name in draw(st.lists(NAMES, max_size=2)):
        own = own.with_value(f"presets.{name}.music.tempo", draw(st.floats(20, 300, **FLOATS)))
    return own


@st.composite
def projects(draw: st.DrawFn) -> ProjectState:
    """A project with up to two cues and their takes."""
    made: list[Cue] = []
    takes: dict[str, dict[str, Take]] = {}
    for number in draw(st.lists(st.sampled_from(["1M1", "1M10", "Q2"]), unique=True, max_size=2)):
        ids = tuple(draw(st.lists(st.sampled_from(["a", "b-2"]), unique=True)))
        cue = draw(cues(number, ids))
        made.append(cue)
        if ids:
            bpm = draw(st.floats(20, 300, **FLOATS))
            takes[cue.id] = {
                each: make_take(draw(st.integers(0, 2**63 - 1)), bpm=bpm) for each in ids
            }
    return ProjectState(draw(own_settings()), tuple(made), takes)
