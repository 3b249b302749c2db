"""The whole evaluation of a model as a generator of frozen events.

Command line, window and tests consume the same events. `PARTS` says what is measured and in
which order; what a number means is each experiment's own.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import torch

from engine.checkpoint import Model
from engine.evaluation.clips import ClipStore, Setting
from engine.evaluation.corpora import Archives, Corpus, read_corpus
from engine.evaluation.evaluator import Clips, Evaluator, evaluator_clips
from engine.evaluation.likelihood import measure_likelihoods
from engine.evaluation.parts import Materials, Part
from engine.evaluation.quadrants import measure_moods, measure_separations
from engine.evaluation.recordings import measure_recordings
from engine.evaluation.rows import EvaluationEvent, Header, Progress
from engine.evaluation.sizes import DEFAULT, Size
from engine.evaluation.sliders import measure_sweeps

PARTS: Mapping[str, Part] = {
    "Q1": Part(measure_likelihoods, needs=("pop909", "emopia")),
    "Q2": Part(measure_recordings, needs=("emopia",)),
    "Q3": Part(measure_moods, needs=("emopia",)),
    "S1": Part(measure_separations),
    "Q5": Part(measure_sweeps, needs=("emopia",)),
}


def evaluate(
    model: Model,
    archives: Archives,
    size: Size = DEFAULT,
    *,
    setting: Setting | None = None,
    parts: Sequence[str] = tuple(PARTS),
) -> Iterator[EvaluationEvent]:
    """Measure a model.

    Args:
        setting: None takes the model's own guidance and the fixed values of all reports.
        parts: which of `PARTS`; they are measured in the order of that table.
    """
    setting = setting or Setting(model.card.guidance)
    yield Header(_settings(model, archives, size, setting))
    chosen = [part for name, part in PARTS.items() if name in parts]
    with TemporaryDirectory(prefix="psychoscore-", ignore_cleanup_errors=True) as folder:
        corpora = yield from _read(archives, Path(folder), chosen)
        clips, judge, why = _judge(archives, corpora)
        materials = Materials(
            model, size, setting, Setting.of_product(setting.guidance), archives, corpora,
            clips, judge, why, ClipStore(model),
        )  # fmt: skip
        for part in chosen:
            yield from part.measure(materials)


def _settings(
    model: Model, archives: Archives, size: Size, setting: Setting
) -> tuple[tuple[str, str], ...]:
    return (
        ("model", f"{model.name} {model.hash}"),
        ("lineage", "; ".join(model.card.lineage) or "unknown"),
        *setting.words(),
        ("size", size.words()),
        ("data", ", ".join(path.name for _, path in archives.paths) or "none"),
        ("threads", str(torch.get_num_threads())),
    )


def _read(
    archives: Archives, folder: Path, chosen: Sequence[Part]
) -> Generator[Progress, None, dict[str, Corpus]]:
    """The corpora that the chosen parts need."""
    needed = {source for part in chosen for source in part.needs}
    corpora: dict[str, Corpus] = {}
    for source, path in archives.paths:
        if source in needed:
            corpora[source] = yield from read_corpus(path, folder / source)
    return corpora


def _judge(
    archives: Archives, corpora: Mapping[str, Corpus]
) -> tuple[Clips | None, Evaluator | None, str]:
    """The evaluator's clips and the judge fitted on them, or the sentence why there is none."""
    corpus = corpora.get("emopia")
    if corpus is None:
        return None, None, archives.why_missing("emopia")
    clips = evaluator_clips(corpus.evaluator, corpus.elsewhere)
    return clips, Evaluator.fit(clips), ""
