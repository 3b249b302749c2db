"""The command line tree: exit codes, one sentence per error, lazy words."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.cli import main as tree


@pytest.fixture
def word(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A word `echo` of its own module, standing alone on the command line."""
    (tmp_path / "echo_word.py").write_text(
        textwrap.dedent(
            """
            import os
            from engine.errors import PsychoscoreError

            def add_arguments(parser):
                parser.add_argument("--rsi", type=complex, default=0j)
                parser.add_argument("--raise", dest="error", choices=sorted(ERRORS))

            def run(args):
                if args.error:
                    raise ERRORS[args.error]
                print(args.rsi)
                return 0

            ERRORS = {
                "user": PsychoscoreError("cue.mid has no notes.", "Give another file."),
                "odd": KeyError("secret"),
                "file": PermissionError(13, "Permission denied", "out.mid"),
                "stop": KeyboardInterrupt(),
                "pipe": BrokenPipeError(32, "Broken pipe"),
            }
            """
        )
    )
    monkeypatch.syspath_prepend(tmp_path)
    words = (
        tree.Word("echo", "echo_word", "say it again"),
        tree.Word("later", "no_such_module_yet", "not there"),
    )
    monkeypatch.setattr(tree, "WORDS", words)
    yield
    sys.modules.pop("echo_word", None)


@pytest.mark.usefixtures("word")
class TestExitCodes:
    def test_done_is_0(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert tree.main(["echo", "--rsi", "0.3+0.6j"]) == 0
        assert capsys.readouterr().out == "(0.3+0.6j)\n"

    @pytest.mark.parametrize("text", ["-0.6+0.8j", "-1j", "-.5"])
    def test_a_negative_value_is_no_option(
        self, text: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert tree.main(["echo", "--rsi", text]) == 0
        assert complex(capsys.readouterr().out.strip()) == complex(text)

    @pytest.mark.parametrize(
        "argv",
        [
            [],
            ["frobnicate"],
            ["echo", "--rsi", "loud"],
            ["echo", "--rsi"],
            ["echo", "--rs", "1"],
            ["echo", "--unknown"],
            ["echo", "stray"],
            ["later"],
        ],
    )
    def test_unknown_and_malformed_are_2(
        self, argv: list[str], capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert tree.main(argv) == 2
        printed = capsys.readouterr()
        assert printed.out == ""
        assert printed.err

    def test_help_is_0_and_lists_only_what_is_there(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert tree.main(["--help"]) == 0
        text = capsys.readouterr().out
        assert "say it again" in text
        assert "later" not in text

    @pytest.mark.parametrize(
        ("error", "sentence"),
        [
            ("user", "cue.mid has no notes. Give another file."),
            ("file", "out.mid: Permission denied."),
            ("odd", "Unexpected KeyError: 'secret'. Run with PSYCHOSCORE_DEBUG=1 for details."),
            ("pipe", "Broken pipe."),
        ],
    )
    def test_an_error_is_1_and_one_sentence(
        self, error: str, sentence: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert tree.main(["echo", "--raise", error]) == 1
        printed = capsys.readouterr()
        assert printed.out == ""
        assert printed.err == f"psychoscore: {sentence}\n"

    def test_debugging_adds_the_traceback(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setenv("PSYCHOSCORE_DEBUG", "1")
        assert tree.main(["echo", "--raise", "odd"]) == 1
        assert "Traceback" in capsys.readouterr().err

    def test_stopped_by_the_user_is_130_without_a_traceback(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert tree.main(["echo", "--raise", "stop"]) == 130
        assert "Traceback" not in capsys.readouterr().err

    def test_a_word_is_imported_only_when_it_is_called(self) -> None:
        assert tree.main(["--help"]) == 0
        assert "echo_word" not in sys.modules
        assert tree.main(["echo"]) == 0
        assert "echo_word" in sys.modules


def test_a_reader_who_leaves_is_no_error() -> None:
    code = (
        "import sys; from engine.cli import main as tree\n"
        "def say(argv):\n"
        "    for _ in range(100_000): print('0123456789')\n"
        "    return 0\n"
        "tree._dispatch = say\n"
        "sys.exit(tree.main([]))"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    with process.stderr as stderr:
        assert stderr.read() == b""
    assert process.wait() == 1


def test_every_word_has_its_own_module_in_this_package() -> None:
    modules = [word.module for word in tree.WORDS]
    assert len(set(modules)) == len(modules)
    assert all(module.startswith("engine.cli.") for module in modules)


def test_every_word_that_is_there_explains_itself(capsys: pytest.CaptureFixture[str]) -> None:
    for word in tree.installed_words():
        assert tree.main([word.name, "--help"]) == 0
        assert f"psychoscore {word.name}" in capsys.readouterr().out
