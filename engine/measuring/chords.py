"""Chords found from the notes alone, one for each half bar in which something sounds.

Owns what is heard in a half bar (which pitch classes sound, which of them lie lowest, which the
half begins with), how well each of 96 chords explains it, and the smoothing in time. The weights
ship in `resources/chords.json`; `engine.measuring.fit_chords` makes them. Notes are weighed by
length and loudness. Everything is the same after transposition.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from engine.errors import PsychoscoreError
from engine.measuring.grid import Flags, Floats, Ints
from engine.resources import resource
from engine.score import CHORD_QUALITIES, Chord, Score

FEATURES = 36
_FORMAT = 1
_QUALITIES = len(CHORD_QUALITIES)
# A pitch so many semitones above the lowest of its half bar counts as bass by exp(-1).
_BASS_REACH = 4.0
# The lowest note of this first part of a half bar is what it stands on.
_BEGINNING = 0.12
# A shorter scrap (a note played a shade too long) never is the bass.
_SHORTEST_BASS = 0.08


@dataclass(frozen=True, slots=True, eq=False)
class ChordWeights:
    """What makes a chord likely.

    Args:
        source: what they were fitted on.
        weights: (36, 8) for each quality: pitch classes, bass and first bass from the root up.
        bias: (8,) of each quality.
        change: log odds of another chord at a half bar and at a bar line.
        trust: factor on what one half bar says against what its neighbours say.
    """

    source: str
    weights: Floats
    bias: Floats
    change: tuple[float, float]
    trust: float

    def to_json(self) -> str:
        """The file's text; `load` reads it back to four digits."""
        body = {
            "format": _FORMAT,
            "source": self.source,
            "weights": [[round(float(each), 4) for each in row] for row in self.weights],
            "bias": [round(float(each), 4) for each in self.bias],
            "change": [round(each, 4) for each in self.change],
            "trust": round(self.trust, 4),
        }
        return json.dumps(body).replace("], ", "],\n") + "\n"

    @classmethod
    def load(cls, path: Path | None = None) -> ChordWeights:
        """Read weights; None takes those that ship.

        Raises:
            PsychoscoreError: the file cannot be read or holds no weights of this version.
        """
        path = path or resource("chords.json")
        try:
            body = json.loads(path.read_text(encoding="utf-8"))
            weights = np.array(body["weights"], dtype=np.float64)
            bias = np.array(body["bias"], dtype=np.float64)
            half, bar = map(float, body["change"])
            made = cls(str(body["source"]), weights, bias, (half, bar), float(body["trust"]))
            sound = body["format"] == _FORMAT and weights.shape == (FEATURES, _QUALITIES)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise PsychoscoreError(f"{path} cannot be read as chord weights: {error}.") from error
        numbers = np.concatenate([weights.ravel(), bias.ravel(), [half, bar, made.trust]])
        if not sound or bias.shape != (_QUALITIES,) or not np.isfinite(numbers).all():
            raise PsychoscoreError(f"{path} does not hold chord weights of this version.")
        return made


def find_chords(score: Score, weights: ChordWeights | None = None) -> tuple[Chord, ...]:
    """The chords of a score, ascending, each other than the one before; none without notes.

    They begin at bar lines and half bars; where nothing sounds for a half bar there is a chord
    without a root.

    Args:
        weights: None for those that ship.
    """
    if not score.notes or not score.metres:
        return ()
    weights = weights or ChordWeights.load()
    edges = half_bars(score)
    heard = hear(score, edges)
    sounding: Flags = np.asarray(heard[:, 0].any(axis=1))
    likely = likelihoods(heard, weights) * weights.trust
    likely[~sounding] = 0.0
    # Every second edge is a bar line.
    odds = np.array([weights.change[1 - step % 2] for step in range(len(likely))])
    best = _smooth(likely, odds)
    found: list[Chord] = []
    for half, state in enumerate(best.tolist()):
        root, quality = divmod(state, _QUALITIES)
        start = int(edges[half])
        chord = Chord(root, CHORD_QUALITIES[quality], start)
        if not sounding[half]:
            chord = Chord(None, "", start)
        if not found or replace(found[-1], start=start) != chord:
            found.append(chord)
    return tuple(found)


def half_bars(score: Score) -> Ints:
    """(H + 1,) tick of each bar line and half bar, and of the end."""
    starts = np.array(score.starts, dtype=np.int64)
    edges = np.empty(2 * len(starts) - 1, dtype=np.int64)
    edges[::2] = starts
    edges[1::2] = (starts[:-1] + starts[1:]) // 2
    return edges


def hear(score: Score, edges: Ints) -> Floats:
    """(H, 3, 12) what each half bar holds: pitch classes, bass, first bass; rows sum to 1 or 0."""
    columns = np.array(
        [(note.onset, note.end, note.pitch, note.velocity) for note in score.notes], dtype=np.int64
    ).reshape(-1, 4)
    onset = np.maximum(columns[:, 0], edges[0])
    end = np.minimum(np.maximum(columns[:, 1], onset + 1), edges[-1])
    inside = end > onset
    onset, end, pitch, velocity = onset[inside], end[inside], *columns[inside, 2:].T
    first = np.searchsorted(edges, onset, side="right") - 1
    count = np.searchsorted(edges, end, side="left") - first
    # One row for each note and each half bar that it sounds in.
    note = np.repeat(np.arange(len(onset)), count)
    half = np.arange(len(note)) - np.repeat(np.cumsum(count) - count - first, count)
    begin = np.maximum(onset[note], edges[half])
    length = (edges[half + 1] - edges[half]).astype(np.float64)
    share = (np.minimum(end[note], edges[half + 1]) - begin) / length
    loudness = np.sqrt(velocity[note] / 127.0)
    high = pitch[note]
    lowest = _lowest(half, high, share > _SHORTEST_BASS, len(edges) - 1)
    near = np.exp(-np.maximum(high - lowest[half], 0) / _BASS_REACH)
    begins = begin - edges[half] < _BEGINNING * length
    stands_on = high == _lowest(half, high, begins, len(edges) - 1)[half]
    heard = np.zeros((len(edges) - 1, 3, 12))
    np.add.at(heard[:, 0], (half, high % 12), np.sqrt(share) * loudness)
    np.add.at(heard[:, 1], (half, high % 12), share * loudness * near)
    np.add.at(heard[:, 2], (half, high % 12), (begins & stands_on).astype(np.float64))
    whole: Floats = heard / np.maximum(heard.sum(axis=2, keepdims=True), 1e-9)
    return whole


def _lowest(half: Ints, pitch: Ints, counted: Flags, halves: int) -> Ints:
    """(H,) the lowest counted pitch of each half bar, 128 where none is."""
    found = np.full(halves, 128, dtype=np.int64)
    np.minimum.at(found, half[counted], pitch[counted])
    return found


def from_each_root(heard: Floats) -> Floats:
    """(H, 12, 36) what was heard, as seen from each of the twelve roots."""
    turned = (np.arange(12)[:, None] + np.arange(12)) % 12
    seen: Floats = heard[:, :, turned].transpose(0, 2, 1, 3).reshape(len(heard), 12, FEATURES)
    return seen


def likelihoods(heard: Floats, weights: ChordWeights) -> Floats:
    """(H, 96) log probability of each chord, `root * 8 + quality`, in each half bar alone."""
    scores = (from_each_root(heard) @ weights.weights + weights.bias).reshape(len(heard), -1)
    peak = scores.max(axis=1, keepdims=True)
    result: Floats = scores - peak - np.log(np.exp(scores - peak).sum(axis=1, keepdims=True))
    return result


def _smooth(likely: Floats, odds: Floats) -> Ints:
    """(H,) the likeliest path through `likely`, where a change at step h gains `odds[h]`."""
    steps = len(likely)
    back = np.zeros((steps, likely.shape[1]), dtype=np.int64)
    stay = np.arange(likely.shape[1])
    score = likely[0]
    for step in range(1, steps):
        best = int(score.argmax())
        changed = score[best] + odds[step]
        moves = changed > score
        back[step] = np.where(moves, best, stay)
        score = np.where(moves, changed, score) + likely[step]
    path = np.empty(steps, dtype=np.int64)
    path[-1] = int(score.argmax())
    for step in range(steps - 1, 0, -1):
        path[step - 1] = back[step, path[step]]
    return path
