"""All that one sheet says of a cue, as one undo step."""

from __future__ import annotations

from dataclasses import dataclass

from engine.config.schema import Settings
from engine.errors import PsychoscoreError
from engine.project.cue import SHORTEST_UPBEAT, Cue
from engine.project.cue_edits import SetBars
from engine.project.cue_marks import Start
from engine.project.edits import AnyEdit, RenameCue, Several
from engine.project.time_edits import SetStart, SetUpbeat, check_start
from engine.project.time_marks import key_from, metre_from
from engine.score import TICKS_PER_QUARTER, Key, Metre
from engine.take import MAXIMUM_BARS


@dataclass(frozen=True, slots=True)
class CueSettings:
    """A cue's number, title, length in bars, place in the picture, upbeat, metre and key.

    Metre and key are those of bar 1; later marks stay. A key of None is as the project has it.
    """

    number: str
    title: str
    bars: int
    start: Start
    upbeat_ticks: int
    metre: Metre
    key: Key | None

    @classmethod
    def of(cls, cue: Cue, settings: Settings) -> CueSettings:
        mark = next((mark.key for mark in cue.keys if mark.bar == 1), None)
        return cls(
            cue.number,
            cue.title,
            cue.bars,
            cue.start,
            cue.upbeat_ticks,
            cue.metre_per_bar(settings)[0],
            mark,
        )

    def edit(self, cue: Cue, settings: Settings) -> AnyEdit | None:
        """What makes the cue so; None where it is so already.

        Raises:
            PsychoscoreError: a value is not allowed.
        """
        before = CueSettings.of(cue, settings)
        self._check()
        edits: list[AnyEdit] = []
        if (self.number, self.title) != (before.number, before.title):
            edits.append(RenameCue(cue=cue.id, number=self.number, title=self.title))
        if self.bars != before.bars:
            edits.append(SetBars(cue=cue.id, bars=self.bars))
        if self.start != before.start:
            edits.append(SetStart(cue=cue.id, start=self.start))
        if self.upbeat_ticks != before.upbeat_ticks:
            edits.append(SetUpbeat(cue=cue.id, upbeat_ticks=self.upbeat_ticks))
        if self.metre != before.metre:
            edits.append(metre_from(cue, settings, 1, self.metre))
        if self.key != before.key:
            edits.append(key_from(cue, settings, 1, self.key))
        if len(edits) < 2:
            return edits[0] if edits else None
        return Several(edits=tuple(edits), title="Cue Settings")

    def _check(self) -> None:
        if not 1 <= self.bars <= MAXIMUM_BARS:
            raise PsychoscoreError(f"{self.bars} bars: 1 to {MAXIMUM_BARS} are possible.")
        check_start(self.start)
        longest = self.metre.ticks - SHORTEST_UPBEAT
        if not 0 <= self.upbeat_ticks <= longest:
            quarters = self.upbeat_ticks / TICKS_PER_QUARTER
            raise PsychoscoreError(
                f"An upbeat of {quarters:g} quarters is no shorter than a bar of {self.metre}.",
                "Make it shorter, or let the cue begin a bar earlier.",
            )
