"""Edits of a cue: ranks asked for in single bars go into the request, and are freed again."""

from __future__ import annotations

import json

import pytest
from pydantic import ValidationError

from engine.config.schema import Settings
from engine.project.cue import Cue, new_cue
from engine.project.edits import SetAsked, edit_json, parse_edit
from engine.project.state import ProjectState

CUE = new_cue("1M1", bars=4)


def test_ranks_of_single_bars_are_asked_for_and_freed() -> None:
    state = ProjectState(cues=(CUE,))
    edit = SetAsked(cue=CUE.id, name="onset_rate", ranks=((1, 0.2), (4, 0.9), (6, 0.5)))
    assert parse_edit(edit_json(edit)) == edit and edit.text == "Ask for Onsets"
    asked = edit.apply(state)
    cue = asked.cues[0]
    assert Cue.model_validate_json(cue.model_dump_json()) == cue
    # Bar 6 comes back when the cue is long enough again.
    assert cue.request(Settings()).bar_attributes == (("onset_rate", ((1, 0.2), (4, 0.9))),)
    free = SetAsked(cue=CUE.id, name="onset_rate")
    assert free.text == "Free Onsets" and free.apply(asked) == state


@pytest.mark.parametrize("ranks", [((2, 0.2), (1, 0.3)), ((1, 1.2),), ((0, 0.2),)])
def test_bars_ascend_and_ranks_lie_in_their_range(ranks: tuple[tuple[int, float], ...]) -> None:
    with pytest.raises(ValidationError):
        CUE.replace(asked={"register": ranks})


def test_cues_from_before_ask_for_no_single_bars() -> None:
    body = CUE.model_dump(mode="json")
    del body["asked"]
    assert Cue.model_validate_json(json.dumps(body)).request(Settings()).bar_attributes == ()
