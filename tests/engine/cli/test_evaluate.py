"""`psychoscore evaluate` and `bench` on a tiny checkpoint."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.cli.main import main
from tests.engine.tiny import tiny_checkpoint

CONTRACT = {"id", "name", "value", "unit", "goal", "passed", "ratio"}


def test_one_object_a_row_and_a_report_beside_the_checkpoint(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tiny_checkpoint(tmp_path / "tiny")
    words = ["evaluate", "--model", str(folder), "--quick", "--only", "Q1,Q2", "--json"]
    assert main(words) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert lines and all(line.keys() >= CONTRACT for line in lines)
    assert {line["id"] for line in lines} >= {"Q1.pop909", "Q2.quadrant"}
    assert all(line["passed"] is None for line in lines)
    report = json.loads((folder / "evaluation.json").read_text())
    assert report["rows"] == lines
    assert report["settings"]["temperature"] == "fixed at 0.95"


def test_the_table_is_for_people(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder, out = tiny_checkpoint(tmp_path / "tiny"), tmp_path / "report.json"
    assert main(["evaluate", "--model", str(folder), "--only", "Q2", "--out", str(out)]) == 0
    said = capsys.readouterr().out
    assert "guidance" in said and "no data" in said and "EMOPIA is not there" in said
    assert out.is_file() and not (folder / "evaluation.json").exists()


def test_a_report_that_cannot_lie_beside_the_model_lies_with_the_users_data(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "own"
    own.mkdir()
    monkeypatch.setenv("PSYCHOSCORE_DATA", str(own))
    folder = tiny_checkpoint(tmp_path / "tiny")
    # What stands there is no file, so that it cannot be replaced, whoever runs this test.
    (folder / "evaluation.json").mkdir()
    assert main(["evaluate", "--model", str(folder), "--quick", "--only", "Q2"]) == 0
    report = own / "evaluations" / "tiny.json"
    assert json.loads(report.read_text())["rows"][0]["id"] == "Q2.quadrant"
    assert str(report) in capsys.readouterr().out.replace("\n", "")


def test_a_report_makes_the_folder_it_is_wanted_in(tmp_path: Path) -> None:
    folder, out = tiny_checkpoint(tmp_path / "tiny"), tmp_path / "new" / "report.json"
    words = ["evaluate", "--model", str(folder), "--quick", "--only", "Q2", "--out", str(out)]
    assert main([*words, "--json"]) == 0
    assert out.is_file()


def test_a_part_takes_its_place_among_the_rows_that_lie_there(tmp_path: Path) -> None:
    folder = tiny_checkpoint(tmp_path / "tiny")
    words = ["evaluate", "--model", str(folder), "--json", "--only"]
    assert main([*words, "Q1"]) == 0
    assert main([*words, "Q2", "--quick"]) == 0
    report = json.loads((folder / "evaluation.json").read_text())
    ids = [row["id"] for row in report["rows"]]
    assert ids[0].startswith("Q1") and ids[-1].startswith("Q2") and len(set(ids)) == len(ids)
    assert report["settings"]["size"].startswith("quick")
    assert set(report["sizes"]) == {id for id in ids if id.startswith("Q1")}
    assert all(size.startswith("default") for size in report["sizes"].values())


def test_rows_of_another_setting_do_not_stand_together(tmp_path: Path) -> None:
    folder = tiny_checkpoint(tmp_path / "tiny")
    words = ["evaluate", "--model", str(folder), "--json", "--quick", "--only"]
    assert main([*words, "Q1"]) == 0
    assert main([*words, "Q2", "--guidance", "3.5"]) == 0
    report = json.loads((folder / "evaluation.json").read_text())
    kept = json.loads((folder / "evaluation.before.json").read_text())
    assert all(row["id"].startswith("Q2") for row in report["rows"])
    assert all(row["id"].startswith("Q1") for row in kept["rows"])


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--only", "Q99"], "no part 'Q99'"),
        (["--clips", "1"], "2 to 1000"),
        (["--data", "nowhere"], "nowhere is no folder"),
        (["--guidance", "99"], "between 0 and 10"),
    ],
)
def test_values_out_of_range_end_with_a_sentence(
    words: list[str], sentence: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tiny_checkpoint(tmp_path / "tiny")
    assert main(["evaluate", "--model", str(folder), *words]) == 1
    assert sentence in capsys.readouterr().err
    assert not (folder / "evaluation.json").exists()


def test_an_unknown_model_ends_with_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", "--model", "nobody"]) == 1
    assert "There is no model 'nobody'" in capsys.readouterr().err


def test_bench_prints_rows(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tiny_checkpoint(tmp_path / "tiny")
    assert main(["bench", "--model", str(folder), "--quick", "--threads", "1", "--json"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["id"] for line in lines][:2] == ["P1.off", "P1.off.p99"]
    assert all(line.keys() >= CONTRACT for line in lines)
    assert main(["bench", "--model", str(folder), "--threads", "0"]) == 1
