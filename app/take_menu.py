"""The Take menu: what is done to the current take."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu

from app.compose.handing_over import copy_take, reveal_take
from app.compose.takes import TakesColumn, again_with_seed
from app.menu_entries import add, tick
from app.session import Session
from engine.measuring.attributes import Texture


class TakeMenu(QObject):
    """Fills the Take menu and keeps it true.

    Args:
        menu: whose entries they are.
        takes: where a take is renamed.
        session: whom wishes go to.
    """

    def __init__(self, menu: QMenu, takes: TakesColumn, session: Session) -> None:
        super().__init__(menu)
        self._session = session
        self._needs_take = [
            add(menu, "Rename take", takes.rename_current),
            add(menu, "Star", self._star),
            add(menu, "Duplicate", lambda: session.duplicate_take(self._current)),
            add(menu, "Delete", lambda: session.remove_take(self._current)),
        ]
        self._again = add(menu, "Compose again with this seed", self._compose_again)
        self._textures = menu.addMenu("Same chords, other texture")
        for texture in Texture:
            words = texture.value.replace("_", " ").capitalize()
            add(self._textures, words, partial(session.asking.retexture, texture.value))
        self._needs_take.append(
            add(menu, "Copy take as file", lambda: copy_take(session), "Ctrl+Shift+C")
        )
        self._reveal = add(menu, "Show file in folder", lambda: reveal_take(session, self._current))
        menu.addSeparator()
        self._listen = add(menu, "Listen while composing", self._toggle_listening)
        tick(self._listen, session.listen_while_composing)
        menu.aboutToShow.connect(self._show)
        for signal in (
            session.takes_changed,
            session.project_changed,
            session.generation_changed,
            session.devices_changed,
        ):
            signal.connect(self._show)
        self._show()

    @property
    def _current(self) -> str:
        take = self._session.current_take
        return take.id if take else ""

    def _star(self) -> None:
        take = self._session.current_take
        if take is not None:
            self._session.star_take(take.id, not take.starred)

    def _compose_again(self) -> None:
        take = self._session.current_take
        if take is not None:
            again_with_seed(self._session, take)

    def _toggle_listening(self) -> None:
        self._session.listen_while_composing = self._listen.isChecked()

    def _show(self) -> None:
        session = self._session
        current = session.current_take
        for action in self._needs_take:
            action.setEnabled(current is not None)
        self._again.setEnabled(current is not None and session.can_generate)
        self._textures.setEnabled(session.asking.can_ask and session.asking.bars is not None)
        self._reveal.setEnabled(
            current is not None and session.exporting.take_file(current.id) is not None
        )
