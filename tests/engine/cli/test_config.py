"""`psychoscore config` as a script calls it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.cli.main import main
from engine.config.layers import default_user_folder, write_user_settings
from engine.config.own import OwnSettings
from engine.config.schema import leaves
from engine.project.folder import save_project
from engine.resources import resource
from tests.engine.states import make_project


def test_show_says_value_layer_and_shadows(capsys: pytest.CaptureFixture[str]) -> None:
    user = OwnSettings().with_values({"preset": "tragedy", "music.tempo": 70})
    write_user_settings(default_user_folder(), user)
    folder = str(resource("examples/hamlet"))
    assert main(["config", "show", "--project", folder, "--json"]) == 0
    rows = {row["key"]: row for row in map(json.loads, capsys.readouterr().out.splitlines())}
    assert set(rows) == {leaf.name for leaf in leaves()}
    assert rows["temperature.base_temperature"] == {
        "key": "temperature.base_temperature",
        "value": 0.6,
        "layer": "project",
        "shadowed": [{"layer": "preset", "value": 0.65}, {"layer": "system", "value": 0.7}],
    }
    assert rows["music.tempo"]["layer"] == "user"
    assert rows["music.tempo"]["shadowed"][0] == {"layer": "preset", "value": 63}


def test_show_prints_a_table_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["config", "show", "--project", str(resource("examples/hamlet"))]) == 0
    row = next(line for line in capsys.readouterr().out.splitlines() if "base_temperature" in line)
    assert row.split() == ["temperature.base_temperature", "0.6", "project", "system", "0.7"]


def test_valid_files_exit_0(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    save_project(tmp_path, make_project())
    hamlet = resource("examples/hamlet/psychoscore.json")
    for path in (hamlet, tmp_path / "cues" / "Q12" / "cue.json"):
        assert main(["config", "validate", str(path)]) == 0
        assert capsys.readouterr().out == f"{path} is valid.\n"


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("psychoscore.json", '{"temprature": {}}', 'Did you mean "temperature"?'),
        ("psychoscore.json", '{\n"profile": {"trauma": 1.5}}', "line 2, column 13: profile.trauma"),
        ("psychoscore.json", '{"preset": "tragdy"}', 'Did you mean "tragedy"?'),
        ("psychoscore.json", "{", "line 1, column 2"),
        ("cue.json", '{"number": "1M1"}', "id is missing"),
        ("settings.json", '{"name": "x"}', 'unknown key "name"'),
    ],
)
def test_wrong_files_exit_1_with_the_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, content: str, sentence: str
) -> None:
    path = tmp_path / name
    path.write_text(content)
    assert main(["config", "validate", str(path)]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert sentence in said.err and str(path) in said.err
    assert "Traceback" not in said.err


def test_missing_files_exit_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["config", "validate", str(tmp_path / "none.json")]) == 1
    assert main(["config", "show", "--project", str(tmp_path)]) == 1
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("words", [["config"], ["config", "show"], ["config", "explode"]])
def test_malformed_calls_exit_2(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 2
    assert capsys.readouterr().out == ""
