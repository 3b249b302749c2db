"""The Data card, clicked: sets with weights, tracks of own files, a download that is asked for."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.training.fetch_sheet import FetchSheet
from app.training.fetching import Fetching
from app.training.page import TrainingPage
from app.training.places import Places
from app.training.report_sheet import ReportSheet
from app.training.track_sheet import TrackSheet
from engine.data.dataset import import_archive, read_data_set
from engine.training.config import parse_config
from tests.app.training.conftest import NoNetwork, until
from tests.engine.data.daw import Part, beats, chords, line, write_daw
from tests.engine.training.miniature import pop909_archive

LEFT = Qt.MouseButton.LeftButton


def exports(folder: Path) -> Path:
    """Two cues as a DAW exports them, and a file that is none."""
    for number in (1, 2):
        write_daw(
            folder / f"cue{number}.mid",
            {
                "Flute": Part(line(32 + 8 * number, low=72).notes, program=73),
                "Strings, low": chords(8 + number),
                "Horn": line(32, low=55 + number),
                "Kit": Part(beats().notes, 10),
            },
        )
    (folder / "broken.mid").write_bytes(b"MThd")
    return folder


def test_own_files_are_proposed_with_a_little_of_the_base_and_weights_become_shares(
    open_page: Callable[[], TrainingPage], places: Places, tmp_path: Path
) -> None:
    list(import_archive(pop909_archive(tmp_path / "P.zip"), places.data_sets / "POP909"))
    (places.shipped / "open").mkdir(parents=True)
    (places.shipped / "open" / "card.json").write_text(json.dumps({"licence": "MIT"}))
    own = exports(tmp_path / "Cues")
    list(import_archive(own, places.data_sets / "Cues"))
    page = open_page()
    rows = {row.data.name: row for row in page.data.list.rows}
    assert all(row.box.isChecked() for row in rows.values())
    assert [(each.data.name, each.weight) for each in page.data.chosen] == [
        ("Cues", 1.0), ("POP909", 0.25),
    ]  # fmt: skip
    assert rows["POP909"].share.text() == "20%" and rows["Cues"].share.text() == "80%"
    assert page.data.current is rows["Cues"].data
    rows["POP909"].weight.selectAll()
    QTest.keyClicks(rows["POP909"].weight, "1")
    assert rows["POP909"].share.text() == "50%"
    config = parse_config(page.settings.wish(page.data.chosen).config())
    names = [Path(each).name for each in config.data]
    assert names == ["Cues", "POP909"] and list(config.shares.values()) == [1.0, 1.0]
    assert config.start_from == "open" and config.minutes == 9 and config.name == "Cues"
    rows["POP909"].weight.selectAll()
    QTest.keyClicks(rows["POP909"].weight, "many")
    assert page.run_card.note.text() == "Weight of POP909: from 0.01 to 100."
    QTest.mouseClick(rows["POP909"].box, LEFT)
    assert [each.data.name for each in page.data.chosen] == ["Cues"]
    assert page.run_card.start.isEnabled() and rows["Cues"].share.isHidden()
    QTest.mouseClick(rows["Cues"].box, LEFT)
    assert page.run_card.note.text() == "Check a data set to train on."


def test_tracks_of_a_folder_are_listed_chosen_and_each_file_is_reported(
    open_page: Callable[[], TrainingPage], places: Places, tmp_path: Path
) -> None:
    page = open_page()
    page.data.adding.add_folder(exports(tmp_path / "Cues"))
    until(lambda: bool(page.findChildren(TrackSheet)))
    (sheet,) = page.findChildren(TrackSheet)
    rows = [sheet.list.topLevelItem(index) for index in range(4)]
    found = {tuple(row.text(column) for column in (0, 1, 2, 4)) for row in rows if row is not None}
    assert len(found) == 4 and ("Kit", "drums", "2", "left out: drums") in found
    assert {("Flute", "pipe", "2", "melody"), ("Strings, low", "", "2", "accompaniment")} < found
    assert sheet.names == ("Flute", "Horn", "Strings, low")
    for index in range(4):
        item = sheet.list.topLevelItem(index)
        if item is not None and item.text(0) != "Strings, low":
            item.setCheckState(0, Qt.CheckState.Unchecked)
    item = sheet.list.findItems("Strings, low", Qt.MatchFlag.MatchExactly)[0]
    item.setCheckState(0, Qt.CheckState.Unchecked)
    assert not sheet.use.isEnabled() and sheet.note.text() == "Check a track."
    item.setCheckState(0, Qt.CheckState.Checked)
    sheet.name.setText("low strings")
    QTest.mouseClick(sheet.use, LEFT)
    until(lambda: page.data.current is not None and not page.data.adding.busy)
    assert page.data.current is not None and page.data.current.name == "low strings"
    about = read_data_set(places.data_sets / "low strings")
    assert ("folder/cue1.mid", "Horn was not chosen.") in about.left_out
    assert page.data.report.text() == "1 skipped" and page.run_card.start.isEnabled()
    QTest.mouseClick(page.data.report, LEFT)
    (report,) = page.findChildren(ReportSheet)
    fates = {name: fate for name, fate, _ in report.texts()}
    assert fates.pop("broken.mid") == "left out"
    assert set(fates) == {"cue1.mid", "cue2.mid"}
    assert set(fates.values()) <= {"held out", "trained on"}
    report.find.setText("horn was not")
    assert {name for name, _, _ in report.texts()} == {"cue1.mid", "cue2.mid"}


def test_a_download_is_accepted_first_and_offline_is_a_sentence(
    open_page: Callable[[], TrainingPage], places: Places, no_network: NoNetwork
) -> None:
    page = open_page()
    page.data.adding.ask_to_fetch()
    (sheet,) = page.findChildren(FetchSheet)
    assert "CC BY-NC-SA 4.0" in sheet.licence.text() and "zenodo.org" in sheet.about.text()
    assert not sheet.fetch.isEnabled() and no_network.guarded == 0
    sheet.accepted.click()
    QTest.mouseClick(sheet.fetch, LEFT)
    assert page.data.adding.busy and page.data.state.text() == "adding"
    until(lambda: not page.data.adding.busy)
    said = page.data.trouble.text()
    assert "zenodo.org cannot be reached" in said and "EMOPIA_2.2.zip" in said
    assert page.data.add.isVisible() and not page.data.bar.isVisible()


def test_a_download_tells_how_far_it_is(qt_app: object) -> None:
    fetching = Fetching()
    told: list[tuple[int, int | None]] = []
    fetching.progressed.connect(lambda done, total: told.append((done, total)))
    rows = (
        {"event": "began", "title": "t", "url": "u", "licence": "l", "done": 5, "total": 10},
        {"event": "progress", "done": 10, "total": 10},
        {"event": "finished", "path": "/a.zip", "size": 10, "fetched": True},
    )  # fmt: skip
    fetching.hear([json.dumps(row).encode() for row in rows])
    assert told == [(5, 10), (10, 10)]
