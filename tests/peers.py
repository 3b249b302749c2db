"""Which tests may be skipped: those of a named peer that is not installed here, and no others.

A pytest plugin. It gives `@pytest.mark.peer("ardour")` its meaning and fails a run in which
anything else was skipped or expected to fail, so that a green run means that everything ran.
"""

from __future__ import annotations

import shutil
from collections.abc import Generator

import pytest

PEERS = {
    "ardour": ("ardour7-lua",),
    "jack-midi-clock": ("jack_midi_clock",),
    "musescore": ("musescore3", "mscore3", "musescore", "mscore", "mscore4portable"),
}
_REASON = "peer not installed: "
_UNNAMED = pytest.StashKey[list[str]]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_UNNAMED] = []
    config.pluginmanager.register(_SkipWatch(config.stash[_UNNAMED]), "skip-watch")


def pytest_runtest_setup(item: pytest.Item) -> None:
    for mark in item.iter_markers("peer"):
        programs = PEERS.get(mark.args[0])
        if programs is None:
            raise pytest.UsageError(f"{mark.args[0]!r} is none of the peers {', '.join(PEERS)}")
        if not any(shutil.which(program) for program in programs):
            pytest.skip(_REASON + mark.args[0])


class _SkipWatch:
    """Notes each skip that no peer explains."""

    def __init__(self, unnamed: list[str]) -> None:
        self.unnamed = unnamed

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._note(report)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        self._note(report)

    def _note(self, report: pytest.TestReport | pytest.CollectReport) -> None:
        if report.skipped and _REASON not in str(report.longrepr):
            self.unnamed.append(report.nodeid)

    @pytest.hookimpl(wrapper=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> Generator[None, None, None]:
        if self.unnamed and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
        return (yield)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self.unnamed:
            terminalreporter.section("skipped, but only tests of a named peer may be", red=True)
            for nodeid in self.unnamed:
                terminalreporter.line(nodeid)
