"""The folder of a training run: the only thing that the run and the window share.

    meta.json           name, when it began, data and licences
    config.json         what the run was told
    events.jsonl        what happened, one event a line
    control             words for the run: stop, pause, resume, save
    lock                which process trains here
    copies.safetensors  an index of the music that it heard
    checkpoint/         the newest save, with state.safetensors and progress.json beside it
    checkpoints/        those put aside: the best by validation, the asked for, the last

Knows no network: a window reads this without loading one.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from engine.errors import PsychoscoreError
from engine.files import cannot, make_folder, write_atomic
from engine.training import run_lock
from engine.training.events import Noted, RunEvent, event_line, parse_line

Word = Literal["stop", "pause", "resume", "save"]
WORDS: tuple[Word, ...] = get_args(Word)
FORMAT = 1
READ_AT_ONCE = 262_144
_KEPT_NAME = re.compile(r"step-(\d+)$")
_KEPT_FILES = ("weights.safetensors", "card.json")


@dataclass(frozen=True, slots=True)
class KeptCheckpoint:
    """A checkpoint that was put aside.

    Args:
        per_note: validation by source in nats a note, empty where it was not measured.
        reason: `best`, `asked` or `last`: why it was put aside.
        label: the user's own name for it, or empty.
        model: the name under which it is among the user's models, or empty.
    """

    folder: Path
    step: int
    per_note: dict[str, float]
    reason: str
    at: float
    label: str = ""
    model: str = ""

    @property
    def validation(self) -> float | None:
        """Mean over the sources, nats a note."""
        return sum(self.per_note.values()) / len(self.per_note) if self.per_note else None


@dataclass(frozen=True, slots=True)
class RunFolder:
    """A run by its folder."""

    path: Path

    @classmethod
    def create(cls, path: Path, config: Mapping[str, Any], meta: Mapping[str, Any]) -> RunFolder:
        """Make the folder of a new run.

        Raises:
            PsychoscoreError: there is a run already, or the folder cannot be written.
        """
        run = cls(path)
        if (path / "meta.json").exists():
            raise PsychoscoreError(
                f"There is a run in {path} already.", "Resume it, or choose another folder."
            )
        make_folder(path)
        run.write_config(config)
        fixed = {"format": FORMAT, "name": config.get("name", ""), "began": round(time.time(), 3)}
        write_atomic(path / "meta.json", _pretty(fixed | dict(meta)))
        return run

    @classmethod
    def open(cls, path: Path) -> RunFolder:
        """A run that is there.

        Raises:
            PsychoscoreError: the folder holds no run, or one of another version.
        """
        run = cls(path)
        if run.meta().get("format") != FORMAT:
            raise PsychoscoreError(f"{path} holds a run of another version.")
        return run

    def meta(self) -> dict[str, Any]:
        """Name, beginning (seconds since 1970), data and licences.

        Raises:
            PsychoscoreError: it is missing or broken.
        """
        return self._read("meta.json")

    def config(self) -> dict[str, Any]:
        """What the run was told, as plain values.

        Raises:
            PsychoscoreError: it is missing or broken.
        """
        return self._read("config.json")

    def write_config(self, config: Mapping[str, Any]) -> None:
        write_atomic(self.path / "config.json", _pretty(config))

    @property
    def resumable(self) -> bool:
        """There is a state to go on from."""
        return (self.path / "state.safetensors").is_file()

    # ---- The process that trains

    def alive(self) -> bool:
        """Whether a process trains here now."""
        return run_lock.is_held(self.path / "lock")

    def held(self) -> AbstractContextManager[None]:
        """Hold the run for this process; an error where another one does."""
        return run_lock.held(self.path / "lock")

    def request(self, word: Word) -> None:
        """Tell the run something; it listens after each step.

        Raises:
            PsychoscoreError: the file cannot be written.
        """
        if word not in WORDS:
            raise ValueError(f"{word!r} is no word for a run")
        try:
            with (self.path / "control").open("a", encoding="utf-8") as control:
                control.write(f"{word}\n")
        except OSError as error:
            raise cannot("written", self.path / "control", error) from error

    def taken_requests(self) -> tuple[Word, ...]:
        """The words since the last call, for the run itself: what is taken is gone."""
        control, taken = self.path / "control", self.path / "control.taken"
        try:
            os.replace(control, taken)
            words = taken.read_text(encoding="utf-8", errors="replace").split()
            taken.unlink()
        except OSError:
            return ()
        return tuple(known for word in words for known in WORDS if known == word)

    def forget_requests(self) -> None:
        """Drop words that a run never heard, before another one is started."""
        (self.path / "control").unlink(missing_ok=True)

    # ---- What happened

    def journal(self) -> Journal:
        """The file of events, for the run itself to write."""
        return Journal(self.path / "events.jsonl")

    def events_since(self, offset: int, limit: int = READ_AT_ONCE) -> tuple[list[Noted], int]:
        """Events behind a place in the journal, and the place to go on from.

        Reads at most `limit` bytes, so that a long journal can be read in small bites. A line
        that is still being written is left for the next call.
        """
        try:
            with (self.path / "events.jsonl").open("rb") as file:
                file.seek(offset)
                chunk = file.read(limit)
        except OSError:
            return [], offset
        whole, newline, _ = chunk.rpartition(b"\n")
        if not newline:
            # No event is as long as that: skip what cannot be one.
            return [], offset + (len(chunk) if len(chunk) == limit else 0)
        lines = whole.decode("utf-8", errors="replace").split("\n")
        found = [noted for line in lines if (noted := parse_line(line)) is not None]
        return found, offset + len(whole) + 1

    # ---- Checkpoints

    def keep(self, step: int, reason: str, per_note: Mapping[str, float]) -> KeptCheckpoint:
        """Put the newest checkpoint aside under its step; it shares the bytes on the disk.

        Raises:
            PsychoscoreError: there is none, or the disk refuses.
        """
        folder = self.path / "checkpoints" / f"step-{step:07d}"
        note = {"step": step, "reason": reason, "per_note": dict(per_note), "at": time.time()}
        part = folder.with_name(f".{folder.name}.part")
        try:
            shutil.rmtree(part, ignore_errors=True)
            part.mkdir(parents=True)
            for name in _KEPT_FILES:
                _link(self.path / "checkpoint" / name, part / name)
            (part / "kept.json").write_bytes(_pretty(note))
            if folder.exists():
                shutil.rmtree(folder)
            os.replace(part, folder)
        except OSError as error:
            shutil.rmtree(part, ignore_errors=True)
            raise cannot("saved", folder, error) from error
        return KeptCheckpoint(folder, step, dict(per_note), reason, float(str(note["at"])))

    def checkpoints(self) -> tuple[KeptCheckpoint, ...]:
        """Those put aside, the latest first; one that cannot be read is left out."""
        return tuple(sorted(self._kept(), key=lambda kept: -kept.step))

    def _kept(self) -> Iterator[KeptCheckpoint]:
        with contextlib.suppress(OSError):
            for folder in (self.path / "checkpoints").iterdir():
                with contextlib.suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
                    if _KEPT_NAME.match(folder.name) and (folder / "card.json").is_file():
                        row = json.loads((folder / "kept.json").read_text(encoding="utf-8"))
                        measured = {
                            str(k): float(v) for k, v in row["per_note"].items() if v is not None
                        }
                        yield KeptCheckpoint(
                            folder,
                            int(row["step"]),
                            measured,
                            str(row["reason"]),
                            float(row["at"]),
                            str(row.get("label", "")),
                            str(row.get("model", "")),
                        )

    def prune(self, spare: int) -> None:
        """Remove checkpoints that were kept as the best of their time, all but the newest."""
        former = [kept for kept in self.checkpoints() if kept.reason == "best"]
        for kept in former[spare:]:
            self.remove(kept)

    def remove(self, kept: KeptCheckpoint) -> None:
        """Delete a checkpoint that was put aside.

        Raises:
            PsychoscoreError: the disk refuses.
        """
        try:
            shutil.rmtree(kept.folder)
        except OSError as error:
            raise cannot("deleted", kept.folder, error) from error

    def annotate(
        self, kept: KeptCheckpoint, label: str | None = None, model: str | None = None
    ) -> None:
        """Note the user's own name for a checkpoint, or its name among the user's models.

        Raises:
            PsychoscoreError: the disk refuses.
        """
        note = {
            "step": kept.step,
            "reason": kept.reason,
            "per_note": kept.per_note,
            "at": kept.at,
            "label": kept.label if label is None else label.strip()[:80],
            "model": kept.model if model is None else model,
        }
        write_atomic(kept.folder / "kept.json", _pretty(note))

    def _read(self, name: str) -> dict[str, Any]:
        path = self.path / name
        try:
            row = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError as error:
            raise PsychoscoreError(f"{self.path} holds no training run.") from error
        except (OSError, ValueError, RecursionError) as error:
            raise PsychoscoreError(f"{path} cannot be read: {error}.") from error
        if not isinstance(row, dict):
            raise PsychoscoreError(f"{path} must hold a mapping of names to values.")
        return row


class Journal:
    """The file of events, open for appending."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = -1

    def __enter__(self) -> Journal:
        flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)
        try:
            self._file = os.open(self._path, flags, 0o666)
            size = os.lseek(self._file, 0, os.SEEK_END)
            if size:
                os.lseek(self._file, size - 1, os.SEEK_SET)
                if os.read(self._file, 1) != b"\n":
                    # A killed run may have left half a line.
                    os.write(self._file, b"\n")
        except OSError as error:
            raise cannot("written", self._path, error) from error
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._file)

    def write(self, event: RunEvent) -> None:
        """Append one event; whoever reads sees all of the line or none of it.

        Raises:
            PsychoscoreError: the disk refuses.
        """
        try:
            os.write(self._file, f"{event_line(event, time.time())}\n".encode())
        except OSError as error:
            raise cannot("written", self._path, error) from error


def runs_in(folder: Path) -> tuple[RunFolder, ...]:
    """The runs in a folder, the one that began last first."""
    found: list[tuple[float, RunFolder]] = []
    with contextlib.suppress(OSError):
        for path in folder.iterdir():
            with contextlib.suppress(PsychoscoreError, TypeError, ValueError):
                run = RunFolder.open(path)
                found.append((float(run.meta().get("began", 0)), run))
    return tuple(run for _, run in sorted(found, key=lambda pair: -pair[0]))


def free_run_path(folder: Path) -> Path:
    """The next of `run-1`, `run-2`, ... in a folder of runs."""
    numbers = [0]
    with contextlib.suppress(OSError):
        for path in folder.iterdir():
            if match := re.fullmatch(r"run-(\d{1,9})", path.name):
                numbers.append(int(match[1]))
    return folder / f"run-{max(numbers) + 1}"


def _link(source: Path, target: Path) -> None:
    # Saves replace files and never write into them, so a second name keeps the old bytes.
    try:
        os.link(source, target)
    except FileNotFoundError:
        raise
    except OSError:
        shutil.copyfile(source, target)


def _pretty(value: Mapping[str, Any]) -> bytes:
    return (json.dumps(value, indent=1, allow_nan=False) + "\n").encode()
