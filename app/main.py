"""Builds the program's objects, wires them, runs the loop, and ends everything in order.

All long work happens elsewhere: torch in the engine worker's thread, music in the player's
process. Torch is imported by the worker, behind the first frame.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import TracebackType

import qasync
from PySide6.QtCore import QSettings, QStandardPaths, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from app.autosaving import Autosaving
from app.feature_switch import leave_modules_unread
from app.greeting import Greeting, projects_folder
from app.session import Session, Trouble
from app.session.gui_thread import GuiThread
from app.session.playback import Player
from app.session.project_files import ProjectFiles
from app.stats import Stats
from app.theme import apply_theme
from app.window import Window
from engine.config.layers import default_user_folder
from engine.model_composer import load_composer
from engine.playing.process import PlayerClient
from engine.playing.protocol import PORT_NAME
from engine.worker import Composer, Worker

START_VARIABLE = "PSYCHOSCORE_START"
"""`plain` begins without first run and start page, for scripts that know where things lie."""
# The worker's Python must yield often, or the window's frames wait for it.
SWITCH_SECONDS = 0.001


@dataclass(frozen=True, slots=True)
class Program:
    """Everything that was built, for whoever runs or tests it."""

    session: Session
    window: Window
    worker: Worker
    player: Player
    greeting: Greeting


def build(
    user_folder: Path,
    documents: Path,
    load: Callable[[str], Composer],
    make_player: Callable[[Callable[[object], None]], Player],
) -> Program:
    """Make the objects and wire them; nothing is running yet.

    Args:
        user_folder: settings, recent projects and the draft of an unsaved one.
        documents: where projects are made unless the user says otherwise.
        load: loads a model, on the worker's thread.
        make_player: makes a player that reports to the callback that it is given.
    """
    gui = GuiThread(QApplication.instance())
    session: Session
    player = make_player(lambda reply: gui.post(lambda: session.hear_player(reply)))
    settings = QSettings(str(user_folder / "window.ini"), QSettings.Format.IniFormat)
    files = ProjectFiles(user_folder, projects_folder(settings, documents))
    session = Session(files, user_folder, player)
    worker = Worker(load, lambda job, event: gui.post(lambda: session.hear_worker(job, event)))
    window = Window(session, settings)
    session.use_worker(worker)
    return Program(session, window, worker, player, Greeting(window, session, settings))


def run(
    project: Path | None = None, argv: Sequence[str] | None = None, *, stats: float | None = None
) -> int:
    """Open the window and stay until it is closed; returns the exit code.

    Args:
        project: a project folder to open at once.
        stats: seconds of composing in which the program measures itself; it then leaves.
    """
    QGuiApplication.setHighDpiScaleFactorRoundingPolicy(
        Qt.HighDpiScaleFactorRoundingPolicy.PassThrough
    )
    sys.setswitchinterval(SWITCH_SECONDS)
    leave_modules_unread()
    app = QApplication(list(argv or sys.argv[:1]))
    app.setApplicationName("PSYCHOSCORE")
    app.setQuitOnLastWindowClosed(False)
    apply_theme(app)
    loop = qasync.QEventLoop(app)
    asyncio.set_event_loop(loop)
    documents = Path(
        QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    )
    user_folder = default_user_folder()
    load = partial(load_composer, models_folder=user_folder / "models")
    if stats is None:
        program = build(user_folder, documents / "PSYCHOSCORE", load, PlayerClient)
        _tell_unforeseen(program.session)
        with loop:
            all_ended = loop.run_until_complete(_live(program, project))
    else:
        # Nothing of the user's is touched: the folder of this user is a new one.
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name, loop:
            watch = Stats(stats)
            program = build(Path(name), Path(name), load, watch.make_player)
            all_ended = loop.run_until_complete(_live(program, None, watch))
    if not all_ended:
        # A thread that is still inside torch would abort an orderly end. All is saved by now.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)
    return 0


def _tell_unforeseen(session: Session) -> None:
    """A fault nobody foresaw is told in the window, with details to copy, and does not end it."""

    def tell(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        sys.__excepthook__(kind, error, trace)
        if isinstance(error, Exception):
            details = "".join(traceback.format_exception(kind, error, trace))
            message = f"Something went wrong inside: {kind.__name__}."
            hint = "Your project is kept; save it, and report the details."
            session.trouble_arose.emit(Trouble(message, hint, details))

    sys.excepthook = tell


async def _live(program: Program, project: Path | None, stats: Stats | None = None) -> bool:
    """Stay until the window is closed; returns whether all threads ended in time."""
    closed = asyncio.Event()
    session, window = program.session, program.window
    window.closing_agreed.connect(closed.set)
    window.show()
    if stats is None:
        QTimer.singleShot(0, lambda: _begin(program, project))
    else:
        stats.left.connect(closed.set)
        QTimer.singleShot(0, lambda: _begin(program, project, sound=False))
        stats.begin(program.session, program.worker)
    autosaving = Autosaving(QApplication.instance(), session.autosave, window)
    await closed.wait()
    autosaving.stop()
    session.cancel()
    # Both wait for another thread or process to end: off the loop, so that it stays alive.
    _, worker_ended = await asyncio.gather(
        asyncio.to_thread(program.player.close), asyncio.to_thread(program.worker.close)
    )
    window.leave()
    # A stack says that it is empty even while it is destroyed, when nobody is there to hear it.
    session.undo_stack.blockSignals(True)
    return worker_ended


def _begin(program: Program, project: Path | None, *, sound: bool = True) -> None:
    """Behind the first frame: the player, the model, and what meets the user."""
    session = program.session
    program.player.start()
    session.rescan_ports()
    session.choose_port(PORT_NAME)
    session.playback.following.follow("auto")
    session.set_audio(sound)
    program.worker.start()
    program.greeting.begin(project, plain=os.environ.get(START_VARIABLE) == "plain")
