"""Clips: composed once, the same however many threads there are, and stopped when closed."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from engine.errors import PsychoscoreError
from engine.evaluation.clips import ClipStore, Setting
from engine.profile import Profile
from engine.take import GenerationRequest
from tests.engine.tiny import tiny_model

SETTING = Setting(guidance=1.0)


def requests(count: int, bars: int = 2) -> list[GenerationRequest]:
    return [SETTING.request(Profile(), bars, seed) for seed in range(count)]


def composed(store: ClipStore, wanted: list[GenerationRequest]) -> int:
    return len(list(store.compose(wanted, "x")))


def test_clips_are_composed_once() -> None:
    store = ClipStore(tiny_model(guidance=1.0))
    assert composed(store, requests(3)) == 3
    assert composed(store, requests(5)) == 2
    assert len(store.of(requests(5))) == 5


def test_threads_change_the_time_and_not_the_clips() -> None:
    alone, together = (ClipStore(tiny_model(guidance=1.0), threads=n) for n in (1, 3))
    progress = list(together.compose(requests(7), "x"))
    assert [(each.done, each.total) for each in progress] == [(n, 7) for n in range(1, 8)]
    composed(alone, requests(7))
    assert together.of(requests(7)) == alone.of(requests(7))


def test_closing_ends_all_threads() -> None:
    store = ClipStore(tiny_model(guidance=1.0), threads=2)
    before = threading.active_count()
    events = store.compose(requests(8, bars=8), "x")
    next(events)
    events.close()
    assert threading.active_count() == before
    assert len(store.scores) < 8


def test_an_error_of_a_thread_is_told() -> None:
    store = ClipStore(tiny_model(guidance=1.0), threads=2)
    wrong = [replace_texture(each) for each in requests(4)]
    with pytest.raises(PsychoscoreError, match="nonsense"):
        composed(store, wrong)


def replace_texture(request: GenerationRequest) -> GenerationRequest:
    return replace(request, texture="nonsense")


def test_the_products_setting_leaves_laws_and_schedule_at_work() -> None:
    plain = SETTING.request(Profile(), 1, 0)
    own = Setting.of_product(2.0).request(Profile(), 1, 0)
    default = GenerationRequest()
    assert (plain.scale_lean, plain.fixed_temperature) == (0.0, 0.95)
    assert (own.scale_lean, own.fixed_temperature) == (default.scale_lean, None)
    words = dict(Setting.of_product(2.0).words())
    assert words["temperature"] == "scheduled" and words["laws"] == "the product's"
