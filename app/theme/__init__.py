"""The look of the program: tokens, fonts, icons, palette and style sheet."""

from app.theme.theme import Theme, apply_theme

__all__ = ["Theme", "apply_theme"]
