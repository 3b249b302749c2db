"""The session: the one owner of project, cue, profile, takes, transport wish and undo.

It lives on the GUI thread. Others see frozen snapshots and hear past-tense signals; what they
want they say by calling a method. It paints nothing and knows no widget. This is its uppermost
part: playing and files.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QObject

from app.session.asking import bars_between
from app.session.bringing_in import BringingIn
from app.session.clicking import Clicking
from app.session.controlling import Controlling
from app.session.cues import Cues
from app.session.exporting import Exporting
from app.session.generating import Generating
from app.session.marks import Marks
from app.session.playback import Loop, Player
from app.session.playing_in import PlayingIn
from app.session.project_files import ProjectFiles
from app.session.recutting import Recutting
from app.session.showing import Showing
from app.session.times import Times
from app.session.under import Under
from app.session.values import PortSnapshot
from app.session.writing import Writing
from engine.errors import PsychoscoreError
from engine.playing.protocol import Reply
from engine.project.edits import AnyEdit, SetConfigValue
from engine.project.gone import folder_gone, takes_lost
from engine.project.history import History
from engine.project.state import ProjectState
from engine.score import Score


class Session(Generating):
    """One open project, the engine that composes for it and the player that plays it.

    Args:
        files: where projects lie.
        user_folder: the user's own folder.
        player: the player process.
    """

    def __init__(
        self,
        files: ProjectFiles,
        user_folder: Path,
        player: Player,
        parent: QObject | None = None,
    ) -> None:
        self.files = files
        self._autosaved: object = None
        self.showing: Showing | None = None
        self.saved_at: datetime | None = None
        super().__init__(user_folder, player, parent)
        self.exporting = Exporting(self)
        self.bringing_in = BringingIn(self)
        self.marks = Marks(self)
        self.cue_acts = Cues(self)
        self.times = Times(self)
        self.controlling = Controlling(self, player)
        self.showing = Showing(self, player)
        self.writing = Writing(self)
        self.playing_in = PlayingIn(self, player)
        self.clicking = Clicking(self, player)
        self.recutting = Recutting(self)
        self.under = Under(self, player, user_folder)

    @property
    def ports(self) -> PortSnapshot:
        return self.playback.ports

    # ---- A show, in which nothing can be changed

    @property
    def locked(self) -> bool:
        """Whether a show is on: what would change the project or the music does nothing."""
        return self.showing is not None and self.showing.on

    def go(self) -> None:
        """GO from afar: of the show, or out of what is held while playing live."""
        if self.locked:
            self.showing.go()
        else:
            self.live.go()

    @property
    def can_generate(self) -> bool:
        return not self.locked and super().can_generate

    def commit(self, edit: AnyEdit) -> bool:
        return not self.locked and super().commit(edit)

    def preview(self, edit: AnyEdit) -> None:
        if not self.locked:
            super().preview(edit)

    def preview_values(self, values: Mapping[str, float]) -> None:
        if self.writing.active:
            self.writing.move(values)
        else:
            super().preview_values(values)

    def set_values(self, values: Mapping[str, float]) -> None:
        if self.writing.active:
            self.writing.move(values)
        else:
            super().set_values(values)

    def choose_take(self, index: int) -> None:
        if not self.locked:
            super().choose_take(index)

    def choose_cue(self, cue_id: str) -> None:
        if not self.locked:
            super().choose_cue(cue_id)

    def hear(self, score: Score) -> None:
        if not self.locked:
            super().hear(score)

    def begin(self, state: ProjectState, history: History, *, saved: bool) -> None:
        if self.showing is not None:
            self.showing.leave()
        super().begin(state, history, saved=saved)

    def _hold_current(self) -> None:
        if not self.locked:
            super()._hold_current()

    # ---- Playing

    def toggle_play(self) -> None:
        if self.locked or self.live.stop():
            return
        if self.transport.playing:
            self.playback.stop()
        else:
            at_end = self.position >= self.asked.starts[-1] - 1
            start = self.beginning if at_end else int(self.position)
            self.playback.play(start, self.clicking.before(start))

    def stop(self) -> None:
        """Stop; where all is still, go back to the beginning of the loop or of the cue."""
        if self.locked:
            self.showing.stop()
            return
        if self.live.stop():
            return
        if self.transport.playing:
            self.playback.stop()
        else:
            loop = self.transport.loop if self.transport.looping else None
            self.locate(loop[0] if loop else self.beginning)

    def escape(self) -> None:
        """Esc: cancel what is being composed, else stop."""
        if self.locked or self.live.stop():
            return
        if self.generation is not None:
            self.cancel()
        elif self.transport.playing:
            self.playback.stop()

    def locate(self, tick: int) -> None:
        if not self.locked and not self.live.on:
            self.playback.locate(min(max(tick, self.beginning), self.asked.starts[-1]))

    def set_loop(self, loop: Loop | None) -> None:
        """Set the loop region, in ticks, and loop it."""
        if not self.locked and not self.live.on:
            self.playback.set_loop(loop, loop is not None)

    def loop_bars(self, first: int, last: int) -> None:
        """Loop bars of the cue, both included."""
        starts = self.asked.starts
        self.set_loop((starts[first - 1], starts[last]))

    @property
    def looped_bars(self) -> tuple[int, int] | None:
        """The bars of the cue that are looped, in part or whole."""
        transport, starts = self.transport, self.asked.starts
        if transport.loop is None or not transport.looping:
            return None
        return bars_between(starts, *transport.loop)

    def toggle_loop(self) -> None:
        """Loop or not; without a region the whole cue is looped."""
        if self.locked or self.live.on:
            return
        transport = self.transport
        loop = transport.loop or (0, self.asked.starts[-1])
        self.playback.set_loop(loop, not transport.looping)

    def panic(self) -> None:
        if self.locked:
            self.showing.stop()
        self.playback.panic()

    def choose_port(self, name: str) -> None:
        self.playback.choose_port(name)

    def rescan_ports(self) -> None:
        self.playback.rescan()

    def set_audio(self, on: bool) -> None:
        self.playback.set_audio(on)

    def hear_player(self, reply: Reply) -> None:
        """Take in what the player says; on the GUI thread."""
        self.under.hear(reply)
        if self.showing.hear(reply):
            return
        self.playback.hear(reply)
        self.controlling.hear(reply)
        self.playing_in.hear(reply)

    # ---- Files

    @property
    def saved_text(self) -> str:
        """Where the project stands between disk and memory, in a few words."""
        if self.files.folder is None:
            return "Not saved yet, kept every 30 s" if self.dirty else ""
        if self.dirty:
            return "Unsaved changes, kept every 30 s"
        return f"Saved {self.saved_at:%H:%M}" if self.saved_at else "Saved"

    def new_project(self) -> None:
        self.leave_cue()
        self.files.new()
        self.files.discard_draft()
        self.begin(self.untitled(), History(), saved=True)

    def open_project(self, folder: Path) -> bool:
        """Open a saved project; where that fails the open one stays."""
        try:
            state, history = self.files.open(folder)
        except PsychoscoreError as error:
            self.report(error)
            return False
        self.leave_cue()
        self.under.forget()
        self.begin(state, history, saved=True)
        return True

    def recover(self) -> bool:
        """Go on with what the autosave has beyond what was saved."""
        try:
            state = self.files.recovered()
        except PsychoscoreError as error:
            self.report(error)
            return False
        self.begin(state, History(), saved=False)
        return True

    def save(self, folder: Path | None = None) -> bool:
        """Save to the project's folder, or to a chosen one whose name the project takes."""
        self.settling.emit()
        if folder is not None and not self.state.settings.sets("name"):
            self.commit(SetConfigValue(key="name", value=folder.name))
        try:
            lost = self.files.save(self.undo_stack.state, self.undo_stack.history, folder)
        except PsychoscoreError as error:
            self.report(error)
            return False
        self.saved_at = datetime.now()
        self.undo_stack.setClean()
        self.project_changed.emit()
        if lost:
            self.report(takes_lost(lost))
        return True

    def autosave(self) -> None:
        """Keep what is not saved, in case the program ends without being asked to."""
        if not self.dirty or self._autosaved is self.undo_stack.state:
            return
        try:
            self.files.autosave(self.undo_stack.state)
            self._autosaved = self.undo_stack.state
            if self.files.gone and self.files.folder is not None:
                self.report(folder_gone(self.files.folder))
        except PsychoscoreError as error:
            self.report(error)

    def discard_changes(self) -> None:
        """What was not saved is not wanted: no recovery is offered for it."""
        self._autosaved = None
        self.files.discard_autosave()
