"""The entries of the ruler's menu that mark vamps."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QMenu

from app.session import Session
from app.wording import bars_word
from engine.project.edits import SetVamps
from engine.project.vamps import LEAVES, Vamp, vamp_at, with_vamp, without_vamp

LEAVE_WORDS = {
    "beat": "leave on the next beat",
    "bar": "leave on the next bar line",
    "phrase": "leave at its end",
}


def add_vamp_entries(menu: QMenu, session: Session, bar: int, bars: tuple[int, int]) -> None:
    """Offer to make bars a vamp, or to change the vamp that holds `bar`."""
    cue = session.cue
    vamp = vamp_at(cue.vamps, bar)
    first, last = (vamp.first, vamp.last) if vamp else bars
    word = bars_word(first, last)
    inner = menu.addMenu(f"Vamp in {word}" if vamp else f"Vamp {word} until GO")
    for leave in LEAVES:
        action = inner.addAction(LEAVE_WORDS[leave].capitalize())
        action.setCheckable(True)
        action.setChecked(vamp is not None and vamp.leave == leave)
        marked = Vamp(first=first, last=last, leave=leave)
        action.triggered.connect(partial(_set, session, "mark", with_vamp(cue.vamps, marked)))
    if vamp is not None:
        cleared = without_vamp(cue.vamps, bar)
        menu.addAction(f"Clear the vamp in {word}").triggered.connect(
            partial(_set, session, "clear", cleared)
        )


def _set(session: Session, act: str, vamps: tuple[Vamp, ...], _checked: bool = False) -> None:
    session.commit(SetVamps(cue=session.cue.id, act=act, vamps=vamps))  # type: ignore[arg-type]
