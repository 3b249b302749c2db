"""Following, as the window shows and asks for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QMenu

from app.transport.sync_menu import SyncMenu
from engine.playing.protocol import INPUT_NAME, Led, PortChoice, PortsListed, SyncState
from tests.app.running_program import RunningProgram, running_program


@pytest.fixture
def program(qt_app: QApplication, tmp_path: Path) -> Iterator[RunningProgram]:
    with running_program(tmp_path) as running:
        yield running


def _menu(program: RunningProgram) -> SyncMenu:
    menu = next(iter(program.window.findChildren(SyncMenu)))
    menu.fill()
    return menu


def _entry(menu: QMenu, *path: str) -> QAction:
    for text in path:
        action = next(each for each in menu.actions() if each.text().startswith(text))
        if isinstance(action.menu(), QMenu):
            menu = action.menu()
    return action


def test_a_clock_is_chosen_and_its_tempo_cannot_be_changed_here(program: RunningProgram) -> None:
    bar = program.window.transport
    _entry(_menu(program), "MIDI clock", INPUT_NAME).trigger()
    assert program.player.followed == ("clock", PortChoice("virtual", INPUT_NAME))
    program.until(lambda: bar.lock.text() == "Searching")
    assert bar.tempo.isEnabled()
    program.session.hear_player(SyncState("clock", INPUT_NAME, "locked", 93.4))
    assert (bar.lock.text(), bar.tempo.text()) == ("Locked", "93.40")
    assert not bar.tempo.isEnabled()
    assert "locked to MIDI clock on PSYCHOSCORE" in bar.tempo.toolTip()
    assert _entry(_menu(program), "MIDI clock", INPUT_NAME).isChecked()
    _entry(_menu(program), "Nobody").trigger()
    assert program.player.followed[0] == "internal"
    program.until(lambda: bar.lock.text() == "BPM")
    assert bar.tempo.isEnabled()


def test_inputs_are_listed_and_a_sentence_is_shown(program: RunningProgram) -> None:
    menu = _menu(program)
    program.until(lambda: bool(program.session.ports.names))
    program.session.hear_player(PortsListed((), True, "", ("Ardour:clock",)))
    state = SyncState("timecode", "Ardour:clock", "searching", 0.0, "It has gone.")
    program.session.hear_player(state)
    menu.fill()
    assert program.window.transport.tempo.toolTip() == "It has gone.\nT taps the tempo"
    assert program.window.transport.tempo.isEnabled()
    assert _entry(menu, "MIDI time code", "Ardour:clock").isChecked()


def test_the_leader_starts_and_stops_what_the_window_shows(program: RunningProgram) -> None:
    program.session.hear_player(Led(playing=True))
    assert program.session.transport.playing
    program.session.hear_player(Led(playing=False))
    assert not program.session.transport.playing


def test_our_clock_is_sent_when_it_is_wished(program: RunningProgram) -> None:
    _entry(_menu(program), "Send our clock").trigger()
    assert program.player.sends_clock
    assert _entry(_menu(program), "Send our clock").isChecked()


def test_the_cue_knows_which_bar_of_the_daw_is_its_first(program: RunningProgram) -> None:
    program.session.set_song_bar(9)
    assert program.player.place == (8 * 1920, "00:00:00:00", "25")
    assert _entry(_menu(program), "Bar 1 of the cue is bar 9").text()
    program.session.undo_stack.undo()
    assert program.player.place[0] == 0


def test_by_default_the_daw_leads_when_it_runs_and_is_not_missed(program: RunningProgram) -> None:
    bar = program.window.transport
    _entry(_menu(program), "When the DAW runs").trigger()
    assert program.player.followed == ("auto", PortChoice("virtual", INPUT_NAME))
    program.session.hear_player(SyncState("auto", INPUT_NAME, "off"))
    assert bar.lock.text() == "BPM" and bar.tempo.isEnabled()
    assert INPUT_NAME in bar.tempo.toolTip()
    program.session.hear_player(SyncState("auto", INPUT_NAME, "locked", 93.4))
    assert (bar.lock.text(), bar.tempo.text()) == ("Locked", "93.40")
    assert "locked to the DAW" in bar.tempo.toolTip()
    assert _entry(_menu(program), "When the DAW runs").isChecked()
