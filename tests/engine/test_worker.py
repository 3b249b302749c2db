"""The worker thread with a real little composer: order, ids, cancel, errors."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator, Sequence

import pytest

from engine.errors import PsychoscoreError
from engine.hole import Hole
from engine.live import LiveBar
from engine.model_composer import ModelComposer
from engine.take import (
    BarComposed,
    GenerationEvent,
    GenerationRequest,
    InfillRequest,
    TakeComposed,
)
from engine.worker import (
    Composer,
    JobCancelled,
    JobFailed,
    JobFinished,
    ModelFailed,
    ModelLoaded,
    Worker,
    WorkerEvent,
    WorkEvent,
)
from tests.app.scripted_composer import ScriptedComposer
from tests.engine.composing.test_live import METRE, ScriptedReins
from tests.engine.tiny import tiny_model


class Log:
    """Collects delivered events in order; `until` waits for one of a kind."""

    def __init__(self) -> None:
        self.queue: queue.Queue[tuple[int, WorkerEvent]] = queue.Queue()
        self.seen: list[tuple[int, WorkerEvent]] = []

    def deliver(self, job: int, event: WorkerEvent) -> None:
        self.queue.put((job, event))

    def until(self, *kinds: type) -> tuple[int, WorkerEvent]:
        while True:
            self.seen.append(self.queue.get(timeout=10))
            if isinstance(self.seen[-1][1], kinds):
                return self.seen[-1]

    def of(self, job: int) -> list[WorkerEvent]:
        return [event for number, event in self.seen if number == job]


@pytest.fixture
def log() -> Log:
    return Log()


def working(log: Log, composer: Composer) -> Worker:
    worker = Worker(lambda name: composer, log.deliver)
    worker.use_model("scripted")
    worker.start()
    log.until(ModelLoaded)
    return worker


def test_delivers_all_takes_of_a_job_in_order_with_its_id(log: Log) -> None:
    worker = working(log, ScriptedComposer())
    job = worker.submit([GenerationRequest(take=0), GenerationRequest(take=1)])
    assert log.until(JobFinished)[0] == job
    takes = [event.take for event in log.of(job) if isinstance(event, TakeComposed)]
    assert takes == [0, 1]
    assert worker.close()


def test_cancel_ends_the_job_without_a_take_and_closes_the_generator(log: Log) -> None:
    gate = threading.Semaphore(2)
    worker = working(log, ScriptedComposer(gate))
    job = worker.submit([GenerationRequest()])
    log.until(BarComposed)
    worker.cancel(job)
    assert log.until(JobCancelled, JobFinished) == (job, JobCancelled())
    assert not any(isinstance(event, TakeComposed) for event in log.of(job))
    gate.release(100)
    following = worker.submit([GenerationRequest()])
    assert log.until(JobFinished)[0] == following
    assert worker.close()


def test_newer_wish_replaces_the_waiting_one_only(log: Log) -> None:
    gate = threading.Semaphore(1)
    worker = working(log, ScriptedComposer(gate))
    running = worker.submit([GenerationRequest()])
    log.until(BarComposed)
    waiting = worker.submit([GenerationRequest()])
    newest = worker.submit([GenerationRequest()])
    assert log.until(JobCancelled)[0] == waiting
    gate.release(100)
    assert log.until(JobFinished)[0] == running
    assert log.until(JobFinished)[0] == newest
    assert worker.close()


def test_tap_hears_the_music_of_its_own_job_only(log: Log) -> None:
    worker = working(log, ScriptedComposer())
    heard: list[GenerationEvent] = []
    tapped = worker.submit([GenerationRequest()], heard.append)
    log.until(JobFinished)
    worker.submit([GenerationRequest(seed=3)])
    log.until(JobFinished)
    assert heard == log.of(tapped)[:-1]
    assert worker.close()


def test_cancelling_a_waiting_job_leaves_the_running_one(log: Log) -> None:
    gate = threading.Semaphore(1)
    worker = working(log, ScriptedComposer(gate))
    running = worker.submit([GenerationRequest()])
    log.until(BarComposed)
    waiting = worker.submit([GenerationRequest()])
    worker.cancel(waiting)
    assert log.until(JobCancelled)[0] == waiting
    gate.release(100)
    assert log.until(JobFinished, JobCancelled) == (running, JobFinished())
    assert worker.close()


class Broken(ScriptedComposer):
    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error: Exception | None = error

    def compose(
        self, requests: Sequence[GenerationRequest], cancelled: Callable[[], bool]
    ) -> Iterator[GenerationEvent]:
        if self.error is not None:
            error, self.error = self.error, None
            raise error
        return super().compose(requests, cancelled)


@pytest.mark.parametrize(
    ("error", "words"),
    [(PsychoscoreError("Out of bars.", "Ask for less."), "Out of bars."), (ValueError("x"), "x")],
)
def test_error_becomes_an_event_and_the_worker_lives_on(
    log: Log, error: Exception, words: str
) -> None:
    worker = working(log, Broken(error))
    job = worker.submit([GenerationRequest()])
    number, event = log.until(JobFailed)
    assert number == job and isinstance(event, JobFailed) and words in event.message
    following = worker.submit([GenerationRequest()])
    assert log.until(JobFinished)[0] == following
    assert worker.close()


def test_model_that_cannot_be_loaded_keeps_the_one_before(log: Log) -> None:
    composer = ScriptedComposer()

    def load(name: str) -> Composer:
        if name == "missing":
            raise PsychoscoreError("There is no model named missing.", "Choose another.")
        return composer

    worker = Worker(load, log.deliver)
    worker.start()
    worker.use_model("missing")
    assert log.until(ModelFailed)[1] == ModelFailed(
        "missing", "There is no model named missing.", "Choose another."
    )
    worker.submit([GenerationRequest()])
    failed = log.until(JobFailed)[1]
    assert isinstance(failed, JobFailed) and "No model" in failed.message
    worker.use_model("scripted")
    log.until(ModelLoaded)
    worker.use_model("missing")
    log.until(ModelFailed)
    worker.submit([GenerationRequest()])
    log.until(JobFinished)
    assert worker.close()


def test_close_cancels_and_ends_the_thread(log: Log) -> None:
    worker = working(log, ScriptedComposer(threading.Semaphore(0)))
    worker.submit([GenerationRequest()])
    assert worker.close()


def test_a_hole_of_a_take_is_filled_as_takes_are_composed(log: Log) -> None:
    worker = working(log, ModelComposer(tiny_model()))
    wish = GenerationRequest(metres=GenerationRequest().metres[:3], seed=2)
    worker.submit([wish])
    log.until(TakeComposed)
    (take,) = (event.result for _, event in log.seen if isinstance(event, TakeComposed))
    log.until(JobFinished)
    anew = InfillRequest.into(take, GenerationRequest(seed=9), Hole(2, 2))
    on = InfillRequest.into(take, GenerationRequest(seed=9), Hole(4, 5))
    job = worker.submit([anew, on])
    assert log.until(JobFinished, JobFailed) == (job, JobFinished())
    filled = [event.result for event in log.of(job) if isinstance(event, TakeComposed)]
    assert sorted(len(each.score.metres) for each in filled) == [3, 5]
    _, staying = anew.hole.split(take.score)
    assert all(set(staying) <= set(each.score.notes) for each in filled)
    assert {each.provenance.hole for each in filled} == {anew.hole, on.hole}
    mixed = worker.submit([wish, anew])
    assert log.until(JobFinished, JobFailed)[0] == mixed
    assert isinstance(log.of(mixed)[-1], JobFailed)
    assert worker.close()


def test_live_music_goes_on_until_its_reins_end_it_and_leaves_a_take(log: Log) -> None:
    worker = working(log, ScriptedComposer())
    heard: list[WorkEvent] = []
    job = worker.submit_live(GenerationRequest(metres=(METRE,)), ScriptedReins(3), heard.append)
    assert log.until(JobFinished)[0] == job
    events = log.of(job)
    assert [event.bar for event in events if isinstance(event, LiveBar)] == [1, 2, 3]
    assert isinstance(events[-2], TakeComposed) and heard == events[:-1]
    assert worker.close()


def test_cancelled_live_music_leaves_nothing(log: Log) -> None:
    gate = threading.Semaphore(2)
    worker = working(log, ScriptedComposer(gate))
    job = worker.submit_live(GenerationRequest(metres=(METRE,)), ScriptedReins(9))
    log.until(LiveBar)
    worker.cancel(job)
    assert log.until(JobCancelled, JobFinished) == (job, JobCancelled())
    assert not any(isinstance(event, TakeComposed) for event in log.of(job))
    assert worker.close()
