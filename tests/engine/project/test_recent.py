"""The list of recent projects."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import PsychoscoreError
from engine.project.recent import MAXIMUM_RECENT, RecentProjects


def test_the_last_project_is_first_and_each_is_there_once(tmp_path: Path) -> None:
    recent = RecentProjects(tmp_path / "user")
    assert recent.folders() == ()
    for name in ("a", "b", "a"):
        recent.add(tmp_path / name)
    assert RecentProjects(tmp_path / "user").folders() == (tmp_path / "a", tmp_path / "b")
    recent.remove(tmp_path / "a")
    recent.remove(tmp_path / "a")
    assert recent.folders() == (tmp_path / "b",)


def test_the_list_stays_short(tmp_path: Path) -> None:
    recent = RecentProjects(tmp_path)
    for number in range(MAXIMUM_RECENT + 3):
        recent.add(tmp_path / str(number))
    assert len(recent.folders()) == MAXIMUM_RECENT
    assert recent.folders()[0] == tmp_path / str(MAXIMUM_RECENT + 2)


@pytest.mark.parametrize("content", ["", "{", '{"projects": [3]}', '{"paths": []}'])
def test_a_broken_list_is_said_and_kept(tmp_path: Path, content: str) -> None:
    path = tmp_path / "recent.json"
    path.write_text(content)
    recent = RecentProjects(tmp_path)
    for action in (recent.folders, lambda: recent.add(tmp_path / "a")):
        with pytest.raises(PsychoscoreError, match=r"recent\.json, line 1"):
            action()
    assert path.read_text() == content
