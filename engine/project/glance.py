"""A project at a glance: its name, when it was saved, and one take of it.

For lists of projects: it reads one take and no more, and a project that is broken or gone is
an answer like any other.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from engine.config.own import read_settings
from engine.errors import PsychoscoreError
from engine.project.cue import Cue
from engine.project.cue_folder import CUE_FILE, cue_folders, read_take, take_path
from engine.project.folder import PROJECT_FILE, is_project
from engine.take import Take


@dataclass(frozen=True, slots=True)
class Glance:
    """What a list shows of a project.

    Args:
        folder: where it lies, or lay.
        name: its own, or that of its folder.
        saved_at: when one of its files was written last, in local time; None where it is gone.
        cues: how many it has.
        cue: number and title of the cue of `take`, or empty.
        take: the starred take that was written last, else the last of all.
        problem: why it cannot be opened, or empty.
    """

    folder: Path
    name: str
    saved_at: datetime | None = None
    cues: int = 0
    cue: str = ""
    take: Take | None = None
    problem: str = ""

    @property
    def missing(self) -> bool:
        """Whether there is no project any more."""
        return self.saved_at is None

    @property
    def about(self) -> str:
        """What is shown of it, in a few words."""
        if self.take is None:
            return "No takes yet"
        if self.cues == 1:
            score = self.take.score
            seconds = round(score.tempo_map.seconds(score.end))
            bars = len(score.metres)
            length = f"{seconds // 60:02}:{seconds % 60:02}"
            return f"{self.cue}  ·  {bars} bars  ·  {length}"
        return f"{self.cue}  ·  {self.cues} cues"


def glance(folder: Path) -> Glance:
    """Look at a project without opening it; never raises."""
    try:
        if not is_project(folder):
            return Glance(folder, folder.name)
        files = [folder / PROJECT_FILE, *(folder / "cues").glob(f"*/{CUE_FILE}")]
        saved_at = datetime.fromtimestamp(max(file.stat().st_mtime for file in files))
    except OSError:
        return Glance(folder, folder.name)
    try:
        name = str(read_settings(folder / PROJECT_FILE).get("name", folder.name))
        cues = tuple(cue_folders(folder).values())
    except PsychoscoreError as error:
        return Glance(folder, folder.name, saved_at, problem=error.message)
    chosen = max(
        (found for each in cues if (found := _choice(*each)) is not None),
        key=lambda found: found[:2],
        default=None,
    )
    if chosen is None:
        return Glance(folder, name, saved_at, len(cues))
    *_, cue, path = chosen
    title = f"{cue.number} {cue.title}".strip()
    return Glance(folder, name, saved_at, len(cues), title, read_take(path))


def _choice(cue: Cue, place: Path) -> tuple[bool, float, str, Cue, Path] | None:
    """The take that stands for a cue: whether it is starred, when it was written, its file."""
    labels = [label for label in cue.takes if label.starred] or list(cue.takes)
    for label in reversed(labels):
        path = take_path(place, label.stem)
        try:
            return label.starred, path.stat().st_mtime, cue.number, cue, path
        except OSError:
            continue
    return None
