"""The set-up script's decisions: names of packages, what a stamp serves, no display."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import start

DEBIAN_12 = {"ID": "debian", "VERSION_ID": "12", "VERSION_CODENAME": "bookworm"}
DEBIAN_13 = {"ID": "debian", "VERSION_ID": "13", "VERSION_CODENAME": "trixie"}
UBUNTU_22 = {"ID": "ubuntu", "VERSION_CODENAME": "jammy", "UBUNTU_CODENAME": "jammy"}
UBUNTU_24 = {"ID": "ubuntu", "VERSION_CODENAME": "noble", "UBUNTU_CODENAME": "noble"}
MINT_21 = {"ID": "linuxmint", "VERSION_CODENAME": "victoria", "UBUNTU_CODENAME": "jammy"}
LMDE_6 = {"ID": "linuxmint", "VERSION_CODENAME": "faye", "DEBIAN_CODENAME": "bookworm"}


@pytest.mark.parametrize("release", [DEBIAN_12, UBUNTU_22, MINT_21, LMDE_6])
def test_older_releases_keep_the_old_names(release: dict[str, str]) -> None:
    names = start.package_names((*start.WINDOW_PACKAGES, *start.SOUND_PACKAGES), release)
    assert {"libglib2.0-0", "libasound2"} <= set(names)
    assert not [name for name in names if "t64" in name]


@pytest.mark.parametrize("release", [DEBIAN_13, UBUNTU_24])
def test_newer_releases_rename_two_libraries(release: dict[str, str]) -> None:
    old = (*start.WINDOW_PACKAGES, *start.SOUND_PACKAGES)
    new = start.package_names(old, release)
    changed = {before: after for before, after in zip(old, new, strict=True) if before != after}
    assert changed == {"libglib2.0-0": "libglib2.0-0t64", "libasound2": "libasound2t64"}


def test_os_release_is_read_with_and_without_quotes(tmp_path: Path) -> None:
    path = tmp_path / "os-release"
    path.write_text('NAME="Debian GNU/Linux"\nVERSION_CODENAME=bookworm\n\n# comment\n')
    release = start.os_release(str(path))
    assert release == {"NAME": "Debian GNU/Linux", "VERSION_CODENAME": "bookworm"}
    assert start.os_release(str(tmp_path / "none")) == {}


def test_a_stamp_serves_the_same_project_file_in_the_same_folder_only() -> None:
    stamp = start.stamp_text(b"pins", Path("/here"), dev=True)
    assert start.stamp_serves(stamp, start.stamp_text(b"pins", Path("/here"), dev=True))
    assert not start.stamp_serves(stamp, start.stamp_text(b"pins2", Path("/here"), dev=True))
    assert not start.stamp_serves(stamp, start.stamp_text(b"pins", Path("/there"), dev=True))
    assert not start.stamp_serves("", stamp)


def test_what_the_tests_need_serves_the_window_but_not_the_other_way_round() -> None:
    window = start.stamp_text(b"pins", Path("/here"), dev=False)
    tests = start.stamp_text(b"pins", Path("/here"), dev=True)
    assert start.stamp_serves(tests, window)
    assert not start.stamp_serves(window, tests)


def test_without_a_display_the_command_line_composes(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    python = tmp_path / "python"
    python.write_text('#!/bin/sh\necho "called $@"\n')
    python.chmod(0o755)
    assert start.run(str(python), {}) == 0
    printed = capfd.readouterr().out
    assert "no display here" in printed
    assert "called -m app generate --trauma .8 --entropy .3 --bars 8 --key Dm --seed 7" in printed


def test_with_a_display_the_window_opens(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    python = tmp_path / "python"
    python.write_text('#!/bin/sh\necho "called $@"\nexit 3\n')
    python.chmod(0o755)
    assert start.run(str(python), {"QT_QPA_PLATFORM": "offscreen"}) == 3
    assert capfd.readouterr().out == "called -m app\n"


def test_skipped_tests_are_counted_over_all_suites(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    assert start.skipped_tests(report) == "unknown"
    report.write_text(
        '<testsuites><testsuite skipped="2" tests="9"/><testsuite skipped="1"/></testsuites>'
    )
    assert start.skipped_tests(report) == "3"


@pytest.mark.parametrize("argv", [[], ["dance"], ["run", "--fast"], ["check", "stray"]])
def test_unknown_words_are_refused_before_anything_is_set_up(argv: list[str]) -> None:
    with pytest.raises(SystemExit) as leaving:
        start.main(argv)
    assert leaving.value.code == 2


def test_the_script_needs_the_standard_library_alone() -> None:
    code = "import sys, start; print(*{name.partition('.')[0] for name in sys.modules})"
    command = [sys.executable, "-S", "-c", code]
    done = subprocess.run(command, cwd=start.ROOT, capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) <= {"start", "app", "__main__", *sys.stdlib_module_names}
