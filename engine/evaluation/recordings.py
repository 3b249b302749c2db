"""Q2: the evaluator on real clips, each judged by a judge that heard none of its song."""

from __future__ import annotations

from collections.abc import Iterator

from engine.evaluation.evaluator import cross_validate
from engine.evaluation.parts import Materials
from engine.evaluation.quadrants import JUDGED, LABELS, share_of
from engine.evaluation.rows import EvaluationEvent, Measured, Row, missing
from engine.evaluation.statistics import wilson

GOALS = {"quadrant": 0.58, "arousal": 0.84, "valence": 0.72}
# The folds are dealt anew this often, since one deal moves a share by up to .02.
_DEALS = 5


def measure_recordings(materials: Materials) -> Iterator[EvaluationEvent]:
    """The Q2 rows, the ceiling of Q3."""
    yield from map(Measured, _rows(materials))


def _rows(materials: Materials) -> Iterator[Row]:
    clips = materials.clips
    deals = [] if clips is None else [cross_validate(clips, salt=str(n)) for n in range(_DEALS)]
    for name in JUDGED:
        id, label = f"Q2.{name}", f"real clips, {LABELS[name]}"
        if not deals:
            yield missing(id, label, "share", materials.why).at_least(GOALS[name])
            continue
        shares = [float(share_of(deal, name).mean()) for deal in deals]
        value, count = sum(shares) / len(shares), len(deals[0].quadrant)
        note = f"{count} clips, five folds by song, {_DEALS} deals: " + ", ".join(
            f"{share:.3f}" for share in shares
        )
        interval = wilson(round(value * count), count)
        row = Row(id, label, value, "share", interval=interval, note=note)
        yield row.at_least(GOALS[name])
