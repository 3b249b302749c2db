"""How music meets a moment of the picture: each kind of hit as laws of the draft.

Accent: a chord stands there, louder than all else in its bar. Chord change: what sounded ends, and
a bass of another pitch class begins. Texture change: block chords on the beats, or a single line
where chords were before. Cut to silence: nothing sounds up to the next bar line, or for a quarter
where that is nearer. Do not hit: nothing begins within a sixteenth of it.
"""

from __future__ import annotations

import numpy as np

from engine.composing import vocabulary as v
from engine.composing.bar_rules import Rule, Turn
from engine.composing.draft import Draft
from engine.composing.grammar import HIGHEST_NOTE, LOWEST_NOTE
from engine.measuring.texture import Texture
from engine.picture import Hit
from engine.score import TICKS_PER_QUARTER
from models.conditioning import FIELD_INDEX

# How far an accent rises above the loudness that is planned, and all else in the bar under it.
LIFT, UNDER = 28, 20
SIXTEENTH = TICKS_PER_QUARTER // 4
# A note that is cut sooner than this is a slip of the finger.
SHORTEST = TICKS_PER_QUARTER // 8
# The bass of a new chord lies below, everything else from here on.
SPLIT = 52
_TEXTURES = [texture.value for texture in Texture]
# Roots above the tonic and their qualities (0 major, 1 minor) that a new chord is drawn from.
_ROOTS = {
    "major": ((7, 0), (5, 0), (9, 1), (2, 1), (4, 1)),
    "minor": ((8, 0), (5, 1), (7, 0), (3, 0), (10, 0)),
}


def draft_hits(draft: Draft) -> None:
    """Add the laws of all hits of the request; those that end the sound come last."""
    hits = [hit for hit in draft.request.hits if hit.bar < draft.request.bars + 1]
    for hit in sorted(hits, key=lambda each: (each.kind in ("avoid", "silence"), each.bar)):
        bar = int(hit.bar) - 1
        if bar in draft.bars:
            _LAWS[hit.kind](draft, hit)


def _accent(draft: Draft, hit: Hit) -> None:
    bar, position, tick = draft.place(hit.bar)
    low, high = draft.request.velocity_range
    loud = min(max(draft.loudness(bar) + LIFT, low), high)
    under = max(min(loud - UNDER, high), low)
    accents = {
        draft.place(each.bar)[:2]
        for each in draft.request.hits
        if each.kind == "accent" and each.bar < draft.request.bars + 1
    }
    others = [each for each in range(draft.positions(bar)) if (bar, each) not in accents]
    draft.add(bar, others, Rule(loudest=under))
    draft.add(bar, [position], Rule(softest=loud))
    draft.keep(bar, position, [(voice, None) for voice in draft.chord_voices()])
    draft.meet(bar, position, tick)


def _chord(draft: Draft, hit: Hit) -> None:
    bar, position, tick = draft.place(hit.bar)
    below, above = frozenset(range(LOWEST_NOTE, SPLIT)), frozenset(range(SPLIT, HIGHEST_NOTE + 1))
    draft.add(bar, [position], Rule(pitches=above, low=below, moves_bass=True))
    voices = draft.chord_voices()
    draft.keep(bar, position, [(voice, None) for voice in (*voices[1:-1], voices[-1])])
    draft.cuts.add(tick)
    draft.meet(bar, position, tick)
    _tell_chord(draft, bar, position)


def _tell_chord(draft: Draft, bar: int, position: int) -> None:
    """The plan has another root from the hit on than before it."""
    half = position * 2 >= draft.positions(bar)
    if half or position > 0:
        new, before = ("half_chord", bar), ("chord", bar)
    else:
        new, before = ("chord", bar), ("half_chord", bar - 1)
    old = np.nan if before[1] < 0 else _root(draft, before[1], before[0])
    now = _root(draft, new[1], new[0])
    if now != old and not np.isnan(now):
        return
    roots = _ROOTS[draft.keys[bar].mode or "major"]
    others = [each for each in roots if each[0] != old]
    root, quality = others[int(draft.draw(bar, position) * len(others))]
    draft.tell(bar, f"{new[0]}_root", root)
    draft.tell(bar, f"{new[0]}_quality", quality)


def _root(draft: Draft, bar: int, name: str) -> float:
    return float(draft.rows[bar, FIELD_INDEX[f"{name}_root"]])


def _texture(draft: Draft, hit: Hit) -> None:
    bar, position, tick = draft.place(hit.bar)
    number = len(draft.turns)
    beat = max(draft.metres[bar].beat_ticks, TICKS_PER_QUARTER)
    step = beat // v.TICKS_PER_POSITION
    draft.turns.append(Turn(bar, step))
    # A texture is heard in a whole bar, so one that turns within a bar holds to the end of the
    # next.
    last = bar if position == 0 else min(bar + 1, draft.request.bars - 1)
    for each in range(bar, last + 1):
        first = position if each == bar else 0
        draft.add(each, range(first, draft.positions(each)), Rule(turns=number))
        # Two attacks in a whole bar at least, or it would be heard as a drone.
        half = draft.positions(each) // 2 // step * step
        draft.musts[each] = sorted({first, half} if first == 0 else {first})
    draft.cuts.add(tick)
    draft.meet(bar, position, tick)
    column = FIELD_INDEX["texture"]
    before = draft.rows[bar - 1, column] if bar else np.nan
    chorale = _TEXTURES.index(Texture.CHORALE.value)
    single = _TEXTURES.index(Texture.SINGLE_LINE.value)
    for each in range(bar if position == 0 else bar + 1, last + 1):
        draft.tell(each, "texture", single if before == chorale else chorale)


def _silence(draft: Draft, hit: Hit) -> None:
    bar, position, tick = draft.place(hit.bar)
    end = draft.starts[bar + 1]
    if end - tick < TICKS_PER_QUARTER:
        end = min(tick + TICKS_PER_QUARTER, draft.starts[-1])
    draft.cuts.add(tick)
    draft.close(tick - SHORTEST + 1, end)
    draft.lifts.append((tick, end))
    if position == 0:
        draft.silent.add(bar)
        draft.tell(bar, "texture", _TEXTURES.index(Texture.SILENCE.value))


def _avoid(draft: Draft, hit: Hit) -> None:
    _, _, tick = draft.place(hit.bar)
    draft.close(tick - SIXTEENTH, tick + SIXTEENTH + 1)


_LAWS = {
    "accent": _accent,
    "chord": _chord,
    "texture": _texture,
    "silence": _silence,
    "avoid": _avoid,
}
