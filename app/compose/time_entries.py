"""What can be done to the time of the cue, as entries of the Cue menu."""

from __future__ import annotations

from PySide6.QtWidgets import QMenu

from app.compose.timing import Timing

_LENGTHS = (2, 3, 4, 8)


def add_time_menu(menu: QMenu, timing: Timing) -> None:
    """The cue's sheet, the tempo map, and phrases; what depends on the moment is filled then."""
    menu.addAction("Cue settings…").triggered.connect(lambda _=False: timing.open_cue())
    tempo = menu.addAction("Tempo map")
    tempo.setCheckable(True)
    tempo.triggered.connect(lambda _=False: timing.toggle_tempo())
    phrases = menu.addMenu("Phrases")
    for length in _LENGTHS:
        even = phrases.addAction(f"Phrases of {length} bars")
        even.triggered.connect(
            lambda _=False, length=length: timing.session.times.even_phrases(length)
        )
    clear = phrases.addAction("Remove all phrases")
    clear.triggered.connect(lambda _=False: timing.session.times.type_phrases(""))

    def show() -> None:
        tempo.setChecked(timing.tempo.opened)
        clear.setEnabled(bool(timing.session.cue.phrases))

    menu.aboutToShow.connect(show)
    phrases.aboutToShow.connect(show)
