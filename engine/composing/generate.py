"""Composing: requests in, notes, bars and takes out, as they become final.

Window, command line and tests consume the same generator. Closing it, or a true `cancelled`,
ends the work between two tokens; nothing of an unfinished take is kept by anyone but the
consumer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version

import numpy as np
import torch

from engine.checkpoint import Model
from engine.composing import vocabulary as v
from engine.composing.conditions import (
    PROFILE_AT,
    SOURCES,
    Rows,
    end_phrases,
    set_modes,
    set_profiles,
    structure_rows,
    without_wishes,
)
from engine.composing.decoding import Decoder, Stream
from engine.composing.finish import Finish
from engine.composing.grammar import BarGrammar, Laws
from engine.composing.home_keys import changes_of, keys_by_bar, shifts_of
from engine.composing.pedal import pedal
from engine.composing.picture_laws import picture_laws
from engine.composing.sampling import uniform
from engine.composing.scale import scale_lean
from engine.composing.tokens import BarReader
from engine.composing.upbeat import upbeat_bars, with_upbeat
from engine.errors import PsychoscoreError
from engine.measuring.attributes import Texture
from engine.midi.overlaps import cut_overlaps
from engine.score import METRES, Key, Metre, Note, Score, bar_starts
from engine.take import (
    BarComposed,
    GenerationEvent,
    GenerationRequest,
    NoteComposed,
    Provenance,
    Take,
    TakeComposed,
)
from engine.temperature import temperature
from models.conditioning import ATTRIBUTE_NAMES, FIELD_INDEX

PLANNED_CLASSES = (
    "texture",
    "chord_root",
    "chord_quality",
    "half_chord_root",
    "half_chord_quality",
)
_TEXTURES = tuple(texture.value for texture in Texture)


def generate(
    model: Model,
    requests: Sequence[GenerationRequest],
    cancelled: Callable[[], bool] = lambda: False,
) -> Iterator[GenerationEvent]:
    """Compose one take for each request, all in one batch.

    Events carry the place of their request in `requests` as `take`. Notes lie within the take
    and its velocity range from the first event on; a note that strikes a sounding pitch again
    cuts the one before in `BarComposed` and in the take.

    Raises:
        PsychoscoreError: a request asks for a metre, texture or attribute that is not known.
    """
    # One thread: the products are small, a busy machine stalls two at every barrier, and the
    # same request gives the same bytes whatever the number of cores.
    torch.set_num_threads(1)
    if not requests:
        return
    writers = [_Writer(model, request) for request in requests]
    decoder = Decoder(model.network, [writer.stream for writer in writers], model.backend)
    for index, token in decoder.run():
        if cancelled():
            return
        yield from writers[index].push(index, token)
        if writers[index].stream.grammar.finished:
            yield TakeComposed(index, writers[index].take(model, decoder.batch))


def bar_temperatures(request: GenerationRequest) -> tuple[float, ...]:
    """The temperature of each bar: the fixed one, or the schedule at its bar line."""
    if request.fixed_temperature is not None:
        return (request.fixed_temperature,) * request.bars
    profiles = request.lanes.profiles(range(1, request.bars + 1))
    return tuple(temperature(profile, request.temperature).value for profile in profiles)


def home_key(request: GenerationRequest) -> Key:
    """The key that is composed in; a free tonic is drawn by the seed."""
    if request.key is not None:
        return request.key
    return Key(int(12 * uniform(request.seed, request.take, -1, 0)), request.mode)


def request_rows(request: GenerationRequest, source: str | None) -> Rows:
    """Condition rows of a request, one a bar.

    Raises:
        PsychoscoreError: a metre, texture or attribute is not known.
    """
    check_metres(request.metres)
    return wished_rows(request, home_key(request), source)


def check_metres(metres: Sequence[Metre], first: int = 1) -> None:
    """Raise PsychoscoreError for a metre that the token format cannot write.

    Args:
        first: number of the first of these bars.
    """
    for bar, metre in enumerate(metres, first):
        if metre not in METRES:
            known = ", ".join(map(str, METRES))
            raise PsychoscoreError(f"Bar {bar}: {metre} cannot be composed.", f"Known are {known}.")


def wished_rows(request: GenerationRequest, key: Key, source: str | None) -> Rows:
    """Condition rows of a request in a key; a metre that is not known is left free.

    Raises:
        PsychoscoreError: a texture or attribute is not known.
    """
    starts = bar_starts(request.metres)
    tempi = [request.tempo_map.bpm(start) for start in starts[:-1]]
    rows = structure_rows(request.metres, tempi, key)
    set_modes(rows, keys_by_bar(key, request.key_changes, request.bars))
    end_phrases(rows, request.phrase_ends)
    set_profiles(rows, request.lanes.profiles(range(1, request.bars + 1)))
    for name, rank in request.attributes:
        rows[:, _attribute_column(name)] = rank
    for name, asked in request.bar_attributes:
        column = _attribute_column(name)
        for bar, rank in asked:
            if bar <= request.bars:
                rows[bar - 1, column] = rank
    if request.texture is not None:
        if request.texture not in _TEXTURES:
            known = ", ".join(_TEXTURES)
            raise PsychoscoreError(f"There is no texture {request.texture!r}.", f"Known: {known}.")
        rows[:, FIELD_INDEX["texture"]] = _TEXTURES.index(request.texture)
    if source in SOURCES:
        rows[:, FIELD_INDEX["source"]] = SOURCES.index(source)
    assert not np.isnan(rows[:, PROFILE_AT]).any()
    return rows


def _attribute_column(name: str) -> int:
    if name not in ATTRIBUTE_NAMES:
        known = ", ".join(ATTRIBUTE_NAMES)
        raise PsychoscoreError(f"There is no attribute {name!r}.", f"Known are {known}.")
    return FIELD_INDEX[name]


def request_stream(model: Model, request: GenerationRequest) -> Stream:
    """What is decoded for a request: its plan drawn, its laws set.

    Raises:
        PsychoscoreError: as `request_rows`.
    """
    return _stream_and_finish(model, request)[0]


def _stream_and_finish(model: Model, request: GenerationRequest) -> tuple[Stream, Finish]:
    source = next(iter(model.card.sources), None)
    wished = request_rows(request, source)
    rows = wished
    if model.plans is not None:
        borders = plan_borders(request)
        rows = model.plans.draw(wished, request.seed, request.take, borders=borders)
    keys = planned_keys(request, rows)
    picture = picture_laws(request, keys, rows)
    estrangements = rows[:, FIELD_INDEX["rsi_imaginary"]]
    sounding = frozenset() if request.silent_bars else _not_silent(wished) - picture.silent
    stream = Stream(
        rows=picture.rows,
        free=without_wishes(wished),
        grammar=BarGrammar(request.metres, Laws()),
        temperatures=bar_temperatures(request),
        seed=request.seed,
        take=request.take,
        guidance=model.card.guidance if request.guidance is None else request.guidance,
        top_p=request.top_p,
        leans=[
            scale_lean(key.mode, float(each), request.scale_lean)
            for key, each in zip(keys, estrangements, strict=True)
        ],
    )
    laws = Laws(
        v.tonic_shift(keys[0].tonic),
        request.velocity_range,
        pitches=request.pitch_range,
        sounding=sounding,
        shifts=shifts_of(keys),
        piano=request.piano,
    )
    if request.upbeat_ticks:
        return with_upbeat(stream, laws, request, picture), picture.finish
    grammar = BarGrammar(request.metres, laws, picture.kept, rules=picture.rules)
    return replace(stream, grammar=grammar), picture.finish


def plan_borders(request: GenerationRequest) -> tuple[int, ...]:
    """The bars, from 0, at which a plan begins anew: those of phrases, of other keys and of hits
    that change chord or texture."""
    keys = [bar - 1 for bar, _ in request.key_changes if bar <= request.bars]
    turns = [
        int(hit.bar) - 1
        for hit in request.hits
        if hit.kind in ("chord", "texture") and hit.bar == int(hit.bar) and hit.bar > 1
    ]
    inside = [bar for bar in turns if bar < request.bars]
    return tuple(sorted({*request.phrase_ends, *keys, *inside}))


def _not_silent(rows: Rows) -> frozenset[int]:
    """The bars, from 0, that are not asked to be silent."""
    silence = _TEXTURES.index(Texture.SILENCE.value)
    return frozenset(np.flatnonzero(rows[:, FIELD_INDEX["texture"]] != silence).tolist())


def planned_key(request: GenerationRequest, rows: Rows) -> Key:
    """The home key with the mode that was planned where the request leaves it free."""
    key = home_key(request)
    mode = rows[0, FIELD_INDEX["mode"]]
    if key.mode is None and not np.isnan(mode):
        return Key(key.tonic, "minor" if mode else "major")
    return key


def planned_keys(request: GenerationRequest, rows: Rows) -> tuple[Key, ...]:
    """The home key of each bar, with the modes that were planned."""
    return keys_by_bar(planned_key(request, rows), request.key_changes, request.bars)


def plan_of(rows: Rows) -> tuple[dict[str, float], ...]:
    """The planned attribute ranks, texture and chords of each bar by name, as a take remembers
    them."""
    names = (*ATTRIBUTE_NAMES, *PLANNED_CLASSES)
    columns = [FIELD_INDEX[name] for name in names]
    return tuple(
        {
            name: round(float(value), 3)
            for name, value in zip(names, row[columns], strict=True)
            if not np.isnan(value)
        }
        for row in rows
    )


class _Writer:
    """Turns the tokens of one stream into notes and bars."""

    def __init__(self, model: Model, request: GenerationRequest) -> None:
        self.request = request
        self.stream, self._finish = _stream_and_finish(model, request)
        lead = upbeat_bars(request)
        self._first = 1 - lead
        self._rows = self.stream.rows[lead:]
        self.keys = planned_keys(request, self._rows)
        self.temperatures = bar_temperatures(request)
        changes = [(bar - 1 + lead, key.tonic) for bar, key in changes_of(self.keys)]
        metres = (*request.metres[:lead], *request.metres)
        self._reader = BarReader(metres, self.keys[0].tonic, changes=changes)
        self._early = request.metres[0].ticks * lead
        self._end = bar_starts(request.metres)[-1]
        self._bar: list[Note] = []
        self._notes: list[Note] = []
        self._struck: set[tuple[int, int]] = set()

    def push(self, index: int, token: int) -> Iterator[GenerationEvent]:
        """The events that one more token brings about."""
        if token in (v.BAR, v.EOS) and self._reader.bar >= 0:
            bar = self._reader.bar + self._first
            drawn = self.temperatures[max(bar - 1, 0)]
            yield BarComposed(index, bar, drawn, cut_overlaps(self._bar))
            self._notes += self._bar
            self._bar = []
        note = None if token == v.EOS else self._reader.push(token)
        if note is not None:
            note = replace(note, onset=note.onset - self._early)
        # A unison of two voices is one key of the piano.
        if note is not None and (note.onset, note.pitch) not in self._struck:
            self._struck.add((note.onset, note.pitch))
            note = self._within(note)
            self._bar.append(note)
            yield NoteComposed(index, self._reader.bar + self._first, note)

    def _within(self, note: Note) -> Note:
        """The note ended with the take, and as loud as was asked where no bin lies that near."""
        finished = self._finish.note(note, self.request.velocity_range)
        return replace(finished, duration=min(finished.duration, self._end - finished.onset))

    def take(self, model: Model, batch: int) -> Take:
        """The finished take with its provenance."""
        request = self.request
        notes, key = cut_overlaps(self._notes), self.keys[0]
        score = Score(notes, request.metres, request.tempo_map, key)
        score = replace(
            score, controls=self._finish.controls(pedal(score)), key_changes=changes_of(self.keys)
        )
        provenance = provenance_of(model, request, self.temperatures, self._rows, batch)
        return Take(score, provenance)


def provenance_of(
    model: Model,
    request: GenerationRequest,
    temperatures: tuple[float, ...],
    planned: Rows,
    batch: int,
) -> Provenance:
    """What a take remembers of how it was made; `planned` are the rows that it was made from."""
    return Provenance(
        request=request,
        model=model.name,
        model_hash=model.hash,
        temperatures=temperatures,
        lineage=model.card.lineage,
        non_commercial=model.card.non_commercial,
        version=_version(),
        backend=model.means.backend,
        dtype=model.means.dtype,
        threads=model.means.threads,
        batch=batch,
        plan=plan_of(planned),
    )


def _version() -> str:
    try:
        return version("psychoscore")
    except PackageNotFoundError:
        return "0.1.0"
