"""All that the picture asks of a stream, ready for it: rows, skeleton, rules and finish."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from engine.composing import vocabulary as v
from engine.composing.bar_rules import BarRules, Place
from engine.composing.conditions import Rows
from engine.composing.dialogue import draft_dialogue
from engine.composing.draft import Draft
from engine.composing.endings import draft_ending
from engine.composing.finish import Finish
from engine.composing.grammar import KeptNote
from engine.composing.hits import draft_hits
from engine.score import Key, Note, Voice, bar_starts
from engine.take import GenerationRequest


@dataclass(frozen=True, slots=True, eq=False)
class PictureLaws:
    """What the picture asks, one entry a bar from bar 1 on.

    Args:
        rows: condition rows that know of it.
        kept: the skeleton.
        rules: of a grammar, or None where nothing is asked; they remember one stream.
        silent: bars, from 0, in which nothing may begin.
    """

    rows: Rows
    kept: tuple[tuple[KeptNote, ...], ...] = ()
    rules: BarRules | None = None
    silent: frozenset[int] = frozenset()
    finish: Finish = field(default_factory=Finish)

    def of_pitches(self) -> PictureLaws:
        """The same where onsets, lengths and velocities stand already."""
        rules = None if self.rules is None else self.rules.of_pitches()
        return PictureLaws(self.rows, rules=rules)


def picture_laws(
    request: GenerationRequest,
    keys: Sequence[Key],
    rows: Rows,
    *,
    voices: Sequence[int] = tuple(Voice),
    bars: range | None = None,
    heard: Sequence[Note] = (),
) -> PictureLaws:
    """The laws of a request's hits, ending and dialogue.

    Args:
        keys: home key of each bar.
        rows: planned condition rows, one a bar; they are not changed.
        voices: those that may be written.
        bars: those that are composed, from 0; None for all.
        heard: notes that stand before them.
    """
    if not (request.hits or request.ending or request.dialogue):
        return PictureLaws(rows)
    draft = Draft(request, keys, rows.copy(), voices, range(request.bars) if bars is None else bars)
    draft_hits(draft)
    draft_ending(draft)
    draft_dialogue(draft)
    kept = tuple(
        tuple(each for each in notes if not _closed(draft, (bar, each.position)))
        for bar, notes in enumerate(draft.kept)
    )
    return PictureLaws(
        rows=draft.rows,
        kept=kept,
        rules=_rules(draft, kept, heard),
        silent=frozenset(draft.silent),
        finish=_finish(draft),
    )


def _closed(draft: Draft, place: Place) -> bool:
    rule = draft.rules.get(place)
    return rule is not None and rule.closed


def _rules(draft: Draft, kept: tuple[tuple[KeptNote, ...], ...], heard: Sequence[Note]) -> BarRules:
    spoken: dict[int, list[Place]] = {}
    for bar, notes in enumerate(kept):
        standing = {note.position for note in notes}
        for position in sorted(standing | set(draft.musts.get(bar, ()))):
            rule = draft.rules.get((bar, position))
            if rule is not None and rule.speech is not None:
                spoken.setdefault(rule.speech, []).append((bar, position))
    starts = [tick // v.TICKS_PER_POSITION for tick in bar_starts(draft.metres)]
    rules = BarRules(
        draft.rules,
        starts,
        low_voice=draft.low_voice,
        seconds=draft.seconds,
        speeches=draft.speeches,
        kept=spoken,
        cuts=[tick / v.TICKS_PER_POSITION for tick in draft.cuts],
        turns=draft.turns,
        musts={
            bar: [each for each in sorted(musts) if not _closed(draft, (bar, each))]
            for bar, musts in draft.musts.items()
        },
    )
    for note in heard:
        rules.stands(note)
    return rules


def _finish(draft: Draft) -> Finish:
    loudness = {
        draft.tick(bar, position): (rule.softest, rule.loudest)
        for (bar, position), rule in draft.rules.items()
    }
    return Finish(draft.moved, sorted(draft.cuts), draft.lifts, draft.holds, loudness)
