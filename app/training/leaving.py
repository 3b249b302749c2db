"""Closing the window while a run is alive: it is asked what shall become of the run.

A run is a process of its own, so it lives on unless it is told otherwise; this only asks and
tells. It looks at the run folders, for the window need not have started the run itself.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from engine.errors import PsychoscoreError
from engine.training.run_folder import RunFolder, Word, runs_in

Next = Callable[[], object]


def living_runs(folder: Path) -> tuple[RunFolder, ...]:
    """The runs in a folder whose processes are alive."""
    return tuple(run for run in runs_in(folder) if run.alive())


def settle_runs(window: QWidget, folder: Path, then: Next) -> None:
    """Ask what shall become of the runs that are alive, then go on; Back goes nowhere."""
    living = living_runs(folder)
    if not living:
        then()
        return
    box = QMessageBox(window)
    box.setWindowTitle("PSYCHOSCORE")
    box.setStyleSheet("QDialogButtonBox { dialogbuttonbox-buttons-have-icons: 0; }")
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    names = " and ".join(run.path.name.replace("-", " ") for run in living)
    box.setText(f"{names.capitalize()} is still training.")
    box.setInformativeText(
        "Keep training: the run lives on without the window, and a new window finds it. "
        "Paused or cancelled, it saves and can be resumed."
    )
    role = QMessageBox.ButtonRole
    keep = box.addButton("Keep training", role.AcceptRole)
    pause = box.addButton("Pause", role.AcceptRole)
    cancel = box.addButton("Cancel run", role.DestructiveRole)
    back = box.addButton("Back", role.RejectRole)
    box.setDefaultButton(keep)
    box.setEscapeButton(back)
    words: dict[object, Word] = {pause: "pause", cancel: "stop"}

    def answered(_result: int) -> None:
        clicked = box.clickedButton()
        if clicked is back or clicked is None:
            return
        word = words.get(clicked)
        if word is not None:
            _tell(living, word)
        then()

    box.finished.connect(answered)
    box.open()


def _tell(runs: tuple[RunFolder, ...], word: Word) -> None:
    for run in runs:
        try:
            run.request(word)
        except PsychoscoreError:
            # A folder that cannot be written has no run that could hear it.
            continue
