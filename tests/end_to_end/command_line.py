"""`psychoscore WORDS` as a process of its own, also on a machine that refuses something."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 300.0
SMALLEST_DISK = 100

# Each prepares the process and then becomes the program; root obeys the rights of files once the
# kernel has taken CAP_DAC_OVERRIDE (1) from what it may ever have (prctl 24).
_BECOME = "import os, sys; os.execv(sys.executable, [sys.executable, '-m', 'app', *sys.argv[1:]])"
OBEYING_RIGHTS = f"import ctypes; ctypes.CDLL(None).prctl(24, 1, 0, 0, 0); {_BECOME}"
ON_A_FULL_DISK = (
    "import resource; "
    f"resource.setrlimit(resource.RLIMIT_FSIZE, ({SMALLEST_DISK}, {SMALLEST_DISK})); {_BECOME}"
)


def command(*words: str | Path, prepared: str = "") -> list[str]:
    """The command line of the program, after `prepared` if it is given."""
    start = ["-c", prepared] if prepared else ["-m", "app"]
    return [sys.executable, *start, *map(str, words)]


def psychoscore(
    *words: str | Path, prepared: str = "", **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run the program to its end, with `variables` added to its environment."""
    return subprocess.run(
        command(*words, prepared=prepared),
        cwd=ROOT,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
