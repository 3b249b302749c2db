"""`psychoscore analyse`: profile and attributes of a MIDI file, as a table or as JSON."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable
from pathlib import Path

from rich.console import Console
from rich.table import Table

from engine.measuring.analyse import Analysis, analyse
from engine.measuring.attributes import ATTRIBUTES
from engine.profile import DIMENSIONS, Profile

_BAR_COLUMNS = ("onset_rate", "velocity_mean", "register", "mode_score", "dissonance")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the words of this command."""
    parser.add_argument("file", type=Path, metavar="in.mid", help="the MIDI file to measure")
    parser.add_argument("--json", action="store_true", help="print one JSON object only")


def run(args: argparse.Namespace) -> int:
    """Measure the file and print what was found.

    Raises:
        PsychoscoreError: the file is no readable MIDI file.
    """
    analysis = analyse(args.file)
    if args.json:
        print(json.dumps(analysis.as_json(), allow_nan=False))
        return 0
    console = Console()
    console.print(f"{analysis.file}: {len(analysis.bars)} bars", markup=False, highlight=False)
    console.print(_whole_table(analysis))
    console.print(_bar_table(analysis))
    return 0


def _whole_table(analysis: Analysis) -> Table:
    table = Table("", "", "", title="Whole piece", title_justify="left", show_header=False)
    for dimension, value in zip(DIMENSIONS, _numbers(analysis.profile), strict=True):
        table.add_row(dimension.title, value, f"{dimension.low_word} - {dimension.high_word}")
    table.add_section()
    for attribute, number in zip(ATTRIBUTES, analysis.attributes.values, strict=True):
        table.add_row(attribute.title, _number(number), attribute.unit)
    table.add_row("Texture", analysis.attributes.texture.value.replace("_", " "), "the commonest")
    return table


def _bar_table(analysis: Analysis) -> Table:
    titles = {attribute.name: attribute.title for attribute in ATTRIBUTES}
    table = Table(title="Bars", title_justify="left")
    numbers = [each.title for each in DIMENSIONS] + [titles[name] for name in _BAR_COLUMNS]
    for title in ("Bar", *numbers):
        table.add_column(title, justify="right")
    table.add_column("Texture")
    for each in analysis.bars:
        measured = [_number(each.attributes.get(name)) for name in _BAR_COLUMNS]
        texture = each.attributes.texture.value.replace("_", " ")
        table.add_row(str(each.bar), *_numbers(each.profile), *measured, texture)
    return table


def _numbers(profile: Profile) -> Iterable[str]:
    return [f"{value:.2f}" for value in profile.values()]


def _number(value: float) -> str:
    return "-" if value != value else f"{value:.2f}"
