"""`psychoscore infill` and `psychoscore continue` as a user calls them, with a tiny model."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from engine.cli.main import main
from engine.evaluation.copies import pitch_line
from engine.evaluation.known_music import KnownMusic
from engine.hole import Hole
from engine.midi.file import midi_bytes, read_provenance, read_score, write_midi
from engine.score import Key, Metre, Note, Score, TempoMap, Voice
from engine.take import Provenance, parse_provenance
from tests.engine.tiny import tiny_checkpoint

Call = Callable[..., tuple[int, str, str]]


def song(bars: int = 6) -> Score:
    notes: list[Note] = []
    for bar in range(bars):
        for beat in range(4):
            onset = 1920 * bar + 480 * beat
            notes.append(Note(onset, 400, 72 + (bar * beat) % 5, 80, Voice.MELODY))
        notes.append(Note(1920 * bar, 1900, 48 + bar % 3, 60, Voice.BASS))
    notes.sort(key=lambda note: (note.onset, note.voice, note.pitch))
    return Score(tuple(notes), (Metre(),) * bars, TempoMap(((0, 90.0),)), Key(0, "major"))


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_checkpoint(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture
def call(tiny: Path, capsys: pytest.CaptureFixture[str]) -> Call:
    """Calls a command; gives exit code, stdout and stderr."""

    def called(*words: object) -> tuple[int, str, str]:
        code = main([*map(str, words), "--model", str(tiny)])
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return code, out, err

    return called


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "in.mid"
    write_midi(song(), path)
    return path


def provenance(path: Path) -> Provenance:
    text = read_provenance(path)
    assert text is not None
    return parse_provenance(text)


def test_every_word_arrives(call: Call, file: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.mid"
    code, said, err = call(
        "infill", file, "--bars", "3-4", "--voice", "melody", "--voice", "bass",
        "--pitches", "60-90", "--trauma", ".9", "--seed", 5, "--guidance", "1.5",
        "--attribute", "onset_rate=0.1", "--fixed-temperature", "0.9", "--out", out,
    )  # fmt: skip
    assert (code, err) == (0, "")
    assert said.startswith(f"{out}: ") and "bars 3-4, melody, bass, pitches 60-90" in said
    made = provenance(out)
    hole = Hole(3, 4, (Voice.MELODY, Voice.BASS), (60, 90))
    assert made.hole == hole and made.temperatures == (0.9, 0.9)
    assert (made.request.lanes.profile.trauma, made.request.seed) == (0.9, 5)
    assert (made.request.guidance, made.request.key) == (1.5, Key(0, "major"))
    assert "in.mid" in made.lineage
    _, staying = hole.split(song())
    assert set(staying) <= set(read_score(out).notes)


def test_what_is_not_wished_stays_as_the_music_around(call: Call, tmp_path: Path) -> None:
    made = []
    for velocity in (30, 110):
        loud = replace(song(), notes=tuple(replace(n, velocity=velocity) for n in song().notes))
        path = tmp_path / f"{velocity}.mid"
        write_midi(loud, path)
        assert call("infill", path, "--bars", "3", "--rsi", "0.5+0.1j", "--out", path)[0] == 0
        made.append(provenance(path).request.lanes.profile)
    assert made[0].entropy < made[1].entropy
    assert all(profile.rsi == 0.5 + 0.1j for profile in made)


def test_kept_rhythm_and_numbered_takes(call: Call, file: Path, tmp_path: Path) -> None:
    out = tmp_path / "new" / "out.mid"
    code, said, _ = call(
        "infill", file, "--bars", "2-3", "--keep-rhythm", "--takes", 2, "--json", "--out", out
    )
    assert code == 0
    rows = {row["take"]: row for row in map(json.loads, said.splitlines())}
    assert [rows[take]["file"] for take in (0, 1)] == [
        str(out.with_name(f"out-{n}.mid")) for n in (1, 2)
    ]
    assert rows[0]["composed"] == [2, 3] and rows[0]["new_notes"] == 10
    assert len(rows[0]["temperatures"]) == 2
    results = [read_score(Path(rows[take]["file"])).notes for take in (0, 1)]
    for notes in results:
        times = [(n.onset, n.duration, n.velocity, n.voice) for n in notes]
        assert sorted(times) == sorted(
            (n.onset, n.duration, n.velocity, n.voice) for n in song().notes
        )
    assert results[0] != results[1]


def test_a_file_goes_on(call: Call, file: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.mid"
    code, said, _ = call(
        "continue", file, "--bars", 3, "--time-signature", "3/4", "--tempo", 60, "--out", out
    )
    assert code == 0 and "bars 7-9" in said
    score = read_score(out)
    assert score.notes[: len(song().notes)] == song().notes
    assert score.metres == (*song().metres, *((Metre(3, 4),) * 3))
    assert (score.tempo_map.bpm(0), score.tempo_map.bpm(6 * 1920)) == (90, 60)
    assert all(note.onset >= 6 * 1920 for note in score.notes[len(song().notes) :])
    again = tmp_path / "again.mid"
    words = ("--time-signature", "3/4", "--tempo", 60, "--out", again)
    assert call("continue", file, "--bars", 3, *words)[0] == 0
    assert again.read_bytes() == out.read_bytes()


def test_licences_travel_on(call: Call, tmp_path: Path) -> None:
    path, out = tmp_path / "in.mid", tmp_path / "out.mid"
    write_midi(song(), path)
    assert call("infill", path, "--bars", "2", "--out", path)[0] == 0
    made = replace(provenance(path), non_commercial=True, lineage=("EMOPIA (CC BY-NC-SA)",))
    from engine.take import provenance_json

    path.write_bytes(midi_bytes(read_score(path), provenance_json(made)))
    code, said, _ = call("infill", path, "--bars", "3", "--out", out)
    assert code == 0 and "non-commercial" in said
    assert "EMOPIA (CC BY-NC-SA)" in provenance(out).lineage


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("infill", "{file}", "--bars", "5-9", "--out", "o.mid"), 1, "has no bar 9: it has 6 bars"),
        (("infill", "{file}", "--bars", "4-2", "--out", "o.mid"), 1, "Bars 4-2 are no range"),
        (("infill", "{file}", "--bars", "two", "--out", "o.mid"), 2, "not a range such as 5-8"),
        (("infill", "{file}", "--bars", "2"), 1, "Add --out"),
        (("infill", "{file}", "--out", "o.mid"), 2, "--bars"),
        (("infill", "{file}", "--bars", "2", "--voice", "tuba", "--out", "o.mid"), 2, "tuba"),
        (("infill", "nowhere.mid", "--bars", "2", "--out", "o.mid"), 1, "no file nowhere.mid"),
        (("continue", "{file}", "--bars", "0", "--out", "o.mid"), 1, "1 to 512"),
        (("continue", "{file}", "--bars", "507", "--out", "o.mid"), 1, "513 bars"),
        (("infill", "{file}", "--bars", "2", "--trauma", "3", "--out", "o.mid"), 1, "trauma"),
    ],
)
def test_what_cannot_be_is_a_sentence(
    call: Call, file: Path, words: tuple[str, ...], code: int, said: str
) -> None:
    found, _, err = call(*(word.format(file=file) for word in words))
    assert found == code and said.lower() in err.lower()


def test_a_filled_hole_tells_what_it_shares_with_known_music(
    tiny: Path, file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = tmp_path / "knowing"
    shutil.copytree(tiny, model)
    line = pitch_line(song())
    KnownMusic.build([(line, pitch_line(song(), melody=True))]).save(model)
    out = tmp_path / "out.mid"
    words = ["infill", file, "--bars", "6", "--out", out, "--json"]
    assert main([*map(str, words), "--model", str(model)]) == 0
    told = json.loads(capsys.readouterr().out)
    # The five bars that stay are the song itself.
    assert told["shared"] >= len(line) - len(line) // 6 - 1
    assert provenance(out).shared == told["shared"]
