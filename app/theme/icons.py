"""The program's own icons: one-ink SVG files, painted in any colour at any pixel ratio.

An icon is made of pixmaps at the sizes that the window uses at one, one and a half and two
pixels a point. A QIconEngine of our own would need fewer, but one written in Python brings the
process down (PySide6 6.11.3: segmentation fault within 3,000 copies).
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from app.theme import tokens

ICON_FOLDER = Path(__file__).resolve().parents[2] / "resources" / "icons"
INK = tokens.TEXT2
"""The one colour in the files, replaced when another is asked for."""
_SIZES = (14, 16, 18, 21, 24, 28, 32, 36, 48)
_KEPT = 128


def icon_names(folder: Path = ICON_FOLDER) -> tuple[str, ...]:
    """The names that `icon` knows."""
    return tuple(sorted(path.stem for path in folder.glob("*.svg")))


def icon(
    name: str,
    colour: str = tokens.TEXT2,
    active: str = tokens.TEXT1,
    checked: str = tokens.ACCENT,
    disabled: str = "",
) -> QIcon:
    """An icon by file name; `active` is its colour under the pointer, `checked` when on.

    Where it is greyed it has the colour `disabled`, else its own at less than half.

    Raises:
        KeyError: there is no such icon.
    """
    # A copy: whoever adds a pixmap to it changes nobody else's.
    return QIcon(_made(name, colour, active, checked, disabled))


@lru_cache(maxsize=_KEPT)
def _made(name: str, colour: str, active: str, checked: str, disabled: str) -> QIcon:
    """The icon; kept, as painting one takes milliseconds and buttons come and go with takes."""
    svg = _read(name)
    made = QIcon()
    on, off = QIcon.State.On, QIcon.State.Off
    for ink, opacity, mode, state in (
        (colour, 1.0, QIcon.Mode.Normal, off),
        (active, 1.0, QIcon.Mode.Active, off),
        (checked, 1.0, QIcon.Mode.Normal, on),
        (checked, 1.0, QIcon.Mode.Active, on),
        (disabled or colour, 1.0 if disabled else 0.4, QIcon.Mode.Disabled, off),
        (checked, 0.4, QIcon.Mode.Disabled, on),
    ):
        renderer = _renderer(svg, ink)
        for size in _SIZES:
            made.addPixmap(_pixmap(renderer, size, opacity), mode, state)
    return made


def paint_icon(painter: QPainter, name: str, rect: QRectF, colour: str | QColor) -> None:
    """Paint an icon into `rect`."""
    _renderer(_read(name), QColor(colour).name()).render(painter, rect)


def _read(name: str) -> str:
    path = ICON_FOLDER / f"{name}.svg"
    if not path.is_file():
        raise KeyError(f"no icon named {name!r}")
    return path.read_text(encoding="utf-8")


def _pixmap(renderer: QSvgRenderer, size: int, opacity: float) -> QPixmap:
    pixmap = QPixmap(size, size)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setOpacity(opacity)
    renderer.render(painter, QRectF(0, 0, size, size))
    painter.end()
    return pixmap


def _renderer(svg: str, ink: str) -> QSvgRenderer:
    return QSvgRenderer(QByteArray(svg.replace(INK, ink).encode()))
