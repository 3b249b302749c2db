"""The import directions hold: as contracts over the source, and at run time in fresh processes."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("app", "engine", "models")
QT = {"PySide6", "shiboken6", "qasync", "pyqtgraph"}
NETWORK = {"torch", "models", "safetensors"}


def _loaded_by(statement: str) -> set[str]:
    """Every module in a fresh interpreter after one import statement."""
    code = f"import json, sys\n{statement}\nprint(json.dumps(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout))


def _sources(*folders: str) -> Iterator[tuple[Path, ast.Module]]:
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield path, ast.parse(path.read_text(encoding="utf-8"))


def _modules(package: str) -> list[str]:
    """Dotted names of all modules of a package, those that run at import left out."""
    folder = ROOT.joinpath(*package.split("."))
    paths = (path.relative_to(ROOT).with_suffix("") for path in folder.rglob("*.py"))
    names = (".".join(path.parts).removesuffix(".__init__") for path in paths)
    return sorted(name for name in names if not name.endswith("__main__"))


def test_the_contracts_hold_in_the_source() -> None:
    code = "from importlinter.cli import lint_imports_command as run; run()"
    done = subprocess.run(
        [sys.executable, "-c", code, "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "NO_COLOR": "1"},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "4 kept, 0 broken" in done.stdout


def test_the_engine_does_not_know_there_is_a_window() -> None:
    loaded = _loaded_by(f"import {', '.join(_modules('engine'))}")
    assert not loaded & (QT | {"app"})


def test_the_command_line_waits_for_nothing() -> None:
    loaded = _loaded_by("import engine.cli.main; engine.cli.main.installed_words()")
    assert not loaded & (QT | NETWORK | {"app", "numpy", "miditok", "symusic"})


def test_the_entry_point_waits_for_nothing_when_a_spawned_process_imports_it_again() -> None:
    assert not _loaded_by("import app.__main__") & (QT | NETWORK | {"numpy", "rtmidi"})


def test_the_player_does_not_know_there_is_a_network() -> None:
    loaded = _loaded_by(f"import {', '.join(_modules('engine.playing'))}")
    assert not loaded & (QT | NETWORK | {"app", "engine.composing.generate", "miditok"})


def test_the_app_never_touches_a_tensor() -> None:
    for path, tree in _sources("app"):
        assert not _imported_roots(tree) & {"torch", "safetensors", "models", "rtmidi"}, path


def test_models_know_torch_and_nothing_else() -> None:
    allowed = {"torch", "models", *sys.stdlib_module_names}
    for path, tree in _sources("models"):
        assert _imported_roots(tree) <= allowed, path


def test_no_event_loop_is_pumped_by_hand() -> None:
    for path, tree in _sources("app", "engine"):
        called = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        assert "processEvents" not in called, path


def test_nothing_unpickles() -> None:
    banned = {"pickle", "cPickle", "dill", "cloudpickle", "joblib", "shelve", "marshal"}
    for path, tree in _sources(*PACKAGES):
        assert not _imported_roots(tree) & banned, path
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                assert (node.value.id, node.attr) not in {("torch", "load"), ("torch", "save")}, (
                    path
                )


def test_every_file_is_short_enough_to_read() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for folder in PACKAGES
        for path in (ROOT / folder).rglob("*.py")
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 400
    }
    assert not long


def _imported_roots(tree: ast.Module) -> set[str]:
    """First parts of all absolute imports in a file, wherever they stand."""
    roots: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            roots.update(alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            roots.add(node.module.partition(".")[0])
    return roots
