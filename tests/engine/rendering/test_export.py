"""Takes as audio: notes sound where they stand, levels match, names count versions."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.errors import PsychoscoreError
from engine.rendering.audio_file import FORMATS, read_tags
from engine.rendering.export import AudioWish, Piece, Rendered, Rendering, export_audio
from engine.score import Control, Metre, Note, Score, TempoMap, Voice

NAME = "1M3 The letter A"


def score(velocity: int = 80, *, pitch: int = 60, pedal: bool = False, upbeat: int = 0) -> Score:
    """One bar of three seconds with two notes, the second after 1.5 s."""
    notes = (
        Note(-upbeat, 240, pitch, velocity, Voice.MELODY),
        Note(960, 240, pitch + 4, velocity, Voice.BASS),
    )
    controls = (Control(0, 64, 127),) if pedal else ()
    return Score(notes, (Metre(),), TempoMap(((0, 80.0),)), None, controls)


def export(folder: Path, *pieces: Piece, **wish: object) -> list[Rendered]:
    events = list(export_audio(pieces, folder, AudioWish(**wish)))
    shares = [event.share for event in events if isinstance(event, Rendering)]
    assert shares == sorted(shares) and all(0 <= share < 1 for share in shares)
    return [event for event in events if isinstance(event, Rendered)]


def onsets(path: Path) -> list[float]:
    """Seconds at which the sound of 5 ms windows rises tenfold."""
    samples, rate = soundfile.read(path)
    windows = np.abs(samples[: len(samples) // 240 * 240, 0]).reshape(-1, 240).max(axis=1)
    before = np.maximum(windows[:-4], 1e-4)
    rises = np.flatnonzero((windows[4:] > 10 * before) & (windows[4:] > 0.02)) + 4
    return [float(rises[0] * 240 / rate)] if len(rises) else []


def test_it_sounds_from_the_first_bar_and_rings_to_silence(tmp_path: Path) -> None:
    made = export(tmp_path, Piece(NAME, score()))[0]
    samples, rate = soundfile.read(made.path)
    assert made.path.name == f"{NAME}.wav" and rate == 48_000
    assert soundfile.info(made.path).subtype == "PCM_24"
    assert onsets(made.path) == pytest.approx([1.5], abs=0.03)
    assert 3.0 < made.seconds < 8.0
    assert np.abs(samples[: rate // 10]).max() > 0.05 > np.abs(samples[-rate // 2 :]).max() * 100


def test_what_lies_before_bar_1_comes_first(tmp_path: Path) -> None:
    plain, early = export(
        tmp_path, Piece("a", score()), Piece("b", score(upbeat=480)), matched=False
    )
    assert early.seconds == pytest.approx(plain.seconds + 0.75, abs=0.6)


def test_a_held_pedal_rings_longer_than_a_lifted_one(tmp_path: Path) -> None:
    def energy(path: Path) -> float:
        samples, rate = soundfile.read(path)
        return float((samples[int(2.2 * rate) : int(2.9 * rate)] ** 2).mean())

    dry, wet = export(tmp_path, Piece("a", score()), Piece("b", score(pedal=True)), matched=False)
    assert energy(wet.path) > 5 * energy(dry.path)


def test_chosen_takes_are_equally_loud_and_never_clip(tmp_path: Path) -> None:
    pieces = (Piece("a", score(30)), Piece("b", score(120)))
    quiet, loud = export(tmp_path, *pieces)
    assert quiet.lufs == pytest.approx(loud.lufs, abs=0.05)
    assert max(quiet.peak, loud.peak) <= -0.99
    apart = export(tmp_path / "apart", *pieces, matched=False)
    again = export(tmp_path / "again", *reversed(pieces), matched=False)
    assert again[0].path.read_bytes() == apart[1].path.read_bytes()
    assert apart[1].lufs - apart[0].lufs > 6 and max(each.peak for each in apart) <= -0.99


@pytest.mark.parametrize("ending", sorted(FORMATS))
def test_each_format_reads_back_as_the_same_sound(tmp_path: Path, ending: str) -> None:
    notice = "Non-commercial use only: composed with EMOPIA (CC BY-NC-SA 4.0)."
    made = export(tmp_path, Piece(NAME, score(), notice), ending=ending)[0]
    first = export(tmp_path, Piece(NAME, score(), notice), ending="wav")[0]
    assert made.path.stem == first.path.stem == NAME
    samples, rate = soundfile.read(made.path)
    expected, _ = soundfile.read(first.path)
    assert rate == 48_000 and len(samples) == pytest.approx(len(expected), abs=2400)
    count = min(len(samples), len(expected))
    match = np.corrcoef(samples[:count, 0], expected[:count, 0])[0, 1]
    assert match > 0.99
    tags = read_tags(made.path)
    assert tags is not None and tags.title == NAME and notice in tags.comment


def test_versions_follow_the_music(tmp_path: Path) -> None:
    first = export(tmp_path, Piece(NAME, score()))[0]
    again = export(tmp_path, Piece(NAME, score()))[0]
    assert again.path == first.path and first.fresh and not again.fresh
    changed = export(tmp_path, Piece(NAME, score(pitch=62)))[0]
    assert changed.path.name == f"{NAME} v2.wav"
    assert export(tmp_path, Piece(NAME, score()), ending="flac")[0].path.name == f"{NAME}.flac"
    other = export(tmp_path, Piece(NAME, score(pitch=62)), ending="flac")[0]
    assert other.path.name == f"{NAME} v2.flac"


def test_a_stranger_of_that_name_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / f"{NAME}.wav").write_text("somebody's")
    made = export(tmp_path, Piece(NAME, score()))[0]
    assert made.path.name == f"{NAME} v2.wav"
    assert (tmp_path / f"{NAME}.wav").read_text() == "somebody's"


def test_left_early_it_leaves_nothing(tmp_path: Path) -> None:
    running = export_audio([Piece(NAME, score())], tmp_path / "out", AudioWish())
    next(running)
    running.close()
    assert not (tmp_path / "out").exists()


def test_without_sound_there_is_a_sentence(tmp_path: Path) -> None:
    broken = tmp_path / "no.sf2"
    with pytest.raises(PsychoscoreError, match="does not exist"):
        export(tmp_path, Piece(NAME, score()), soundfont=broken)
    broken.write_text("no sound")
    with pytest.raises(PsychoscoreError, match=r"no\.sf2"):
        export(tmp_path, Piece(NAME, score()), soundfont=broken)
    with pytest.raises(PsychoscoreError, match="aiff"):
        export(tmp_path, Piece(NAME, score()), ending="aiff")
