"""A composer's own files as training pieces."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.data.folder import folder_splits, midi_files, piece_of, read_folder, training_metres
from engine.data.piece import Piece, Refused
from engine.errors import PsychoscoreError
from engine.midi.file import write_midi
from engine.score import METRES, Key, Metre, Note, Score, TempoMap, Voice


def melody(count: int = 16, first: int = 0, step: int = 240, metre: str = "4/4") -> Score:
    bar = Metre.parse(metre)
    notes = tuple(Note(first + step * i, 200, 60 + i % 8, 80, Voice.MELODY) for i in range(count))
    bars = max(1, -(-notes[-1].end // bar.ticks))
    return Score(notes, (bar,) * bars, TempoMap(((0, 90.0),)), Key(0, "major"))


def test_good_files_are_read_and_broken_ones_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    write_midi(melody(), tmp_path / "a.mid")
    write_midi(melody(), tmp_path / "sub" / "b.MIDI")
    write_midi(melody(3), tmp_path / "short.mid")
    (tmp_path / "broken.mid").write_bytes(b"MThd?")
    (tmp_path / "notes.txt").write_text("not music")
    found = {each.id: each for each in read_folder(tmp_path)}
    assert {name for name, each in found.items() if isinstance(each, Piece)} == {
        "folder/a.mid",
        "folder/sub/b.MIDI",
    }
    broken = found["folder/broken.mid"]
    assert isinstance(broken, Refused) and "broken.mid" in broken.reason
    assert isinstance(found["folder/short.mid"], Refused)


def test_a_piece_keeps_bars_tempo_and_key(tmp_path: Path) -> None:
    piece = piece_of(melody(metre="6/8"), "folder/a.mid", "train")
    assert piece.score.metres == (Metre(6, 8),) * 3
    assert piece.tempo == pytest.approx(90)
    assert piece.score.key == Key(0, "major")
    assert piece.quadrant is None and not piece.provisional


def test_notes_off_the_grid_are_moved_and_measured() -> None:
    piece = piece_of(melody(first=7), "folder/a.mid", "train")
    assert [note.onset for note in piece.score.notes] == [240 * i for i in range(16)]
    assert piece.moved_ms == pytest.approx(7 * 60_000 / (90 * 480))


def test_an_upbeat_gets_a_bar_of_its_own() -> None:
    piece = piece_of(melody(first=-480), "folder/a.mid", "train")
    assert piece.score.notes[0].onset == 3 * 480
    assert piece.score.tempo_map.marks == ((0, 90.0),)


def test_empty_bars_before_the_music_go_with_their_tempo() -> None:
    late = melody(first=2 * 1920)
    late = Score(late.notes, late.metres, TempoMap(((0, 60.0), (1920, 120.0), (5760, 80.0))))
    piece = piece_of(late, "folder/a.mid", "train")
    assert piece.score.notes[0].onset == 0
    assert piece.score.tempo_map.marks == ((0, 120.0), (1920, 80.0))


@pytest.mark.parametrize(
    ("metre", "found"),
    [
        ("4/4", ["4/4"]),
        ("7/8", ["7/8"]),
        ("2/2", ["4/4"]),
        ("6/4", ["3/4", "3/4"]),
        ("8/4", ["4/4", "4/4"]),
        ("4/8", ["2/4"]),
        ("12/16", ["6/8"]),
        ("24/8", ["12/8", "12/8"]),
        ("9/8", []),
        ("5/8", []),
    ],
)
def test_metres_are_taken_apart(metre: str, found: list[str]) -> None:
    made = training_metres(Metre.parse(metre))
    assert [str(each) for each in made] == found
    assert all(each in METRES for each in made)
    assert not made or sum(each.ticks for each in made) == Metre.parse(metre).ticks


def test_a_file_in_an_unusable_metre_is_refused() -> None:
    with pytest.raises(PsychoscoreError, match="9/8"):
        piece_of(melody(metre="9/8"), "folder/a.mid", "train")


def test_some_song_is_kept_for_validation() -> None:
    assert set(folder_splits(["a"]).values()) == {"train"}
    for count in (2, 5, 40):
        songs = [f"folder/{index}.mid" for index in range(count)]
        assert set(folder_splits(songs).values()) == {"train", "validation"}
        assert folder_splits(songs) == folder_splits(songs[::-1])


def test_a_folder_without_music_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(PsychoscoreError, match="no MIDI files"):
        midi_files(tmp_path)


def test_links_are_not_followed_out_of_the_folder(tmp_path: Path) -> None:
    outside, inside = tmp_path / "outside", tmp_path / "inside"
    outside.mkdir()
    inside.mkdir()
    write_midi(melody(), outside / "a.mid")
    write_midi(melody(), inside / "b.mid")
    (inside / "link").symlink_to(outside, target_is_directory=True)
    assert [path.name for path in midi_files(inside)] == ["b.mid"]
