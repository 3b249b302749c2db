"""Metre and key as the transport shows them: digits that open a menu."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from app.theme import tokens
from app.theme.fonts import font
from app.wording import key_name
from engine.score import METRES, Key, Metre, Mode

_PLAIN = (
    "QPushButton { padding: 0; border: none; background: transparent; text-align: left; }"
    f"QPushButton:hover, QPushButton:focus {{ color: {tokens.ACCENT}; }}"
)


class _Choice(QPushButton):
    """Text in transport digits; a click opens a menu that `fill` fills."""

    def __init__(
        self, title: str, width: int, fill: Callable[[QMenu], None], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._fill = fill
        self.setFont(font(tokens.DIGITS))
        self.setAccessibleName(title)
        self.setToolTip(f"{title}: click to choose")
        self.setStyleSheet(_PLAIN)
        self.setFixedHeight(tokens.DIGITS.pixels + 5)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMinimumWidth(width)
        self.clicked.connect(self._open)

    def menu_of_choices(self) -> QMenu:
        """A menu of all that can be chosen."""
        menu = QMenu(self)
        self._fill(menu)
        return menu

    def _open(self) -> None:
        menu = self.menu_of_choices()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.mapToGlobal(QPoint(0, self.height() + 4)))


class MetreChoice(_Choice):
    """The time signature of the whole cue."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Metre", 34, self._add_metres, parent)
        self._metre = Metre()

    def show_metre(self, metre: Metre) -> None:
        self._metre = metre
        self.setText(str(metre))

    def _add_metres(self, menu: QMenu) -> None:
        for metre in METRES:
            action = menu.addAction(str(metre))
            action.setCheckable(True)
            action.setChecked(metre == self._metre)
            action.triggered.connect(lambda _=False, metre=metre: self.chosen.emit(metre))


class KeyChoice(_Choice):
    """The home key: free, a tonic whose mode is free, or a tonic with its mode."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Key", 62, self._add_keys, parent)
        self._key: Key | None = None

    def show_key(self, key: Key | None, mode: Mode | None = None) -> None:
        """Show a key, or the mode that a free tonic has."""
        self._key = key
        text = (mode or "free").capitalize() if key is None else key_name(key)
        self.setText(text.replace(" minor", " min").replace(" major", " maj"))

    def _add_keys(self, menu: QMenu) -> None:
        self._add(menu, "Free: the engine chooses", None)
        for mode in ("minor", "major"):
            submenu = menu.addMenu(mode.capitalize())
            for tonic in range(12):
                key = Key(tonic, mode)  # type: ignore[arg-type]
                self._add(submenu, key_name(key), key)
        tonics = menu.addMenu("Tonic only, mode free")
        for tonic in range(12):
            self._add(tonics, key_name(Key(tonic)), Key(tonic))

    def _add(self, menu: QMenu, text: str, key: Key | None) -> None:
        action = menu.addAction(text)
        action.setCheckable(True)
        action.setChecked(key == self._key)
        action.triggered.connect(lambda _=False: self.chosen.emit(key))
