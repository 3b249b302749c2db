"""Files are written whole or not at all, and say why not."""

from __future__ import annotations

import errno
import os
import random
import resource as limits
import signal
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from engine.errors import PsychoscoreError
from engine.files import cannot, make_folder, move, write_atomic, write_new
from tests.engine.forked import give_up_root, killed_while, sentence_of


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user of the machine can enter."""
    with TemporaryDirectory() as name:
        os.chmod(name, 0o755)
        yield Path(name)


def test_writes_and_replaces(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    write_atomic(path, b"one")
    write_atomic(path, b"two")
    assert path.read_bytes() == b"two"
    assert [each.name for each in tmp_path.iterdir()] == ["a.json"]


def test_keeps_the_rights_of_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    write_atomic(path, b"one")
    path.chmod(0o640)
    write_atomic(path, b"two")
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_read_only_folder_keeps_the_old_file(open_folder: Path) -> None:
    path = open_folder / "psychoscore.json"
    path.write_bytes(b"old")
    open_folder.chmod(0o555)
    said = sentence_of(lambda: write_atomic(path, b"new"), before=give_up_root)
    open_folder.chmod(0o755)
    assert said == f"{path} could not be saved: you may not write there. Save it elsewhere."
    assert path.read_bytes() == b"old"
    assert len(list(open_folder.iterdir())) == 1


def test_what_is_no_ordinary_file_is_never_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(PsychoscoreError, match="pipe could not be saved: it is no ordinary file"):
        write_atomic(pipe, b"new")
    assert pipe.is_fifo() and len(list(tmp_path.iterdir())) == 1


def _small_files_only() -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    limits.setrlimit(limits.RLIMIT_FSIZE, (4096, 4096))


def test_a_disk_that_takes_no_more_keeps_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "psychoscore.json"
    path.write_bytes(b"old")
    said = sentence_of(lambda: write_atomic(path, b"x" * 10_000), before=_small_files_only)
    assert said.startswith(f"{path} could not be saved: the disk takes no file of that size.")
    assert path.read_bytes() == b"old"
    assert len(list(tmp_path.iterdir())) == 1


def test_a_full_disk_is_called_so(tmp_path: Path) -> None:
    error = cannot("saved", tmp_path, OSError(errno.ENOSPC, "No space left on device"))
    assert str(error) == f"{tmp_path} could not be saved: the disk is full. " + error.hint


def test_a_missing_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(PsychoscoreError, match="its folder is gone"):
        write_atomic(tmp_path / "none" / "a.json", b"")
    (tmp_path / "file").touch()
    with pytest.raises(PsychoscoreError, match="could not be made"):
        make_folder(tmp_path / "file" / "folder")


def test_kill_while_writing_leaves_the_old_or_the_new_file(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    versions = [bytes([letter]) * 200_000 for letter in b"ab"]
    path.write_bytes(versions[0])

    def both() -> None:
        for version in versions:
            write_atomic(path, version)

    chance = random.Random(7)
    for _ in range(20):
        killed_while(both, chance.uniform(0.001, 0.02))
        assert path.read_bytes() in versions


def test_a_new_file_never_replaces_another(tmp_path: Path) -> None:
    path = tmp_path / "take.mid"
    assert write_new(path, lambda beside: beside.write_bytes(b"first"))
    assert not write_new(path, lambda beside: beside.write_bytes(b"second"))
    assert path.read_bytes() == b"first"
    assert len(list(tmp_path.iterdir())) == 1


def test_a_new_file_that_appears_meanwhile_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "take.mid"

    def overtaken(beside: Path) -> None:
        beside.write_bytes(b"mine")
        path.write_bytes(b"theirs")

    assert not write_new(path, overtaken)
    assert path.read_bytes() == b"theirs"
    assert len(list(tmp_path.iterdir())) == 1


def test_a_failed_writer_leaves_nothing(tmp_path: Path) -> None:
    def fails(beside: Path) -> None:
        beside.write_bytes(b"half")
        raise PsychoscoreError("no")

    with pytest.raises(PsychoscoreError, match="no"):
        write_new(tmp_path / "take.mid", fails)
    assert not list(tmp_path.iterdir())


def test_moving_never_replaces(tmp_path: Path) -> None:
    for content in ("one", "two", "three"):
        source = tmp_path / "a.mid"
        source.write_text(content)
        move(source, tmp_path / "old" / "a.mid")
    found = {each.name: each.read_text() for each in (tmp_path / "old").iterdir()}
    assert found == {"a.mid": "one", "a 2.mid": "two", "a 3.mid": "three"}
