"""The one entry point: words go to the command line, no words open the window.

`--stats SECONDS` opens the window on an empty project, lets it compose for so long, prints what it
measured of itself, one JSON object a line, and leaves; `psychoscore bench` reads it.

One word that is the path of a project (its folder, or the `psychoscore.json` in it) opens the
window with that project; a word of the command line comes before a folder of the same name.

Qt is imported only for the window, torch by neither branch here. A spawned process imports this
module again, so nothing happens at import.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from app.display import display_problem

LONGEST_STATS = 3600.0


def main(argv: Sequence[str] | None = None) -> int:
    """Run `psychoscore`; returns its exit code.

    Args:
        argv: the words after the program's name; `None` takes those of the process.
    """
    words = list(sys.argv[1:] if argv is None else argv)
    project = _project(words)
    stats = _stats(words)
    if words and project is None and stats is None:
        from engine.cli.main import main as run_command

        return run_command(words)
    problem = display_problem(os.environ)
    if problem:
        print(f"psychoscore: {problem} {_commands_sentence()}", file=sys.stderr)
        return 1
    try:
        from app.main import run
    except ImportError as error:
        if os.environ.get("PSYCHOSCORE_DEBUG"):
            raise
        print(
            f"psychoscore: The window cannot start: {error}."
            " Run `python3 start.py setup` in the program's folder.",
            file=sys.stderr,
        )
        return 1
    return run(project, stats=stats)


def _project(words: Sequence[str]) -> Path | None:
    """The folder of the project that the words name, or None where they are for the commands."""
    if len(words) != 1 or not Path(words[0]).exists():
        return None
    from engine.cli.main import WORDS

    if any(words[0] == word.name for word in WORDS):
        return None
    from engine.project.folder import PROJECT_FILE, is_project

    path = Path(words[0]).absolute()
    folder = path.parent if path.name == PROJECT_FILE else path
    return folder if is_project(folder) else None


def _stats(words: Sequence[str]) -> float | None:
    """The seconds of `--stats SECONDS`; None where the words are others."""
    if len(words) != 2 or words[0] != "--stats":
        return None
    try:
        seconds = float(words[1])
    except ValueError:
        return None
    return seconds if 0 <= seconds <= LONGEST_STATS else None


def _commands_sentence() -> str:
    from engine.cli.main import installed_words

    names = ", ".join(word.name for word in installed_words())
    return f"Without a window these commands work: psychoscore {names}."


if __name__ == "__main__":
    sys.exit(main())
