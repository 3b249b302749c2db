"""The Cue menu: cues, their time, the picture, composing, live music."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu

from app.compose.mark_entries import add_mark_entries
from app.compose.reference_desk import add_reference_entries
from app.compose.time_entries import add_time_menu
from app.menu_entries import add, tick
from app.session import Session
from app.transport.click_entries import add_click_entries
from app.transport.live_entries import LiveEntries
from app.wording import bars_text, bars_word, key_name
from engine.score import METRES, Key

if TYPE_CHECKING:
    from app.window import Window

UNCHANGED = "Compose changed bars again"


class CueMenu(QObject):
    """Fills the Cue menu and keeps it true.

    Args:
        menu: whose entries they are.
        window: whose pages and sheets they open.
        session: whom wishes go to.
    """

    def __init__(self, menu: QMenu, window: Window, session: Session) -> None:
        super().__init__(menu)
        self._session = session
        add(menu, "Cue list…", window.sheets.cues, "Ctrl+Shift+L")
        add(menu, "New cue", session.add_cue)
        add(menu, "Duplicate cue", lambda: session.cue_acts.duplicate(session.cue.id))
        add(menu, "Rename cue…", window.projects.rename_cue)
        self._remove = add(menu, "Remove cue", session.remove_cue)
        cues = menu.addMenu("Choose cue")
        cues.aboutToShow.connect(lambda: self._fill_cues(cues))
        menu.addSeparator()
        self._add_time(menu, window)
        menu.addSeparator()
        picture = menu.addMenu("Picture")
        add_mark_entries(picture, window.compose.marking)
        picture.addSeparator()
        add_reference_entries(picture, window.compose.reference, session)
        menu.addSeparator()
        self._add_composing(menu)
        LiveEntries(menu.addMenu("Live"), session)
        menu.addSeparator()
        add_click_entries(menu, session)
        menu.aboutToShow.connect(self._show_changed)
        session.cue_changed.connect(self._show_changed)
        for signal in (
            session.takes_changed,
            session.project_changed,
            session.generation_changed,
            session.devices_changed,
        ):
            signal.connect(self._show)
        session.transport_changed.connect(self._show_asking)
        session.asking.changed.connect(self._show_asking)
        self._show()

    def _add_time(self, menu: QMenu, window: Window) -> None:
        bar = window.transport
        add_time_menu(menu, window.compose.timing)
        add(menu, "Length in bars…", lambda: bar.bars.start_typing())
        add(menu, "Tempo…", lambda: bar.tempo.start_typing())
        keys = menu.addMenu("Key")
        keys.aboutToShow.connect(lambda: self._fill_keys(keys))
        metres = menu.addMenu("Metre")
        metres.aboutToShow.connect(lambda: self._fill_metres(metres))

    def _add_composing(self, menu: QMenu) -> None:
        session, asking = self._session, self._session.asking
        self._generate = add(menu, "Generate", session.toggle_generation, "Ctrl+G")
        self._compose_again = add(
            menu, "Compose these bars again", asking.compose_again, "Ctrl+Shift+G"
        )
        self._changed = add(menu, UNCHANGED, session.closer.compose_changed, "Ctrl+Alt+G")
        self._go_on = add(menu, "Continue the take", asking.go_on)

    def _fill_cues(self, menu: QMenu) -> None:
        menu.clear()
        for cue in self._session.cues:
            name = f"{cue.number} {cue.title}".strip()
            choose = lambda cue=cue: self._session.choose_cue(cue.id)  # noqa: E731
            tick(add(menu, name, choose), cue.id == self._session.cue.id)

    def _fill_keys(self, menu: QMenu) -> None:
        menu.clear()
        keys: list[Key | None] = [None]
        keys += [Key(tonic, mode) for mode in ("minor", "major") for tonic in range(12)]
        for key in keys:
            text = key_name(key).capitalize() if key is None else key_name(key)
            action = add(menu, text, lambda key=key: self._session.set_key(key))
            tick(action, key == self._session.asked.key)

    def _fill_metres(self, menu: QMenu) -> None:
        menu.clear()
        for metre in METRES:
            action = add(menu, str(metre), lambda metre=metre: self._session.set_metre(metre))
            tick(action, metre == self._session.asked.metres[0])

    def _show(self) -> None:
        session = self._session
        self._remove.setEnabled(len(session.cues) > 1)
        composing = session.generation is not None
        self._generate.setText("Cancel composing" if composing else "Generate")
        self._generate.setEnabled(composing or session.can_generate)
        self._show_asking()

    def _show_changed(self) -> None:
        session = self._session
        stretches = session.closer.changed() if session.can_generate else ()
        self._changed.setEnabled(bool(stretches))
        words = ", ".join(bars_word(*each) for each in stretches[:3])
        more = "…" if len(stretches) > 3 else ""
        self._changed.setText(f"Compose changed {words}{more} again" if words else UNCHANGED)

    def _show_asking(self) -> None:
        self._show_changed()
        asking = self._session.asking
        whole = asking.region is None
        self._compose_again.setText(f"Compose {'this take' if whole else 'these bars'} again")
        self._compose_again.setEnabled(asking.can_compose_again)
        self._go_on.setText(f"Continue the take by {bars_text(asking.bars_more)}")
        self._go_on.setEnabled(asking.can_go_on)
