"""The zip door: bombs, damage and odd names."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from engine.data.archive import ArchiveLimits, open_archive
from engine.errors import PsychoscoreError
from tests.engine.data.miniature import write_zip


def refused(path: Path, limits: ArchiveLimits | None = None) -> str:
    with pytest.raises(PsychoscoreError) as caught, open_archive(path, limits or ArchiveLimits()):
        pass
    return caught.value.message


def test_members_are_read_in_place(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "a.zip", {"b/c.txt": "hello", "a.txt": b"\x00\x01"})
    with open_archive(path) as archive:
        assert archive.names == ("a.txt", "b/c.txt")
        assert archive.read("b/c.txt") == b"hello"
    assert [each.name for each in tmp_path.iterdir()] == ["a.zip"]


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    bomb = write_zip(tmp_path / "bomb.zip", {"midis/Q1_a_0.mid": b"\0" * 5_000_000})
    assert "zip bomb" in refused(bomb)


@pytest.mark.parametrize(
    "limits",
    [ArchiveLimits(members=2), ArchiveLimits(member_bytes=9), ArchiveLimits(total_bytes=25)],
)
def test_each_limit_holds(tmp_path: Path, limits: ArchiveLimits) -> None:
    path = write_zip(tmp_path / "a.zip", {name: "0123456789" for name in "abc"})
    assert "a.zip" in refused(path, limits)


def test_a_member_that_lies_about_its_size_is_damaged(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "a.zip", {"a": bytes(range(256)) * 4})
    content = bytearray(path.read_bytes())
    directory = content.rindex(b"PK\x01\x02")
    content[directory + 24 : directory + 28] = (100).to_bytes(4, "little")
    path.write_bytes(content)
    with open_archive(path) as archive, pytest.raises(PsychoscoreError, match=r"a in a\.zip"):
        archive.read("a")


def test_a_damaged_member_is_named(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "a.zip", {"song.mid": bytes(range(256)) * 4})
    content = bytearray(path.read_bytes())
    content[60] ^= 0xFF
    path.write_bytes(content)
    with open_archive(path) as archive, pytest.raises(PsychoscoreError, match=r"song\.mid"):
        archive.read("song.mid")


def test_names_that_climb_are_only_names(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "a.zip", {"../../outside.txt": "x", "/etc/passwd": "y"})
    with open_archive(path) as archive:
        assert archive.read("../../outside.txt") == b"x"
        with pytest.raises(PsychoscoreError):
            archive.read("a.zip")


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 broken", b"text"])
def test_what_is_no_zip_is_a_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(content)
    assert "a.zip" in refused(path)


def test_a_missing_file_and_a_folder_are_sentences(tmp_path: Path) -> None:
    assert "none.zip" in refused(tmp_path / "none.zip")
    assert str(tmp_path) in refused(tmp_path)


def test_an_encrypted_member_is_refused(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "a.zip", {"a": "secret"})
    content = bytearray(path.read_bytes())
    content[6] |= 1
    content[content.rindex(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)
    assert zipfile.is_zipfile(path)
    with open_archive(path) as archive, pytest.raises(PsychoscoreError, match="encrypted"):
        archive.read("a")
