"""Other music is heard once; then the player holds what it held before."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QApplication

from engine.playing.protocol import Finished
from engine.score import Metre, Note, Score, Voice
from tests.app.running_program import running_program

CUE = Score(
    (Note(0, 480, 60, 80, Voice.MELODY), Note(480, 480, 64, 80, Voice.MELODY)), (Metre(4, 4),)
)


def test_the_take_comes_back_when_the_other_music_has_ended(
    qt_app: QApplication, tmp_path: Path
) -> None:
    with running_program(tmp_path) as program:
        session, player = program.session, program.player
        session.listen_while_composing = False
        program.generate()
        session.set_loop((0, 960))
        session.locate(240)
        before = list(player.programme.entries)
        session.hear(CUE)
        assert session.hearing and session.transport.playing and player.tick == 0
        assert player.loop == (None, None)
        assert player.programme.entries != before and player.programme.end == CUE.end
        session.hear_player(Finished())
        assert not session.hearing and not session.transport.playing
        assert player.programme.entries == before
        assert session.transport.loop == (0, 960) and session.transport.looping
        assert player.tick == 240


def test_generating_and_stopping_end_it(qt_app: QApplication, tmp_path: Path) -> None:
    with running_program(tmp_path) as program:
        session = program.session
        session.hear(CUE)
        session.stop()
        assert not session.hearing
        session.hear(CUE)
        program.generate()
        assert not session.hearing and len(session.takes) == 1
        assert len(program.player.programme.entries) > 4
