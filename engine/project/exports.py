"""Files that leave the project: a take as MIDI under a name that a person understands.

A file that was handed to another program is never changed again: the same music keeps its file,
other music of the same name gets the next number.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from pathlib import Path

from engine.errors import PsychoscoreError
from engine.files import make_folder, write_new
from engine.midi.file import midi_bytes
from engine.project.cue import Cue
from engine.project.cue_folder import folder_name
from engine.score import TempoMap
from engine.take import Take, provenance_json


def take_bytes(take: Take, tempo_map: TempoMap, cue: Cue) -> bytes:
    """The MIDI file of a take at the tempo it is played at now, one named track a voice."""
    score = replace(take.score, tempo_map=tempo_map)
    title = f"{cue.number} {cue.title}".strip()
    return midi_bytes(score, provenance_json(take.provenance), title)


def hand_over(content: bytes, folder: Path, name: str) -> Path:
    """A durable file with this content, such as `1M3 The letter A.mid` or `... A 2.mid`.

    Raises:
        PsychoscoreError: the folder cannot be made or written to.
    """
    make_folder(folder)
    for number in count(1):
        path = folder / (f"{name}.mid" if number == 1 else f"{name} {number}.mid")
        if write_new(path, lambda part: part.write_bytes(content)) or _holds(path, content):
            return path
    raise PsychoscoreError(f"No name is free in {folder}.")


def _holds(path: Path, content: bytes) -> bool:
    try:
        return path.stat().st_size == len(content) and path.read_bytes() == content
    except OSError:
        return False


def take_name(cue: Cue, letter: str) -> str:
    """What a take's file is called outside, without its ending."""
    return f"{folder_name(cue)} {letter}".strip()
