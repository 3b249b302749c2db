"""What the tracks of a file are, and which of them are taken."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.data.tracks import Kind, Track, choose, find_keyswitches, is_drum_pattern, tracks_of
from engine.errors import PsychoscoreError
from engine.midi.events import parse_events
from tests.engine.data.daw import Part, beats, chords, line, write_daw


def tracks(path: Path) -> dict[str, Track]:
    return {each.name: each for each in tracks_of(parse_events(path.read_bytes(), path.name))}


def rows(part: Part) -> np.ndarray:
    return np.array([(on, on + length, pitch, v) for on, length, pitch, v in part.notes])


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("Anything", Part(line().notes, channel=10)),
        ("Drum Kit", line()),
        ("EZ Perc", line()),
        ("Stem 4", beats()),
    ],
)
def test_drums_are_known_by_channel_name_or_pattern(name: str, part: Part, tmp_path: Path) -> None:
    found = tracks(write_daw(tmp_path / "a.mid", {name: part, "Piano": chords()}))
    assert found[name].kind is Kind.DRUMS and found["Piano"].kind is Kind.PITCHED


def test_a_bass_on_the_keys_of_a_kit_is_music() -> None:
    walk = [36, 38, 40, 42, 36, 38, 44, 46, 35]
    bass = Part([(480 * i, 440, walk[i % 9], 80) for i in range(64)])
    assert not is_drum_pattern(rows(bass))
    assert is_drum_pattern(rows(beats()))


def test_keyswitches_are_found_below_the_music() -> None:
    tune = rows(line(32, low=55))
    far_below = rows(Part([(0, 30, 12, 127), (3840, 30, 14, 127)]))
    below = rows(Part([(0, 30, 24, 127), (3840, 30, 26, 127), (7680, 5760, 25, 127)]))
    assert find_keyswitches(np.concatenate([tune, far_below])).sum() == 2
    assert find_keyswitches(np.concatenate([tune, below])).sum() == 3
    assert not find_keyswitches(tune).any()


def test_low_notes_that_are_music_stay() -> None:
    tune = rows(line(32, low=60))
    # As long as music is, or too many of them.
    assert not find_keyswitches(np.concatenate([tune, rows(Part([(0, 960, 30, 90)] * 3))])).any()
    stabs = rows(Part([(480 * i, 60, 30, 90) for i in range(32)]))
    assert not find_keyswitches(np.concatenate([tune, stabs])).any()
    # A piano down to its lowest key has no gap.
    scale = rows(Part([(240 * i, 100, 21 + i, 80) for i in range(60)]))
    assert not find_keyswitches(scale).any()


def test_tracks_of_type_0_are_its_channels_with_their_instruments(tmp_path: Path) -> None:
    parts = {
        "a": Part(line().notes, channel=1, program=0),
        "b": Part(chords().notes, channel=3, program=48),
    }
    found = tracks(write_daw(tmp_path / "a.mid", parts, kind=0))
    assert list(found) == ["track 1, channel 1 (piano)", "track 1, channel 3 (ensemble)"]


def test_what_is_left_out_is_said(tmp_path: Path) -> None:
    strings = Part([*line(32, low=55).notes, (0, 30, 12, 127)])
    parts = {"Violins": strings, "Kit": beats(), "Click": line(), "KS": line(8)}
    chosen = choose(list(tracks(write_daw(tmp_path / "a.mid", parts)).values()))
    assert [track.name for track in chosen.tracks] == ["Violins"]
    assert chosen.left_out == (
        "1 keyswitches of Violins were left out (C0 to C0).",
        "Kit was left out: drums.",
        "Click was left out: click.",
        "KS was left out: keyswitches.",
    )


def test_the_composer_chooses_by_name(tmp_path: Path) -> None:
    parts = {"Piano": chords(), "Perc Marimba": line(), "Drums": Part(beats().notes, 10)}
    found = list(tracks(write_daw(tmp_path / "a.mid", parts)).values())
    chosen = choose(found, ["perc marimba", "DRUMS"])
    assert [track.name for track in chosen.tracks] == ["Perc Marimba"]
    assert chosen.left_out == (
        "Piano was not chosen.",
        "Perc Marimba was chosen and taken, though it seems drums.",
        "Drums was left out: drums.",
    )
    with pytest.raises(PsychoscoreError, match="no music: Piano was not chosen"):
        choose(found, ["Flute"])


def test_a_name_is_shown_as_one_plain_line(tmp_path: Path) -> None:
    found = tracks(write_daw(tmp_path / "a.mid", {"A\n \x07B" + "x" * 200: line()}))
    assert list(found) == [("A B" + "x" * 200)[:80]]
