"""How a cue ends: each ending as laws of the draft.

Sting: a short loud tonic chord on the last downbeat, then silence. Ring out: the chord of the last
downbeat is held to the end under the pedal. Thin away: over up to four bars voices go and what is
left grows softer, the last note alone. Hard cut: as full as before up to the last tick, and
nothing rings. Open: the last bar stays away from the tonic.
"""

from __future__ import annotations

from engine.composing.bar_rules import Rule
from engine.composing.draft import Draft
from engine.composing.grammar import HIGHEST_NOTE, LOWEST_NOTE
from engine.score import TICKS_PER_QUARTER, Voice
from models.conditioning import FIELD_INDEX

THIN_BARS = 4
STING_TICKS = TICKS_PER_QUARTER // 2
_STING_VELOCITY, _STING_LIFT = 100, 30
_SOFTEST_END, _BAND = 28, 8
_RANKS_THAT_FALL = ("velocity_mean", "polyphony", "note_count", "onset_rate")
# The bass lies under the split, everything else from it on.
SPLIT = 48
_ALL = frozenset(range(LOWEST_NOTE, HIGHEST_NOTE + 1))
_LOWER = frozenset(range(28, SPLIT))
_UPPER = frozenset(range(SPLIT, HIGHEST_NOTE + 1))


def draft_ending(draft: Draft) -> None:
    """Add the laws of the ending that the request has, where its last bar is composed."""
    ending = draft.request.ending
    if ending is not None and draft.request.bars - 1 in draft.bars:
        _LAWS[ending](draft)


def _last(draft: Draft) -> tuple[int, int, int]:
    """The last bar, its positions and the end in twelfths."""
    bar = draft.request.bars - 1
    return bar, draft.positions(bar), draft.twelfths(bar) + draft.positions(bar)


def _triad(draft: Draft, bar: int) -> frozenset[int]:
    """MIDI pitches of the tonic chord; without a third where the mode is not known."""
    key = draft.keys[bar]
    third = {"major": (4,), "minor": (3,)}.get(key.mode or "", ())
    classes = {(key.tonic + each) % 12 for each in (0, *third, 7)}
    return frozenset(pitch for pitch in _ALL if pitch % 12 in classes)


def _sting(draft: Draft) -> None:
    bar, positions, _ = _last(draft)
    low, high = draft.request.velocity_range
    loud = min(max(draft.loudness(bar) + _STING_LIFT, _STING_VELOCITY, low), high)
    tonic = draft.keys[bar].tonic
    draft.kept[bar].clear()
    triad = _triad(draft, bar)
    draft.keep(bar, 0, _sting_notes(draft, tonic, triad))
    draft.add(bar, [0], Rule(softest=loud, most=len(draft.kept[bar])))
    draft.close(draft.tick(bar, 1), draft.starts[-1])
    draft.cuts |= {draft.starts[bar], draft.starts[bar] + STING_TICKS}
    draft.lifts.append((draft.starts[bar], draft.starts[-1]))
    draft.tell(bar, "chord_root", 0)


def _sting_notes(draft: Draft, tonic: int, triad: frozenset[int]) -> list[tuple[Voice, int | None]]:
    """The tonic chord over four octaves, as many voices as there are."""
    inner = [pitch for pitch in range(52, 64) if pitch in triad and pitch % 12 != tonic]
    wanted: list[tuple[Voice, int | None]] = [(Voice.MELODY, 67 + (tonic - 67) % 12)]
    wanted += [(Voice.ACCOMPANIMENT, pitch) for pitch in inner]
    wanted.append((Voice.BASS, 33 + (tonic - 33) % 12))
    if draft.low_voice == Voice.BASS:
        return wanted
    return [(Voice(draft.low_voice), 45 + (tonic - 45) % 12)]


def _ring_out(draft: Draft) -> None:
    bar, positions, end = _last(draft)
    tonic, triad = draft.keys[bar].tonic, _triad(draft, bar)
    low = frozenset(pitch for pitch in _LOWER if pitch % 12 == tonic)
    draft.kept[bar].clear()
    draft.keep(bar, 0, [(voice, None) for voice in draft.chord_voices()])
    draft.add(
        bar,
        [0],
        Rule(pitches=triad & _UPPER, low=low, until=end, most=6, since=draft.twelfths(bar)),
    )
    draft.close(draft.tick(bar, 1), draft.starts[-1])
    draft.cuts.add(draft.starts[bar])
    draft.holds.append((draft.starts[bar], draft.starts[-1]))
    draft.tell(bar, "chord_root", 0)


def _thin_away(draft: Draft) -> None:
    bar, positions, end = _last(draft)
    count = min(THIN_BARS, max(draft.request.bars - 1, 1))
    first = draft.request.bars - count
    loud = max(draft.loudness(max(first - 1, 0)), _SOFTEST_END + _BAND * count)
    low, high = draft.request.velocity_range
    since = draft.twelfths(first)
    for index, each in enumerate(range(first, draft.request.bars), 1):
        cap = round(loud + (_SOFTEST_END - loud) * index / count)
        cap = min(max(cap, low), high)
        rule = Rule(
            softest=max(cap - _BAND + 1, low),
            loudest=cap,
            most=count - index + 1,
            since=since,
            thins=index > 1,
        )
        draft.add(each, range(draft.positions(each)), rule)
        for name in _RANKS_THAT_FALL:
            rank = draft.rows[each, FIELD_INDEX[name]]
            draft.tell(each, name, float(rank) * (1 - 0.8 * index / count))
    draft.kept[bar].clear()
    alone = Rule(pitches=_triad(draft, bar), low=_triad(draft, bar), until=end)
    draft.keep(bar, 0, [(draft.chord_voices()[0], None)])
    draft.add(bar, [0], alone)
    draft.close(draft.tick(bar, 1), draft.starts[-1])
    draft.cuts.add(draft.starts[bar])


def _hard_cut(draft: Draft) -> None:
    bar, positions, end = _last(draft)
    beat = draft.metres[bar].beat_ticks * 12 // TICKS_PER_QUARTER
    last = max(positions - beat, 0)
    full = max(draft.loudness(bar) - _BAND, draft.request.velocity_range[0])
    draft.add(bar, range(positions), Rule(softest=full))
    draft.add(bar, range(last, positions), Rule(until=end))
    draft.keep(bar, last, [(voice, None) for voice in draft.chord_voices()])
    draft.lifts.append((draft.starts[-1] - 1, draft.starts[-1]))


def _open(draft: Draft) -> None:
    bar, positions, end = _last(draft)
    tonic = draft.keys[bar].tonic
    away = frozenset(pitch for pitch in _UPPER if pitch % 12 != tonic)
    root = (7, 5, 2)[int(draft.draw(bar, 0) * 3)]
    low = frozenset(pitch for pitch in _LOWER if (pitch - tonic) % 12 == root)
    draft.add(bar, range(positions), Rule(pitches=away, low=low))
    draft.keep(bar, 0, [(voice, None) for voice in draft.chord_voices()])
    draft.cuts.add(draft.starts[bar])
    for name in ("chord", "half_chord"):
        draft.tell(bar, f"{name}_root", root)
        draft.tell(bar, f"{name}_quality", 1 if root == 2 else 0)


_LAWS = {
    "sting": _sting,
    "ring_out": _ring_out,
    "thin_away": _thin_away,
    "hard_cut": _hard_cut,
    "open": _open,
}
