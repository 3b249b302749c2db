"""Starting and ending one player process, and the two ends of its pipe.

A fresh interpreter runs `engine.playing.child`; nothing of the parent's main module is imported
there, as multiprocessing would. Only the player inherits its end of the pipe, so the pipe's end
is the parent's end, whatever other processes the parent has started.
"""

from __future__ import annotations

import multiprocessing
import os
import socket
import subprocess
import sys
import time
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any

import engine
from engine.playing.protocol import Command, encode

if TYPE_CHECKING:
    Link = Connection[Any, Any]

_SECOND_LOOK_SECONDS = 0.05


class Child:
    """A player that has just been started."""

    def __init__(self) -> None:
        self.ending = False
        self._link, self._process = _start()

    @property
    def pid(self) -> int:
        return self._process.pid

    def send(self, command: Command) -> None:
        """Write one command; a player that is gone hears nothing, and the listener will tell."""
        try:
            self._link.send_bytes(encode(command))
        except OSError:
            return

    def speaks(self, patience: float) -> bool:
        """True when a reply is there, or comes within `patience` seconds."""
        asked = time.monotonic()
        if self._link.poll(patience):
            return True
        # We were frozen ourselves if so much more time has passed: then ask again.
        overslept = time.monotonic() - asked > 2 * patience
        return self._link.poll(patience if overslept else _SECOND_LOOK_SECONDS)

    def receive(self) -> bytes:
        """The bytes of one reply.

        Raises:
            EOFError, OSError: the player is no more.
        """
        return self._link.recv_bytes()

    def kill(self) -> None:
        self._process.kill()

    def end(self, seconds: float) -> None:
        """Wait for the process to leave, then make it leave."""
        self.ending = True
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def close(self) -> None:
        """Close the pipe, once nobody reads it any more."""
        self._link.close()


if sys.platform == "win32":

    def _start() -> tuple[Link, subprocess.Popen[bytes]]:
        ours, theirs = multiprocessing.Pipe()
        handle = theirs.fileno()
        os.set_handle_inheritable(handle, True)
        startup = subprocess.STARTUPINFO(lpAttributeList={"handle_list": [handle]})
        try:
            process = subprocess.Popen(
                _command(handle),
                cwd=_root(),
                startupinfo=startup,
                creationflags=subprocess.HIGH_PRIORITY_CLASS | subprocess.CREATE_NO_WINDOW,
            )
        finally:
            theirs.close()
        return ours, process

else:

    def _start() -> tuple[Link, subprocess.Popen[bytes]]:
        ours, theirs = socket.socketpair()
        with theirs:
            process = subprocess.Popen(
                _command(theirs.fileno()), cwd=_root(), pass_fds=(theirs.fileno(),)
            )
        return Connection(ours.detach()), process


def _command(handle: int) -> list[str]:
    return [sys.executable, "-m", "engine.playing.child", str(handle)]


def _root() -> Path:
    # Started from there, the player finds this very engine, and nothing of the user's folder.
    return Path(engine.__file__).resolve().parent.parent
