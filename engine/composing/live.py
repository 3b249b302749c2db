"""Composing live: bar by bar without end, each bar as late as whoever holds the reins lets it.

A bar is a stream of its own that has the last bars as its prompt: they are read before the bar is
due, and what it is told is said when it is begun. So memory and time a bar stay the same however
long the music goes on, and guidance that was dropped in one bar is there again in the next.

A bar that would be late loses guidance first. At the deadline the grammar closes it: a note that
is half written is completed with what was written last, a bar in which nothing sounds gets one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
import torch

from engine.checkpoint import Model
from engine.composing import vocabulary as v
from engine.composing.conditions import Rows, without_wishes
from engine.composing.decoding import BAR_RESERVE, Decoder, Stream
from engine.composing.generate import check_metres, home_key, provenance_of
from engine.composing.grammar import BarGrammar, Laws, Mask
from engine.composing.live_hold import Hold, repeated
from engine.composing.live_plan import LivePlan
from engine.composing.pedal import pedal
from engine.composing.scale import Bias, scale_lean
from engine.composing.tokens import BarReader
from engine.live import BarCommitted, Heard, LiveBar, Pressure, Reins, recorded_lanes
from engine.measuring.attributes import Texture
from engine.midi.overlaps import cut_overlaps
from engine.profile import Profile
from engine.score import Key, Note, Score, TempoMap
from engine.take import MAXIMUM_BARS, GenerationRequest, NoteComposed, Take, TakeComposed
from engine.temperature import temperature
from models.conditioning import FIELD_INDEX

LiveEvent = BarCommitted | NoteComposed | LiveBar | TakeComposed
# Tokens of music that a bar is written after: about eight bars, read in a tenth of a second.
MEMORY = 400


def live(
    model: Model,
    request: GenerationRequest,
    reins: Reins,
    cancelled: Callable[[], bool] = lambda: False,
) -> Iterator[LiveEvent]:
    """Compose bar after bar until the reins end it; the last event is the take that was heard.

    Args:
        request: all but the profile and the length: the metre is that of its first bar, lanes
            and what is asked of single bars are not heard.

    Raises:
        PsychoscoreError: its metre, texture or an attribute is not known.
    """
    torch.set_num_threads(1)
    check_metres(request.metres[:1])
    music = _Music(model, request)
    while not cancelled():
        pen = None if reins.wish().hold else music.pen()
        if not reins.wait_for(music.end, cancelled):
            break
        wish = reins.wish()
        number = len(music.bars) + 1
        yield BarCommitted(number, wish.profile, held=bool(wish.hold and music.bars))
        if wish.hold and music.bars:
            made = music.repeat(wish.hold)
            yield from (NoteComposed(0, number, note) for note in made.event.notes)
        else:
            music.hold = None
            pen = pen or music.pen()
            yield from pen.write(wish.profile, reins, cancelled)
            if cancelled():
                return
            reins.composed()
            made = pen.bar()
        music.bars.append(made)
        yield made.event
    take = None if cancelled() else music.take(reins.heard())
    if take is not None:
        yield TakeComposed(0, take)


@dataclass(frozen=True, slots=True, eq=False)
class _Bar:
    """A bar that was written: its tokens from its `Bar` on, and what it was told."""

    event: LiveBar
    tokens: tuple[int, ...]
    told: Rows
    free: Rows


class _Music:
    """All bars so far."""

    def __init__(self, model: Model, request: GenerationRequest) -> None:
        self.model, self.request = model, request
        self.key = home_key(request)
        self.metre = request.metres[0]
        self.plan = LivePlan(model, request, self.key)
        self.bars: list[_Bar] = []
        self.hold: Hold | None = None

    @property
    def end(self) -> int:
        """The tick where the next bar begins."""
        return len(self.bars) * self.metre.ticks

    def pen(self) -> _Pen:
        """Read the last bars, to write the next one."""
        return _Pen(self, self._memory())

    def _memory(self) -> list[_Bar]:
        """The last bars, as many whole ones as there is room for."""
        context = self.model.network.config.context
        room = min(MEMORY, max(context - BAR_RESERVE, context // 2)) - 1
        kept: list[_Bar] = []
        for bar in reversed(self.bars):
            room -= len(bar.tokens)
            if room < 0:
                break
            kept.insert(0, bar)
        return kept

    def repeat(self, bars: int) -> _Bar:
        """The next bar of those that are held: the last `bars`, as far as there are so many."""
        last = len(self.bars) - 1
        if self.hold is None or self.hold.bars != min(bars, self.hold.last + 1):
            self.hold = Hold(max(last - bars + 1, 0), last)
        source = self.hold.advance()
        old, opening = self.bars[source], self.bars[self.hold.first].event.notes
        ticks = self.metre.ticks
        notes = repeated(
            old.event.notes,
            source * ticks,
            (source + 1) * ticks,
            self.end,
            opening if source == self.hold.last else None,
            (self.request.seed + len(self.bars)) % 2**63,
            self.request.velocity_range,
        )
        event = LiveBar(
            len(self.bars) + 1, old.event.profile, old.event.temperature, notes, held=True
        )
        return replace(old, event=event)

    def take(self, heard: Heard) -> Take | None:
        """What was heard as a take, its last 512 bars where there were more; None for nothing."""
        ticks = self.metre.ticks
        count = min(-(-heard.tick // ticks), len(self.bars))
        bars = self.bars[max(count - MAXIMUM_BARS, 0) : count]
        if not bars:
            return None
        events = [bar.event for bar in bars]
        start, end = (events[0].bar - 1) * ticks, events[-1].bar * ticks
        notes = [
            replace(note, onset=note.onset - start, duration=min(note.duration, end - note.onset))
            for event in events
            for note in event.notes
            if note.onset < heard.tick
        ]
        tempo_map = heard.tempo_map if not start else _from(heard, start)
        request = replace(
            self.request,
            metres=(self.metre,) * len(bars),
            lanes=recorded_lanes([event.profile for event in events]),
            tempo_map=tempo_map,
        )
        rows = np.concatenate([bar.told for bar in bars])
        score = Score(cut_overlaps(notes), request.metres, tempo_map, self._key_of(rows))
        score = replace(score, controls=pedal(score))
        heats = tuple(event.temperature for event in events)
        return Take(score, provenance_of(self.model, request, heats, rows, 1))

    def _key_of(self, rows: Rows) -> Key:
        """The home key with the mode that most bars had, where it was free."""
        modes = rows[:, FIELD_INDEX["mode"]]
        if self.key.mode is not None or np.isnan(modes).all():
            return self.key
        return Key(self.key.tonic, "minor" if np.nanmean(modes) > 0.5 else "major")


class _Pen:
    """Writes one bar.

    Args:
        memory: the bars before it.
    """

    def __init__(self, music: _Music, memory: list[_Bar]) -> None:
        self._music = music
        request, model = music.request, music.model
        self._number, self._start = len(music.bars) + 1, music.end
        self._place = len(memory)
        blank = np.full((1, len(FIELD_INDEX)), np.nan, dtype=np.float32)
        tokens = [v.BOS, *(token for bar in memory for token in bar.tokens)]
        bars = [0, *(at for at, bar in enumerate(memory) for _ in bar.tokens)]
        silence = request.texture == Texture.SILENCE.value or request.silent_bars
        laws = Laws(
            v.tonic_shift(music.key.tonic),
            request.velocity_range,
            pitches=request.pitch_range,
            sounding=frozenset() if silence else frozenset({self._place}),
            piano=request.piano,
        )
        self._grammar = BarGrammar((music.metre,) * (self._place + 1), laws, first_bar=self._place)
        # Two lists that are filled when the bar is begun.
        self._heats = [1.0] * (self._place + 1)
        self._leans: list[Bias | None] = [None] * (self._place + 1)
        guidance = model.card.guidance if request.guidance is None else request.guidance
        stream = Stream(
            rows=np.concatenate([*(bar.told for bar in memory), blank]),
            free=np.concatenate([*(bar.free for bar in memory), blank]),
            grammar=self._grammar,
            temperatures=self._heats,
            seed=request.seed,
            take=request.take,
            guidance=guidance,
            top_p=request.top_p,
            prompt=tuple(tokens),
            prompt_bars=tuple(bars),
            prompt_holes=(0,) * len(tokens),
            leans=self._leans,
            first_bar=self._number - 1 - self._place,
        )
        self._decoder = Decoder(model.network, [stream], model.backend)
        self._tokens = self._decoder.run()
        # The first token is the bar line, whatever the bar is told; the prompt is read for it.
        self._written = [next(self._tokens)[1]]
        self._before = tokens
        self._reader = BarReader((music.metre,), music.key.tonic)
        self._reader.push(v.BAR)
        self._notes: list[Note] = []
        self._struck: set[tuple[int, int]] = set()
        self._unguided = self._closed = False

    def write(
        self, profile: Profile, reins: Reins, cancelled: Callable[[], bool]
    ) -> Iterator[NoteComposed]:
        """Compose the bar; each note is final when it comes."""
        self._begin(profile)
        while not self._grammar.finished and not cancelled():
            pressure = reins.pressure(self._start + self._reader.position * v.TICKS_PER_POSITION)
            if pressure is Pressure.CLOSE:
                yield from self._close()
                return
            if pressure is Pressure.HURRY and not self._unguided:
                self._unguided = True
                self._decoder.drop_guidance()
            yield from self._take_in(next(self._tokens)[1])

    def _begin(self, profile: Profile) -> None:
        request, place = self._music.request, self._place
        self._profile = profile
        self._told = self._music.plan.row(self._number, profile)
        self._free = without_wishes(self._told)
        fixed = request.fixed_temperature
        heat = temperature(profile, request.temperature).value if fixed is None else fixed
        self._heats[place] = heat
        mode = self._music.key.mode
        planned = self._told[0, FIELD_INDEX["mode"]]
        if mode is None and not np.isnan(planned):
            mode = "minor" if planned else "major"
        self._leans[place] = scale_lean(mode, profile.rsi.imag, request.scale_lean)
        self._decoder.tell(0, place, self._told, self._free)

    def _close(self) -> Iterator[NoteComposed]:
        """End the bar without the network, as soon as the grammar lets it."""
        self._closed = True
        while not self._grammar.finished:
            token = plainest(self._grammar.allowed(), [*self._before, *self._written])
            self._grammar.push(token)
            yield from self._take_in(token)

    def _take_in(self, token: int) -> Iterator[NoteComposed]:
        if token in (v.EOS, v.BAR):
            return
        self._written.append(token)
        note = self._reader.push(token)
        if note is None or (note.onset, note.pitch) in self._struck:
            return
        self._struck.add((note.onset, note.pitch))
        low, high = self._music.request.velocity_range
        velocity = min(max(note.velocity, low), high)
        note = replace(note, onset=note.onset + self._start, velocity=velocity)
        self._notes.append(note)
        yield NoteComposed(0, self._number, note)

    def bar(self) -> _Bar:
        """What was written."""
        event = LiveBar(
            self._number,
            self._profile,
            self._heats[self._place],
            tuple(self._notes),
            unguided=self._unguided,
            closed=self._closed,
        )
        return _Bar(event, tuple(self._written), self._told, self._free)


def plainest(allowed: Mask, before: list[int]) -> int:
    """The token that ends a bar soonest: the closing one, or of those that may stand the one that
    was written last; a place is taken as early as may be."""
    for closing in (v.EOS, v.BAR):
        if allowed[closing]:
            return closing
    early = np.flatnonzero(allowed[v.POSITION.start : v.POSITION.stop])
    if len(early):
        return v.POSITION.start + int(early[0])
    known = next((token for token in reversed(before) if allowed[token]), None)
    return int(np.flatnonzero(allowed)[0]) if known is None else known


def _from(heard: Heard, start: int) -> TempoMap:
    """The tempo map of music that begins at a later tick."""
    later = [(tick - start, bpm) for tick, bpm in heard.tempo_map.marks if tick > start]
    return TempoMap(((0, heard.tempo_map.bpm(start)), *later))
