"""How the numbers of a checkpoint's card are made: taken from the reports of `evaluate`.

`python -m engine.evaluation.fit_card CHECKPOINT REPORT.json...`

A later report stands above an earlier one. Reports of other weights or of another guidance than
the card's are refused, rows without a value leave the card's number as it is, and what ships for
every model (floor and ceiling) is no number of this one. The weights are only read.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from engine.checkpoint import Card, card_json, load_model
from engine.errors import PsychoscoreError
from engine.evaluation.bounds import read_bounds
from engine.evaluation.report_file import Report, read_report
from engine.evaluation.rows import Row, merged
from engine.files import write_atomic

_DIGITS = 5


def with_numbers(metrics: Mapping[str, float], rows: Sequence[Row]) -> dict[str, float]:
    """A card's numbers with those of rows that have a value, to five digits.

    A curve that was measured anew keeps none of its old points.
    """
    old = [Row(id, "", value, "") for id, value in metrics.items()]
    fresh = [
        replace(row, value=float(f"{row.value:.{_DIGITS}g}"))
        for row in rows
        if row.value is not None
    ]
    return {row.id: row.value for row in merged(old, fresh) if row.value is not None}


def into_card(card: Card, digest: str, reports: Mapping[Path, Report]) -> Card:
    """A card with the numbers of reports, in their order.

    Args:
        digest: hash of the weights.

    Raises:
        PsychoscoreError: a report is of another model, of another guidance, or empty.
    """
    shipped = {row.id for rows in read_bounds().values() for row in rows}
    metrics = dict(card.metrics)
    for path, report in reports.items():
        if report.settings.get("model", "").rpartition(" ")[2] != digest:
            raise PsychoscoreError(f"{path} is about another model than {card.name} {digest}.")
        if report.settings.get("guidance") != f"{card.guidance:g}":
            raise PsychoscoreError(
                f"{path} was measured at guidance {report.settings.get('guidance')}; "
                f"{card.name} composes at {card.guidance:g}."
            )
        rows = [row for row in report.rows if row.id not in shipped]
        if all(row.value is None for row in rows):
            raise PsychoscoreError(f"{path} has no number.")
        metrics = with_numbers(metrics, rows)
    return replace(card, metrics=metrics)


def main(argv: Sequence[str] | None = None) -> int:
    """Read, merge and write; returns the exit code."""
    parser = argparse.ArgumentParser(description="Put measured numbers into a model's card.")
    parser.add_argument("checkpoint", type=Path, metavar="CHECKPOINT")
    parser.add_argument("reports", nargs="+", type=Path, metavar="REPORT")
    args = parser.parse_args(argv)
    try:
        model = load_model(args.checkpoint)
        card = into_card(model.card, model.hash, {path: read_report(path) for path in args.reports})
        path = args.checkpoint / "card.json"
        write_atomic(path, card_json(card).encode())
    except PsychoscoreError as error:
        print(f"fit_card: {error}", file=sys.stderr)
        return 1
    changed = sum(model.card.metrics.get(key) != value for key, value in card.metrics.items())
    print(f"{path}: {changed} of {len(card.metrics)} numbers are new")
    return 0


if __name__ == "__main__":
    sys.exit(main())
