"""EMOPIA: piano clips labelled by people with one of four quadrants of feeling.

Owns the layout of its archives (1.0 and 2.2 alike), the table of quadrants by meaning, and the
split by song. The clips were transcribed from recordings and have no bars; they are laid on the
beats and bars that are found for them, and are provisional where the finder is not sure.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from types import MappingProxyType

from engine.data.archive import Archive, open_archive
from engine.data.beats.lay import lay_on_found_beats
from engine.data.beats.learned import Learned
from engine.data.grid import merge, parse_performances
from engine.data.piece import Mood, Piece, Refused, Split, song_share
from engine.errors import PsychoscoreError

LICENCE = "CC BY-NC-SA 4.0 (its README forbids commercial use)"
GENERATOR_SHARE, RERANKER_SHARE = 0.6, 0.1
# Hashed behind each song id. Chosen among 3,000 so that the shares hold in every quadrant, since
# a few songs with many clips carry most of the weight.
_SPLIT_SALT = "#664"
_CLIP = re.compile(r"Q([1-4])_(.+)_(\d+)$")
_FEWEST_NOTES = 8


@dataclass(frozen=True, slots=True)
class Quadrant:
    """A corner of feeling: its meaning, its number in EMOPIA and in the source document.

    The two number Q3 and Q4 the other way round; the files follow EMOPIA (its Q3 is minor).
    """

    mood: Mood
    emopia: str
    source: str
    trauma: tuple[float, float]
    entropy: tuple[float, float]


QUADRANTS: Mapping[str, Quadrant] = MappingProxyType(
    {
        "happy": Quadrant("happy", "Q1", "Q1", (0.1, 0.3), (0.7, 0.9)),
        "tense": Quadrant("tense", "Q2", "Q2", (0.6, 0.9), (0.6, 0.8)),
        "sad": Quadrant("sad", "Q3", "Q4", (0.7, 0.9), (0.1, 0.3)),
        "calm": Quadrant("calm", "Q4", "Q3", (0.1, 0.3), (0.2, 0.4)),
    }
)
_BY_LABEL: Mapping[str, Quadrant] = MappingProxyType(
    {quadrant.emopia: quadrant for quadrant in QUADRANTS.values()}
)


def read_emopia(path: Path) -> Iterator[Piece | Refused]:
    """The clips of an EMOPIA zip in the order of their names.

    Clips that the official split calls test are refused: they stay unseen.

    Raises:
        PsychoscoreError: the file is no zip, or holds no clip of EMOPIA.
    """
    with open_archive(path) as archive:
        clips = [(PurePosixPath(name).stem, name) for name in archive.names if _is_clip(name)]
        if not clips:
            raise PsychoscoreError(f"{path} holds no clips of EMOPIA.")
        learned = Learned.load()
        validation = _songs(archive, "val")
        test = _songs(archive, "test")
        for clip, name in sorted(clips):
            song = song_of(clip)
            if song in test:
                yield Refused(f"emopia/{clip}", "It belongs to the official test part.")
                continue
            try:
                split = emopia_split(song, official_validation=song in validation)
                yield read_clip(archive.read(name), clip, split, learned)
            except PsychoscoreError as error:
                yield Refused(f"emopia/{clip}", error.message)


def song_of(clip: str) -> str:
    """The song id inside a clip's name `Q<quadrant>_<song id>_<segment>`."""
    match = _CLIP.match(clip)
    if match is None:
        raise PsychoscoreError(f"{clip} is not the name of an EMOPIA clip.")
    return match[2]


def emopia_split(song: str, *, official_validation: bool) -> Split:
    """The split of a song: the official validation part, or a fixed share of the train part."""
    if official_validation:
        return "validation"
    share = song_share(f"emopia/{song}{_SPLIT_SALT}")
    if share < GENERATOR_SHARE:
        return "train"
    return "reranker" if share < GENERATOR_SHARE + RERANKER_SHARE else "evaluator"


def read_clip(content: bytes, clip: str, split: Split, learned: Learned) -> Piece:
    """One clip from the bytes of its MIDI file.

    Args:
        learned: the weights of the beat finder.

    Raises:
        PsychoscoreError: it is damaged, or has too few notes.
    """
    performance = merge(tuple(track for _, track in parse_performances(content)))
    if len(performance) < _FEWEST_NOTES:
        raise PsychoscoreError(f"It has only {len(performance)} notes.")
    laid = lay_on_found_beats(performance, learned)
    return laid.piece(
        f"emopia/{clip}", f"emopia/{song_of(clip)}", "emopia", split, _BY_LABEL[clip[:2]].mood
    )


def _is_clip(name: str) -> bool:
    path = PurePosixPath(name)
    return path.suffix.lower() in (".mid", ".midi") and _CLIP.match(path.stem) is not None


def _songs(archive: Archive, part: str) -> frozenset[str]:
    """The songs of an official part, from the lists in the folder `split`."""
    songs: set[str] = set()
    for name in archive.names:
        path = PurePosixPath(name)
        listed = path.suffix == ".csv" and "split" in path.parts and path.name.startswith(part)
        if not listed:
            continue
        rows = csv.reader(io.StringIO(archive.read(name).decode("utf-8", errors="replace")))
        cells = (PurePosixPath(cell).stem for row in rows for cell in row)
        songs |= {song_of(cell) for cell in cells if _CLIP.match(cell)}
    return frozenset(songs)
