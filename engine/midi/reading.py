"""What the events of a MIDI file mean: voices, bars, tempo, key, texts.

Works on events that `engine.midi.events` has taken apart; knows no files. Everything in them is
untrusted: values out of range are left out and named in the remarks.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from engine.errors import PsychoscoreError
from engine.measuring.keys import find_key
from engine.midi.events import MidiEvents, TimedEvent
from engine.midi.overlaps import cut_overlaps
from engine.midi.strikes import find_strikes
from engine.score import (
    Control,
    Key,
    Metre,
    Note,
    Score,
    TempoMap,
)

PROVENANCE_PREFIX = "psychoscore: "
FORM_PREFIX = "psychoscore-form: "
NOTICE_PREFIX = "Non-commercial use only"
MAXIMUM_BARS = 10_000
_PEDALS = (64, 66, 67)
_DRUMS = 9
_DEFAULT_BPM = 120.0
_SLACK_TICKS = 60
_LONGEST_FORM = 4000


@dataclass(frozen=True, slots=True)
class ImportedMidi:
    """A MIDI file as music.

    Args:
        score: times rescaled to 480 ticks a quarter note.
        title: name of the first track, or an empty string.
        tracks: names of the tracks that hold notes.
        division: the file's own ticks a quarter note.
        provenance: JSON that claims to come from this program; untrusted.
        remarks: what was left out or guessed, one sentence each.
        upbeat: ticks from the start of the file to the first bar line of the score.
        notice: our sentence on what the music may not be used for, or nothing.
    """

    score: Score
    title: str
    tracks: tuple[str, ...]
    division: int
    provenance: str | None
    remarks: tuple[str, ...] = ()
    upbeat: int = 0
    notice: str = ""


@dataclass(frozen=True, slots=True)
class _Form:
    """What a file of ours says about itself beyond its events."""

    bars: int
    upbeat_bars: int
    key: Key | None
    key_changes: tuple[tuple[int, Key], ...] = ()


def interpret(events: MidiEvents, name: str) -> ImportedMidi:
    """Make music of events.

    Raises:
        PsychoscoreError: the music is longer than 10,000 bars.
    """
    remarks: list[str] = []
    form = _form(events)
    notes, tracks = _notes(events, remarks)
    controls = _controls(events, own=form is not None)
    marks = _tempo_marks(events, remarks)
    metres = _metres(_signatures(events, remarks), _last_tick(notes, form), _bars(form), name)
    shift = 0
    if form:
        shift, notes, controls, metres = _without_upbeat(form.upbeat_bars, notes, controls, metres)
        marks = tuple((max(0, tick - shift), bpm) for tick, bpm in marks)
        key = form.key
    else:
        key = _signed_key(events) or (find_key(notes) if notes else None)
    changes = tuple(each for each in form.key_changes if each[0] <= len(metres)) if form else ()
    score = Score(cut_overlaps(notes), metres, TempoMap(marks), key, controls, changes)
    title = _text_of(events.tracks[0], "track_name") if events.tracks else ""
    return ImportedMidi(
        score,
        title,
        tracks,
        events.division,
        provenance_of(events),
        tuple(remarks),
        shift,
        _notice(events),
    )


def _last_tick(notes: Sequence[Note], form: _Form | None) -> int:
    """The tick that the bars must reach. A file of ours knows its bars, so ends may overhang."""
    onset = max((note.onset + 1 for note in notes), default=0)
    if form:
        return onset
    return max([onset, 1, *(note.end - _SLACK_TICKS for note in notes)])


def _bars(form: _Form | None) -> int:
    return form.bars + form.upbeat_bars if form else 1


def provenance_of(events: MidiEvents) -> str | None:
    """The provenance text of the first track, without its prefix."""
    for text in _texts(events):
        if text.startswith(PROVENANCE_PREFIX):
            return text.removeprefix(PROVENANCE_PREFIX)
    return None


def _notice(events: MidiEvents) -> str:
    for event in events.tracks[0] if events.tracks else ():
        if event.message.type == "copyright" and event.message.text.startswith(NOTICE_PREFIX):
            return str(event.message.text)
    return ""


def _texts(events: MidiEvents) -> Iterator[str]:
    for event in events.tracks[0] if events.tracks else ():
        if event.message.type == "text":
            yield event.message.text


def _form(events: MidiEvents) -> _Form | None:
    for text in _texts(events):
        if not text.startswith(FORM_PREFIX) or len(text) > _LONGEST_FORM:
            continue
        try:
            found = json.loads(text.removeprefix(FORM_PREFIX))
            bars, upbeat = int(found["bars"]), int(found["upbeat_bars"])
            key = Key.parse(found["key"]) if found["key"] is not None else None
            later = tuple((int(bar), Key.parse(name)) for bar, name in found.get("keys", ()))
        except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
            continue
        if 0 <= bars <= MAXIMUM_BARS and 0 <= upbeat <= 64:
            ascending = all(a < b for a, b in pairwise((1, *(bar for bar, _ in later))))
            return _Form(bars, upbeat, key, later if ascending else ())
    return None


def _text_of(track: Sequence[TimedEvent], kind: str) -> str:
    for event in track:
        if event.message.type == kind:
            name: str = event.message.name
            try:
                return name.encode("latin-1").decode("utf-8")
            except UnicodeError:
                return name
    return ""


def track_names(events: MidiEvents) -> tuple[str, ...]:
    """The name of each track, empty where it has none."""
    return tuple(_text_of(track, "track_name") for track in events.tracks)


def _notes(events: MidiEvents, remarks: list[str]) -> tuple[tuple[Note, ...], tuple[str, ...]]:
    """All notes with voices by track name, or by the skyline rule where no name tells."""
    names = track_names(events)
    strikes = find_strikes(events, names)
    if strikes.drums:
        remarks.append(f"{strikes.drums} drum notes on channel 10 were left out.")
    if strikes.endless:
        remarks.append(f"{strikes.endless} notes never end; they were ended with their track.")
    used = sorted({strike.track for strike in strikes.found})
    return tuple(strike.note for strike in strikes.found), tuple(names[track] for track in used)


def _signatures(events: MidiEvents, remarks: list[str]) -> list[tuple[int, Metre]]:
    """Time signatures in order, the last of several at one tick."""
    found: dict[int, Metre] = {}
    for event in _metas(events, "time_signature"):
        try:
            found[event.tick] = Metre(event.message.numerator, event.message.denominator)
        except PsychoscoreError as error:
            remarks.append(f"A time signature was left out: {error.message}")
    return sorted(found.items())


def _metas(events: MidiEvents, kind: str) -> list[TimedEvent]:
    """Meta events of one kind from all tracks, in the order of time."""
    found = [event for track in events.tracks for event in track if event.message.type == kind]
    return sorted(found, key=lambda event: event.tick)


def _metres(
    signatures: Sequence[tuple[int, Metre]], last: int, least: int, name: str
) -> tuple[Metre, ...]:
    """Bars up to tick `last`, and at least so many.

    A signature inside a bar ends that bar early where a metre fits.
    """
    metres: list[Metre] = []
    pending = list(signatures)
    metre, at = Metre(), 0
    while at < last or len(metres) < least:
        while pending and pending[0][0] <= at:
            metre = pending.pop(0)[1]
        bar = metre
        if pending and at < pending[0][0] < at + metre.ticks:
            bar = _metre_of(pending[0][0] - at) or metre
        metres.append(bar)
        at += bar.ticks
        if len(metres) > MAXIMUM_BARS:
            raise PsychoscoreError(f"{name} goes on for more than {MAXIMUM_BARS:,} bars.")
    return tuple(metres)


def _metre_of(ticks: int) -> Metre | None:
    """The metre whose bar has exactly this length, in the longest notes that can count it."""
    for denominator in (4, 8, 16, 32):
        count, rest = divmod(ticks * denominator, Metre(1, 1).ticks)
        if rest == 0 and 1 <= count <= 64:
            return Metre(count, denominator)
    return None


def _tempo_marks(events: MidiEvents, remarks: list[str]) -> tuple[tuple[int, float], ...]:
    marks: dict[int, float] = {}
    for event in _metas(events, "set_tempo"):
        bpm = _round_bpm(event.message.tempo)
        if not 4.0 <= bpm <= 1000.0:
            remarks.append(f"A tempo of {bpm:g} was brought into 4 to 1000.")
        marks[event.tick] = min(max(bpm, 4.0), 1000.0)
    marks.setdefault(0, _DEFAULT_BPM)
    return tuple(sorted(marks.items()))


def _round_bpm(microseconds: int) -> float:
    """The roundest tempo that a file would write with these microseconds a quarter note."""
    exact = 60_000_000 / max(1, microseconds)
    for digits in range(6):
        candidate = round(exact, digits)
        if candidate > 0 and round(60_000_000 / candidate) == microseconds:
            return float(candidate)
    return exact


def _controls(events: MidiEvents, *, own: bool) -> tuple[Control, ...]:
    """Pedals of all tracks; every controller where the file is our own."""
    found = {
        Control(event.tick, event.message.control, event.message.value)
        for track in events.tracks
        for event in track
        if event.message.type == "control_change"
        and (own or event.message.control in _PEDALS)
        and event.message.channel != _DRUMS
    }
    return tuple(sorted(found))


def _signed_key(events: MidiEvents) -> Key | None:
    """The key signature, unless it is the plain C major that programs write unasked."""
    for event in _metas(events, "key_signature"):
        name: str = event.message.key
        key = Key.parse(name if name.endswith("m") else name + "M")
        return None if key == Key(0, "major") else key
    return None


def _without_upbeat(
    bars: int, notes: Sequence[Note], controls: Sequence[Control], metres: Sequence[Metre]
) -> tuple[int, tuple[Note, ...], tuple[Control, ...], tuple[Metre, ...]]:
    """Set the first bars before the first bar line again. Returns their ticks and the rest."""
    shift = sum(metre.ticks for metre in metres[:bars])
    return (
        shift,
        tuple(replace(note, onset=note.onset - shift) for note in notes),
        tuple(replace(control, onset=control.onset - shift) for control in controls),
        tuple(metres[bars:]),
    )
