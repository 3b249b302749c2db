"""The menu bar: every entry works, shows its key, and is grey where it cannot act now.

The window owns what entries do; this module names them, orders them and gives them keys.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar

from app.command_search import Command
from app.compose.dropping import choose_midi
from app.compose.handing_over import copy_take, reveal_take
from app.compose.mark_entries import add_mark_entries
from app.compose.reference_desk import add_reference_entries
from app.compose.takes import again_with_seed
from app.compose.time_entries import add_time_menu
from app.compose.timeline.note_menu import add_note_entries
from app.controllers.menu import ControllersMenu
from app.controllers.osc import add_osc_entries
from app.session import ModelState, Session
from app.transport.live_entries import LiveEntries
from app.transport.sync_menu import SyncMenu
from app.wording import bars_text, bars_word, key_name
from engine.config.schema import leaves
from engine.playing.protocol import PORT_NAME
from engine.profile import DIMENSION_BY_NAME
from engine.score import METRES, Key

if TYPE_CHECKING:
    from app.window import Window

Act = Callable[[], object]
TAKE_KEYS = 9
UNCHANGED = "Compose changed bars again"


class Menus(QObject):
    """Builds the menus of a window and keeps them true.

    Args:
        window: the window that they belong to.
        session: whom wishes go to.
    """

    def __init__(self, window: Window, session: Session) -> None:
        super().__init__(window)
        self._window, self._session = window, session
        self._needs_take: list[QAction] = []
        bar = window.menuBar()
        self._file(bar.addMenu("&File"))
        self._edit(bar.addMenu("&Edit"))
        self._view(bar.addMenu("&View"))
        self._cue(bar.addMenu("&Cue"))
        self._take(bar.addMenu("&Take"))
        self._midi(bar.addMenu("&MIDI"))
        self._help(bar.addMenu("&Help"))
        self._hidden_keys()
        session.undo_stack.indexChanged.connect(self._show_undo)
        session.takes_changed.connect(self._show)
        session.project_changed.connect(self._show)
        session.generation_changed.connect(self._show)
        session.devices_changed.connect(self._show)
        self._show_undo()
        self._show()

    def _add(self, menu: QMenu, text: str, act: Act, keys: str = "") -> QAction:
        action = menu.addAction(text)
        if keys:
            action.setShortcuts([QKeySequence(each) for each in keys.split()])
        action.triggered.connect(lambda _checked=False: act())
        return action

    def _file(self, menu: QMenu) -> None:
        projects = self._window.projects
        self._add(menu, "New project", projects.new, "Ctrl+N")
        self._add(menu, "Open…", projects.open, "Ctrl+O")
        recent = menu.addMenu("Open recent")
        recent.aboutToShow.connect(lambda: self._fill_recent(recent))
        menu.addSeparator()
        self._add(menu, "Save", projects.save, "Ctrl+S")
        self._add(menu, "Save as…", projects.save_as, "Ctrl+Shift+S")
        menu.addSeparator()
        self._add(menu, "Export…", projects.export, "Ctrl+E")
        self._add(
            menu, "Import MIDI into this cue…", lambda: choose_midi(self._window, self._session)
        )
        menu.addSeparator()
        quit_action = self._add(menu, "Quit", self._window.close, "Ctrl+Q")
        quit_action.setMenuRole(QAction.MenuRole.QuitRole)

    def _fill_recent(self, menu: QMenu) -> None:
        menu.clear()
        projects = self._window.projects
        folders = self._session.files.recent()
        for folder in folders:
            action = self._add(
                menu, folder.name, lambda folder=folder: projects.open_folder(folder)
            )
            action.setToolTip(str(folder))
            action.setEnabled(folder.is_dir())
        if not folders:
            menu.addAction("No projects yet").setEnabled(False)

    def _edit(self, menu: QMenu) -> None:
        stack = self._session.undo_stack
        self._undo = self._add(menu, "Undo", self._undo_now, "Ctrl+Z")
        self._redo = self._add(menu, "Redo", stack.redo, "Ctrl+Shift+Z Ctrl+Y")
        menu.addSeparator()
        add_note_entries(menu, self._window.compose.timeline)

    def _undo_now(self) -> None:
        # A burst of wheel steps that is still open becomes a step first, and is what is undone.
        self._session.settling.emit()
        self._session.undo_stack.undo()

    def _show_undo(self, _index: int = 0) -> None:
        stack = self._session.undo_stack
        history = stack.history
        self._undo.setText(f"Undo {history.undo_text}".strip())
        self._redo.setText(f"Redo {history.redo_text}".strip())
        self._undo.setEnabled(stack.canUndo())
        self._redo.setEnabled(stack.canRedo())

    def _view(self, menu: QMenu) -> None:
        timeline = self._window.compose.timeline
        for number, (name, title) in enumerate(self._window.page_titles.items(), 1):
            self._add(menu, title, lambda name=name: self._window.show_page(name), f"Ctrl+{number}")
        menu.addSeparator()
        self._add(menu, "Fit the cue", timeline.fit, "F")
        self._add(menu, "Reset zoom", timeline.reset_zoom, "Ctrl+0")
        self._add(menu, "Zoom in", lambda: timeline.zoom_time(1.2), "Ctrl++ Ctrl+=")
        self._add(menu, "Zoom out", lambda: timeline.zoom_time(1 / 1.2), "Ctrl+-")
        menu.addSeparator()
        show = self._add(menu, "Show", self._window.toggle_show, "F11")
        _tick(show, False)
        showing = self._session.showing
        showing.changed.connect(lambda: show.setChecked(showing.on))

    def _cue(self, menu: QMenu) -> None:
        session, window = self._session, self._window
        self._add(menu, "Cue list…", window.sheets.cues, "Ctrl+Shift+L")
        self._add(menu, "New cue", session.add_cue)
        self._add(menu, "Duplicate cue", lambda: session.cue_acts.duplicate(session.cue.id))
        self._add(menu, "Rename cue…", window.projects.rename_cue)
        self._remove_cue = self._add(menu, "Remove cue", session.remove_cue)
        cues = menu.addMenu("Choose cue")
        cues.aboutToShow.connect(lambda: self._fill_cues(cues))
        menu.addSeparator()
        bar = window.transport
        self._add(menu, "Length in bars…", lambda: bar.bars.start_typing())
        self._add(menu, "Tempo…", lambda: bar.tempo.start_typing())
        keys = menu.addMenu("Key")
        keys.aboutToShow.connect(lambda: self._fill_keys(keys))
        metres = menu.addMenu("Metre")
        metres.aboutToShow.connect(lambda: self._fill_metres(metres))
        menu.addSeparator()
        add_time_menu(menu, window.compose.timing)
        menu.addSeparator()
        add_mark_entries(menu, window.compose.marking)
        add_reference_entries(menu, window.compose.reference, session)
        menu.addSeparator()
        self._generate = self._add(menu, "Generate", session.toggle_generation, "Ctrl+G")
        asking = session.asking
        self._compose_again = self._add(
            menu, "Compose these bars again", asking.compose_again, "Ctrl+Shift+G"
        )
        self._changed = self._add(menu, UNCHANGED, session.closer.compose_changed, "Ctrl+Alt+G")
        menu.aboutToShow.connect(self._show_changed)
        session.cue_changed.connect(self._show_changed)
        self._go_on = self._add(menu, "Continue the take", asking.go_on)
        menu.addSeparator()
        LiveEntries(menu, session)
        session.transport_changed.connect(self._show_asking)
        asking.changed.connect(self._show_asking)

    def _fill_cues(self, menu: QMenu) -> None:
        menu.clear()
        for cue in self._session.cues:
            name = f"{cue.number} {cue.title}".strip()
            choose = lambda cue=cue: self._session.choose_cue(cue.id)  # noqa: E731
            _tick(self._add(menu, name, choose), cue.id == self._session.cue.id)

    def _fill_keys(self, menu: QMenu) -> None:
        menu.clear()
        keys: list[Key | None] = [None]
        keys += [Key(tonic, mode) for mode in ("minor", "major") for tonic in range(12)]
        for key in keys:
            text = key_name(key).capitalize() if key is None else key_name(key)
            action = self._add(menu, text, lambda key=key: self._session.set_key(key))
            _tick(action, key == self._session.asked.key)

    def _fill_metres(self, menu: QMenu) -> None:
        menu.clear()
        for metre in METRES:
            action = self._add(menu, str(metre), lambda metre=metre: self._session.set_metre(metre))
            _tick(action, metre == self._session.asked.metres[0])

    def _take(self, menu: QMenu) -> None:
        session, takes = self._session, self._window.compose.takes

        def current() -> str:
            take = session.current_take
            return take.id if take else ""

        def star() -> None:
            take = session.current_take
            if take is not None:
                session.star_take(take.id, not take.starred)

        def again() -> None:
            take = session.current_take
            if take is not None:
                again_with_seed(session, take)

        self._needs_take += [
            self._add(menu, "Rename take", takes.rename_current),
            self._add(menu, "Star", star),
            self._add(menu, "Duplicate", lambda: session.duplicate_take(current())),
            self._add(menu, "Delete", lambda: session.remove_take(current())),
        ]
        self._again = self._add(menu, "Compose again with this seed", again)
        self._needs_take.append(
            self._add(menu, "Copy take as file", lambda: copy_take(session), "Ctrl+Shift+C")
        )
        self._reveal = self._add(
            menu, "Show file in folder", lambda: reveal_take(session, current())
        )
        menu.aboutToShow.connect(self._show)
        menu.addSeparator()
        listen = self._add(menu, "Listen while composing", self._toggle_listening)
        _tick(listen, session.listen_while_composing)
        self._listen = listen

    def _toggle_listening(self) -> None:
        self._session.listen_while_composing = self._listen.isChecked()

    def _midi(self, menu: QMenu) -> None:
        session = self._session
        ports = menu.addMenu("Port")
        ports.aboutToShow.connect(lambda: self._fill_ports(ports))
        self._add(menu, "Look for ports again", session.rescan_ports)
        menu.addMenu(SyncMenu(session, menu))
        menu.addMenu(ControllersMenu(session, self._window.sheets.controllers, menu))
        add_osc_entries(menu, self._window.osc, self._window)
        menu.addSeparator()
        self._add(menu, "Panic: all notes off", session.panic)
        self._audio = self._add(
            menu, "Preview sound", lambda: session.set_audio(self._audio.isChecked())
        )
        self._audio.setCheckable(True)

    def _fill_ports(self, menu: QMenu) -> None:
        menu.clear()
        ports = self._session.ports
        for name in (*ports.names, ""):
            text = f"{name} (virtual)" if name == PORT_NAME else name or "No MIDI port"
            action = self._add(menu, text, lambda name=name: self._session.choose_port(name))
            _tick(action, name == ports.chosen)

    def _help(self, menu: QMenu) -> None:
        sheets = self._window.sheets
        self._add(menu, "Find a command…", lambda: sheets.search(self.commands()), "Ctrl+K")
        menu.addSeparator()
        self._add(menu, "Keys", sheets.keys)
        explained = menu.addMenu("What the sliders do")
        for name, dimension in DIMENSION_BY_NAME.items():
            self._add(explained, dimension.title, lambda name=name: sheets.explain(name))
        self._add(menu, "First steps", self._window.first_run_wanted.emit)
        self._add(menu, "Demo cue", self._window.projects.open_demo)
        menu.addSeparator()
        self._ear_test = self._add(menu, "Ear test…", sheets.ear_test)
        self._add(menu, "About the model", sheets.model)

    def commands(self) -> tuple[Command, ...]:
        """Everything that can be found by name: the menus as they stand now, keys, settings."""
        found = list(_in_menus(self._window.menuBar()))
        for action in self._window.actions():
            if action.text():
                found.append(_command(action, "Key"))
        for leaf in leaves():
            section = leaf.section.replace(".", ", ").capitalize()
            place = f"Setting, {section}" if section else "Setting"
            show = lambda leaf=leaf: self._window.show_setting(leaf.name)  # noqa: E731
            found.append(Command(leaf.title, place, "", show, other_words=leaf.name))
        return tuple(found)

    def _hidden_keys(self) -> None:
        session, window = self._session, self._window

        def hidden(keys: str, act: Act, text: str = "") -> None:
            action = QAction(text, window)
            action.setShortcuts([QKeySequence(each) for each in keys.split()])
            action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
            action.triggered.connect(lambda _checked=False: act())
            window.addAction(action)

        hidden("Space", session.toggle_play, "Play, pause")
        hidden("Esc", window.escape)
        hidden("Home", lambda: session.locate(session.beginning), "To the start")
        hidden("L", session.toggle_loop, "Loop")
        hidden("T", window.transport.tapping.tap, "Tap the tempo")
        hidden("F1 ?", window.sheets.help, "Help for what has the keyboard")
        for number in range(1, TAKE_KEYS + 1):
            hidden(str(number), lambda number=number: session.choose_take(number - 1))

    def _show(self) -> None:
        session = self._session
        current = session.current_take
        for action in self._needs_take:
            action.setEnabled(current is not None)
        self._again.setEnabled(current is not None and session.can_generate)
        self._reveal.setEnabled(
            current is not None and session.exporting.take_file(current.id) is not None
        )
        self._remove_cue.setEnabled(len(session.cues) > 1)
        composing = session.generation is not None
        self._generate.setText("Cancel composing" if composing else "Generate")
        self._generate.setEnabled(composing or session.can_generate)
        self._audio.setChecked(session.ports.audio)
        self._ear_test.setEnabled(session.model.state is ModelState.READY)
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


def _tick(action: QAction, on: bool) -> None:
    action.setCheckable(True)
    action.setChecked(on)


def _in_menus(bar: QMenuBar) -> Iterator[Command]:
    for top in bar.actions():
        menu = top.menu()
        if isinstance(menu, QMenu):
            yield from _in_menu(menu, _plain(top.text()))


def _in_menu(menu: QMenu, place: str) -> Iterator[Command]:
    # Menus that depend on the moment are filled, and others greyed, when they are about to show.
    menu.aboutToShow.emit()
    for action in menu.actions():
        inner = action.menu()
        if isinstance(inner, QMenu):
            yield from _in_menu(inner, f"{place}, {_plain(action.text())}")
        elif action.text():
            yield _command(action, place)


def _command(action: QAction, place: str) -> Command:
    keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
    return Command(_plain(action.text()), place, keys, action.trigger, action.isEnabled())


def _plain(text: str) -> str:
    return text.replace("&", "")


def menu_entries(bar: QMenuBar) -> list[str]:
    """The texts of all entries, for tests and for the sheet of keys."""
    found: list[str] = []
    for top in bar.actions():
        menu = top.menu()
        if isinstance(menu, QMenu):
            found += [action.text() for action in menu.actions() if action.text()]
    return found
