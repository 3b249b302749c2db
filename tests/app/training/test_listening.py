"""A checkpoint is heard: its cue is composed by it, played as a take is, and kept."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.training.page import TrainingPage
from app.training.places import Places
from engine.midi.file import read_provenance, read_score
from engine.take import parse_provenance
from engine.training.run_folder import RunFolder
from tests.app.running_program import RunningProgram
from tests.app.training.conftest import until
from tests.engine.tiny import tiny_checkpoint

LEFT = Qt.MouseButton.LeftButton


def test_a_checkpoint_is_heard_and_the_take_comes_back(
    open_page: Callable[[], TrainingPage], places: Places, program: RunningProgram
) -> None:
    run = RunFolder.create(places.runs / "run-1", {"name": "dark"}, {"began": 1})
    tiny_checkpoint(run.path / "checkpoint", seed=4)
    run.keep(4, "best", {"pop909": 9.0})
    page = open_page()
    before = list(program.player.programme.entries)
    (card,) = page.checkpoints.cards
    QTest.mouseClick(card.hear, LEFT)
    assert page.listening.waiting == card.kept.folder if card.kept else False
    until(lambda: page.listening.heard is not None or bool(page._trouble))
    assert page._trouble == "" and program.session.hearing and program.player.playing
    cue = run.path / "cues" / "step-0000004.mid"
    assert read_score(cue).notes
    assert parse_provenance(read_provenance(cue) or "").model == "tiny"
    assert card.hear.toolTip() == "Stop"
    QTest.mouseClick(card.hear, LEFT)
    assert not program.session.hearing and not program.player.playing
    assert program.player.programme.entries == before
    # The second time it is there at once.
    QTest.mouseClick(card.hear, LEFT)
    assert page.listening.waiting is None and program.session.hearing
    page.listening.end()


def test_a_checkpoint_that_cannot_compose_says_why(
    open_page: Callable[[], TrainingPage], places: Places, program: RunningProgram
) -> None:
    run = RunFolder.create(places.runs / "run-1", {"name": "dark"}, {"began": 1})
    tiny_checkpoint(run.path / "checkpoint")
    kept = run.keep(4, "best", {"pop909": 9.0})
    (kept.folder / "weights.safetensors").unlink()
    (kept.folder / "weights.safetensors").write_bytes(b"cut off")
    page = open_page()
    QTest.mouseClick(page.checkpoints.cards[0].hear, LEFT)
    until(lambda: "weights.safetensors" in page.run_card.note.text())
    assert not program.session.hearing
