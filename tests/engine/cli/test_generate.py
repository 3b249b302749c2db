"""`psychoscore generate` as a user calls it, with a tiny model of the test's own."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from engine.cli.main import main
from engine.config.own import OwnSettings
from engine.lanes import Lane
from engine.midi.file import read_midi, read_provenance, read_score
from engine.project.cue import new_cue
from engine.project.cue_marks import MetreMark
from engine.project.folder import create_project, save_project
from engine.score import Key, Metre
from engine.take import Provenance, parse_provenance
from tests.engine.tiny import tiny_checkpoint

Call = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_checkpoint(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture
def call(tiny: Path, capsys: pytest.CaptureFixture[str]) -> Call:
    """Calls the command; gives exit code, stdout and stderr."""

    def called(*words: object, model: object = tiny) -> tuple[int, str, str]:
        code = main(["generate", "--model", str(model), *map(str, words)])
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return code, out, err

    return called


def provenance(path: Path) -> Provenance:
    text = read_provenance(path)
    assert text is not None
    return parse_provenance(text)


def batch_file(folder: Path, *lines: object) -> Path:
    path = folder / "wishes.jsonl"
    text = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    path.write_text("\n".join(text) + "\n")
    return path


def test_every_word_of_the_contract_arrives_in_the_take(call: Call, tmp_path: Path) -> None:
    out = tmp_path / "cue.mid"
    code, said, err = call(
        "--trauma", ".8", "--entropy", ".2", "--rsi", "0.3+0.6j", "--bars", "6", "--tempo", "72",
        "--key", "Dm", "--time-signature", "3/4", "--seed", "7", "--guidance", "1.5",
        "--attribute", "onset_rate=0.1", "--texture", "drone", "--top-p", "0.9",
        "--lane", "trauma=1:0.1,4:0.1,4:0.9", "--out", out,
    )  # fmt: skip
    assert (code, err) == (0, "")
    assert said.startswith(f"{out}: ") and "6 bars" in said
    request = provenance(out).request
    profile = request.lanes.profile
    assert (profile.trauma, profile.entropy, profile.rsi) == (0.8, 0.2, 0.3 + 0.6j)
    assert request.lanes.lanes[0].points == ((1, 0.1), (4, 0.1), (4, 0.9))
    assert request.metres == (Metre(3, 4),) * 6
    assert request.tempo_map.marks == ((0, 72.0),)
    assert (request.key, request.seed, request.guidance) == (Key(2, "minor"), 7, 1.5)
    assert (request.attributes, request.texture) == ((("onset_rate", 0.1),), "drone")
    assert request.top_p == 0.9
    # .7 + .5 * .2 - .3 * trauma + .1
    assert provenance(out).temperatures == pytest.approx((0.87,) * 3 + (0.63,) * 3)
    score = read_score(out)
    assert score.metres == request.metres and score.key == Key(2, "minor")
    assert score.tempo_map.bpm(0) == pytest.approx(72, rel=1e-4)
    # mido reads what was written without complaint, with tracks that name their voices.
    assert set(note.voice.name for note in read_midi(out).score.notes)


def test_the_same_words_give_the_same_bytes(call: Call, tmp_path: Path) -> None:
    out = tmp_path / "a.mid"
    words = ("--bars", 3, "--seed", 5, "--fixed-temperature", "0.95", "--out", out)
    assert call(*words)[0] == 0
    first = out.read_bytes()
    assert call(*words)[0] == 0
    assert out.read_bytes() == first
    assert provenance(out).temperatures == (0.95,) * 3


def test_several_takes_are_numbered_and_differ(call: Call, tmp_path: Path) -> None:
    out = tmp_path / "new" / "cue.mid"
    code, said, _ = call("--bars", 2, "--takes", 3, "--json", "--out", out)
    assert code == 0
    files = sorted(path.name for path in out.parent.iterdir())
    assert files == ["cue-1.mid", "cue-2.mid", "cue-3.mid"]
    rows = [json.loads(line) for line in said.splitlines()]
    assert {row["file"] for row in rows} == {str(out.parent / name) for name in files}
    assert sorted(row["take"] for row in rows) == [0, 1, 2]
    assert all(row["bars"] == 2 and len(row["temperatures"]) == 2 for row in rows)
    notes = {read_score(out.parent / name).notes for name in files}
    assert len(notes) == 3
    alone = tmp_path / "alone.mid"
    assert call("--bars", 2, "--out", alone)[0] == 0
    assert read_score(alone).notes == read_score(out.parent / "cue-1.mid").notes


def test_a_preset_gives_what_is_not_typed(call: Call, tmp_path: Path) -> None:
    out = tmp_path / "a.mid"
    assert call("--preset", "tragedy", "--bars", 1, "--trauma", 0.1, "--out", out)[0] == 0
    request = provenance(out).request
    assert (request.lanes.profile.trauma, request.lanes.profile.entropy) == (0.1, 0.35)
    assert request.temperature.base_temperature == 0.65 and request.mode == "minor"
    assert call("--preset", "tragedy", "--bars", 1, "--key", "D", "--out", out)[0] == 0
    assert provenance(out).request.key == Key(2, "minor")
    assert call("--bars", 1, "--key", "D", "--out", out)[0] == 0
    assert provenance(out).request.key == Key(2)


def test_a_cue_of_a_project_gives_its_lanes_and_music(call: Call, tmp_path: Path) -> None:
    project = tmp_path / "film"
    state = create_project(project, "film", OwnSettings().with_value("music.tempo", 66.0))
    cue = new_cue("1M3", bars=5, seed=11).replace(
        lanes=(Lane("entropy", ((1.0, 0.0), (5.0, 1.0))),),
        metres=(MetreMark(bar=1, metre=Metre(3, 4)),),
    )
    save_project(project, replace(state, cues=(cue,)))
    out = tmp_path / "a.mid"
    code, _, err = call("--project", project, "--cue", "1M3", "--out", out)
    assert (code, err) == (0, "")
    request = provenance(out).request
    assert request.bars == 5 and request.seed == 11 and request.metres[0] == Metre(3, 4)
    assert request.lanes.profile_at(3).entropy == 0.5
    assert request.tempo_map.bpm(0) == 66
    code, _, err = call("--project", project, "--cue", "9M9", "--out", out)
    assert code == 1 and "9M9" in err and "1M3" in err
    code, _, err = call("--cue", "1M3", "--out", out)
    assert code == 1 and "--project" in err


def test_a_batch_is_one_file_a_line(call: Call, tmp_path: Path) -> None:
    path = batch_file(
        tmp_path,
        {"id": "a", "bars": 2, "trauma": 0.9, "seed": 1},
        "",
        {"id": "b c", "bars": 4, "time_signature": "6/8", "rsi": "-0.5+0.2j", "key": "F#m",
         "lane": ["trauma=1:0,5:1", "entropy=1:1"], "attribute": ["leaps=0.5"],
         "fixed_temperature": 0.95, "seed": 2},
        {"id": "größer", "bars": 1},
    )  # fmt: skip
    out = tmp_path / "takes"
    code, said, err = call("--batch", path, "--out", out, "--json")
    assert (code, err) == (0, "")
    assert sorted(each.name for each in out.iterdir()) == ["a.mid", "b c.mid", "größer.mid"]
    assert len([json.loads(line) for line in said.splitlines()]) == 3
    request = provenance(out / "b c.mid").request
    assert request.metres == (Metre(6, 8),) * 4 and request.key == Key(6, "minor")
    assert request.lanes.profile.rsi == -0.5 + 0.2j
    assert [lane.name for lane in request.lanes.lanes] == ["trauma", "entropy"]
    assert provenance(out / "a.mid").batch == 6


def test_more_lines_than_one_tensor_batch(call: Call, tmp_path: Path) -> None:
    path = batch_file(tmp_path, *({"id": f"t{i}", "bars": 1, "seed": i} for i in range(19)))
    assert call("--batch", path, "--out", tmp_path / "takes")[0] == 0
    assert len(list((tmp_path / "takes").iterdir())) == 19


GOOD = {"id": "good", "bars": 1}
BAD_LINES: list[tuple[Any, str]] = [
    ('{"id": "a", ', "no JSON"),
    ("[" * 100_000, "line 2"),
    ("5", "object"),
    ('["a"]', "object"),
    ({"bars": 1}, '"id"'),
    ({"id": 5}, '"id"'),
    ({"id": "good"}, "good"),
    ({"id": "GOOD"}, "GOOD"),
    ({"id": "../up"}, "'../up'"),
    ({"id": "/etc/x"}, "'/etc/x'"),
    ({"id": "a\\b"}, "file's name"),
    ({"id": "c:x"}, "'c:x'"),
    ({"id": ".hidden"}, "'.hidden'"),
    ({"id": ""}, "''"),
    ({"id": "a\nb"}, "file's name"),
    ({"id": "a\0b"}, "file's name"),
    ({"id": "x" * 300}, "file's name"),
    ({"id": "a", "trauma": 1.5}, "trauma"),
    ('{"id": "a", "trauma": NaN}', "trauma"),
    ({"id": "a", "bars": 0}, "0 bars"),
    ({"id": "a", "bars": 10**9}, "1000000000 bars"),
    ({"id": "a", "bars": "four"}, "four"),
    ({"id": "a", "tempo": 1e9}, "1e+09"),
    ({"id": "a", "key": "H"}, "'H'"),
    ({"id": "a", "rsi": "up"}, "'up'"),
    ({"id": "a", "rsi": "2+0j"}, "rsi_real"),
    ({"id": "a", "lane": "trauma=1:7"}, "7"),
    ({"id": "a", "lane": "courage=1:0"}, "courage"),
    ({"id": "a", "lane": ["trauma=1:0", "trauma"]}, "trauma"),
    ({"id": "a", "attribute": "leaps=2"}, "leaps"),
    ({"id": "a", "seed": -1}, "-1"),
    ({"id": "a", "takes": 2}, "one take"),
    ({"id": "a", "sead": 1}, "sead"),
    ({"id": "a", "out": "/tmp/elsewhere.mid"}, "out"),
    ({"id": "a", "model": "/tmp/elsewhere"}, "model"),
    ({"id": "a", "trauma": None}, "None"),
    ({"id": "a", "bars": True}, "True"),
    ({"id": "a", "lane": {"trauma": 1}}, "lane"),
]


@pytest.mark.parametrize(("line", "said"), BAD_LINES, ids=lambda each: str(each)[:40])
def test_a_bad_line_is_named_before_anything_is_composed(
    call: Call, tmp_path: Path, line: object, said: str
) -> None:
    path = batch_file(tmp_path, GOOD, line)
    out = tmp_path / "takes"
    code, printed, err = call("--batch", path, "--out", out)
    assert code == 1 and printed == ""
    assert f"{path}, line 2" in err and said in err
    assert err.count("\n") == 1
    assert not out.exists()


def test_what_only_composing_finds_out_is_named_too(call: Call, tmp_path: Path) -> None:
    path = batch_file(tmp_path, GOOD, {"id": "a", "texture": "velvet"})
    code, _, err = call("--batch", path, "--out", tmp_path / "takes")
    assert code == 1 and "velvet" in err and "drone" in err


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xff\xfe\x00"])
def test_a_batch_without_wishes(call: Call, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "wishes.jsonl"
    path.write_bytes(content)
    code, _, err = call("--batch", path, "--out", tmp_path / "takes")
    assert code == 1 and str(path) in err
    code, _, err = call("--batch", tmp_path / "none.jsonl", "--out", tmp_path / "takes")
    assert code == 1 and "none.jsonl" in err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--trauma", "1.5"], "trauma is 1.5"),
        (["--trauma", "nan"], "trauma"),
        (["--rsi", "-2+0j"], "rsi_real"),
        (["--bars", "0"], "0 bars"),
        (["--bars", "513"], "513 bars"),
        (["--bars", "1000000000"], "1000000000 bars"),
        (["--tempo", "0"], "Tempo 0"),
        (["--time-signature", "9/8"], "9/8"),
        (["--time-signature", "4/5"], "4/5"),
        (["--takes", "17"], "17 takes"),
        (["--guidance", "11"], "Guidance 11"),
        (["--top-p", "0"], "top-p"),
        (["--fixed-temperature", "9"], "Temperature 9"),
        (["--seed", "-1"], "Seed -1"),
        (["--lane", "trauma=1:2"], "Lane trauma"),
        (["--lane", "trauma=1:1", "--lane", "courage=1:1"], "courage"),
        (["--attribute", "leaps=1.5"], "leaps"),
        (["--attribute", "sweetness=0.5"], "sweetness"),
        (["--texture", "velvet"], "velvet"),
        (["--preset", "opera"], "opera"),
        (["--project", "nowhere"], "nowhere"),
    ],
)
def test_out_of_range_is_a_sentence(
    call: Call, tmp_path: Path, words: list[str], said: str
) -> None:
    code, printed, err = call(*words, "--out", tmp_path / "a.mid")
    assert (code, printed) == (1, "") and said in err
    assert not (tmp_path / "a.mid").exists()


@pytest.mark.parametrize(
    "words",
    [
        ["--trauma", "much"],
        ["--rsi", "up"],
        ["--bars", "1.5"],
        ["--key", "H"],
        ["--time-signature", "three"],
        ["--lane", "trauma"],
        ["--lane", "trauma=1-2"],
        ["--attribute", "leaps"],
        ["--seed"],
        ["--sead", "1"],
        ["--see", "1"],
        ["more"],
    ],
)
def test_malformed_words_are_exit_2(call: Call, tmp_path: Path, words: list[str]) -> None:
    code, printed, _ = call(*words, "--out", tmp_path / "a.mid")
    assert (code, printed) == (2, "")
    assert not (tmp_path / "a.mid").exists()


def test_no_place_to_write_no_model_and_no_room(call: Call, tmp_path: Path) -> None:
    code, _, err = call("--bars", 1)
    assert code == 1 and "--out" in err
    code, _, err = call("--bars", 1, "--out", tmp_path / "a.mid", model="nobody")
    assert code == 1 and "'nobody'" in err
    (tmp_path / "file").write_text("")
    code, _, err = call("--bars", 1, "--out", tmp_path / "file" / "a.mid")
    assert code == 1 and "file" in err and err.count("\n") == 1


def test_a_broken_model_is_a_sentence(call: Call, tmp_path: Path, tiny: Path) -> None:
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "card.json").write_bytes((tiny / "card.json").read_bytes())
    whole = (tiny / "weights.safetensors").read_bytes()
    (broken / "weights.safetensors").write_bytes(whole[: len(whole) // 2])
    code, _, err = call("--bars", 1, "--out", tmp_path / "a.mid", model=broken)
    assert code == 1 and str(broken / "weights.safetensors") in err


def test_a_model_of_the_users_own_is_found_by_name(call: Call, home: Path, tmp_path: Path) -> None:
    from engine.config.layers import default_user_folder

    tiny_checkpoint(default_user_folder() / "models" / "mine", seed=9)
    out = tmp_path / "a.mid"
    assert call("--bars", 1, "--out", out, model="mine")[0] == 0
    assert provenance(out).model == "tiny"


def test_the_best_of_four_is_written_and_says_so(call: Call, tmp_path: Path) -> None:
    words = ("--bars", "4", "--seed", "3", "--entropy", "0.9")
    code, said, err = call(*words, "--best-of", "4", "--json", "--out", tmp_path / "a.mid")
    assert (code, err) == (0, "")
    told = json.loads(said)
    made = provenance(tmp_path / "a.mid")
    assert (told["best_of"], told["match"], told["take"]) == (4, made.match, made.request.take)
    assert (made.best_of, made.place) == (4, 1)
    # Asked again it is the same music, and two kept are that one and the next.
    call(*words, "--best-of", "4", "--takes", "2", "--out", tmp_path / "b.mid")
    assert read_score(tmp_path / "b-1.mid") == read_score(tmp_path / "a.mid")
    assert provenance(tmp_path / "b-2.mid").place == 2
    assert (provenance(tmp_path / "b-2.mid").match or 1) <= (made.match or 0)


def test_a_take_is_refined_on_request(call: Call, tmp_path: Path) -> None:
    out = tmp_path / "a.mid"
    words = ("--bars", "4", "--seed", "3", "--until", "1", "--rounds", "2", "--out", out)
    assert call(*words)[0] == 0
    made = provenance(out)
    assert made.match is not None and len(made.refined) <= 2


def test_lines_of_a_batch_may_ask_for_the_best(call: Call, tmp_path: Path) -> None:
    lines = ({"id": "x", "bars": 2, "best_of": 3}, {"id": "y", "bars": 2})
    assert call("--batch", batch_file(tmp_path, *lines), "--out", tmp_path / "out")[0] == 0
    assert provenance(tmp_path / "out" / "x.mid").best_of == 3
    assert provenance(tmp_path / "out" / "y.mid").best_of == 1


@pytest.mark.parametrize(
    "words",
    [
        ("--best-of", "17"),
        ("--best-of", "2", "--takes", "3"),
        ("--until", "1.5"),
        ("--rounds", "0"),
    ],
)
def test_an_impossible_choice_is_one_sentence(
    call: Call, tmp_path: Path, words: tuple[str, ...]
) -> None:
    code, said, err = call(*words, "--out", tmp_path / "a.mid")
    assert (code, said) == (1, "") and err.strip()
    assert not list(tmp_path.glob("*.mid"))
