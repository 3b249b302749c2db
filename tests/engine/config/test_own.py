"""What one layer sets itself: changed copies, order, and files that are never spoiled."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.config.own import OwnSettings, read_settings, write_settings
from engine.errors import PsychoscoreError
from engine.resources import resource

HAMLET = '{"name": "hamlet", "temperature": {"base_temperature": 0.6}}'


def test_hamlet_is_exactly_that_and_valid() -> None:
    path = resource("examples/hamlet/psychoscore.json")
    assert path.read_text().strip() == HAMLET
    assert dict(read_settings(path).leaves()) == {
        "name": "hamlet",
        "temperature.base_temperature": 0.6,
    }


def test_values_are_set_and_cleared_in_copies() -> None:
    empty = OwnSettings()
    one = empty.with_value("temperature.minimum", 0.5)
    both = one.with_value("music.velocity_range", (20, 90))
    assert empty == OwnSettings()
    assert one.get("temperature.minimum") == 0.5
    assert both.get("music.velocity_range") == [20, 90]
    assert both.sets("music.velocity_range") and not one.sets("music.velocity_range")
    assert both.without("music.velocity_range") == one
    assert both.without("temperature") == empty.with_value("music.velocity_range", [20, 90])
    assert one.without("temperature.minimum") == empty
    assert one.without("temperature.maximum") == one


def test_null_is_a_value_of_its_own() -> None:
    own = OwnSettings().with_value("preset", None)
    assert own.sets("preset") and own.get("preset", "none") is None


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("temprature.minimum", 0.5),
        ("temperature.minimum", "0.5"),
        ("temperature.minimum", float("nan")),
        ("temperature", 3),
        ("name.first", "x"),
        ("", 1),
        ("music.bars", 16.5),
        ("preset", "../tragedy"),
    ],
)
def test_wrong_values_are_refused(key: str, value: object) -> None:
    with pytest.raises(PsychoscoreError):
        OwnSettings().with_value(key, value)


def test_saving_writes_only_what_is_set_and_keeps_the_order(tmp_path: Path) -> None:
    path = tmp_path / "psychoscore.json"
    path.write_text('{"temperature": {"maximum": 1.2, "minimum": 0.5}, "name": "x"}')
    changed = read_settings(path).with_value("temperature.maximum", 1.3).with_value("preset", "a")
    write_settings(path, changed)
    assert path.read_text() == (
        '{\n  "temperature": {\n    "maximum": 1.3,\n    "minimum": 0.5\n  },\n'
        '  "name": "x",\n  "preset": "a"\n}\n'
    )


def test_equal_settings_leave_the_file_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "psychoscore.json"
    path.write_text(HAMLET)
    write_settings(path, read_settings(path))
    assert path.read_text() == HAMLET


@pytest.mark.parametrize("broken", ["", "{", '{"nmae": "x"}', '{"name": "a", "name": "b"}', "\0"])
def test_a_broken_file_is_never_overwritten(tmp_path: Path, broken: str) -> None:
    path = tmp_path / "psychoscore.json"
    path.write_text(broken)
    with pytest.raises(PsychoscoreError, match=r"psychoscore\.json"):
        write_settings(path, OwnSettings({"name": "new"}))
    assert path.read_text() == broken


def test_invalid_settings_are_never_written(tmp_path: Path) -> None:
    path = tmp_path / "psychoscore.json"
    path.write_text(HAMLET)
    with pytest.raises(PsychoscoreError, match="at most 1"):
        write_settings(path, OwnSettings({"profile": {"trauma": 1.5}}))
    assert path.read_text() == HAMLET
