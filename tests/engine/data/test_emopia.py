"""EMOPIA: feeling by its meaning, splits by song, bars that are found."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.data.emopia import QUADRANTS, emopia_split, read_emopia
from engine.data.piece import Piece, Refused
from engine.errors import PsychoscoreError
from tests.engine.data.miniature import Played, emopia_zip, write_zip


def march(tempo: float, start: float = 0.3, bars: int = 8) -> list[Played]:
    """Low loud firsts, chords on quarters, quiet eighths."""
    beat, notes = 60 / tempo, []
    for index in range(bars * 8):
        at = start + index * beat / 2
        if index % 8 == 0:
            notes.append((at, beat, 40, 110))
        if index % 2 == 0:
            notes.append((at, beat * 0.9, 64, 80))
        notes.append((at, beat * 0.4, 76 + index % 3, 60))
    return notes


def pieces(path: Path) -> dict[str, Piece]:
    return {each.id: each for each in read_emopia(path) if isinstance(each, Piece)}


def test_a_sad_clip_gets_high_trauma(tmp_path: Path) -> None:
    # EMOPIA calls sadness Q3, whatever other documents call it.
    path = emopia_zip(tmp_path / "e.zip", {"Q3_abc_0": march(70), "Q4_abc_1": march(70)})
    found = pieces(path)
    sad, calm = found["emopia/Q3_abc_0"], found["emopia/Q4_abc_1"]
    assert sad.quadrant is not None and calm.quadrant is not None
    assert QUADRANTS[sad.quadrant].trauma == (0.7, 0.9)
    assert QUADRANTS[sad.quadrant].entropy == (0.1, 0.3)
    assert QUADRANTS[calm.quadrant].trauma == (0.1, 0.3)


def test_the_table_of_quadrants() -> None:
    rows = {
        word: (each.mood, each.emopia, each.source, each.trauma, each.entropy)
        for word, each in QUADRANTS.items()
    }
    assert rows == {
        "happy": ("happy", "Q1", "Q1", (0.1, 0.3), (0.7, 0.9)),
        "tense": ("tense", "Q2", "Q2", (0.6, 0.9), (0.6, 0.8)),
        "sad": ("sad", "Q3", "Q4", (0.7, 0.9), (0.1, 0.3)),
        "calm": ("calm", "Q4", "Q3", (0.1, 0.3), (0.2, 0.4)),
    }


def test_no_song_is_in_two_splits(tmp_path: Path) -> None:
    clips = {
        f"Q{1 + (s + c) % 4}_so_ng-{s}_{c}": march(90, bars=2) for s in range(30) for c in (0, 7)
    }
    # One clip of a song in the official validation part takes its other clip along.
    path = emopia_zip(tmp_path / "e.zip", clips, validation=["Q1_so_ng-0_0", "Q2_so_ng-1_0"])
    splits: dict[str, set[str]] = {}
    for piece in pieces(path).values():
        splits.setdefault(piece.song, set()).add(piece.split)
    assert all(len(found) == 1 for found in splits.values())
    assert splits["emopia/so_ng-0"] == splits["emopia/so_ng-1"] == {"validation"}
    assert len(splits) == 30
    assert {split for found in splits.values() for split in found} == {
        "train", "reranker", "evaluator", "validation",
    }  # fmt: skip


def test_splits_are_fixed_and_have_their_shares() -> None:
    splits = [emopia_split(f"song{n}", official_validation=False) for n in range(4000)]
    for split, share in (("train", 0.6), ("reranker", 0.1), ("evaluator", 0.3)):
        assert splits.count(split) / 4000 == pytest.approx(share, abs=0.025)
    assert splits[:6] == ["evaluator", "train", "evaluator", "train", "train", "evaluator"]


def test_official_test_clips_stay_unseen(tmp_path: Path) -> None:
    clips = {"Q1_a_0": march(90), "Q2_b_0": march(90)}
    found = list(read_emopia(emopia_zip(tmp_path / "e.zip", clips, test=["Q2_b_0"])))
    assert [type(each) for each in found] == [Piece, Refused]


@pytest.mark.parametrize("top", ["EMOPIA_1.0", "EMOPIA_2.2", "some folder/inside"])
def test_any_top_folder_will_do(tmp_path: Path, top: str) -> None:
    path = emopia_zip(tmp_path / "e.zip", {"Q1_a_0": march(90)}, ["Q1_a_0"], top=top)
    assert pieces(path)["emopia/Q1_a_0"].split == "validation"


@pytest.mark.parametrize("tempo", [66.0, 84.0, 101.3])
def test_a_steady_clip_finds_its_tempo_and_bars(tmp_path: Path, tempo: float) -> None:
    clip = pieces(emopia_zip(tmp_path / "e.zip", {"Q1_a_0": march(tempo)}))["emopia/Q1_a_0"]
    assert clip.tempo == pytest.approx(tempo, rel=0.005)
    low = [note.onset for note in clip.score.notes if note.pitch == 40]
    assert low == [1920 * bar for bar in range(8)]
    assert clip.moved_ms < 15
    assert len(clip.deviations) == len(clip.score.notes)


def test_notes_lie_on_the_grid_with_their_velocities(tmp_path: Path) -> None:
    clip = pieces(emopia_zip(tmp_path / "e.zip", {"Q1_a_0": march(77)}))["emopia/Q1_a_0"]
    assert {note.velocity for note in clip.score.notes} == {110, 80, 60}
    for note in clip.score.notes:
        assert note.onset % 40 == note.duration % 40 == 0 < note.duration
        assert note.end <= clip.score.end
    assert clip.score.key is not None and clip.score.key.mode is not None


def test_damaged_and_empty_clips_are_refused(tmp_path: Path) -> None:
    members: dict[str, bytes | str] = {
        "E/midis/Q1_a_0.mid": b"nothing",
        "E/midis/Q1_b_0.mid": b"",
    }
    found = list(read_emopia(write_zip(tmp_path / "e.zip", members)))
    assert [type(each) for each in found] == [Refused, Refused]
    short = emopia_zip(tmp_path / "f.zip", {"Q1_a_0": march(90)[:3]})
    assert [type(each) for each in read_emopia(short)] == [Refused]


def test_another_archive_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(PsychoscoreError, match="no clips of EMOPIA"):
        list(read_emopia(write_zip(tmp_path / "other.zip", {"a.txt": "b"})))
