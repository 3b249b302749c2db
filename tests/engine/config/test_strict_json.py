"""Strict JSON: what is refused, and that every complaint names file, line and column."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.config.schema import Settings
from engine.config.strict_json import parse_json, read_json, to_json
from engine.errors import PsychoscoreError

PLAIN = (
    st.none()
    | st.booleans()
    | st.integers(-(10**18), 10**18)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=("Cs",)))
)
VALUES = st.recursive(
    PLAIN,
    lambda inner: st.lists(inner) | st.dictionaries(st.text('ab\u00e9\\"\n'), inner),
    max_leaves=20,
)


@given(VALUES)
def test_reads_what_the_standard_library_writes(value: Any) -> None:
    for text in (json.dumps(value), json.dumps(value, ensure_ascii=False, indent=1)):
        assert parse_json(text, "x").value == value


@given(VALUES)
def test_writes_what_the_standard_library_reads_in_the_same_order(value: Any) -> None:
    text = to_json(value)
    assert json.loads(text) == value
    assert json.dumps(json.loads(text)) == json.dumps(value)


@given(st.text('{}[]",:0123456789.eE+-nulltruefalse \n\\'))
def test_never_takes_what_the_standard_library_refuses(text: str) -> None:
    try:
        value = parse_json(text, "x").value
    except PsychoscoreError:
        return
    assert json.loads(text) == value


@pytest.mark.parametrize(
    ("text", "place", "reason"),
    [
        ("", "line 1, column 1", "empty"),
        ("  \n ", "line 2, column 2", "empty"),
        ('{\n  "a": NaN}', "line 2, column 8", "NaN"),
        ('{"a": -Infinity}', "line 1, column 7", "Infinity"),
        ('{"a": 1e999}', "line 1, column 7", "too large"),
        ('{"a": 1,\n "a": 2}', "line 2, column 2", '"a" is given twice'),
        ('{"a": 1,}', "line 1, column 9", "key in double quotes"),
        ('{"a" 1}', "line 1, column 6", "colon"),
        ('{"a": 1 "b": 2}', "line 1, column 9", "comma"),
        ('{"a": [1, 2}', "line 1, column 12", "comma"),
        ('{"a": "open', "line 1, column 7", "string"),
        ('{"a": "\t"}', "line 1, column 7", "string"),
        ('{"a": "\\ud800"}', "line 1, column 7", "surrogate"),
        ('{"a": 01}', "line 1, column 7", "value"),
        ('{"a": .5}', "line 1, column 7", "value"),
        ('{"a": True}', "line 1, column 7", "value"),
        ("{} {}", "line 1, column 4", "more after"),
        ('{"a": ' + "9" * 5000 + "}", "line 1, column 7", "value"),
        ("[" * 40 + "]" * 40, "line 1, column 34", "32 deep"),
        ("[" * 1_000_000, "line 1, column 34", "32 deep"),
    ],
)
def test_refuses_with_file_line_and_column(text: str, place: str, reason: str) -> None:
    with pytest.raises(PsychoscoreError) as caught:
        parse_json(text, "psychoscore.json")
    assert f"psychoscore.json, {place}: " in str(caught.value)
    assert reason in str(caught.value)


def test_depth_of_32_is_read() -> None:
    assert parse_json("[" * 32 + "1" + "]" * 32, "x").value


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b'{"name":\n "\xff"}', "line 2: this is not UTF-8"),
        (b"\x00" * 3, "line 1, column 1"),
        (b" " * 8_000_001, "more than 8 MB"),
    ],
)
def test_files_of_wrong_bytes_are_refused(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "psychoscore.json"
    path.write_bytes(content)
    with pytest.raises(PsychoscoreError, match=reason) as caught:
        read_json(path)
    assert str(path) in str(caught.value)


def test_missing_file_and_folder_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "none.json", tmp_path):
        with pytest.raises(PsychoscoreError, match="cannot be read"):
            read_json(path)


def test_byte_order_mark_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(b'\xef\xbb\xbf{"name": "hamlet"}')
    assert read_json(path).value == {"name": "hamlet"}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            '{\n  "temperature": {\n    "base_temprature": 0.6\n  }\n}',
            'p.json, line 3, column 5: unknown key "temperature.base_temprature". '
            'Did you mean "base_temperature"?',
        ),
        ('{"nmae": "x"}', 'p.json, line 1, column 2: unknown key "nmae". Did you mean "name"?'),
        (
            '{"presets": {"mine": {"music":\n {"temp": 3}}}}',
            'p.json, line 2, column 3: unknown key "presets.mine.music.temp". '
            'Did you mean "tempo"?',
        ),
        (
            '{"profile": {"trauma": 1.5}}',
            "p.json, line 1, column 14: profile.trauma is 1.5, but must be at most 1.",
        ),
        (
            '{"profile": {"trauma": "0.5"}}',
            'p.json, line 1, column 14: profile.trauma is "0.5", but must be a valid number.',
        ),
        ('{"profile": {"trauma": true}}', "profile.trauma is True, but must be a valid number."),
        ('{"music": {"mode": "mayor"}}', 'Did you mean "major"?'),
        ('{"music": {"velocity_range": [90, 20]}}', "must run from soft to loud"),
        ('{"music": {"velocity_range": [1.5, 20]}}', "line 1, column 31"),
        ('{"music": {"key": "H"}}', "is not a key such as D, Dm, DM or F#m"),
        ('{"generation": {"model": "../open"}}', "generation.model"),
        ('{"temperature": {"minimum": 1.2, "maximum": 0.8}}', "minimum 1.2 lies above maximum"),
        ('{"presets": {"a.b": {}}}', "cannot be a name here"),
        ("[]", "p.json, line 1, column 1: the whole"),
        ('{"name": "a\\nb"}', "p.json, line 1, column 2: name"),
    ],
)
def test_validation_names_file_line_and_nearest_key(text: str, sentence: str) -> None:
    with pytest.raises(PsychoscoreError) as caught:
        parse_json(text, "p.json").validated(Settings)
    assert sentence in str(caught.value)
    assert str(caught.value).startswith("p.json, line ")
