"""Music under dialogue: attacks far enough apart, soft, few, and out of the way of the voices.

Hard laws of every note that begins in a block, and the last word on hits and endings there. Notes
from before may ring into it.
"""

from __future__ import annotations

from engine.composing import vocabulary as v
from engine.composing.bar_rules import Rule, Speech
from engine.composing.draft import Draft
from engine.composing.grammar import HIGHEST_NOTE, LOWEST_NOTE, KeptNote
from engine.picture import Dialogue
from engine.score import tick_of_bar


def draft_dialogue(draft: Draft) -> None:
    """Add the laws of all blocks of the request."""
    for block in joined(draft.request.dialogue):
        _draft_block(draft, block)


def joined(blocks: tuple[Dialogue, ...]) -> list[Dialogue]:
    """Blocks that touch or overlap as one, ascending."""
    found: list[Dialogue] = []
    for block in sorted(blocks, key=lambda each: (each.first, each.last)):
        if found and block.first <= found[-1].last:
            found[-1] = Dialogue(found[-1].first, max(found[-1].last, block.last))
        else:
            found.append(block)
    return found


def _draft_block(draft: Draft, block: Dialogue) -> None:
    law, tempo = draft.request.dialogue_law, draft.request.tempo_map
    start = tick_of_bar(block.first, draft.metres)
    end = min(tick_of_bar(block.last, draft.metres), draft.starts[-1])
    length = tempo.seconds(end) - tempo.seconds(start)
    number = len(draft.speeches)
    draft.speeches.append(Speech(1 / law.onset_rate, int(length * law.onset_rate + 1e-9)))
    keys = range(LOWEST_NOTE, HIGHEST_NOTE + 1)
    free = None
    if law.free_low is not None and law.free_high is not None:
        free = frozenset(pitch for pitch in keys if not law.free_low <= pitch <= law.free_high)
    rule = Rule(
        loudest=law.velocity,
        pitches=free,
        low=free,
        most=law.voices,
        since=-(-start // v.TICKS_PER_POSITION),
        speech=number,
    )
    for bar in draft.bars:
        inside = [
            position
            for position in range(draft.positions(bar))
            if start <= draft.true_tick(bar, position) < end
        ]
        draft.add(bar, inside, rule)
        for position in inside:
            seconds = tempo.seconds(draft.true_tick(bar, position))
            draft.seconds[bar, position] = seconds
        _thin_skeleton(draft, bar, inside, free)
    _space_skeleton(draft, number)


def _thin_skeleton(draft: Draft, bar: int, inside: list[int], free: frozenset[int] | None) -> None:
    """The skeleton within a block has no more voices than it, and no pitch that must be free."""
    kept: list[KeptNote] = []
    for note in draft.kept[bar]:
        here = sum(each.position == note.position for each in kept)
        barred = note.pitch is not None and free is not None and note.pitch not in free
        if note.position not in inside or not (barred or here >= draft.request.dialogue_law.voices):
            kept.append(note)
    draft.kept[bar] = kept
    for position in {note.position for note in kept} & set(inside):
        # What sounds is ended, so that the skeleton has room.
        draft.cuts.add(draft.true_tick(bar, position))


def _space_skeleton(draft: Draft, number: int) -> None:
    """Onsets of the skeleton that come sooner after another than attacks may are left out."""
    speech, before = draft.speeches[number], -1e9
    count = 0
    for bar in draft.bars:
        for position in sorted({note.position for note in draft.kept[bar]}):
            rule = draft.rules.get((bar, position))
            if rule is None or rule.speech != number:
                continue
            when = draft.seconds[bar, position]
            if when - before >= speech.gap - 1e-9 and count < speech.most:
                before, count = when, count + 1
                continue
            draft.kept[bar] = [note for note in draft.kept[bar] if note.position != position]
