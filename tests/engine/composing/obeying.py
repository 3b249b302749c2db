"""Whether finished music obeys what the picture asks: told from the notes alone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.measuring.attributes import measure_arrays
from engine.picture import Dialogue, DialogueLaw, Ending, Hit
from engine.score import Note, Score, tick_of_bar
from engine.timecode import frame_rate

HALF_FRAME = 0.5 / frame_rate("30").per_second
QUARTER, SIXTEENTH = 480, 120


def obeys_hit(score: Score, hit: Hit) -> bool:
    return _HITS[hit.kind](score, tick_of_bar(hit.bar, score.metres))


def obeys_ending(score: Score, ending: Ending) -> bool:
    return _ENDINGS[ending](score)


def obeys_dialogue(score: Score, block: Dialogue, law: DialogueLaw) -> bool:
    start, end = (tick_of_bar(bar, score.metres) for bar in (block.first, block.last))
    inside = [note for note in score.notes if start <= note.onset < end]
    onsets = sorted({note.onset for note in inside})
    seconds = score.tempo_map.seconds(end) - score.tempo_map.seconds(start)
    low, high = law.free_low, law.free_high
    free = low is None or high is None or all(not low <= n.pitch <= high for n in inside)
    together = max((len(_sounding(inside, onset)) for onset in onsets), default=0)
    return (
        len(onsets) <= law.onset_rate * seconds + 1e-6
        and all(note.velocity <= law.velocity for note in inside)
        and together <= law.voices
        and free
    )


def _sounding(notes: Sequence[Note], tick: int) -> list[Note]:
    return [note for note in notes if note.onset <= tick < note.end]


def _met(score: Score, tick: int) -> list[Note]:
    at = score.tempo_map.seconds
    return [n for n in score.notes if abs(at(n.onset) - at(tick)) <= HALF_FRAME]


def _bar(score: Score, tick: int) -> int:
    return int(np.searchsorted(score.starts, tick, side="right")) - 1


def _accent(score: Score, tick: int) -> bool:
    struck = _met(score, tick)
    bar = score.notes_by_bar()[_bar(score, tick)]
    mean = sum(note.velocity for note in bar) / max(len(bar), 1)
    return len(struck) >= 3 or any(note.velocity - mean >= 12 for note in struck)


def loud_accent(score: Score, hit: Hit) -> bool:
    """The half of the law of accents that is about loudness alone."""
    tick = tick_of_bar(hit.bar, score.metres)
    bar = score.notes_by_bar()[_bar(score, tick)]
    mean = sum(note.velocity for note in bar) / max(len(bar), 1)
    return any(note.velocity - mean >= 12 for note in _met(score, tick))


def _chord(score: Score, tick: int) -> bool:
    before = [n for n in score.notes if n.onset < tick]
    now = _sounding(score.notes, tick)
    if not _met(score, tick) or not now:
        return False
    if not before:
        return True
    last = max(min(n.end, tick) for n in before)
    old = min(n.pitch for n in before if n.onset < last <= n.end)
    return old % 12 != min(n.pitch for n in now) % 12


def _texture(score: Score, tick: int) -> bool:
    textures, bar = measure_arrays(score).textures, _bar(score, tick)
    after = bar if tick == score.starts[bar] else bar + 1
    before = max(after - 1, 0) if after == bar else bar - 1
    return bool(_met(score, tick)) and textures[before] is not textures[after]


def _silence(score: Score, tick: int) -> bool:
    end = score.starts[_bar(score, tick) + 1]
    end = end if end - tick >= QUARTER else min(tick + QUARTER, score.end)
    pedal = [c.value for c in score.controls if c.controller == 64 and c.onset <= tick]
    pressed = [c for c in score.controls if c.value and tick < c.onset < end]
    quiet = not any(n.onset < end and n.end > tick for n in score.notes)
    return quiet and not pressed and not (pedal and pedal[-1])


def _avoid(score: Score, tick: int) -> bool:
    return all(abs(note.onset - tick) > SIXTEENTH for note in score.notes)


def _sting(score: Score) -> bool:
    start = score.starts[-2]
    chord = [n for n in score.notes if n.onset >= start]
    ends = max((n.end for n in score.notes), default=0)
    tonic = score.key_at(len(score.metres)).tonic
    return (
        bool(chord)
        and all(n.onset == start and n.velocity >= 90 for n in chord)
        and ends <= start + QUARTER
        and min(n.pitch for n in chord) % 12 == tonic
    )


def _ring_out(score: Score) -> bool:
    start, last = score.starts[-2], [n for n in score.notes if n.onset >= score.starts[-2]]
    tonic = score.key_at(len(score.metres)).tonic
    pedal = [c.value for c in score.controls if c.onset < score.end]
    return (
        bool(last)
        and all(n.onset == start and n.end == score.end for n in last)
        and min(n.pitch for n in last) % 12 == tonic
        and pedal[-1] > 0
    )


def _thin_away(score: Score) -> bool:
    bars = score.notes_by_bar()[-min(4, len(score.metres) - 1) :]
    heard = [bar for bar in bars if bar]
    loud = [sum(n.velocity for n in bar) / len(bar) for bar in heard]
    softer = all(later <= before for before, later in zip(loud, loud[1:], strict=False))
    voices = [max(len(_sounding(bar, n.onset)) for n in bar) for bar in heard]
    fewer = all(later <= before for before, later in zip(voices, voices[1:], strict=False))
    alone = _sounding(score.notes, score.end - 1)
    return softer and fewer and len(bars[-1]) == 1 == len(alone)


def _hard_cut(score: Score) -> bool:
    pedal = [c.value for c in score.controls if c.controller == 64]
    return len(_sounding(score.notes, score.end - 1)) >= 3 and not (pedal and pedal[-1])


def _open(score: Score) -> bool:
    tonic = score.key_at(len(score.metres)).tonic
    last = max(n.onset for n in score.notes)
    final = _sounding(score.notes, last)
    start = score.starts[-2]
    tones = [n for n in score.notes if n.onset >= start]
    return (
        last >= start
        and min(n.pitch for n in final) % 12 != tonic
        and all(n.pitch % 12 != tonic for n in tones)
    )


_HITS = {
    "accent": _accent,
    "chord": _chord,
    "texture": _texture,
    "silence": _silence,
    "avoid": _avoid,
}
_ENDINGS = {
    "sting": _sting,
    "ring_out": _ring_out,
    "thin_away": _thin_away,
    "hard_cut": _hard_cut,
    "open": _open,
}
