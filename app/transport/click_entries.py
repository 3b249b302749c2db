"""The menu entries of the click and of the count-in."""

from __future__ import annotations

from PySide6.QtWidgets import QMenu

from app.menu_entries import add, tick
from app.session import Session
from app.session.clicking import COUNTS, Clicking
from app.wording import bars_text

_WHERE = "heard in the preview sound alone, never at the MIDI port"


def add_click_entries(menu: QMenu, session: Session) -> None:
    """Click, and how many bars are counted in; both are ticked as they stand."""
    clicking: Clicking = session.clicking
    menu.setToolTipsVisible(True)
    click = add(menu, "Click", clicking.toggle, "C")
    click.setToolTip(f"The beats while the music plays, {_WHERE}")
    counts = menu.addMenu("Count in")
    choices = [
        (
            bars,
            add(
                counts,
                bars_text(bars) if bars else "Off",
                lambda bars=bars: clicking.choose_count_in(bars),
            ),
        )
        for bars in COUNTS
    ]
    for _, action in choices:
        action.setToolTip(f"Counted before Play, {_WHERE}")

    def show() -> None:
        tick(click, clicking.on)
        for bars, action in choices:
            tick(action, bars == clicking.count_in)

    clicking.changed.connect(show)
    show()
