"""What cannot be trained on or from is a sentence in its place, and what was there stays."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import mido
import pytest
import torch
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.training.page import TrainingPage
from app.training.places import Places
from app.training.report_sheet import ReportSheet
from engine.checkpoint import Card, card_json, save_checkpoint
from engine.data.dataset import import_archive
from engine.errors import PsychoscoreError
from engine.training.events import RunBegan, StepDone, TrainingEnded
from engine.training.launch import check_room
from engine.training.run_folder import RunFolder
from models.conditioning import Composer
from tests.app.training.conftest import until
from tests.engine.data.miniature import write_zip
from tests.engine.tiny import tiny_config
from tests.engine.training.miniature import NETWORK, pop909_archive

LEFT = Qt.MouseButton.LeftButton


def bytes_below(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name not in ("output.log", "control")
    }


def test_data_that_cannot_be_used_is_refused_and_the_set_before_stays(
    open_page: Callable[[], TrainingPage], places: Places, tmp_path: Path
) -> None:
    list(import_archive(pop909_archive(tmp_path / "P.zip"), places.data_sets / "P"))
    before = bytes_below(places.data_sets)
    other = write_zip(tmp_path / "Holiday.zip", {"photo.jpg": b"jpg"})
    empty = tmp_path / "empty"
    empty.mkdir()
    silent = tmp_path / "silent"
    silent.mkdir()
    mido.MidiFile(tracks=[mido.MidiTrack()]).save(silent / "nothing.mid")
    page = open_page()
    for path, sentence in (
        (other, "is neither EMOPIA nor POP909"),
        (empty, "holds no MIDI files"),
        (silent, "silent can be used; 1 were refused"),
    ):
        page.data.import_from(path)
        until(lambda: not page.data.adding.busy)
        assert sentence in page.data.trouble.text() and page.data.trouble.isVisible()
        current = page.data.current
        assert current is not None and current.name == "P"
    assert bytes_below(places.data_sets) == before
    assert page.data.report.text() == "1 refused"
    QTest.mouseClick(page.data.report, LEFT)
    (sheet,) = page.findChildren(ReportSheet)
    assert sheet.texts() == [("nothing.mid", "left out", "It holds no notes.")]


def ended(places: Places, config: dict[str, object]) -> RunFolder:
    run = RunFolder.create(places.runs / "run-1", {"name": "dark", **config}, {"began": 1})
    (run.path / "state.safetensors").write_bytes(b"state")
    weights = Composer(NETWORK).state_dict()
    save_checkpoint(run.path / "checkpoint", Card("dark", NETWORK), weights, dtype=torch.bfloat16)
    run.keep(3, "best", {"pop909": 9.0})
    with run.journal() as journal:
        journal.write(RunBegan(0, 9, 0.0, 1))
        journal.write(StepDone(3, 9, 4.0, 1.0, 900.0, 0.1))
        journal.write(TrainingEnded(3, "cancelled"))
    return run


def test_settings_with_an_unknown_key_end_in_a_sentence_and_the_run_is_intact(
    open_page: Callable[[], TrainingPage], places: Places
) -> None:
    run = ended(places, {"data": ["/nowhere"], "stepps": 3})
    before = bytes_below(run.path)
    page = open_page()
    QTest.mouseClick(page.run_card.resume, LEFT)
    until(lambda: "unknown key 'stepps'" in page.run_card.note.text())
    assert "Did you mean steps?" in page.run_card.note.text()
    assert page.run_card.note.property("tone") == "bad"
    assert bytes_below(run.path) == before
    assert page.checkpoints.cards[0].use.isEnabled()


def test_a_start_of_another_shape_is_a_sentence_and_the_run_before_it_is_intact(
    open_page: Callable[[], TrainingPage], places: Places, tmp_path: Path
) -> None:
    list(import_archive(pop909_archive(tmp_path / "P.zip"), places.data_sets / "P"))
    run = ended(places, {})
    before = bytes_below(run.path)
    models = Path(os.environ["XDG_CONFIG_HOME"]) / "psychoscore" / "models"
    for folder in (models, places.models):
        weights = Composer(NETWORK).state_dict()
        save_checkpoint(folder / "odd", Card("odd", NETWORK), weights, dtype=torch.bfloat16)
        wider = Card("odd", tiny_config(width=32, context=128))
        (folder / "odd" / "card.json").write_text(card_json(wider))
    page = open_page()
    page.settings.start.setCurrentIndex(page.settings.start.findData("odd"))
    QTest.mouseClick(page.run_card.start, LEFT)
    until(lambda: "has shape" in page.run_card.note.text())
    assert page.run_card.note.property("tone") == "bad"
    assert bytes_below(run.path) == before


def test_a_disk_without_room_is_told_before_a_run_begins(tmp_path: Path) -> None:
    with pytest.raises(PsychoscoreError, match="MB are free on the disk of"):
        check_room(tmp_path, needed=10**18)
    check_room(tmp_path, needed=1)
    assert not list(tmp_path.iterdir())
