"""What keys and menus do to the chosen notes, and the notes that were copied.

Every action is one step of editing. The copied notes belong to the program, not to the system's
clipboard: they keep voice and velocity, and go from take to take.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Protocol

from PySide6.QtCore import Qt, SignalInstance

from app.compose.timeline import note_changes as changes
from app.compose.timeline.gestures import Desk
from app.compose.timeline.state import TimelineState
from engine.score import Note, Voice

OCTAVE = 12


class NoteDesk(Desk, Protocol):
    """What the hand may do to the Timeline."""

    range_asked: SignalInstance

    def reveal_notes(self) -> None: ...
    def tell_chosen(self) -> None: ...


class NoteHand:
    """Works on the chosen notes of a Timeline."""

    def __init__(self, desk: NoteDesk) -> None:
        self._desk = desk
        self._copied: tuple[Note, ...] = ()

    @property
    def can_paste(self) -> bool:
        return bool(self._copied) and self._state.editable

    @property
    def can_edit(self) -> bool:
        """Whether there are chosen notes that can be edited."""
        return bool(self._state.chosen) and self._state.editable

    @property
    def can_choose(self) -> bool:
        return self._state.editable and self._state.notes.count > 0

    @property
    def can_quantise(self) -> bool:
        return self.can_choose and self._state.snap.ticks is not None

    @property
    def _state(self) -> TimelineState:
        return self._desk.state

    def _chosen(self) -> list[Note]:
        return sorted(self._state.chosen) if self._state.editable else []

    def ask_range(self) -> None:
        """Ask for the bars and the pitch range of the chosen notes anew."""
        notes = self._chosen()
        if notes:
            pitches = [note.pitch for note in notes]
            onsets = [note.onset for note in notes]
            self._desk.range_asked.emit(min(onsets), max(onsets) + 1, min(pitches), max(pitches))

    def select_all(self) -> None:
        if self._state.editable:
            self._desk.choose_notes(self._state.notes.all)

    def copy(self) -> None:
        self._copied = tuple(self._chosen()) or self._copied
        self._desk.tell_chosen()

    def cut(self) -> None:
        self.copy()
        self._desk.edit_notes("cut", self._chosen(), ())

    def paste(self) -> None:
        """Set the copied notes down at the playhead."""
        if self.can_paste:
            tick = round(self._state.playhead)
            placed = changes.set_down(self._copied, tick, self._state.bars.end)
            self._desk.edit_notes("paste", (), placed)
            self._desk.reveal_notes()

    def delete(self) -> None:
        self._desk.edit_notes("delete", self._chosen(), ())

    def duplicate(self) -> None:
        notes = self._chosen()
        if notes:
            placed = changes.repeated(notes, self._state.bars, self._state.snap)
            self._desk.edit_notes("duplicate", (), placed)
            self._desk.reveal_notes()

    def quantise(self, strength: float = 1.0) -> None:
        """Bring the chosen notes, or all where none are chosen, to the grid."""
        state = self._state
        if state.editable and state.snap.ticks is not None:
            notes = self._chosen() or sorted(state.notes.all)
            placed = changes.quantised(notes, state.bars, state.snap, strength)
            self._desk.edit_notes("quantise", notes, placed)

    def transpose(self, semitones: int) -> None:
        notes = self._chosen()
        if notes:
            placed = changes.moved(notes, 0, semitones, self._state.bars.end)
            self._desk.edit_notes("transpose", notes, placed)
            top = max(placed, key=lambda note: (note.pitch, note.onset))
            self._desk.audition(top.pitch, top.velocity)
            self._desk.reveal_notes()

    def nudge(self, steps: int) -> None:
        """Move the chosen notes by steps of the grid."""
        notes, state = self._chosen(), self._state
        if notes:
            step = state.snap.step(state.bars, notes[0].onset)
            bars = state.bars
            placed = changes.moved(notes, steps * step, 0, bars.end, bars.begin)
            self._desk.edit_notes("move", notes, placed)
            self._desk.reveal_notes()

    def set_voice(self, voice: Voice) -> None:
        notes = self._chosen()
        self._desk.edit_notes("voice", notes, changes.with_voice(notes, voice))

    def action(self, key: int, held: Qt.KeyboardModifier) -> Callable[[], None] | None:
        """What a key does to notes now, or None where it does nothing."""
        name = _KEYS.get((key, _plain(held)))
        if name is None or not self._can(name):
            return None
        return partial(_ACTS[name], self)

    def _can(self, name: str) -> bool:
        if name == "paste":
            return self.can_paste
        if name in ("select_all", "quantise"):
            return self.can_choose
        return self.can_edit


def _plain(held: Qt.KeyboardModifier) -> Qt.KeyboardModifier:
    return held & ~Qt.KeyboardModifier.KeypadModifier


_NONE, _CONTROL, _SHIFT = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
)
_KEYS: Mapping[tuple[int, Qt.KeyboardModifier], str] = {
    (Qt.Key.Key_A, _CONTROL): "select_all",
    (Qt.Key.Key_C, _CONTROL): "copy",
    (Qt.Key.Key_X, _CONTROL): "cut",
    (Qt.Key.Key_V, _CONTROL): "paste",
    (Qt.Key.Key_D, _CONTROL): "duplicate",
    (Qt.Key.Key_Q, _NONE): "quantise",
    (Qt.Key.Key_Delete, _NONE): "delete",
    (Qt.Key.Key_Backspace, _NONE): "delete",
    (Qt.Key.Key_Up, _NONE): "up",
    (Qt.Key.Key_Down, _NONE): "down",
    (Qt.Key.Key_Up, _SHIFT): "octave_up",
    (Qt.Key.Key_Down, _SHIFT): "octave_down",
    (Qt.Key.Key_Left, _NONE): "earlier",
    (Qt.Key.Key_Right, _NONE): "later",
}
_ACTS: Mapping[str, Callable[[NoteHand], None]] = {
    "select_all": NoteHand.select_all,
    "copy": NoteHand.copy,
    "cut": NoteHand.cut,
    "paste": NoteHand.paste,
    "duplicate": NoteHand.duplicate,
    "quantise": NoteHand.quantise,
    "delete": NoteHand.delete,
    "up": lambda hand: hand.transpose(1),
    "down": lambda hand: hand.transpose(-1),
    "octave_up": lambda hand: hand.transpose(OCTAVE),
    "octave_down": lambda hand: hand.transpose(-OCTAVE),
    "earlier": lambda hand: hand.nudge(-1),
    "later": lambda hand: hand.nudge(1),
}
