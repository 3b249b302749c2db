"""MIDI files that are brought into the cue: read and measured elsewhere, then edits of the project.

One file at a time; several wait for each other, so that takes come in the order of their files.
"""

from __future__ import annotations

from collections import deque
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.session.gui_thread import GuiThread
from app.session.values import Trouble
from engine.config.layers import default_user_folder
from engine.errors import PsychoscoreError
from engine.project.dropped import Dropped, read_dropped
from engine.project.edits import SetConfigValue, Several
from engine.resources import resource
from engine.training.install import model_names

if TYPE_CHECKING:
    from app.session.session import Session

ENDINGS = (".mid", ".midi", ".smf", ".kar")


class BringingIn(QObject):
    """Brings files into the cues of a session.

    Signals:
        changed(): a file is being read now, or no more; see `reading`.
    """

    changed = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self._gui = GuiThread(self)
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="bringing in")
        self._waiting: deque[str] = deque()

    @property
    def reading(self) -> str:
        """The name of the file that is being read, or an empty string."""
        return self._waiting[0] if self._waiting else ""

    def bring_in(self, path: Path) -> None:
        """Make a take of the cue of a MIDI file, soon."""
        cue_id = self._session.cue.id
        self._waiting.append(path.name)
        self.changed.emit()
        self._thread.submit(self._read, path, cue_id)

    def _read(self, path: Path, cue_id: str) -> None:
        """On the thread."""
        try:
            dropped = read_dropped(path)
        except PsychoscoreError as error:
            told = Trouble(error.message, error.hint)
            self._gui.post(lambda: self._end(told))
        except Exception as error:  # the edge of the thread: a file from anywhere must be told of
            broken = Trouble(f"{path.name} could not be read: {error}.")
            self._gui.post(lambda: self._end(broken))
        else:
            self._gui.post(lambda: self._take_in(dropped, cue_id))

    def _take_in(self, dropped: Dropped, cue_id: str) -> None:
        session = self._session
        remarks = list(dropped.remarks)
        cue = next((each for each in session.cues if each.id == cue_id), None)
        if cue is None:
            self._end(Trouble(f"The cue that {dropped.name} was meant for is gone."))
            return
        session.settling.emit()
        take, time, psyche = dropped.steps(cue)
        if session.commit(take):
            if session.cue.id == cue_id:
                session.choose_take(len(session.takes) - 1)
            session.commit(time)
            session.commit(self._with_model(dropped, psyche, remarks) if dropped.own else psyche)
        self._end(Trouble(" ".join(remarks)) if remarks else None)

    def _with_model(self, dropped: Dropped, psyche: Several, remarks: list[str]) -> Several:
        """A file of our own chooses its model too, where it is installed."""
        name = dropped.take.provenance.model
        if name == self._session.settings.generation.model:
            return psyche
        here = model_names(resource("") / "checkpoints", default_user_folder() / "models")
        if name not in {model.name for model in here}:
            remarks.append(f"{dropped.name} was composed by {name}, a model that is not here.")
            return psyche
        chosen = SetConfigValue(key="generation.model", value=name)
        return Several(edits=(*psyche.edits, chosen), title=psyche.title)

    def _end(self, trouble: Trouble | None) -> None:
        self._waiting.popleft()
        self.changed.emit()
        if trouble is not None:
            self._session.trouble_arose.emit(trouble)


def is_midi(path: Path) -> bool:
    """Whether a file is one by its name."""
    return path.suffix.lower() in ENDINGS
