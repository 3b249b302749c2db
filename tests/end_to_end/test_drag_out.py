"""Takes are dragged out of the real window, with a real pointer, into another program."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QPoint, QRect

from tests.end_to_end.command_line import ROOT
from tests.end_to_end.drop_target import TITLE
from tests.end_to_end.real_program import Places, RealProgram, real_program
from tests.end_to_end.screen import until
from tests.end_to_end.written_take import read_take

DRAGS = 20
CARD = 92
TARGET = QRect(380, 600, 220, 160)


def test_each_take_arrives_as_its_own_file(
    stage: Mapping[str, str], places: Places, tmp_path: Path
) -> None:
    project, out = tmp_path / "hamlet", tmp_path / "dropped.txt"
    out.touch()
    with (
        real_program(stage, places, tmp_path / "program.log") as program,
        _target(stage, out, tmp_path / "target.log"),
    ):
        program.screen.click(places.bars.center())
        program.screen.type("2")
        program.screen.keys("Return")
        program.save_as(project, "ctrl+s")
        program.await_title("hamlet - PSYCHOSCORE")
        made = [_compose(program, project, number) for number in (1, 2)]
        program.screen.raise_window(TITLE)
        for number in range(DRAGS):
            card = places.takes.topLeft() + QPoint(120, 20 + CARD * (number % 2))
            program.screen.carry(card, TARGET.center())
            until(lambda n=number: len(_lines(out)) == n + 1, f"drop {number + 1}")
        program.screen.await_window(" - PSYCHOSCORE$")
        program.quit()
    for number, (action, formats, path) in enumerate(_lines(out)):
        assert (action, formats.split(",")[0]) == ("CopyAction", "text/uri-list")
        assert Path(path).name == ("1M1 A.mid", "1M1 B.mid")[number % 2]
        assert read_take(Path(path)).notes == made[number % 2]


def _compose(program: RealProgram, project: Path, number: int) -> list[tuple[int, int]]:
    """Compose one more take, save it, and give its notes."""
    before = set(project.glob("cues/*/takes/*.mid"))
    program.screen.point(program.places.timeline.center())
    program.await_model()
    program.screen.click(program.places.generate.center())
    program.await_title("hamlet* - PSYCHOSCORE")
    program.screen.keys("ctrl+s")
    program.await_title("hamlet - PSYCHOSCORE")
    (path,) = set(project.glob("cues/*/takes/*.mid")) - before
    assert len(before) == number - 1
    return read_take(path).notes


def _lines(out: Path) -> list[list[str]]:
    return [line.split("\t") for line in out.read_text().splitlines()]


@contextmanager
def _target(stage: Mapping[str, str], out: Path, log: Path) -> Iterator[None]:
    place = map(str, (TARGET.x(), TARGET.y(), TARGET.width(), TARGET.height()))
    with log.open("wb") as stream:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.end_to_end.drop_target", str(out), *place],
            cwd=ROOT,
            env=dict(stage),
            stdout=stream,
            stderr=subprocess.STDOUT,
        )
    try:
        yield
    finally:
        process.kill()
        process.wait()
