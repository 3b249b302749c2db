"""The settings as they stand now: the user's own, the shipped presets, and what they resolve to.

A project that chooses a preset which is not there, or contradicts itself, is told once; the
last good values stay in use.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from app.session.values import Trouble
from engine.config.layers import (
    Resolution,
    builtin_presets,
    read_user_settings,
    resolve,
    write_user_settings,
)
from engine.config.own import OwnSettings
from engine.errors import PsychoscoreError


class Configuration:
    """Resolves a project's own settings against user, preset and system.

    Args:
        user_folder: where the user's own settings lie.
        failed: is told what is wrong with a layer.
    """

    def __init__(self, user_folder: Path, failed: Callable[[Trouble], None]) -> None:
        self._folder, self._failed = user_folder, failed
        self.builtin = builtin_presets()
        self.user = OwnSettings()
        self._broken_user = ""
        try:
            self.user = read_user_settings(user_folder)
        except PsychoscoreError as error:
            self._broken_user = str(error)
        self._project = OwnSettings()
        self.resolution: Resolution = resolve(OwnSettings(), OwnSettings(), self.builtin)
        # The first cue of a new project is already made by what the user sets.
        self._resolve()

    @property
    def user_problem(self) -> str:
        """What is wrong with the user's own settings file, or an empty string."""
        return self._broken_user

    def take(self, project: OwnSettings) -> None:
        """Resolve for this project from now on."""
        if project is self._project:
            return
        self._project = project
        self._resolve()

    def set_user(self, user: OwnSettings) -> None:
        """Write the user's own settings and use them.

        Raises:
            PsychoscoreError: they are not valid, or the disk refuses.
        """
        write_user_settings(self._folder, user)
        self.user = user
        self._resolve()

    def change_user(self, change: Callable[[OwnSettings], OwnSettings]) -> None:
        """Change the user's own settings as the disk has them now, write them and use them.

        Raises:
            PsychoscoreError: the file is broken (it is left alone), `change` refuses, the
                result is not valid, or the disk refuses.
        """
        self.set_user(change(read_user_settings(self._folder)))
        self._broken_user = ""

    def _resolve(self) -> None:
        try:
            self.resolution = resolve(self._project, self.user, self.builtin)
        except PsychoscoreError as error:
            self._failed(Trouble(error.message, error.hint))
