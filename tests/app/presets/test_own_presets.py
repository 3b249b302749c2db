"""Presets of the project and of the user: made, edited, renamed, deleted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from app.presets.choice import PresetChoice
from app.presets.desk import Desk
from app.presets.own_presets import OwnPresets
from app.session import Session
from engine.config.layers import Layer, read_user_settings
from engine.config.own import OwnSettings
from engine.errors import PsychoscoreError


@pytest.mark.parametrize("home", [Layer.PROJECT, Layer.USER])
def test_an_own_preset_is_made_edited_renamed_and_deleted(
    desk: Desk,
    presets: OwnPresets,
    choice: PresetChoice,
    session: Session,
    leaf: Callable,
    user_folder: Path,
    home: Layer,
) -> None:
    session.set_values({"trauma": 0.9, "rsi_imaginary": -0.25})
    sound = presets.sound_of_the_cue(desk.sheet())
    assert sound.get("profile.trauma") == 0.9
    presets.create(desk.sheet(), "grief", home, sound)
    choice.choose(desk.sheet("grief", follow=False), move_sliders=True)
    desk.set_text(desk.sheet(), Layer.PRESET, leaf("music.tempo"), "54")
    assert session.settings.music.tempo == 54
    assert session.asked.lanes.profile.rsi.imag == -0.25

    presets.rename(desk.sheet(), "old grief")
    assert session.settings.preset == "old grief" and session.settings.music.tempo == 54
    assert [entry.name for entry in desk.sheet().presets if entry.home is home] == ["old grief"]
    in_file = read_user_settings(user_folder).sets("presets.old grief")
    assert in_file == (home is Layer.USER)

    presets.delete(desk.sheet())
    assert session.settings.preset is None and session.settings.music.tempo == 100
    assert desk.sheet().entry("old grief") is None


def test_a_preset_whose_last_value_is_cleared_is_empty_not_gone(
    desk: Desk, presets: OwnPresets, leaf: Callable
) -> None:
    own = OwnSettings().with_value("music.tempo", 54)
    presets.create(desk.sheet(), "grief", Layer.PROJECT, own)
    shown = desk.sheet("grief", follow=False)
    desk.clear(shown, Layer.PRESET, leaf("music.tempo"))
    entry = desk.sheet("grief", follow=False).shown
    assert entry is not None and dict(entry.own.leaves()) == {}


@pytest.mark.parametrize("name", ["tragedy", "Tragedy", "", "a.b", "../x", "x" * 70])
def test_names_that_are_refused(
    desk: Desk, presets: OwnPresets, session: Session, name: str
) -> None:
    before = session.undo_stack.state
    with pytest.raises(PsychoscoreError):
        presets.create(desk.sheet(), name, Layer.PROJECT, OwnSettings())
    assert session.undo_stack.state is before


def test_built_in_presets_are_neither_renamed_nor_deleted(desk: Desk, presets: OwnPresets) -> None:
    shown = desk.sheet("tragedy", follow=False)
    with pytest.raises(PsychoscoreError, match="Built-in"):
        presets.rename(shown, "mine")
    with pytest.raises(PsychoscoreError, match="Built-in"):
        presets.delete(shown)


def test_a_missing_preset_can_be_mended(
    desk: Desk, presets: OwnPresets, choice: PresetChoice, session: Session, leaf: Callable
) -> None:
    wanted = OwnSettings().with_value("preset", "gone")
    with pytest.raises(PsychoscoreError, match="no preset"):
        desk.replace_project(wanted)
    presets.create(desk.sheet(), "gone", Layer.USER, OwnSettings().with_value("music.tempo", 50))
    desk.replace_project(wanted)
    session.change_user_settings(lambda own: own.without("presets"))
    assert "gone" in desk.sheet().problem
    choice.choose(desk.sheet("comedy", follow=False), move_sliders=True)
    assert not desk.sheet().problem and session.settings.music.tempo == 132
