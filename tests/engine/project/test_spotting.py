"""Spotting notes: one row a cue, read back by the csv module."""

from __future__ import annotations

import csv

from engine.config.schema import Settings
from engine.project.cue import Cue, new_cue
from engine.project.cue_marks import (
    DialogueBlock,
    HitPoint,
    KeyMark,
    SceneBlock,
    Start,
    TakeLabel,
    TempoMark,
)
from engine.project.spotting import COLUMNS, spotting_notes
from engine.score import Key


def row(cue: Cue) -> dict[str, str]:
    text = spotting_notes((cue,), Settings()).decode("utf-8-sig")
    titles, cells = csv.reader(text.splitlines())
    assert tuple(titles) == COLUMNS
    return dict(zip(titles, cells, strict=True))


def test_a_cue_with_everything() -> None:
    cue = new_cue("1M3", "Gertrude öffnet", bars=16).replace(
        start=Start(timecode="01:02:00:00", frame_rate="25"),
        tempo=(TempoMark(bar=1, bpm=60),),
        keys=(KeyMark(bar=1, key=Key(2, "minor")),),
        scenes=(SceneBlock(first_bar=5, last_bar=8, title="The letter"),),
        dialogue=(DialogueBlock(first=2.5, last=3, text="Who's there?"),),
        ending="thin_away",
        hits=(HitPoint(bar=5, kind="accent", title="letter, opened"), HitPoint(bar=2)),
        status="review",
        approved="a",
        takes=(TakeLabel(id="a", title="Restrained"), TakeLabel(id="b", starred=True)),
    )
    found = row(cue)
    assert (found["Cue"], found["Title"], found["Tempo"]) == ("1M3", "Gertrude öffnet", "60")
    assert (found["Start"], found["End"]) == ("01:02:00:00", "01:03:04:00")
    assert (found["Length"], found["Bars"], found["Key"]) == ("1:04.0", "16", "D minor")
    assert found["Hits"] == (
        "01:02:04:00 Accent (bar 2, accent); 01:02:16:00 letter, opened (bar 5, accent)"
    )
    assert found["Scenes"] == "01:02:16:00 The letter (bars 5-8)"
    assert found["Dialogue"] == "01:02:06:00-01:02:08:00 Who's there?"
    assert found["Ending"] == "Thin away"
    assert found["Takes"] == "A Restrained; B *"
    assert (found["Status"], found["Approved take"]) == ("To review", "A Restrained")


def test_a_title_never_is_a_formula() -> None:
    assert row(new_cue("1M1", "=HYPERLINK(1)"))["Title"] == "'=HYPERLINK(1)"


def test_a_tempo_that_changes_is_a_range() -> None:
    cue = new_cue("1M1").replace(tempo=(TempoMark(bar=1, bpm=96), TempoMark(bar=9, bpm=60)))
    assert row(cue)["Tempo"] == "60 to 96"
