"""The engine worker: the one thread that touches torch, with jobs, a mailbox and a cancel flag.

It owns the loaded model and the running generation. It knows neither windows nor files: what
it composes leaves as frozen events, each with the id of its job, through a callback that is
called on this thread. Torch is imported by the loader, on this thread, so that a window can be
drawn first.

The mailbox holds one wish for a model and one for music; a newer wish replaces one that has
not begun. A cancelled job delivers nothing more than its `JobCancelled`.
"""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from engine.composed_by import ComposedBy
from engine.errors import PsychoscoreError
from engine.live import BarCommitted, LiveBar, Reins
from engine.take import ComposingRequest, GenerationEvent, GenerationRequest


class Composer(Protocol):
    """A loaded model that composes, with the licences that its music carries."""

    @property
    def name(self) -> str: ...

    @property
    def hash(self) -> str: ...

    @property
    def lineage(self) -> tuple[str, ...]: ...

    @property
    def non_commercial(self) -> bool: ...

    @property
    def metrics(self) -> Mapping[str, float]: ...

    @property
    def by(self) -> ComposedBy | None:
        """What runs it on this machine; None for a composer that is no network."""
        ...

    def compose(
        self, requests: Sequence[ComposingRequest], cancelled: Callable[[], bool]
    ) -> Iterator[GenerationEvent]: ...

    def live(
        self, request: GenerationRequest, reins: Reins, cancelled: Callable[[], bool]
    ) -> Iterator[WorkEvent]: ...


@dataclass(frozen=True, slots=True)
class ModelLoaded:
    """A model is ready; generations from now on use it. `metrics` are the numbers of its card,
    `by` is what runs it on this machine."""

    name: str
    hash: str
    lineage: tuple[str, ...]
    non_commercial: bool
    metrics: tuple[tuple[str, float], ...] = ()
    by: ComposedBy | None = None


@dataclass(frozen=True, slots=True)
class ModelFailed:
    """A model could not be loaded; the one before stays in use."""

    name: str
    message: str
    hint: str
    details: str = ""


@dataclass(frozen=True, slots=True)
class JobFinished:
    """All takes of the job have been delivered."""


@dataclass(frozen=True, slots=True)
class JobCancelled:
    """The job was cancelled or replaced before it began; nothing of it may be kept."""


@dataclass(frozen=True, slots=True)
class JobFailed:
    """The job broke; nothing of it may be kept. `details` is for a bug report, not for the eye."""

    message: str
    hint: str
    details: str = ""


WorkEvent = GenerationEvent | BarCommitted | LiveBar
WorkerEvent = WorkEvent | ModelLoaded | ModelFailed | JobFinished | JobCancelled | JobFailed
Deliver = Callable[[int, WorkerEvent], None]
Tap = Callable[[WorkEvent], None]


@dataclass(frozen=True, slots=True)
class _Job:
    number: int
    requests: tuple[ComposingRequest, ...]
    tap: Tap | None
    cancelled: threading.Event
    reins: Reins | None = None


class Worker:
    """One torch thread with a mailbox.

    Args:
        load: turns the name of a model into a composer; runs on the worker's thread and may
            take seconds. Raises PsychoscoreError where the model cannot be had.
        deliver: receives every event with its job id, on the worker's thread.
    """

    def __init__(self, load: Callable[[str], Composer], deliver: Deliver) -> None:
        self._load = load
        self._deliver = deliver
        self._changed = threading.Condition()
        self._last_number = 0
        self._wished_model: tuple[int, str] | None = None
        self._waiting: _Job | None = None
        self._running: _Job | None = None
        self._closed = False
        self._composer: Composer | None = None
        self._thread = threading.Thread(target=self._work, name="engine worker", daemon=True)

    def start(self) -> None:
        """Begin to work; wishes made before are kept."""
        self._thread.start()

    def use_model(self, name: str) -> int:
        """Wish for a model by name; answered by `ModelLoaded` or `ModelFailed`."""
        with self._changed:
            number = self._next_number()
            self._wished_model = (number, name)
            self._changed.notify()
        return number

    def submit(self, requests: Sequence[ComposingRequest], tap: Tap | None = None) -> int:
        """Wish for takes; a wish that has not begun yet is replaced and told so.

        Args:
            requests: one for each take, all of new music or all of holes in music.
            tap: hears the music of this job on the worker's thread, before `deliver` does, so
                that notes reach a player without waiting for a window.

        Returns:
            The id that all events of this job carry.
        """
        return self._put(tuple(requests), tap, None)

    def submit_live(self, request: GenerationRequest, reins: Reins, tap: Tap | None = None) -> int:
        """Wish for music that goes on until `reins` end it; its last event is the take.

        Cancelled, it keeps nothing.
        """
        return self._put((request,), tap, reins)

    def _put(
        self, requests: tuple[ComposingRequest, ...], tap: Tap | None, reins: Reins | None
    ) -> int:
        with self._changed:
            job = _Job(self._next_number(), requests, tap, threading.Event(), reins)
            replaced, self._waiting = self._waiting, job
            self._changed.notify()
        if replaced is not None:
            self._deliver(replaced.number, JobCancelled())
        return job.number

    def cancel(self, number: int) -> None:
        """Cancel a job, running or waiting. It delivers at most its `JobCancelled` from now on."""
        with self._changed:
            if self._waiting is not None and self._waiting.number == number:
                dropped, self._waiting = self._waiting, None
            else:
                dropped = None
                if self._running is not None and self._running.number == number:
                    self._running.cancelled.set()
        if dropped is not None:
            self._deliver(dropped.number, JobCancelled())

    def close(self, timeout: float = 5.0) -> bool:
        """Cancel everything and end the thread; returns whether it ended within `timeout` s."""
        with self._changed:
            self._closed = True
            self._waiting = self._wished_model = None
            if self._running is not None:
                self._running.cancelled.set()
            self._changed.notify()
        if self._thread.is_alive():
            self._thread.join(timeout)
        return not self._thread.is_alive()

    @property
    def busy(self) -> bool:
        """Whether a job is running, or one that was cancelled has not let go of the thread yet."""
        with self._changed:
            return self._running is not None

    def _next_number(self) -> int:
        self._last_number += 1
        return self._last_number

    def _work(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._closed or self._wished_model or self._waiting)
                if self._closed:
                    return
                # A model that was wished for goes first: music asked for later means that model.
                wish, self._wished_model = self._wished_model, None
                if wish is None:
                    self._running, self._waiting = self._waiting, None
            if wish is not None:
                self._change_model(*wish)
            elif self._running is not None:
                self._compose(self._running)
                with self._changed:
                    self._running = None

    def _change_model(self, number: int, name: str) -> None:
        try:
            composer = self._load(name)
        except PsychoscoreError as error:
            self._deliver(number, ModelFailed(name, error.message, error.hint))
        except Exception as error:  # the edge of the thread: a broken model must not end it
            message = f"The model {name} could not be loaded: {error}."
            self._deliver(number, ModelFailed(name, message, "", traceback.format_exc()))
        else:
            self._composer = composer
            self._deliver(
                number,
                ModelLoaded(
                    composer.name,
                    composer.hash,
                    composer.lineage,
                    composer.non_commercial,
                    tuple(composer.metrics.items()),
                    composer.by,
                ),
            )

    def _compose(self, job: _Job) -> None:
        try:
            if self._composer is None:
                raise PsychoscoreError("No model is loaded.", "Choose a model first.")
            for event in self._events(self._composer, job):
                self._deliver(job.number, event)
        except PsychoscoreError as error:
            self._end(job, JobFailed(error.message, error.hint))
        except Exception as error:  # the edge of the thread: it must live on for the next job
            message = f"Composing stopped: {type(error).__name__}: {error}."
            self._end(job, JobFailed(message, "", traceback.format_exc()))
        else:
            self._end(job, JobFinished())

    def _events(self, composer: Composer, job: _Job) -> Iterator[WorkEvent]:
        stream = self._stream(composer, job)
        try:
            for event in stream:
                if job.cancelled.is_set():
                    return
                if job.tap is not None:
                    job.tap(event)
                yield event
        finally:
            close = getattr(stream, "close", None)
            if close is not None:
                close()

    def _stream(self, composer: Composer, job: _Job) -> Iterator[WorkEvent]:
        if job.reins is None:
            return composer.compose(job.requests, job.cancelled.is_set)
        first = job.requests[0]
        assert isinstance(first, GenerationRequest)
        return composer.live(first, job.reins, job.cancelled.is_set)

    def _end(self, job: _Job, event: JobFinished | JobFailed) -> None:
        self._deliver(job.number, JobCancelled() if job.cancelled.is_set() else event)
