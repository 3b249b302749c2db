"""A child process that shares the loaded program: to be refused by the kernel, or killed."""

from __future__ import annotations

import os
import signal
import sys
import time
import traceback
from collections.abc import Callable

from engine.errors import PsychoscoreError

NOBODY = 65534


def sentence_of(action: Callable[[], object], *, before: Callable[[], object] = int) -> str:
    """The sentence with which an action ends in a child, empty where it ends well.

    Args:
        action: what is tried.
        before: prepares the child, such as giving up rights.
    """
    read_end, write_end = os.pipe()
    child = os.fork()
    if child == 0:
        answer = ""
        try:
            before()
            action()
        except PsychoscoreError as error:
            answer = str(error)
        except BaseException:
            answer = "".join(traceback.format_exception(*sys.exc_info()))
        os.write(write_end, answer.encode())
        os._exit(0)
    os.close(write_end)
    with os.fdopen(read_end) as stream:
        answer = stream.read()
    os.waitpid(child, 0)
    return answer


def give_up_root() -> None:
    """Root may write anywhere; an ordinary user may not."""
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)


def killed_while(action: Callable[[], object], seconds: float) -> None:
    """Repeat an action in a child until it is killed, without warning, after some seconds."""
    child = os.fork()
    if child == 0:
        try:
            while True:
                action()
        finally:
            os._exit(1)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), "the child ended before it was killed"
