"""Models by name: those that ship, those of the user; a name never leads out of the library."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import PsychoscoreError
from engine.library import available_models, find_model, load_by_name
from tests.engine.tiny import tiny_checkpoint


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A user's folder of models: two good ones, a broken one, and a file."""
    folder = tmp_path / "models"
    tiny_checkpoint(folder / "mine", seed=1)
    tiny_checkpoint(folder / "later", seed=2)
    (folder / "broken").mkdir()
    (folder / "broken" / "card.json").write_text("{")
    (folder / "empty").mkdir()
    (folder / "notes.txt").write_text("none")
    return folder


def test_the_users_models_are_listed_and_broken_ones_left_out(own: Path) -> None:
    mine = [entry for entry in available_models(own) if not entry.shipped]
    assert [(entry.name, entry.folder) for entry in mine] == [
        ("later", own / "later"),
        ("mine", own / "mine"),
    ]
    assert mine[0].card.name == "tiny"
    assert all(entry.shipped for entry in available_models())
    assert available_models(own / "nowhere") == available_models()


def test_a_name_is_looked_up_and_a_path_is_taken_as_it_is(own: Path, tmp_path: Path) -> None:
    assert find_model("mine", own) == own / "mine"
    elsewhere = tiny_checkpoint(tmp_path / "elsewhere", seed=3)
    assert find_model(str(elsewhere), own) == elsewhere
    assert load_by_name("later", own).hash == load_by_name(str(own / "later")).hash


@pytest.mark.parametrize("name", ["nobody", "", "broken", "empty", "../mine", "mine/../later"])
def test_an_unknown_name_says_which_are_known(own: Path, name: str) -> None:
    with pytest.raises(PsychoscoreError) as error:
        find_model(name, own)
    assert repr(name) in str(error.value)
    # Licence and lineage stand beside each name that can be chosen.
    assert "later (MIT; made from" in str(error.value) and "; mine (MIT" in str(error.value)
