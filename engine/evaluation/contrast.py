"""Q11: the contrastive space on real clips that its encoders never heard.

Profiles that lie far apart should have music that lies far apart; and the nearest clip of
another song should have been put into the same quadrant by people. Both stand beside the plain
cosine of standardised features, which needs no training.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
import torch
from numpy.typing import NDArray

from engine.composing.bar_features import Floats
from engine.composing.heard import hear, stacked
from engine.data.emopia import QUADRANTS
from engine.errors import PsychoscoreError
from engine.evaluation.corpora import Corpus
from engine.evaluation.extracts import cut, entry_score
from engine.evaluation.parts import Materials
from engine.evaluation.rows import EvaluationEvent, Measured, Progress, Row, missing
from engine.evaluation.statistics import bootstrap, spearman, wilson
from engine.listener import Listener, load_listener
from engine.measuring.reference import Reference
from engine.resources import resource
from engine.score import Score
from engine.training.excerpts import profile_distances, unit_profiles
from models.encoders import Encoders
from models.reranker import summary

ENCODERS = "encoders/open"
ORDER_GOAL, QUADRANT_GOAL = 0.75, 0.50
EXCERPT_BARS, EXCERPTS_A_SONG = 16, 4
_NAMES = {
    "pop909": "space, POP909 validation",
    "emopia": "space, EMOPIA val",
    "labels": "space, EMOPIA val by human label",
    "quadrant": "nearest clip of another song, same quadrant",
}
_ROUNDS, _SEED = 200, 11


@dataclass(frozen=True, slots=True, eq=False)
class RealClips:
    """N clips.

    Args:
        features: of each, (bars, features).
        profiles: (N, 4) as our estimator measures them, each dimension in [0, 1].
        songs: one a clip.
        quadrants: people's word for each, or None.
    """

    features: tuple[Floats, ...]
    profiles: Floats
    songs: NDArray[np.str_]
    quadrants: tuple[str | None, ...]

    @property
    def foreign(self) -> NDArray[np.bool_]:
        """(N, N) which pairs are of two songs."""
        return np.asarray(self.songs[:, None] != self.songs[None, :])

    def labelled(self) -> Floats:
        """Profiles by people's word: the place within a quadrant's range is the measured one;
        what people did not speak of is unknown."""
        told = self.profiles.copy()
        told[:, 2:] = np.nan
        for row, name in zip(told, self.quadrants, strict=True):
            if name is not None:
                quadrant = QUADRANTS[name]
                for column, (low, high) in enumerate((quadrant.trauma, quadrant.entropy)):
                    row[column] = low + (high - low) * row[column]
        return told


def measure_contrast(materials: Materials) -> Iterator[EvaluationEvent]:
    """The Q11 rows."""
    try:
        encoders = load_listener(resource(ENCODERS), "encoders")
    except PsychoscoreError as error:
        yield from map(Measured, _missing(error.message, *_NAMES))
        return
    for source, names in (("pop909", ("pop909",)), ("emopia", ("emopia", "labels", "quadrant"))):
        corpus = materials.corpora.get(source)
        if corpus is None:
            yield from map(Measured, _missing(materials.archives.why_missing(source), *names))
            continue
        clips = real_clips(corpus)
        yield Progress(f"Q11, {source}", len(clips.songs), len(clips.songs))
        yield from map(Measured, contrast_rows(encoders, clips, source))


def real_clips(corpus: Corpus) -> RealClips:
    """What was held out of a corpus: EMOPIA's clips whole, of songs a few excerpts."""
    reference = Reference.load()
    features, profiles, songs, quadrants = [], [], [], []
    for entry in corpus.shards.split("validation"):
        score = entry_score(corpus.shards, entry)
        for part in _parts(score, whole=entry.quadrant is not None):
            heard = hear(part, reference)
            features.append(heard.features)
            profiles.append(heard.estimate.whole.values())
            songs.append(entry.song)
            quadrants.append(entry.quadrant)
    if not songs:
        raise PsychoscoreError(f"{corpus.source} has no clips that were held out.")
    found = unit_profiles(np.array(profiles))
    return RealClips(tuple(features), found, np.array(songs), tuple(quadrants))


def _parts(score: Score, *, whole: bool) -> Sequence[Score]:
    if whole:
        return (score,)
    cuts = tuple(cut(score, EXCERPT_BARS))
    step = max(-(-len(cuts) // EXCERPTS_A_SONG), 1)
    return cuts[::step]


def contrast_rows(encoders: Listener, clips: RealClips, source: str) -> Iterator[Row]:
    """The rows of one source."""
    found, plain = cosines(encoders, clips), plain_cosines(clips)
    count = f"{len(clips.songs)} clips of {len(set(clips.songs.tolist()))} songs"
    told = [(source, clips.profiles, "measured profiles")]
    if any(clips.quadrants):
        told.append(("labels", clips.labelled(), "trauma and entropy within people's quadrants"))
    for name, profiles, what in told:
        yield _order_row(name, profiles, found, plain, clips.foreign, f"{count}, {what}")
    if any(clips.quadrants):
        yield _quadrant_row(clips, found, plain, count)


def cosines(encoders: Listener, clips: RealClips) -> Floats:
    """(N, N) cosines of the clips in the contrastive space."""
    network = cast(Encoders, encoders.network)
    with torch.no_grad():
        placed = network.midi(*stacked(clips.features))
    return np.asarray((placed @ placed.T).numpy())


def plain_cosines(clips: RealClips) -> Floats:
    """(N, N) cosines of mean and spread of the features, standardised over these clips."""
    seen = summary(*stacked(clips.features)).numpy()
    standard = (seen - seen.mean(axis=0)) / (seen.std(axis=0) + 1e-6)
    unit = standard / (np.linalg.norm(standard, axis=1, keepdims=True) + 1e-9)
    return np.asarray(unit @ unit.T)


def order(profiles: Floats, cosine: Floats, foreign: NDArray[np.bool_]) -> float:
    """Spearman of the distance of profiles with 1 - cosine, over pairs of two songs."""
    pairs = np.triu(foreign, 1)
    return spearman(profile_distances(profiles, profiles)[pairs], 1.0 - cosine[pairs])


def same_quadrant(clips: RealClips, cosine: Floats) -> NDArray[np.bool_]:
    """(N,) whether the nearest clip of another song has the same quadrant."""
    nearest = np.where(clips.foreign, cosine, -np.inf).argmax(axis=1)
    words = np.array([each or "" for each in clips.quadrants])
    return np.asarray(words[nearest] == words)


def _order_row(
    name: str,
    profiles: Floats,
    found: Floats,
    plain: Floats,
    foreign: NDArray[np.bool_],
    note: str,
) -> Row:
    def resampled(chosen: NDArray[np.int64]) -> float:
        pick = np.ix_(chosen, chosen)
        return order(profiles[chosen], found[pick], foreign[pick])

    value, beside = order(profiles, found, foreign), order(profiles, plain, foreign)
    row = Row(
        f"Q11.{name}",
        _NAMES[name],
        value,
        "rho",
        ratio=value / beside if beside > 0 else None,
        interval=bootstrap(len(profiles), resampled, rounds=_ROUNDS, seed=_SEED),
        note=f"{note}; plain features {beside:.3f}",
    )
    return row.at_least(ORDER_GOAL)


def _quadrant_row(clips: RealClips, found: Floats, plain: Floats, note: str) -> Row:
    right, beside = same_quadrant(clips, found), float(same_quadrant(clips, plain).mean())
    value = float(right.mean())
    row = Row(
        "Q11.quadrant",
        _NAMES["quadrant"],
        value,
        "share",
        ratio=value / beside if beside > 0 else None,
        interval=wilson(int(right.sum()), len(right)),
        note=f"{note}; plain features {beside:.3f}",
    )
    return row.at_least(QUADRANT_GOAL)


def _missing(why: str, *names: str) -> Iterator[Row]:
    for name in names:
        quadrant = name == "quadrant"
        row = missing(f"Q11.{name}", _NAMES[name], "share" if quadrant else "rho", why)
        yield row.at_least(QUADRANT_GOAL if quadrant else ORDER_GOAL)
