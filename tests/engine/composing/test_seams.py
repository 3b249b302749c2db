"""Seams: the room that standing notes leave, and a grammar that stays within it."""

from __future__ import annotations

from engine.composing import vocabulary as v
from engine.composing.grammar import KeptNote, Laws
from engine.composing.seams import HoleGrammar, Standing
from engine.score import Metre, Note, Voice

HELD = Note(1000, 1500, 60, 80, Voice.BASS)
LATER = Note(3000, 100, 60, 80, Voice.BASS)


def pitch_token(pitch: int) -> int:
    return v.PITCH.start + pitch - v.LOWEST_PITCH


def grammar(
    *, kept: tuple[KeptNote, ...] = (), pitches: tuple[int, int] = (21, 108), **changes: object
) -> HoleGrammar:
    """The second of two bars of 4/4 in a window that begins at tick 0, voice bass only."""
    plain: dict[str, object] = {
        "first_bar": 1, "start": 0, "standing": Standing([HELD, LATER]), "spans": {},
        "closing": v.FILL_END,
    }  # fmt: skip
    laws = Laws(0, (1, 127), (Voice.BASS,), bool(kept), pitches)
    return HoleGrammar((Metre(),) * 2, laws, [(), kept], **(plain | changes))  # type: ignore[arg-type]


def written(made: HoleGrammar, *tokens: int) -> HoleGrammar:
    for token in tokens:
        assert made.allowed()[token]
        made.push(token)
    return made


def at(position: int) -> tuple[int, int, int]:
    return (v.BAR, v.POSITION.start + position, v.VOICE.start + int(Voice.BASS))


def test_what_sounds_and_what_follows() -> None:
    standing = Standing([LATER, HELD])
    assert standing.sounding(2499, 2500) == {60}
    assert standing.sounding(2500, 3000) == standing.sounding(0, 1000) == set()
    assert standing.sounding(0, 5000) == {60}
    assert standing.following(Note(2600, 900, 60, 1, Voice.MELODY)) == 3000
    assert standing.following(Note(3001, 900, 60, 1, Voice.MELODY)) is None
    assert standing.following(Note(0, 900, 61, 1, Voice.MELODY)) is None
    standing.add(Note(0, 10, 61, 80, Voice.MELODY))
    assert standing.sounding(5, 6) == {61}


def test_a_key_that_is_down_is_not_struck() -> None:
    down = written(grammar(), *at(14)).allowed()  # tick 1920 + 560 = 2480
    up = written(grammar(), *at(15)).allowed()
    soon = written(grammar(), *at(26)).allowed()  # 2960, and 60 comes at 3000
    assert not down[pitch_token(60)] and down[pitch_token(61)]
    assert up[pitch_token(60)] and soon[pitch_token(60)]
    assert not written(grammar(), *at(27)).allowed()[pitch_token(60)]


def test_kept_lengths_need_their_whole_room() -> None:
    kept = (KeptNote(20, int(Voice.BASS), None, 80, 12),)
    spans = {1: [[(2720, 3200)]]}
    assert written(grammar(kept=kept), *at(20)).allowed()[pitch_token(60)]
    tight = written(grammar(kept=kept, spans=spans), *at(20)).allowed()
    assert not tight[pitch_token(60)] and tight[pitch_token(61)]


def test_where_nothing_is_left_something_is_allowed_even_so() -> None:
    narrow = written(grammar(pitches=(60, 60)), *at(14)).allowed()
    assert narrow.any() and narrow[pitch_token(60)]


def test_the_hole_closes_with_its_own_token() -> None:
    made = written(grammar(), v.BAR)
    allowed = made.allowed()
    assert allowed[v.FILL_END] and not allowed[v.EOS]
    assert made.ending(v.BAR) == v.FILL_END
    made.push(v.FILL_END)
    assert made.finished and made.bar == 1
