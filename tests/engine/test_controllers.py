"""What is learned of knobs, and how a knob takes a slider up."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.config.own import OwnSettings, read_settings
from engine.config.schema import leaves
from engine.controllers import (
    Grip,
    Knob,
    bindings,
    forgotten,
    knob_share,
    learned,
    share_of,
    turned,
    value_of,
)
from engine.errors import PsychoscoreError
from engine.project.edits import edit_json, parse_edit
from engine.project.state import ProjectState


def _turn(grip: Grip, positions: list[float], share: float) -> tuple[Grip, float]:
    for position in positions:
        grip = turned(grip, position, share)
        share = grip.gave if grip.gave is not None else share
    return grip, share


def test_a_knob_far_away_does_not_move_its_slider() -> None:
    grip, share = _turn(Grip(), [0.1, 0.15, 0.2], 0.7)
    assert not grip.holds
    assert share == 0.7


def test_a_knob_takes_up_the_slider_that_it_passes_however_fast() -> None:
    grip, share = _turn(Grip(), [0.1, 0.9], 0.5)
    assert grip.holds
    assert share == 0.9
    assert _turn(Grip(), [0.9, 0.1, 0.3], 0.5) == (Grip(0.3, 0.3), 0.3)


def test_a_knob_that_stands_on_its_slider_takes_it_up_at_once() -> None:
    assert turned(Grip(), 0.5, 0.505).holds
    assert not turned(Grip(), 0.5, 0.52).holds


def test_a_slider_that_somebody_else_moves_must_be_met_again() -> None:
    grip, _ = _turn(Grip(), [0.4, 0.6], 0.5)
    assert not turned(grip, 0.61, 0.1).holds
    grip = turned(grip, 0.61, 0.1)
    assert turned(grip, 0.05, 0.1).gave == 0.05


@pytest.mark.parametrize("name", ["trauma", "rsi_imaginary"])
def test_shares_and_values_belong_together(name: str) -> None:
    for share in (0.0, 0.25, 0.5, 1.0):
        assert share_of(name, value_of(name, share)) == pytest.approx(share)
    assert [knob_share(value) for value in (0, 63, 64, 127)] == [0, 0.5, 0.5, 1]


def test_learning_is_an_edit_that_is_saved_with_the_project(tmp_path: Path) -> None:
    state = ProjectState()
    for name, number in (("trauma", 21), ("rsi_real", 22)):
        edit = learned(state.settings, name, Knob(1, number))
        assert parse_edit(edit_json(edit)) == edit
        state = edit.apply(state)
    assert bindings(state.settings) == {"trauma": Knob(1, 21), "rsi_real": Knob(1, 22)}
    file = tmp_path / "psychoscore.json"
    file.write_text(state.settings.to_json())
    assert bindings(read_settings(file)) == bindings(state.settings)
    state = forgotten("trauma").apply(state)
    assert bindings(state.settings) == {"rsi_real": Knob(1, 22)}
    assert "controllers" not in forgotten("rsi_real").apply(state).settings.data


def test_a_knob_moves_one_slider_only() -> None:
    state = learned(OwnSettings(), "trauma", Knob(3, 7)).apply(ProjectState())
    edit = learned(state.settings, "entropy", Knob(3, 7))
    assert edit.text == "Learn CC 7 for Entropy"
    assert bindings(edit.apply(state).settings) == {"entropy": Knob(3, 7)}


@pytest.mark.parametrize(
    "controllers",
    [
        {"traumas": {"channel": 1, "controller": 2}},
        {"trauma": {"channel": 0, "controller": 2}},
        {"trauma": {"channel": 1, "controller": 120}},
        {"trauma": {"channel": 1, "controller": 2, "bits": 14}},
    ],
)
def test_a_file_with_nonsense_is_refused(tmp_path: Path, controllers: object) -> None:
    file = tmp_path / "psychoscore.json"
    file.write_text(json.dumps({"controllers": controllers}))
    with pytest.raises(PsychoscoreError, match="controllers"):
        read_settings(file)


def test_controllers_are_no_setting_of_a_form() -> None:
    assert not any(leaf.name.startswith("controllers") for leaf in leaves())
