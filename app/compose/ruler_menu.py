"""The menu of the ruler: compose bars again, lock and unlock them, clear the loop."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QMenu, QWidget

from app.session import Session
from app.show.vamp_menu import add_vamp_entries
from app.wording import bars_word


def open_ruler_menu(
    parent: QWidget,
    session: Session,
    bar: int,
    place: QPoint,
    fill: Callable[[QMenu, int], object] = lambda _menu, _bar: None,
) -> QMenu:
    """Open the menu for the loop's bars where `bar` is one of them, else for `bar` alone.

    Args:
        bar: of the cue, from 1.
        place: on the screen.
        fill: adds what else can be done to a bar.
    """
    asking = session.asking
    region = session.looped_bars
    inside = region is not None and region[0] <= bar <= region[1]
    first, last = region if region is not None and inside else (bar, bar)
    bars = bars_word(first, last)
    menu = QMenu(parent)
    if inside:
        again = menu.addAction("Compose these bars again\tCtrl+Shift+G")
        again.setEnabled(asking.can_compose_again)
        again.triggered.connect(lambda: asking.compose_again())
        menu.addSeparator()
    locked = asking.locked_at(bar)
    whole = locked is not None and locked[0] <= first and last <= locked[1]
    if not whole:
        menu.addAction(f"Lock {bars}").triggered.connect(lambda: asking.lock(first, last))
    if locked is not None:
        unlock = f"Unlock {bars_word(*locked)}"
        menu.addAction(unlock).triggered.connect(lambda: asking.unlock(*locked))
        if whole and (first, last) != locked:
            only = menu.addAction(f"Unlock {bars} only")
            only.triggered.connect(lambda: asking.unlock(first, last))
    menu.addSeparator()
    add_vamp_entries(menu, session, bar, (first, last))
    menu.addSeparator()
    if not inside:
        menu.addAction(f"Loop {bars}").triggered.connect(lambda: session.loop_bars(first, last))
    if region is not None:
        menu.addAction("Clear the loop").triggered.connect(lambda: session.set_loop(None))
    menu.addSeparator()
    fill(menu, bar)
    menu.aboutToHide.connect(menu.deleteLater)
    menu.popup(place)
    return menu
