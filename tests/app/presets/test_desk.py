"""Writing layers and presets through the desk: what is set, where, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from app.presets.desk import Desk
from app.session import Session
from engine.config.layers import USER_FILE, Layer, read_user_settings
from engine.config.own import OwnSettings
from engine.errors import PsychoscoreError
from engine.lanes import Lane
from engine.project import PROJECT_FILE
from engine.score import Key

BASE = "temperature.base_temperature"


@pytest.fixture
def desk(session: Session) -> Desk:
    return Desk(session)


def project(session: Session) -> OwnSettings:
    return session.state.settings


def test_a_project_value_is_its_only_own_value_and_can_be_undone(
    desk: Desk, session: Session, leaf: Callable, tmp_path: Path
) -> None:
    desk.set_text(desk.sheet(), Layer.PROJECT, leaf(BASE), "0,6")
    assert dict(project(session).leaves()) == {BASE: 0.6}
    assert session.settings.temperature.base_temperature == 0.6
    assert session.save(tmp_path / "hamlet")
    saved = (tmp_path / "hamlet" / PROJECT_FILE).read_text()
    assert "entropy_weight" not in saved and "base_temperature" in saved
    session.undo_stack.undo()
    session.undo_stack.undo()
    assert session.settings.temperature.base_temperature == 0.7


def test_temperature_moves_the_curve_of_the_cue_at_once(
    desk: Desk, session: Session, leaf: Callable
) -> None:
    heard: list[float] = []
    session.cue_changed.connect(lambda: heard.append(session.asked.temperatures[0]))
    desk.set_text(desk.sheet(), Layer.PROJECT, leaf(BASE), "1")
    assert heard == [pytest.approx(1.0 + 0.25 - 0.15)]
    desk.clear(desk.sheet(), Layer.PROJECT, leaf(BASE))
    desk.set_text(desk.sheet(), Layer.USER, leaf(BASE), "0.5")
    assert heard[1:] == [pytest.approx(0.8), pytest.approx(0.6)]


def test_clear_falls_through_to_the_next_layer(
    desk: Desk, session: Session, leaf: Callable
) -> None:
    desk.set_text(desk.sheet(), Layer.USER, leaf(BASE), "0.9")
    desk.set_text(desk.sheet(), Layer.PROJECT, leaf(BASE), "0.6")
    desk.set_text(desk.sheet(), Layer.PROJECT, leaf(BASE), "  ")
    assert session.settings.temperature.base_temperature == 0.9
    assert dict(project(session).leaves()) == {}
    desk.clear(desk.sheet(), Layer.USER, leaf(BASE))
    assert session.settings.temperature.base_temperature == 0.7


def test_promote_moves_a_value_to_the_users_file(
    desk: Desk, session: Session, leaf: Callable, user_folder: Path
) -> None:
    desk.set_text(desk.sheet(), Layer.PROJECT, leaf("music.tempo"), "72")
    desk.promote(desk.sheet(), leaf("music.tempo"))
    assert dict(read_user_settings(user_folder).leaves()) == {"music.tempo": 72}
    assert not project(session).sets("music.tempo")
    assert session.settings.music.tempo == 72


@pytest.mark.parametrize(
    ("layer", "key", "text"),
    [
        (Layer.PROJECT, BASE, "9"),
        (Layer.USER, "music.velocity_range", "90-40"),
        (Layer.USER, "name", "Mine"),
        (Layer.SYSTEM, BASE, "0.6"),
        (Layer.PRESET, BASE, "0.6"),
        (Layer.PROJECT, "preset", "tragdy"),
        (Layer.PROJECT, "temperature.minimum", "2"),
        (Layer.USER, "temperature.minimum", "2"),
    ],
)
def test_what_is_refused_changes_nothing(
    desk: Desk,
    session: Session,
    leaf: Callable,
    user_folder: Path,
    layer: Layer,
    key: str,
    text: str,
) -> None:
    desk.choose(desk.sheet("tragedy", follow=False), move_sliders=True)
    before = session.undo_stack.state
    with pytest.raises(PsychoscoreError):
        desk.set_text(desk.sheet(), layer, leaf(key), text)
    assert session.undo_stack.state is before
    assert not (user_folder / USER_FILE).exists()


def test_a_users_file_that_changed_elsewhere_is_not_lost(
    desk: Desk, leaf: Callable, user_folder: Path
) -> None:
    user_folder.mkdir()
    (user_folder / USER_FILE).write_text('{"music": {"tempo": 80}}')
    desk.set_text(desk.sheet(), Layer.USER, leaf(BASE), "0.9")
    assert dict(read_user_settings(user_folder).leaves()) == {"music.tempo": 80, BASE: 0.9}


def test_a_broken_users_file_is_left_alone(desk: Desk, leaf: Callable, user_folder: Path) -> None:
    user_folder.mkdir()
    (user_folder / USER_FILE).write_text("{")
    with pytest.raises(PsychoscoreError, match="line 1"):
        desk.set_text(desk.sheet(), Layer.USER, leaf(BASE), "0.9")
    assert (user_folder / USER_FILE).read_text() == "{"


def test_choosing_a_preset_sets_everything_that_it_carries(desk: Desk, session: Session) -> None:
    desk.choose(desk.sheet("tragedy", follow=False), move_sliders=True)
    asked, request = session.asked, session.cue.request(session.settings)
    assert asked.lanes.profile.trauma == 0.8 and asked.lanes.profile.rsi == 0.4 + 0.2j
    assert asked.tempo_map.marks[0][1] == 63
    assert request.velocity_range == (24, 92)
    assert session.settings.music.mode == "minor"
    assert asked.temperatures[0] == pytest.approx(0.65 + 0.5 * 0.35 - 0.3 * 0.8)
    assert dict(project(session).leaves()) == {"preset": "tragedy"}


def test_sliders_that_were_set_by_hand_move_too_or_stay_as_asked(
    desk: Desk, session: Session
) -> None:
    session.set_values({"trauma": 0.1})
    session.set_tempo(90)
    tragedy = desk.sheet("tragedy", follow=False)
    assert desk.held_by_cue(tragedy) == ("Trauma", "Tempo")
    desk.choose(tragedy, move_sliders=False)
    assert session.asked.lanes.profile.trauma == 0.1
    session.undo_stack.undo()
    desk.choose(tragedy, move_sliders=True)
    assert session.asked.lanes.profile.trauma == 0.8
    assert session.asked.tempo_map.marks[0][1] == 63
    session.undo_stack.undo()
    assert session.asked.lanes.profile.trauma == 0.1
    assert session.settings.preset is None


def test_lanes_and_keys_stay_and_are_said(desk: Desk, session: Session) -> None:
    session.set_lane("trauma", Lane("trauma", ((1.0, 0.2), (5.0, 0.6))))
    session.set_key(Key.parse("DM"))
    tragedy = desk.sheet("tragedy", follow=False)
    assert desk.stays_in_cue(tragedy) == ("the Trauma lane", "the mode of its key")
    desk.choose(tragedy, move_sliders=True)
    assert session.asked.lanes.profile_at(1).trauma == 0.2
    assert session.asked.key == Key.parse("DM")


def test_choosing_none_over_the_users_preset(desk: Desk, session: Session, leaf: Callable) -> None:
    desk.set_text(desk.sheet(), Layer.USER, leaf("preset"), "comedy")
    assert session.settings.music.tempo == 132
    desk.choose(desk.sheet(None, follow=False), move_sliders=True)
    assert session.settings.preset is None and session.settings.music.tempo == 100
    assert project(session).sets("preset")


@pytest.mark.parametrize("home", [Layer.PROJECT, Layer.USER])
def test_an_own_preset_is_made_edited_renamed_and_deleted(
    desk: Desk, session: Session, leaf: Callable, user_folder: Path, home: Layer
) -> None:
    session.set_values({"trauma": 0.9, "rsi_imaginary": -0.25})
    sound = desk.sound_of_the_cue(desk.sheet())
    assert sound.get("profile.trauma") == 0.9
    desk.create(desk.sheet(), "grief", home, sound)
    desk.choose(desk.sheet("grief", follow=False), move_sliders=True)
    desk.set_text(desk.sheet(), Layer.PRESET, leaf("music.tempo"), "54")
    assert session.settings.music.tempo == 54
    assert session.asked.lanes.profile.rsi.imag == -0.25

    desk.rename(desk.sheet(), "old grief")
    assert session.settings.preset == "old grief" and session.settings.music.tempo == 54
    assert [entry.name for entry in desk.sheet().presets if entry.home is home] == ["old grief"]
    in_file = read_user_settings(user_folder).sets("presets.old grief")
    assert in_file == (home is Layer.USER)

    desk.delete(desk.sheet())
    assert session.settings.preset is None and session.settings.music.tempo == 100
    assert desk.sheet().entry("old grief") is None


def test_a_preset_whose_last_value_is_cleared_is_empty_not_gone(desk: Desk, leaf: Callable) -> None:
    own = OwnSettings().with_value("music.tempo", 54)
    desk.create(desk.sheet(), "grief", Layer.PROJECT, own)
    shown = desk.sheet("grief", follow=False)
    desk.clear(shown, Layer.PRESET, leaf("music.tempo"))
    entry = desk.sheet("grief", follow=False).shown
    assert entry is not None and dict(entry.own.leaves()) == {}


@pytest.mark.parametrize("name", ["tragedy", "Tragedy", "", "a.b", "../x", "x" * 70])
def test_names_that_are_refused(desk: Desk, session: Session, name: str) -> None:
    before = session.undo_stack.state
    with pytest.raises(PsychoscoreError):
        desk.create(desk.sheet(), name, Layer.PROJECT, OwnSettings())
    assert session.undo_stack.state is before


def test_built_in_presets_are_neither_renamed_nor_deleted(desk: Desk) -> None:
    shown = desk.sheet("tragedy", follow=False)
    with pytest.raises(PsychoscoreError, match="Built-in"):
        desk.rename(shown, "mine")
    with pytest.raises(PsychoscoreError, match="Built-in"):
        desk.delete(shown)


def test_a_missing_preset_can_be_mended(desk: Desk, session: Session, leaf: Callable) -> None:
    wanted = OwnSettings().with_value("preset", "gone")
    with pytest.raises(PsychoscoreError, match="no preset"):
        desk.replace_project(wanted)
    desk.create(desk.sheet(), "gone", Layer.USER, OwnSettings().with_value("music.tempo", 50))
    desk.replace_project(wanted)
    session.change_user_settings(lambda own: own.without("presets"))
    assert "gone" in desk.sheet().problem
    desk.choose(desk.sheet("comedy", follow=False), move_sliders=True)
    assert not desk.sheet().problem and session.settings.music.tempo == 132
