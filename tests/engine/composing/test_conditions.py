"""Condition rows: each number in its field, what is free is NaN."""

from __future__ import annotations

import numpy as np

from engine.composing.conditions import (
    ATTRIBUTES_AT,
    PROFILE_AT,
    blank_rows,
    set_profiles,
    structure_rows,
    without_wishes,
)
from engine.measuring.attributes import ATTRIBUTES, Texture
from engine.profile import DIMENSIONS, Profile
from engine.score import METRES, Key, Metre
from models.conditioning import ATTRIBUTE_NAMES, FIELD_INDEX, FIELDS


def told(row: np.ndarray) -> dict[str, float]:
    """The fields of a row that are not free."""
    return {f.name: float(value) for f, value in zip(FIELDS, row, strict=True) if value == value}


def test_the_fields_are_in_the_order_of_measures_and_dimensions() -> None:
    assert tuple(each.name for each in ATTRIBUTES) == ATTRIBUTE_NAMES
    assert [f.name for f in FIELDS[PROFILE_AT]] == [each.name for each in DIMENSIONS]
    assert tuple(f.name for f in FIELDS[ATTRIBUTES_AT]) == ATTRIBUTE_NAMES
    assert len(Texture) <= FIELDS[FIELD_INDEX["texture"]].classes
    assert len(METRES) <= FIELDS[FIELD_INDEX["metre"]].classes
    for field in FIELDS[PROFILE_AT]:
        dimension = next(each for each in DIMENSIONS if each.name == field.name)
        assert (field.low, field.high) == (dimension.minimum, dimension.maximum)


def test_structure_is_told_bar_by_bar() -> None:
    rows = structure_rows((Metre(6, 8), Metre(4, 4), Metre(9, 8)), (60, 90, 120), Key(5, "minor"))
    assert told(rows[0]) == {"tempo": 60, "metre": 4, "from_start": 0, "to_end": 2, "mode": 1}
    assert told(rows[1]) == {"tempo": 90, "metre": 0, "from_start": 1, "to_end": 1, "mode": 1}
    # A metre that the format has no word for stays free.
    assert told(rows[2]) == {"tempo": 120, "from_start": 2, "to_end": 0, "mode": 1}


def test_a_key_without_mode_and_no_key_tell_nothing_of_mode() -> None:
    for key in (Key(3), None):
        assert "mode" not in told(structure_rows((Metre(),), (100,), key)[0])
    assert told(structure_rows((Metre(),), (100,), Key(3, "major"))[0])["mode"] == 0


def test_places_count_finely_near_the_ends() -> None:
    rows = structure_rows((Metre(),) * 12, (100,) * 12, None)
    places = [0, 1, 2, 3, 4, 4, 5, 5, 6, 6, 6, 6]
    assert rows[:, FIELD_INDEX["from_start"]].tolist() == places
    assert rows[:, FIELD_INDEX["to_end"]].tolist() == places[::-1]


def test_profiles_are_written_for_each_bar() -> None:
    rows = blank_rows(2)
    set_profiles(rows, (Profile(0.25, 0.5, -0.5 + 1j), Profile()))
    assert told(rows[0]) == {
        "trauma": 0.25, "entropy": 0.5, "rsi_real": -0.5, "rsi_imaginary": 1.0,
    }  # fmt: skip
    assert told(rows[1]) == {"trauma": 0.5, "entropy": 0.5, "rsi_real": 0, "rsi_imaginary": 0}


def test_the_untold_half_keeps_structure_alone_and_leaves_the_rows_as_they_were() -> None:
    rows = structure_rows((Metre(),), (100,), Key(0, "major"))
    set_profiles(rows, (Profile(),))
    for name in (*ATTRIBUTE_NAMES, "texture", "chord_root", "source", "hit"):
        rows[:, FIELD_INDEX[name]] = 1
    before = rows.copy()
    free = told(without_wishes(rows)[0])
    assert set(free) == {"tempo", "metre", "from_start", "to_end", "mode", "source"}
    assert all(free[name] == rows[0, FIELD_INDEX[name]] for name in free)
    np.testing.assert_array_equal(rows, before)
