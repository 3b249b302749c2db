"""Import from end to end: events, shards, refusals."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.data.importing import (
    ImportBegan,
    ImportFinished,
    PieceImported,
    PieceRefused,
    import_data,
)
from engine.data.shards import Shards
from engine.data.sources import find_source
from engine.errors import PsychoscoreError
from models.conditioning import FIELD_INDEX
from tests.engine.data.miniature import Played, beat_lines, emopia_zip, pop909_song, write_zip

TUNE: list[Played] = [
    (i * 0.25, 0.2, pitch, 50 + i) for i, pitch in enumerate((48, 64, 67, 72) * 16)
]


@pytest.fixture
def emopia(tmp_path: Path) -> Path:
    clips = {f"Q{q}_song{q}{s}_0": TUNE for q in (1, 2, 3, 4) for s in "ab"}
    return emopia_zip(tmp_path / "E.zip", {**clips, "Q1_short_0": TUNE[:2]}, ["Q1_song1a_0"])


def test_events_tell_licence_pieces_refusals_and_table(emopia: Path) -> None:
    began, *pieces, finished = list(import_data(emopia))
    assert isinstance(began, ImportBegan) and began.non_commercial
    assert "NC" in began.licence
    assert sum(isinstance(each, PieceImported) for each in pieces) == 8
    assert [each.id for each in pieces if isinstance(each, PieceRefused)] == ["emopia/Q1_short_0"]
    assert isinstance(finished, ImportFinished)
    assert (finished.used, finished.refused, finished.provisional) == (8, 1, True)
    assert sum(count for mood, _, count in finished.table if mood == "sad") == 2


def test_shards_hold_what_was_used(emopia: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    used = [each for each in import_data(emopia, out) if isinstance(each, PieceImported)]
    shards = Shards.open(out)
    assert [entry.id for entry in shards.entries] == [each.id for each in used]
    assert shards.non_commercial and shards.lineage == ("EMOPIA (CC BY-NC-SA 4.0)",)
    by_mood = {entry.quadrant: shards.piece(entry)[2] for entry in shards.entries}
    trauma = {mood: np.mean(rows[:, FIELD_INDEX["trauma"]]) for mood, rows in by_mood.items()}
    assert trauma["sad"] >= 0.7 > 0.3 >= trauma["calm"]
    for entry, piece in zip(shards.entries, used, strict=True):
        assert entry.row_stop - entry.row_start == piece.bars


def test_the_kind_of_data_is_known_by_its_members(emopia: Path, tmp_path: Path) -> None:
    song = pop909_song("001", {"MELODY": TUNE}, beat_lines([4] * 8, 0.5, first=0.0))
    assert find_source(write_zip(tmp_path / "any name.zip", song)).name == "pop909"
    assert find_source(emopia).name == "emopia"
    with pytest.raises(PsychoscoreError, match=r"other\.zip is neither"):
        find_source(write_zip(tmp_path / "other.zip", {"a.mid": b""}))


def test_an_import_without_a_usable_piece_fails_after_its_refusals(tmp_path: Path) -> None:
    path = emopia_zip(tmp_path / "E.zip", {"Q1_a_0": TUNE[:2]})
    for out in (None, tmp_path / "out"):
        events = import_data(path, out)
        seen = []
        with pytest.raises(PsychoscoreError):
            for event in events:
                seen.append(type(event))
        assert seen == [ImportBegan, PieceRefused]
    with pytest.raises(PsychoscoreError):
        Shards.open(tmp_path / "out")


def test_an_abandoned_import_leaves_no_data_set(emopia: Path, tmp_path: Path) -> None:
    events = import_data(emopia, tmp_path / "out")
    next(events), next(events)
    events.close()
    with pytest.raises(PsychoscoreError):
        Shards.open(tmp_path / "out")


def test_a_place_that_cannot_be_written_is_a_sentence(emopia: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(PsychoscoreError, match="file"):
        list(import_data(emopia, tmp_path / "file" / "out"))


def test_training_pieces_are_followed_by_their_variants(tmp_path: Path) -> None:
    song = pop909_song("001", {"MELODY": TUNE}, beat_lines([4] * 8, 0.5, first=0.0))
    archive = write_zip(tmp_path / "POP909.zip", song)
    used = [each.id for each in import_data(archive, None, 2) if isinstance(each, PieceImported)]
    assert used == ["pop909/001", "pop909/001~1", "pop909/001~2"]
