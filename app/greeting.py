"""What meets the user when the program begins: lost work, a project, the first run, recent ones.

One of them at most, in that order; a composer who wants none of it is at the sliders with Esc.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QSettings

from app.first_run.dialog import FirstRun
from app.session import Session
from app.window import Window

SHOWN = "first_run_shown"
PROJECTS = "projects_folder"


def projects_folder(settings: QSettings, usual: Path) -> Path:
    """Where new projects go: what the user chose, where it is a whole path, else `usual`."""
    chosen = Path(str(settings.value(PROJECTS, "")))
    return chosen if chosen.is_absolute() else usual


class Greeting(QObject):
    """Decides what is shown first.

    Args:
        settings: the window's own; they remember that the first run was shown, and its choice.
    """

    def __init__(self, window: Window, session: Session, settings: QSettings) -> None:
        super().__init__(window)
        self._window, self._session, self._settings = window, session, settings
        window.first_run_wanted.connect(self.first_run)

    def begin(self, project: Path | None, *, plain: bool = False) -> None:
        """Show what is due.

        Args:
            project: a folder to open at once.
            plain: without first run and start page.
        """
        draft = self._session.files.draft()
        if draft is None:
            self._go_on(project, plain)
            return

        def answered(recovered: bool) -> None:
            if project is not None or not recovered:
                self._go_on(project, plain)

        self._window.projects.offer_recovery(draft, answered)

    def first_run(self) -> FirstRun:
        """Show the first run, as the Help menu does too."""
        self._settings.setValue(SHOWN, True)
        self._settings.sync()
        dialog = FirstRun(self._session, self._window)
        dialog.folder_chosen.connect(self._live_in)
        dialog.demo_wanted.connect(self._window.projects.open_demo)
        dialog.open()
        return dialog

    def _go_on(self, project: Path | None, plain: bool) -> None:
        recent = self._session.files.recent()
        if project is not None:
            self._window.projects.open_folder(project)
        elif plain:
            return
        elif recent:
            self._window.starting.show()
        elif not self._settings.value(SHOWN, False, bool):
            self.first_run()

    def _live_in(self, folder: Path) -> None:
        self._session.files.documents = folder
        self._settings.setValue(PROJECTS, str(folder))
        self._settings.sync()
