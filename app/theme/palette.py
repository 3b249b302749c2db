"""The QPalette of the dark theme: what Fusion paints where the style sheet is silent."""

from __future__ import annotations

from PySide6.QtGui import QColor, QPalette

from app.theme import tokens
from app.theme.colours import translucent


def dark_palette() -> QPalette:
    role = QPalette.ColorRole
    palette = QPalette()
    for each, colour in (
        (role.Window, tokens.BG0),
        (role.WindowText, tokens.TEXT1),
        (role.Base, tokens.BG0),
        (role.AlternateBase, tokens.BG1),
        (role.Text, tokens.TEXT1),
        (role.Button, tokens.BG3),
        (role.ButtonText, tokens.TEXT1),
        (role.BrightText, tokens.WHITE),
        (role.ToolTipBase, tokens.BG3),
        (role.ToolTipText, tokens.TEXT1),
        (role.Light, tokens.BG4),
        (role.Midlight, tokens.BG3),
        (role.Mid, tokens.LINE),
        (role.Dark, tokens.LINE_SOFT),
        (role.Shadow, tokens.BG0),
        (role.Link, tokens.ACCENT),
        (role.LinkVisited, tokens.ACCENT),
        (role.Accent, tokens.ACCENT),
        (role.HighlightedText, tokens.TEXT1),
        (role.PlaceholderText, tokens.TEXT3),
    ):
        palette.setColor(each, QColor(colour))
    palette.setColor(role.Highlight, translucent(tokens.ACCENT, 0.35))
    for each in (role.WindowText, role.Text, role.ButtonText, role.HighlightedText):
        palette.setColor(QPalette.ColorGroup.Disabled, each, translucent(tokens.TEXT3, 0.7))
    return palette
