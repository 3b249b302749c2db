"""`psychoscore config`: show every setting with its layer, or validate a file."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from rich.console import Console
from rich.table import Table

from engine.config.layers import (
    USER_FILE,
    Resolution,
    builtin_presets,
    default_user_folder,
    read_user_settings,
    resolve,
)
from engine.config.own import read_settings
from engine.config.schema import Settings, UserSettings
from engine.errors import PsychoscoreError
from engine.project.cue_folder import CUE_FILE, read_cue
from engine.project.folder import PROJECT_FILE


def add_arguments(parser: argparse.ArgumentParser) -> None:
    words = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    show = words.add_parser("show", help="value and layer of every key, and what it shadows")
    show.add_argument("--project", type=Path, required=True, metavar="DIR")
    show.add_argument("--json", action="store_true", help="one JSON object a line")
    validate = words.add_parser("validate", help="check a settings or cue file")
    validate.add_argument("file", type=Path, metavar="FILE")


def run(args: argparse.Namespace) -> int:
    """Run one action.

    Raises:
        PsychoscoreError: a file is missing or not valid.
    """
    return _validate(args.file) if args.action == "validate" else _show(args)


def _show(args: argparse.Namespace) -> int:
    path = args.project / PROJECT_FILE
    if not path.exists():
        raise PsychoscoreError(f"{args.project} is no project: it has no {PROJECT_FILE}.")
    resolution = _resolve(path)
    if args.json:
        _print_json(resolution)
    else:
        _print_table(resolution)
    return 0


def _resolve(path: Path) -> Resolution:
    own, user = read_settings(path, Settings), read_user_settings(default_user_folder())
    try:
        return resolve(own, user, builtin_presets())
    except PsychoscoreError as error:
        raise PsychoscoreError(f"{path}: {error.message}", error.hint) from error


def _print_json(resolution: Resolution) -> None:
    for key, found in resolution.values.items():
        shadowed = [{"layer": layer.value, "value": value} for layer, value in found.shadowed]
        row = {"key": key, "value": found.value, "layer": found.layer.value, "shadowed": shadowed}
        print(json.dumps(row, ensure_ascii=False))


def _print_table(resolution: Resolution) -> None:
    table = Table(box=None, header_style="bold", pad_edge=False)
    for title in ("key", "value", "layer", "shadows"):
        table.add_column(title, overflow="fold")
    for key, found in resolution.values.items():
        hidden = ", ".join(f"{layer} {json.dumps(value)}" for layer, value in found.shadowed)
        table.add_row(key, json.dumps(found.value, ensure_ascii=False), found.layer.value, hidden)
    Console(highlight=False, markup=False).print(table)


def _validate(path: Path) -> int:
    if path.name == CUE_FILE:
        read_cue(path)
    elif path.name == USER_FILE:
        read_settings(path, UserSettings)
    else:
        _resolve(path)
    print(f"{path} is valid.")
    return 0
