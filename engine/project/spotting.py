"""Spotting notes: a table of a project's cues for director, editor and music editor."""

from __future__ import annotations

import csv
import io

from engine.config.schema import Settings
from engine.picture import ENDINGS, HIT_KINDS
from engine.project.cue import Cue
from engine.project.letters import letter
from engine.project.status_edits import STATUSES
from engine.score import Key, TempoMap, tick_of_bar
from engine.timecode import frame_number, frame_rate, timecode

COLUMNS = (
    "Cue",
    "Title",
    "Start",
    "End",
    "Frame rate",
    "Length",
    "Bars",
    "Tempo",
    "Key",
    "Scenes",
    "Hits",
    "Dialogue",
    "Ending",
    "Status",
    "Approved take",
    "Takes",
)
# A cell that begins so is a formula to a spreadsheet.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def spotting_notes(cues: tuple[Cue, ...], settings: Settings) -> bytes:
    """A CSV file, one row a cue, that spreadsheets open with all its letters."""
    stream = io.StringIO()
    table = csv.writer(stream)
    table.writerow(COLUMNS)
    for cue in cues:
        table.writerow([_cell(cell) for cell in _row(cue, settings)])
    return stream.getvalue().encode("utf-8-sig")


def _cell(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text


def _row(cue: Cue, settings: Settings) -> list[str]:
    tempo, metres = cue.resolved_tempo(settings), cue.metre_per_bar(settings)
    end = tempo.seconds(sum(metre.ticks for metre in metres))
    rate = frame_rate(cue.start.frame_rate)
    first = frame_number(cue.start.timecode, rate)

    def at(seconds: float) -> str:
        return timecode(seconds, rate, first)

    def at_bar(bar: float) -> str:
        return at(tempo.seconds(tick_of_bar(bar, metres)))

    scenes = [
        f"{at_bar(scene.first_bar)} {scene.title or 'Scene'} "
        f"(bars {scene.first_bar}-{scene.last_bar})"
        for scene in sorted(cue.scenes, key=lambda scene: scene.first_bar)
    ]
    hits = [
        f"{hit.timecode or at_bar(hit.bar)} {hit.title or HIT_KINDS[hit.kind]} "
        f"(bar {hit.bar:.6g}, {HIT_KINDS[hit.kind].lower()})"
        for hit in sorted(cue.hits, key=lambda hit: hit.bar)
    ]
    dialogue = [
        f"{at_bar(block.first)}-{at_bar(block.last)} {block.text}".strip() for block in cue.dialogue
    ]
    return [
        cue.number,
        cue.title,
        at(0.0),
        at(end),
        cue.start.frame_rate,
        f"{int(end // 60)}:{end % 60:04.1f}",
        str(cue.bars),
        _tempo(tempo),
        _key(cue.key_at(settings)),
        "; ".join(scenes),
        "; ".join(hits),
        "; ".join(dialogue),
        ENDINGS[cue.ending] if cue.ending else "",
        STATUSES[cue.status],
        _approved(cue),
        "; ".join(_take(cue, index) for index in range(len(cue.takes))),
    ]


def _tempo(tempo: TempoMap) -> str:
    slowest = min(bpm for _, bpm in tempo.marks)
    fastest = max(bpm for _, bpm in tempo.marks)
    if slowest == fastest:
        return _number(slowest)
    return f"{_number(slowest)} to {_number(fastest)}"


def _number(bpm: float) -> str:
    return f"{round(bpm, 2):g}"


def _key(key: Key | None) -> str:
    if key is None:
        return "free"
    name = str(key).rstrip("mM")
    return f"{name} {key.mode}" if key.mode else name


def _approved(cue: Cue) -> str:
    label = cue.approved_take
    return _take(cue, cue.takes.index(label)) if label else ""


def _take(cue: Cue, index: int) -> str:
    label = cue.takes[index]
    star = " *" if label.starred else ""
    return f"{letter(index)}{star}{' ' + label.title if label.title else ''}"
