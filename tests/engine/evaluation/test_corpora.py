"""Archives are found in a folder, and the evaluator's clips are kept out of everything else."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import pytest

from engine.errors import PsychoscoreError
from engine.evaluation.corpora import Corpus, find_archives, read_corpus
from engine.evaluation.rows import Progress
from tests.engine.evaluation.archives import easy_emopia


def finish(run: Generator[Progress, None, Corpus]) -> Corpus:
    while True:
        try:
            next(run)
        except StopIteration as stop:
            assert isinstance(stop.value, Corpus)
            return stop.value


def test_archives_are_known_by_their_members(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = easy_emopia(tmp_path / "whatever.zip", songs=5, held_out=1)
    (tmp_path / "broken.zip").write_text("no zip")
    assert find_archives(tmp_path).paths == (("emopia", path),)
    assert find_archives(None).paths == ()
    assert "POP909 is not there" in find_archives(tmp_path).why_missing("pop909")
    monkeypatch.setenv("PSYCHOSCORE_DATA", str(tmp_path))
    assert find_archives(None).path("emopia") == path


def test_a_folder_without_archives_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PsychoscoreError, match="neither EMOPIA nor POP909"):
        find_archives(tmp_path)
    with pytest.raises(PsychoscoreError, match="is no folder"):
        find_archives(tmp_path / "none")


def test_splits_do_not_meet(tmp_path: Path) -> None:
    path = easy_emopia(tmp_path / "e.zip", songs=32)
    corpus = finish(read_corpus(path, tmp_path / "shards"))
    judged = {piece.song for piece in corpus.evaluator}
    encoded = {entry.song for entry in corpus.shards.entries}
    assert judged and encoded
    assert not judged & encoded
    assert not judged & corpus.elsewhere
    assert encoded <= corpus.elsewhere
    assert {entry.split for entry in corpus.shards.entries} == {"train", "validation"}
    assert len(corpus.shards.split("validation")) == 4
