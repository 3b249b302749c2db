"""What a fit of a new cut does, in a few words."""

from __future__ import annotations

from app.compose.timeline.places import frames_words
from app.wording import bars_text, bars_word
from engine.picture import HIT_KINDS
from engine.project.recut import RecutFit, stretches
from engine.project.recut_landing import Landing
from engine.project.recut_tempo import Nudge


def fit_title(fit: RecutFit) -> str:
    """`1 bar out`, `Bar 8 in 5/4`, `Tempo alone`, and what the tempo then does."""
    order = fit.order
    odd = [
        f"{'' if order.sources[bar - 1] else 'new '}bar {bar} in {order.metres[bar - 1]}"
        for bar in _odd(fit)
    ]
    removed, inserted = len(order.removed), len(order.inserted) - len(_odd_new(fit))
    parts = odd if fit.kind == "odd" else []
    if removed:
        gone = ", ".join(bars_word(*each) for each in stretches(order.removed))
        parts.append(f"{bars_text(removed)} out ({gone})" if removed > 1 else f"{gone} out")
    if inserted > 0:
        plain = [bar for bar in order.inserted if bar not in _odd(fit)]
        parts.append(f"{bars_text(inserted)} in ({', '.join(_spans(plain))})")
    words = ", ".join(parts) or "tempo alone"
    return words[:1].upper() + words[1:]


def nudge_text(nudge: Nudge | None) -> str:
    """`bars 5-8 3.2 % slower`, or that the tempo stays."""
    if nudge is None:
        return "tempo stays"
    way = "faster" if nudge.factor > 1 else "slower"
    bars = bars_word(int(nudge.first), max(int(nudge.last) - 1, int(nudge.first)))
    return f"{bars} {abs(nudge.percent):.1f} % {way}"


def hits_text(fit: RecutFit) -> str:
    met = len(fit.landings) - len(fit.missed)
    return f"{met} of {len(fit.landings)}" if fit.landings else "no hits"


def anew_text(fit: RecutFit) -> str:
    """The bars that are composed anew."""
    return ", ".join(_spans(list(fit.rewritten))) or "none"


def length_text(seconds: float) -> str:
    """`0:50.33`."""
    minutes, rest = divmod(round(seconds, 2), 60)
    return f"{int(minutes)}:{rest:05.2f}"


def landing_title(landing: Landing) -> str:
    hit = landing.hit
    return hit.title or HIT_KINDS[hit.kind]


def landing_state(landing: Landing) -> str:
    """Whether a hit is met, in a word or two."""
    if landing.met:
        return "met anew" if landing.anew else "met"
    return "missed"


def landing_error(landing: Landing) -> str:
    """By how much, in frames."""
    if landing.silent:
        return "its music is cut"
    if landing.outside:
        return "outside the cue"
    return frames_words(landing.error_frames)


def _spans(bars: list[int]) -> list[str]:
    return [bars_word(*each) for each in stretches(bars)]


def _odd_new(fit: RecutFit) -> list[int]:
    if fit.kind != "odd":
        return []
    order = fit.order
    return [bar for bar in order.inserted if order.metres[bar - 1] != _around(fit, bar)]


def _around(fit: RecutFit, bar: int) -> object:
    """The metre that holds before new bars, or behind them at the beginning."""
    order = fit.order
    first = next(each for each in order.inserted if each <= bar)
    index = next((i for i in range(first - 2, -1, -1) if order.sources[i]), None)
    if index is None:
        index = next(i for i in range(bar, len(order.sources)) if order.sources[i])
    return order.metres[index]


def _odd(fit: RecutFit) -> list[int]:
    return sorted({*fit.order.odd, *_odd_new(fit)})
