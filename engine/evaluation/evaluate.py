"""The whole evaluation of a model as a generator of frozen events.

Command line, window and tests consume the same events. It decides what is measured and in
which order; what a number means is each experiment's own.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import torch

from engine.checkpoint import Model
from engine.errors import PsychoscoreError
from engine.evaluation.clips import ClipStore, Setting
from engine.evaluation.corpora import WANTED, Archives, Corpus, read_corpus
from engine.evaluation.evaluator import Clips, Evaluator, cross_validate, evaluator_clips
from engine.evaluation.likelihood import measure_likelihood, missing_likelihood
from engine.evaluation.quadrants import (
    JUDGED,
    LABELS,
    measure_quadrants,
    measure_separation,
    missing_quadrants,
    share_of,
)
from engine.evaluation.rows import EvaluationEvent, Header, Measured, Progress, Row, missing
from engine.evaluation.sliders import Sweep, measure_sliders
from engine.evaluation.statistics import wilson

PARTS = ("Q1", "Q2", "Q3", "S1", "Q5")
REAL_GOALS = {"quadrant": 0.58, "arousal": 0.84, "valence": 0.72}
# The folds are dealt anew this often, since one deal moves a share by up to .02.
_DEALS = 5


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured.

    Args:
        windows: of each corpus for Q1 (0: all).
        clips, bars: of each quadrant, and the bars of a clip.
        floor_clips: of each quadrant with random weights.
        sweep: values, seeds and bars of a slider.
    """

    name: str
    windows: int
    clips: int
    bars: int
    floor_clips: int
    sweep: Sweep

    def with_clips(self, clips: int) -> Size:
        """This size with another number of clips.

        Raises:
            PsychoscoreError: fewer than 2 or more than 1,000.
        """
        if not 2 <= clips <= 1000:
            raise PsychoscoreError(f"{clips} clips of each quadrant; 2 to 1000 are allowed.")
        return replace(self, name=f"{self.name}, own clips", clips=clips)


QUICK = Size("quick", 12, 4, 8, 2, Sweep(values=5, seeds=2, bars=8))
DEFAULT = Size("default", 100, 20, 16, 5, Sweep(values=9, seeds=5, bars=8))
FULL = Size("full", 0, 100, 16, 20, Sweep(values=9, seeds=20, bars=16))


def evaluate(
    model: Model,
    archives: Archives,
    size: Size = DEFAULT,
    *,
    setting: Setting | None = None,
    parts: Sequence[str] = PARTS,
) -> Iterator[EvaluationEvent]:
    """Measure a model.

    Args:
        setting: None takes the model's own guidance and the fixed values of all reports.
        parts: which of `PARTS`.
    """
    setting = setting or Setting(model.card.guidance)
    yield Header(_settings(model, archives, size, setting))
    with TemporaryDirectory(prefix="psychoscore-", ignore_cleanup_errors=True) as folder:
        corpora = yield from _read(archives, Path(folder), parts)
        if "Q1" in parts:
            yield from _likelihood(model, archives, corpora, size)
        clips, judge, why = _judge(archives, corpora)
    if "Q2" in parts:
        yield from map(Measured, _real_rows(clips, why))
    store = ClipStore(model)
    if "Q3" in parts and judge is not None and clips is not None:
        yield from measure_quadrants(
            store, setting, judge, clips,
            clips=size.clips, floor_clips=size.floor_clips, bars=size.bars,
        )  # fmt: skip
    elif "Q3" in parts:
        yield from map(Measured, missing_quadrants(model, why))
    if "S1" in parts:
        yield from measure_separation(store, setting, clips=size.clips, bars=size.bars)
    if "Q5" in parts:
        yield from measure_sliders(store, setting, judge, size.sweep, why)


def _settings(
    model: Model, archives: Archives, size: Size, setting: Setting
) -> tuple[tuple[str, str], ...]:
    sweep = size.sweep
    data = ", ".join(path.name for _, path in archives.paths) or "none"
    return (
        ("model", f"{model.name} {model.hash}"),
        ("lineage", "; ".join(model.card.lineage) or "unknown"),
        *setting.words(),
        ("size", f"{size.name}: {size.clips} clips of {size.bars} bars a quadrant, "
                 f"{sweep.values} values x {sweep.seeds} seeds of {sweep.bars} bars a dimension"),
        ("data", data),
        ("threads", str(torch.get_num_threads())),
    )  # fmt: skip


def _read(
    archives: Archives, folder: Path, parts: Sequence[str]
) -> Generator[Progress, None, dict[str, Corpus]]:
    """The corpora that the parts need: POP909 serves Q1 alone."""
    corpora: dict[str, Corpus] = {}
    for source, path in archives.paths:
        if source == "emopia" or "Q1" in parts:
            corpora[source] = yield from read_corpus(path, folder / source)
    return corpora


def _likelihood(
    model: Model, archives: Archives, corpora: dict[str, Corpus], size: Size
) -> Iterator[EvaluationEvent]:
    yield from measure_likelihood(model, tuple(corpora.values()), limit=size.windows)
    for source in WANTED:
        if source not in corpora:
            yield Measured(missing_likelihood(source, archives.why_missing(source)))


def _judge(
    archives: Archives, corpora: dict[str, Corpus]
) -> tuple[Clips | None, Evaluator | None, str]:
    """The evaluator's clips and the judge fitted on them, or the sentence why there is none."""
    corpus = corpora.get("emopia")
    if corpus is None:
        return None, None, archives.why_missing("emopia")
    clips = evaluator_clips(corpus.evaluator, corpus.elsewhere)
    return clips, Evaluator.fit(clips), ""


def _real_rows(clips: Clips | None, why: str) -> Iterator[Row]:
    """Q2, the ceiling of Q3: real clips, each judged by a judge that heard none of its song."""
    deals = [] if clips is None else [cross_validate(clips, salt=str(n)) for n in range(_DEALS)]
    for name in JUDGED:
        id, label = f"Q2.{name}", f"real clips, {LABELS[name]}"
        if not deals:
            yield missing(id, label, "share", why).at_least(REAL_GOALS[name])
            continue
        shares = [float(share_of(deal, name).mean()) for deal in deals]
        value, count = sum(shares) / len(shares), len(deals[0].quadrant)
        note = f"{count} clips, five folds by song, {_DEALS} deals: " + ", ".join(
            f"{share:.3f}" for share in shares
        )
        interval = wilson(round(value * count), count)
        row = Row(id, label, value, "share", interval=interval, note=note)
        yield row.at_least(REAL_GOALS[name])
