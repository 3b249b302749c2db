"""R3 while a training run is alive: whoever is killed, no note is left, and the run goes on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.bench.training_run import LivingRun, training_run
from engine.playing.protocol import NotePlayed, PlayerReplaced, PortLost
from models.transformer import TransformerConfig
from tests.engine.playing.stage import MILLISECONDS
from tests.engine.playing.test_process import (
    LONG_CHORD,
    OWNER,
    ROOT,
    SCALE_OF_MINUTES,
    _await_end,
    _listened,
)
from tests.jack_server import JackRecorder, JackServer

SMALL = TransformerConfig(width=32, layers=2, heads=2, hidden=64, context=256)


@pytest.fixture(scope="module")
def run() -> Iterator[LivingRun]:
    with training_run(SMALL) as found:
        yield found
        assert found.launched.process.poll() is None, "the run has ended"


def test_a_killed_player(run: LivingRun, jack_server: JackServer) -> None:
    with _listened(jack_server, once=True) as (client, ears, recorder):
        client.load(LONG_CHORD, MILLISECONDS)
        client.play(0)
        recorder.wait_for(lambda _: len(recorder.sounding()) == 3)
        assert client.pid is not None
        os.kill(client.pid, signal.SIGKILL)
        recorder.wait_for(lambda _: not recorder.sounding())
        ears.wait_for_kind(PlayerReplaced)


def test_a_killed_owner(run: LivingRun, jack_server: JackServer, tmp_path: Path) -> None:
    owner = tmp_path / "owner.py"
    owner.write_text(OWNER)
    environment = {**jack_server.environment, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, str(owner)]
    with (
        JackRecorder(jack_server) as recorder,
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process,
    ):
        try:
            recorder.wait_for(lambda _: len(recorder.sounding()) == 3)
        finally:
            process.kill()
        recorder.wait_for(lambda _: not recorder.sounding())
        assert process.stdout is not None
        _await_end(int(process.stdout.readline()))


def test_a_killed_server(run: LivingRun, jack_server: JackServer) -> None:
    with _listened(jack_server) as (client, ears, _):
        client.load(SCALE_OF_MINUTES, MILLISECONDS)
        client.play(0)
        ears.wait_for_kind(NotePlayed)
        jack_server.kill()
        ears.wait_for_kind(PortLost)
        before = len(ears.replies)
        ears.wait_for(
            lambda reply: isinstance(reply, NotePlayed) and reply in ears.replies[before:]
        )
