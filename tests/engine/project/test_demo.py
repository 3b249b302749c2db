"""The demo: shipped whole, copied once, and the user's own from then on."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import PsychoscoreError
from engine.project.demo import DEMO, demo_in
from engine.project.folder import open_project, save_project


def test_the_demo_is_one_cue_of_sixteen_bars_with_three_takes(tmp_path: Path) -> None:
    state = open_project(demo_in(tmp_path / "not there yet"))
    (cue,) = state.cues
    assert cue.bars == 16 and len(cue.lanes) == 4 and len(cue.scenes) == 4 and cue.hits
    takes = [state.take(cue.id, label.id) for label in cue.takes]
    assert len(takes) == 3 and all(take is not None and take.score.notes for take in takes)
    assert [label.starred for label in cue.takes].count(True) == 1
    for take in takes:
        assert take is not None
        assert take.provenance.model == "open" and not take.provenance.non_commercial
        assert take.provenance.match is not None and take.provenance.request.bars == cue.bars


def test_what_was_changed_in_the_copy_stays(tmp_path: Path) -> None:
    folder = demo_in(tmp_path)
    state = open_project(folder)
    save_project(folder, state.with_cue(state.cues[0].replace(title="Another letter")))
    assert demo_in(tmp_path) == folder == tmp_path / DEMO
    assert open_project(folder).cues[0].title == "Another letter"
    assert [each.name for each in tmp_path.iterdir()] == [DEMO]


def test_something_else_of_that_name_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / DEMO).mkdir()
    with pytest.raises(PsychoscoreError, match="is no project"):
        demo_in(tmp_path)
    assert not list((tmp_path / DEMO).iterdir())


def test_a_place_that_cannot_be_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(PsychoscoreError, match="could not be made"):
        demo_in(tmp_path / "file" / "films")
