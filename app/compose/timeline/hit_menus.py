"""The menus of the strip of hit points: of a flag, of free ground, of the ending."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from app.compose.timeline.hit_glyphs import glyph_icon
from app.compose.timeline.places import beat_text, clock_of, nearest_timecode
from app.theme import tokens
from app.theme.fonts import font
from engine.picture import ENDINGS, HIT_KINDS

if TYPE_CHECKING:
    from app.compose.timeline.hit_strip import HitStrip


def hit_menu(strip: HitStrip, index: int) -> QMenu:
    """What can be done to one hit."""
    menu, hit = QMenu(), strip.hits[index]
    for kind, title in HIT_KINDS.items():
        changed = hit.model_copy(update={"kind": kind})
        action = add(menu, title, lambda changed=changed: _change(strip, index, changed))
        # An icon stands where the tick would: the kind it has is bright and bold.
        now = hit.kind == kind
        action.setIcon(glyph_icon(kind, tokens.ACCENT if now else tokens.TEXT1))
        action.setFont(font(tokens.TextStyle(12, 600) if now else tokens.BODY))
        tick(action, now)
    menu.addSeparator()
    add(menu, "Edit…\tReturn", lambda: strip.sheet_requested.emit(index))
    _add_picture(menu, strip, index)
    menu.addSeparator()
    add(menu, "Delete\tDel", lambda: strip.hit_removed.emit(index))
    return menu


def _add_picture(menu: QMenu, strip: HitStrip, index: int) -> None:
    """Whether the picture fixes a hit, and how the music comes to it."""
    hit, bars = strip.hits[index], strip.state.bars
    clock, at = clock_of(strip.state), strip.tick_of(hit)
    here = nearest_timecode(clock, at)
    other = hit.model_copy(update={"timecode": None if hit.timecode else here})
    fixed = add(
        menu,
        f"Fixed to the picture at {hit.timecode or here}",
        lambda: strip.hit_changed.emit(index, other),
    )
    tick(fixed, hit.timecode is not None)
    if hit.timecode is None:
        return
    exact = round(clock.tempo.tick(clock.seconds_of_timecode(hit.timecode)))
    near = strip.state.snap.nearest(bars, exact)
    for place, words in ((near, "Move to the nearest grid line"), (exact, "Move onto its frame")):
        moved = strip.moved(index, min(max(place, 0), bars.end - 1))
        to = strip.tick_of(moved)
        entry = add(
            menu,
            f"{words}, {beat_text(to, bars)}",
            lambda moved=moved: strip.hit_changed.emit(index, moved),
        )
        entry.setEnabled(to != at)


def free_menu(strip: HitStrip, at: int) -> QMenu:
    """What can be done where no flag is."""
    menu = QMenu()
    add(menu, f"Hit point at {beat_text(at, strip.state.bars)}", lambda: strip.hit_added.emit(at))
    add(menu, "Find tempo…", strip.tempo_requested.emit).setEnabled(bool(strip.hits))
    menu.addSeparator()
    ending_menu(strip, menu.addMenu("Ending"))
    return menu


def ending_menu(strip: HitStrip, menu: QMenu | None = None) -> QMenu:
    """How the cue ends, one of them ticked."""
    return fill_endings(menu or QMenu(), strip.ending, strip.ending_chosen.emit)


def fill_endings(menu: QMenu, chosen: str | None, choose: Callable[[object], object]) -> QMenu:
    """Entries for all endings; `choose` hears which, None for no ending of its own."""
    for ending, title in ((None, "As the music goes"), *ENDINGS.items()):
        action = add(menu, title, lambda ending=ending: choose(ending))
        tick(action, ending == chosen)
    return menu


def add(menu: QMenu, text: str, act: Callable[[], object]) -> QAction:
    action = menu.addAction(text)
    action.triggered.connect(lambda _=False: act())
    return action


def tick(action: QAction, on: bool) -> None:
    action.setCheckable(True)
    action.setChecked(on)


def _change(strip: HitStrip, index: int, hit: object) -> None:
    if hit != strip.hits[index]:
        strip.hit_changed.emit(index, hit)
