"""The menu of the roll: what the keys do, by name, and the voice of the chosen notes."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu, QWidget

from app.compose.timeline.note_hand import NoteHand
from app.compose.timeline.state import TimelineState
from engine.score import Voice


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
