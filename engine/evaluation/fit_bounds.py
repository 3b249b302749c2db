"""How `resources/bounds.json` is made: the rows of random weights and of real music.

`python -m engine.evaluation.fit_bounds --model open --data DIR OUT.json`

Random weights have the shape of the given model. Needed again only when a measure or the shape
of the network changes.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path

from engine.checkpoint import Model
from engine.config.layers import default_user_folder
from engine.errors import PsychoscoreError
from engine.evaluation.asked import measure_starts, measure_textures
from engine.evaluation.bounds import bounds_json
from engine.evaluation.copying import measure_copying
from engine.evaluation.corners import fault_rows
from engine.evaluation.corpora import Archives, find_archives
from engine.evaluation.evaluate import evaluate
from engine.evaluation.evaluator import hits
from engine.evaluation.extracts import held_out_extracts
from engine.evaluation.parts import Materials, Part
from engine.evaluation.quadrants import JUDGED, LABELS, quadrant_plan, share_row, untrained
from engine.evaluation.realism import measure_realism
from engine.evaluation.recordings import measure_recordings
from engine.evaluation.rows import EvaluationEvent, Measured, Progress, Row
from engine.evaluation.sizes import Size
from engine.evaluation.sliders import measure_sliders
from engine.evaluation.sweeps import SLIDERS, Sweep
from engine.files import write_atomic
from engine.library import load_by_name

# Random weights follow nothing, so that a few clips show it.
SIZE = Size(
    "floor", windows=1, clips=3, shuffled=4, bars=8, sweep=Sweep(3, 2, 4),
    fixed_sweep=Sweep(2, 1, 1), product_clips=2, product_sweep=Sweep(2, 1, 1),
    steps=2, starts=8, corners=1, seeds=1, textures=1,
)  # fmt: skip
# Parts that are measured on random weights as they are, and the rows that are kept of them.
_MEASURES: tuple[Callable[[Materials], Iterator[EvaluationEvent]], ...] = (
    measure_starts,
    measure_copying,
    measure_realism,
    measure_textures,
)
_KEPT = (
    *(f"Q5.{slider.name}" for slider in SLIDERS),
    *("Q8.starts", "Q9.copied", "Q10.overlap", "Q10.polyphony", "Q16.textures"),
)
_LONGEST_NOTE = 100


def measure_bounds(model: Model, archives: Archives) -> Iterator[EvaluationEvent]:
    """The rows that ship: random weights of a model's shape, then real music."""
    both = ("pop909", "emopia")
    table = {"floor": Part(measure_floor, needs=both), "real": Part(measure_real, needs=both)}
    yield from evaluate(
        untrained(model), archives, SIZE, table=table, parts=tuple(table), bounds={}
    )


def measure_floor(materials: Materials) -> Iterator[EvaluationEvent]:
    """The rows of random weights."""
    size, store, judge = materials.size, materials.store, materials.judge
    if judge is None:
        raise PsychoscoreError(materials.why)
    plan = quadrant_plan(materials.setting, size.clips, size.bars)
    yield from store.compose(plan.requests, "Q3, random weights")
    found = hits(judge.judge_scores(store.of(plan.requests)), plan.meant)
    for name in JUDGED:
        yield Measured(
            share_row(f"Q3.floor.{name}", f"random weights, {LABELS[name]}", found, name)
        )
    events = measure_sliders(store, materials.setting, judge, size.sweep, materials.why)
    for event in chain(events, *(measure(materials) for measure in _MEASURES)):
        if not isinstance(event, Measured):
            yield event
        elif event.row.id in _KEPT:
            yield Measured(_beside(event.row, "floor", f"random weights, {event.row.name}"))


def measure_real(materials: Materials) -> Iterator[EvaluationEvent]:
    """The rows of real music: what the evaluator makes of it, and its own strangers."""
    for event in measure_recordings(materials):
        if isinstance(event, Measured):
            row = replace(event.row, id=event.row.id.replace("Q2.", "Q3."))
            yield Measured(_beside(row, "real", row.name))
    for source, corpus in materials.corpora.items():
        scores = [score for _, score in held_out_extracts(corpus, materials.size.bars)]
        for row in fault_rows(source, f"held-out extracts of {source}", scores, judged=False):
            note = f"{len(scores)} extracts of {materials.size.bars} bars"
            yield Measured(_beside(replace(row, note=note), "real", row.name))


def _beside(row: Row, kind: str, name: str) -> Row:
    """A row as it stands beside others: without a goal, and told apart by its id."""
    part, _, rest = row.id.partition(".")
    note = row.note if len(row.note) <= _LONGEST_NOTE and "goal" not in row.note else ""
    return replace(
        row, id=f"{part}.{kind}.{rest}", name=name, goal=None, passed=None, ratio=None, note=note
    )


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and write; returns the exit code."""
    parser = argparse.ArgumentParser(description="Measure random weights and real music.")
    parser.add_argument("--model", default="open", metavar="NAME|PATH")
    parser.add_argument("--data", type=Path, metavar="DIR")
    parser.add_argument("out", type=Path, metavar="OUT.json")
    args = parser.parse_args(argv)
    rows: list[Row] = []
    try:
        model = load_by_name(args.model, default_user_folder() / "models")
        for event in measure_bounds(model, find_archives(args.data)):
            if isinstance(event, Measured):
                rows.append(event.row)
            elif isinstance(event, Progress):
                print(f"\r{event.part}: {event.done} of {event.total}  ", end="", file=sys.stderr)
        lacking = [row for row in rows if row.value is None]
        if lacking:
            raise PsychoscoreError(f"{lacking[0].id}: {lacking[0].note}")
        write_atomic(args.out, bounds_json(rows).encode())
    except PsychoscoreError as error:
        print(f"\nfit_bounds: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
