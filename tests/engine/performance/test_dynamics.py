"""Dynamics: levels, ramps, what they do to velocities, and thinned controllers."""

from __future__ import annotations

from statistics import mean

import pytest

from engine.lanes import Lane, Lanes
from engine.performance.dynamics import (
    LEVELS,
    MESSAGES_A_SECOND,
    DrawnLevel,
    Dynamics,
    dynamic_controls,
    level_name,
    level_velocity,
    psyche_level,
    with_controls,
    with_dynamics,
)
from engine.profile import Profile
from engine.score import Control, Metre, Note, Score, TempoMap, Voice

BAR = 1920


def music(bars: int = 4, tempo: float = 120.0) -> Score:
    notes = [
        Note(beat * 480, 480, 60 + beat % 4, 64 + 6 * (beat % 4), Voice.MELODY)
        for beat in range(4 * bars)
    ]
    return Score(tuple(notes), (Metre(),) * bars, TempoMap(((0, tempo),)))


@pytest.mark.parametrize("index", range(len(LEVELS)))
def test_each_dynamic_has_its_level_and_velocity(index: int) -> None:
    level = index / (len(LEVELS) - 1)
    assert level_name(level) == LEVELS[index][0]
    assert level_velocity(level) == pytest.approx(LEVELS[index][1])


def test_the_psyche_asks_for_loudness_by_agitation() -> None:
    assert level_name(psyche_level(Profile(0.2, 0.0))) in ("pp", "p")
    assert psyche_level(Profile(0.9, 0.9)) > psyche_level(Profile(0.2, 0.9)) > 0.6
    assert psyche_level(Profile(1.0, 1.0)) <= 1.0


def test_bars_follow_the_psyche_unless_drawn() -> None:
    lanes = Lanes(Profile(), (Lane("entropy", ((1.0, 0.0), (5.0, 1.0))),))
    dynamics = Dynamics(lanes, {2: DrawnLevel(0.9)})
    assert dynamics.level(1.5) == psyche_level(lanes.profile_at(1.5))
    assert dynamics.level(2.0) == dynamics.level(2.99) == 0.9
    assert dynamics.level(3.0) == psyche_level(lanes.profile_at(3.0))


def test_a_ramp_reaches_the_next_bar() -> None:
    dynamics = Dynamics(Lanes(), {1: DrawnLevel(0.2, ramp=True), 2: DrawnLevel(0.8)})
    assert dynamics.level(1.5) == pytest.approx(0.5)
    assert dynamics.level(2.0) == 0.8
    alone = Dynamics(Lanes(), {1: DrawnLevel(0.0, ramp=True)})
    assert alone.level(1.999) == pytest.approx(psyche_level(Profile()), abs=0.01)


def test_drawn_bars_come_to_their_level_and_keep_their_relief() -> None:
    score = music()
    shaped = with_dynamics(score, Dynamics(Lanes(), {2: DrawnLevel(1.0), 3: DrawnLevel(0.0)}))
    bars = shaped.notes_by_bar()
    assert bars[0] == score.notes_by_bar()[0] and bars[3] == score.notes_by_bar()[3]
    assert mean(n.velocity for n in bars[1]) == pytest.approx(108, abs=1)
    assert mean(n.velocity for n in bars[2]) == pytest.approx(30, abs=1)
    assert [n.velocity - bars[1][0].velocity for n in bars[1]] == [0, 6, 12, 18]


def test_a_hairpin_grows_through_its_bar() -> None:
    drawn = {1: DrawnLevel(0.0, ramp=True), 2: DrawnLevel(1.0)}
    flat = Score(
        tuple(Note(beat * 480, 480, 60, 70, Voice.MELODY) for beat in range(8)), (Metre(),) * 2
    )
    velocities = [n.velocity for n in with_dynamics(flat, Dynamics(Lanes(), drawn)).notes]
    assert velocities[:5] == sorted(set(velocities[:5]))
    assert velocities[0] == 30 and velocities[4:] == [108] * 4


@pytest.mark.parametrize("tempo", [40.0, 120.0, 240.0])
def test_controllers_are_thinned(tempo: float) -> None:
    score = music(2, tempo)
    drawn = {1: DrawnLevel(0.0, ramp=True), 2: DrawnLevel(1.0)}
    sent = dynamic_controls(score, Dynamics(Lanes(), drawn), 11)
    seconds = [score.tempo_map.seconds(each.onset) for each in sent]
    gaps = [b - a for a, b in zip(seconds, seconds[1:], strict=False)]
    assert min(gaps) >= 1 / MESSAGES_A_SECOND - 1e-9
    assert sent[0].onset == 0 and {each.controller for each in sent} == {11}
    values = [each.value for each in sent]
    assert values == sorted(set(values)) and values[-1] == 124 and len(sent) > 20


def test_a_level_that_stays_is_said_once() -> None:
    drawn = {bar: DrawnLevel(0.6) for bar in range(1, 5)}
    assert len(dynamic_controls(music(), Dynamics(Lanes(), drawn), 1)) == 1


def test_messages_take_the_place_of_others_of_their_controller() -> None:
    old = (Control(5, 11, 3), Control(9, 64, 100))
    score = Score(music().notes, music().metres, controls=old)
    new = with_controls(score, (Control(0, 11, 50),))
    assert new.controls == (Control(0, 11, 50), Control(9, 64, 100))
