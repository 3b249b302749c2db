"""`psychoscore play`: a MIDI file to a port or to the speakers.

Without an option it makes the virtual port PSYCHOSCORE and sounds beside it.
"""

from __future__ import annotations

import argparse
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.cli.playback import Playback
from engine.errors import PsychoscoreError
from engine.playing.events import score_events
from engine.playing.protocol import (
    PORT_NAME,
    AudioState,
    Finished,
    PlayerReplaced,
    PortChoice,
    PortJoined,
    PortLost,
    PortOpened,
    Position,
)
from engine.score import Score

# A port that has just been made wants a listener before the first note.
LISTENER_SECONDS = 2.0
RING_OUT_SECONDS = 1.5


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="a MIDI file")
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--port", metavar="NAME", help="play into this MIDI port (see ports)")
    where.add_argument("--virtual", metavar="NAME", help="make a virtual MIDI port of this name")
    where.add_argument("--audio", action="store_true", help="play through the speakers only")


def run(args: argparse.Namespace) -> int:
    from engine.midi.file import read_score

    # A shell without job control makes its background programs deaf to interrupts; this one has
    # notes to end.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    score = read_score(args.file)
    with Playback() as playback:
        heard_in = _open(playback, args)
        seconds = score.tempo_map.seconds(score.end)
        bars = f"{len(score.metres)} bar{'s' * (len(score.metres) != 1)}"
        print(
            f"{args.file.name}: {bars}, {int(seconds) // 60}:{int(seconds) % 60:02d}, "
            f"to {' and '.join(heard_in)}.",
            flush=True,
        )
        _play(playback, score, must_keep_port=args.port is not None or args.virtual is not None)
        if args.port is None and args.virtual is None:
            time.sleep(RING_OUT_SECONDS)
    return 0


def _open(playback: Playback, args: argparse.Namespace) -> list[str]:
    """Open what was asked for; the names of the ends that the music is heard in.

    Raises:
        PsychoscoreError: it cannot be opened, or nothing could be heard at all.
    """
    heard_in: list[str] = []
    troubles: list[str] = []
    if not args.audio:
        choice = (
            PortChoice("named", args.port)
            if args.port
            else PortChoice("virtual", args.virtual or PORT_NAME)
        )
        playback.client.open_port(choice)
        match playback.wait_for(PortOpened, PortLost):
            case PortOpened(name):
                heard_in.append(f"MIDI port {name}")
                if choice.kind == "virtual":
                    _await_listener(playback)
            case PortLost(_, sentence) if args.port or args.virtual:
                raise PsychoscoreError(sentence)
            case PortLost(_, sentence):
                troubles.append(sentence)
    if not (args.port or args.virtual):
        playback.client.set_audio(True)
        state = playback.wait_for(AudioState)
        (heard_in if state.on else troubles).append("the speakers" if state.on else state.sentence)
    if not heard_in:
        raise PsychoscoreError(" ".join(troubles))
    for trouble in troubles:
        print(trouble, file=sys.stderr)
    return heard_in


def _await_listener(playback: Playback) -> None:
    deadline = time.monotonic() + LISTENER_SECONDS
    while (left := deadline - time.monotonic()) > 0:
        reply = playback.next_reply(left)
        if isinstance(reply, PortJoined) and reply.peers:
            return


def _play(playback: Playback, score: Score, *, must_keep_port: bool) -> None:
    events = score_events(score)
    start = min(0, events[0].tick) if events else 0
    with _progress(start, score.end) as show:
        playback.client.load(events, score.tempo_map, end=score.end)
        playback.client.play(start)
        while True:
            reply = playback.next_reply()
            match reply:
                case Finished():
                    return
                case Position():
                    show(reply.tick)
                case PlayerReplaced():
                    print(reply.sentence, file=sys.stderr)
                    if reply.was_playing:
                        playback.client.play(reply.tick)
                case PortLost() if must_keep_port:
                    raise PsychoscoreError(reply.sentence)
                case None:
                    raise PsychoscoreError("The player does not answer.")


@contextmanager
def _progress(start: int, end: int) -> Iterator[Callable[[float], None]]:
    """A bar that follows the ticks, on a terminal; elsewhere nothing is shown."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (BarColumn(), TimeRemainingColumn())
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as progress:
        task = progress.add_task("", total=max(1, end - start))
        yield lambda tick: progress.update(task, completed=tick - start)
