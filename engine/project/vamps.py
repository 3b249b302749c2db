"""Vamps: bars of a cue that repeat in a show until GO."""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator

from engine.config.schema import Strict
from engine.project.cue_marks import BarNumber

Leave = Literal["beat", "bar", "phrase"]
LEAVES: tuple[Leave, ...] = ("beat", "bar", "phrase")


class Vamp(Strict):
    """Bars, both included, that repeat until GO; the music then leaves them at a border.

    On the next beat or bar line it goes on behind the vamp; a phrase is played to its end.
    """

    first: BarNumber
    last: BarNumber
    leave: Leave = "bar"

    @model_validator(mode="after")
    def _forwards(self) -> Vamp:
        if self.last < self.first:
            raise ValueError(f"vamp {self.first}-{self.last} ends before it begins")
        return self


def with_vamp(vamps: tuple[Vamp, ...], vamp: Vamp) -> tuple[Vamp, ...]:
    """These vamps and one more, in the place of those that it overlaps."""
    kept = (each for each in vamps if each.last < vamp.first or vamp.last < each.first)
    return tuple(sorted([*kept, vamp], key=lambda each: each.first))


def without_vamp(vamps: tuple[Vamp, ...], bar: int) -> tuple[Vamp, ...]:
    """These vamps without the one that holds a bar."""
    return tuple(each for each in vamps if not each.first <= bar <= each.last)


def vamp_at(vamps: tuple[Vamp, ...], bar: int) -> Vamp | None:
    return next((each for each in vamps if each.first <= bar <= each.last), None)
