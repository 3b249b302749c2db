"""The menu bar: every entry works, shows its key, and is grey where it cannot act now.

The window owns what entries do; this module names them, orders them and gives them keys.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu

from app.command_search import Command
from app.compose.dropping import choose_midi
from app.compose.timeline.note_menu import add_note_entries
from app.controllers.menu import ControllersMenu
from app.controllers.osc import add_osc_entries
from app.cue_menu import CueMenu
from app.menu_entries import Act, add, command_of, commands_of, tick
from app.session import ModelState, Session
from app.take_menu import TakeMenu
from app.transport.sync_menu import SyncMenu
from engine.config.schema import leaves
from engine.playing.protocol import PORT_NAME
from engine.profile import DIMENSION_BY_NAME

if TYPE_CHECKING:
    from app.window import Window

TAKE_KEYS = 9


class Menus(QObject):
    """Builds the menus of a window and keeps them true.

    Args:
        window: the window that they belong to.
        session: whom wishes go to.
    """

    def __init__(self, window: Window, session: Session) -> None:
        super().__init__(window)
        self._window, self._session = window, session
        bar = window.menuBar()
        self._file(bar.addMenu("&File"))
        self._edit(bar.addMenu("&Edit"))
        self._view(bar.addMenu("&View"))
        CueMenu(bar.addMenu("&Cue"), window, session)
        TakeMenu(bar.addMenu("&Take"), window.compose.takes, session)
        self._midi(bar.addMenu("&MIDI"))
        self._help(bar.addMenu("&Help"))
        self._hidden_keys()
        session.undo_stack.indexChanged.connect(self._show_undo)
        session.devices_changed.connect(self._show)
        self._show_undo()
        self._show()

    def _file(self, menu: QMenu) -> None:
        projects = self._window.projects
        add(menu, "New project", projects.new, "Ctrl+N")
        add(menu, "Open…", projects.open, "Ctrl+O")
        recent = menu.addMenu("Open recent")
        recent.aboutToShow.connect(lambda: self._fill_recent(recent))
        menu.addSeparator()
        add(menu, "Save", projects.save, "Ctrl+S")
        add(menu, "Save as…", projects.save_as, "Ctrl+Shift+S")
        menu.addSeparator()
        add(menu, "Export…", projects.export, "Ctrl+E")
        add(menu, "Import MIDI into this cue…", lambda: choose_midi(self._window, self._session))
        menu.addSeparator()
        quit_action = add(menu, "Quit", self._window.close, "Ctrl+Q")
        quit_action.setMenuRole(QAction.MenuRole.QuitRole)

    def _fill_recent(self, menu: QMenu) -> None:
        menu.clear()
        projects = self._window.projects
        folders = self._session.files.recent()
        for folder in folders:
            action = add(menu, folder.name, lambda folder=folder: projects.open_folder(folder))
            action.setToolTip(str(folder))
            action.setEnabled(folder.is_dir())
        if not folders:
            menu.addAction("No projects yet").setEnabled(False)

    def _edit(self, menu: QMenu) -> None:
        stack = self._session.undo_stack
        self._undo = add(menu, "Undo", self._undo_now, "Ctrl+Z")
        self._redo = add(menu, "Redo", stack.redo, "Ctrl+Shift+Z Ctrl+Y")
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
            add(menu, title, lambda name=name: self._window.show_page(name), f"Ctrl+{number}")
        menu.addSeparator()
        add(menu, "Fit the cue", timeline.fit, "F")
        add(menu, "Reset zoom", timeline.reset_zoom, "Ctrl+0")
        add(menu, "Zoom in", lambda: timeline.zoom_time(1.2), "Ctrl++ Ctrl+=")
        add(menu, "Zoom out", lambda: timeline.zoom_time(1 / 1.2), "Ctrl+-")
        menu.addSeparator()
        show = add(menu, "Show", self._window.toggle_show, "F11")
        tick(show, False)
        showing = self._session.showing
        showing.changed.connect(lambda: show.setChecked(showing.on))

    def _midi(self, menu: QMenu) -> None:
        session = self._session
        ports = menu.addMenu("Port")
        ports.aboutToShow.connect(lambda: self._fill_ports(ports))
        add(menu, "Look for ports again", session.rescan_ports)
        menu.addMenu(SyncMenu(session, menu))
        menu.addMenu(ControllersMenu(session, self._window.sheets.controllers, menu))
        add_osc_entries(menu, self._window.osc, self._window)
        menu.addSeparator()
        add(menu, "Panic: all notes off", session.panic)
        self._audio = add(menu, "Preview sound", lambda: session.set_audio(self._audio.isChecked()))
        self._audio.setCheckable(True)

    def _fill_ports(self, menu: QMenu) -> None:
        menu.clear()
        ports = self._session.ports
        for name in (*ports.names, ""):
            text = f"{name} (virtual)" if name == PORT_NAME else name or "No MIDI port"
            action = add(menu, text, lambda name=name: self._session.choose_port(name))
            tick(action, name == ports.chosen)

    def _help(self, menu: QMenu) -> None:
        sheets = self._window.sheets
        add(menu, "Find a command…", lambda: sheets.search(self.commands()), "Ctrl+K")
        menu.addSeparator()
        add(menu, "Keys", sheets.keys)
        explained = menu.addMenu("What the sliders do")
        for name, dimension in DIMENSION_BY_NAME.items():
            add(explained, dimension.title, lambda name=name: sheets.explain(name))
        add(menu, "Why these values…", sheets.why)
        add(menu, "First steps", self._window.first_run_wanted.emit)
        add(menu, "Demo cue", self._window.projects.open_demo)
        menu.addSeparator()
        self._ear_test = add(menu, "Ear test…", sheets.ear_test)
        add(menu, "About the model", sheets.model)

    def commands(self) -> tuple[Command, ...]:
        """Everything that can be found by name: the menus as they stand now, keys, settings."""
        found = list(commands_of(self._window.menuBar()))
        for action in self._window.actions():
            if action.text():
                found.append(command_of(action, "Key"))
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
        self._audio.setChecked(self._session.ports.audio)
        self._ear_test.setEnabled(self._session.model.state is ModelState.READY)
