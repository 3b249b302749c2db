"""Menus of choosing: the best of how many, how close it shall come, and what of a take is asked for
once more."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from app.session import Session, TakeSnapshot
from app.session.closer import GOALS
from app.wording import bars_word
from engine.profile import DIMENSION_BY_NAME

BEST_OF = (1, 4, 8, 16)


def choosing_text(session: Session) -> str:
    """What Generate does, in a few words: `Compose 1, best of 8`."""
    takes, best_of = session.takes_at_once, session.best_of
    return f"Compose {takes}" + (f", best of {best_of}" if best_of > takes else "")


def add_choosing(menu: QMenu, session: Session, chosen: Callable[[], None]) -> None:
    """The choices of how takes are chosen.

    Args:
        chosen: called after something was chosen.
    """

    def choose_best(count: int) -> None:
        session.best_of = count
        chosen()

    def choose_goal(goal: float | None) -> None:
        session.until = goal
        chosen()

    menu.setToolTipsVisible(True)
    menu.addSection("Keep the best of")
    for count in BEST_OF:
        text = "Keep what comes" if count == 1 else f"Best of {count}"
        action = menu.addAction(text)
        if count > 1:
            action.setToolTip(
                f"Composes {count} candidates together and keeps those that match what was asked "
                "most; they are heard when they are done"
            )
        # The best four of four are simply four.
        action.setEnabled(count == 1 or count > session.takes_at_once)
        current = session.best_of if session.best_of > session.takes_at_once else 1
        _tick(action, count == current, lambda count=count: choose_best(count))
    inside = menu.addMenu("Until close enough")
    inside.setToolTipsVisible(True)
    for goal in (None, *GOALS):
        action = inside.addAction("Leave takes as they come" if goal is None else _goal(goal))
        if goal is not None:
            action.setToolTip(
                "Composes the bars that match least again, up to eight times, until the take "
                f"matches by {goal:.0%}"
            )
        _tick(action, goal == session.until, lambda goal=goal: choose_goal(goal))


def add_closer_entries(menu: QMenu, session: Session, take: TakeSnapshot) -> None:
    """One dimension neutral, and the weakest bars again."""
    can = take.take is not None and session.can_generate
    mute = menu.addMenu("Mute one dimension")
    mute.setEnabled(can)
    mute.setToolTipsVisible(True)
    for name, dimension in DIMENSION_BY_NAME.items():
        action = mute.addAction(f"Without {dimension.title.lower()}")
        action.setToolTip(
            f"The same seed with {dimension.title.lower()} at {dimension.default:g} throughout, "
            "as a new take: what does it do?"
        )
        action.triggered.connect(lambda _=False, name=name: session.closer.mute(take.id, name))
    stretches = session.closer.changed()
    words = ", ".join(bars_word(*each) for each in stretches[:3]) + "…" * (len(stretches) > 3)
    changed = menu.addAction(f"Compose changed {words or 'bars'} again")
    changed.setEnabled(can and bool(stretches))
    changed.triggered.connect(lambda _=False: session.closer.compose_changed())
    match = take.take.provenance.match if take.take else None
    closer = menu.addMenu("Improve the weakest bars")
    closer.setEnabled(can and match is not None and match < GOALS[-1])
    for goal in GOALS:
        action = closer.addAction(_goal(goal))
        action.setEnabled(match is not None and match < goal)
        action.triggered.connect(lambda _=False, goal=goal: session.closer.refine(take.id, goal))


def _goal(goal: float) -> str:
    return f"Until match {goal:.0%}"


def _tick(action: QAction, on: bool, act: Callable[[], None]) -> None:
    action.setCheckable(True)
    action.setChecked(on)
    action.triggered.connect(lambda _=False: act())
