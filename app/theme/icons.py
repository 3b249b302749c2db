"""The program's own icons: one-ink SVG files, painted in any colour at any pixel ratio."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from app.theme import tokens

ICON_FOLDER = Path(__file__).resolve().parents[2] / "resources" / "icons"
INK = tokens.TEXT2
"""The one colour in the files, replaced when another is asked for."""


def icon_names(folder: Path = ICON_FOLDER) -> tuple[str, ...]:
    """The names that `icon` knows."""
    return tuple(sorted(path.stem for path in folder.glob("*.svg")))


class _InkEngine(QIconEngine):
    """Paints one SVG in the ink of the button's state."""

    def __init__(self, svg: str, normal: str, active: str, checked: str) -> None:
        super().__init__()
        self._svg = svg
        self._inks = (normal, active, checked)

    def clone(self) -> QIconEngine:
        return _InkEngine(self._svg, *self._inks)

    def paint(
        self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State
    ) -> None:
        normal, active, checked = self._inks
        ink = checked if state == QIcon.State.On else normal
        if mode == QIcon.Mode.Active and state == QIcon.State.Off:
            ink = active
        painter.save()
        if mode == QIcon.Mode.Disabled:
            painter.setOpacity(0.4)
        _renderer(self._svg, ink).render(painter, QRectF(rect))
        painter.restore()

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        pixmap = QPixmap(size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        painter.end()
        return pixmap


def icon(
    name: str,
    colour: str = tokens.TEXT2,
    active: str = tokens.TEXT1,
    checked: str = tokens.ACCENT,
) -> QIcon:
    """An icon by file name; `active` is its colour under the pointer, `checked` when on.

    Raises:
        KeyError: there is no such icon.
    """
    return QIcon(_InkEngine(_read(name), colour, active, checked))


def paint_icon(
    painter: QPainter, name: str, rect: QRectF, colour: str | QColor
) -> None:
    """Paint an icon into `rect`."""
    _renderer(_read(name), QColor(colour).name()).render(painter, rect)


def _read(name: str) -> str:
    path = ICON_FOLDER / f"{name}.svg"
    if not path.is_file():
        raise KeyError(f"no icon named {name!r}")
    return path.read_text(encoding="utf-8")


def _renderer(svg: str, ink: str) -> QSvgRenderer:
    return QSvgRenderer(QByteArray(svg.replace(INK, ink).encode()))
