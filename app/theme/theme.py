"""Puts the look on an application: Fusion, palette, fonts and the one style sheet."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QDir
from PySide6.QtWidgets import QApplication, QStyleFactory

from app.theme import tokens
from app.theme.fonts import FAMILY, font, load_fonts
from app.theme.icons import ICON_FOLDER
from app.theme.palette import dark_palette
from app.theme.stylesheet import stylesheet


@dataclass(frozen=True, slots=True)
class Theme:
    """What was put on: the font family in use."""

    family: str = FAMILY


def apply_theme(app: QApplication) -> Theme:
    """Give `app` the look; call it once, before the first widget.

    Raises:
        PsychoscoreError: a shipped font is missing.
    """
    load_fonts()
    QDir.setSearchPaths("icons", [str(ICON_FOLDER)])
    app.setStyle(QStyleFactory.create("Fusion"))
    app.setPalette(dark_palette())
    app.setFont(font(tokens.BODY))
    app.setStyleSheet(stylesheet())
    return Theme()
