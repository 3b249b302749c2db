"""Printing of measured rows: a table for people, one object a line for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar
from rich.table import Table

from engine.evaluation.rows import EvaluationEvent, Header, Measured, Progress, Row


def print_json(events: Iterator[EvaluationEvent]) -> tuple[Header, list[Row]]:
    """Print each row as it is measured, and nothing else."""
    header, rows = Header(()), []
    for event in events:
        if isinstance(event, Header):
            header = event
        elif isinstance(event, Measured):
            rows.append(event.row)
            print(json.dumps(event.row.as_json(), allow_nan=False), flush=True)
    return header, rows


def print_table(events: Iterator[EvaluationEvent], title: str) -> tuple[Header, list[Row]]:
    """Print the header, progress while it runs, and a table at the end."""
    header, rows = Header(()), []
    console = Console(highlight=False)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Bar(*columns, TimeElapsedColumn(), console=console, transient=True) as bar:
        task = bar.add_task("")
        for event in events:
            if isinstance(event, Header):
                header = event
                for name, value in event.settings:
                    console.print(f"{name:12} {value}", markup=False)
            elif isinstance(event, Progress):
                bar.update(
                    task,
                    description=escape(event.part),
                    completed=event.done,
                    total=event.total or None,
                )
            else:
                rows.append(event.row)
    console.print(_table(rows, title))
    for row in rows:
        if row.note:
            console.print(f"{row.id}: {row.note}", markup=False, soft_wrap=True)
    return header, rows


def _table(rows: list[Row], title: str) -> Table:
    table = Table(title=title, title_justify="left")
    table.add_column("", no_wrap=True)
    table.add_column("what", min_width=16)
    for column in ("value", "95 %", "unit", "goal", "ratio"):
        table.add_column(column, justify="left" if column == "unit" else "right")
    table.add_column("reached")
    for row in rows:
        if row.curve:
            continue  # in the report; the note of its means tells the curve
        interval = "" if row.interval is None else f"{row.interval[0]:.2f} - {row.interval[1]:.2f}"
        table.add_row(
            row.id,
            escape(row.name),
            "no data" if row.value is None else _number(row.value),
            interval,
            row.unit,
            "" if row.goal is None else _number(row.goal),
            "" if row.ratio is None else f"{row.ratio:.2f}",
            {True: "yes", False: "no", None: ""}[row.passed],
        )
    return table


def _number(value: float) -> str:
    if value and abs(value) < 0.0095:
        return f"{value:.1e}"
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.2f}"
