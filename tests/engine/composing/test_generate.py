"""Composing with a tiny random network: what a request asks for holds for every note."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from engine.checkpoint import Model
from engine.composing.generate import (
    bar_temperatures,
    generate,
    home_key,
    plan_of,
    request_rows,
)
from engine.errors import PsychoscoreError
from engine.lanes import Lane, Lanes
from engine.midi.file import midi_bytes
from engine.midi.overlaps import cut_overlaps
from engine.profile import Profile
from engine.score import METRES, Key, Metre, Note, TempoMap, bar_starts
from engine.take import (
    BarComposed,
    GenerationEvent,
    GenerationRequest,
    NoteComposed,
    Take,
    TakeComposed,
    parse_provenance,
    provenance_json,
)
from engine.temperature import TemperatureSettings, temperature
from models.conditioning import FIELD_INDEX
from tests.engine.tiny import tiny_model

FOUR = (Metre(),) * 4


@pytest.fixture(scope="module")
def model() -> Model:
    return tiny_model()


def request(**changes: Any) -> GenerationRequest:
    return GenerationRequest(**({"metres": FOUR, "key": Key(0, "minor"), "seed": 3} | changes))


def takes(events: list[GenerationEvent]) -> list[Take]:
    """The takes in the order of their requests."""
    done = {event.take: event.result for event in events if isinstance(event, TakeComposed)}
    return [done[index] for index in range(len(done))]


def compose(model: Model, *requests: GenerationRequest) -> list[Take]:
    found = takes(list(generate(model, requests)))
    assert len(found) == len(requests)
    return found


def placed(take: Take) -> list[tuple[int, int, int, int, int]]:
    return [(n.onset, n.duration, n.pitch, n.velocity, n.voice) for n in take.score.notes]


def test_the_same_request_gives_the_same_bytes(model: Model) -> None:
    once, again = (compose(model, request())[0] for _ in range(2))
    ours, theirs = (midi_bytes(t.score, provenance_json(t.provenance)) for t in (once, again))
    assert ours == theirs
    assert len(once.score.notes) > 3


def test_seed_take_and_profile_change_the_music(model: Model) -> None:
    lanes = Lanes(Profile(trauma=1.0, entropy=0.0))
    several = [request(), request(seed=4), request(take=1), request(lanes=lanes)]
    music = [tuple(placed(take)) for take in compose(model, *several)]
    assert len(set(music)) == 4


def test_a_take_does_not_depend_on_its_neighbours(model: Model) -> None:
    wishes = [request(take=take, metres=(Metre(),) * (1 + 2 * take)) for take in range(4)]
    together = compose(model, *wishes)
    assert [len(take.score.metres) for take in together] == [1, 3, 5, 7]
    for wish, among in zip(wishes, together, strict=True):
        assert placed(compose(model, wish)[0]) == placed(among)


def test_guidance_of_one_neighbour_does_not_touch_another(model: Model) -> None:
    plain, guided = request(guidance=1.0), request(guidance=3.0)
    together = compose(model, plain, guided, request(guidance=0.0))
    assert placed(compose(model, plain)[0]) == placed(together[0])
    assert placed(compose(model, guided)[0]) == placed(together[1])
    assert len({tuple(placed(take)) for take in together}) == 3
    assert together[0].provenance.batch == 6


def test_guidance_zero_hears_no_wish(model: Model) -> None:
    wild = Lanes(Profile(1.0, 1.0, 1 + 1j))
    ours = request(guidance=0.0, fixed_temperature=1.0, scale_lean=0.0)
    assert placed(compose(model, ours)[0]) == placed(compose(model, replace(ours, lanes=wild))[0])


def test_the_models_own_guidance_is_taken_where_none_is_asked() -> None:
    own = compose(tiny_model(guidance=3.0), request())[0]
    asked = compose(tiny_model(guidance=1.0), request(guidance=3.0))[0]
    assert placed(own) == placed(asked)


@pytest.mark.parametrize("context", [64, 96, 352])
def test_a_take_goes_on_beyond_the_context(context: int) -> None:
    small = tiny_model(context=context)
    wishes = [request(metres=(Metre(),) * bars, guidance=g) for bars, g in ((40, 1.0), (25, 2.0))]
    events = list(generate(small, wishes))
    for take, wish in zip(takes(events), wishes, strict=True):
        notes = take.score.notes_by_bar()
        assert len(notes) == wish.bars
        # The second half of the take was written with all of its beginning forgotten.
        assert sum(map(len, notes[wish.bars // 2 :])) > 10
    again = takes(list(generate(small, wishes)))
    assert [placed(take) for take in again] == [placed(take) for take in takes(events)]


def test_forgetting_changes_nothing_before_it(model: Model) -> None:
    """Two contexts of one network part only where the shorter one has to let go."""
    wish = request(metres=(Metre(),) * 80)
    long = compose(model, wish)[0].score.notes_by_bar()
    short = compose(tiny_model(context=400), wish)[0].score.notes_by_bar()
    same = [ours == theirs for ours, theirs in zip(long, short, strict=True)]
    assert all(same[:4]) and not all(same)


METRE_RUNS = [(metre,) * 3 for metre in METRES] + [METRES]


@pytest.mark.parametrize("metres", METRE_RUNS, ids=lambda run: "+".join(map(str, run)))
def test_every_metre_and_metres_mixed(model: Model, metres: tuple[Metre, ...]) -> None:
    wish = request(metres=metres)
    score = compose(model, wish)[0].score
    assert score.metres == metres and score.end == bar_starts(metres)[-1]
    assert sum(map(len, score.notes_by_bar())) == len(score.notes) > 0
    assert all(note.onset >= 0 and note.end <= score.end for note in score.notes)


@pytest.mark.parametrize("tonic", range(12))
def test_another_key_is_an_exact_transposition(model: Model, tonic: int) -> None:
    home = compose(model, request())[0]
    moved = compose(model, request(key=Key(tonic, "minor")))[0]
    by = tonic if tonic <= 6 else tonic - 12
    low, high = (f(n.pitch for n in home.score.notes) for f in (min, max))
    assert low + by >= 21 and high + by <= 108, "choose a seed whose notes stay in the range"
    assert [(o, d, p - by, v, x) for o, d, p, v, x in placed(moved)] == placed(home)
    assert moved.score.key == Key(tonic, "minor")


def test_a_free_tonic_is_drawn_by_the_seed_and_keeps_the_mode() -> None:
    keys = [home_key(request(key=None, mode="minor", seed=seed)) for seed in range(60)]
    assert {key.tonic for key in keys} == set(range(12))
    assert {key.mode for key in keys} == {"minor"}
    assert home_key(request(key=None, seed=5)) == home_key(request(key=None, seed=5))
    assert home_key(request(key=Key(4))) == Key(4)


def test_the_recorded_temperatures_are_the_curve(model: Model) -> None:
    lanes = Lanes(
        Profile(trauma=0.8),
        (
            Lane("entropy", ((1, 0.0), (5, 1.0))),
            Lane("rsi_imaginary", ((1, 0.5), (3, 0.5), (3, 0.50001))),
        ),
    )
    settings = TemperatureSettings(base_temperature=0.6)
    wish = request(lanes=lanes, temperature=settings)
    curve = tuple(temperature(lanes.profile_at(bar), settings).value for bar in range(1, 5))
    assert curve == pytest.approx((0.4, 0.485, 0.71, 0.835))
    events = list(generate(model, [wish]))
    assert takes(events)[0].provenance.temperatures == curve == bar_temperatures(wish)
    assert tuple(e.temperature for e in events if isinstance(e, BarComposed)) == curve


def test_a_fixed_temperature_is_that_of_every_bar(model: Model) -> None:
    take = compose(model, request(fixed_temperature=0.95))[0]
    assert take.provenance.temperatures == (0.95,) * 4


def test_temperature_alone_changes_the_music(model: Model) -> None:
    cold, hot = (request(fixed_temperature=heat) for heat in (0.1, 2.0))
    ours, theirs = compose(model, cold, hot)
    assert placed(ours) != placed(theirs)


@pytest.mark.parametrize("wished", [(1, 127), (40, 60), (64, 66), (1, 1), (127, 127)])
def test_velocities_stay_within_their_range(model: Model, wished: tuple[int, int]) -> None:
    events = list(generate(model, [request(velocity_range=wished)]))
    heard = [e.note.velocity for e in events if isinstance(e, NoteComposed)]
    heard += [note.velocity for note in takes(events)[0].score.notes]
    assert heard and wished[0] <= min(heard) and max(heard) <= wished[1]


def test_pitches_stay_within_their_range(model: Model) -> None:
    asked, usual = compose(model, request(pitch_range=(50, 70)), request())
    assert all(50 <= note.pitch <= 70 for note in asked.score.notes)
    pitches = [note.pitch for note in usual.score.notes]
    assert 28 <= min(pitches) < 50 and 70 < max(pitches) <= 100
    with pytest.raises(PsychoscoreError, match="octave"):
        request(pitch_range=(60, 65))


def test_tempo_is_kept_and_told_bar_by_bar(model: Model) -> None:
    tempo = TempoMap(((0, 60.0), (1920, 90.0), (3000, 120.0)))
    wish = request(tempo_map=tempo)
    assert compose(model, wish)[0].score.tempo_map == tempo
    assert request_rows(wish, None)[:, FIELD_INDEX["tempo"]].tolist() == [60, 90, 120, 120]


def test_wishes_stand_in_the_rows() -> None:
    wish = request(
        attributes=(("onset_rate", 0.1), ("leaps", 0.9)),
        texture="drone",
        lanes=Lanes(Profile(), (Lane("trauma", ((1, 0.0), (5, 1.0))),)),
    )
    rows = request_rows(wish, "pop909")
    assert rows[:, FIELD_INDEX["trauma"]].tolist() == [0.0, 0.25, 0.5, 0.75]
    assert np.allclose(rows[:, FIELD_INDEX["onset_rate"]], 0.1)
    assert np.allclose(rows[:, FIELD_INDEX["leaps"]], 0.9)
    assert np.isnan(rows[:, FIELD_INDEX["register"]]).all()
    assert (rows[:, FIELD_INDEX["texture"]] == 1).all()
    assert (rows[:, FIELD_INDEX["source"]] == 0).all()
    assert np.isnan(request_rows(wish, None)[:, FIELD_INDEX["source"]]).all()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"metres": (Metre(), Metre(9, 8))}, "Bar 2: 9/8"),
        ({"attributes": (("sweetness", 0.5),)}, "'sweetness'"),
        ({"texture": "velvet"}, "'velvet'"),
    ],
)
def test_what_is_not_known_is_refused(model: Model, changes: dict[str, Any], said: str) -> None:
    with pytest.raises(PsychoscoreError) as error:
        next(generate(model, [request(), request(**changes)]))
    assert said in str(error.value)


def test_no_requests_no_events(model: Model) -> None:
    assert list(generate(model, [])) == []


def test_events_tell_the_take_bit_by_bit(model: Model) -> None:
    wishes = [request(take=take, metres=(Metre(3, 4),) * (6 - take)) for take in range(3)]
    events = list(generate(model, wishes))
    for index, take in enumerate(takes(events)):
        mine = [event for event in events if event.take == index]
        assert isinstance(mine[-1], TakeComposed)
        bars = [event for event in mine if isinstance(event, BarComposed)]
        assert [event.bar for event in bars] == list(range(1, wishes[index].bars + 1))
        streamed: list[Note] = []
        current: list[Note] = []
        for event in mine[:-1]:
            if isinstance(event, NoteComposed):
                assert event.bar == 1 + bars.index(
                    next(each for each in bars if mine.index(each) > mine.index(event))
                )
                assert (event.bar - 1) * 1440 <= event.note.onset < event.bar * 1440
                current.append(event.note)
            elif isinstance(event, BarComposed):
                assert event.notes == cut_overlaps(current)
                streamed += current
                current = []
        places = [(note.onset, note.voice, note.pitch) for note in streamed]
        assert places == sorted(places), "notes come in the order of the music"
        assert take.score.notes == cut_overlaps(streamed)


def test_no_key_of_the_piano_is_struck_while_it_is_down(model: Model) -> None:
    for take in compose(model, *(request(seed=seed, metres=FOUR * 3) for seed in range(4))):
        by_pitch: dict[int, list[Note]] = {}
        for note in take.score.notes:
            by_pitch.setdefault(note.pitch, []).append(note)
            assert note.duration > 0
        for notes in by_pitch.values():
            assert all(a.end <= b.onset for a, b in zip(notes, notes[1:], strict=False))


def test_every_pedal_that_goes_down_comes_up(model: Model) -> None:
    for take in compose(model, *(request(seed=seed) for seed in range(4))):
        values = [control.value for control in take.score.controls]
        assert values and values == [100, 0] * (len(values) // 2)
        onsets = [control.onset for control in take.score.controls]
        assert onsets == sorted(onsets)


def test_cancel_stops_at_once(model: Model) -> None:
    asked = Counter[str]()

    def cancelled() -> bool:
        asked["times"] += 1
        return asked["times"] > 40

    events = list(generate(model, [request(metres=(Metre(),) * 64)], cancelled))
    assert asked["times"] == 41
    assert not any(isinstance(event, TakeComposed) for event in events)
    assert list(generate(model, [request()], lambda: True)) == []


def test_a_closed_generator_is_over(model: Model) -> None:
    events = generate(model, [request(metres=(Metre(),) * 64)])
    next(events)
    events.close()
    assert list(events) == []


def test_the_take_remembers_how_to_make_it_again(model: Model) -> None:
    wish = request(lanes=Lanes(Profile(0.8, 0.2, 0.3 + 0.6j)), attributes=(("leaps", 0.5),))
    take = compose(model, wish)[0]
    kept = parse_provenance(provenance_json(take.provenance))
    assert kept == take.provenance
    assert (kept.model, kept.model_hash) == ("tiny", f"{1:016x}")
    assert kept.lineage == ("nothing (MIT)",) and not kept.non_commercial
    assert kept.threads == 1 == torch.get_num_threads()
    assert placed(compose(model, kept.request)[0]) == placed(take)


def test_ranks_of_single_bars_come_before_those_of_all() -> None:
    wish = GenerationRequest(
        metres=(Metre(),) * 3,
        attributes=(("register", 0.5),),
        bar_attributes=(("register", ((2, 0.9), (7, 0.1))),),
    )
    rows = request_rows(wish, None)
    assert rows[:, FIELD_INDEX["register"]].tolist() == pytest.approx([0.5, 0.9, 0.5])
    wrong = replace(wish, bar_attributes=(("colour", ((1, 0.5),)),))
    with pytest.raises(PsychoscoreError, match="colour"):
        request_rows(wrong, None)


def test_a_take_remembers_planned_attributes_textures_and_chords() -> None:
    rows = request_rows(GenerationRequest(metres=(Metre(),) * 2), None)
    rows[0, FIELD_INDEX["register"]] = 0.25
    rows[0, FIELD_INDEX["texture"]] = 3
    rows[1, FIELD_INDEX["half_chord_root"]] = 7
    assert plan_of(rows) == ({"register": 0.25, "texture": 3.0}, {"half_chord_root": 7.0})
