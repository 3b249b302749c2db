"""Hearing a model: one short cue, always the same wish, composed by it and played as a take is.

It is composed by `psychoscore generate` as a child, so that the model in use stays in use, and
kept beside the run, so that two models can be heard one after the other at once.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.child_command import ChildCommand
from app.session import Session
from engine.errors import PsychoscoreError
from engine.files import make_folder
from engine.midi.file import read_score

CUE = (
    "--bars", "4", "--tempo", "84", "--key", "Dm", "--time-signature", "4/4", "--trauma", "0.7",
    "--entropy", "0.4", "--rsi", "0.4+0j", "--seed", "7",
)  # fmt: skip


class Listening(QObject):
    """At most one model is being heard, or composes its cue; `changed` tells that it changed."""

    changed = Signal()
    failed = Signal(str)
    """A sentence."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._child = ChildCommand(self)
        self._child.done.connect(self._composed)
        self._child.failed.connect(self._failed)
        self._child.unstarted.connect(
            lambda: self._failed("The cue could not be composed: no process could be started.")
        )
        self._model = self._cue = Path()
        session.transport_changed.connect(self.changed)

    @property
    def waiting(self) -> Path | None:
        """The folder of the model whose cue is being composed."""
        return self._model if self._child.busy else None

    @property
    def heard(self) -> Path | None:
        """The folder of the model whose cue sounds."""
        return self._model if not self._child.busy and self._session.hearing else None

    def toggle(self, model: Path, cues: Path) -> None:
        """Hear the model in a folder, or end it where it is being heard.

        Args:
            cues: folder in which its cue is kept.
        """
        was = self._model if self.waiting or self.heard else None
        self.end()
        if was == model:
            return
        self._model = model
        self._cue = cues / f"{model.name}.mid"
        if _is_fresh(self._cue, model):
            self._play()
        else:
            self._compose(cues)
        self.changed.emit()

    def end(self) -> None:
        """Hear nothing more."""
        self._child.cancel()
        self._session.end_hearing()
        self.changed.emit()

    def _compose(self, cues: Path) -> None:
        try:
            make_folder(cues)
        except PsychoscoreError as error:
            self.failed.emit(str(error))
            return
        words = ["generate", "--model", str(self._model), *CUE, "--out", str(self._cue)]
        self._child.start(words)

    def _composed(self) -> None:
        self._play()
        self.changed.emit()

    def _failed(self, said: str) -> None:
        self.failed.emit(said or "The cue could not be composed.")
        self.changed.emit()

    def _play(self) -> None:
        try:
            self._session.hear(read_score(self._cue))
        except PsychoscoreError as error:
            self.failed.emit(str(error))


def _is_fresh(cue: Path, model: Path) -> bool:
    """Whether the cue was composed by the weights that lie there now."""
    try:
        return cue.stat().st_mtime >= (model / "weights.safetensors").stat().st_mtime
    except OSError:
        return False
