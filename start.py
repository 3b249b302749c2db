#!/usr/bin/env python3
"""Sets PSYCHOSCORE up and then runs, tests or checks it: `python3 start.py run|test|check|setup`.

Written in the standard library alone, for Linux, macOS and Windows, so that any Python 3.8 or
newer can start it; it then finds a Python the dependencies have wheels for. It owns `.venv` beside
it (made anew when broken, touched only when pyproject.toml changed) and, on Debian and Ubuntu, the
list of system packages. It does not know what the program does.
"""

from __future__ import annotations

import argparse
import glob
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from app.display import display_problem

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
STAMP = VENV / "psychoscore.stamp"
SUPPORTED = ((3, 12), (3, 11))

WINDOW_PACKAGES = (
    "libglib2.0-0",
    "libegl1",
    "libgl1",
    "libdbus-1-3",
    "libfontconfig1",
    "libxkbcommon0",
    "libxcb-cursor0",
    "libxkbcommon-x11-0",
    "libxcb-icccm4",
    "libxcb-keysyms1",
    "libxcb-randr0",
    "libxcb-shape0",
)
# The synth and the SoundFont (MIT) play the preview; python-rtmidi's wheel speaks ALSA.
SOUND_PACKAGES = ("libasound2", "libfluidsynth3", "fluidr3mono-gm-soundfont")
PEER_PACKAGES = (
    "jackd2",
    "libjack-jackd2-0",
    "jack-midi-clock",
    "fluidsynth",
    "imagemagick",
    "xdotool",
    "xvfb",
)
# Whole programs of others; without them their tests are skipped by name.
LARGE_PEER_PACKAGES = ("ardour", "musescore3")
PEERS_VARIABLE = "PSYCHOSCORE_PEERS"
RENAMED = {"libglib2.0-0": "libglib2.0-0t64", "libasound2": "libasound2t64"}
CODENAMES_BEFORE_RENAMING = ("bullseye", "bookworm", "focal", "jammy")

CUE_WITHOUT_WINDOW = (
    *("generate", "--trauma", ".8", "--entropy", ".3", "--bars", "8"),
    *("--key", "Dm", "--seed", "7", "--out", "cue.mid"),
)
LINT_IMPORTS = "from importlinter.cli import lint_imports_command as run; run()"
CHECKS = {
    "format": ("-m", "ruff", "format", "--check", "."),
    "lint": ("-m", "ruff", "check", "."),
    "types": ("-m", "mypy"),
    "contracts": ("-c", LINT_IMPORTS),
}


class SetupError(Exception):
    """The set-up cannot go on; the message is a sentence for the user."""


# System packages ---------------------------------------------------------------------------------


def os_release(path: str = "/etc/os-release") -> dict[str, str]:
    """The fields of os-release, empty where there is none."""
    try:
        lines = Path(path).read_text(encoding="utf-8").splitlines()
    except OSError:
        return {}
    pairs = (line.split("=", 1) for line in lines if "=" in line)
    return {name: value.strip("\"'") for name, value in pairs}


def package_names(packages: Iterable[str], release: Mapping[str, str]) -> list[str]:
    """The packages under the names that this release gives them.

    Debian 13 and Ubuntu 24.04 renamed libraries for 64-bit time; derivatives tell which of the two
    they stand on.
    """
    fields = ("UBUNTU_CODENAME", "DEBIAN_CODENAME", "VERSION_CODENAME")
    codename = next((release[field] for field in fields if release.get(field)), "")
    if codename in CODENAMES_BEFORE_RENAMING:
        return list(packages)
    return [RENAMED.get(package, package) for package in packages]


def missing_packages(packages: Sequence[str]) -> list[str]:
    """Those of the packages that dpkg does not hold as installed."""
    query = ["dpkg-query", "-W", "-f", "${db:Status-Abbrev} ${Package}\n", *packages]
    rows = (line.split() for line in _output(query).splitlines())
    installed = {row[-1] for row in rows if len(row) == 2 and row[0].endswith("i")}
    return [package for package in packages if package not in installed]


def install_packages(packages: Sequence[str]) -> bool:
    """Install what is missing: at once as root or in CI, else after asking; False when it stayed.

    Without a terminal to ask in, the exact line is printed instead.
    """
    if not packages:
        return True
    line = "sudo apt-get update && sudo apt-get install --no-install-recommends "
    line += " ".join(packages)
    root = os.geteuid() == 0
    if not root and not _in_ci():
        print(f"These system packages are missing. The line that installs them:\n\n    {line}\n")
        if not sys.stdin.isatty():
            return False
        if input("Run it now? [y/N] ").strip().lower() not in ("y", "yes"):
            return False
    sudo = [] if root else ["sudo", "-n"] if _in_ci() else ["sudo"]
    apt = [*sudo, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]
    apt += ["-q", "-o", "DPkg::Lock::Timeout=300"]
    print(f"Installing {len(packages)} system packages.", flush=True)
    subprocess.run([*apt, "update"], stdin=subprocess.DEVNULL, check=False)
    if "jackd2" in packages:
        answer = "jackd2 jackd/tweak_rt_limits boolean false\n"
        subprocess.run([*sudo, "debconf-set-selections"], input=answer, text=True, check=False)
    offered = [name for name in packages if _output(["apt-cache", "show", name])]
    install = [*apt, "install", "-y", "--no-install-recommends", *offered]
    done = subprocess.run(install, stdin=subprocess.DEVNULL, check=False).returncode == 0
    return done and offered == list(packages)


def set_system_up(*, peers: bool, python: str) -> None:
    """Install the system packages that are missing, where the system is Debian's kind.

    Raises:
        SetupError: without its venv module this Python cannot make an environment.
    """
    lacks_venv = not VENV.exists() and not _runs(python, "import ensurepip, venv")
    if not (shutil.which("dpkg-query") and shutil.which("apt-get")):
        if lacks_venv:
            raise SetupError(f"{python} has no venv module. Install it and start again.")
        return
    wanted = (*WINDOW_PACKAGES, *SOUND_PACKAGES, *(PEER_PACKAGES if peers else ()))
    names = package_names(wanted, os_release())
    if lacks_venv:
        names.append(f"python{_version_text(python)}-venv")
    large = LARGE_PEER_PACKAGES if peers and os.environ.get(PEERS_VARIABLE) else ()
    missing = missing_packages((*names, *large))
    if install_packages(missing):
        return
    still = [name for name in missing_packages(missing) if name not in LARGE_PEER_PACKAGES]
    if lacks_venv and names[-1] in still:
        raise SetupError(f"Python's environments need the package {names[-1]}.")
    if peers and still:
        raise SetupError(f"The tests need the packages {' '.join(still)}.")
    if still:
        print(f"Going on without {' '.join(still)}.", flush=True)


# Python environment ------------------------------------------------------------------------------


def find_python() -> str:
    """A Python of a supported version: this one, else the first found in the usual places.

    Raises:
        SetupError: there is none.
    """
    if sys.version_info[:2] in SUPPORTED:
        return sys.executable
    for major, minor in SUPPORTED:
        name = f"python{major}.{minor}"
        places = [
            shutil.which(name) or "",
            os.path.expanduser(f"~/.local/bin/{name}"),
            *glob.glob(os.path.expanduser(f"~/.pyenv/versions/{major}.{minor}.*/bin/{name}")),
        ]
        if shutil.which("py"):
            query = ["py", f"-{major}.{minor}", "-c", "import sys; print(sys.executable)"]
            places.append(_output(query).strip())
        for place in places:
            if place and _version_text(place) == f"{major}.{minor}":
                return place
    raise SetupError(
        f"PSYCHOSCORE needs Python 3.11 or 3.12; this is {sys.version_info[0]}."
        f"{sys.version_info[1]} and neither was found. Get one from python.org, or with"
        " `uv python install 3.12`, and start again."
    )


def venv_python(venv: Path = VENV) -> str:
    """The interpreter of an environment, where its platform keeps it."""
    return str(venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python"))


def stamp_text(pyproject: bytes, root: Path, *, dev: bool) -> str:
    """What an environment was installed for; a moved folder is another environment."""
    digest = hashlib.sha256(pyproject + b"\0" + str(root).encode()).hexdigest()
    return f"{digest} {'dev' if dev else 'run'}"


def stamp_serves(stamp: str, wanted: str) -> bool:
    """Whether an environment with this stamp needs nothing more; `dev` serves `run` as well."""
    return stamp == wanted or stamp == wanted.replace(" run", " dev")


def set_environment_up(python: str, *, dev: bool) -> str:
    """Make `.venv` where it is missing or broken, install what pyproject pins; its interpreter.

    Raises:
        SetupError: the environment or the packages could not be installed.
    """
    inside = venv_python()
    supported = [f"{major}.{minor}" for major, minor in SUPPORTED]
    if _version_text(inside) not in supported or not _runs(inside, "import pip"):
        shutil.rmtree(VENV, ignore_errors=True)
        print(f"Making .venv with {python}.", flush=True)
        if subprocess.run([python, "-m", "venv", str(VENV)], check=False).returncode:
            raise SetupError(f"{python} could not make the environment {VENV}.")
    wanted = stamp_text((ROOT / "pyproject.toml").read_bytes(), ROOT, dev=dev)
    stamp = STAMP.read_text(encoding="utf-8") if STAMP.exists() else ""
    if stamp_serves(stamp, wanted):
        return inside
    print("Installing the pinned packages; the first time this takes some minutes.", flush=True)
    command = [inside, "-m", "pip", "install", "--disable-pip-version-check"]
    command += [] if sys.stdout.isatty() else ["--progress-bar", "off"]
    command += ["--editable", ".[dev]" if dev else "."]
    if subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, check=False).returncode:
        raise SetupError("The packages could not be installed; pip says why above.")
    STAMP.write_text(wanted, encoding="utf-8")
    return inside


def set_up(*, dev: bool) -> str:
    """Everything `run` needs, and with `dev` what the tests need; the environment's interpreter."""
    python = find_python()
    set_system_up(peers=dev, python=python)
    return set_environment_up(python, dev=dev)


# Verbs -------------------------------------------------------------------------------------------


def run(python: str, environment: Mapping[str, str]) -> int:
    """Open the window; where none can open, say so and compose a cue by the command line."""
    problem = display_problem(environment)
    if problem is None:
        return subprocess.call([python, "-m", "app"], cwd=ROOT)
    print(f"{problem} So no window opens; the command line composes a cue instead:")
    print(f"    psychoscore {' '.join(CUE_WITHOUT_WINDOW)}", flush=True)
    code = subprocess.call([python, "-m", "app", *CUE_WITHOUT_WINDOW], cwd=ROOT)
    if code == 0:
        print(f"The cue lies in {ROOT / 'cue.mid'}.")
    return code


def test(python: str, arguments: Sequence[str]) -> int:
    """Run the tests and close with the number of skipped ones."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        command = [python, "-m", "pytest", f"--junitxml={report}", *arguments]
        code = subprocess.call(command, cwd=ROOT, stdin=subprocess.DEVNULL)
        print(f"Skipped tests: {skipped_tests(report)}", flush=True)
    return code


def skipped_tests(report: Path) -> str:
    """The number of skipped tests in a JUnit report, or "unknown" where none was written."""
    if not report.exists():
        return "unknown"
    suites = ElementTree.parse(report).getroot().iter("testsuite")
    return str(sum(int(suite.get("skipped", "0")) for suite in suites))


def check(python: str) -> int:
    """Run format, lint, types and contracts, all of them even after a failure."""
    failed = []
    for name, arguments in CHECKS.items():
        print(f"== {name}", flush=True)
        if subprocess.call([python, *arguments], cwd=ROOT, stdin=subprocess.DEVNULL):
            failed.append(name)
    print(f"Checks failed: {', '.join(failed)}" if failed else "Checks passed.", flush=True)
    return 1 if failed else 0


def main(argv: Sequence[str]) -> int:
    """Set up and do the verb; returns the exit code."""
    parser = argparse.ArgumentParser(prog="start.py", description="Set PSYCHOSCORE up and use it.")
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("run", help="open the window")
    verbs.add_parser("setup", help="install what `run` needs")
    verbs.add_parser("test", help="run the tests; further words go to pytest")
    checking = verbs.add_parser("check", help="format, lint, types, contracts, tests")
    checking.add_argument("--no-tests", action="store_true", help="leave the tests out")
    args, rest = parser.parse_known_args(argv)
    if rest and args.verb != "test":
        parser.error(f"unknown words: {' '.join(rest)}")
    try:
        python = set_up(dev=args.verb in ("test", "check"))
        if args.verb == "run":
            return run(python, os.environ)
        if args.verb == "test":
            return test(python, rest)
        if args.verb == "check":
            code = check(python)
            return code if args.no_tests else (test(python, ()) or code)
        print("PSYCHOSCORE is set up.")
        return 0
    except SetupError as error:
        print(f"start.py: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _in_ci() -> bool:
    return os.environ.get("CI", "").lower() == "true"


def _runs(python: str, code: str) -> bool:
    try:
        return (
            subprocess.run([python, "-c", code], capture_output=True, check=False).returncode == 0
        )
    except OSError:
        return False


def _version_text(python: str) -> str:
    code = "import sys; print('%d.%d' % sys.version_info[:2])"
    return _output([python, "-c", code]).strip()


def _output(command: Sequence[str]) -> str:
    try:
        result = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return result.stdout


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
