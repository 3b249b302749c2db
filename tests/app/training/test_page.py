"""The Training page, clicked: data, licence, runs that live and died, checkpoints to use."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox

from app.training.page import TrainingPage
from app.training.places import Places
from engine.checkpoint import Card, save_checkpoint
from engine.data.dataset import import_archive
from engine.training.events import (
    CheckpointKept,
    Evaluated,
    Judged,
    RunBegan,
    RunFailed,
    RunPaused,
    StepDone,
    TrainingEnded,
)
from engine.training.run_folder import RunFolder
from models.conditioning import Composer
from tests.app.running_program import RunningProgram
from tests.app.training.conftest import NoNetwork, until
from tests.engine.data.miniature import emopia_zip
from tests.engine.training.miniature import NETWORK, pop909_archive, tune

LEFT = Qt.MouseButton.LeftButton


def emopia(places: Places, tmp_path: Path) -> None:
    clips = {f"Q{q}_song{q}{s}_0": tune(q) for q in (1, 2, 3, 4) for s in "ab"}
    archive = emopia_zip(tmp_path / "E.zip", {**clips, "Q3_short_0": tune(1)[:2]})
    list(import_archive(archive, places.data_sets / "EMOPIA"))


def told(places: Places, number: int = 1) -> RunFolder:
    """A run whose journal tells of eight steps."""
    run = RunFolder.create(places.runs / f"run-{number}", {"name": "dark"}, {"began": number})
    with run.journal() as journal:
        journal.write(RunBegan(0, 10, 0.0, 1))
        for step in range(1, 9):
            journal.write(StepDone(step, 10, 5.0 - step / 10, 1.0, 900.0, step / 60))
        journal.write(Evaluated(8, {"pop909": 8.0}, {"pop909": 3.0}))
    return run


def test_without_data_nothing_starts_and_it_says_why(
    open_page: Callable[[], TrainingPage],
) -> None:
    page = open_page()
    assert not page.run_card.start.isEnabled()
    assert page.run_card.note.text() == "Choose an archive or a folder to train on."
    assert page.empty.isVisible() and not page.chart.isVisible()


def test_quadrants_are_shown_and_the_licence_is_accepted_before_start(
    open_page: Callable[[], TrainingPage], places: Places, tmp_path: Path
) -> None:
    emopia(places, tmp_path)
    page = open_page()
    assert {mood: text.text() for mood, text in page.data.table.counts.items()} == {
        "happy": "2", "tense": "2", "sad": "2", "calm": "2"
    }  # fmt: skip
    assert "8 clips" in page.data.about.text() and page.data.report.text() == "1 skipped"
    assert "CC BY-NC-SA" in page.data.licence.text()
    assert not page.run_card.start.isEnabled()
    page.data.accepted.click()
    assert page.run_card.start.isEnabled()
    page.settings.fields["batch"].setText("many")
    assert not page.run_card.start.isEnabled()
    assert page.run_card.note.text() == "Batch size: from 1 to 1024."


def test_an_archive_is_imported_beside_the_window_without_a_network(
    open_page: Callable[[], TrainingPage], places: Places, tmp_path: Path, no_network: NoNetwork
) -> None:
    page = open_page()
    text = tmp_path / "text.zip"
    text.write_text("hello")
    page.data.import_from(text)
    assert page.data.adding.busy and page.data.state.text() == "adding"
    until(lambda: not page.data.adding.busy)
    assert "text.zip cannot be read as a zip archive" in page.data.trouble.text()
    page.data.import_from(pop909_archive(tmp_path / "Songs.zip"))
    until(lambda: not page.data.adding.busy)
    current = page.data.current
    assert current is not None and (current.name, current.clips) == ("Songs", 4)
    assert not page.data.trouble.isVisible() and not page.data.table.isVisible()
    assert page.run_card.start.isEnabled()
    assert "Nothing leaves this computer" in page.data.private.text()
    assert no_network.guarded == 2 and no_network.attempts == []


def test_a_living_run_is_found_by_every_new_window_and_obeys(
    open_page: Callable[[], TrainingPage], places: Places
) -> None:
    told(places, 1)
    run = told(places, 2)
    told(places, 3)
    with run.held():
        page = open_page()
        assert page.run_card.title.text() == "run 2"
        assert page.run_card.chip.text() == "training" and page.run_card.step.text() == "8"
        assert page.run_card.share.text() == "80%"
        assert not page.settings.fields["steps"].isEnabled()
        page.close()
        page = open_page()
        QTest.mouseClick(page.run_card.pause, LEFT)
        assert run.taken_requests() == ("pause",)
        with run.journal() as journal:
            journal.write(RunPaused(8))
        until(lambda: page.run_card.chip.text() == "paused")
        QTest.mouseClick(page.run_card.go_on, LEFT)
        QTest.mouseClick(page.run_card.cancel, LEFT)
        box = page.findChild(QMessageBox)
        assert isinstance(box, QMessageBox)
        stop = [each for each in box.buttons() if "stop" in each.text()]
        QTest.mouseClick(stop[0], LEFT)
        assert run.taken_requests() == ("resume", "stop")
        with run.journal() as journal:
            journal.write(TrainingEnded(8, "cancelled"))
    until(lambda: page.run_card.chip.text() == "ended")
    assert page.run_card.start.isVisible() and page.settings.fields["steps"].isEnabled()


def test_dead_runs_say_how_they_died(open_page: Callable[[], TrainingPage], places: Places) -> None:
    run = told(places)
    (run.path / "state.safetensors").write_text("")
    page = open_page()
    assert page.run_card.chip.text() == "interrupted" and page.run_card.resume.isVisible()
    for event, words in (
        (TrainingEnded(5, "diverged"), "last good checkpoint"),
        (RunFailed(8, "The disk is full."), "The disk is full."),
    ):
        with run.journal() as journal:
            journal.write(event)
        until(lambda words=words: words in page.run_card.note.text())
        assert page.run_card.note.property("tone") == "bad"


def test_the_chart_shows_what_the_journal_tells(
    open_page: Callable[[], TrainingPage], places: Places
) -> None:
    run = told(places)
    page = open_page()
    x, y = page.chart.raw.getData()
    assert list(x) == list(range(1, 9)) and y[-1] == pytest.approx(4.2)
    assert page.chart.validation.opts["pen"].style() == Qt.PenStyle.DashLine
    assert page.chart.train.opts["pen"].style() == Qt.PenStyle.SolidLine
    with run.journal() as journal:
        journal.write(RunBegan(4, 10, 0.0, 2))
    until(lambda: len(page.chart.raw.getData()[0]) == 4)


def test_a_checkpoint_becomes_a_model_and_is_composed_with(
    open_page: Callable[[], TrainingPage], places: Places, program: RunningProgram
) -> None:
    run = told(places)
    weights = Composer(NETWORK).state_dict()
    save_checkpoint(run.path / "checkpoint", Card("dark", NETWORK), weights, dtype=torch.bfloat16)
    for step, value in ((4, 9.0), (8, 8.0)):
        run.keep(step, "best", {"pop909": value})
    page = open_page()
    cards = page.checkpoints.cards
    assert [card.badge.text() for card in cards] == ["best", ""]
    assert "validation 9.00" in cards[1].about.text()
    asked: list[str] = []
    program.session.devices_changed.connect(lambda: asked.append(program.session.model.name))
    QTest.mouseClick(cards[1].use, LEFT)
    until(lambda: "dark step 4" in asked)
    assert (places.models / "dark step 4" / "weights.safetensors").is_file()
    assert page.settings.start.findData("dark step 4") >= 0
    page.checkpoints.cards[1].removed.emit()
    assert [kept.step for kept in run.checkpoints()] == [8]
    assert (places.models / "dark step 4" / "card.json").is_file()


def test_start_trains_in_a_process_of_its_own_to_the_end_without_a_network(
    open_page: Callable[[], TrainingPage], places: Places, tmp_path: Path, no_network: NoNetwork
) -> None:
    list(import_archive(pop909_archive(tmp_path / "P.zip"), places.data_sets / "P"))
    models = Path(os.environ["XDG_CONFIG_HOME"]) / "psychoscore" / "models"
    for folder in (models, places.models):
        weights = Composer(NETWORK).state_dict()
        save_checkpoint(folder / "small", Card("small", NETWORK), weights, dtype=torch.bfloat16)
    page = open_page()
    page.settings.start.setCurrentIndex(page.settings.start.findData("small"))
    page.settings.unit.setCurrentText("steps")
    page.settings.compare.setChecked(False)
    assert page.settings.fields["learning_rate"].text() == "0.004"
    for key, value in (("steps", "6"), ("batch", "2"), ("threads", "1")):
        page.settings.fields[key].setText(value)
    QTest.mouseClick(page.run_card.start, LEFT)
    assert page.run_card.chip.text() == "starting"
    until(lambda: page.run_card.chip.text() == "ended")
    assert page.run_card.step.text() == "6" and page.run_card.share.text() == "100%"
    assert page.checkpoints.cards[0].name.text() == "Step 6"
    until(lambda: "step 6" in page.log.text.toPlainText())
    assert any(isinstance(each.event, CheckpointKept) for each in page.follower.story.log)
    assert page._launched is not None and page._launched.process.wait(30) == 0
    assert no_network.guarded == 1 and no_network.attempts == []


def test_a_start_that_fails_says_why(
    open_page: Callable[[], TrainingPage], places: Places, tmp_path: Path
) -> None:
    list(import_archive(pop909_archive(tmp_path / "P.zip"), places.data_sets / "P"))
    page = open_page()
    (places.data_sets / "P" / "tokens.npy").write_bytes(b"")
    page.start()
    until(lambda: "cannot be read as a data set" in page.run_card.note.text())
    assert page.run_card.start.isVisible()


def test_a_verdict_is_followed_with_either_button(
    open_page: Callable[[], TrainingPage], places: Places, program: RunningProgram
) -> None:
    weights = Composer(NETWORK).state_dict()
    card = Card("open", NETWORK, lineage=("POP909 (MIT)",))
    save_checkpoint(places.shipped / "open", card, weights, dtype=torch.bfloat16)
    run = told(places)
    save_checkpoint(run.path / "checkpoint", Card("dark", NETWORK), weights, dtype=torch.bfloat16)
    run.keep(8, "best", {"pop909": 8.0})
    obeys = dict.fromkeys(("trauma", "entropy", "rsi_real", "rsi_imaginary"), 0.5)
    worse = dict.fromkeys(obeys, 0.1)
    with run.journal() as journal:
        journal.write(TrainingEnded(8, "finished"))
        journal.write(Judged(8, "open", "dark", 8, obeys, worse, 8.0, 7.9, 0.2, 0.1, 68, 90.0))
    page = open_page()
    assert page.verdict.headline.text() == "Keep the old one: open"
    assert page.verdict.keep.isDefault() and page.verdict.keep.isEnabled()
    assert not page.coherence.plot.isVisible() and page.coherence.needs.isVisible()
    asked: list[str] = []
    program.session.devices_changed.connect(lambda: asked.append(program.session.model.name))
    QTest.mouseClick(page.verdict.keep, LEFT)
    assert asked == ["open"]
    QTest.mouseClick(page.verdict.use, LEFT)
    until(lambda: "dark step 8" in asked)
    # Licence and lineage stand beside each name that can be chosen.
    assert "POP909 (MIT)" in page.settings.about.text() and "MIT" in page.settings.about.text()
    assert page.settings.chosen_start == "open"
