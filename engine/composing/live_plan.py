"""What each bar of live music is told: the plan of a few bars ahead, drawn from the profile of now.

A plan is kept for its run of bars while the profile rests, and drawn anew where it was moved.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from engine.checkpoint import Model
from engine.composing.conditions import ATTRIBUTES_AT, SOURCES, Rows, set_profiles
from engine.composing.generate import wished_rows
from engine.composing.plan import RUN
from engine.lanes import Lanes
from engine.profile import Profile
from engine.score import Key
from engine.take import GenerationRequest
from models.conditioning import FIELD_INDEX

# The class of bars that are far from the beginning or from the end: live music has no end.
_FAR = 6
_MODE = FIELD_INDEX["mode"]


class LivePlan:
    """Draws condition rows for one bar after the other.

    Args:
        model: its plans; without any, bars are told what is wished alone.
        request: all but the profile.
        key: the home key.
    """

    def __init__(self, model: Model, request: GenerationRequest, key: Key) -> None:
        self._model, self._key = model, key
        metre = request.metres[0]
        self._request = replace(
            request, metres=(metre,) * RUN, bar_attributes=(), phrases=(), key_changes=()
        )
        self._source = next((each for each in model.card.sources if each in SOURCES), None)
        self._profile: Profile | None = None
        self._ahead: list[Rows] = []
        self._last: Rows | None = None

    def row(self, bar: int, profile: Profile) -> Rows:
        """The row of a bar, from 1, shape (1, fields)."""
        if not self._ahead or profile != self._profile:
            self._ahead = self._draw(bar, profile)
            self._profile = profile
        row, self._last = self._ahead[0], self._ahead[0]
        del self._ahead[0]
        row[:, FIELD_INDEX["from_start"]] = min(bar - 1, _FAR) if bar <= 4 else _FAR
        row[:, FIELD_INDEX["to_end"]] = _FAR
        return row

    def _draw(self, bar: int, profile: Profile) -> list[Rows]:
        request = replace(self._request, lanes=Lanes(profile))
        rows = wished_rows(request, self._key, self._source)
        set_profiles(rows, [profile] * RUN)
        plans = self._model.plans
        if plans is not None:
            if np.isnan(rows[0, _MODE]):
                # One number decides for the whole music, so that a mode changes only with trauma.
                rows[:, _MODE] = plans.draw(rows[:1], request.seed, request.take)[0, _MODE]
            before = None if self._last is None else self._last[0, ATTRIBUTES_AT]
            seed = (request.seed + 7919 * bar) % 2**63
            rows = plans.draw(rows, seed, request.take, before=before)
        return [rows[at : at + 1].copy() for at in range(RUN)]
