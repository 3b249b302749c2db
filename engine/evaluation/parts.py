"""What a part of the evaluation is, and what every part may read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from engine.checkpoint import Model
from engine.evaluation.clips import ClipStore, Setting
from engine.evaluation.corpora import Archives, Corpus
from engine.evaluation.evaluator import Clips, Evaluator
from engine.evaluation.rows import EvaluationEvent
from engine.evaluation.sizes import Size


@dataclass(frozen=True, slots=True)
class Materials:
    """Everything that the parts share.

    Args:
        setting: the fixed setting of all rows.
        product: what `generate` does by default.
        corpora: the data sets that were found and that a chosen part needs, by source.
        clips, judge: the evaluator's real clips and the judge fitted on them, or None.
        why: the sentence that says why there is no judge.
        store: clips composed so far; parts that ask for the same clips share them.
    """

    model: Model
    size: Size
    setting: Setting
    product: Setting
    archives: Archives
    corpora: Mapping[str, Corpus]
    clips: Clips | None
    judge: Evaluator | None
    why: str
    store: ClipStore


@dataclass(frozen=True, slots=True)
class Part:
    """One part, such as Q5.

    Args:
        measure: yields its progress and its rows.
        needs: the data sets that must be read for it, where they are there.
    """

    measure: Callable[[Materials], Iterator[EvaluationEvent]]
    needs: tuple[str, ...] = ()
