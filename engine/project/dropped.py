"""A MIDI file that comes into a cue: its notes as a take, and what the cue takes over from it.

A file of this program brings back what it was asked with; any other brings the profile that is
measured from its notes. What changes in a cue is three steps, each of which can be undone alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from engine.errors import PsychoscoreError
from engine.lanes import Lanes
from engine.measuring.analyse import analyse
from engine.measuring.outline import outline_lanes
from engine.measuring.reference import Reference
from engine.midi.file import read_midi
from engine.project.cue import MAXIMUM_MARKS, Cue
from engine.project.cue_edits import LaneName
from engine.project.cue_folder import read_take
from engine.project.cue_marks import KeyMark, MetreMark, TakeLabel, TempoMark
from engine.project.edits import (
    AddTake,
    AnyEdit,
    MuteLane,
    SetAsked,
    SetBars,
    SetKey,
    SetLane,
    SetMaterial,
    SetMetre,
    SetProfileValue,
    SetSeed,
    SetTempo,
    Several,
    new_take_id,
)
from engine.score import Metre, Score, TempoMap, bar_starts
from engine.take import MAXIMUM_BARS, GenerationRequest, Provenance, Take

PROFILE_QUESTION = "What profile does my own music have?"


@dataclass(frozen=True, slots=True)
class Dropped:
    """A file as it comes in.

    Args:
        name: of the file, without its ending.
        take: its music.
        own: it was composed by this program, and its provenance says how.
        remarks: what was left out, one sentence each.
    """

    name: str
    take: Take
    own: bool
    remarks: tuple[str, ...] = ()

    @property
    def lanes(self) -> Lanes:
        """What was asked, or what was measured."""
        return self.take.provenance.request.lanes

    def steps(self, cue: Cue) -> tuple[Several, Several, Several]:
        """The edits of a cue: the take with its length; tempo and metres; the psyche."""
        return (
            Several(edits=self._take(cue), title=f"Bring In {self.name}"[:200]),
            Several(edits=self._time(cue), title=f"Tempo and Metre of {self.name}"[:200]),
            Several(edits=self._psyche(cue), title=self._question()),
        )

    def _question(self) -> str:
        return f"Sliders of {self.name}"[:200] if self.own else PROFILE_QUESTION

    def _take(self, cue: Cue) -> tuple[AnyEdit, ...]:
        label = TakeLabel(id=new_take_id(self.take), title=self.name[:200])
        bars = len(self.take.score.metres)
        return SetBars(cue=cue.id, bars=bars), AddTake(cue=cue.id, label=label, take=self.take)

    def _time(self, cue: Cue) -> tuple[AnyEdit, ...]:
        score = self.take.score
        return (
            SetMetre(cue=cue.id, metres=metre_marks(score.metres)),
            SetTempo(cue=cue.id, tempo=tempo_marks(score.tempo_map, score.metres)),
        )

    def _psyche(self, cue: Cue) -> tuple[AnyEdit, ...]:
        edits: list[AnyEdit] = []
        request = self.take.provenance.request
        names: Sequence[LaneName] = ("trauma", "entropy", "rsi_real", "rsi_imaginary")
        for name in names:
            value = round(self.lanes.profile.get(name), 4)
            edits.append(SetProfileValue(cue=cue.id, name=name, value=value))
            lane = self.lanes.lane(name)
            points = lane.points if lane else ()
            edits.append(SetLane(cue=cue.id, name=name, points=points))
            if lane is not None:
                edits.append(MuteLane(cue=cue.id, name=name, muted=lane.muted))
        if self.own:
            key = request.key
            marks = (KeyMark(bar=1, key=key),) if key is not None else ()
            edits += [
                SetKey(cue=cue.id, keys=marks),
                SetSeed(cue=cue.id, seed=request.seed),
                SetMaterial(
                    cue=cue.id,
                    chords=cue.chords,
                    themes=cue.themes,
                    attributes=dict(request.attributes),
                    texture=request.texture,
                    model=cue.model,
                ),
            ]
            asked = dict(request.bar_attributes)
            for attribute in sorted({*cue.asked, *asked}):
                ranks = asked.get(attribute, ())
                edits.append(SetAsked(cue=cue.id, name=attribute, ranks=ranks))
        return tuple(edits)


def read_dropped(path: Path, reference: Reference | None = None) -> Dropped:
    """Read and measure a MIDI file; this can take seconds.

    Raises:
        PsychoscoreError: it is no readable MIDI file, or holds no notes.
    """
    own = read_take(path)
    if own is not None and len(own.score.metres) <= MAXIMUM_BARS:
        return Dropped(path.stem, own, own=bool(own.provenance.model_hash))
    read = read_midi(path)
    score, remarks = read.score, list(read.remarks)
    if not score.notes:
        raise PsychoscoreError(f"{path.name} holds no notes.", "Choose a file with music in it.")
    if len(score.metres) > MAXIMUM_BARS:
        remarks.append(
            f"{path.name} has {len(score.metres):,} bars; the first {MAXIMUM_BARS} are here."
        )
        score = _beginning(score, MAXIMUM_BARS)
    found = analyse(score, reference)
    lanes = outline_lanes(found.profile, [bar.profile for bar in found.bars])
    request = GenerationRequest(
        lanes=lanes, metres=score.metres, tempo_map=score.tempo_map, key=score.key
    )
    made = Provenance(
        request=request,
        model="",
        model_hash="",
        temperatures=(),
        lineage=(path.name,),
        non_commercial=False,
        version="",
        backend="",
        dtype="",
        threads=0,
        batch=0,
    )
    return Dropped(path.stem, Take(score, made), own=False, remarks=tuple(remarks))


def metre_marks(metres: Sequence[Metre]) -> tuple[MetreMark, ...]:
    """A mark wherever the metre changes."""
    marks: list[MetreMark] = []
    for bar, metre in enumerate(metres, start=1):
        if not marks or marks[-1].metre != metre:
            marks.append(MetreMark(bar=bar, metre=metre))
    return tuple(marks)


def tempo_marks(tempo_map: TempoMap, metres: Sequence[Metre]) -> tuple[TempoMark, ...]:
    """The steps of a tempo map as marks on bars; of very many, one a bar."""
    starts = bar_starts(metres)
    ticks = {tick: bpm for tick, bpm in tempo_map.marks if tick < starts[-1]}
    if len(ticks) > MAXIMUM_MARKS // 2:
        ticks = {start: tempo_map.bpm(start) for start in starts[:-1]}
    marks: list[TempoMark] = []
    bar = 0
    for tick, bpm in sorted(ticks.items()):
        while starts[bar + 1] <= tick:
            bar += 1
        place = bar + 1 + (tick - starts[bar]) / metres[bar].ticks
        if not marks or marks[-1].bpm != bpm:
            marks.append(TempoMark(bar=place, bpm=bpm))
    return tuple(marks)


def _beginning(score: Score, bars: int) -> Score:
    metres = score.metres[:bars]
    end = bar_starts(metres)[-1]
    marks = tuple(mark for mark in score.tempo_map.marks if mark[0] < end)
    return replace(
        score,
        notes=tuple(note for note in score.notes if note.onset < end),
        controls=tuple(each for each in score.controls if each.onset < end),
        metres=metres,
        tempo_map=TempoMap(marks),
    )
