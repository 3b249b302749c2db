"""`psychoscore data import`: read a data set, say what was used and why not, write it."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from engine.cli import data_fetch, data_synthesise
from engine.data.dataset import import_archive
from engine.data.folder import TrackSummary, list_tracks
from engine.data.importing import (
    ImportBegan,
    ImportEvent,
    ImportFinished,
    PieceImported,
    PieceRefused,
    import_data,
)
from engine.user_data import DATA_VARIABLE

_EVENT_NAMES = {
    ImportBegan: "began",
    PieceImported: "used",
    PieceRefused: "refused",
    ImportFinished: "finished",
}
_MOODS = ("happy", "tense", "sad", "calm")
_SPLITS = ("train", "reranker", "evaluator", "validation")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the words of this command."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    importing = actions.add_parser("import", help="read EMOPIA, POP909 or a folder of MIDI files")
    importing.add_argument(
        "path",
        type=Path,
        metavar="PATH",
        help="a zip of EMOPIA or POP909, or a folder; also looked for in $PSYCHOSCORE_DATA",
    )
    importing.add_argument(
        "--out", type=Path, metavar="DIR", help="write the data set there, not to your data folder"
    )
    importing.add_argument(
        "--variants",
        type=int,
        choices=range(10),
        default=0,
        metavar="N",
        help="add so many variants of each training piece: softer, slower, in the other mode",
    )
    importing.add_argument(
        "--tracks",
        type=_names,
        metavar="NAME,...",
        help="of a folder's files take only the tracks of these names; by default all with pitch",
    )
    importing.add_argument(
        "--track",
        action="append",
        metavar="NAME",
        help="as --tracks, one name that may hold a comma; can be given several times",
    )
    importing.add_argument(
        "--list-tracks", action="store_true", help="list the tracks of a folder, import nothing"
    )
    importing.add_argument("--check", action="store_true", help="only report, write nothing")
    importing.add_argument("--json", action="store_true", help="one JSON object a line")
    data_synthesise.add_arguments(actions)
    data_fetch.add_arguments(actions)


def run(args: argparse.Namespace) -> int:
    """Import and report.

    Raises:
        PsychoscoreError: there is no known data at the path, or it cannot be written.
    """
    if args.action == "synthesise":
        return data_synthesise.run(args)
    if args.action == "fetch":
        return data_fetch.run(args)
    path = _located(args.path)
    if args.list_tracks:
        _print_tracks(list_tracks(path), as_json=args.json)
        return 0
    named = [*(args.tracks or ()), *(args.track or ())]
    tracks = None if args.tracks is None and args.track is None else tuple(named)
    events = (
        import_data(path, None, args.variants, tracks)
        if args.check
        else import_archive(path, args.out, args.variants, tracks)
    )
    if args.json:
        _print_json(events)
    else:
        _print_report(events)
    return 0


def _names(text: str) -> tuple[str, ...]:
    return tuple(name for each in text.split(",") if (name := each.strip()))


def _print_tracks(tracks: Iterable[TrackSummary], *, as_json: bool) -> None:
    if as_json:
        for each in tracks:
            print(json.dumps({**asdict(each), "taken": each.taken}))
        return
    heads = ("Track", "Instrument", "Files", "Notes", "")
    table = Table(*heads, title="Tracks", title_justify="left")
    for each in tracks:
        said = each.voice if each.taken else f"left out: {each.kind}"
        table.add_row(escape(each.name), each.instrument, str(each.files), f"{each.notes:,}", said)
    Console(highlight=False).print(table)


def _located(path: Path) -> Path:
    """The path itself, or the file of that name in the folder that PSYCHOSCORE_DATA names."""
    folder = os.environ.get(DATA_VARIABLE)
    if folder and not path.exists() and (Path(folder) / path).exists():
        return Path(folder) / path
    return path


def _print_json(events: Iterable[ImportEvent]) -> None:
    for event in events:
        row = {"event": _EVENT_NAMES[type(event)], **asdict(event)}
        if isinstance(event, ImportFinished):
            row["out"] = None if event.out is None else str(event.out)
            row["table"] = [
                {"quadrant": mood or None, "split": split, "pieces": count}
                for mood, split, count in event.table
            ]
        print(json.dumps(row, allow_nan=False))


def _print_report(events: Iterable[ImportEvent]) -> None:
    console = Console(highlight=False)

    def say(text: str) -> None:
        console.print(text, markup=False, soft_wrap=True)

    for event in events:
        match event:
            case ImportBegan():
                say(f"{event.title}. Licence: {event.licence}.")
                if event.non_commercial:
                    say("Models trained on it are marked non-commercial.")
            case PieceImported():
                say(
                    f"used     {event.id}  {event.quadrant or event.split}  "
                    f"{event.bars} bars  {event.notes} notes  {event.tempo:.0f} bpm"
                )
                for sentence in event.left_out:
                    say(f"         {sentence}")
            case PieceRefused():
                say(f"refused  {event.id}  {event.reason}")
            case ImportFinished():
                console.print(_table(event))
                say(_summary(event))


def _table(event: ImportFinished) -> Table:
    """Pieces by feeling and split."""
    counts = {(mood, split): count for mood, split, count in event.table}
    splits = [split for split in _SPLITS if any(pair[1] == split for pair in counts)]
    moods = [mood for mood in (*_MOODS, "") if any(pair[0] == mood for pair in counts)]
    table = Table("", title="Pieces", title_justify="left")
    for column in (*splits, "all"):
        table.add_column(column, justify="right")
    for mood in moods:
        numbers = [counts.get((mood, split), 0) for split in splits]
        table.add_row(mood or "unlabelled", *map(str, numbers), str(sum(numbers)))
    return table


def _summary(event: ImportFinished) -> str:
    sentences = [
        f"{event.used} used, {event.refused} refused; {event.bars:,} bars, {event.notes:,} notes, "
        f"{event.seconds / 3600:.1f} hours.",
        f"Onsets moved onto the grid by {event.moved_ms:.1f} ms on average, "
        f"{event.dropped:,} notes dropped.",
    ]
    if event.unsure:
        sentences.append(f"The bars of {event.unsure:,} are provisional: the finder is not sure.")
    sentences.append(f"Written to {event.out}." if event.out else "Nothing was written.")
    return " ".join(sentences)
