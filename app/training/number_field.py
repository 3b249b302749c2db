"""A number that is typed, within the range of a setting."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit, QWidget

from app.theme import tokens
from app.theme.fonts import font
from engine.training.wish import RunSetting


class NumberField(QLineEdit):
    """A number of the form; out of its range it is marked and `number` is None."""

    def __init__(self, setting: RunSetting, parent: QWidget | None = None) -> None:
        super().__init__(f"{setting.default:g}", parent)
        self._setting = setting
        self.setFont(font(tokens.BODY_STRONG))
        self.setAccessibleName(setting.title)
        self.setToolTip(
            f"{setting.hint}. From {setting.minimum:g} to {setting.maximum:,.0f}"
            if setting.maximum > 1
            else setting.hint
        )
        self.textChanged.connect(self._mark)

    @property
    def number(self) -> float | None:
        """What is typed; spaces and a decimal comma are understood."""
        setting = self._setting
        text = "".join(self.text().split()).replace(",", ".")
        try:
            value = float(text)
        except ValueError:
            return None
        whole = value == int(value) if abs(value) < 1e15 else False
        if not setting.minimum <= value <= setting.maximum or (setting.whole and not whole):
            return None
        return value

    def _mark(self) -> None:
        self.setProperty("invalid", self.number is None)
        self.style().unpolish(self)
        self.style().polish(self)
