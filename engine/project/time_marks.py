"""What a hand does to tempo, metres, keys and phrases of a cue, as edits: pure functions.

Bars count from 1. A mark holds from its bar to the next one. Marks that say what holds anyway
are left out.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import accumulate, pairwise

from engine.config.schema import Settings
from engine.errors import PsychoscoreError
from engine.project.cue import Cue
from engine.project.cue_edits import SetKey, SetMetre, SetTempo
from engine.project.cue_marks import Fermata, KeyMark, MetreMark, TempoMark
from engine.project.time_edits import SetPhrases
from engine.score import METRES, Key, Metre

SLOWEST, FASTEST = 20.0, 300.0
_CLOSE = 0.01
# A glide to the end without a goal slows down to this share.
_BROADENED = 0.75


# ---- Tempo


def tempo_at(cue: Cue, bar: float) -> TempoMark | None:
    """The tempo mark at a bar."""
    return next((mark for mark in cue.tempo if abs(mark.bar - bar) < _CLOSE), None)


def tempo_holding(cue: Cue, settings: Settings, bar: float) -> float:
    """The tempo of the last mark at or before a bar, without its glide."""
    before = [mark.bpm for mark in cue.tempo if mark.bar <= bar + _CLOSE]
    return before[-1] if before else settings.music.tempo


def put_tempo(cue: Cue, bar: float, bpm: float) -> SetTempo:
    """Set the tempo from a bar on; a mark that is there keeps its glide.

    Raises:
        PsychoscoreError: slower or faster than music goes.
    """
    old = tempo_at(cue, bar)
    mark = TempoMark(bar=old.bar if old else bar, bpm=_tempo(bpm), ramp=bool(old and old.ramp))
    return _tempi(cue, [*(each for each in cue.tempo if each is not old), mark])


def move_tempo(cue: Cue, bar: float, to: float, bpm: float) -> SetTempo:
    """Move a tempo mark; it stays between its neighbours.

    Raises:
        PsychoscoreError: there is no mark, or the tempo is not allowed.
    """
    old = _existing(cue, bar)
    index = cue.tempo.index(old)
    low = cue.tempo[index - 1].bar + 0.05 if index else 1.0
    high = cue.tempo[index + 1].bar - 0.05 if index + 1 < len(cue.tempo) else cue.bars + 1.0
    place = round(min(max(to, low), high), 4)
    moved = TempoMark(bar=place, bpm=_tempo(bpm), ramp=old.ramp)
    return _tempi(cue, [*(each for each in cue.tempo if each is not old), moved])


def remove_tempo(cue: Cue, bar: float) -> SetTempo:
    old = _existing(cue, bar)
    return _tempi(cue, [each for each in cue.tempo if each is not old])


def set_ramp(cue: Cue, bar: float, on: bool) -> SetTempo:
    """Let a mark glide to the next one, or hold; the last one broadens to the end.

    Raises:
        PsychoscoreError: there is no mark.
    """
    old = _existing(cue, bar)
    marks = [each for each in cue.tempo if each is not old]
    marks.append(TempoMark(bar=old.bar, bpm=old.bpm, ramp=on))
    if on and not any(each.bar > old.bar for each in marks):
        slower = max(round(old.bpm * _BROADENED), SLOWEST)
        marks.append(TempoMark(bar=float(cue.bars + 1), bpm=slower))
    return _tempi(cue, marks)


def fermata_at(cue: Cue, bar: float) -> Fermata | None:
    return next((each for each in cue.fermatas if abs(each.bar - bar) < _CLOSE), None)


def put_fermata(cue: Cue, bar: float, stretch: float = 2.0, quarters: float = 1.0) -> SetTempo:
    """Hold the music from a place on.

    Raises:
        PsychoscoreError: the place is behind the end.
    """
    if not 1 <= bar < cue.bars + 1:
        raise PsychoscoreError(f"There is no bar {int(bar)} to hold.")
    hold = Fermata(bar=round(bar, 4), quarters=quarters, stretch=stretch)
    others = [each for each in cue.fermatas if abs(each.bar - bar) >= _CLOSE]
    return _tempi(cue, cue.tempo, [*others, hold])


def remove_fermata(cue: Cue, bar: float) -> SetTempo:
    return _tempi(cue, cue.tempo, [e for e in cue.fermatas if abs(e.bar - bar) >= _CLOSE])


def _existing(cue: Cue, bar: float) -> TempoMark:
    found = tempo_at(cue, bar)
    if found is None:
        raise PsychoscoreError(f"There is no tempo mark at bar {bar:g}.")
    return found


def _tempo(bpm: float) -> float:
    if not SLOWEST <= bpm <= FASTEST:
        raise PsychoscoreError(f"Tempo {bpm:g} must lie between {SLOWEST:g} and {FASTEST:g}.")
    return round(bpm, 3)


def _tempi(
    cue: Cue, tempo: Iterable[TempoMark], fermatas: Iterable[Fermata] | None = None
) -> SetTempo:
    holds = cue.fermatas if fermatas is None else fermatas
    return SetTempo(
        cue=cue.id,
        tempo=tuple(sorted(tempo, key=lambda mark: mark.bar)),
        fermatas=tuple(sorted(holds, key=lambda each: each.bar)),
    )


# ---- Metres and keys


def metre_from(
    cue: Cue, settings: Settings, bar: int, metre: Metre, *, only: bool = False
) -> SetMetre:
    """Count in another metre from a bar on to the next mark, or in this bar `only`.

    Raises:
        PsychoscoreError: it cannot be composed, or the cue has no such bar.
    """
    if metre not in METRES:
        known = ", ".join(map(str, METRES))
        raise PsychoscoreError(f"{metre} cannot be composed.", f"Known are {known}.")
    before = cue.metre_per_bar(settings)
    _check_bar(cue, bar)
    marks = {mark.bar: mark.metre for mark in cue.metres}
    if only and bar < cue.bars:
        marks.setdefault(bar + 1, before[bar])
    marks[bar] = metre
    kept, holding = [], settings.metre()
    for at, each in sorted(marks.items()):
        if each != holding or at == 1:
            kept.append(MetreMark(bar=at, metre=each))
        holding = each
    return SetMetre(cue=cue.id, metres=tuple(kept))


def key_from(cue: Cue, settings: Settings, bar: int, key: Key | None) -> SetKey:
    """Be at home in another key from a bar on to the next mark; None stays as it was before.

    Raises:
        PsychoscoreError: the cue has no such bar.
    """
    _check_bar(cue, bar)
    marks = {mark.bar: mark.key for mark in cue.keys if mark.bar != bar}
    if key is not None:
        marks[bar] = key
    kept: list[KeyMark] = []
    for at, each in sorted(marks.items()):
        if at == 1 or not kept or kept[-1].key != each:
            kept.append(KeyMark(bar=at, key=each))
    return SetKey(cue=cue.id, keys=tuple(kept))


def _check_bar(cue: Cue, bar: int) -> None:
    if not 1 <= bar <= cue.bars:
        raise PsychoscoreError(f"There is no bar {bar}: the cue has {cue.bars}.")


# ---- Phrases


def phrase_borders(cue: Cue) -> tuple[int, ...]:
    """The bars at which phrases after the first begin."""
    return tuple(end + 1 for end in accumulate(cue.phrases) if end < cue.bars)


def phrase_spans(cue: Cue) -> tuple[tuple[int, int], ...]:
    """First and last bar of each phrase; none where no phrases are set."""
    if not cue.phrases:
        return ()
    lines = (1, *phrase_borders(cue), cue.bars + 1)
    return tuple((first, later - 1) for first, later in pairwise(lines))


def split_phrase(cue: Cue, bar: int) -> SetPhrases:
    """A phrase begins at a bar.

    Raises:
        PsychoscoreError: bar 1 begins one anyway, or the cue has no such bar.
    """
    if not 2 <= bar <= cue.bars:
        raise PsychoscoreError(f"A phrase cannot be cut before bar {bar}.")
    return _phrases(cue, {*phrase_borders(cue), bar})


def join_phrases(cue: Cue, bar: int) -> SetPhrases:
    """The phrase that begins at a bar goes on with the one before it."""
    return _phrases(cue, {*phrase_borders(cue)} - {bar})


def move_phrase(cue: Cue, bar: int, to: int) -> SetPhrases:
    """Move the beginning of a phrase; each phrase keeps one bar at least."""
    borders = phrase_borders(cue)
    if bar not in borders:
        raise PsychoscoreError(f"No phrase begins at bar {bar}.")
    index = borders.index(bar)
    low = borders[index - 1] + 1 if index else 2
    high = borders[index + 1] - 1 if index + 1 < len(borders) else cue.bars
    return _phrases(cue, {*borders} - {bar} | {min(max(to, low), high)})


def even_phrases(cue: Cue, length: int) -> SetPhrases:
    """Phrases of one length; the last one takes what is left."""
    return _phrases(cue, set(range(1 + length, cue.bars + 1, length)), length)


def parse_phrases(cue: Cue, text: str) -> SetPhrases:
    """Phrases as people write them: `4+4+3+5`; nothing clears them.

    Raises:
        PsychoscoreError: it is written otherwise, or longer than the cue.
    """
    parts = [part for part in text.replace(",", "+").replace(" ", "+").split("+") if part]
    if not all(part.isdecimal() and int(part) > 0 for part in parts):
        raise PsychoscoreError(f"{text!r} are no phrases.", "Write lengths in bars, like 4+4+3+5.")
    lengths = tuple(map(int, parts))
    if sum(lengths) > cue.bars:
        raise PsychoscoreError(
            f"{'+'.join(parts)} are {sum(lengths)} bars; the cue has {cue.bars}."
        )
    return SetPhrases(cue=cue.id, phrases=lengths)


def _phrases(cue: Cue, borders: set[int], only: int = 0) -> SetPhrases:
    if not borders:
        return SetPhrases(cue=cue.id, phrases=(min(only, cue.bars),) if only else ())
    lines = (1, *sorted(borders), cue.bars + 1)
    return SetPhrases(cue=cue.id, phrases=tuple(b - a for a, b in pairwise(lines)))
