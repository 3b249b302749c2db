"""Bad input on the command line: a sentence that names file and place, exit code 1, no more.

What each reader refuses is proved beside it; here it is what a person or a script gets to see.
No display and no port are proved by the tests of the entry point and of `play`.
"""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from app.__main__ import main
from engine.config.layers import default_user_folder
from engine.resources import resource
from engine.user_data import user_data_folder
from tests.end_to_end.command_line import OBEYING_RIGHTS, ON_A_FULL_DISK, psychoscore

Refused = Callable[..., str]
OLD = b"an older take"
HEAD = b"MThd\0\0\0\6\0\1\0\2\1\xe0MTrk\0\0\xff\xff\x00\x90"
# What a pickle looks like that runs a command when it is loaded, written by hand.
PICKLE = b"cos\nsystem\n(S'echo > PLACE'\ntR."


@pytest.fixture
def refused(capsys: pytest.CaptureFixture[str]) -> Refused:
    """Runs words that must fail in order, and gives the sentence."""

    def run(*words: str | Path) -> str:
        assert main([str(word) for word in words]) == 1
        out, err = capsys.readouterr()
        _is_one_sentence(err)
        assert out == ""
        return err

    return run


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """A take that is there already and must stay."""
    path = tmp_path / "out.mid"
    path.write_bytes(OLD)
    return path


def _is_one_sentence(err: str) -> None:
    assert err.startswith("psychoscore: ") and err.count("\n") == 1, err
    assert err.rstrip("\n")[-1] in ".?" and "Traceback" not in err and "Unexpected" not in err, err


@pytest.mark.parametrize("word", ["analyse", "play"])
@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (HEAD, "damaged near byte 24"),
        (b"No music at all.\n", "not a MIDI file"),
        (b"", "is empty"),
    ],
    ids=["corrupt", "text", "empty"],
)
def test_a_file_that_is_no_music(
    refused: Refused, tmp_path: Path, word: str, content: bytes, reason: str
) -> None:
    path = tmp_path / "in.mid"
    path.write_bytes(content)
    said = refused(word, path)
    assert str(path) in said and reason in said
    assert path.read_bytes() == content


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('{"name": "hamlet",\n "temprature": {}}', 'line 2, column 2: unknown key "temprature"'),
        ('{"name": "hamlet",\n', "line 2, column 1"),
        ('{"temperature": {"base_temperature": NaN}}', "line 1, column"),
        ("no json", "line 1, column 1"),
        ("", "line 1"),
    ],
    ids=["unknown key", "cut off", "NaN", "text", "empty"],
)
def test_a_project_file_that_is_wrong(
    refused: Refused, tmp_path: Path, out: Path, text: str, place: str
) -> None:
    path = tmp_path / "psychoscore.json"
    path.write_text(text)
    for words in (
        ("config", "show", "--project", tmp_path),
        ("config", "validate", path),
        ("generate", "--project", tmp_path, "--out", out),
    ):
        said = refused(*words)
        assert str(path) in said and place in said
    assert path.read_text() == text and out.read_bytes() == OLD


def test_settings_of_the_user_that_are_wrong_are_named_and_kept(
    refused: Refused, out: Path
) -> None:
    path = default_user_folder() / "settings.json"
    path.parent.mkdir(parents=True)
    path.write_text('{\n "musik": {}}')
    said = refused("generate", "--out", out)
    assert f'{path}, line 2, column 2: unknown key "musik"' in said
    assert path.read_text() == '{\n "musik": {}}' and out.read_bytes() == OLD


@pytest.mark.parametrize(
    ("option", "value", "sentence"),
    [
        ("--trauma", "1.5", "trauma is 1.5, but it must lie between 0 and 1."),
        ("--entropy", "-0.1", "entropy is -0.1, but it must lie between 0 and 1."),
        ("--trauma", "nan", "trauma is nan"),
        ("--rsi", "0-1.5j", "rsi_imaginary is -1.5"),
        ("--lane", "trauma=1:0.1,9:1.5", "Lane trauma: 1.5 at bar 9"),
        ("--lane", "trama=1:0.1", "'trama'"),
        ("--bars", "0", "0 bars"),
        ("--bars", "100000", "100000 bars"),
        ("--tempo", "inf", "Tempo inf"),
        ("--takes", "99", "99 takes"),
        ("--seed", "-1", "Seed -1"),
        ("--guidance", "nan", "Guidance nan"),
        ("--fixed-temperature", "0", "Temperature 0"),
        ("--time-signature", "4/5", "4/5"),
        ("--preset", "tragdy", 'Did you mean "tragedy"?'),
        ("--model", "nobody", "'nobody'"),
        ("--cue", "1M3", "--project"),
    ],
)
def test_a_value_out_of_range(
    refused: Refused, out: Path, option: str, value: str, sentence: str
) -> None:
    assert sentence in refused("generate", option, value, "--out", out)
    assert out.read_bytes() == OLD


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--trauma", "much"), "'much'"),
        (("--rsi", "loud"), "'loud' is not a complex number such as 0.3+0.6j"),
        (("--key", "H"), "'H' is not a key such as D, Dm, DM or F#m"),
        (("--lane", "trauma"), "'trauma' is not a lane such as trauma=1:0.1,9:0.9"),
        (("--attribute", "onset_rate"), "'onset_rate' is not an attribute"),
        (("--time-signature", "waltz"), "'waltz' is not a time signature such as 4/4"),
        (("--loudness", "1"), "--loudness"),
        (("--bars",), "--bars"),
    ],
)
def test_a_malformed_option_is_2(
    capsys: pytest.CaptureFixture[str], out: Path, words: tuple[str, ...], said: str
) -> None:
    assert main(["generate", "--out", str(out), *words]) == 2
    printed = capsys.readouterr()
    assert printed.out == "" and said in printed.err.splitlines()[-1]
    assert out.read_bytes() == OLD


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ('{"id": "b", "trauma": 1.5}', "line 2: trauma is 1.5"),
        ('{"id": "b", "trama": 0.5}', "line 2: unrecognized arguments: --trama"),
        ('{"id": "b", "key": "H"}', "line 2: argument --key: 'H' is not a key"),
        ('{"id": "b",', "line 2, column 12, is no JSON"),
        ('{"trauma": 0.5}', 'line 2 must be an object with an "id"'),
        ('{"id": "../b"}', "line 2: the id '../b' cannot be a file's name"),
        ('{"id": "a"}', "line 2: line 1 has the id 'a' too"),
    ],
)
def test_a_wrong_line_of_a_batch_composes_nothing(
    refused: Refused, tmp_path: Path, line: str, place: str
) -> None:
    batch, folder = tmp_path / "wishes.jsonl", tmp_path / "takes"
    batch.write_text('{"id": "a"}\n' + line + "\n")
    said = refused("generate", "--batch", batch, "--out", folder)
    assert str(batch) in said and place in said
    assert not folder.exists()


def _checkpoint(folder: Path) -> Path:
    return Path(shutil.copytree(resource("checkpoints/open"), folder))


def _cut(folder: Path) -> Path:
    weights = folder / "weights.safetensors"
    with weights.open("rb+") as stream:
        stream.truncate(weights.stat().st_size // 2)
    return weights


def _pickled(folder: Path) -> Path:
    weights = folder / "weights.safetensors"
    weights.write_bytes(PICKLE.replace(b"PLACE", str(folder / "ran").encode()))
    return weights


def _pickled_in_a_zip(folder: Path) -> Path:
    weights = folder / "weights.safetensors"
    with zipfile.ZipFile(weights, "w") as archive:
        ran = str(folder / "ran").encode()
        archive.writestr("archive/data.pkl", PICKLE.replace(b"PLACE", ran))
    return weights


def _without_weights(folder: Path) -> Path:
    weights = folder / "weights.safetensors"
    weights.unlink()
    return weights


def _with_another_shape(folder: Path) -> Path:
    card = folder / "card.json"
    raw = json.loads(card.read_text())
    raw["config"]["layers"] += 1
    card.write_text(json.dumps(raw))
    return folder / "weights.safetensors"


def _with_a_broken_card(folder: Path) -> Path:
    (folder / "card.json").write_text("{")
    return folder / "card.json"


@pytest.mark.parametrize(
    "spoil",
    [
        _cut,
        _pickled,
        _pickled_in_a_zip,
        _without_weights,
        _with_another_shape,
        _with_a_broken_card,
    ],
)
def test_a_spoilt_checkpoint(
    refused: Refused, tmp_path: Path, out: Path, spoil: Callable[[Path], Path]
) -> None:
    named = spoil(_checkpoint(tmp_path / "model"))
    said = refused("generate", "--model", tmp_path / "model", "--bars", "1", "--out", out)
    assert str(named) in said
    assert not (tmp_path / "model" / "ran").exists() and out.read_bytes() == OLD


def test_the_model_that_a_project_names_is_never_a_path(
    refused: Refused, tmp_path: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _checkpoint(tmp_path / "elsewhere")
    (tmp_path / "psychoscore.json").write_text('{"generation": {"model": "elsewhere"}}')
    monkeypatch.chdir(tmp_path)
    said = refused("generate", "--project", tmp_path, "--bars", "1", "--out", out)
    assert "'elsewhere'" in said and out.read_bytes() == OLD


def test_a_zip_bomb_is_refused_and_makes_no_data_set(refused: Refused, tmp_path: Path) -> None:
    bomb = tmp_path / "EMOPIA_1.0.zip"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("EMOPIA_1.0/midis/Q1_a_0.mid", b"\0" * 60_000_000)
    said = refused("data", "import", bomb)
    assert bomb.name in said and "zip bomb" in said
    kept = [path for path in user_data_folder().rglob("*") if path.is_file()]
    assert kept == []


def _compose_to(out: Path, prepared: str = "") -> str:
    done = psychoscore("generate", "--bars", "1", "--out", out, prepared=prepared)
    assert (done.returncode, done.stdout) == (1, ""), done.stderr
    _is_one_sentence(done.stderr)
    return done.stderr


def test_a_full_disk_keeps_the_older_take(out: Path) -> None:
    said = _compose_to(out, ON_A_FULL_DISK)
    assert f"{out} could not be saved: the disk takes no file of that size." in said
    assert out.read_bytes() == OLD and [path.name for path in out.parent.iterdir()] == [out.name]


def test_a_folder_that_may_only_be_read_keeps_the_older_take(out: Path) -> None:
    out.parent.chmod(0o555)
    said = _compose_to(out, OBEYING_RIGHTS)
    out.parent.chmod(0o755)
    assert f"{out} could not be saved: you may not write there." in said
    assert out.read_bytes() == OLD and [path.name for path in out.parent.iterdir()] == [out.name]
