"""POP909: bars from the third column, voices from tracks, everything on the grid."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.data.piece import Chord, Piece, Refused
from engine.data.pop909 import pop909_split, read_pop909, split_bass
from engine.errors import PsychoscoreError
from engine.score import Key, Note, Voice
from tests.engine.data.miniature import Played, beat_lines, pop909_song, write_zip


def steps(first: float, interval: float, count: int, pitch: int = 70) -> list[Played]:
    return [(first + i * interval, interval * 0.9, pitch + i % 3, 80) for i in range(count)]


def read_one(tmp_path: Path, *song: object, **more: object) -> Piece:
    made = pop909_song(*song, **more)  # type: ignore[arg-type]
    (piece,) = read_pop909(write_zip(tmp_path / "pop.zip", made))
    assert isinstance(piece, Piece), piece
    return piece


def test_bars_start_where_the_third_column_is_one(tmp_path: Path) -> None:
    beats = beat_lines([4, 4, 4], 0.6, first=0.2, upbeat=2)
    tracks = {"MELODY": steps(0.2 + 2 * 0.6, 0.6, 12), "PIANO": []}
    piece = read_one(tmp_path, "001", tracks, beats)
    assert [str(metre) for metre in piece.score.metres] == ["4/4"] * 3
    assert [note.onset for note in piece.score.notes] == [480 * i for i in range(12)]
    assert piece.tempo == pytest.approx(100)
    assert piece.moved_ms < 1


def test_an_upbeat_gets_a_bar_of_its_own(tmp_path: Path) -> None:
    beats = beat_lines([4, 4], 0.5, first=1.0, upbeat=1)
    piece = read_one(tmp_path, "001", {"MELODY": steps(1.0, 0.5, 9)}, beats)
    assert [str(metre) for metre in piece.score.metres] == ["4/4"] * 3
    assert piece.score.notes[0].onset == 3 * 480


def test_notes_follow_beats_that_change_speed(tmp_path: Path) -> None:
    times, now = [], 0.0
    for beat in range(16):
        times.append(now)
        now += 0.5 + 0.02 * beat
    beats = "\n".join(f"{t} 0.0 {float(i % 4 == 0)}" for i, t in enumerate(times))
    sixteenths = [
        (a + (b - a) * k / 4, 0.05, 70 + k, 80)
        for a, b in zip(times, times[1:], strict=False)
        for k in range(4)
    ]
    piece = read_one(tmp_path, "001", {"MELODY": sixteenths}, beats)
    assert [note.onset for note in piece.score.notes] == [120 * i for i in range(60)]


def test_odd_bars_get_a_metre_or_are_cut(tmp_path: Path) -> None:
    bars = [4, 4, 2, 6, 1, 4, 5, 7, 4]
    beats = beat_lines(bars, 0.5, first=0.0)
    piece = read_one(tmp_path, "001", {"MELODY": steps(0.0, 0.5, sum(bars))}, beats)
    assert [str(metre) for metre in piece.score.metres] == [
        *("4/4", "4/4", "2/4", "4/4", "2/4", "4/4", "5/4", "4/4", "3/4", "4/4")
    ]
    # The note of the bar with one beat went with it.
    assert len(piece.score.notes) == sum(bars) - 1


def test_quick_beats_in_six_are_eighths_and_slow_ones_quarters(tmp_path: Path) -> None:
    quick = read_one(
        tmp_path, "001", {"MELODY": steps(0, 0.4, 24)}, beat_lines([6] * 4, 0.4, first=0.0)
    )
    assert {str(metre) for metre in quick.score.metres} == {"6/8"}
    assert quick.score.notes[1].onset == 240
    assert quick.tempo == pytest.approx(75)
    slow = read_one(
        tmp_path, "001", {"MELODY": steps(0, 0.8, 24)}, beat_lines([6] * 4, 0.8, first=0.0)
    )
    assert [str(metre) for metre in slow.score.metres] == ["3/4"] * 8
    assert slow.score.notes[1].onset == 480


def test_tracks_become_voices_and_the_piano_gives_the_bass(tmp_path: Path) -> None:
    tracks: dict[str, list[Played]] = {
        "MELODY": [(0.0, 0.5, 76, 90)],
        "BRIDGE": [(0.0, 0.5, 69, 70)],
        "PIANO": [(0.0, 0.5, 41, 60), (0.0, 0.5, 53, 60), (0.0, 0.5, 57, 60)],
    }
    piece = read_one(tmp_path, "001", tracks, beat_lines([4, 4, 4], 0.5, first=0.0))
    assert {note.pitch: note.voice for note in piece.score.notes} == {
        76: Voice.MELODY,
        69: Voice.INNER,
        57: Voice.ACCOMPANIMENT,
        53: Voice.ACCOMPANIMENT,
        41: Voice.BASS,
    }


@pytest.mark.parametrize(
    ("pitches", "bass"),
    [((36,), 36), ((50,), None), ((55, 59, 62), None), ((45, 57, 60), 45), ((62, 72), None)],
)
def test_the_bass_stands_clear(pitches: tuple[int, ...], bass: int | None) -> None:
    chord = [Note(0, 480, pitch, 80, Voice.ACCOMPANIMENT) for pitch in pitches]
    low = [note.pitch for note in split_bass(chord) if note.voice is Voice.BASS]
    assert low == ([] if bass is None else [bass])


def test_key_and_chords_are_read(tmp_path: Path) -> None:
    beats = beat_lines([4, 4, 4], 0.5, first=0.0)
    piece = read_one(tmp_path, "001", {"MELODY": steps(0.0, 0.5, 12)}, beats)
    assert piece.score.key == Key(10, "minor")
    assert piece.chords == (
        Chord(None, "", 0),
        Chord(10, "min", 960),
        Chord(3, "maj/3", 2880),
    )


def test_the_longest_key_wins(tmp_path: Path) -> None:
    beats = beat_lines([4, 4, 4], 0.5, first=0.0)
    key = "0 10 Gb:maj\n10 50 C:maj\n50 70 Gb:maj"
    piece = read_one(tmp_path, "001", {"MELODY": steps(0.0, 0.5, 12)}, beats, key=key)
    assert piece.score.key == Key(0, "major")


def test_everything_lies_on_the_grid_inside_the_bars(tmp_path: Path) -> None:
    ragged = [(i * 0.237, 0.01 + 0.3 * (i % 5), 60 + i % 12, 80) for i in range(40)]
    piece = read_one(tmp_path, "001", {"PIANO": ragged}, beat_lines([4] * 5, 0.5, first=0.0))
    for note in piece.score.notes:
        assert note.onset % 40 == note.duration % 40 == 0
        assert note.duration >= 40
        assert note.end <= piece.score.end


def test_a_damaged_song_is_refused_and_the_others_are_read(tmp_path: Path) -> None:
    beats = beat_lines([4, 4, 4], 0.5, first=0.0)
    notes = {"MELODY": steps(0.0, 0.5, 12)}
    members = pop909_song("001", notes, beats)
    for number in ("002", "003", "004", "005", "006"):
        members |= pop909_song(number, notes, beats)
    members["POP909/001/001.mid"] = b"no music"
    members["POP909/002/beat_midi.txt"] = "0.0 1.0"
    members["POP909/003/key_audio.txt"] = "H"
    del members["POP909/004/chord_midi.txt"]
    members["POP909/005/005.mid"] = bytes(members["POP909/005/005.mid"])[:40]  # type: ignore[arg-type]
    found = list(read_pop909(write_zip(tmp_path / "pop.zip", members)))
    assert [type(each) for each in found] == [Refused] * 5 + [Piece]
    assert all(each.reason for each in found if isinstance(each, Refused))


def test_another_archive_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(PsychoscoreError, match="no songs of POP909"):
        list(read_pop909(write_zip(tmp_path / "other.zip", {"a.txt": "b"})))


def test_the_split_is_fixed() -> None:
    songs = [f"pop909/{number:03d}" for number in range(1, 910)]
    validation = [song for song in songs if pop909_split(song) == "validation"]
    assert len(validation) == 49
    assert validation[:3] == ["pop909/029", "pop909/056", "pop909/077"]
