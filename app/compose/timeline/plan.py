"""What the lanes of the plan show: planned and measured attributes of each bar, as plain values.

Ranks lie in [0, 1]; textures and chords are words over stretches of time. Nothing here knows Qt.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise

from app.wording import key_name
from engine.measuring.attributes import ATTRIBUTE_INDEX, ATTRIBUTES, Texture
from engine.measuring.chords import half_bars
from engine.measuring.comparison import Value, compare_attribute
from engine.measuring.reference import ProfileEstimate
from engine.score import CHORD_QUALITIES, Chord, Key, Score
from engine.take import Take

RANKED = ("onset_rate", "register", "velocity_mean", "polyphony", "dissonance")
WORDED = ("texture", "chords")
Ranks = tuple[tuple[int, float], ...]
_TEXTURES = tuple(Texture)
_ENDINGS = ("", "m", "7", "maj7", "m7", "dim", "aug", "sus")
_SUFFIXES = dict(zip(CHORD_QUALITIES, _ENDINGS, strict=True))


@dataclass(frozen=True, slots=True)
class Span:
    """A word from tick `start` to tick `end`."""

    start: int
    end: int
    word: str


@dataclass(frozen=True, slots=True)
class Plan:
    """Planned and measured, by lane name; one rank a bar, None where it is not known."""

    planned: Mapping[str, tuple[Value, ...]] = field(default_factory=dict)
    measured: Mapping[str, tuple[Value, ...]] = field(default_factory=dict)
    planned_words: Mapping[str, tuple[Span, ...]] = field(default_factory=dict)
    measured_words: Mapping[str, tuple[Span, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, take: Take, found: ProfileEstimate | None, chords: Sequence[Chord] = ()) -> Plan:
        """What a take remembers of its plan, and what was measured of its notes so far."""
        score, told = take.score, take.provenance.plan
        planned = {name: tuple(bar.get(name) for bar in told) for name in RANKED}
        words = {"texture": _planned_textures(take), "chords": _planned_chords(take)}
        if found is None:
            return cls(planned, {}, words, {})
        return cls(
            planned,
            {name: compare_attribute(take, found, name).measured for name in RANKED},
            words,
            {
                "texture": _spans(score.starts, map(_texture_words, found.measures.textures)),
                "chords": _chord_spans(score, chords),
            },
        )


def lane_title(name: str) -> str:
    """`Onsets`, `Texture`."""
    index = ATTRIBUTE_INDEX.get(name)
    return name.capitalize() if index is None else ATTRIBUTES[index].title


def with_rank(ranks: Ranks, bar: int, rank: float) -> Ranks:
    """These ranks with another one asked for in a bar."""
    kept = {**dict(ranks), bar: min(max(round(rank, 2), 0.0), 1.0)}
    return tuple(sorted(kept.items()))


def without_rank(ranks: Ranks, bar: int) -> Ranks:
    """These ranks with a bar left free."""
    return tuple(each for each in ranks if each[0] != bar)


def _planned_textures(take: Take) -> tuple[Span, ...]:
    names = []
    for bar in take.provenance.plan:
        index = bar.get("texture")
        known = index is not None and 0 <= index < len(_TEXTURES)
        names.append(_texture_words(_TEXTURES[int(index)]) if known and index is not None else "")
    return _spans(take.score.starts, names)


def _planned_chords(take: Take) -> tuple[Span, ...]:
    words: list[str] = []
    for bar in take.provenance.plan:
        for half in ("", "half_"):
            root, quality = bar.get(f"{half}chord_root"), bar.get(f"{half}chord_quality")
            known = root is not None and quality is not None and quality < len(CHORD_QUALITIES)
            if known and root is not None and quality is not None:
                tonic = take.score.key.tonic if take.score.key else 0
                words.append(chord_name(tonic + int(root), CHORD_QUALITIES[int(quality)]))
            else:
                words.append("")
    return _spans(half_bars(take.score).tolist(), words)


def _chord_spans(score: Score, chords: Sequence[Chord]) -> tuple[Span, ...]:
    ends = [*(chord.start for chord in chords[1:]), score.starts[-1]]
    return tuple(
        Span(chord.start, end, chord_name(chord.root, chord.quality))
        for chord, end in zip(chords, ends, strict=bool(chords))
        if chord.root is not None
    )


def chord_name(root: int, quality: str) -> str:
    """`Dm`, `B♭maj7`."""
    return key_name(Key(root % 12, None)) + _SUFFIXES.get(quality, quality)


def _texture_words(texture: Texture) -> str:
    return "melody" if texture is Texture.MELODY_ACCOMPANIMENT else texture.value.replace("_", " ")


def _spans(edges: Sequence[int], words: Iterable[str]) -> tuple[Span, ...]:
    """Equal words side by side become one span; no word leaves a gap."""
    placed = [Span(*edge, word) for edge, word in zip(pairwise(edges), words, strict=False)]
    runs = (list(run) for _, run in groupby(placed, key=lambda span: span.word))
    return tuple(Span(run[0].start, run[-1].end, run[0].word) for run in runs if run[0].word)
