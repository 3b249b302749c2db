"""Chords over the eight bars: functions, cadences, how dark, and the way to other keys.

Trauma chooses among the chords of a function, estrangement the local key of every two bars.
Below zero, estrangement puts the tonic into the bass (`Plan.pedal`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from random import Random

from engine.data.synthetic.chords import PALETTE, Sonority, sonority
from engine.data.synthetic.form import Form
from engine.data.synthetic.wish import BARS, Wish
from engine.score import Mode

_FIRST = ("TSTD", "TTSD", "TSDD", "TDTD", "TSTS", "TTTD")
_SECOND = ("TSDT", "SSDT", "TDST", "STDT")
_SHARPNESS = 16.0
_ENDS = ("maj", "min", "maj7", "min7")


@dataclass(frozen=True, slots=True)
class Plan:
    """The harmony of a pair.

    Args:
        bars: one or two chords for each bar, dividing it at its middle beat.
        pedal: the home tonic stays in the bass.
    """

    bars: tuple[tuple[Sonority, ...], ...]
    pedal: bool


def plan_harmony(wish: Wish, form: Form, rng: Random) -> Plan:
    """Choose the chords of all bars."""
    keys = _local_keys(wish, rng)
    functions = _functions(form, rng)
    two = 0.35 if wish.metre.ticks >= 1440 and wish.tempo < 130 else 0.08
    slow = rng.random() < 0.2
    faithful = 0.65 + 0.3 * max(wish.profile.rsi.real, 0.0)
    bars: list[tuple[Sonority, ...]] = []
    last: Sonority | None = None
    for bar in range(BARS):
        back = form.source[bar]
        same_key = back is not None and keys[back] == keys[bar]
        if back is not None and same_key and bar != BARS - 1 and rng.random() < faithful:
            chosen = bars[back]
        elif slow and bar % 2 and bar not in (3, 7) and keys[bar] == keys[bar - 1]:
            chosen = bars[bar - 1][-1:]
        else:
            final = bar == BARS - 1 and form.closed
            first = _choose(functions[bar], keys[bar], wish, last, final, rng)
            chosen = (first,)
            if rng.random() < two and not final:
                follow = {"T": "S", "S": "D", "D": "D"}[functions[bar]]
                chosen = (first, _choose(follow, keys[bar], wish, first, False, rng))
        bars.append(chosen)
        last = chosen[-1]
    _prepare_keys(bars, keys, form, rng)
    return Plan(tuple(bars), rng.random() < -1.2 * wish.profile.rsi.imag)


def _functions(form: Form, rng: Random) -> str:
    second = rng.choice(_SECOND)
    if not form.closed:
        second = second[:3] + rng.choice("SD")
    return rng.choice(_FIRST) + second


def _local_keys(wish: Wish, rng: Random) -> list[tuple[int, Mode]]:
    """Tonic and mode of each bar; keys change every two bars and lie as far as is wished."""
    tonic, mode = wish.key.tonic, wish.key.mode or "major"
    far = wish.profile.rsi.imag
    keys: list[tuple[int, Mode]] = []
    if far <= 0.05:
        return [(tonic, mode)] * BARS
    # The window before and after is heard as well: a short stay away is no distance.
    share = min(1.0, 0.35 + 0.9 * far)
    side = rng.choice((-1, 1))
    at_home = 0 if far > 0.75 else 2
    for bar in range(0, BARS, 2):
        if bar < at_home or rng.random() > share:
            steps = 0
        else:
            steps = side * min(max(round(6.0 * far + rng.gauss(0.0, 0.7)), 1), 6)
            if rng.random() < 0.25:
                side = -side
        keys += [((tonic + 7 * steps) % 12, mode)] * 2
    return keys


def _choose(
    function: str,
    key: tuple[int, Mode],
    wish: Wish,
    last: Sonority | None,
    final: bool,
    rng: Random,
) -> Sonority:
    tonic, mode = key
    dark = wish.levers.dark
    options = PALETTE[mode][function]
    if final:
        # A piece ends on what can end: its tonic or that of the relative key.
        relative = 9 if mode == "major" else 3
        options = tuple(each for each in options if each[0] in (0, relative) and each[1] in _ENDS)
    weights = []
    for degree, _, darkness in options:
        weight = math.exp(-_SHARPNESS * (darkness - dark) ** 2) + 0.003
        if last is not None and (tonic + degree) % 12 == last.root:
            weight *= 0.2
        if final and degree == 0:
            weight *= 2.0
        weights.append(weight)
    degree, quality, _ = rng.choices(options, weights)[0]
    return sonority(tonic, mode, degree, quality)


def _prepare_keys(
    bars: list[tuple[Sonority, ...]], keys: list[tuple[int, Mode]], form: Form, rng: Random
) -> None:
    """Lead into a new key by its dominant in the second half of the bar before, now and then."""
    for bar in range(1, BARS):
        new = keys[bar]
        if new != keys[bar - 1] and rng.random() < 0.5 and form.source[bar - 1] is None:
            lead = sonority(new[0], new[1], 7, rng.choice(("maj", "7")))
            bars[bar - 1] = (bars[bar - 1][0], lead)
