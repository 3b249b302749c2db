"""The menus of the tempo row: of a point, of a fermata, and of a place with neither."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMenu

from engine.project.cue_marks import Fermata, TempoMark

if TYPE_CHECKING:
    from app.compose.timeline.strip import StripDesk
    from app.compose.timeline.tempo_strip import TempoStrip

STRETCHES = (1.25, 1.5, 2.0, 3.0, 4.0)


def point_menu(strip: TempoStrip, desk: StripDesk, mark: TempoMark) -> QMenu:
    menu = QMenu()
    _add(menu, "Type the tempo…\tReturn", lambda: strip.type_value(desk, mark))
    last = mark.bar == strip.marks[-1].bar
    if mark.bar < strip.end:
        words = "Slow down to the end" if last else "Glide to the next point"
        ramp = _add(menu, words, lambda: strip.ramp_set.emit(mark.bar, not mark.ramp))
        ramp.setCheckable(True)
        ramp.setChecked(mark.ramp)
        _add_fermata(strip, menu, mark.bar)
    menu.addSeparator()
    gone = _add(menu, "Delete\tDel", lambda: strip.removed.emit(mark.bar))
    gone.setEnabled(mark.bar > 1 or len(strip.marks) > 1)
    return menu


def fermata_menu(strip: TempoStrip, fermata: Fermata) -> QMenu:
    menu = QMenu()
    for stretch in STRETCHES:
        put = lambda stretch=stretch: strip.fermata_put.emit(fermata.bar, stretch)  # noqa: E731
        action = _add(menu, f"{stretch:g} times as long", put)
        action.setCheckable(True)
        action.setChecked(stretch == fermata.stretch)
    menu.addSeparator()
    _add(menu, "Remove the fermata", lambda: strip.fermata_removed.emit(fermata.bar))
    return menu


def free_menu(strip: TempoStrip, bar: float, bpm: float) -> QMenu:
    """The menu of a place without a point."""
    menu = QMenu()
    _add(menu, f"Tempo {bpm:g} from here", lambda: strip.added.emit(bar, bpm))
    if bar < strip.end:
        _add_fermata(strip, menu, bar)
    menu.addSeparator()
    _add(menu, "Put the tempo row away", lambda: strip.open(False))
    return menu


def _add_fermata(strip: TempoStrip, menu: QMenu, bar: float) -> None:
    there = next((each for each in strip.fermatas if each.bar == bar), None)
    if there is None:
        _add(menu, "Fermata here", lambda: strip.fermata_put.emit(bar, 2.0))
    else:
        _add(menu, "Remove the fermata", lambda: strip.fermata_removed.emit(bar))


def _add(menu: QMenu, text: str, act: Callable[[], object]):  # type: ignore[no-untyped-def]
    action = menu.addAction(text)
    action.triggered.connect(lambda _checked=False: act())
    return action
