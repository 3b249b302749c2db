"""Putting new notes into a MIDI file and leaving everything else in it as it is.

The file's own events are kept with their own ticks, tracks, channels and order; only the events
of notes that leave are taken out, and those of new notes set between them. Nothing passes through
a score on its way. It knows which notes leave from a hole, and nothing of how they were composed.
"""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import TypeAlias

import mido

from engine.hole import Hole
from engine.midi.events import MidiEvents, parse_events
from engine.midi.file import ascii_json, time_signature
from engine.midi.reading import (
    FORM_PREFIX,
    PROVENANCE_PREFIX,
    ImportedMidi,
    interpret,
    track_names,
)
from engine.midi.strikes import Strike, find_strikes
from engine.score import TICKS_PER_QUARTER, Note, Score, Voice

Message: TypeAlias = mido.Message | mido.MetaMessage
# At one tick ends come first, then what the file has there, then beginnings.
_END, _OWN, _BEGIN = range(3)


@dataclass(slots=True)
class _Track:
    """One track while it is rewritten: `(tick, rank, order, message)` in the file's own ticks."""

    events: list[tuple[int, int, int, Message]] = field(default_factory=list)
    end: int = 0

    def add(self, tick: int, rank: int, message: Message) -> None:
        self.events.append((tick, rank, len(self.events), message))

    def written(self) -> mido.MidiTrack:
        track = mido.MidiTrack()
        now = 0
        for tick, _, _, message in sorted(self.events, key=lambda event: event[:3]):
            track.append(message.copy(time=tick - now))
            now = tick
        track.append(mido.MetaMessage("end_of_track", time=max(self.end - now, 0)))
        return track


def splice(content: bytes, name: str, hole: Hole, after: Score, provenance: str) -> bytes:
    """The bytes of a file in which a hole is filled.

    Args:
        content: the file as it stands.
        name: how errors call it.
        after: the score that was read from it, with new notes in the hole; bars, tempo, metres
            and pedal may go on behind its old end.
        provenance: JSON that takes the place of the file's own, if it has one.

    Raises:
        PsychoscoreError: the content is no MIDI file that can be read.
    """
    events = parse_events(content, name)
    return _Splicing(content, events, interpret(events, name), hole, after).spliced(provenance)


class _Splicing:
    def __init__(
        self,
        content: bytes,
        events: MidiEvents,
        read: ImportedMidi,
        hole: Hole,
        after: Score,
    ) -> None:
        self._kind = int.from_bytes(content[8:10], "big")
        self._events, self._read, self._hole, self._after = events, read, hole, after
        self._own = _own_ticks(events)
        self._names = list(track_names(events))
        strikes = find_strikes(events, self._names)
        self._strikes, self._strays = strikes.found, strikes.strays
        self._ours = any(
            event.message.type == "text" and event.message.text.startswith(FORM_PREFIX)
            for event in (events.tracks[0] if events.tracks else ())
        )
        self._tracks = [_Track() for _ in events.tracks] or [_Track()]
        self._leaving = [strike for strike in self._strikes if self._leaves(strike)]
        _, staying = hole.split(read.score)
        self._new = list((Counter(after.notes) - Counter(staying)).elements())

    def _leaves(self, strike: Strike) -> bool:
        starts, note = self._read.score.starts, strike.note
        if self._hole.first > len(self._read.score.metres):
            return False
        start, end = starts[self._hole.first - 1], starts[self._hole.last]
        inside = start <= note.onset - self._read.upbeat < end
        return inside and self._hole.takes(note.voice, note.pitch)

    def _tick(self, tick: int) -> int:
        """A tick of the score in the file's own ticks."""
        own = (tick + self._read.upbeat) * self._events.division
        return (2 * own + TICKS_PER_QUARTER) // (2 * TICKS_PER_QUARTER)

    def spliced(self, provenance: str) -> bytes:
        replaced = self._repitch()
        removed = self._remove()
        self._copy(removed, replaced, provenance)
        homes = self._homes()
        for note in self._new:
            track, channel = homes[note.voice]
            down = self._tick(note.onset)
            up = max(self._tick(note.onset + note.duration), down + 1)
            key = {"note": note.pitch, "channel": channel}
            on = mido.Message("note_on", velocity=note.velocity, **key)
            self._tracks[track].add(down, _BEGIN, on)
            self._tracks[track].add(up, _END, mido.Message("note_off", velocity=0, **key))
        self._go_on({homes[note.voice] for note in self._new})
        written = mido.MidiFile(type=self._kind, ticks_per_beat=self._events.division)
        written.tracks.extend(track.written() for track in self._tracks)
        stream = io.BytesIO()
        written.save(file=stream)
        return stream.getvalue()

    def _repitch(self) -> dict[tuple[int, int], int]:
        """New pitches of events whose note only changes its pitch; those notes are done then."""
        waiting = Counter(self._new)
        replaced: dict[tuple[int, int], int] = {}
        left: list[Strike] = []
        by_time: dict[tuple[int, int, Voice, int], list[Note]] = {}
        for note in self._new:
            place = (note.onset, note.duration, note.voice, note.velocity)
            by_time.setdefault(place, []).append(note)
        for strike in self._leaving:
            old = strike.note
            place = (old.onset - self._read.upbeat, old.duration, old.voice, old.velocity)
            found = by_time.get(place)
            if not found or strike.up is None or not self._is_span(strike):
                left.append(strike)
                continue
            note = found.pop(0)
            waiting[note] -= 1
            replaced[strike.track, strike.down] = replaced[strike.track, strike.up] = note.pitch
        self._new = list((+waiting).elements())
        self._left = left
        return replaced

    def _is_down(self, track: int, place: int) -> bool:
        message = self._events.tracks[track][place].message
        return bool(message.type == "note_on" and message.velocity > 0)

    def _is_span(self, strike: Strike) -> bool:
        """Whether a note has an end of its own, later than its beginning."""
        if strike.up is None or self._is_down(strike.track, strike.up):
            return False
        ticks = self._own[strike.track]
        return ticks[strike.down] < ticks[strike.up]

    def _remove(self) -> set[tuple[int, int]]:
        """Places of the events that leave."""
        removed = {(strike.track, strike.down) for strike in self._left}
        for strike in self._left:
            if strike.up is not None and not self._is_down(strike.track, strike.up):
                removed.add((strike.track, strike.up))
        leaving = {(strike.track, strike.down) for strike in self._leaving}
        for strike in self._strikes:
            ended_by = (strike.track, strike.up)
            # A note that stays was ended by a key that is struck no more.
            stays = (strike.track, strike.down) not in leaving
            if strike.up is not None and stays and ended_by in leaving:
                key = {"note": strike.note.pitch, "channel": strike.channel}
                off = mido.Message("note_off", velocity=0, **key)
                self._tracks[strike.track].add(self._own[strike.track][strike.up], _END, off)
        return removed | self._cutting_strays()

    def _cutting_strays(self) -> set[tuple[int, int]]:
        """Note-offs that ended nothing and would now end a new note."""
        spans: dict[int, list[tuple[int, int]]] = {}
        for note in self._new:
            start = note.onset + self._read.upbeat
            spans.setdefault(note.pitch, []).append((start, start + note.duration))
        found: set[tuple[int, int]] = set()
        for track, place in self._strays:
            event = self._events.tracks[track][place]
            if any(a <= event.tick < b for a, b in spans.get(event.message.note, ())):
                found.add((track, place))
        return found

    def _copy(
        self,
        removed: set[tuple[int, int]],
        replaced: dict[tuple[int, int], int],
        provenance: str,
    ) -> None:
        """Everything that stays, in its order; the first track remembers the new provenance."""
        origin = mido.MetaMessage("text", text=PROVENANCE_PREFIX + ascii_json(provenance))
        told = False
        for number, ticks in enumerate(self._own):
            track = self._tracks[number]
            for place, (tick, event) in enumerate(
                zip(ticks, self._events.tracks[number], strict=True)
            ):
                message: Message = event.message
                if message.type == "end_of_track":
                    track.end = tick
                    continue
                if number == 0 and message.type == "text":
                    if message.text.startswith(PROVENANCE_PREFIX):
                        if told:
                            continue
                        message, told = origin, True
                    elif message.text.startswith(FORM_PREFIX):
                        message = self._form(message)
                rank = _OWN
                if (number, place) in replaced:
                    # Two pitches that followed each other may be one now.
                    rank = _BEGIN if self._is_down(number, place) else _END
                    message = message.copy(note=replaced[number, place])
                if (number, place) not in removed:
                    track.add(tick, rank, message)
        if not told:
            self._tracks[0].add(0, _OWN, origin)

    def _form(self, message: mido.MetaMessage) -> mido.MetaMessage:
        """What a file of ours says of itself, with the bars that it now has."""
        try:
            form = json.loads(message.text.removeprefix(FORM_PREFIX))
            form["bars"] = len(self._after.metres)
        except (ValueError, TypeError, RecursionError):
            return message
        return mido.MetaMessage("text", text=FORM_PREFIX + json.dumps(form))

    def _homes(self) -> dict[Voice, tuple[int, int]]:
        """Track and channel for the new notes of each voice."""
        homes: dict[Voice, tuple[int, int]] = {}
        for voice in sorted({note.voice for note in self._new}):
            mine = [strike for strike in self._strikes if strike.note.voice is voice]
            near = [strike for strike in self._leaving if strike.note.voice is voice]
            home = _commonest(near) or _commonest(mine)
            homes[voice] = home or self._open_track(voice, _commonest(self._strikes) or (0, 0))
        return homes

    def _open_track(self, voice: Voice, commonest: tuple[int, int]) -> tuple[int, int]:
        """Where a voice goes that the file has not: a track of its own among tracks of voices."""
        names = {each.name.lower() for each in Voice}
        voiced = any(name.strip().lower() in names for name in self._names)
        if self._kind == 0 or (self._strikes and not voiced):
            return commonest
        track = _Track()
        track.add(0, _OWN, mido.MetaMessage("track_name", name=voice.name.lower()))
        if self._ours:
            own = self._own[commonest[0]]
            for tick, event in zip(own, self._events.tracks[commonest[0]], strict=True):
                if event.message.type == "control_change":
                    track.add(tick, _OWN, event.message)
        self._tracks.append(track)
        self._names.append(voice.name.lower())
        return len(self._tracks) - 1, commonest[1]

    def _go_on(self, homes: Iterable[tuple[int, int]]) -> None:
        """Metres, tempos and pedal behind the old end."""
        before, after = self._read.score, self._after
        metre = before.metres[-1] if before.metres else None
        for start, each in list(zip(after.starts, after.metres, strict=False))[
            len(before.metres) :
        ]:
            if each != metre:
                self._tracks[0].add(self._tick(start), _OWN, time_signature(each))
                metre = each
        for tick, bpm in sorted(set(after.tempo_map.marks) - set(before.tempo_map.marks)):
            tempo = mido.MetaMessage("set_tempo", tempo=round(60_000_000 / bpm))
            self._tracks[0].add(self._tick(tick), _OWN, tempo)
        pressed = (Counter(after.controls) - Counter(before.controls)).elements()
        for control in sorted(pressed):
            for track, channel in sorted(homes):
                numbers = {"control": control.controller, "value": control.value}
                change = mido.Message("control_change", channel=channel, **numbers)
                self._tracks[track].add(self._tick(control.onset), _OWN, change)


def _commonest(strikes: Sequence[Strike]) -> tuple[int, int] | None:
    """The track and channel of most of some notes."""
    counted = Counter((strike.track, strike.channel) for strike in strikes)
    return min(counted, key=lambda place: (-counted[place], place)) if counted else None


def _own_ticks(events: MidiEvents) -> list[list[int]]:
    """The tick of each event of each track in the file's own ticks."""
    return [list(accumulate(event.message.time for event in track)) for track in events.tracks]
