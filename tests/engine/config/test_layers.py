"""Project > User > Preset > System, with provenance."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.config.layers import (
    Layer,
    Resolved,
    builtin_presets,
    default_user_folder,
    preset_names,
    read_user_settings,
    resolve,
    write_user_settings,
)
from engine.config.own import OwnSettings
from engine.config.schema import leaves
from engine.errors import PsychoscoreError

EMPTY = OwnSettings()


def own(**values: object) -> OwnSettings:
    return EMPTY.with_values({key.replace("__", "."): value for key, value in values.items()})


def test_without_layers_everything_is_the_system_default() -> None:
    resolution = resolve(EMPTY, EMPTY, builtin_presets())
    assert tuple(resolution.values) == tuple(leaf.name for leaf in leaves())
    assert {each.layer for each in resolution.values.values()} == {Layer.SYSTEM}
    assert not any(each.shadowed for each in resolution.values.values())
    assert resolution.preset is None


def test_a_value_in_all_layers_says_what_it_shadows_nearest_first() -> None:
    key = "temperature.base_temperature"
    resolution = resolve(
        own(preset="tragedy", temperature__base_temperature=0.6),
        own(temperature__base_temperature=0.9),
        builtin_presets(),
    )
    assert resolution.values[key] == Resolved(
        0.6, Layer.PROJECT, ((Layer.USER, 0.9), (Layer.PRESET, 0.65), (Layer.SYSTEM, 0.7))
    )
    assert resolution.settings.temperature.base_temperature == 0.6


def test_a_user_value_shadows_the_chosen_preset_and_says_so() -> None:
    resolution = resolve(own(preset="comedy"), own(music__tempo=70), builtin_presets())
    assert resolution.values["music.tempo"] == Resolved(
        70, Layer.USER, ((Layer.PRESET, 132), (Layer.SYSTEM, 100.0))
    )
    assert resolution.values["music.mode"].layer is Layer.PRESET


def test_preset_is_resolved_project_first_then_user_then_none() -> None:
    presets = builtin_presets()
    assert resolve(own(preset="comedy"), own(preset="tragedy"), presets).preset == "comedy"
    assert resolve(EMPTY, own(preset="tragedy"), presets).preset == "tragedy"
    nothing = resolve(own(preset=None), own(preset="tragedy"), presets)
    assert nothing.preset is None
    assert nothing.values["preset"].layer is Layer.PROJECT
    assert nothing.settings.profile.trauma == 0.5


def test_own_presets_stand_before_shipped_ones_of_the_same_name() -> None:
    project = own(preset="tragedy", presets__tragedy__music__tempo=40)
    user = own(presets__tragedy__music__tempo=50, presets__mine__music__tempo=60)
    presets = builtin_presets()
    found = resolve(project, user, presets)
    assert (found.values["music.tempo"].value, found.preset_home) == (40, Layer.PROJECT)
    found = resolve(own(preset="tragedy"), user, presets)
    assert (found.values["music.tempo"].value, found.preset_home) == (50, Layer.USER)
    found = resolve(own(preset="tragedy"), EMPTY, presets)
    assert (found.values["music.tempo"].value, found.preset_home) == (63, Layer.SYSTEM)
    assert dict(preset_names(project, user, presets)) == {
        "comedy": Layer.SYSTEM,
        "experimental": Layer.SYSTEM,
        "tragedy": Layer.PROJECT,
        "mine": Layer.USER,
    }


def test_a_preset_that_does_not_exist_names_the_nearest() -> None:
    with pytest.raises(PsychoscoreError, match='no preset "tragdy".*Did you mean "tragedy"'):
        resolve(own(preset="tragdy"), EMPTY, builtin_presets())


def test_layers_that_contradict_each_other_are_refused() -> None:
    with pytest.raises(PsychoscoreError, match=r"minimum is 1.4 \(project\).*1.2 \(user\)"):
        resolve(own(temperature__minimum=1.4), own(temperature__maximum=1.2), {})


@pytest.mark.parametrize(
    ("name", "profile", "base", "mode"),
    [
        ("tragedy", (0.8, 0.35, 0.4 + 0.2j), 0.65, "minor"),
        ("comedy", (0.15, 0.7, 0.2 - 0.3j), 0.75, "major"),
        ("experimental", (0.5, 0.9, -0.6 + 0.8j), 1.0, "free"),
    ],
)
def test_shipped_presets_hold_the_values_of_the_design(
    name: str, profile: tuple[float, float, complex], base: float, mode: str
) -> None:
    settings = resolve(own(preset=name), EMPTY, builtin_presets()).settings
    at_rest = settings.profile_at_rest()
    assert (at_rest.trauma, at_rest.entropy, at_rest.rsi) == profile
    assert (settings.temperature.base_temperature, settings.music.mode) == (base, mode)


def test_shipped_presets_differ_in_all_that_makes_them_sound_different() -> None:
    presets = builtin_presets()
    assert set(presets) == {"tragedy", "comedy", "experimental"}
    for key in (
        "profile.trauma",
        "profile.entropy",
        "profile.rsi.real",
        "temperature.base_temperature",
        "music.mode",
        "music.tempo",
        "music.velocity_range",
    ):
        assert len({str(preset.get(key)) for preset in presets.values()}) == 3, key


def test_user_settings_survive_and_know_no_project_keys(tmp_path: Path) -> None:
    folder = tmp_path / "config" / "psychoscore"
    assert read_user_settings(folder) == EMPTY
    settings = own(preset="comedy", temperature__minimum=0.5)
    write_user_settings(folder, settings)
    assert read_user_settings(folder) == settings
    with pytest.raises(PsychoscoreError, match='unknown key "name"'):
        write_user_settings(folder, own(name="no"))
    assert read_user_settings(folder) == settings


def test_the_user_folder_of_a_test_is_not_the_developers(home: Path) -> None:
    assert default_user_folder().is_relative_to(home)
