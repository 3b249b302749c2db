"""The folder of one cue: `cue.json`, `takes/*.mid`, `exports/`, `autosave/`.

A cue is found by the id in its file; the folder's name is for people. A take is written once
and never again.
"""

from __future__ import annotations

import contextlib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

from engine.config.strict_json import read_json, to_json
from engine.errors import PsychoscoreError
from engine.files import make_folder, move, write_new
from engine.midi.events import load_bytes, parse_events
from engine.midi.file import write_midi
from engine.midi.reading import interpret, provenance_of
from engine.project.cue import Cue
from engine.project.shelf import Shelf, Unread
from engine.score import Score, TempoMap
from engine.take import Take, parse_provenance, provenance_json

CUE_FILE = "cue.json"
TAKES = "takes"
REMOVED = ".removed"
_WINDOWS_NAMES = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)


def folder_name(cue: Cue) -> str:
    """A name for the cue's folder that every system takes, such as `1M3 The letter`."""
    title = re.sub(r'[<>:"/\\|?*\x00-\x1f\x7f]+', "_", unicodedata.normalize("NFC", cue.title))
    name = f"{cue.number} {title}".strip()[:80].rstrip(". ")
    return f"{name}_" if _WINDOWS_NAMES.match(name) else name


def cue_text(cue: Cue) -> str:
    """The text of `cue.json`."""
    return to_json(cue.model_dump(mode="json", exclude_none=True)) + "\n"


def read_cue(path: Path) -> Cue:
    """Read a cue file.

    Raises:
        PsychoscoreError: it cannot be read or is not valid; names file, line and column.
    """
    return read_json(path).validated(Cue)


def cue_folders(project: Path) -> dict[str, tuple[Cue, Path]]:
    """The cues of a project and their folders, by cue id.

    Raises:
        PsychoscoreError: a cue file is broken, or two folders hold the same cue.
    """
    found: dict[str, tuple[Cue, Path]] = {}
    for path in sorted((project / "cues").glob(f"*/{CUE_FILE}")):
        if path.parent.name.startswith("."):
            continue
        cue = read_cue(path)
        if cue.id in found:
            raise PsychoscoreError(
                f"{found[cue.id][1]} and {path.parent} hold the same cue.",
                "Move one of them out of the project.",
            )
        found[cue.id] = (cue, path.parent)
    return found


def removed_cue_folders(project: Path) -> dict[str, Path]:
    """The folders of cues that left the project, by cue id; broken ones are left out."""
    found: dict[str, Path] = {}
    for path in sorted((project / "cues" / REMOVED).glob(f"*/{CUE_FILE}")):
        with contextlib.suppress(PsychoscoreError):
            found[read_cue(path).id] = path.parent
    return found


def take_path(place: Path, stem: str) -> Path:
    """The file of a take; the stem is that of its label."""
    return place / TAKES / f"{stem}.mid"


def read_takes(place: Path, cue: Cue) -> Shelf:
    """The takes of a cue by id, each read when it is wanted; one without a file is left out."""
    return Shelf(
        {
            label.id: unread_take(place, cue.id, label.stem)
            for label in cue.takes
            if take_path(place, label.stem).is_file()
        }
    )


def unread_take(place: Path, cue_id: str, stem: str) -> Unread:
    """A take that is read when it is wanted, wherever saving has moved it to by then."""
    return Unread(partial(_read_wherever, place, cue_id, stem))


def _read_wherever(place: Path, cue_id: str, stem: str) -> Take | None:
    take = _read_there(place, stem)
    if take is not None or (place / CUE_FILE).is_file():
        return take
    # The cue has another name by now, or has left the project.
    project = next((each.parent for each in place.parents if each.name == "cues"), None)
    if project is None:
        return None
    with contextlib.suppress(PsychoscoreError):
        homes = {key: home for key, (_, home) in cue_folders(project).items()}
        found = homes.get(cue_id) or removed_cue_folders(project).get(cue_id)
        return _read_there(found, stem) if found else None
    return None


def _read_there(place: Path, stem: str) -> Take | None:
    path = take_path(place, stem)
    return read_take(path) or read_take(path.parent / REMOVED / path.name)


def read_take(path: Path) -> Take | None:
    """A take with its provenance, or None where the file holds none."""
    if not path.is_file():
        return None
    try:
        # Parsed once for both: the provenance is most of the bytes of a take.
        events = parse_events(load_bytes(path), str(path))
        text = provenance_of(events)
        if text is None:
            return None
        provenance = parse_provenance(text)
        score = interpret(events, str(path)).score
        return Take(_with_asked_tempo(score, provenance.request.tempo_map), provenance)
    except PsychoscoreError:
        return None


def _with_asked_tempo(score: Score, asked: TempoMap) -> Score:
    """The score with the tempo that was asked for, where its file only rounded it.

    MIDI holds whole microseconds a quarter note; 72 a minute comes back as 72.00003.
    """

    def rounded(tempo_map: TempoMap) -> tuple[tuple[int, int], ...]:
        return tuple((tick, round(60_000_000 / bpm)) for tick, bpm in tempo_map.marks)

    same = rounded(score.tempo_map) == rounded(asked)
    return replace(score, tempo_map=asked) if same else score


def write_takes(place: Path, cue: Cue, takes: Mapping[str, Take]) -> None:
    """Write the takes that have no file yet, or bring theirs back from `.removed`.

    Raises:
        PsychoscoreError: the disk refuses.
    """
    make_folder(place / TAKES)
    for label in cue.takes:
        path = take_path(place, label.stem)
        removed = path.parent / REMOVED / path.name
        if path.exists():
            continue
        if removed.exists():
            move(removed, path)
        elif (take := takes.get(label.id)) is not None:
            title = label.title or f"{cue.number} {cue.title}".strip()
            write_new(path, partial(_write_take, take, title))


def keep_takes(place: Path, cue: Cue, takes: Mapping[str, Take]) -> None:
    """Write takes that have no file at all to `.removed`.

    Raises:
        PsychoscoreError: the disk refuses.
    """
    for label in cue.takes:
        path = take_path(place, label.stem)
        removed = path.parent / REMOVED / path.name
        if path.exists() or removed.exists():
            continue
        if (take := takes.get(label.id)) is not None:
            make_folder(removed.parent)
            write_new(removed, partial(_write_take, take, label.title))


def _write_take(take: Take, title: str, path: Path) -> None:
    write_midi(take.score, path, provenance=provenance_json(take.provenance), title=title)
