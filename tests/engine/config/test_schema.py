"""The schema: defaults of the design, leaves for forms, and the shipped JSON Schema."""

from __future__ import annotations

import json
from dataclasses import asdict

import pytest

from engine.config.schema import Settings, json_schema, leaves
from engine.resources import resource
from engine.score import METRES, Key
from engine.temperature import TemperatureSettings


def test_defaults_of_temperature_are_those_of_the_schedule() -> None:
    section = Settings().temperature
    assert section.model_dump() == asdict(TemperatureSettings())
    assert Settings().temperature_settings() == TemperatureSettings()


def test_every_leaf_says_what_a_form_needs() -> None:
    found = {leaf.name: leaf for leaf in leaves()}
    assert len(found) == len(leaves())
    base = found["temperature.base_temperature"]
    assert (base.kind, base.default, base.minimum, base.maximum) == ("number", 0.7, 0, 3)
    assert found["music.mode"].choices == ("free", "minor", "major")
    assert found["music.tempo"].unit == "quarters a minute"
    assert found["music.key"].optional and found["music.key"].kind == "key"
    assert found["profile.rsi.imaginary"].section == "profile.rsi"
    assert all(leaf.title and leaf.title != leaf.name for leaf in found.values())
    assert not any(name.startswith("presets") for name in found)


def test_every_leaf_accepts_its_own_default_and_bounds() -> None:
    for leaf in leaves():
        values = [leaf.default, *leaf.choices]
        if leaf.kind in ("number", "integer"):
            values += [leaf.maximum, leaf.minimum if leaf.name != "generation.top_p" else 0.01]
        for value in values:
            nested = value
            for part in reversed(leaf.name.split(".")):
                nested = {part: nested}
            Settings.model_validate_json(json.dumps(nested))


def test_time_signatures_are_those_that_tokens_can_write() -> None:
    choices = {leaf.name: leaf.choices for leaf in leaves()}["music.time_signature"]
    assert choices == tuple(str(metre) for metre in METRES)


def test_shipped_json_schema_is_current() -> None:
    shipped = json.loads(resource("schema/psychoscore.schema.json").read_text())
    assert shipped == json.loads(json.dumps(json_schema()))


@pytest.mark.parametrize(
    ("key", "mode", "expected"),
    [
        (None, "free", None),
        (None, "minor", None),
        ("D", "free", Key(2)),
        ("D", "minor", Key(2, "minor")),
        ("DM", "minor", Key(2, "major")),
    ],
)
def test_mode_fills_only_what_the_key_leaves_free(
    key: str | None, mode: str, expected: Key | None
) -> None:
    text = json.dumps({"music": {"key": key, "mode": mode}})
    assert Settings.model_validate_json(text).home_key() == expected
