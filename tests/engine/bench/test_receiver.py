"""Notes are told apart at the receiver, whatever it missed."""

from __future__ import annotations

import pytest

from engine.bench.receiver import received_rows, spans_of
from engine.score import Note, Voice
from tests.jack_server import JackServer, jack_server

__all__ = ["jack_server"]


def test_missed_and_doubled_notes_move_no_other() -> None:
    played = [Note(20 * i, 10, 60 + i, 1, Voice.MELODY) for i in range(4)]
    struck = [(7.0, 60, 1), (7.041, 62, 1), (7.050, 62, 1), (7.0605, 63, 1)]
    assert list(spans_of(played, struck)) == pytest.approx([7.0, 7.001, 7.0005])


def test_notes_reach_a_receiver(jack_server: JackServer) -> None:
    rows = {row.id: row for row in received_rows(0.5, "at rest")}
    assert len(rows) == 4
    normal = rows["P4.receiver.normal.max"]
    assert normal.value is not None and normal.value >= 0


def test_without_a_server_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JACK_DEFAULT_SERVER", "no-such-server")
    monkeypatch.setenv("JACK_NO_START_SERVER", "1")
    rows = list(received_rows(0.5, "at rest"))
    assert len(rows) == 4
    assert all(row.value is None and "JACK" in row.note for row in rows)
