"""Downloads against a server of our own: whole and checked, or not there."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from engine.data.fetching import (
    DOWNLOADS,
    Download,
    FetchBegan,
    Fetcher,
    FetchFinished,
    FetchProgress,
)
from engine.errors import PsychoscoreError
from tests.engine.data.file_server import FileServer, serving

CONTENT = bytes(range(256)) * 1200
PART = "archive.zip.part"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FileServer]:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with serving(FileServer(CONTENT)) as running:
        yield running


def archive(server: FileServer) -> Download:
    return Download(
        "archive", "Archive", server.url, "https://example.org", "archive.zip",
        hashlib.md5(CONTENT).hexdigest(), "Do no harm.", 1_000_000,
    )  # fmt: skip


def fetch(download: Download, folder: Path) -> list[object]:
    return list(Fetcher(("http",), timeout=5).fetch(download, folder, licence_accepted=True))


def test_a_file_comes_whole_with_its_checksums(server: FileServer, tmp_path: Path) -> None:
    began, *progress, finished = fetch(archive(server), tmp_path / "new")
    assert began == FetchBegan("Archive", server.url, "Do no harm.", 0, len(CONTENT))
    assert len(progress) > 2 and progress[-1] == FetchProgress(len(CONTENT), len(CONTENT))
    assert isinstance(finished, FetchFinished) and finished.fetched
    assert finished.path.read_bytes() == CONTENT
    sha256 = hashlib.sha256(CONTENT).hexdigest()
    assert finished.sha256 == sha256
    beside = tmp_path / "new" / "archive.zip.sha256"
    assert beside.read_text() == f"{sha256}  archive.zip\n"
    assert sorted(each.name for each in (tmp_path / "new").iterdir()) == [
        "archive.zip", "archive.zip.sha256",
    ]  # fmt: skip


def test_what_is_there_is_checked_and_not_fetched_again(server: FileServer, tmp_path: Path) -> None:
    (tmp_path / "archive.zip").write_bytes(CONTENT)
    (finished,) = fetch(archive(server), tmp_path)
    assert isinstance(finished, FetchFinished) and not finished.fetched
    (tmp_path / "archive.zip").write_bytes(b"something else")
    with pytest.raises(PsychoscoreError, match="is not Archive as it was published"):
        fetch(archive(server), tmp_path)
    assert (tmp_path / "archive.zip").read_bytes() == b"something else"
    assert server.asked == []


@pytest.mark.parametrize("says_length", [True, False])
def test_a_broken_download_goes_on_where_it_stopped(
    server: FileServer, tmp_path: Path, says_length: bool
) -> None:
    server.stops_after, server.says_length = 100_000, says_length
    with pytest.raises(PsychoscoreError, match=r"broke off after 100,000 of|not the published"):
        fetch(archive(server), tmp_path)
    assert not (tmp_path / "archive.zip").exists()
    kept = (tmp_path / PART).exists()
    # Without a length nobody can know that something is missing, and the part fails its check.
    assert kept is says_length
    began, *_, finished = fetch(archive(server), tmp_path)
    assert isinstance(began, FetchBegan) and began.done == (100_000 if kept else 0)
    assert isinstance(finished, FetchFinished) and finished.path.read_bytes() == CONTENT
    assert server.asked == ["", "bytes=100000-" if kept else ""]


def test_a_closed_download_goes_on_as_well(server: FileServer, tmp_path: Path) -> None:
    events = Fetcher(("http",)).fetch(archive(server), tmp_path, licence_accepted=True)
    next(events)
    assert isinstance(next(events), FetchProgress)
    events.close()  # type: ignore[attr-defined]
    size = (tmp_path / PART).stat().st_size
    assert 0 < size < len(CONTENT)
    began, *_, finished = fetch(archive(server), tmp_path)
    assert isinstance(began, FetchBegan) and began.done == size
    assert isinstance(finished, FetchFinished)


def test_a_server_without_ranges_sends_all_anew(server: FileServer, tmp_path: Path) -> None:
    server.ranges = False
    (tmp_path / PART).write_bytes(CONTENT[:5000])
    began, *_, finished = fetch(archive(server), tmp_path)
    assert isinstance(began, FetchBegan) and began.done == 0
    assert isinstance(finished, FetchFinished) and finished.size == len(CONTENT)


def test_a_part_that_is_too_long_is_begun_again(server: FileServer, tmp_path: Path) -> None:
    (tmp_path / PART).write_bytes(CONTENT + b"more")
    *_, finished = fetch(archive(server), tmp_path)
    assert isinstance(finished, FetchFinished) and finished.size == len(CONTENT)


def test_a_wrong_file_is_deleted(server: FileServer, tmp_path: Path) -> None:
    server.content = CONTENT[:-1] + b"?"
    with pytest.raises(PsychoscoreError, match="not the published file"):
        fetch(archive(server), tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("says_length", [True, False])
def test_too_large_a_file_is_refused(server: FileServer, tmp_path: Path, says_length: bool) -> None:
    server.says_length = says_length
    with pytest.raises(PsychoscoreError, match="sends more than 200,000 bytes"):
        fetch(replace(archive(server), limit=200_000), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_asked_for_before_the_licence_is_accepted(
    server: FileServer, tmp_path: Path
) -> None:
    events = Fetcher(("http",)).fetch(archive(server), tmp_path, licence_accepted=False)
    with pytest.raises(PsychoscoreError, match="licence was not accepted") as refused:
        next(events)
    assert refused.value.hint == "Do no harm."
    assert server.asked == [] and list(tmp_path.iterdir()) == []


def test_only_https_is_opened(server: FileServer, tmp_path: Path) -> None:
    with pytest.raises(PsychoscoreError, match="only https is"):
        next(Fetcher().fetch(archive(server), tmp_path, licence_accepted=True))
    server.redirects_to = "ftp://127.0.0.1/archive.zip"
    with pytest.raises(PsychoscoreError, match="only http is"):
        fetch(archive(server), tmp_path)
    local = replace(archive(server), url=Path("/etc/hostname").as_uri())
    with pytest.raises(PsychoscoreError, match="only http is"):
        fetch(local, tmp_path)
    assert all(each.url.startswith("https://") for each in DOWNLOADS)


def test_without_a_network_there_is_a_way(tmp_path: Path) -> None:
    with serving(FileServer(CONTENT)) as server:
        gone = archive(server)
    with pytest.raises(PsychoscoreError, match="127.0.0.1 cannot be reached") as offline:
        fetch(gone, tmp_path)
    assert "psychoscore data import" in offline.value.hint
    assert "https://example.org" in offline.value.hint


def test_an_error_of_the_server_is_a_sentence(server: FileServer, tmp_path: Path) -> None:
    server.status = 404
    with pytest.raises(PsychoscoreError, match="answered 404"):
        fetch(archive(server), tmp_path)


def test_a_folder_that_cannot_be_made_is_a_sentence(server: FileServer, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(PsychoscoreError, match="file"):
        fetch(archive(server), tmp_path / "file" / "below")
