"""Extracts of real music as long as the clips that are composed, to stand beside them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from engine.composing.tokens import decode
from engine.data.shards import Entry, Shards
from engine.evaluation.corpora import Corpus
from engine.evaluation.features import as_composed
from engine.score import METRES, Key, Metre, Score, TempoMap
from models.conditioning import FIELD_INDEX


def entry_score(shards: Shards, entry: Entry) -> Score:
    """The music of an entry. Its tonic lies at C, for a shard keeps no key."""
    tokens, _, rows = shards.piece(entry)
    classes = rows[:, FIELD_INDEX["metre"]]
    metres = tuple(Metre() if each != each else METRES[int(each)] for each in classes)
    tempo = float(rows[0, FIELD_INDEX["tempo"]])
    back = decode(tuple(map(int, tokens)), metres, Key(0))
    marks = TempoMap(((0, tempo),)) if tempo == tempo else TempoMap()
    return Score(back.notes, metres, marks, Key(0))


def held_out_extracts(corpus: Corpus, bars: int) -> Iterator[tuple[str, Score]]:
    """Song and music of each whole run of bars in what was held out: validation, and the
    evaluator's clips, none of which a model was trained on."""
    for entry in corpus.shards.split("validation"):
        for extract in cut(entry_score(corpus.shards, entry), bars):
            yield entry.song, extract
    for piece in corpus.evaluator:
        for extract in cut(as_composed(piece.score), bars):
            yield piece.song, extract


def cut(score: Score, bars: int) -> Iterator[Score]:
    """Runs of bars one after another; what is left at the end of a piece counts where it is at
    least half as long. Notes end with their extract."""
    starts = score.starts
    for first in range(0, len(score.metres), bars):
        last = min(first + bars, len(score.metres))
        if last - first < max(bars // 2, 1):
            continue
        begin, end = starts[first], starts[last]
        notes = tuple(
            replace(note, onset=note.onset - begin, duration=min(note.duration, end - note.onset))
            for note in score.notes
            if begin <= note.onset < end
        )
        tempo = TempoMap(((0, score.tempo_map.bpm(begin)),))
        if notes:
            yield Score(notes, score.metres[first:last], tempo, score.key)
