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
from engine.evaluation.asked import measure_starts, measure_textures
from engine.evaluation.beats import measure_beats
from engine.evaluation.best_of import measure_best_of
from engine.evaluation.bounds import read_bounds
from engine.evaluation.clips import ClipStore, Setting
from engine.evaluation.contrast import measure_contrast
from engine.evaluation.copying import measure_copying
from engine.evaluation.corners import measure_corners
from engine.evaluation.corpora import Archives, Corpus, read_corpus
from engine.evaluation.evaluator import Clips, Evaluator, evaluator_clips
from engine.evaluation.infilling import measure_infilling
from engine.evaluation.leaks import measure_leaks
from engine.evaluation.likelihood import measure_likelihoods
from engine.evaluation.parts import Materials, Part
from engine.evaluation.presets import measure_presets
from engine.evaluation.quadrants import (
    measure_moods,
    measure_product_moods,
    measure_separations,
)
from engine.evaluation.realism import measure_realism
from engine.evaluation.recordings import measure_recordings
from engine.evaluation.rows import EvaluationEvent, Header, Measured, Progress, Row
from engine.evaluation.selection import measure_selection
from engine.evaluation.sizes import DEFAULT, Size
from engine.evaluation.sliders import measure_product_sweeps, measure_sweeps
from engine.evaluation.steps import measure_steps

PARTS: Mapping[str, Part] = {
    "Q1": Part(measure_likelihoods, needs=("pop909", "emopia")),
    "Q2": Part(measure_recordings, needs=("emopia",)),
    "Q3": Part(measure_moods, needs=("emopia",)),
    "Q3.product": Part(measure_product_moods, needs=("emopia",)),
    "Q4": Part(measure_selection, needs=("emopia",)),
    "Q4.best": Part(measure_best_of, needs=("emopia",)),
    "S1": Part(measure_separations),
    "Q5": Part(measure_sweeps, needs=("emopia",)),
    "Q5.product": Part(measure_product_sweeps, needs=("emopia",)),
    "Q6": Part(measure_leaks, needs=("emopia",)),
    "Q7": Part(measure_steps),
    "Q8": Part(measure_starts),
    "Q9": Part(measure_copying, needs=("pop909", "emopia")),
    "Q10": Part(measure_realism, needs=("pop909", "emopia")),
    "Q11": Part(measure_contrast, needs=("pop909", "emopia")),
    "Q12": Part(measure_beats),
    "Q13": Part(measure_infilling, needs=("pop909",)),
    "Q14": Part(measure_corners),
    "Q15": Part(measure_presets),
    "Q16": Part(measure_textures),
}

# Beyond this the threads wait for the interpreter more than they compose.
_MOST_THREADS = 4


def evaluate(
    model: Model,
    archives: Archives,
    size: Size = DEFAULT,
    *,
    setting: Setting | None = None,
    parts: Sequence[str] = tuple(PARTS),
    table: Mapping[str, Part] = PARTS,
    bounds: Mapping[str, tuple[Row, ...]] | None = None,
) -> Iterator[EvaluationEvent]:
    """Measure a model.

    Args:
        setting: None takes the model's own guidance and the fixed values of all reports.
        parts: which parts; they are measured in the order of `table`.
        bounds: rows that follow those of a part; None takes those that ship.
    """
    bounds = read_bounds() if bounds is None else bounds
    setting = setting or Setting(model.card.guidance)
    # Composing sets torch to one thread; how many there are is asked before.
    threads = torch.get_num_threads()
    yield Header(_settings(model, archives, size, setting))
    chosen = {name: part for name, part in table.items() if name in parts}
    with TemporaryDirectory(prefix="psychoscore-", ignore_cleanup_errors=True) as folder:
        corpora = yield from _read(archives, Path(folder), tuple(chosen.values()))
        clips, judge, why = _judge(archives, corpora)
        materials = Materials(
            model, size, setting, Setting.of_product(setting.guidance), archives, corpora,
            clips, judge, why, ClipStore(model, threads=min(threads, _MOST_THREADS)),
        )  # fmt: skip
        for name, part in chosen.items():
            yield from part.measure(materials)
            yield from map(Measured, bounds.get(name, ()))


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
