"""Q1: how surprised a model is by held-out music, in nats a note, beside its baselines."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass

from engine.checkpoint import Model
from engine.composing import vocabulary as v
from engine.evaluation.baselines import (
    grammar_score,
    ngram_score,
    training_stream,
    uniform_score,
)
from engine.evaluation.corpora import WANTED, Corpus
from engine.evaluation.ngram import ORDER, NGram
from engine.evaluation.parts import Materials
from engine.evaluation.rows import EvaluationEvent, Measured, Progress, Row, missing
from engine.evaluation.stepped import measure_backend
from engine.training.scoring import Score, score_batch, windows

TITLES = {"pop909": "POP909 held-out songs", "emopia": "EMOPIA validation clips"}
GOALS = {"pop909": 5.8, "emopia": 7.2}
BELOW_NGRAM = 0.25


@dataclass(frozen=True, slots=True)
class _Scores:
    """What each competitor scored on the same windows."""

    model: Score
    told: Score
    uniform: Score
    grammar: Score
    ngram: Score | None


def measure_likelihoods(materials: Materials) -> Iterator[EvaluationEvent]:
    """The Q1 rows; a corpus that is not there says so."""
    corpora = tuple(materials.corpora.values())
    yield from measure_likelihood(materials.model, corpora, limit=materials.size.windows)
    for source in WANTED:
        if source not in materials.corpora:
            why = materials.archives.why_missing(source)
            yield Measured(missing_likelihood(source, why))


def measure_likelihood(
    model: Model, corpora: Sequence[Corpus], *, limit: int
) -> Iterator[EvaluationEvent]:
    """The Q1 rows of each corpus.

    Args:
        limit: at most this many windows of each corpus, spread evenly (0: all).
    """
    seen = [corpus for corpus in corpora if corpus.source in model.card.sources]
    baseline = _fit_ngram(seen, corpora)
    told = " and ".join(corpus.source for corpus in seen)
    for corpus in corpora:
        scores = yield from _score(model, corpus, baseline, limit)
        yield from map(Measured, _rows(corpus.source, scores, told))
        yield from measure_backend(model, corpus)


def missing_likelihood(source: str, why: str) -> Row:
    """The Q1 row of a corpus that is not there."""
    goal = GOALS[source]
    return missing(f"Q1.{source}", f"NLL, {TITLES[source]}", "nats/note", why).at_most(goal)


def _fit_ngram(seen: Sequence[Corpus], corpora: Sequence[Corpus]) -> NGram | None:
    """The n-gram of the tokens that the model was trained on, where their data is here."""
    stream = training_stream(
        [corpus.shards for corpus in seen], [corpus.shards for corpus in corpora]
    )
    return NGram(stream, v.SIZE) if len(stream) >= ORDER else None


def _score(
    model: Model, corpus: Corpus, baseline: NGram | None, limit: int
) -> Generator[Progress, None, _Scores]:
    entries = corpus.shards.split("validation")
    context = model.network.config.context
    free = list(windows(corpus.shards, entries, context, limit, conditions=False))
    told = windows(corpus.shards, entries, context, limit, conditions=True)
    none = Score(0.0, 0, 0)
    part = f"Q1 on {TITLES[corpus.source]}"
    own, with_conditions = none, none
    for done, (window, conditioned) in enumerate(zip(free, told, strict=True), 1):
        own += score_batch(model.network, window)
        with_conditions += score_batch(model.network, conditioned)
        yield Progress(part, done, len(free))
    return _Scores(
        own,
        with_conditions,
        sum(map(uniform_score, free), none),
        sum(map(grammar_score, free), none),
        None if baseline is None else sum((ngram_score(each, baseline) for each in free), none),
    )


def _rows(source: str, scores: _Scores, trained_on: str) -> Iterator[Row]:
    name, title, own = f"Q1.{source}", TITLES[source], scores.model
    beside = scores.ngram
    scope = f"{own.tokens:,} tokens, {own.notes:,} notes, all conditions dropped"
    ratio = None if beside is None else own.per_note / beside.per_note
    row = Row(name, f"NLL, {title}", own.per_note, "nats/note", ratio=ratio, note=scope)
    yield row.at_most(GOALS[source])
    label = f"below the {ORDER}-gram, {title}"
    if ratio is None:
        why = "The data that the model was trained on is not there to count n-grams."
        yield missing(f"{name}.gain", label, "share", why).at_least(BELOW_NGRAM)
    else:
        yield Row(f"{name}.gain", label, 1 - ratio, "share").at_least(BELOW_NGRAM)
    competitors = [
        ("uniform", f"uniform over {v.SIZE} tokens", scores.uniform, ""),
        ("grammar", "grammar alone", scores.grammar, "uniform over what the grammar allows"),
    ]
    if beside is not None:
        counted = f"modified Kneser-Ney, counted on the training part of {trained_on}"
        competitors.append(("ngram", f"interpolated {ORDER}-gram", beside, counted))
    for suffix, label, score, note in competitors:
        ratio = own.per_note / score.per_note
        yield Row(f"{name}.{suffix}", label, score.per_note, "nats/note", ratio=ratio, note=note)
    yield Row(f"{name}.per_token", "the same per token", own.per_token, "nats/token")
    told = scores.told.per_note
    ratio = told / own.per_note
    yield Row(f"{name}.conditions", "with true conditions", told, "nats/note", ratio=ratio)
