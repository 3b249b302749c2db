"""Choosing a preset: what moves, what stays, and one undo step for all of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from app.presets.choice import PresetChoice
from app.presets.desk import Desk
from app.session import Session
from engine.config.layers import Layer
from engine.lanes import Lane
from engine.score import Key


def test_choosing_a_preset_sets_everything_that_it_carries(
    desk: Desk, choice: PresetChoice, session: Session
) -> None:
    choice.choose(desk.sheet("tragedy", follow=False), move_sliders=True)
    asked, request = session.asked, session.cue.request(session.settings)
    assert asked.lanes.profile.trauma == 0.8 and asked.lanes.profile.rsi == 0.4 + 0.2j
    assert asked.tempo_map.marks[0][1] == 63
    assert request.velocity_range == (24, 92)
    assert session.settings.music.mode == "minor"
    assert asked.temperatures[0] == pytest.approx(0.65 + 0.5 * 0.35 - 0.3 * 0.8)
    assert dict(session.state.settings.leaves()) == {"preset": "tragedy"}


def test_sliders_that_were_set_by_hand_move_too_or_stay_as_asked(
    desk: Desk, choice: PresetChoice, session: Session
) -> None:
    session.set_values({"trauma": 0.1})
    session.set_tempo(90)
    tragedy = desk.sheet("tragedy", follow=False)
    assert choice.held_by_cue(tragedy) == ("Trauma", "Tempo")
    choice.choose(tragedy, move_sliders=False)
    assert session.asked.lanes.profile.trauma == 0.1
    session.undo_stack.undo()
    choice.choose(tragedy, move_sliders=True)
    assert session.asked.lanes.profile.trauma == 0.8
    assert session.asked.tempo_map.marks[0][1] == 63
    session.undo_stack.undo()
    assert session.asked.lanes.profile.trauma == 0.1
    assert session.settings.preset is None


def test_lanes_and_keys_stay_and_are_said(
    desk: Desk, choice: PresetChoice, session: Session
) -> None:
    session.set_lane("trauma", Lane("trauma", ((1.0, 0.2), (5.0, 0.6))))
    session.set_key(Key.parse("DM"))
    tragedy = desk.sheet("tragedy", follow=False)
    assert choice.stays_in_cue(tragedy) == ("the Trauma lane", "the mode of its key")
    choice.choose(tragedy, move_sliders=True)
    assert session.asked.lanes.profile_at(1).trauma == 0.2
    assert session.asked.key == Key.parse("DM")


def test_choosing_none_over_the_users_preset(
    desk: Desk, choice: PresetChoice, session: Session, leaf: Callable
) -> None:
    desk.set_text(desk.sheet(), Layer.USER, leaf("preset"), "comedy")
    assert session.settings.music.tempo == 132
    choice.choose(desk.sheet(None, follow=False), move_sliders=True)
    assert session.settings.preset is None and session.settings.music.tempo == 100
    assert session.state.settings.sets("preset")
