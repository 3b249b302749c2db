"""What is typed into a cell, of each kind, and how it is shown again."""

from __future__ import annotations

import pytest

from app.presets.values import parse_text, value_text
from engine.config.own import OwnSettings
from engine.config.schema import leaves
from engine.errors import PsychoscoreError

LEAVES = {leaf.name: leaf for leaf in leaves()}


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("profile.trauma", "0,8", 0.8),
        ("profile.trauma", "80 %", 0.8),
        ("profile.rsi.real", "\N{MINUS SIGN}0.3", -0.3),
        ("music.bars", "24", 24),
        ("music.tempo", "63.5", 63.5),
        ("music.velocity_range", "48-112", [48, 112]),
        ("music.velocity_range", "48 \N{EN DASH} 112", [48, 112]),
        ("music.key", "d minor", "Dm"),
        ("music.key", "free", None),
        ("music.mode", "free", "free"),
        ("generation.guidance", "none", None),
        ("preset", "none", None),
        ("name", "The Letter", "The Letter"),
    ],
)
def test_texts_that_are_taken(key: str, text: str, value: object) -> None:
    assert parse_text(LEAVES[key], text) == value
    OwnSettings().with_value(key, value)


@pytest.mark.parametrize(
    ("key", "text", "sentence"),
    [
        ("profile.trauma", "1.5", "Trauma goes from 0 to 1; 1.5 does not fit."),
        ("profile.trauma", "nan", "Trauma goes from 0 to 1; nan does not fit."),
        ("profile.trauma", "much", "Trauma is a number"),
        ("music.bars", "2.5", "is a whole number"),
        ("music.tempo", "inf", "goes from 20 to 300"),
        ("music.velocity_range", "112-48", "runs from soft to loud"),
        ("music.velocity_range", "loud", "is two numbers"),
        ("music.key", "H", "Key cannot be"),
        ("music.mode", "dorian", "Choose free, minor or major."),
        ("profile.trauma", "none", "is a number"),
    ],
)
def test_texts_that_are_refused(key: str, text: str, sentence: str) -> None:
    with pytest.raises(PsychoscoreError) as caught:
        parse_text(LEAVES[key], text)
    assert sentence in str(caught.value)


def test_every_default_can_be_typed_again() -> None:
    for leaf in leaves():
        default = list(leaf.default) if isinstance(leaf.default, tuple) else leaf.default
        assert parse_text(leaf, value_text(leaf, leaf.default)) == default, leaf.name
