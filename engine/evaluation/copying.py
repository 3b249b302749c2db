"""Q9: how much of what is composed stood in the training set, beside real music that did not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from engine.evaluation.copies import NOTES, Borrowed, CopyIndex, borrowed, pitch_line, token_line
from engine.evaluation.corpora import Corpus
from engine.evaluation.extracts import held_out_extracts
from engine.evaluation.parts import Materials
from engine.evaluation.quadrants import quadrant_plan
from engine.evaluation.rows import EvaluationEvent, Measured, Row, missing
from engine.evaluation.statistics import bootstrap
from engine.score import Score

ALLOWANCE = 0.02
_LINES = (("copied", "all voices", False), ("melody", "melody alone", True))
_BOOTSTRAP_SEED = 70


def measure_copying(materials: Materials) -> Iterator[EvaluationEvent]:
    """The Q9 rows, on the clips of Q3."""
    sources = materials.model.card.sources
    absent = [source for source in sources if source in ("pop909", "emopia")]
    absent = [source for source in absent if source not in materials.corpora]
    heard = [materials.corpora[source] for source in sources if source in materials.corpora]
    if absent or not heard:
        why = "; ".join(map(materials.archives.why_missing, absent))
        yield from map(Measured, _missing(why or "The model's training data is not there."))
        return
    plan = quadrant_plan(materials.setting, materials.size.clips, materials.size.bars)
    yield from materials.store.compose(plan.requests, "Q9, clips of four quadrants")
    composed = materials.store.of(plan.requests)
    real = [score for _, score in held_out_extracts(heard[0], materials.size.bars)]
    unread = sorted(set(sources) - {corpus.source for corpus in heard})
    for name, label, melody in _LINES:
        index = training_index(heard, melody=melody)
        found, beside = (_looked_up(each, index, melody=melody) for each in (composed, real))
        note = f"{len(composed)} clips against {' and '.join(each.source for each in heard)}, "
        note += f"{len(real)} held-out extracts; index {len(index.bits) / 1e6:.1f} MB"
        if unread:
            note += f"; not in the index: {', '.join(unread)}"
        yield from map(Measured, copy_rows(name, label, found, beside, note))


def training_index(corpora: Sequence[Corpus], *, melody: bool) -> CopyIndex:
    """Everything that the training parts of some data sets hold."""
    return CopyIndex.build(
        token_line(tokens, bars, melody=melody)
        for corpus in corpora
        for tokens, bars, _ in map(corpus.shards.piece, corpus.shards.split("train"))
    )


def _looked_up(scores: Sequence[Score], index: CopyIndex, *, melody: bool) -> list[Borrowed]:
    return [borrowed(pitch_line(score, melody=melody), index) for score in scores]


def copy_rows(
    name: str, label: str, found: Sequence[Borrowed], beside: Sequence[Borrowed], note: str
) -> Iterator[Row]:
    """Share and longest stretch of one kind of line, each beside held-out real music."""
    share, usual = _share(found), _share(beside)
    interval = bootstrap(
        len(found), lambda drawn: _share([found[at] for at in drawn]), seed=_BOOTSTRAP_SEED
    )
    row = Row(
        f"Q9.{name}",
        f"{NOTES}-note runs from the training set, {label}",
        share,
        "share",
        ratio=share / usual if usual else None,
        interval=interval,
        note=f"goal: held-out music and {ALLOWANCE:g}; {note}",
    )
    yield row.at_most(usual + ALLOWANCE)
    yield Row(f"Q9.{name}.held_out", f"the same, held-out real music, {label}", usual, "share")
    longest, most = (max((each.longest for each in some), default=0) for some in (found, beside))
    yield Row(
        f"Q9.{name}.longest",
        f"longest known stretch, {label}",
        float(longest),
        "notes",
        ratio=longest / most if most else None,
        note=f"held-out real music {most}; its runs may come from several pieces; "
        f"median of the clips {np.median([each.longest for each in found]):.0f}",
    )


def _share(clips: Sequence[Borrowed]) -> float:
    return sum(each.known for each in clips) / max(sum(each.runs for each in clips), 1)


def _missing(why: str) -> Iterator[Row]:
    for name, label, _ in _LINES:
        text = f"{NOTES}-note runs from the training set, {label}"
        yield missing(f"Q9.{name}", text, "share", why)
