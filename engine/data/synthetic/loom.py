"""Weaving: bar after bar, from ideas, figures and chords to the notes of all voices.

Keeps what the next bar must know: where line, chord and bass stand, and which ideas were used.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from engine.data.synthetic import figures
from engine.data.synthetic.chords import Sonority
from engine.data.synthetic.figures import BASS, BASS_STEP, CHORD, FIFTH, UPPER, Figure, Kind
from engine.data.synthetic.form import Form
from engine.data.synthetic.harmony import Plan
from engine.data.synthetic.melody import Idea, Tone, degree_of, invent, pitch_of, realise, vary
from engine.data.synthetic.rhythm import beats, divide
from engine.data.synthetic.voicing import bass_of, lead, rub
from engine.data.synthetic.wish import BARS, Wish
from engine.measuring.texture import Texture
from engine.score import Voice

Woven = tuple[int, int, int, Voice]  # position from the first bar line, length, pitch, voice
_LONGEST = 144


@dataclass(frozen=True, slots=True)
class Habits:
    """What stays the same through a pair.

    Args:
        size: notes of a chord in the accompaniment.
        line, inner, bass: the pitches around which each voice lies.
        sung: attacks of the melody in a quarter, beside an accompaniment.
        played: attacks of the accompaniment in a quarter.
        short: share of its time that an accompanying note sounds.
        held: broken chords sound on until the chord changes.
        kind: of the accompaniment.
    """

    size: int
    line: float
    inner: float
    bass: float
    sung: float
    played: float
    short: float
    held: bool
    kind: Kind


def draw_habits(wish: Wish, rng: Random) -> Habits:
    """Voices and manners for a wish: low, close and thick where it is wounded."""
    low = wish.levers.low
    line = 79.0 - 16.0 * low + rng.uniform(-5.0, 5.0)
    inner = min(60.0 - 8.0 * low + rng.uniform(-3.0, 3.0), line - 8.0)
    bass = min(46.0 - 10.0 * low + rng.uniform(-3.0, 3.0), inner - 9.0)
    sung = played = wish.density
    if rng.random() < 0.5:
        sung *= rng.uniform(0.3, 0.9)
    else:
        played *= rng.uniform(0.2, 0.9)
    quarters = wish.metre.ticks / 480.0
    return Habits(
        size=rng.choice((2, 3, 3, 3, 4)),
        line=line,
        inner=inner,
        bass=bass,
        sung=min(sung, 3.5),
        played=played,
        short=rng.choice((1.0, 1.0, 1.0, 0.5)),
        held=rng.random() < 0.35,
        kind=figures.choose_kind(played * quarters, wish.metre, rng),
    )


class Loom:
    """Weaves one pair.

    Args:
        wish, form, plan, habits: what is composed.
        rng: the source of every choice.
    """

    def __init__(self, wish: Wish, form: Form, plan: Plan, habits: Habits, rng: Random) -> None:
        self._wish, self._form, self._plan, self._habits = wish, form, plan, habits
        self._rng = rng
        self._length = wish.metre.ticks // 40
        self._quarters = wish.metre.ticks / 480.0
        felt = beats(wish.metre)
        self._beats = frozenset(felt)
        self._middle = felt[(len(felt) + 1) // 2] if len(felt) > 1 else self._length
        self._ideas: dict[int, Idea] = {}
        self._figures: dict[tuple[int, Texture], Figure] = {}
        self._firsts: dict[int, int] = {}
        self._line = round(habits.line)
        self._low = round(habits.bass)
        self._chord: tuple[int, ...] = ()
        self._woven: list[Woven] = []
        self.inversions: dict[tuple[int, int], bool] = {}

    def weave(self) -> list[Woven]:
        """The notes of all bars, ascending by position."""
        for bar in range(BARS):
            self._bar(bar)
        self._woven.sort()
        return self._woven

    def _bar(self, bar: int) -> None:
        texture = self._wish.textures[bar]
        if texture is Texture.SILENCE:
            return
        stacks = self._stack(bar)
        match texture:
            case Texture.DRONE:
                notes = self._drone(bar, stacks)
            case Texture.SINGLE_LINE:
                notes = self._melody(bar, self._wish.density)
            case Texture.CHORALE:
                notes = self._chorale(bar, stacks)
            case Texture.MELODY_ACCOMPANIMENT:
                under = self._figure(bar, texture)
                notes = [*self._melody(bar, self._habits.sung), *self._play(under, stacks)]
            case _:
                figure = self._figure(bar, texture)
                if bar == BARS - 1 and self._form.closed and self._rng.random() < 0.4:
                    figure = self._come_to_rest(figure)
                notes = self._play(figure, stacks)
        if bar in self._form.broken:
            notes = _cut(notes, self._break(), self._length)
        offset = bar * self._length
        self._woven += [(offset + at, size, pitch, voice) for at, size, pitch, voice in notes]

    def _break(self) -> int:
        """Where a phrase stops before its end."""
        return self._rng.choice([each for each in self._beats if each] or [self._length // 2])

    # Chords under the bar -------------------------------------------------------------------

    def _stack(self, bar: int) -> list[tuple[int, Sonority, tuple[int, ...], int]]:
        """For each chord of the bar its position, itself, its notes and its bass."""
        stacks = []
        for index, sonority in enumerate(self._plan.bars[bar]):
            chord = lead(sonority, self._chord, self._habits.size, round(self._habits.inner))
            self._chord = chord
            friction = self._wish.levers.friction
            if self._rng.random() < 1.3 * friction - 0.35:
                chord = rub(chord, sonority, self._rng)
            final = bar == BARS - 1 and self._form.closed
            inverted = self._rng.random() < 0.22 and not final
            self.inversions[bar, index] = inverted and not self._plan.pedal
            if self._plan.pedal:
                tonic = self._wish.key.tonic
                low = tonic + 12 * round((self._habits.bass - tonic) / 12)
            else:
                low = bass_of(sonority, self._low, self._habits.bass, inverted)
            self._low = low
            if chord[0] <= low:
                chord = tuple(pitch + 12 for pitch in chord)
            stacks.append((index * self._middle, sonority, chord, low))
        return stacks

    def _chord_at(self, bar: int, position: int) -> Sonority:
        chords = self._plan.bars[bar]
        return chords[-1] if position >= self._middle else chords[0]

    # Voices ---------------------------------------------------------------------------------

    def _melody(self, bar: int, density: float) -> list[Woven]:
        tones = self._line_of(bar, density)
        return [(*tone, Voice.MELODY) for tone in tones]

    def _line_of(self, bar: int, density: float) -> list[Tone]:
        """The top line of a bar; where it has no attack, the last note is held on."""
        back = self._form.source[bar]
        levers = self._wish.levers
        fixed = None
        if back is not None and back in self._ideas:
            variation = self._form.variation[bar]
            idea = vary(self._ideas[back], variation, levers, self._rng)
            if self._plan.bars[back] == self._plan.bars[bar]:
                fixed = self._firsts.get(back)
                if fixed is not None and variation and len(idea.spans) < 4:
                    third = 2 if fixed < self._habits.line else -2
                    chord = self._chord_at(bar, 0)
                    fixed = pitch_of(chord, degree_of(chord, fixed) + third)
        else:
            idea = self._new_idea(bar, density)
        if not idea.spans:
            self._hold(Voice.MELODY)
            self._ideas[bar] = idea
            return []
        tones, bent = realise(
            idea,
            lambda position: self._chord_at(bar, position),
            self._beats,
            self._line,
            self._habits.line,
            levers.falling,
            fixed,
            bend=back is None,
        )
        self._ideas[bar] = bent
        self._firsts[bar] = tones[0][2]
        if bar == BARS - 1 and self._form.closed:
            tones[-1] = self._ended(tones[-1])
        self._line = tones[-1][2]
        return tones

    def _ended(self, tone: Tone) -> Tone:
        """The last note of a closed piece: a note of its chord, held to the end."""
        at, _, pitch = tone
        tones = self._chord_at(BARS - 1, at).tones[:3]
        near = (0, -1, 1, -2, 2, -3, 3, -4, 4)
        step = next((each for each in near if (pitch + each) % 12 in tones), 0)
        return at, self._length - at, pitch + step

    def _new_idea(self, bar: int, density: float) -> Idea:
        levers = self._wish.levers
        attacks = density * self._quarters
        ending = bar == BARS - 1 and self._form.closed
        if ending:
            attacks = max(min(attacks, 0.5 * attacks + 0.5), 1.0)
        elif bar in (0, 4):
            attacks = max(attacks, 1.0)
        irregular = 0.0 if ending else levers.irregular
        spans = divide(self._wish.metre, attacks, irregular, self._rng)
        last = spans[-1][1] if spans else 0
        if last >= 6 and not ending and (bar == 3 or self._rng.random() < 0.25):
            # A line breathes, at least before the second phrase.
            spans[-1] = (spans[-1][0], last // 2 if last >= 12 else last * 2 // 3)
        elif len(spans) > 2 and self._rng.random() < 0.3 * levers.irregular:
            del spans[0 if self._rng.random() < 0.5 else self._rng.randrange(len(spans))]
        rising = (0.6, 0.5, 0.0, -0.6)[bar % 4]
        return invent(spans, levers, rising, self._rng)

    def _hold(self, voice: Voice | None = None) -> None:
        """Let the last notes (of a voice) sound through one more bar."""
        last = max((at for at, _, _, each in self._woven if voice in (None, each)), default=None)
        if last is None:
            return
        for index, (at, size, pitch, each) in enumerate(self._woven):
            if at == last and voice in (None, each):
                longer = min(size + self._length, _LONGEST)
                self._woven[index] = (at, longer, pitch, each)

    def _drone(
        self, bar: int, stacks: list[tuple[int, Sonority, tuple[int, ...], int]]
    ) -> list[Woven]:
        """Everything is struck once and held; now and then over two bars."""
        attacks = self._wish.density * self._quarters
        same = bar % 2 == 1 and bar != BARS - 1 and self._plan.bars[bar] == self._plan.bars[bar - 1]
        if same and self._rng.random() > attacks:
            self._hold()
            return []
        _, sonority, chord, low = stacks[0]
        length = self._length
        degree = degree_of(sonority, self._line) + self._step(bar)
        top = pitch_of(sonority, degree)
        if top % 12 not in sonority.tones and bar % 2 == 0:
            top = pitch_of(sonority, degree - 1)
        if abs(top - self._habits.line) > 9:
            top = pitch_of(sonority, degree_of(sonority, round(self._habits.line)))
        self._line = top
        inner = [(0, length, pitch, Voice.INNER) for pitch in chord[:-1] if pitch < top]
        return [(0, length, top, Voice.MELODY), *inner, (0, length, low, Voice.BASS)]

    def _step(self, bar: int) -> int:
        """The step of a slow top line into this bar; the same again where the bar returns."""
        back = self._form.source[bar]
        if back is not None and back in self._ideas:
            idea = self._ideas[back]
        else:
            idea = invent([(0, 1), (1, 1)], self._wish.levers, 0.0, self._rng)
        self._ideas[bar] = idea
        return idea.moves[-1]

    def _chorale(
        self, bar: int, stacks: list[tuple[int, Sonority, tuple[int, ...], int]]
    ) -> list[Woven]:
        """Every note of the melody carries its chord."""
        density = min(self._wish.density, 1.5)
        tones = self._line_of(bar, density)
        if not tones:
            self._hold()
        notes: list[Woven] = []
        for at, size, pitch in tones:
            _, _, chord, low = _under(stacks, at)
            notes.append((at, size, pitch, Voice.MELODY))
            inner = [each for each in chord if low < each < pitch]
            notes += [(at, size, each, Voice.INNER) for each in inner]
            notes.append((at, size, low, Voice.BASS))
        return notes

    def _figure(self, bar: int, texture: Texture) -> Figure:
        """The accompaniment of a bar: its own where nothing returns, else that of its model."""
        back = self._form.source[bar]
        metre, irregular = self._wish.metre, self._wish.levers.irregular
        if back is not None and (back, texture) in self._figures:
            figure = self._figures[back, texture]
            self._figures[bar, texture] = figure
            if self._form.variation[bar] and texture is not Texture.MELODY_ACCOMPANIMENT:
                return figures.vary_figure(figure, self._rng)
        elif texture is Texture.MELODY_ACCOMPANIMENT and (0, texture) in self._figures:
            figure = self._figures[0, texture]
        else:
            attacks = self._wish.density * self._quarters
            match texture:
                case Texture.OSTINATO:
                    figure = figures.ostinato(metre, max(attacks, 3.0), irregular, self._rng)
                case Texture.BROKEN_CHORDS:
                    busy = max(attacks, 1.6 * self._quarters)
                    figure = figures.arpeggio(metre, busy, irregular, self._rng)
                case _:
                    played = self._habits.played * self._quarters
                    kind = self._habits.kind
                    figure = figures.accompany(kind, metre, played, 0.6 * irregular, self._rng)
        self._figures[bar, texture] = figure
        return figure

    def _come_to_rest(self, figure: Figure) -> Figure:
        """The figure until the middle of the bar, and a held chord."""
        rest = self._length - self._middle
        if rest <= 0:
            return figure
        moving = tuple(each for each in figure if each[0] < self._middle)
        return (*moving, (self._middle, rest, BASS), (self._middle, rest, CHORD))

    def _play(
        self, figure: Figure, stacks: list[tuple[int, Sonority, tuple[int, ...], int]]
    ) -> list[Woven]:
        """A figure over the chords of a bar."""
        notes: list[Woven] = []
        changes = [at for at, *_ in stacks[1:]]
        for start, length, what in figure:
            at, sonority, chord, low = _under(stacks, start)
            end = next((each for each in changes if each > start), self._length)
            size = max(int(length * self._habits.short), 1)
            if what >= 0 and self._habits.held:
                size = end - start
            size = min(size, end - start)
            notes += self._stroke(what, sonority, chord, low, start, size)
        # A chord that comes after a held stroke is struck anew.
        for at, sonority, chord, low in stacks[1:]:
            if not any(start == at for start, _, _ in figure):
                rest = self._length - at
                notes += self._stroke(CHORD, sonority, chord, low, at, rest)
        return notes

    def _stroke(
        self, what: int, sonority: Sonority, chord: tuple[int, ...], low: int, at: int, size: int
    ) -> list[Woven]:
        match what:
            case int() if what == CHORD:
                return [(at, size, pitch, Voice.ACCOMPANIMENT) for pitch in chord]
            case int() if what == UPPER:
                return [(at, size, pitch, Voice.ACCOMPANIMENT) for pitch in chord[1:]]
            case int() if what == BASS:
                return [(at, size, low, Voice.BASS)]
            case int() if what == FIFTH:
                fifth = low + (sonority.tones[2] - low) % 12
                fifth -= 12 if fifth > min(self._habits.bass + 8.0, chord[0]) else 0
                return [(at, size, fifth, Voice.BASS)]
            case int() if what == BASS_STEP:
                step = pitch_of(sonority, degree_of(sonority, low) + 1)
                return [(at, size, step, Voice.BASS)]
            case _:
                octave, index = divmod(what, len(chord))
                return [(at, size, chord[index] + 12 * octave, Voice.ACCOMPANIMENT)]


def _under(
    stacks: list[tuple[int, Sonority, tuple[int, ...], int]], position: int
) -> tuple[int, Sonority, tuple[int, ...], int]:
    return stacks[-1] if position >= stacks[-1][0] else stacks[0]


def _cut(notes: list[Woven], end: int, length: int) -> list[Woven]:
    """The notes that begin before a position, none sounding beyond it."""
    assert end <= length
    return [(at, min(size, end - at), pitch, voice) for at, size, pitch, voice in notes if at < end]
