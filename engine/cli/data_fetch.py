"""`psychoscore data fetch`: download a published data set once its licence is accepted."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from engine.data.fetching import (
    DOWNLOADS,
    Download,
    FetchBegan,
    Fetcher,
    FetchEvent,
    FetchFinished,
    FetchProgress,
)
from engine.errors import PsychoscoreError
from engine.user_data import user_data_folder

_NAMES = {FetchBegan: "began", FetchProgress: "progress", FetchFinished: "finished"}


def add_arguments(actions: Any) -> None:
    """Declare the words of this command among the actions of `data`."""
    parser: argparse.ArgumentParser = actions.add_parser(
        "fetch", help="download a published data set, its licence accepted first"
    )
    parser.add_argument("name", choices=[each.name for each in DOWNLOADS], metavar="emopia")
    parser.add_argument(
        "--accept-licence", action="store_true", help="you accept the licence of the data"
    )
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help="keep the archive there, not in your data folder"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object a line")


def run(args: argparse.Namespace, fetcher: Fetcher | None = None) -> int:
    """Show the licence, ask, fetch and report.

    Args:
        fetcher: None for one that opens https alone.

    Raises:
        PsychoscoreError: the licence is not accepted, or the archive cannot be had.
    """
    download = next(each for each in DOWNLOADS if each.name == args.name)
    return fetch(download, args, fetcher or Fetcher())


def fetch(download: Download, args: argparse.Namespace, fetcher: Fetcher) -> int:
    """As `run`, for a download that is known."""
    if not args.json:
        print(download.licence)
    if not (args.accept_licence or (not args.json and _asked())):
        raise PsychoscoreError(
            f"{download.title} was not fetched: its licence was not accepted.",
            "Accept it with --accept-licence.",
        )
    events = fetcher.fetch(download, args.out or user_data_folder(), licence_accepted=True)
    if args.json:
        _print_json(events)
    else:
        _show(events)
    return 0


def _asked() -> bool:
    """Whether a person at the terminal accepts; where there is none, nobody has."""
    if not sys.stdin.isatty():
        return False
    try:
        return input("Do you accept this licence? [y/N] ").strip().casefold() in ("y", "yes")
    except EOFError:
        return False


def _print_json(events: Iterable[FetchEvent]) -> None:
    for event in events:
        row = {"event": _NAMES[type(event)], **asdict(event)}
        if isinstance(event, FetchFinished):
            row["path"] = str(event.path)
        print(json.dumps(row), flush=True)


def _show(events: Iterable[FetchEvent]) -> None:
    parts = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    finished: FetchFinished | None = None
    with Progress(*parts, console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task("", total=None, visible=False)
        for event in events:
            match event:
                case FetchBegan():
                    progress.update(task, description=event.title, total=event.total, visible=True)
                case FetchProgress():
                    progress.update(task, completed=event.done)
                case FetchFinished():
                    finished = event
    assert finished is not None
    print(f"{finished.path} is {'complete' if finished.fetched else 'there already'}.")
    print(f"sha256 {finished.sha256}")
    print(f'Use it with: psychoscore data import "{finished.path}"')
