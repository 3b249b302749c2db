"""`python -m app` as a process of its own on an X server, and where its widgets lie.

The places come from a twin: the same window, of the same size, on Qt's offscreen platform in the
process of the test. The real one is told nothing and asked nothing.
"""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QMenu, QWidget

from app.theme import tokens
from app.window import Window
from tests.app.running_program import running_program
from tests.end_to_end.command_line import ROOT, command
from tests.end_to_end.screen import Screen, until

WHOLE = QRect(0, 0, 1440, 900)
LEAVING = 30.0


@dataclass(frozen=True)
class Places:
    """Rectangles in the window, in pixels."""

    trauma: QRect
    trauma_track: QRect
    bars: QRect
    generate: QRect
    play: QRect
    stop: QRect
    to_start: QRect
    timeline: QRect
    takes: QRect
    status: QRect
    file_menu: QRect
    recent_row: int
    """Strikes of the Down key from the head of the File menu to the recent projects."""


def find_places(folder: Path) -> Places:
    """Lay the window out offscreen and look where its widgets are; `folder` is scratch."""
    with running_program(folder) as twin:
        window, bar = twin.window, twin.window.menuBar()
        assert window.size() == WHOLE.size()
        trauma = window.compose.psyche.params["trauma"]
        action = bar.actions()[0]
        menu = action.menu()
        assert isinstance(menu, QMenu)
        rows = [each.text() for each in menu.actions() if not each.isSeparator()]
        transport = window.transport
        return Places(
            trauma=_place(window, trauma),
            trauma_track=_place(window, trauma.track),
            bars=_place(window, transport.bars),
            generate=_place(window, transport.generate),
            play=_place(window, transport.play),
            stop=_place(window, transport.stop),
            to_start=_place(window, transport.to_start),
            timeline=_place(window, window.compose.timeline),
            takes=_place(window, window.compose.takes.scroll),
            status=_place(window, window.status),
            file_menu=bar.actionGeometry(action).translated(bar.mapTo(window, QPoint())),
            recent_row=rows.index("Open recent") + 1,
        )


def _place(window: Window, widget: QWidget) -> QRect:
    assert widget.isVisibleTo(window)
    return QRect(widget.mapTo(window, QPoint()), widget.size())


class RealProgram:
    """The program while it runs.

    Args:
        environment: names the display, the JACK server and the home.
        places: where its widgets are.
        log: receives what it says on its standard streams.
        prepared: code that takes something from the process before it becomes the program.
    """

    def __init__(
        self, environment: Mapping[str, str], places: Places, log: Path, prepared: str = ""
    ) -> None:
        self.places, self.screen, self._log = places, Screen(environment), log
        with log.open("wb") as stream:
            self.process = subprocess.Popen(
                command(prepared=prepared),
                cwd=ROOT,
                env=dict(environment),
                stdout=stream,
                stderr=subprocess.STDOUT,
            )
        try:
            until(self._showing, "a window of the program")
            self.window = self.screen.await_window(" - PSYCHOSCORE$")
            self.screen.put(self.window, WHOLE)
        except BaseException:
            self.kill()
            raise

    def _showing(self) -> bool:
        assert self.process.poll() is None, self.said()
        return bool(self.screen.windows(" - PSYCHOSCORE$"))

    def said(self) -> str:
        """All that it wrote on its standard streams."""
        return self._log.read_text()

    @property
    def title(self) -> str:
        assert self.process.poll() is None, self.said()
        return self.screen.title(self.window)

    def await_title(self, title: str) -> None:
        until(lambda: self.title == title, f"the title {title!r}")

    def await_model(self) -> None:
        """Wait until the model is loaded: Generate turns amber."""
        edge = self.places.generate.adjusted(4, 4, -4, 4 - self.places.generate.height() + 4)
        until(lambda: self.screen.shows(tokens.ACCENT, edge), "Generate is ready")

    def answer(self, title: str, key: str) -> None:
        """Strike a key in a dialog, wait until it has closed, and go on in the window."""
        self.screen.await_window(title)
        self.screen.keys(key)
        until(lambda: not self.screen.windows(title), f"the dialog {title!r} closes")
        self.screen.await_window(" - PSYCHOSCORE$")

    def save_as(self, folder: Path, keys: str) -> None:
        """Strike `keys`, type a folder into the dialog that opens, and wait for the project."""
        self.screen.keys(keys)
        title = "^Save project as a folder$"
        self.screen.await_window(title)
        self.screen.type(str(folder))
        self.answer(title, "Return")
        until((folder / "psychoscore.json").is_file, f"a project in {folder}")

    def open_recent(self, number: int = 1) -> None:
        """Open a project of the File menu's list, the last one being 1."""
        title = self.title
        down = ["Down"] * self.places.recent_row

        def opened() -> bool:
            # A key that comes while a menu is still being opened is lost, and a menu that lost
            # its grab hears no more: each attempt begins anew, and slower than a machine can be.
            self.screen.keys("Escape", "Escape")
            self.screen.click(self.places.file_menu.center())
            for key in (*down, "Right", *["Down"] * (number - 1), "Return"):
                time.sleep(0.4)
                self.screen.keys(key)
            time.sleep(2)
            return self.title != title

        until(opened, "another project is open")

    def quit(self) -> None:
        """Leave by the keyboard and see that it went in order and said nothing."""
        self.screen.keys("ctrl+q")
        until(lambda: self.process.poll() is not None, "the program has left", LEAVING)
        left = self.process.returncode, self.said()
        assert left == (0, ""), left

    def kill(self) -> None:
        """End it without a word."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
        self.process.wait(LEAVING)


@contextmanager
def real_program(
    environment: Mapping[str, str], places: Places, log: Path, prepared: str = ""
) -> Iterator[RealProgram]:
    """Start the program; it is killed where the test leaves it running, or fails.

    What was on the screen when the test failed lies beside the log.
    """
    program = RealProgram(environment, places, log, prepared)
    try:
        yield program
    except BaseException:
        program.screen.picture().save(str(log.with_suffix(".png")))
        raise
    finally:
        program.kill()
