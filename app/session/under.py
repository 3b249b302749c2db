"""The reference audio of the cue: brought in, made ready elsewhere, and told to the player.

It knows which file lies under the cue and how far it is ready; it paints nothing and plays
nothing itself.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Signal

from app.session.following import Sounding
from app.session.gui_thread import GuiThread
from app.session.values import Trouble
from engine.errors import PsychoscoreError
from engine.playing.protocol import ReferenceState, Reply
from engine.project.edits import SetReferenceAudio
from engine.project.reference_audio import ReferenceAudio, audio_path, copy_in
from engine.reference_audio.alignment import level_db, limited
from engine.reference_audio.preparing import CACHE, Prepared, prepare

if TYPE_CHECKING:
    from app.session.session import Session
    from engine.project.reference_edits import ReferenceAct

_Result = TypeVar("_Result")
_SILENT = (None, 0, 0, 0.0, 0.0)


class Under(QObject):
    """What lies under the timeline of one session.

    Args:
        session: whose cue it is.
        player: sounds it.
        user_folder: where decoded audio is kept.

    Signals:
        changed(): what is ready, what is being read, or what hinders.
    """

    changed = Signal()

    def __init__(self, session: Session, player: Sounding, user_folder: Path) -> None:
        super().__init__(session)
        self._session, self._player = session, player
        self._cache = user_folder / CACHE
        self._gui = GuiThread(self)
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="reference audio")
        self._wanted: tuple[Path, str] | None = None
        self._told: tuple[str | None, int, int, float, float] = _SILENT
        self.audio: Prepared | None = None
        self.reading = ""
        """The name of the file that is being read, or an empty string."""
        self.bringing = ""
        """The name of a file that is being brought in, or an empty string."""
        self.missing = ""
        """Why the file of the cue cannot be shown, or an empty string."""
        self.silent = ""
        """Why the audio that is ready cannot be heard, or an empty string."""
        session.cue_changed.connect(self._show)
        session.project_changed.connect(self._show)
        session.generation_changed.connect(self._tell)
        session.showing.changed.connect(self._tell)
        self._show()

    @property
    def reference(self) -> ReferenceAudio | None:
        return self._session.cue.reference

    def bring_in(self, path: Path) -> None:
        """Copy a file into the project and lay it under the cue, soon."""
        session = self._session
        if session.locked:
            return
        cue_id, home = session.cue.id, session.files.home
        self.bringing = path.name
        self.changed.emit()

        def work() -> str:
            prepare(path, self._cache)
            return copy_in(path, home)

        self._submit(work, path.name, lambda name: self._lay(cue_id, home, name))

    def forget(self) -> None:
        """Read the file of the cue anew when it is next looked at: a project is opened."""
        self._wanted = None

    def move_to(self, seconds: float) -> None:
        """Let the file begin so many seconds after bar 1."""
        if self.reference is not None:
            self._change("move", offset_seconds=self.within(seconds))

    def within(self, seconds: float) -> float:
        """The offset nearest to this one at which some of the file lies under the cue."""
        length = self.audio.seconds if self.audio else 0.2
        return limited(seconds, length, self._session.marks.clock.seconds_of_bar(self._last_bar))

    def set_gain(self, gain_db: float) -> None:
        self._change("gain", gain_db=gain_db)

    def try_gain(self, gain_db: float) -> None:
        """Let a gain be heard that is not chosen yet."""
        self._tell(gain_db)

    def toggle_muted(self) -> None:
        reference = self.reference
        if reference is not None:
            self._change("unmute" if reference.muted else "mute", muted=not reference.muted)

    def remove(self) -> None:
        """Take the audio from the cue; its file stays in the project, so undo brings it back."""
        if self.reference is not None:
            self._commit(None, "remove")

    def hear(self, reply: Reply) -> None:
        """Take in what the player says."""
        if isinstance(reply, ReferenceState) and reply.sentence != self.silent:
            self.silent = reply.sentence
            self.changed.emit()

    @property
    def _last_bar(self) -> float:
        return self._session.cue.bars + 1.0

    def _change(self, act: ReferenceAct, **values: object) -> None:
        reference = self.reference
        if reference is None:
            return
        changed = reference.model_copy(update=values)
        if changed != reference:
            self._commit(changed, act)
        else:
            self._tell()

    def _commit(self, reference: ReferenceAudio | None, act: ReferenceAct) -> None:
        cue = self._session.cue.id
        self._session.commit(SetReferenceAudio(cue=cue, reference=reference, act=act))

    def _lay(self, cue_id: str, home: Path, name: str) -> None:
        session = self._session
        cue = next((each for each in session.cues if each.id == cue_id), None)
        self.bringing = ""
        if cue is None or home != session.files.home:
            self._fail(name, Trouble(f"The cue that {name} was meant for is gone."))
            return
        old = cue.reference
        reference = ReferenceAudio(file=name)
        if old is not None:
            reference = reference.model_copy(update={"offset_seconds": old.offset_seconds})
        act: ReferenceAct = "add" if old is None else "replace"
        self._wanted = None  # the same name may be another file now
        session.commit(SetReferenceAudio(cue=cue_id, reference=reference, act=act))
        self._show()

    def _show(self) -> None:
        """Find out what the cue has now; read it where it is another file."""
        reference = self.reference
        wanted = (self._session.files.home, reference.file) if reference else None
        if wanted != self._wanted:
            self._wanted, self.audio, self.missing, self.reading = wanted, None, "", ""
            if wanted is not None:
                self._read(*wanted)
            self.changed.emit()
        self._tell()

    def _read(self, home: Path, name: str) -> None:
        self.reading, wanted = name, self._wanted

        def ready(audio: Prepared) -> None:
            # An answer to an earlier wish for the same file tells nothing of the file now.
            if self._wanted is wanted:
                self.audio, self.reading = audio, ""
                self._tell()

        self._submit(lambda: prepare(audio_path(home, name), self._cache), name, ready)

    def _submit(
        self, work: Callable[[], _Result], name: str, done: Callable[[_Result], None]
    ) -> None:
        """Do something on the thread, then something with its result on this one."""

        def run() -> None:
            try:
                result = work()
            except PsychoscoreError as error:
                told = Trouble(error.message, error.hint)
            except Exception as error:  # the edge of the thread: a file from anywhere must be told
                told = Trouble(f"{name} could not be read: {error}.")
            else:
                self._gui.post(lambda: self._end(lambda: done(result)))
                return
            self._gui.post(lambda: self._end(lambda: self._fail(name, told)))

        self._thread.submit(run)

    def _end(self, do: Callable[[], None]) -> None:
        do()
        self.changed.emit()

    def _fail(self, name: str, trouble: Trouble) -> None:
        if self.reading == name:
            self.reading = ""
        if self.bringing == name:
            self.bringing = ""
        if self._wanted is not None and self._wanted[1] == name and self.audio is None:
            self.missing = trouble.message
        self._session.trouble_arose.emit(trouble)

    def _tell(self, gain_db: float | None = None) -> None:
        """Tell the player, where it does not know yet."""
        session, reference, audio = self._session, self.reference, self.audio
        told: tuple[str | None, int, int, float, float] = _SILENT
        # In a show the audience hears the music alone, and live music has no place in the cue.
        hidden = session.locked or session.live.on or reference is None or reference.muted
        if not hidden and audio is not None and reference is not None:
            gain = reference.gain_db if gain_db is None else gain_db
            level = level_db(gain, audio.peak_db)
            told = (str(audio.pcm), audio.frames, audio.rate, reference.offset_seconds, level)
        if told != self._told:
            self._told = told
            self._player.set_reference(*told)
