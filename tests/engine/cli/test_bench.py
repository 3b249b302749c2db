"""The words of `bench`; its numbers are for the machine that prints them."""

from __future__ import annotations

import pytest

from engine.cli.bench import TARGETS, wanted
from engine.errors import PsychoscoreError


def test_only_names_targets_in_any_case() -> None:
    assert wanted("p4, P10") == {"P4", "P10"}
    assert wanted(None) == set(TARGETS)


@pytest.mark.parametrize("words", ["P5", "P4,quick", "", ","])
def test_an_unknown_target_is_named(words: str) -> None:
    with pytest.raises(PsychoscoreError, match="Nothing measures"):
        wanted(words)
