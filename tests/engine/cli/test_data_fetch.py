"""`psychoscore data fetch` as a user calls it."""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.cli.data_fetch import fetch
from engine.cli.main import main
from engine.data.fetching import Download, Fetcher
from engine.errors import PsychoscoreError
from tests.engine.data.file_server import FileServer, serving

CONTENT = b"PK" * 50_000


class Terminal(io.StringIO):
    """A keyboard with somebody at it."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FileServer]:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with serving(FileServer(CONTENT)) as running:
        yield running


def call(server: FileServer, folder: Path, *, accept: bool = True, as_json: bool = False) -> int:
    download = Download(
        "archive", "Archive", server.url, "https://example.org", "a.zip",
        hashlib.md5(CONTENT).hexdigest(), "Do no harm.", 1_000_000,
    )  # fmt: skip
    args = argparse.Namespace(accept_licence=accept, out=folder, json=as_json)
    return fetch(download, args, Fetcher(("http",), timeout=5))


def test_the_licence_is_shown_and_the_next_step_said(
    server: FileServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(server, tmp_path) == 0
    out = capsys.readouterr().out
    assert out.startswith("Do no harm.\n") and "is complete." in out
    assert f'psychoscore data import "{tmp_path / "a.zip"}"' in out
    assert call(server, tmp_path) == 0
    assert "is there already." in capsys.readouterr().out


def test_json_is_one_object_a_line(
    server: FileServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(server, tmp_path, as_json=True) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [rows[0]["event"], rows[1]["event"], rows[-1]["event"]] == [
        "began", "progress", "finished",
    ]  # fmt: skip
    assert rows[-1]["path"] == str(tmp_path / "a.zip")


@pytest.mark.parametrize("typed", ["", "\n", "no\n", "maybe\n"])
def test_without_a_yes_nothing_is_fetched(
    server: FileServer, tmp_path: Path, typed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal(typed))
    with pytest.raises(PsychoscoreError, match="was not accepted"):
        call(server, tmp_path, accept=False)
    assert server.asked == []


def test_a_yes_at_the_terminal_is_enough(
    server: FileServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal("y\n"))
    assert call(server, tmp_path, accept=False) == 0


def test_the_command_line_knows_the_word(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["data", "fetch", "emopia"]) == 1
    out, err = capsys.readouterr()
    assert "CC BY-NC-SA 4.0" in out and "--accept-licence" in err
    assert main(["data", "fetch", "everything"]) == 2
