"""A composer's own files as training pieces."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from engine.data.folder import (
    VALIDATION_SHARE,
    folder_splits,
    list_tracks,
    midi_files,
    pieces_of,
    read_folder,
    song_of,
)
from engine.data.piece import Piece, Refused, song_share
from engine.errors import PsychoscoreError
from engine.midi.file import write_midi
from engine.score import Key, Metre, Note, Score, TempoMap, Voice
from tests.engine.data.daw import Part, beats, chords, line, write_daw


def melody(count: int = 16, first: int = 0, step: int = 240, metre: str = "4/4") -> Score:
    bar = Metre.parse(metre)
    notes = tuple(Note(first + step * i, 200, 60 + i % 8, 80, Voice.MELODY) for i in range(count))
    bars = max(1, -(-notes[-1].end // bar.ticks))
    return Score(notes, (bar,) * bars, TempoMap(((0, 90.0),)), Key(0, "major"))


def piece_of(score: Score) -> Piece:
    (piece,) = pieces_of(score, "folder/a.mid", "folder/a", "train")
    return piece


def test_good_files_are_read_and_broken_ones_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    write_midi(melody(), tmp_path / "a.mid")
    write_midi(melody(17), tmp_path / "sub" / "b.MIDI")
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
    piece = piece_of(melody(metre="6/8"))
    assert piece.score.metres == (Metre(6, 8),) * 3
    assert piece.tempo == pytest.approx(90)
    assert piece.score.key == Key(0, "major")
    assert piece.quadrant is None and not piece.provisional


def test_notes_off_the_grid_are_moved_and_measured() -> None:
    piece = piece_of(melody(first=7))
    assert [note.onset for note in piece.score.notes] == [240 * i for i in range(16)]
    assert piece.moved_ms == pytest.approx(7 * 60_000 / (90 * 480))


def test_an_upbeat_gets_a_bar_of_its_own() -> None:
    piece = piece_of(melody(first=-480))
    assert piece.score.notes[0].onset == 3 * 480
    assert piece.score.tempo_map.marks == ((0, 90.0),)


def test_empty_bars_before_the_music_go_with_their_tempo() -> None:
    late = melody(first=2 * 1920)
    late = Score(late.notes, late.metres, TempoMap(((0, 60.0), (1920, 120.0), (5760, 80.0))))
    piece = piece_of(late)
    assert piece.score.notes[0].onset == 0
    assert piece.score.tempo_map.marks == ((0, 120.0), (1920, 80.0))


def test_a_file_in_an_unusable_metre_is_refused() -> None:
    with pytest.raises(PsychoscoreError, match="11/8"):
        piece_of(melody(metre="11/8"))


def test_some_song_is_kept_for_validation() -> None:
    assert set(folder_splits(["a"]).values()) == {"train"}
    for count in (2, 5, 40):
        songs = [f"folder/{index}.mid" for index in range(count)]
        assert set(folder_splits(songs).values()) == {"train", "validation"}
        assert folder_splits(songs) == folder_splits(songs[::-1])


def test_a_refused_file_takes_no_place_of_the_validation(tmp_path: Path) -> None:
    names = sorted(
        (f"{i}.mid" for i in range(60)), key=lambda name: song_share(f"folder/{name[:-4]}")
    )
    first, *rest = [name for name in names if song_share(f"folder/{name[:-4]}") >= VALIDATION_SHARE]
    (tmp_path / first).write_bytes(b"MThd?")
    for index, name in enumerate(rest[:3]):
        write_midi(melody(16 + index), tmp_path / name)
    pieces = [each for each in read_folder(tmp_path) if isinstance(each, Piece)]
    assert {each.song: each.split for each in pieces} == folder_splits([e.song for e in pieces])
    assert [f"{e.song}.mid" for e in pieces if e.split == "validation"] == [f"folder/{rest[0]}"]


def test_splits_are_those_of_all_used_songs_whatever_their_order(tmp_path: Path) -> None:
    for index in range(40):
        write_midi(melody(16 + index), tmp_path / f"{index}.mid")
    (tmp_path / "0.mid").write_bytes(b"MThd?")
    found = list(read_folder(tmp_path))
    assert [each.id for each in found] == sorted(each.id for each in found) and len(found) == 40
    pieces = [each for each in found if isinstance(each, Piece)]
    assert {each.song: each.split for each in pieces} == folder_splits([e.song for e in pieces])


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


def read(folder: Path, tracks: Sequence[str] | None = None) -> dict[str, Piece | Refused]:
    return {each.id.removeprefix("folder/"): each for each in read_folder(folder, tracks)}


def used(folder: Path, tracks: Sequence[str] | None = None) -> Piece:
    (piece,) = read(folder, tracks).values()
    assert isinstance(piece, Piece), piece.reason
    return piece


@pytest.mark.parametrize("kind", [0, 1])
def test_an_export_with_everything(kind: int, tmp_path: Path) -> None:
    violins = Part([*line(32, low=67).notes, (0, 20, 12, 127)], 1, 48)
    parts = {
        "Violins": violins,
        "Pads": Part(chords().notes, 2, 89),
        "Basses": Part(line(32, low=33).notes, 3, 43),
        "Kit": Part(beats().notes, 10),
    }
    tempos = [(480 * i, 80.0 + i) for i in range(32)]
    write_daw(tmp_path / "cue.mid", parts, tempos=tempos, kind=kind)
    piece = used(tmp_path)
    assert len(piece.left_out) == 2
    assert any("1 keyswitches of" in each and "C0" in each for each in piece.left_out)
    assert any("drums" in each for each in piece.left_out)
    assert [tick for tick, _ in piece.score.tempo_map.marks] == [1920 * bar for bar in range(8)]
    by_voice = Counter(note.voice for note in piece.score.notes)
    assert by_voice == {Voice.MELODY: 32, Voice.BASS: 32, Voice.ACCOMPANIMENT: 24}
    assert not piece.provisional


def test_only_chosen_tracks_are_taken(tmp_path: Path) -> None:
    write_daw(tmp_path / "cue.mid", {"Flute": line(low=72), "Strings": chords(), "Horn": line()})
    piece = used(tmp_path, ["strings", "flute"])
    assert len(piece.score.notes) == 32 + 24
    assert piece.left_out == ("Horn was not chosen.",)
    refused = read(tmp_path, ["Oboe"])["cue.mid"]
    assert isinstance(refused, Refused) and "Flute was not chosen" in refused.reason


def test_tracks_are_listed_over_the_folder(tmp_path: Path) -> None:
    write_daw(tmp_path / "a.mid", {"Flute": line(16), "Kit": beats()})
    write_daw(tmp_path / "b.mid", {"FLUTE": line(8), "Pad": chords(2)})
    (tmp_path / "broken.mid").write_bytes(b"MThd")
    found = [(each.name, each.files, each.notes, each.taken) for each in list_tracks(tmp_path)]
    assert found == [("Flute", 2, 24, True), ("Kit", 1, 96, False), ("Pad", 1, 6, True)]


def test_listed_tracks_tell_their_instrument_and_the_voice_they_get(tmp_path: Path) -> None:
    parts = {"Flute": Part(line(16, low=72).notes, program=73), "Pad": chords(2), "Kit": beats()}
    write_daw(tmp_path / "a.mid", parts)
    found = {each.name: (each.instrument, each.voice) for each in list_tracks(tmp_path)}
    assert found == {"Flute": ("pipe", "melody"), "Pad": ("", "accompaniment"), "Kit": ("", "")}


def test_music_around_strange_bars_is_used_and_they_are_named(tmp_path: Path) -> None:
    metres = [(0, "4/4"), (1920 * 4, "11/8"), (1920 * 4 + 2640, "3/4")]
    write_daw(tmp_path / "cue.mid", {"Piano": line(40)}, metres)
    found = read(tmp_path)
    assert list(found) == ["cue.mid#1-4", "cue.mid#6-12"]
    for piece in found.values():
        assert isinstance(piece, Piece) and piece.song == "folder/cue"
        assert piece.left_out == ("Bar 5 (11/8) cannot be written and was left out.",)
        assert piece.score.notes[0].onset in (0, 240)
    assert {str(metre) for metre in found["cue.mid#6-12"].score.metres} == {"3/4"}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is empty"),
        (b"RIFF" + b"x" * 40, "not a MIDI file"),
        (b"MThd\x00\x00\x00\x06\x00\x02\x00\x01\x01\xe0", "type 2"),
        (b"MThd\x00\x00\x00\x06\x00\x01\x00\x01\xe7\x28", "film frames"),
        (b"MThd\x00\x00\x00\x06\x00\x01\x00\x01\x01\xe0MTrk\x00\x00\x00\x09\x00", "damaged"),
    ],
)
def test_files_that_are_no_midi_are_refused_with_their_reason(
    content: bytes, reason: str, tmp_path: Path
) -> None:
    (tmp_path / "x.mid").write_bytes(content)
    refused = read(tmp_path)["x.mid"]
    assert isinstance(refused, Refused) and reason in refused.reason


def test_files_with_little_in_them_are_refused_with_their_reason(tmp_path: Path) -> None:
    write_daw(tmp_path / "none.mid", {"Piano": Part([])})
    write_daw(tmp_path / "few.mid", {"Piano": line(5)})
    write_daw(tmp_path / "short.mid", {"Piano": line(12, step=120, length=100)})
    write_daw(tmp_path / "drums.mid", {"Kit": beats()})
    reasons = {name: each.reason for name, each in read(tmp_path).items()}  # type: ignore[union-attr]
    assert reasons == {
        "none.mid": "It holds no notes.",
        "few.mid": "It has only 5 notes.",
        "short.mid": "It is too short: a piece needs 2 bars and 8 notes.",
        "drums.mid": "It holds no music: Kit was left out: drums.",
    }


def test_copies_are_used_once_and_versions_stay_together(tmp_path: Path) -> None:
    write_daw(tmp_path / "1M3 v1.mid", {"Piano": line(20)})
    write_daw(tmp_path / "1M3 v2 final.mid", {"Piano": line(24)})
    write_daw(tmp_path / "z" / "backup.mid", {"Piano": line(20)})
    found = read(tmp_path)
    assert [each.song for each in found.values() if isinstance(each, Piece)] == ["folder/1M3"] * 2
    copy = found["z/backup.mid"]
    assert isinstance(copy, Refused) and copy.reason == "It is the same as 1M3 v1.mid."


@pytest.mark.parametrize(
    ("name", "song"),
    [
        ("a/Prelude 2.mid", "a/Prelude 2"), ("a/cue (1).MIDI", "a/cue"), ("cue_v12.mid", "cue"),
        ("cue copy 2.mid", "cue"), ("cue v3 final.mid", "cue"), ("final.mid", "final"),
        ("a/v2.mid", "a/v2"), ("Rev1.mid", "Rev1"),
    ],
)  # fmt: skip
def test_a_version_mark_is_no_part_of_the_song(name: str, song: str) -> None:
    assert song_of(name) == song


def test_a_recording_without_a_click_gets_bars_of_its_own(tmp_path: Path) -> None:
    played = [(round(397 * i + 35 * np.sin(i / 5)), 380, 60 + i % 7, 70) for i in range(80)]
    write_daw(tmp_path / "free.mid", {"Piano": Part(played)}, tempos=[(0, 120.0)])
    piece = used(tmp_path)
    assert "keep to no bars" in piece.left_out[0]
    # 397 ticks at 120 bpm are a beat of 145, or half of one.
    assert min(abs(piece.tempo / pace - 1) for pace in (145.1, 72.5)) < 0.06
    assert len(piece.deviations) == len(piece.score.notes)


def test_what_is_played_to_a_click_keeps_its_bars(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    played = [(240 * i + int(rng.normal(60, 12)), 200, 60 + i % 7, 70) for i in range(80)]
    write_daw(tmp_path / "live.mid", {"Piano": Part(played)}, tempos=[(0, 120.0)])
    piece = used(tmp_path)
    assert piece.tempo == pytest.approx(120) and piece.left_out == ()
    assert piece.moved_ms > 5
