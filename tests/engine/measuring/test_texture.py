"""Each texture on a bar that is nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.measuring.attributes import Texture, measure
from engine.score import Metre, Note, Score, Voice
from tests.engine.measuring.pieces import chord, line, note, score

ALBERTI = (48, 55, 52, 55, 48, 55, 52, 55)
FIGURE = (60, 62, 63, 62)


def _rich(bar: int = 0) -> list[Note]:
    melody = line((72, 74, 76, 79), 1.0, 4 * bar)
    return melody + chord(4 * bar, (48, 52, 55), 2.0) + chord(4 * bar + 2, (53, 57), 2.0)


EXAMPLES: dict[Texture, list[Note]] = {
    Texture.SILENCE: [],
    Texture.DRONE: chord(0, (36, 43), 4.0),
    Texture.SINGLE_LINE: line((60, 62, 64, 65, 67)[:4]),
    Texture.CHORALE: [
        each for i, t in enumerate(((60, 64, 67), (59, 62, 67), (57, 60, 65), (55, 60, 64)))
        for each in chord(i, t)
    ],
    Texture.OSTINATO: line(FIGURE * 2, 0.5),
    Texture.BROKEN_CHORDS: line(ALBERTI, 0.5, voice=Voice.ACCOMPANIMENT),
    Texture.MELODY_ACCOMPANIMENT: _rich(),
}  # fmt: skip


def test_every_texture_has_an_example() -> None:
    assert set(EXAMPLES) == set(Texture)


@pytest.mark.parametrize("texture", Texture)
def test_texture_of_a_plain_example(texture: Texture) -> None:
    assert measure(score(EXAMPLES[texture]))[0].texture is texture


@pytest.mark.parametrize("texture", Texture)
def test_texture_is_told_bar_by_bar(texture: Texture) -> None:
    """A neighbour of another texture does not change it."""
    moved = [
        Note(each.onset + 1920, each.duration, each.pitch, each.velocity, each.voice)
        for each in EXAMPLES[texture]
    ]
    before = [replace(each, pitch=each.pitch + 2) for each in _rich()]
    after = [replace(each, pitch=each.pitch - 2) for each in _rich(2)]
    bars = measure(score(before + moved + after, bars=3))
    assert bars[1].texture is texture


def test_a_held_drone_stays_a_drone() -> None:
    bars = measure(score(chord(0, (36, 43), 12.0), bars=3))
    assert [bar.texture for bar in bars] == [Texture.DRONE] * 3


def test_one_short_note_is_no_drone() -> None:
    assert measure(score([note(0, 60, 0.5)]))[0].texture is Texture.SINGLE_LINE


def test_three_equal_bars_of_more_than_a_beat_are_an_ostinato() -> None:
    pitches = (60, 62, 63, 65)
    bars = measure(score([n for bar in range(3) for n in line(pitches, 1.0, 4 * bar)], bars=3))
    assert [bar.texture for bar in bars] == [Texture.OSTINATO] * 3
    two = measure(score([n for bar in range(2) for n in line(pitches, 1.0, 4 * bar)], bars=2))
    assert [bar.texture for bar in two] == [Texture.SINGLE_LINE] * 2


@pytest.mark.parametrize(
    "metre", [Metre(3, 4), Metre(6, 8), Metre(7, 8), Metre(5, 4), Metre(12, 8)]
)
def test_other_metres_find_the_beat_figure(metre: Metre) -> None:
    beats = metre.ticks // metre.beat_ticks
    notes = tuple(
        Note(beat * metre.beat_ticks + i * 120, 120, pitch, 80, Voice.MELODY)
        for beat in range(beats)
        for i, pitch in enumerate((60, 62))
    )
    assert measure(Score(notes, (metre,)))[0].texture is Texture.OSTINATO
