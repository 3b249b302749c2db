"""What a person asks to be exported, and the files of it that need no sound."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from engine.errors import PsychoscoreError
from engine.project.cue import Cue
from engine.project.exports import (
    cue_name,
    hand_over,
    hand_over_together,
    take_bytes,
    take_name,
    take_stems,
    use_notice,
)
from engine.project.tempo import hold_spans, without_holds
from engine.score import TempoMap
from engine.take import Take, provenance_json

DOCUMENTS = ("midi", "midi0", "stems", "musicxml")
AUDIO = ("wav", "flac", "mp3", "ogg")
SPOTTING = "spotting"
FORMATS = (*DOCUMENTS, *AUDIO, SPOTTING)


@dataclass(frozen=True, slots=True)
class ExportWish:
    """What is asked for.

    Args:
        format: one of `FORMATS`.
        provenance: whether files tell how the music was made.
        matched: whether takes as audio are brought to one loudness.
        performed: whether notes stand where they are played, or where they are written; notation
            is always as written.

    Raises:
        PsychoscoreError: no such format.
    """

    format: str = "midi"
    provenance: bool = True
    matched: bool = True
    performed: bool = True

    def __post_init__(self) -> None:
        if self.format not in FORMATS:
            raise PsychoscoreError(f"{self.format!r} is not one of {', '.join(FORMATS)}.")


def export_documents(
    takes: Sequence[tuple[str, Take]],
    tempo_map: TempoMap,
    cue: Cue,
    folder: Path,
    wish: ExportWish,
) -> Iterator[Path]:
    """Write takes as MIDI or MusicXML, one file or folder a take.

    Args:
        takes: letter and take.
        tempo_map: at which they are played now.
        wish: its format is one of `DOCUMENTS`.

    Raises:
        PsychoscoreError: a take cannot be written so, or the disk refuses.
    """
    told = wish.provenance
    for letter, take in takes:
        name = take_name(cue, letter)
        match wish.format:
            case "stems":
                stems = take_stems(take, tempo_map, cue, provenance=told)
                yield hand_over_together(stems, folder, name)
            case "musicxml":
                content = take_musicxml(take, tempo_map, cue, provenance=told)
                yield hand_over(content, folder, name, ".musicxml")
            case kind:
                file = take_bytes(
                    take, tempo_map, cue, kind=0 if kind == "midi0" else 1, provenance=told
                )
                yield hand_over(file, folder, name)


def take_musicxml(take: Take, tempo_map: TempoMap, cue: Cue, *, provenance: bool = True) -> bytes:
    """A take as MusicXML at the tempo it is played at now.

    Raises:
        PsychoscoreError: its metre cannot be written.
    """
    from engine.notation.musicxml import musicxml
    from engine.notation.page import write_page

    metres = take.score.metres
    written = without_holds(tempo_map, cue.fermatas, metres)
    page = write_page(
        replace(take.score, tempo_map=written),
        upbeat_ticks=cue.upbeat_ticks,
        fermatas=hold_spans(cue.fermatas, metres),
    )
    told = provenance_json(take.provenance) if provenance else ""
    return musicxml(page, cue_name(cue), use_notice(take.provenance), told)
