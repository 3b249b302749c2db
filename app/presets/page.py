"""The Presets page: presets on the left, on the right where every value comes from.

It lays out and carries: what the widgets ask for goes to the desk, the session's signals become
a sheet that all of them show.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.presets.choice import PresetChoice
from app.presets.choosing import ChoosingCard
from app.presets.desk import Desk
from app.presets.json_view import JsonView
from app.presets.notice import Notice
from app.presets.own_presets import OwnPresets
from app.presets.preset_list import PresetList
from app.presets.project_file import ProjectFile
from app.presets.sheet import Sheet
from app.presets.table import SettingsTable
from app.session import Session
from app.theme import tokens
from app.widgets.card import Card
from app.widgets.segmented import Segmented
from engine.config.layers import USER_FILE, Layer
from engine.config.own import OwnSettings
from engine.config.schema import Settings, UserSettings
from engine.errors import PsychoscoreError
from engine.project.folder import PROJECT_FILE


class PresetsPage(QWidget):
    """The page of presets and layers.

    Args:
        session: owns what is shown.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._folder: Path | None = None
        self._desk = Desk(session)
        self._choice = PresetChoice(session, self._desk)
        self._own = OwnPresets(session, self._desk)
        self._shown: str | None = None
        self._following = True
        self._sheet = self._desk.sheet()
        self.presets = PresetList()
        self.choosing = ChoosingCard(self._choice)
        self.table = SettingsTable(self._desk, self._sheet)
        self.project_json = JsonView(PROJECT_FILE, Settings, self._desk.replace_project)
        self.user_json = JsonView(USER_FILE, UserSettings, self._desk.replace_user)
        self.views = Segmented(
            (("table", "Table"), ("project", PROJECT_FILE), ("user", USER_FILE)), "View"
        )
        self.state_notice, self.file_notice, self.question = Notice(), Notice(), Notice()
        self.file = ProjectFile(self)
        self._stack = QStackedWidget()
        self._late = QTimer(self)
        self._late.setSingleShot(True)
        self._late.timeout.connect(self._show)
        self._lay_out()
        self._connect()
        self._watch()
        self._show()

    @property
    def sheet(self) -> Sheet:
        """What is shown."""
        return self._sheet

    def show_setting(self, key: str) -> None:
        """Go to a setting in the table, by its dotted key."""
        self.views.set_current("table")
        self._show_view("table")
        self.table.show_setting(key)

    def show_preset(self, name: str | None) -> None:
        """Look at a preset without choosing it; None looks at no preset."""
        self._shown, self._following = name, name == self._sheet.chosen
        self.question.say("")
        self._show()

    def choose(self, move_sliders: bool = True) -> None:
        """Choose the shown preset for the project."""
        self._following = self._try(
            lambda: self._choice.choose(self._sheet, move_sliders=move_sliders)
        )
        self._show()

    def make_preset(self, copy: bool, home: Layer) -> None:
        """Make a preset from the shown one or from the sound of the cue, and name it."""
        entry = self._sheet.entry(self._shown) if not self._following else self._sheet.shown
        own = entry.own if copy and entry else self._own.sound_of_the_cue(self._sheet)
        stem = f"{entry.name} copy" if copy and entry else f"{self._session.cue.number} sound"
        name = self._own.free_name(self._sheet, stem.replace(".", "-"))
        if self._try(lambda: self._own.create(self._sheet, name, home, own)):
            self.show_preset(name)
            self.presets.start_renaming()

    def rename(self, name: str) -> None:
        """Give the shown preset another name."""
        if self._try(lambda: self._own.rename(self._sheet, name)):
            self._shown = name
            self._following = self._desk.sheet().chosen == name
        self._show()

    def ask_to_delete(self) -> None:
        """Delete the shown preset, after a question where there is no undo."""
        entry = self._sheet.shown
        if entry is None or entry.home is Layer.SYSTEM:
            return
        if entry.home is Layer.PROJECT:
            self.delete()
            return
        self.question.say(
            f"Delete {entry.name} for all your projects? This cannot be undone.",
            (("Delete", self.delete), ("Keep", lambda: None)),
        )

    def delete(self) -> None:
        """Delete the shown preset."""
        if self._try(lambda: self._own.delete(self._sheet)):
            self._following = True
        self._show()

    # ---- The file outside

    def _watch(self) -> None:
        """Follow the project where it goes; what lies there now is what was saved last."""
        session = self._session
        if self._folder != session.files.folder or not session.dirty:
            self._folder = session.files.folder
            self.file.watch(self._folder, session.undo_stack.state.settings)
            self.file_notice.say("")

    def _changed_outside(self, found: OwnSettings) -> None:
        own = self._session.undo_stack.state.settings
        if found == own:
            self.file_notice.say("")
        elif not self._session.dirty:
            self._reload(found)
        else:
            self.file_notice.say(
                f"{PROJECT_FILE} changed on disk.",
                (("Reload", lambda: self._reload(found)), ("Keep mine", lambda: None)),
            )

    def _reload(self, found: OwnSettings) -> None:
        clean = not self._session.dirty
        if self._try(lambda: self._desk.replace_project(found)) and clean:
            # What is shown is what lies on the disk: there is nothing to save.
            self._session.undo_stack.setClean()

    def _broke_outside(self, sentence: str) -> None:
        self.file_notice.say(f"{sentence} The last good values stay in use.", tone="bad")

    # ---- Showing

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._show()

    def _follow_project(self) -> None:
        self._watch()
        self._show_soon()

    def _show_soon(self) -> None:
        """Once for all that the session says in one go, and only where somebody looks."""
        if self.isVisible():
            self._late.start(0)

    def _show(self) -> None:
        self._late.stop()
        self._sheet = sheet = self._desk.sheet(self._shown, follow=self._following)
        if not self._following and sheet.shown is None and self._shown is not None:
            self._following = True
            self._sheet = sheet = self._desk.sheet()
        self.presets.set_sheet(sheet)
        self.choosing.show_sheet(sheet, self._session.cue.number)
        self.table.set_sheet(sheet)
        self.project_json.show_settings(sheet.project)
        self.user_json.show_settings(sheet.user)
        self.user_json.setEnabled(not sheet.user_problem)
        self.state_notice.say(
            self._state_sentence(sheet), tone="bad" if sheet.problem else "accent"
        )

    def _state_sentence(self, sheet: Sheet) -> str:
        sentences = [sheet.problem, sheet.user_problem]
        folder = self._session.files.folder
        if folder is not None and read_only(folder):
            sentences.append(
                f"The folder of this project is read-only: what you change here is heard, "
                f"but it can only be saved elsewhere ({folder})."
            )
        return " ".join(filter(None, sentences))

    def _try(self, act: Callable[[], None]) -> bool:
        try:
            act()
        except PsychoscoreError as error:
            self.question.say(str(error), (("Close", lambda: None),), "bad")
            return False
        self.question.say("")
        return True

    # ---- Layout

    def _connect(self) -> None:
        session, presets = self._session, self.presets
        session.project_changed.connect(self._follow_project)
        session.cue_changed.connect(self._show_soon)
        presets.shown.connect(lambda name: self.show_preset(name or None))
        presets.used.connect(self.choosing.agree)
        presets.created.connect(self.make_preset)
        presets.renamed.connect(self.rename)
        presets.deleted.connect(self.ask_to_delete)
        self.choosing.agreed.connect(self.choose)
        self.file.changed.connect(self._changed_outside)
        self.file.broke.connect(self._broke_outside)
        self.views.chosen.connect(self._show_view)

    def _show_view(self, key: str) -> None:
        self._stack.setCurrentIndex(("table", "project", "user").index(key))

    def _lay_out(self) -> None:
        left = QWidget()
        left.setFixedWidth(tokens.LEFT_WIDTH)
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(tokens.SPACE_M)
        column.addWidget(self.presets, 1)
        column.addWidget(self.choosing)
        card = Card("Where values come from")
        card.add_to_header(self.views)
        for view in (self.table, self.project_json, self.user_json):
            self._stack.addWidget(view)
        card.body.addWidget(self._stack, 1)
        right = QVBoxLayout()
        right.setSpacing(tokens.SPACE_M)
        for notice in (self.state_notice, self.file_notice, self.question):
            right.addWidget(notice)
        right.addWidget(card, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 8, 8, 8)
        row.setSpacing(tokens.SPACE_M)
        row.addWidget(left)
        row.addLayout(right, 1)


def read_only(folder: Path) -> bool:
    """True where this project cannot be saved in its own folder."""
    places = [each for each in (folder, folder / PROJECT_FILE) if each.exists()]
    # Also by the mode alone: for root, to whom all is allowed, it is a wish that we respect.
    return any(
        not os.access(place, os.W_OK) or not place.stat().st_mode & 0o222 for place in places
    )
