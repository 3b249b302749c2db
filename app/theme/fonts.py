"""Inter, shipped with the program, and fonts by step of the type scale.

Sizes are set here and nowhere else: a style sheet that sets a font size would override
`setFont`, so the style sheet sets none.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QFont, QFontDatabase

from app.theme import tokens
from app.theme.tokens import TextStyle
from engine.errors import PsychoscoreError

FAMILY = "Inter"
FONT_FOLDER = Path(__file__).resolve().parents[2] / "resources" / "fonts"
_FILES = ("Inter-Regular.otf", "Inter-Medium.otf", "Inter-SemiBold.otf")


def load_fonts(folder: Path = FONT_FOLDER) -> None:
    """Make the shipped fonts known to Qt; a QApplication must exist.

    Raises:
        PsychoscoreError: a font file is missing or unreadable.
    """
    for name in _FILES:
        path = folder / name
        if QFontDatabase.addApplicationFont(str(path)) < 0:
            raise PsychoscoreError(
                f"The font {path} is missing or broken.", "Install PSYCHOSCORE again."
            )


def font(style: TextStyle = tokens.BODY) -> QFont:
    """The font of one step of the type scale, with figures of equal width."""
    made = QFont(FAMILY)
    made.setPixelSize(style.pixels)
    made.setWeight(QFont.Weight(style.weight))
    made.setFeature(QFont.Tag("tnum"), 1)
    if style.spacing:
        made.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, style.spacing)
    if style.capitals:
        made.setCapitalization(QFont.Capitalization.AllUppercase)
    return made
