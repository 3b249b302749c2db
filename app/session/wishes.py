"""What a gesture of the window means as an edit of the project: pure functions, no state."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from engine.config.schema import Settings
from engine.lanes import Lane
from engine.midi.overlaps import cut_overlaps
from engine.profile import DIMENSION_BY_NAME, Profile
from engine.project.cue import Cue
from engine.project.cue_marks import KeyMark, MetreMark, TakeLabel, TempoMark
from engine.project.edits import (
    AddTake,
    AnyEdit,
    MuteLane,
    SetKey,
    SetLane,
    SetMetre,
    SetPicture,
    SetProfileValue,
    SetTempo,
    Several,
    new_take_id,
)
from engine.project.own_take import own_take
from engine.project.state import ProjectState
from engine.score import Key, Metre, Note
from engine.take import GenerationRequest, Provenance


def set_values(cue: Cue, values: Mapping[str, float]) -> AnyEdit:
    """Move sliders; a slider that followed its lane overrides it from now on."""
    edits: list[AnyEdit] = []
    lanes = {lane.name: lane for lane in cue.lanes}
    for name, value in values.items():
        dimension = DIMENSION_BY_NAME[name]
        kept = round(min(max(value, dimension.minimum), dimension.maximum), 4)
        if name in lanes and not lanes[name].muted:
            edits.append(MuteLane(cue=cue.id, name=name, muted=True))
        edits.append(SetProfileValue(cue=cue.id, name=name, value=kept))
    return edits[0] if len(edits) == 1 else Several(edits=tuple(edits))


def follow_lane(cue: Cue, name: str) -> AnyEdit:
    """Let a slider follow its lane again."""
    return MuteLane(cue=cue.id, name=name, muted=False)


def draw_lane(cue: Cue, name: str, lane: Lane | None) -> AnyEdit:
    """Set the points of a lane and whether it acts."""
    drawn = SetLane(cue=cue.id, name=name, points=lane.points if lane else ())
    old = next((each for each in cue.lanes if each.name == name), None)
    if lane is not None and lane.muted != (old is not None and old.muted):
        return Several(edits=(drawn, MuteLane(cue=cue.id, name=name, muted=lane.muted)))
    return drawn


def set_tempo(cue: Cue, bpm: float, bar: float) -> AnyEdit:
    """Set the tempo that holds at `bar`: the last mark before it, or the one of the cue."""
    marks = list(cue.tempo)
    index = max((i for i, mark in enumerate(marks) if mark.bar <= bar), default=None)
    if index is None:
        marks.insert(0, TempoMark(bar=1.0, bpm=bpm))
    else:
        marks[index] = marks[index].model_copy(update={"bpm": float(bpm)})
    return SetTempo(cue=cue.id, tempo=tuple(marks), fermatas=cue.fermatas)


def set_song_bar(cue: Cue, bar: int) -> SetPicture:
    """Which bar of the DAW's song is bar 1; the rest of the picture stays."""
    start = cue.start.model_copy(update={"bar": bar})
    picture = {name: getattr(cue, name) for name in ("scenes", "hits", "ending", "upbeat_ticks")}
    return SetPicture(cue=cue.id, start=start, **picture)


def set_metre(cue: Cue, metre: Metre) -> AnyEdit:
    """Set the metre of the whole cue, or of its beginning where it changes later."""
    later = tuple(mark for mark in cue.metres if mark.bar > 1)
    return SetMetre(cue=cue.id, metres=(MetreMark(bar=1, metre=metre), *later))


def set_key(cue: Cue, key: Key | None) -> AnyEdit:
    """Set the home key of the cue; None lets it follow the configuration."""
    later = tuple(mark for mark in cue.keys if mark.bar > 1)
    marks = (KeyMark(bar=1, key=key), *later) if key is not None else later
    return SetKey(cue=cue.id, keys=marks)


def write_take(cue: Cue, settings: Settings, notes: Sequence[Note]) -> Several:
    """A take of notes that were drawn or pasted into a cue without takes."""
    take = own_take(tuple(sorted(cut_overlaps(notes))), cue, settings)
    label = TakeLabel(id=new_take_id(take), title="By hand")
    add = AddTake(cue=cue.id, label=label, take=take)
    return Several(edits=(add,), title="Draw Note" if len(notes) == 1 else "Paste Notes")


def following_number(state: ProjectState) -> str:
    """The number for one more cue: 1M3 after 1M2, Q13 after Q12."""
    taken = {cue.number.casefold() for cue in state.cues}
    last = state.cues[-1].number if state.cues else "1M0"
    match = re.fullmatch(r"(.*?)(\d+)(\D*)", last)
    stem, number, tail = match.groups() if match else (f"{last[:12]}-", "1", "")
    count = int(number) + 1
    while f"{stem}{count}{tail}".casefold() in taken:
        count += 1
    return f"{stem}{count}{tail}"


def is_older(now: GenerationRequest, told: Provenance) -> bool:
    """Whether Generate would be asked something else now than what a take was asked for.

    Music from elsewhere answered no wish. A hole has time and key from the music around it.
    """
    then = told.request
    if not told.model_hash:
        return False
    now = replace(now, guidance=then.guidance)
    if told.hole is not None:
        now = replace(
            now,
            key=then.key,
            mode=then.mode,
            metres=then.metres,
            tempo_map=then.tempo_map,
            key_changes=then.key_changes,
            upbeat_ticks=then.upbeat_ticks,
        )
    return now != then


def take_title(profile: Profile) -> str:
    """A name for a take from how it was meant to feel: `Wounded, still`."""
    words = []
    for dimension, value in zip(DIMENSION_BY_NAME.values(), profile.values(), strict=True):
        share = (value - dimension.minimum) / (dimension.maximum - dimension.minimum)
        if abs(share - 0.5) >= 0.17:
            words.append(
                (abs(share - 0.5), dimension.high_word if share > 0.5 else dimension.low_word)
            )
    strongest = [word for _, word in sorted(words, reverse=True)[:2]]
    return ", ".join(strongest).capitalize() or "Balanced"
