"""How far a model's music follows each slider: measured by `evaluate`, and heard by people.

Pure values and words. The numbers come from the card of the model (rows Q5) and from the answers
of the ear test; nothing here measures anything.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from engine.profile import DIMENSION_BY_NAME

WEAK = 0.2
"""A rank correlation below it is no response."""
_FLAT = 0.05


@dataclass(frozen=True, slots=True)
class Heard:
    """Answers of the ear test for one dimension: `right` of `told` pairs."""

    right: int = 0
    told: int = 0


@dataclass(frozen=True, slots=True)
class Response:
    """What is known of one slider with one model.

    Args:
        name: of the dimension.
        measured: rank correlation (Spearman) of the slider with what is heard in single clips,
            from -1 to 1; None where nobody measured.
        heard: what people answered; None where nobody did.
        reach: values between which the music changes; None where that is not known.
    """

    name: str
    measured: float | None = None
    heard: Heard | None = None
    reach: tuple[float, float] | None = None

    @classmethod
    def of(cls, name: str, metrics: Mapping[str, float], heard: Heard | None = None) -> Response:
        """What a model's card and the answers say of a dimension."""
        measured = metrics.get(f"Q5.{name}")
        if measured is not None and not -1.0 <= measured <= 1.0:
            measured = None
        asked = heard if heard is not None and heard.told else None
        return cls(name, measured, asked, _reach(name, metrics))

    @property
    def follows(self) -> bool:
        return self.measured is not None and self.measured >= WEAK

    @property
    def share(self) -> float:
        """How full a bar that shows the response is, 0 to 1."""
        return min(max(self.measured or 0.0, 0.0), 1.0)

    @property
    def warning(self) -> str:
        """A few words where the slider cannot be trusted; empty where it can."""
        if self.measured is None:
            return "not measured"
        return "" if self.follows else f"does not follow {self._title}"

    @property
    def words(self) -> str:
        """All that is known, in sentences."""
        return "\n".join([self._measured_words(), self._heard_words()])

    @property
    def _title(self) -> str:
        return DIMENSION_BY_NAME[self.name].title.lower()

    def _measured_words(self) -> str:
        if self.measured is None:
            return f"How far this model follows {self._title} has not been measured."
        number = f"rank correlation {self.measured:.2f}, all else neutral"
        if not self.follows:
            return f"Measured: this model does not follow {self._title} ({number})."
        pairs = round(10 * in_order(self.measured))
        return (
            f"Measured: of two takes with different {self._title}, about {pairs} in 10 pairs come "
            f"out in the order asked ({number})."
        )

    def _heard_words(self) -> str:
        if self.heard is None:
            return "Not yet heard by people: Help, Ear test."
        right, told = self.heard.right, self.heard.told
        return f"Heard: in {right} of {told} blind pairs the one with more {self._title} was told."


def in_order(correlation: float) -> float:
    """The share of pairs that a rank correlation puts in order: 0.5 for none, 1 for all.

    Spearman's correlation of two normal variables gives their Pearson's, that gives Kendall's tau
    (Kruskal 1958), and tau is the share in order less the share out of order.
    """
    pearson = 2.0 * math.sin(math.pi * min(max(correlation, -1.0), 1.0) / 6.0)
    return 0.5 + math.asin(min(max(pearson, -1.0), 1.0)) / math.pi


def responses(metrics: Mapping[str, float], heard: Mapping[str, Heard]) -> tuple[Response, ...]:
    """What is known of every slider, in the order of the dimensions."""
    return tuple(Response.of(name, metrics, heard.get(name)) for name in DIMENSION_BY_NAME)


def warning(found: tuple[Response, ...]) -> str:
    """One sentence about all sliders of a model that cannot be trusted; empty where all can."""
    if all(each.measured is None for each in found):
        return "This model has not been measured: nobody knows whether it follows the sliders."
    titles = [DIMENSION_BY_NAME[each.name].title.lower() for each in found if not each.follows]
    if not titles:
        return ""
    names = titles[0] if len(titles) == 1 else f"{', '.join(titles[:-1])} and {titles[-1]}"
    return f"This model does not follow {names}."


def _reach(name: str, metrics: Mapping[str, float]) -> tuple[float, float] | None:
    """Between which values the measured means still move; the card has them as `Q5.NAME.at.VALUE`.

    Beyond, the mean stays within a twentieth of the span of that at the end.
    """
    prefix, curve = f"Q5.{name}.at.", []
    dimension = DIMENSION_BY_NAME[name]
    for key, mean in metrics.items():
        try:
            value = float(key.removeprefix(prefix)) if key.startswith(prefix) else math.nan
        except ValueError:
            continue
        if dimension.minimum <= value <= dimension.maximum and math.isfinite(mean):
            curve.append((value, mean))
    curve.sort()
    if len(curve) < 3 or curve[0][1] == curve[-1][1]:
        return None
    allowed = _FLAT * abs(curve[-1][1] - curve[0][1])

    def last_flat(points: list[tuple[float, float]]) -> float:
        reached = points[0][0]
        for value, mean in points:
            if abs(mean - points[0][1]) > allowed:
                break
            reached = value
        return reached

    low, high = last_flat(curve), last_flat(curve[::-1])
    return (low, high) if low < high else None
