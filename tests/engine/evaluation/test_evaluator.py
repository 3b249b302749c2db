"""The evaluator tells easy clips apart, and never judges a song that it learned."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine.errors import PsychoscoreError
from engine.evaluation.evaluator import (
    FOLDS,
    MOODS,
    Evaluator,
    cross_validate,
    evaluator_clips,
    hits,
    song_folds,
)
from engine.evaluation.features import FEATURES, as_composed, features
from engine.score import Metre, Note, Score, TempoMap, Voice
from tests.engine.evaluation.clips import easy_piece, easy_pieces, easy_score


def test_easy_clips_of_unheard_songs_are_told_apart() -> None:
    found = cross_validate(evaluator_clips(easy_pieces(), ()))
    assert found.quadrant.mean() > 0.9
    assert found.arousal.mean() > 0.95


def test_labels_without_meaning_are_guessed_at_chance() -> None:
    pieces = easy_pieces(songs=40, segments=1)
    rng = np.random.default_rng(5)
    moods = rng.permutation([piece.quadrant for piece in pieces])
    mixed = [replace(each, quadrant=mood) for each, mood in zip(pieces, moods, strict=True)]
    assert cross_validate(evaluator_clips(mixed, ())).quadrant.mean() < 0.5


def test_a_fitted_judge_gives_probabilities_in_the_order_of_moods() -> None:
    judge = Evaluator.fit(evaluator_clips(easy_pieces(), ()))
    scores = [easy_score(mood, seed=9000) for mood in MOODS]
    judged = judge.judge_scores(scores)
    np.testing.assert_allclose(judged.moods.sum(axis=1), 1.0)
    assert judged.quadrants.tolist() == [0, 1, 2, 3]
    assert (judged.low_valence > 0.5).tolist() == [False, True, True, False]
    assert (judged.high_arousal > 0.5).tolist() == [True, True, False, False]
    assert hits(judged, np.arange(4)).quadrant.all()


def test_a_silent_clip_is_judged_too() -> None:
    judge = Evaluator.fit(evaluator_clips(easy_pieces(), ()))
    silence = Score((), (Metre(),) * 2)
    judged = judge.judge_scores([silence])
    assert np.isfinite(judged.moods).all()


def test_no_song_is_learned_and_judged() -> None:
    pieces = easy_pieces()
    with pytest.raises(PsychoscoreError, match="learned its song"):
        evaluator_clips(pieces, {pieces[3].song})
    with pytest.raises(PsychoscoreError, match="learned its song"):
        evaluator_clips([*pieces, easy_piece("sad", 99, 0, split="train")], ())
    with pytest.raises(PsychoscoreError, match="all four quadrants"):
        evaluator_clips([piece for piece in pieces if piece.quadrant != "calm"], ())


def test_folds_keep_songs_together_and_use_all_folds() -> None:
    songs = [f"song{n // 3}" for n in range(60)]
    folds = song_folds(songs)
    assert {len(set(folds[at : at + 3])) for at in range(0, 60, 3)} == {1}
    assert sorted(np.bincount(folds)) == [12] * FOLDS
    assert not np.array_equal(folds, song_folds(songs, "again"))


def test_features_do_not_know_bars_voices_transposition_or_tempo_marks() -> None:
    score = easy_score("tense", 1)
    plain = features(score)
    assert plain.shape == (len(FEATURES),)
    assert len(set(FEATURES)) == len(FEATURES)
    twice = tuple(
        Note(2 * n.onset, 2 * n.duration, n.pitch, n.velocity, Voice.INNER) for n in score.notes
    )
    otherwise = Score(twice, (Metre(3, 4),) * 11, TempoMap(((0, 200.0),)))
    np.testing.assert_allclose(features(otherwise), plain, atol=1e-9)
    higher = tuple(replace(note, pitch=note.pitch + 5) for note in score.notes)
    moved = features(replace(score, notes=higher, key=None)) - plain
    changed = {name for name, by in zip(FEATURES, moved, strict=True) if abs(by) > 1e-6}
    assert changed == {"pitch_mean", "pitch_low", "pitch_high", "top_mean"}


def test_mode_is_heard() -> None:
    names = ("mode", "mode_local", "triad_mode", "third", "sixth")
    columns = [FEATURES.index(name) for name in names]
    happy, tense = features(easy_score("happy", 3)), features(easy_score("tense", 3))
    assert (happy[columns] > tense[columns]).all()


def test_a_real_clip_is_heard_with_the_resolution_of_the_tokens() -> None:
    score = easy_score("happy", 2)
    once = as_composed(score)
    assert once != score
    assert as_composed(once).notes == once.notes
    assert once.tempo_map == score.tempo_map
