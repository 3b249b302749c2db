"""What a run has heard: the index of its music, made once beside the run while it trains.

It lies in the folder of the run and goes with every checkpoint that becomes a model, so that the
model's takes are told their longest run of notes from the music that was trained on. A run that
starts from a model knows what that model knew; where that is unknown no index is made, since it
would call music new that is not.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from threading import Thread

from engine.checkpoint import read_card
from engine.data.shards import Shards
from engine.errors import PsychoscoreError
from engine.evaluation.known_music import FILE, KnownMusic, trained_lines
from engine.training.config import TrainingConfig


def index_of(checkpoint: Path) -> KnownMusic | None:
    """The index of a checkpoint: beside it, or in the folder of the run that made it.

    Raises:
        PsychoscoreError: the file is damaged or of another version.
    """
    folder = checkpoint.resolve()
    for place in (folder, folder.parent, folder.parent.parent):
        if place == folder or (place / "meta.json").is_file():
            found = KnownMusic.beside(place)
            if found is not None:
                return found
    return None


def make_index(config: TrainingConfig, run: Path) -> bool:
    """Index the music of all stages of a run and what the model that it starts from knows.

    Returns:
        whether there is an index.

    Raises:
        PsychoscoreError: the data cannot be read, or the file not be written.
    """
    data = list(dict.fromkeys(Path(each) for stage in config.chain for each in stage.data))
    if _is_newer(run / FILE, [run / "config.json", *(each / "shards.json" for each in data)]):
        return True
    before: KnownMusic | None = None
    if config.start_from is not None:
        start = Path(config.start_from)
        before = index_of(start)
        if before is None and read_card(start).tokens:
            return False
    known = KnownMusic.build(line for each in data for line in trained_lines(Shards.open(each)))
    (known if before is None else before.joined(known)).save(run)
    return True


def index_meanwhile(config: TrainingConfig, run: Path) -> Thread:
    """Make the index on a thread of its own; the run never fails for it."""

    def work() -> None:
        with suppress(PsychoscoreError, OSError):
            make_index(config, run)

    thread = Thread(target=work, name="index", daemon=True)
    thread.start()
    return thread


def _is_newer(file: Path, others: list[Path]) -> bool:
    with suppress(OSError):
        made = file.stat().st_mtime_ns
        return all(made >= each.stat().st_mtime_ns for each in others if each.exists())
    return False
