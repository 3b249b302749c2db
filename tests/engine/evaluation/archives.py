"""A miniature EMOPIA whose four quadrants are easy to tell apart, for whole evaluations."""

from __future__ import annotations

from pathlib import Path

from engine.evaluation.evaluator import MOODS
from tests.engine.data.miniature import Played, emopia_zip
from tests.engine.evaluation.clips import easy_score


def played(mood: int, seed: int) -> list[Played]:
    score = easy_score(MOODS[mood], seed)
    seconds = score.tempo_map.seconds
    return [
        (seconds(n.onset), seconds(n.end) - seconds(n.onset), n.pitch, n.velocity)
        for n in score.notes
    ]


def easy_emopia(path: Path, songs: int = 48, held_out: int = 4) -> Path:
    """One clip a song, the last songs in the official validation part."""
    clips = {f"Q{1 + song % 4}_song{song}_0": played(song % 4, song) for song in range(songs)}
    return emopia_zip(path, clips, validation=list(clips)[-held_out:])
