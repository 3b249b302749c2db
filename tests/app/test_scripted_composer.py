"""The composer that other tests lean on keeps its own promises."""

from __future__ import annotations

import threading

from engine.hole import Hole
from engine.lanes import Lane, Lanes
from engine.profile import Profile
from engine.score import Metre, Voice
from engine.take import (
    BarComposed,
    GenerationRequest,
    InfillRequest,
    NoteComposed,
    Take,
    TakeComposed,
)
from tests.app.scripted_composer import ScriptedComposer


def never() -> bool:
    return False


def test_streams_notes_bars_and_take_that_agree() -> None:
    request = GenerationRequest(metres=(Metre(3, 4),) * 3, seed=5)
    events = list(ScriptedComposer().compose([request], never))
    notes = [event.note for event in events if isinstance(event, NoteComposed)]
    bars = [event for event in events if isinstance(event, BarComposed)]
    takes = [event.result for event in events if isinstance(event, TakeComposed)]
    assert [bar.bar for bar in bars] == [1, 2, 3]
    assert sorted(notes) == list(takes[0].score.notes)
    assert takes[0].score.metres == request.metres
    assert max(note.end for note in notes) <= takes[0].score.end


def test_same_request_same_take_other_seed_other_take() -> None:
    def take(seed: int) -> object:
        return list(ScriptedComposer().compose([GenerationRequest(seed=seed)], never))[-1]

    assert take(1) == take(1)
    assert take(1) != take(2)


def test_obeys_lanes_and_temperature() -> None:
    lane = Lane("entropy", ((1.0, 0.1), (5.0, 0.1), (5.0, 0.9)))
    request = GenerationRequest(lanes=Lanes(Profile(), (lane,)))
    bars = [
        event
        for event in ScriptedComposer().compose([request], never)
        if isinstance(event, BarComposed)
    ]
    assert len(bars[7].notes) > len(bars[0].notes)
    assert bars[7].temperature > bars[0].temperature


def test_gate_holds_each_bar_and_cancel_opens_it() -> None:
    gate = threading.Semaphore(1)
    stop = threading.Event()
    stream = ScriptedComposer(gate).compose([GenerationRequest()], stop.is_set)
    while not isinstance(next(stream), BarComposed):
        pass
    stop.set()
    assert list(stream) == []


def a_take() -> Take:
    last = list(ScriptedComposer().compose([GenerationRequest(seed=1)], never))[-1]
    assert isinstance(last, TakeComposed)
    return last.result


def filled(hole: Hole, seed: int = 2) -> tuple[list[int], Take]:
    """The bars that were told of, and the take."""
    request = InfillRequest.into(a_take(), GenerationRequest(seed=seed), hole)
    events = list(ScriptedComposer().compose([request], never))
    bars = [event.bar for event in events if isinstance(event, BarComposed)]
    last = events[-1]
    assert isinstance(last, TakeComposed) and last.result.provenance.hole == hole
    new = {event.note for event in events if isinstance(event, NoteComposed)}
    assert new == set(hole.split(last.result.score)[0])
    return bars, last.result


def test_a_hole_is_filled_and_all_else_stays() -> None:
    hole = Hole(3, 4, voices=(Voice.MELODY,))
    bars, take = filled(hole)
    assert bars == [3, 4] and len(take.provenance.temperatures) == 8
    assert hole.split(take.score)[1] == hole.split(a_take().score)[1]
    assert hole.split(take.score)[0] != hole.split(a_take().score)[0]


def test_a_kept_rhythm_and_a_continuation() -> None:
    _, kept = filled(Hole(1, 2, keep_rhythm=True))
    assert [(n.onset, n.duration) for n in kept.score.notes] == [
        (n.onset, n.duration) for n in a_take().score.notes
    ]
    bars, longer = filled(Hole(9, 10))
    assert bars == [9, 10] and len(longer.score.metres) == 10
    assert longer.score.notes[: len(a_take().score.notes)] == a_take().score.notes
