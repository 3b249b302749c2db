"""The server of the fetch tests serves what it says, and fails where it says."""

from __future__ import annotations

import urllib.error
import urllib.request

import pytest

from tests.engine.data.file_server import FileServer, serving


def get(url: str, first: int = 0) -> bytes:
    headers = {"Range": f"bytes={first}-"} if first else {}
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(urllib.request.Request(url, headers=headers), timeout=5) as answer:
        body: bytes = answer.read()
        return body


def test_whole_in_part_and_broken() -> None:
    with serving(FileServer(b"abcdefgh")) as server:
        assert get(server.url) == b"abcdefgh"
        assert get(server.url, 5) == b"fgh"
        with pytest.raises(urllib.error.HTTPError, match="416"):
            get(server.url, 8)
        server.says_length, server.stops_after = False, 3
        assert get(server.url) == b"abc"
        assert get(server.url) == b"abcdefgh"
        server.status = 404
        with pytest.raises(urllib.error.HTTPError, match="404"):
            get(server.url)
    assert server.asked == ["", "bytes=5-", "bytes=8-", "", "", ""]
