"""The same request gives the same bytes in another process, whatever else differs there."""

from __future__ import annotations

import json
from pathlib import Path

from tests.end_to_end.command_line import psychoscore

WISH = ("--trauma", ".8", "--entropy", ".2", "--rsi", "0.3+0.6j", "--key", "Dm", "--tempo", "72")


def test_the_same_request_gives_the_same_bytes(tmp_path: Path) -> None:
    written: list[list[bytes]] = []
    for folder, threads, hashing in ((tmp_path / "a", "1", "1"), (tmp_path / "b", "2", "2")):
        out = folder / "cue.mid"
        words = ("generate", *WISH, "--bars", "2", "--seed", "7", "--takes", "2", "--json")
        done = psychoscore(*words, "--out", out, OMP_NUM_THREADS=threads, PYTHONHASHSEED=hashing)
        assert (done.returncode, done.stderr) == (0, "")
        told = [json.loads(line) for line in done.stdout.splitlines()]
        paths = [folder / "cue-1.mid", folder / "cue-2.mid"]
        assert {each["file"] for each in told} == {str(path) for path in paths}
        written.append([path.read_bytes() for path in paths])
    assert written[0] == written[1]
    assert written[0][0] != written[0][1]
