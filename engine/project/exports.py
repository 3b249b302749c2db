"""Files that leave the project: a take as MIDI under a name that a person understands.

A file that was handed to another program is never changed again: the same music keeps its file,
other music of the same name gets the next version.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import replace
from itertools import count
from pathlib import Path

from engine.errors import PsychoscoreError
from engine.files import make_folder, write_atomic, write_new
from engine.midi.file import midi_bytes
from engine.midi.layout import Kind, Marker, MidiLayout
from engine.midi.reading import NOTICE_PREFIX
from engine.picture import HIT_KINDS
from engine.project.cue import Cue
from engine.project.cue_folder import folder_name
from engine.score import Score, TempoMap, Voice, tick_of_bar
from engine.take import Provenance, Take, provenance_json

# Letters of dialogue that a marker repeats: lists of markers are narrow.
_LONGEST = 60


def take_bytes(
    take: Take,
    tempo_map: TempoMap,
    cue: Cue,
    *,
    kind: Kind = 1,
    voice: Voice | None = None,
    provenance: bool = True,
) -> bytes:
    """The MIDI file of a take at the tempo it is played at now, with the markers of its cue.

    Args:
        kind: 1 for a named track a voice, 0 for one track.
        voice: this voice alone.
        provenance: whether the file tells how the take was made. That it may not be sold, where
            that is so, it tells in any case.
    """
    score = replace(take.score, tempo_map=tempo_map)
    return midi_bytes(
        score,
        provenance_json(take.provenance) if provenance else None,
        cue_name(cue),
        MidiLayout(kind, voice, cue_markers(cue, score), use_notice(take.provenance)),
    )


def take_stems(
    take: Take, tempo_map: TempoMap, cue: Cue, *, provenance: bool = True
) -> dict[str, bytes]:
    """A MIDI file for each voice that plays, by the voice's name; all are equally long."""
    return {
        voice.name.lower(): take_bytes(take, tempo_map, cue, voice=voice, provenance=provenance)
        for voice in sorted({note.voice for note in take.score.notes})
    }


def cue_name(cue: Cue) -> str:
    """Number and title."""
    return f"{cue.number} {cue.title}".strip()


def use_notice(provenance: Provenance | None) -> str:
    """The sentence on what the music may not be used for, or nothing."""
    if provenance is None or not provenance.non_commercial:
        return ""
    return f"{NOTICE_PREFIX}: composed with {', '.join(provenance.lineage)}."


def cue_markers(cue: Cue, score: Score) -> tuple[Marker, ...]:
    """Scenes, hit points and dialogue of a cue as markers in a take's own bars, ascending."""

    def at(bar: float, text: str) -> Marker:
        return Marker(tick_of_bar(bar, score.metres), text)

    marks = [at(scene.first_bar, scene.title or "Scene") for scene in cue.scenes]
    marks += [at(hit.bar, f"Hit: {hit.title or HIT_KINDS[hit.kind].lower()}") for hit in cue.hits]
    for block in cue.dialogue:
        text = block.text if len(block.text) <= _LONGEST else f"{block.text[: _LONGEST - 3]}..."
        marks.append(at(block.first, f"Dialogue: {text}" if text else "Dialogue"))
    inside = [marker for marker in marks if marker.tick <= score.end]
    return tuple(sorted(inside, key=lambda marker: marker.tick))


def hand_over(content: bytes, folder: Path, name: str, ending: str = ".mid") -> Path:
    """A durable file with this content, such as `1M3 The letter A.mid` or `... A v2.mid`.

    Raises:
        PsychoscoreError: the folder cannot be made or written to.
    """
    make_folder(folder)
    for number in count(1):
        path = folder / f"{versioned(name, number)}{ending}"
        if write_new(path, lambda part: part.write_bytes(content)) or _holds(path, content):
            return path
    raise PsychoscoreError(f"No name is free in {folder}.")


def hand_over_together(
    contents: Mapping[str, bytes], folder: Path, name: str, ending: str = ".mid"
) -> Path:
    """A durable folder of files that belong together, such as `1M3 A stems/1M3 A bass.mid`.

    Args:
        contents: by the last word of each file's name.
        name: what their names and that of the folder begin with.

    Raises:
        PsychoscoreError: the folder cannot be made or written to.
    """
    for number in count(1):
        place = folder / versioned(f"{name} stems", number)
        paths = {place / f"{name} {word}{ending}": each for word, each in contents.items()}
        if place.exists():
            if set(place.iterdir()) == set(paths) and all(map(_holds, paths, paths.values())):
                return place
            continue
        make_folder(place)
        try:
            for path, content in paths.items():
                write_atomic(path, content)
        except PsychoscoreError:
            shutil.rmtree(place, ignore_errors=True)
            raise
        return place
    raise PsychoscoreError(f"No name is free in {folder}.")


def versioned(name: str, number: int) -> str:
    """The name of a version: the first has the name alone."""
    return name if number == 1 else f"{name} v{number}"


def _holds(path: Path, content: bytes) -> bool:
    try:
        return path.stat().st_size == len(content) and path.read_bytes() == content
    except OSError:
        return False


def take_name(cue: Cue, letter: str) -> str:
    """What a take's file is called outside, without its ending."""
    return f"{folder_name(cue)} {letter}".strip()
