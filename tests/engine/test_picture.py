"""What the picture asks is checked, and a take remembers it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from engine.errors import PsychoscoreError
from engine.picture import Dialogue, DialogueLaw, Hit
from engine.take import GenerationRequest, Provenance, parse_provenance, provenance_json


def provenance(request: GenerationRequest) -> Provenance:
    return Provenance(request, "m", "h", (1.0,), (), False, "0.1.0")


def test_a_take_remembers_what_the_picture_asked() -> None:
    wish = GenerationRequest(
        hits=(Hit(1.5), Hit(3.0, "avoid")),
        ending="sting",
        dialogue=(Dialogue(1.25, 3.0),),
        dialogue_law=DialogueLaw(voices=2, free_low=None, free_high=None),
    )
    told = provenance(wish)
    assert parse_provenance(provenance_json(told)) == told


def test_a_take_from_before_has_none_of_it() -> None:
    old = json.loads(provenance_json(provenance(GenerationRequest())))
    for name in ("hits", "ending", "dialogue", "dialogue_law"):
        del old["request"][name]
    assert parse_provenance(json.dumps(old)) == provenance(GenerationRequest())


@pytest.mark.parametrize(
    ("make", "values", "said"),
    [
        (Hit, (0.5,), "bars count from 1"),
        (Hit, (float("nan"),), "bars count from 1"),
        (Hit, (2.0, "bang"), "no hit kind 'bang'"),
        (Dialogue, (3.0, 3.0), "go forwards"),
        (DialogueLaw, (0.0,), "attacks a second"),
        (DialogueLaw, (2.0, 0), "Velocity 0"),
        (DialogueLaw, (2.0, 64, 0), "0 voices"),
        (DialogueLaw, (2.0, 64, 3, None, 60), "both its ends"),
        (DialogueLaw, (2.0, 64, 3, 70, 60), "range 70-60"),
        (DialogueLaw, (2.0, 64, 3, 0, 127), "no key of the piano"),
    ],
)
def test_values_out_of_range_say_so(make: Any, values: tuple[Any, ...], said: str) -> None:
    with pytest.raises(PsychoscoreError) as error:
        make(*values)
    assert said in str(error.value)
