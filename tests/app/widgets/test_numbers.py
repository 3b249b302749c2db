from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.widgets.numbers import format_value, parse_value, signed
from engine.profile import DIMENSION_BY_NAME, DIMENSIONS, Dimension

TRAUMA, REAL = DIMENSION_BY_NAME["trauma"], DIMENSION_BY_NAME["rsi_real"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.5", 0.5),
        ("0,5", 0.5),
        ("50 %", 0.5),
        ("50%", 0.5),
        (" .25 ", 0.25),
        ("1,5", 1.0),
        ("-3", 0.0),
        ("12,5 %", 0.125),
    ],
)
def test_people_write_numbers_in_many_ways(text: str, value: float) -> None:
    assert parse_value(TRAUMA, text) == value


@pytest.mark.parametrize("text", ["", "half", "nan", "inf", "%", "1.2.3", "0,5,1"])
def test_what_is_no_number_is_none(text: str) -> None:
    assert parse_value(TRAUMA, text) is None


def test_two_sided_values_carry_a_sign() -> None:
    assert format_value(REAL, 0.62) == "+0.62"
    assert format_value(REAL, -0.2) == "\N{MINUS SIGN}0.20"
    assert format_value(REAL, -0.0) == format_value(REAL, -0.001) == "+0.00"
    assert format_value(TRAUMA, 0.8) == "0.80"
    assert signed(0.0) == "+0.00"


@given(st.sampled_from(DIMENSIONS), st.floats(0, 1))
def test_what_is_shown_can_be_typed(dimension: Dimension, share: float) -> None:
    value = dimension.minimum + share * (dimension.maximum - dimension.minimum)
    typed = parse_value(dimension, format_value(dimension, value, 3))
    assert typed == pytest.approx(value, abs=0.000501)
