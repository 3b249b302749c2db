"""The command line: one word, one module, one exit code.

It owns the list of words, the exit codes and how an error looks to a user. It does not know what
any word does: each lives in its own module of this package, with `add_arguments(parser)` and
`run(args) -> int`, imported only when its word is called, so `psychoscore ports` never waits for
torch. A word whose module is not installed does not exist.

Exit codes: 0 done; 1 the work failed or a value is out of range; 2 unknown word or malformed
option; 130 stopped by the user.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.metadata
import importlib.util
import os
import re
import select
import sys
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NoReturn, Protocol, cast

from engine.errors import PsychoscoreError

EXIT_DONE = 0
EXIT_FAILED = 1
EXIT_MALFORMED = 2
EXIT_STOPPED = 130

_NEGATIVE_VALUE = re.compile(r"-\.?\d")


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the command line, the module that serves it and one line of help."""

    name: str
    module: str
    summary: str


WORDS = (
    Word("generate", "engine.cli.generate", "compose takes from a profile or from lanes"),
    Word("infill", "engine.cli.infill", "compose bars or one voice of a file anew"),
    Word("continue", "engine.cli.continue_", "compose on from the end of a file"),
    Word("export", "engine.cli.export", "write takes as MIDI, MusicXML or audio; spotting notes"),
    Word("analyse", "engine.cli.analyse", "measure profile and attributes of a file, per bar"),
    Word("play", "engine.cli.play", "play a file to a MIDI port or to the speakers"),
    Word("ports", "engine.cli.ports", "list the MIDI ports of this machine"),
    Word("config", "engine.cli.config", "show every setting with its layer, or validate a file"),
    Word("data", "engine.cli.data", "fetch, import or synthesise training data"),
    Word("train", "engine.cli.train", "train a network, or resume a run"),
    Word("evaluate", "engine.cli.evaluate", "measure how well the music obeys the sliders"),
    Word("bench", "engine.cli.bench", "measure speed and cost on this machine"),
)


class CommandModule(Protocol):
    """What a module of this package offers to its word."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None: ...

    def run(self, args: argparse.Namespace) -> int: ...


class _Parser(argparse.ArgumentParser):
    """No guessed abbreviations: `--see` is not `--seed`, today or after a new option."""

    def __init__(self, **settings: object) -> None:
        super().__init__(**{"allow_abbrev": False, **settings})  # type: ignore[arg-type]


class _Version(argparse.Action):
    """Asks the installation for its version, only when someone asks us."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object, **__: object) -> NoReturn:
        try:
            version = importlib.metadata.version("psychoscore")
        except importlib.metadata.PackageNotFoundError:
            version = "(not installed)"
        print(f"psychoscore {version}")
        parser.exit()


def installed_words() -> tuple[Word, ...]:
    """The words whose modules are there, in the order of the help."""
    return tuple(word for word in WORDS if importlib.util.find_spec(word.module) is not None)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line and return its exit code; errors become a sentence on stderr.

    Args:
        argv: the words after the program's name; `None` takes those of the process.
    """
    words = list(sys.argv[1:] if argv is None else argv)
    try:
        code = _dispatch(words)
        sys.stdout.flush()
        return code
    except KeyboardInterrupt:
        print("psychoscore: stopped.", file=sys.stderr)
        return EXIT_STOPPED
    except BrokenPipeError as error:
        return EXIT_FAILED if _reader_gone() else _unexpected(error)
    except PsychoscoreError as error:
        return _failed(str(error))
    except Exception as error:
        return _unexpected(error)


def _dispatch(argv: list[str]) -> int:
    called = next((word for word in argv if not word.startswith("-")), None)
    parser = _Parser(
        prog="psychoscore",
        description="Composes MIDI from how a scene feels. Without a word it opens the window.",
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version and leave")
    subparsers = parser.add_subparsers(
        dest="word", metavar="WORD", required=True, parser_class=_Parser
    )
    run: Callable[[argparse.Namespace], int] | None = None
    for word in installed_words():
        subparser = subparsers.add_parser(word.name, help=word.summary, description=word.summary)
        if word.name == called:
            module = cast(CommandModule, importlib.import_module(word.module))
            module.add_arguments(subparser)
            run = module.run
    try:
        args = parser.parse_args(_join_negative_values(argv))
    except SystemExit as leaving:  # argparse's way out: 0 after help, 2 after a malformed option
        return leaving.code if isinstance(leaving.code, int) else EXIT_DONE
    if run is None:
        raise LookupError(f"no module runs {args.word!r}")
    return run(args)


def _join_negative_values(argv: list[str]) -> list[str]:
    """`--rsi -0.6+0.8j` as `--rsi=-0.6+0.8j`, which argparse would take for an unknown option."""
    joined: list[str] = []
    for word in argv:
        before = joined[-1] if joined else ""
        if _NEGATIVE_VALUE.match(word) and before.startswith("--") and "=" not in before:
            joined[-1] = f"{before}={word}"
        else:
            joined.append(word)
    return joined


def _failed(sentence: str) -> int:
    if _debugging():
        traceback.print_exc()
    print(f"psychoscore: {sentence}", file=sys.stderr)
    return EXIT_FAILED


def _unexpected(error: Exception) -> int:
    """One sentence for what no one foresaw: files are named, anything else by its kind."""
    if isinstance(error, OSError) and error.strerror:
        place = f"{error.filename}: " if error.filename is not None else ""
        return _failed(f"{place}{error.strerror}.")
    detail = " ".join(str(error).split())
    return _failed(
        f"Unexpected {type(error).__name__}{': ' if detail else ''}{detail.rstrip('.')}."
        " Run with PSYCHOSCORE_DEBUG=1 for details."
    )


def _debugging() -> bool:
    return os.environ.get("PSYCHOSCORE_DEBUG", "") not in ("", "0")


def _reader_gone() -> bool:
    """Whether it is standard output whose reader has left, as `| head` does.

    Then whatever is still buffered goes nowhere, since the interpreter flushes again at exit.
    """
    try:
        output = sys.stdout.fileno()
    except (OSError, ValueError):
        return False
    if hasattr(select, "poll"):
        poll = select.poll()
        poll.register(output, 0)
        if not any(event & select.POLLERR for _, event in poll.poll(0)):
            return False
    with open(os.devnull, "wb") as nowhere:
        os.dup2(nowhere.fileno(), output)
    return True


if __name__ == "__main__":
    sys.exit(main())
