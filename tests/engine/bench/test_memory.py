"""Memory of a process with its children."""

from __future__ import annotations

import os
import subprocess
import sys

from engine.bench.memory import resident_megabytes

HOLDS = "held = bytearray(b'x') * 60_000_000; print('held', flush=True); input()"


def test_a_child_counts_and_one_that_has_gone_does_not() -> None:
    before = resident_megabytes(os.getpid())
    with subprocess.Popen(
        [sys.executable, "-c", HOLDS], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        assert child.stdout is not None and child.stdout.readline() == b"held\n"
        alone, together = resident_megabytes(child.pid), resident_megabytes(os.getpid())
        child.communicate(b"\n")
    assert before is not None and alone is not None and together is not None
    assert alone > 60
    assert together - before > 50
    assert resident_megabytes(child.pid) is None
