"""Data sets as people meet them: made, described, made again, found."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.data.dataset import data_sets, import_archive, read_data_set
from engine.data.importing import ImportFinished, PieceImported
from engine.data.shards import Shards
from engine.errors import PsychoscoreError
from engine.user_data import data_sets_folder
from models.conditioning import FIELD_INDEX
from tests.engine.data.miniature import Played, beat_lines, emopia_zip, pop909_song, write_zip

TUNE: list[Played] = [
    (i * 0.25, 0.2, pitch, 50 + i) for i, pitch in enumerate((48, 64, 67, 72) * 16)
]


@pytest.fixture
def emopia(tmp_path: Path) -> Path:
    clips = {f"Q{q}_song{q}{s}_0": TUNE for q in (1, 2, 3, 4) for s in "ab"}
    return emopia_zip(tmp_path / "EMOPIA_2.2.zip", {**clips, "Q1_short_0": TUNE[:2]})


def test_an_archive_becomes_a_described_data_set(emopia: Path) -> None:
    *events, finished = import_archive(emopia)
    assert isinstance(finished, ImportFinished)
    assert finished.out == data_sets_folder() / "EMOPIA_2.2"
    (found,) = data_sets()
    assert found == read_data_set(finished.out)
    assert (found.source, found.non_commercial, found.provisional) == ("emopia", True, True)
    assert (found.clips, found.pieces("sad"), found.pieces("")) == (8, 2, 0)
    assert found.refused == (("emopia/Q1_short_0", "It has only 2 notes."),)
    used = [each.seconds for each in events if isinstance(each, PieceImported)]
    assert found.seconds == pytest.approx(sum(used), abs=0.1)
    assert 8 * 15 < found.seconds < 8 * 20  # 64 notes, four a second


def test_what_leans_on_bars_stays_free_where_bars_were_guessed(
    emopia: Path, tmp_path: Path
) -> None:
    song = pop909_song("001", {"MELODY": TUNE}, beat_lines([4] * 8, 0.5, first=0.0))
    archives = {"emopia": emopia, "pop909": write_zip(tmp_path / "P.zip", song)}
    for source, path in archives.items():
        list(import_archive(path, tmp_path / source))
        shards = Shards.open(tmp_path / source)
        for name in ("rsi_real", "rsi_imaginary", "return", "estrangement"):
            free = np.isnan(shards.rows[:, FIELD_INDEX[name]])
            assert free.all() if source == "emopia" else not free.all(), (source, name)
        assert not np.isnan(shards.rows[:, FIELD_INDEX["trauma"]]).any()


def test_making_it_again_leaves_the_old_one_to_those_who_read_it(emopia: Path) -> None:
    list(import_archive(emopia))
    old = Shards.open(data_sets_folder() / "EMOPIA_2.2")
    before = np.array(old.tokens)
    emopia_zip(emopia, {"Q3_other_0": TUNE})
    list(import_archive(emopia))
    assert np.array_equal(old.tokens, before)
    assert len(Shards.open(old.folder).entries) == 1
    assert sorted(each.name for each in old.folder.iterdir()) == [
        "about.json", "bars.npy", "deviations.npy", "rows.npy", "shards.json", "tokens.npy"
    ]  # fmt: skip


def test_an_abandoned_or_failed_import_leaves_the_old_one(emopia: Path, tmp_path: Path) -> None:
    list(import_archive(emopia))
    before = data_sets()
    events = import_archive(emopia)
    next(events), next(events)
    events.close()
    emopia_zip(emopia, {"Q1_short_0": TUNE[:2]})
    with pytest.raises(PsychoscoreError):
        list(import_archive(emopia))
    assert data_sets() == before
    with pytest.raises(PsychoscoreError):
        list(import_archive(emopia, tmp_path / "new"))
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("text", ["", "[]", '{"format": 1}', '{"format": 9}', "{" * 99999])
def test_a_broken_description_is_a_sentence(emopia: Path, text: str) -> None:
    list(import_archive(emopia))
    folder = data_sets_folder() / "EMOPIA_2.2"
    (folder / "about.json").write_text(text)
    with pytest.raises(PsychoscoreError, match=r"about\.json"):
        read_data_set(folder)
    assert data_sets() == ()


def test_data_lies_where_the_variable_says_if_it_may_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PSYCHOSCORE_DATA", str(tmp_path))
    assert data_sets_folder() == tmp_path / "datasets"
    monkeypatch.setenv("PSYCHOSCORE_DATA", str(tmp_path / "nowhere"))
    assert tmp_path not in data_sets_folder().parents
