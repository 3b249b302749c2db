"""Shipped files are found, from any working folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import PsychoscoreError
from engine.resources import resource


def test_a_shipped_file_is_found_wherever_one_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert resource("presets/tragedy.json").is_file()
    assert resource("").is_dir()


def test_a_missing_file_is_named() -> None:
    with pytest.raises(PsychoscoreError, match="presets/farce.json"):
        resource("presets/farce.json")


@pytest.mark.parametrize("name", ["../pyproject.toml", "/etc/passwd", "presets/../../app"])
def test_a_name_never_leaves_the_folder(name: str) -> None:
    with pytest.raises(ValueError, match="leaves"):
        resource(name)
