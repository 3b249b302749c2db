"""A little rule-based composer: real takes in microseconds, where a test needs no network.

It obeys the request as a network would (bars, metres, key, seed, lanes, temperatures) and
streams the same events, also where a hole is filled and the rest stays. With a gate, each bar
waits until the test lets it through.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from engine.composed_by import ComposedBy
from engine.lanes import Lanes
from engine.live import BarCommitted, Heard, LiveBar, Pressure, Reins, recorded_lanes
from engine.score import Key, Note, Score, Voice, bar_starts
from engine.take import (
    BarComposed,
    ComposingRequest,
    GenerationEvent,
    GenerationRequest,
    InfillRequest,
    NoteComposed,
    Provenance,
    Refinement,
    RefineRequest,
    Take,
    TakeComposed,
    TakeRefined,
)
from engine.temperature import temperature
from engine.worker import WorkEvent

MATCHES = (0.42, 0.35, 0.61, 0.5, 0.2, 0.77, 0.3, 0.31, 0.7, 0.1, 0.64, 0.2, 0.3, 0.4, 0.5, 0.6)
MINOR, MAJOR = (0, 3, 7), (0, 4, 7)


class ScriptedComposer:
    """Composes broken chords: darker with trauma, denser with entropy."""

    name = "scripted"
    hash = "0" * 64
    lineage = ("rules of the test",)
    non_commercial = False
    metrics: Mapping[str, float] = MappingProxyType({})
    by: ComposedBy | None = None
    matches: tuple[float, ...] = ()
    """How near its takes are to their wish, by number; empty where nobody listens."""
    shared: int | None = None
    """What its takes say of their longest run of notes that is known."""

    def __init__(self, gate: threading.Semaphore | None = None) -> None:
        self._gate = gate
        self.closed_early = 0

    def compose(
        self, requests: Sequence[ComposingRequest], cancelled: Callable[[], bool]
    ) -> Iterator[GenerationEvent]:
        try:
            for index, request in enumerate(requests):
                if isinstance(request, InfillRequest):
                    yield from self._fill(index, request, cancelled)
                elif isinstance(request, RefineRequest):
                    yield from self._refine(index, request, cancelled)
                else:
                    yield from self._take(index, request, cancelled)
        except GeneratorExit:
            self.closed_early += 1
            raise

    def live(
        self, request: GenerationRequest, reins: Reins, cancelled: Callable[[], bool]
    ) -> Iterator[WorkEvent]:
        """Bar after bar, each with the profile of its moment; what is held comes again."""
        bars: list[LiveBar] = []
        ticks = request.metres[0].ticks
        while reins.wait_for(len(bars) * ticks, cancelled):
            number, wish = len(bars) + 1, reins.wish()
            held = bool(wish.hold and bars)
            yield BarCommitted(number, wish.profile, held)
            if not self._let_through(cancelled):
                return
            if held:
                old = bars[-min(wish.hold, len(bars))]
                away = (number - old.bar) * ticks
                notes = tuple(replace(note, onset=note.onset + away) for note in old.notes)
            else:
                told = replace(request, lanes=Lanes(wish.profile), metres=request.metres * number)
                notes = tuple(_bar(told, number, (number - 1) * ticks))
            late = reins.pressure((number - 1) * ticks) is not Pressure.NONE
            for note in notes:
                yield NoteComposed(0, number, note)
            heat = temperature(wish.profile, request.temperature).value
            bars.append(LiveBar(number, wish.profile, heat, notes, held, unguided=late))
            reins.composed()
            yield bars[-1]
        heard = reins.heard()
        kept = [] if cancelled() else bars[: -(-heard.tick // ticks)]
        if kept:
            yield TakeComposed(0, self._live_take(request, kept, heard))

    def _live_take(self, request: GenerationRequest, bars: Sequence[LiveBar], heard: Heard) -> Take:
        told = replace(
            request,
            metres=request.metres * len(bars),
            lanes=recorded_lanes([bar.profile for bar in bars]),
            tempo_map=heard.tempo_map,
        )
        notes = tuple(note for bar in bars for note in bar.notes if note.onset < heard.tick)
        score = Score(notes, told.metres, heard.tempo_map, request.key or Key(0, "major"))
        heats = tuple(bar.temperature for bar in bars)
        return Take(score, Provenance(told, self.name, self.hash, heats, self.lineage, False, "0"))

    def _take(
        self, index: int, request: GenerationRequest, cancelled: Callable[[], bool]
    ) -> Iterator[GenerationEvent]:
        starts, notes, temperatures = bar_starts(request.metres), [], []
        for bar in range(1, request.bars + 1):
            if not self._let_through(cancelled):
                return
            composed = _bar(request, bar, starts[bar - 1])
            profile = request.lanes.profile_at(bar)
            temperatures.append(temperature(profile, request.temperature).value)
            notes += composed
            for note in composed:
                yield NoteComposed(index, bar, note)
            yield BarComposed(index, bar, temperatures[-1], tuple(composed))
        key = request.key or Key(0, "major")
        score = Score(tuple(sorted(notes)), request.metres, request.tempo_map, key)
        provenance = Provenance(
            request,
            self.name,
            self.hash,
            tuple(temperatures),
            self.lineage,
            False,
            "0",
            match=self.matches[request.take] if self.matches else None,
            shared=self.shared,
        )
        yield TakeComposed(index, Take(score, provenance))

    def _fill(
        self, index: int, request: InfillRequest, cancelled: Callable[[], bool]
    ) -> Iterator[GenerationEvent]:
        hole, wish, origin = request.hole, request.wish, request.origin
        leaving, staying = hole.split(request.base)
        starts, new = bar_starts(wish.metres), []
        bars = len(request.base.metres)
        known = origin.temperatures if origin and len(origin.temperatures) == bars else ()
        heats = [*known[: hole.first - 1]]
        for bar in range(hole.first, hole.last + 1):
            if not self._let_through(cancelled):
                return
            if hole.keep_rhythm:
                old = [note for note in leaving if starts[bar - 1] <= note.onset < starts[bar]]
                composed = [replace(note, pitch=note.pitch + 1) for note in old]
            else:
                composed = [
                    note
                    for note in _bar(wish, bar, starts[bar - 1])
                    if hole.takes(note.voice, note.pitch)
                ]
            heats.append(temperature(wish.lanes.profile_at(bar), wish.temperature).value)
            new += composed
            for note in composed:
                yield NoteComposed(index, bar, note)
            kept = [note for note in staying if starts[bar - 1] <= note.onset < starts[bar]]
            yield BarComposed(index, bar, heats[-1], tuple(sorted([*kept, *composed])))
        notes = tuple(sorted([*staying, *new], key=lambda n: (n.onset, n.voice, n.pitch)))
        score = replace(request.base, notes=notes, metres=wish.metres)
        provenance = Provenance(
            wish,
            self.name,
            self.hash,
            (*heats, *known[hole.last :]),
            self.lineage if origin is None else tuple(dict.fromkeys(self.lineage + origin.lineage)),
            origin is not None and origin.non_commercial,
            "0",
            hole=hole,
        )
        yield TakeComposed(index, Take(score, provenance))

    def _refine(
        self, index: int, request: RefineRequest, cancelled: Callable[[], bool]
    ) -> Iterator[GenerationEvent]:
        """Each round brings the take nearer and raises its first note."""
        take = request.base
        for number in range(1, request.rounds + 1):
            match = take.provenance.match or 0.0
            if match >= request.until:
                break
            if not self._let_through(cancelled):
                return
            first, *rest = take.score.notes
            score = replace(take.score, notes=(replace(first, pitch=first.pitch + 1), *rest))
            told = take.provenance
            bars = Refinement(1, min(4, request.bars), request.seed + number, 0)
            told = replace(told, match=min(match + 0.1, 1.0), refined=(*told.refined, bars))
            take = Take(score, told)
            yield TakeRefined(index, number, request.rounds, (1, bars.last), True, take)
        yield TakeComposed(index, take)

    def _let_through(self, cancelled: Callable[[], bool]) -> bool:
        while self._gate is not None and not self._gate.acquire(timeout=0.01):
            if cancelled():
                return False
        return True


def _bar(request: GenerationRequest, bar: int, start: int) -> list[Note]:
    profile = request.lanes.profile_at(bar)
    chance = random.Random(request.seed * 1_000_003 + request.take * 1_009 + bar)
    triad = MINOR if profile.trauma > 0.5 else MAJOR
    tonic = 60 + (request.key.tonic if request.key else 0)
    length = request.metres[bar - 1].ticks
    step = 240 if profile.entropy > 0.5 else 480
    bass = Note(start, length, tonic - 24, 60, Voice.BASS)
    return [
        bass,
        *(
            Note(start + offset, step, tonic + chance.choice(triad), 70, Voice.MELODY)
            for offset in range(0, length - step + 1, step)
        ),
    ]
