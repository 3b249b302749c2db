"""The notes of the Timeline: which are shown, which are chosen, and what a drag makes of them.

While notes are dragged the tiles leave them out and the overlay shows where they would land;
nothing is changed until the edit is said, and what is then shown is what its owner gives back.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from PySide6.QtCore import QPointF, QRect, QRectF, Signal
from PySide6.QtWidgets import QWidget

from app.compose.timeline.bars import BarGrid
from app.compose.timeline.canvas import TimelineCanvas
from app.compose.timeline.empty import EmptyRoll
from app.compose.timeline.geometry import GUTTER
from app.compose.timeline.note_changes import NoteChange
from app.compose.timeline.note_colours import Colouring
from app.compose.timeline.note_index import NoteIndex
from app.compose.timeline.scale import scale_steps
from app.compose.timeline.snapping import Snap
from app.compose.timeline.surface import NOTE_ROWS
from app.compose.timeline.tools import Tool
from engine.hole import Hole
from engine.project.note_edits import NoteAct, NotePlace, note_place
from engine.score import Key, Metre, Note, TempoMap, Voice

_AIR = 8.0
_HASTE = 24.0
# So many notes are exchanged one by one; for more the index is made anew.
_FEW = 64
# A drag shows names and velocities beside its notes.
_LABEL = 34.0


class NoteCanvas(TimelineCanvas):
    """Shows and changes notes.

    Signals:
        pitch_auditioned(int, int): a key or note was pressed: pitch and velocity.
        note_hovered(Note | None): the note under the pointer.
        notes_counted(int): how many notes are shown now.
        notes_edited(NoteChange): an edit is done; its owner shows what comes of it.
        notes_chosen(int): how many notes are chosen now.
    """

    pitch_auditioned = Signal(int, int)
    note_hovered = Signal(object)
    notes_counted = Signal(int)
    notes_edited = Signal(object)
    notes_chosen = Signal(int)
    range_asked = Signal(int, int, int, int)
    """First and last tick, lowest and highest pitch of what shall be composed anew."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._wanted: frozenset[NotePlace] | None = None
        self._key: Key | None = None
        self._scale_shown = False
        self.empty_roll = EmptyRoll(self)

    # What is shown

    def set_score(
        self, notes: Iterable[Note], metres: Sequence[Metre], tempo_map: TempoMap
    ) -> None:
        """Show other notes. The view stays where the cue keeps its length, else it is fitted."""
        state, bars = self.state, BarGrid(metres, self.state.bars.upbeat)
        given = set(notes)
        gone, new = state.notes.all - given, given - state.notes.all
        same_time = (bars.metres, tempo_map) == (state.bars.metres, state.tempo)
        self.show_notes((), ())
        if same_time and len(gone) + len(new) <= max(len(given) // 8, _FEW):
            self._exchange(gone, new)
        else:
            if bars.end != state.bars.end:
                self._time_moved = False
            state.bars, state.tempo = bars, tempo_map
            state.notes = NoteIndex(given)
            self.surface.forget()
            self.update()
        self._choose_successors(gone, new)
        self._settle()
        self._hover_note(None)
        self._count_notes()

    def set_upbeat(self, ticks: int) -> None:
        """Show so much of what lies before bar 1."""
        bars = self.state.bars
        if ticks != bars.upbeat:
            self.state.bars = BarGrid(bars.metres, ticks)
            self._time_moved = False
            self.surface.forget()
            self.update()
            self._settle()

    def append_notes(self, notes: Iterable[Note]) -> None:
        """Add notes that the engine has just composed."""
        span = self.state.notes.add(notes)
        if span is not None:
            self._settle()
            self._update_notes(*span)
            self._count_notes()

    def set_generating(self, bar: int | None, holes: Sequence[Hole] = ()) -> None:
        """Mark the bars from `bar` on as not there yet; None when nothing is being composed.

        With holes only their bars are missing, and all other notes look kept.
        """
        if (bar, tuple(holes)) == (self.state.generating, self.state.holes):
            return
        self.state.generating, self.state.holes = bar, tuple(holes)
        self._count_notes()
        self._update_rows(NOTE_ROWS)

    def set_locked(self, stretches: Iterable[tuple[int, int]]) -> None:
        """Show which bars are locked, as first and last bar of each stretch."""
        locked = tuple(stretches)
        if locked != self.state.locked:
            self.state.locked = locked
            self._update_rows(["ruler", "roll"])

    def set_vamps(self, stretches: Iterable[tuple[int, int]]) -> None:
        """Show which bars repeat in a show until GO, as first and last bar of each stretch."""
        vamps = tuple(stretches)
        if vamps != self.state.vamps:
            self.state.vamps = vamps
            self._update_rows(["ruler"])

    def set_editable(self, editable: bool) -> None:
        """Whether notes can be changed: not while they are being composed."""
        if editable != self.state.editable:
            self.state.editable = editable
            if not editable:
                self.choose_notes(())

    def set_colouring(self, colouring: Colouring | str) -> None:
        """Colour the notes by voice, temperature or velocity."""
        self.colours.colouring = Colouring(colouring)
        self._repaint_rows(NOTE_ROWS)

    def set_key(self, key: Key | None) -> None:
        """The key whose rows the scale overlay leaves bright."""
        self._key = key
        self._show_scale()

    def set_scale_shown(self, shown: bool) -> None:
        self._scale_shown = shown
        self._show_scale()

    def set_tool(self, tool: Tool) -> None:
        self.state.tool = tool
        self._show_empty()

    def set_snap(self, snap: Snap) -> None:
        """Let notes snap to another grid, which is shown where it has room."""
        self.state.snap = snap
        self._repaint_rows(NOTE_ROWS)

    def set_voice(self, voice: Voice | None) -> None:
        """Draw notes of this voice; None takes that of the nearest note."""
        self.state.voice = voice

    # What gestures do

    def audition(self, pitch: int, velocity: int = 90) -> None:
        self.pitch_auditioned.emit(pitch, velocity)

    def choose_notes(self, notes: Iterable[Note]) -> None:
        """Choose these notes and no others."""
        before, chosen = self.state.chosen, frozenset(notes)
        if chosen == before:
            return
        self.state.chosen = chosen
        self._update_span(before ^ chosen)
        self.tell_chosen()

    def tell_chosen(self) -> None:
        """Say again how many notes are chosen: what can be done with them has changed."""
        self.notes_chosen.emit(len(self.state.chosen))

    def show_notes(self, lifted: Iterable[Note], placed: Iterable[Note]) -> None:
        """Show notes where a drag has them: leave `lifted` out of the tiles, lay `placed` over."""
        state = self.state
        leaving = frozenset(lifted)
        if leaving is not state.lifted and leaving != state.lifted:
            changed = leaving ^ state.lifted
            state.lifted = leaving
            self.surface.forget_notes(changed)
            self._update_span(changed)
        self._update_span(state.placed)
        state.placed = tuple(placed)
        self._update_span(state.placed)

    def edit_notes(self, act: NoteAct, removed: Iterable[Note], added: Iterable[Note]) -> None:
        """Say an edit, and choose what comes of it."""
        old, new = tuple(removed), tuple(added)
        same = set(old) & set(new)
        change = NoteChange(
            act,
            tuple(note for note in old if note not in same),
            tuple(note for note in new if note not in same),
        )
        self.show_notes((), ())
        if change.removed or change.added:
            self._wanted = frozenset(map(note_place, new)) if new else None
            self.notes_edited.emit(change)
            self._wanted = None

    def show_marquee(self, frame: QRectF | None) -> None:
        """Show the frame of a selection, in the world of the roll."""
        self.state.marquee = frame
        self._update_rows(["roll"])

    def follow_hand(self, position: QPointF) -> None:
        """Scroll while a drag goes on beyond the roll."""
        row = self.state.row("roll")
        across, down = (
            min(max(place - high, 0.0), _HASTE) - min(max(low - place, 0.0), _HASTE)
            for place, low, high in (
                (position.x(), float(GUTTER), float(self.width())),
                (position.y(), float(row.top), float(row.bottom)),
            )
        )
        if across or down:
            self.scroll_by(across, down)

    def reveal_notes(self) -> None:
        """Scroll just so far that the first of the chosen notes can be seen."""
        if not self.state.chosen:
            return
        note, state = min(self.state.chosen), self.state
        x, y = state.time.x(note.onset), state.pitch.y(note.pitch)
        right, low = self._width() - 40.0, state.row("roll").height - state.pitch.key
        across = x - 40.0 if x < 0 or x > right else 0.0
        down = y if y < 0 else y - low if y > low else 0.0
        if across or down:
            self.scroll_by(across, down)

    # Inside

    def _exchange(self, gone: set[Note], new: set[Note]) -> None:
        self.state.notes.remove(gone)
        self.state.notes.add(new)
        self.surface.forget_notes(gone | new)
        self._update_span(gone | new)

    def _choose_successors(self, gone: set[Note], new: set[Note]) -> None:
        """What comes in the place of chosen notes is chosen: after an edit and after undo."""
        state = self.state
        kept, lost = state.chosen - gone, state.chosen & gone
        if self._wanted is not None:
            wanted = self._wanted
            chosen = frozenset(note for note in kept | new if note_place(note) in wanted)
        else:
            places = {note_place(note) for note in lost}
            chosen = kept | {note for note in new if note_place(note) in places}
            if lost and not chosen and gone <= lost:
                chosen = frozenset(new)
        self.choose_notes(chosen)

    def _show_scale(self) -> None:
        steps = scale_steps(self._key) if self._scale_shown else None
        if steps != self.state.scale:
            self.state.scale = steps
            self._repaint_rows(["roll"])

    def _hover_note(self, note: Note | None) -> None:
        if note != self.state.hovered_note:
            touched = {each for each in (note, self.state.hovered_note) if each is not None}
            self.state.hovered_note = note
            self._update_span(touched)
            self.note_hovered.emit(note)

    def _count_notes(self) -> None:
        self._show_empty()
        self.notes_counted.emit(self.state.notes.count)

    def _show_empty(self) -> None:
        # It lies where one would draw, so it makes way for the pencil.
        self.empty_roll.setVisible(self.state.empty and self.state.tool is not Tool.DRAW)

    def _show_cut(self, tick: int | None) -> None:
        """Show where a press would split the note under the pointer."""
        if tick != self.state.cut:
            self.state.cut = tick
            self._update_rows(["roll"])

    def _update_span(self, notes: Collection[Note]) -> None:
        """Paint again where these notes are, from above to below, in both rows of notes."""
        onsets = [note.onset for note in notes]
        if not onsets:
            return
        first = self.state.time.x(min(onsets)) - _AIR
        last = self.state.time.x(max(note.onset + note.duration for note in notes)) + _LABEL
        left, right = max(first, 0.0), min(last, float(self._width()))
        for name in NOTE_ROWS:
            row = self.state.row(name)
            if right > left:
                self.update(QRect(GUTTER + int(left), row.top, int(right - left) + 2, row.height))
