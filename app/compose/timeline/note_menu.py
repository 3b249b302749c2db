"""The menu of the roll: what the keys do, by name, and the voice of the chosen notes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import Qt, SignalInstance
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from app.compose.timeline.note_hand import NoteHand
from app.compose.timeline.state import TimelineState
from engine.score import Voice


class NoteDesktop(Protocol):
    """What the entries need of the Timeline."""

    hand: NoteHand

    @property
    def notes_chosen(self) -> SignalInstance: ...
    @property
    def notes_counted(self) -> SignalInstance: ...


def add_note_entries(menu: QMenu, timeline: NoteDesktop) -> None:
    """What can be done to notes as entries of the Edit menu, grey where they cannot act now."""
    hand = timeline.hand
    entries: list[tuple[QAction, Callable[[], bool]]] = [
        (_entry(menu, "Cut notes", hand.cut, "Ctrl+X"), lambda: hand.can_edit),
        (_entry(menu, "Copy notes", hand.copy, "Ctrl+C"), lambda: hand.can_edit),
        (_entry(menu, "Paste notes", hand.paste, "Ctrl+V"), lambda: hand.can_paste),
        (_entry(menu, "Duplicate notes", hand.duplicate, "Ctrl+D"), lambda: hand.can_edit),
        # Without a key: elsewhere in the window Del belongs to what has the focus.
        (_entry(menu, "Delete notes", hand.delete), lambda: hand.can_edit),
        (_entry(menu, "Select all notes", hand.select_all, "Ctrl+A"), lambda: hand.can_choose),
        (_entry(menu, "Quantise notes", hand.quantise, "Q"), lambda: hand.can_quantise),
    ]

    def show(_count: int = 0) -> None:
        for action, can in entries:
            action.setEnabled(can())

    timeline.notes_chosen.connect(show)
    timeline.notes_counted.connect(show)
    menu.aboutToShow.connect(show)
    show()


def _entry(menu: QMenu, text: str, act: Callable[[], None], keys: str = "") -> QAction:
    action = menu.addAction(text)
    if keys:
        action.setShortcut(QKeySequence(keys))
    action.triggered.connect(lambda _=False: act())
    return action


def note_menu(parent: QWidget, state: TimelineState, hand: NoteHand) -> QMenu:
    """A menu for the chosen notes as they are now; what cannot act is grey."""
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    some = hand.can_edit
    voices = menu.addMenu("Voice")
    voices.setEnabled(some)
    used = {note.voice for note in state.chosen}
    for voice in Voice:
        action = voices.addAction(voice.name.capitalize())
        action.setCheckable(True)
        action.setChecked(used == {voice})
        action.triggered.connect(lambda _=False, voice=voice: hand.set_voice(voice))
    menu.addSeparator()
    entries = (
        ("Quantise\tQ", hand.quantise, state.snap.ticks is not None),
        ("Quantise halfway", lambda: hand.quantise(0.5), state.snap.ticks is not None),
        ("Octave up\tShift+Up", lambda: hand.transpose(12), some),
        ("Octave down\tShift+Down", lambda: hand.transpose(-12), some),
        (None, None, False),
        ("Compose this pitch range again", hand.ask_range, some),
        (None, None, False),
        ("Cut\tCtrl+X", hand.cut, some),
        ("Copy\tCtrl+C", hand.copy, some),
        ("Paste at the playhead\tCtrl+V", hand.paste, hand.can_paste),
        ("Duplicate\tCtrl+D", hand.duplicate, some),
        ("Delete\tDel", hand.delete, some),
        (None, None, False),
        ("Select all\tCtrl+A", hand.select_all, state.notes.count > 0),
    )
    for text, act, enabled in entries:
        if text is None or act is None:
            menu.addSeparator()
            continue
        action = menu.addAction(text)
        action.setEnabled(enabled)
        action.triggered.connect(lambda _=False, act=act: act())
    return menu
