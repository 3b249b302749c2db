"""A project as one frozen value: its own settings, its cues and their takes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from engine.config.own import OwnSettings
from engine.errors import PsychoscoreError
from engine.project.cue import Cue
from engine.project.shelf import Shelf, Unread
from engine.take import Take

Takes = Mapping[str, Mapping[str, Take]]


@dataclass(frozen=True, slots=True)
class ProjectState:
    """All that a project is, at one moment.

    Args:
        settings: what the project itself sets; nothing inherited.
        cues: in the order of their numbers, each number once.
        takes: by cue id and take id. Which takes a cue has, and in which order, its labels
            say; a label without a take here is a file that cannot be read now.
    """

    settings: OwnSettings = field(default_factory=OwnSettings)
    cues: tuple[Cue, ...] = ()
    takes: Takes = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        numbers = [cue.number.casefold() for cue in self.cues]
        for number in numbers:
            if numbers.count(number) > 1:
                raise PsychoscoreError(
                    f"Two cues have the number {number.upper()}.", "Give one of them another."
                )
        ordered = tuple(sorted(self.cues, key=lambda cue: number_order(cue.number)))
        object.__setattr__(self, "cues", ordered)

    @property
    def name(self) -> str:
        return str(self.settings.get("name", "Untitled"))

    def cue(self, cue_id: str) -> Cue:
        """The cue with an id.

        Raises:
            PsychoscoreError: there is none.
        """
        for cue in self.cues:
            if cue.id == cue_id:
                return cue
        raise PsychoscoreError("That cue is no longer in the project.")

    def cue_numbered(self, number: str) -> Cue | None:
        wanted = number.casefold()
        return next((cue for cue in self.cues if cue.number.casefold() == wanted), None)

    def take(self, cue_id: str, take_id: str) -> Take | None:
        """The notes of a take, or None where its file cannot be read."""
        return self.takes.get(cue_id, {}).get(take_id)

    def with_cue(self, cue: Cue) -> ProjectState:
        """This project with a cue added, or put in the place of the one with its id."""
        others = [each for each in self.cues if each.id != cue.id]
        return replace(self, cues=(*others, cue))

    def without_cue(self, cue_id: str) -> ProjectState:
        """This project without a cue and its takes."""
        takes = {key: value for key, value in self.takes.items() if key != cue_id}
        cues = tuple(cue for cue in self.cues if cue.id != cue_id)
        return replace(self, cues=cues, takes=takes)

    def with_take(self, cue_id: str, take_id: str, take: Take | Unread) -> ProjectState:
        """This project with the notes of a take; the cue's label is set apart from it."""
        inner = Shelf.of(self.takes.get(cue_id, {})).with_take(take_id, take)
        return replace(self, takes={**self.takes, cue_id: inner})

    def without_take(self, cue_id: str, take_id: str) -> ProjectState:
        inner = Shelf.of(self.takes.get(cue_id, {})).without(take_id)
        takes = {key: value for key, value in self.takes.items() if key != cue_id}
        return replace(self, takes={**takes, cue_id: inner} if inner else takes)


def number_order(number: str) -> tuple[tuple[bool, int, str], ...]:
    """Sorts cue numbers as composers do: 1M2 before 1M10 before 2M1 before Q1."""
    parts = re.findall(r"\d+|\D+", number.casefold())
    return tuple((False, int(part), "") if part.isdecimal() else (True, 0, part) for part in parts)
