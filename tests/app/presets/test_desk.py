"""Writing layers through the desk: what is set, where, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from app.presets.choice import PresetChoice
from app.presets.desk import Desk
from app.session import Session
from engine.config.layers import USER_FILE, Layer, read_user_settings
from engine.errors import PsychoscoreError
from engine.project.folder import PROJECT_FILE

BASE = "temperature.base_temperature"


def test_a_project_value_is_its_only_own_value_and_can_be_undone(
    desk: Desk, session: Session, leaf: Callable, tmp_path: Path
) -> None:
    desk.set_text(desk.sheet(), Layer.PROJECT, leaf(BASE), "0,6")
    assert dict(session.state.settings.leaves()) == {BASE: 0.6}
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
    assert dict(session.state.settings.leaves()) == {}
    desk.clear(desk.sheet(), Layer.USER, leaf(BASE))
    assert session.settings.temperature.base_temperature == 0.7


def test_promote_moves_a_value_to_the_users_file(
    desk: Desk, session: Session, leaf: Callable, user_folder: Path
) -> None:
    desk.set_text(desk.sheet(), Layer.PROJECT, leaf("music.tempo"), "72")
    desk.promote(desk.sheet(), leaf("music.tempo"))
    assert dict(read_user_settings(user_folder).leaves()) == {"music.tempo": 72}
    assert not session.state.settings.sets("music.tempo")
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
    choice: PresetChoice,
    session: Session,
    leaf: Callable,
    user_folder: Path,
    layer: Layer,
    key: str,
    text: str,
) -> None:
    choice.choose(desk.sheet("tragedy", follow=False), move_sliders=True)
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
