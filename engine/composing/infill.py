"""Composing into a hole: bars, voices or pitches of a piece anew, or bars behind its end.

Notes that stay are never touched: they are heard by the network and kept as they came in. New
notes end where the hole ends or where a standing note of their pitch begins. It yields the same
events as `generate`; `NoteComposed` tells of new notes alone, `BarComposed` of whole bars.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

import torch

from engine.checkpoint import Model
from engine.composing import vocabulary as v
from engine.composing.decoding import BAR_RESERVE, Decoder, Stream
from engine.composing.generate import provenance_of
from engine.composing.grammar import HIGHEST_NOTE, LOWEST_NOTE, KeptNote, Laws
from engine.composing.hole_window import HERE, RESERVE, HoleWindows
from engine.composing.home_keys import changes_of, shifts_of
from engine.composing.pedal import SUSTAIN, pedal
from engine.composing.picture_laws import PictureLaws, picture_laws
from engine.composing.seams import HoleGrammar, Standing
from engine.composing.surroundings import survey, whole_score
from engine.composing.tokens import BarReader
from engine.errors import PsychoscoreError
from engine.midi.file import midi_bytes
from engine.midi.overlaps import cut_overlaps
from engine.score import Note, Voice
from engine.take import (
    BarComposed,
    GenerationEvent,
    InfillRequest,
    NoteComposed,
    Provenance,
    Take,
    TakeComposed,
)

T = TypeVar("T")


def infill(
    model: Model,
    requests: Sequence[InfillRequest],
    cancelled: Callable[[], bool] = lambda: False,
) -> Iterator[GenerationEvent]:
    """Compose one take for each request, all in one batch.

    Events carry the place of their request in `requests` as `take`. The score of a take has all
    notes and controls of its base, but for those of the hole.

    Raises:
        PsychoscoreError: the hole has a metre that cannot be written, nothing whose rhythm could
            be kept, or no pitch of the piano.
    """
    torch.set_num_threads(1)
    fillings = [_Filling(model, request) for request in requests]
    for number in range(max((len(each.pieces) for each in fillings), default=0)):
        active = [i for i, each in enumerate(fillings) if number < len(each.pieces)]
        streams = [fillings[index].open(number) for index in active]
        decoder = Decoder(model.network, streams, model.backend)
        for place, token in decoder.run():
            if cancelled():
                return
            index = active[place]
            yield from fillings[index].push(index, token)
            if streams[place].grammar.finished and number + 1 == len(fillings[index].pieces):
                yield TakeComposed(index, fillings[index].take(decoder.batch))


class _Filling:
    """Fills the hole of one request, piece by piece."""

    def __init__(self, model: Model, request: InfillRequest) -> None:
        self._model, self._request, self._hole = model, request, request.hole
        leaving, self._staying = request.hole.split(request.base)
        if request.hole.keep_rhythm and not leaving:
            raise PsychoscoreError(f"There is no rhythm to keep: no notes in {request.hole}.")
        self._told = survey(model, request, self._staying)
        before = whole_score(request, request.base.notes)
        self._shift = v.tonic_shift(self._told.keys[0].tonic)
        self._windows = HoleWindows(
            before,
            request.hole,
            self._shift,
            model.network.config.context,
            continues=request.continues,
        )
        self.pieces = self._windows.pieces()
        self._laws = self._make_laws()
        self._picture = self._make_picture()
        self._standing = Standing(self._staying)
        self._starts = before.starts
        self._end = self._starts[request.hole.last]
        self._kept = whole_score(request, self._staying).notes_by_bar()
        self._now = [list(bar) for bar in self._kept]
        self._new: list[Note] = []
        self._standing_new = 0
        self._struck: set[tuple[int, int]] = set()

    def _make_laws(self) -> Laws:
        hole, base = self._hole, self._request.base
        low, high = hole.pitches or self._request.wish.pitch_range
        low, high = max(low, LOWEST_NOTE), min(high, HIGHEST_NOTE)
        if low > high:
            raise PsychoscoreError(
                f"Pitches {hole.pitches} lie outside the piano, {LOWEST_NOTE}-{HIGHEST_NOTE}."
            )
        heard = tuple(sorted({note.voice for note in base.notes}))
        voices = tuple(sorted(hole.voices)) or heard or tuple(Voice)
        loudness = self._request.wish.velocity_range
        piano = self._request.wish.piano
        return Laws(self._shift, loudness, voices, hole.keep_rhythm, (low, high), piano=piano)

    def _make_picture(self) -> PictureLaws:
        """What the picture asks of the hole; where the rhythm is kept, of its pitches alone."""
        wish, hole = self._request.wish, self._hole
        first = whole_score(self._request, ()).starts[hole.first - 1]
        picture = picture_laws(
            wish,
            self._told.keys,
            self._told.rows,
            voices=self._laws.voices,
            bars=hole.bars,
            heard=[note for note in self._staying if note.onset < first],
        )
        return picture.of_pitches() if hole.keep_rhythm else picture

    def _skeleton(self, bar: int) -> list[KeptNote]:
        """The standing notes that are written again, and what the picture asks for beside them."""
        standing = [cell for cell, _ in self._cells.get(bar, [])]
        taken = {(note.position, note.voice) for note in standing}
        asked = self._picture.kept[bar] if self._picture.kept and bar in self._cells else ()
        for note in asked:
            mine = note.pitch is None or self._hole.takes(Voice(note.voice), note.pitch)
            if (note.position, note.voice) not in taken and mine:
                standing.append(note)
        return sorted(standing, key=lambda note: (note.position, note.voice))

    def open(self, number: int) -> Stream:
        """Begin a piece: its window and its laws."""
        piece = self.pieces[number]
        if not self._hole.keep_rhythm:
            for note in self._new[self._standing_new :]:
                self._standing.add(note)
            self._standing_new = len(self._new)
        window = self._windows.window(piece, self._now)
        self._first, self._read = piece.start, 0
        metres = self._request.wish.metres
        keys = self._told.keys
        changes = [(bar - 1, key.tonic) for bar, key in changes_of(keys)]
        self._reader = BarReader(metres, keys[0].tonic, piece.start, changes)
        self._cells = {bar: self._windows.cells(bar) for bar in piece}
        bars = range(window.first, piece.stop)
        kept = [self._skeleton(bar) for bar in bars]
        if self._picture.rules is not None:
            self._picture.rules.first_bar = window.first
        told = slice(window.first, window.stop)
        wish = self._request.wish
        continues = self._windows.continues
        grammar = HoleGrammar(
            metres[window.first : piece.stop],
            replace(self._laws, shifts=shifts_of(keys, -window.first)),
            kept,
            first_bar=piece.start - window.first,
            start=self._starts[window.first],
            standing=self._standing,
            spans=self._spans(window.first) if self._hole.keep_rhythm else {},
            closing=v.EOS if continues else v.FILL_END,
            rules=self._picture.rules,
        )
        card = self._model.card
        return Stream(
            rows=self._picture.rows[told],
            free=self._told.free[told],
            grammar=grammar,
            temperatures=self._told.temperatures[told],
            seed=wish.seed,
            take=wish.take,
            guidance=card.guidance if wish.guidance is None else wish.guidance,
            top_p=wish.top_p,
            prompt=window.tokens,
            prompt_bars=window.bars,
            prompt_holes=window.holes,
            hole=0 if continues else HERE,
            leans=self._told.leans[told],
            first_bar=window.first,
            reserve=BAR_RESERVE if continues else RESERVE,
        )

    def _spans(self, first: int) -> dict[int, list[list[tuple[int, int]]]]:
        return {
            bar - first: [[(note.onset, note.end) for note in notes] for _, notes in cells]
            for bar, cells in self._cells.items()
        }

    def push(self, index: int, token: int) -> Iterator[GenerationEvent]:
        """The events that one more token brings about."""
        bar = self._reader.bar
        if token in (v.BAR, v.EOS, v.FILL_END) and bar >= self._first:
            fresh = [note for note in self._new if self._starts[bar] <= note.onset]
            self._now[bar] = _in_order([*self._kept[bar], *cut_overlaps(fresh)])
            yield BarComposed(index, bar + 1, self._told.temperatures[bar], tuple(self._now[bar]))
            self._read = 0
        note = None if token in (v.EOS, v.FILL_END) else self._reader.push(token)
        if note is not None:
            for each in self._placed(note):
                self._new.append(each)
                yield NoteComposed(index, self._reader.bar + 1, each)
            self._read += 1

    def _placed(self, note: Note) -> Sequence[Note]:
        """What a written note becomes between the standing ones."""
        if self._hole.keep_rhythm:
            kept, notes = self._cells[self._reader.bar][self._read]
            return [] if kept.pitch is not None else [self._repitched(n, note) for n in notes]
        if not self._hole.takes(note.voice, note.pitch) or not self._is_free(note):
            return []
        self._struck.add((note.onset, note.pitch))
        note = self._picture.finish.note(note, self._request.wish.velocity_range)
        ends = (note.end, self._end, self._standing.following(note))
        duration = min(end for end in ends if end is not None) - note.onset
        return [replace(note, duration=duration)]

    def _is_free(self, note: Note) -> bool:
        """Whether its key is up; a unison of two voices is one key of the piano."""
        soon = note.onset + v.TICKS_PER_POSITION
        taken = note.pitch in self._standing.sounding(note.onset, soon)
        return not taken and (note.onset, note.pitch) not in self._struck

    def _repitched(self, old: Note, note: Note) -> Note:
        """An old note with a new pitch, or its own where that key is down already."""
        taken = note.pitch in self._standing.sounding(old.onset, old.end)
        new = old if taken else replace(old, pitch=note.pitch)
        self._standing.add(new)
        return new

    def take(self, batch: int) -> Take:
        """The finished take with its provenance."""
        request, base = self._request, self._request.base
        new = self._new if self._hole.keep_rhythm else cut_overlaps(self._new)
        controls = base.controls
        if request.continues and any(each.controller == SUSTAIN for each in controls):
            played = whole_score(request, tuple(_in_order(new)))
            controls = tuple(sorted([*controls, *pedal(played)]))
        notes = tuple(_in_order([*self._staying, *new]))
        if controls:
            controls = self._picture.finish.controls(controls)
        score = replace(base, notes=notes, metres=request.wish.metres, controls=controls)
        if request.continues:
            score = replace(score, tempo_map=request.wish.tempo_map)
        return Take(score, self._provenance(batch))

    def _provenance(self, batch: int) -> Provenance:
        request, hole, origin = self._request, self._hole, self._request.origin
        inside = slice(hole.first - 1, hole.last)
        rows, temperatures = self._told.rows[inside], self._told.temperatures[inside]
        made = provenance_of(self._model, request.wish, temperatures, rows, batch)
        foreign = (request.source,) if request.source else ()
        lineage = (*made.lineage, *(foreign if origin is None else origin.lineage))
        content = hashlib.sha256(midi_bytes(request.base)).hexdigest()[:16]
        old_temperatures = origin.temperatures if origin else ()
        old_plan = origin.plan if origin else ()
        return replace(
            made,
            lineage=tuple(dict.fromkeys(lineage)),
            non_commercial=made.non_commercial or (origin is not None and origin.non_commercial),
            temperatures=_patched(old_temperatures, made.temperatures, request),
            plan=_patched(old_plan, made.plan, request),
            hole=hole,
            base=content,
        )


def _in_order(notes: Iterable[Note]) -> list[Note]:
    return sorted(notes, key=lambda note: (note.onset, note.voice, note.pitch))


def _patched(old: tuple[T, ...], new: tuple[T, ...], request: InfillRequest) -> tuple[T, ...]:
    """One entry a bar where the base has them, else those of the hole alone."""
    if len(old) != len(request.base.metres):
        return new
    return (*old[: request.hole.first - 1], *new, *old[request.hole.last :])
