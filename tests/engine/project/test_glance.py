"""A project at a glance: which take stands for it, and what is wrong with it."""

from __future__ import annotations

import os
from pathlib import Path

from engine.project.cue_folder import take_path
from engine.project.demo import demo_in
from engine.project.folder import create_project, open_project, save_project
from engine.project.glance import glance


def test_the_starred_take_stands_for_the_project(tmp_path: Path) -> None:
    folder = demo_in(tmp_path)
    seen = glance(folder)
    assert seen.name == "The Letter (demo)" and seen.cue == "1M3 The Letter"
    assert seen.about == "1M3 The Letter  ·  16 bars  ·  00:53"
    state = open_project(folder)
    (cue,) = state.cues
    (starred,) = (label for label in cue.takes if label.starred)
    assert seen.take == state.take(cue.id, starred.id)


def test_without_a_star_the_last_take_does_and_a_lost_file_is_passed_over(tmp_path: Path) -> None:
    folder = demo_in(tmp_path)
    state = open_project(folder)
    (cue,) = state.cues
    plain = tuple(label.model_copy(update={"starred": False}) for label in cue.takes)
    save_project(folder, state.with_cue(cue.replace(takes=plain)))
    assert glance(folder).take == state.take(cue.id, plain[-1].id)
    (place,) = (each.parent for each in folder.glob("cues/*/cue.json"))
    take_path(place, plain[-1].stem).unlink()
    assert glance(folder).take == state.take(cue.id, plain[-2].id)


def test_the_moment_is_that_of_the_last_write(tmp_path: Path) -> None:
    create_project(tmp_path / "a", "A")
    os.utime(tmp_path / "a" / "psychoscore.json", (1_000_000, 1_000_000))
    seen = glance(tmp_path / "a")
    assert seen.saved_at is not None and seen.saved_at.timestamp() == 1_000_000
    assert seen.about == "No takes yet"


def test_gone_and_broken_are_answers(tmp_path: Path) -> None:
    assert glance(tmp_path / "gone").missing
    (tmp_path / "psychoscore.json").write_text('{"nam": "x"}')
    seen = glance(tmp_path)
    assert not seen.missing and "nam" in seen.problem
