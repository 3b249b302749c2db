"""Q13: holes in songs that the model never saw: is all else the same, and is the music known?

Three forms of holes: whole bars, all voices but the melody, pitches with their rhythm kept. Each
is filled in a file and judged on its bytes; and the true content of such holes is scored, once
as the answer to a hole and once as the continuation of what stands before.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch

from engine.checkpoint import Model
from engine.composing import vocabulary as v
from engine.composing.holes import Tokens, infill_window, split_bars
from engine.composing.infill import infill
from engine.composing.surroundings import near_profile
from engine.composing.tokens import decode
from engine.data.shards import Entry, Shards
from engine.evaluation.clips import Setting
from engine.evaluation.holes_filled import Parted, has_clean_seams, is_identical, part
from engine.evaluation.parts import Materials
from engine.evaluation.rows import EvaluationEvent, Measured, Progress, Row, missing
from engine.evaluation.statistics import wilson
from engine.hole import Hole
from engine.lanes import Lanes
from engine.midi.events import parse_events
from engine.midi.file import midi_bytes
from engine.midi.reading import interpret
from engine.midi.splicing import splice
from engine.profile import Profile
from engine.score import METRES, TICKS_PER_QUARTER, Key, Score, TempoMap, Voice
from engine.take import InfillRequest, Take, TakeComposed, provenance_json
from engine.training.scoring import Score as Nats
from models.conditioning import FIELD_INDEX, FIELDS, Composer

FORMS = {
    "bars": "two bars anew",
    "voices": "the voices under a melody anew",
    "pitches": "pitches anew, rhythm kept",
}
DIFFERENT = 0.9
HOLE_BARS = 2
_UNDER = (Voice.INNER, Voice.ACCOMPANIMENT, Voice.BASS)
_FIRST_SEED = 9000
# Tokens of context before and after a hole whose content is scored.
_BEFORE, _AFTER = 400, 200


def measure_infilling(materials: Materials) -> Iterator[EvaluationEvent]:
    """The Q13 rows."""
    corpus = materials.corpora.get("pop909")
    if corpus is None:
        why = materials.archives.why_missing("pop909")
        for form, title in FORMS.items():
            yield Measured(missing(f"Q13.{form}", title, "share", why).at_least(1.0))
        return
    size = materials.size
    yield from measure_files(materials.model, materials.product, corpus.shards, size.holes)
    yield from measure_answers(materials.model, corpus.shards, size.windows)


def measure_files(
    model: Model, setting: Setting, shards: Shards, songs: int
) -> Iterator[EvaluationEvent]:
    """Fill holes in the files of so many held-out songs, two takes each (0: all songs)."""
    entries = _spread(shards.split("validation"), songs)
    for number, (form, title) in enumerate(FORMS.items()):
        results: list[_Filled] = []
        for done, entry in enumerate(entries, 1):
            results += _fill(model, setting, shards, entry, form, _FIRST_SEED + number)
            yield Progress(f"Q13, {form}", done, len(entries))
        if results:
            yield from map(Measured, _file_rows(form, title, results))


@dataclass(frozen=True, slots=True)
class _Filled:
    """What was found of one result."""

    identical: bool
    clean: bool
    different: bool


def hole_of(form: str, first: int) -> Hole:
    """A hole of two bars; `first` counts from 1."""
    last = first + HOLE_BARS - 1
    if form == "voices":
        return Hole(first, last, _UNDER)
    return Hole(first, last, keep_rhythm=form == "pitches")


def song(shards: Shards, entry: Entry) -> Score:
    """A piece of the shards as a score in C."""
    tokens, _, rows = shards.piece(entry)
    metres = [METRES[int(each)] for each in rows[:, FIELD_INDEX["metre"]]]
    mode = rows[0, FIELD_INDEX["mode"]]
    key = Key(0, None if np.isnan(mode) else "minor" if mode else "major")
    tempo = TempoMap(((0, round(float(rows[0, FIELD_INDEX["tempo"]]), 2)),))
    return replace(decode([int(token) for token in tokens], metres, key), tempo_map=tempo)


def _fill(
    model: Model, setting: Setting, shards: Shards, entry: Entry, form: str, seed: int
) -> list[_Filled]:
    content = midi_bytes(song(shards, entry))
    score = interpret(parse_events(content, entry.id), entry.id).score
    first = _full_bars(score, form)
    if first is None:
        return []
    hole = hole_of(form, first)
    wish = setting.request(Profile(), 1, seed)
    wish = replace(
        wish,
        lanes=Lanes(near_profile(score, hole)),
        metres=score.metres,
        tempo_map=score.tempo_map,
        key=score.key,
        mode=None,
    )
    requests = [InfillRequest(replace(wish, take=take), score, hole) for take in range(2)]
    takes: dict[int, Take] = {}
    for event in infill(model, requests):
        if isinstance(event, TakeComposed):
            takes[event.take] = event.result
    start, end = score.starts[hole.first - 1], score.starts[hole.last]
    before = part(content, hole, start, end)
    after = [
        part(splice(content, entry.id, hole, each.score, _made(each)), hole, start, end)
        for _, each in sorted(takes.items())
    ]
    return [_judge(before, each, [*after[:i], *after[i + 1 :]], hole, end)
            for i, each in enumerate(after)]  # fmt: skip


def _made(take: Take) -> str:
    return provenance_json(take.provenance)


def _judge(
    before: Parted, after: Parted, siblings: Sequence[Parted], hole: Hole, end: int
) -> _Filled:
    shortest = 0 if hole.keep_rhythm else TICKS_PER_QUARTER // v.POSITIONS_PER_QUARTER
    others = [before.inside, *(each.inside for each in siblings)]
    return _Filled(
        is_identical(before, after, hole),
        has_clean_seams(after, end, shortest),
        all(after.inside != other for other in others),
    )


def _full_bars(score: Score, form: str) -> int | None:
    """The first bar, from 1, of a place near the middle where the hole has what it needs."""
    bars = score.notes_by_bar()
    middle = len(bars) // 2
    for first in sorted(range(len(bars) - HOLE_BARS), key=lambda bar: abs(bar - middle)):
        notes = [note for bar in bars[first : first + HOLE_BARS] for note in bar]
        voices = {note.voice for note in notes}
        sung = form != "voices" or Voice.MELODY in voices
        if all(bars[first : first + HOLE_BARS]) and voices & set(_UNDER) and sung:
            return first + 1
    return None


def _file_rows(form: str, title: str, results: Sequence[_Filled]) -> Iterator[Row]:
    count = len(results)
    good = sum(each.identical and each.clean for each in results)
    identical = sum(each.identical for each in results)
    clean = sum(each.clean for each in results)
    note = f"{count} results; all else identical in {identical}, clean seams in {clean}"
    label = f"{title}: all else identical, seams clean"
    yield Row(
        f"Q13.{form}", label, good / count, "share", interval=wilson(good, count), note=note
    ).at_least(1.0)
    different = sum(each.different for each in results)
    yield Row(
        f"Q13.{form}.differ",
        f"{title}: unlike the original and its sibling",
        different / count,
        "share",
        interval=wilson(different, count),
    ).at_least(DIFFERENT)


def measure_answers(model: Model, shards: Shards, limit: int) -> Iterator[EvaluationEvent]:
    """Score the true content of holes, as an answer and as a continuation, nothing told.

    Args:
        limit: at most this many songs (0: all).
    """
    entries = _spread(shards.split("validation"), limit)
    for form, title in FORMS.items():
        none = Nats(0.0, 0, 0)
        answer, going_on = none, none
        for done, entry in enumerate(entries, 1):
            tokens, _, _ = shards.piece(entry)
            bars = split_bars([int(token) for token in tokens])
            for both in _pairs(model.network, bars, form):
                answer, going_on = answer + both[0], going_on + both[1]
            yield Progress(f"Q13, the truth in {form}", done, len(entries))
        if not answer.notes:
            continue
        beside = going_on.per_note
        row = Row(
            f"Q13.{form}.nll",
            f"{title}: the true content as an answer, beside as a continuation",
            answer.per_note,
            "nats/note",
            ratio=answer.per_note / beside,
            note=f"{answer.notes:,} notes; as a continuation {beside:.2f}",
        )
        yield Measured(row.at_most(beside))


def _pairs(network: Composer, bars: list[Tokens], form: str) -> Iterator[tuple[Nats, Nats]]:
    """Two holes a song, at a third and at two thirds of it."""
    for share in (3, 1.5):
        first = int(len(bars) / share)
        fits = 2 * sum(map(len, bars[first : first + HOLE_BARS])) + 16 < network.config.context
        if 0 < first < len(bars) - HOLE_BARS and fits:
            yield score_hole(network, bars, first, form)


def score_hole(network: Composer, bars: list[Tokens], first: int, form: str) -> tuple[Nats, Nats]:
    """Nats of what stands in a hole, as its answer and as a continuation of the bars before.

    Both score the same tokens: in whole bars all after the first bar mark, of voices the pitch,
    velocity and duration of their notes, with the rhythm kept the pitches.

    Args:
        first: first bar of the hole, from 0.
    """
    voices = frozenset(v.VOICE.start + int(voice) for voice in _UNDER)
    stop = first + HOLE_BARS
    answered = 2 * sum(map(len, bars[first:stop])) + 16
    left = max(network.config.context - answered, 0)
    low, high = first, stop
    while low > 0 and sum(map(len, bars[low - 1 : first])) <= min(_BEFORE, left):
        low -= 1
    left -= sum(map(len, bars[low:first]))
    while high < len(bars) and sum(map(len, bars[stop : high + 1])) <= min(_AFTER, left):
        high += 1
    window = infill_window(bars[low:high], first - low, HOLE_BARS, form, voices)
    hole = [token for bar in bars[first : first + HOLE_BARS] for token in bar]
    before = [v.BOS, *(token for bar in bars[low:first] for token in bar)]
    places = [0] + [i for i, bar in enumerate(bars[low : first + HOLE_BARS]) for _ in bar]
    plain = ([*before, *hole], places, [0] * (len(before) + len(hole)))
    at = window[0].index(v.FILL_START) + 1
    return (
        _score(network, window, at, len(window[0]) - 1, form, voices),
        _score(network, plain, len(before), len(plain[0]), form, voices),
    )


def _score(
    network: Composer,
    run: tuple[Tokens, list[int], list[int]],
    start: int,
    stop: int,
    form: str,
    voices: frozenset[int],
) -> Nats:
    tokens, bars, holes = (torch.tensor([each]) for each in run)
    rows = torch.full((1, max(run[1]) + 1, len(FIELDS)), torch.nan)
    with torch.inference_mode():
        logits = network(tokens, bars, rows, holes)[0].log_softmax(-1)
    nats, counted, notes, voice = 0.0, 0, 0, -1
    for place in range(start, stop):
        token = run[0][place]
        voice = token if token in v.VOICE else voice
        wanted = place > start if form == "bars" else token in v.PITCH
        if form == "voices":
            of_note = token in v.PITCH or token in v.VELOCITY or token in v.DURATION
            wanted = of_note and voice in voices
        if wanted:
            nats -= float(logits[place - 1, token])
            counted += 1
            notes += token in v.PITCH
    return Nats(nats, counted, notes)


def _spread(entries: Sequence[Entry], limit: int) -> list[Entry]:
    """At most so many, spread evenly (0: all)."""
    if not 0 < limit < len(entries):
        return list(entries)
    return [entries[i] for i in np.linspace(0, len(entries) - 1, limit).astype(int)]
