"""What a comparison of the old and the new model comes to, in numbers and in words.

It reads a `Judged` event; who made it, and how, it does not know. Knows no network, so that a
window can show a verdict.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.profile import DIMENSIONS
from engine.training.events import Judged

# Ten to twenty clips a slider leave the difference of two means uncertain by about this much.
CONTROL_MARGIN = 0.15
LOSS_MARGIN = 0.05


@dataclass(frozen=True, slots=True)
class Comparison:
    """One line of a verdict: a number of the old model beside that of the new one.

    Args:
        better: 1 where the new one is clearly better, -1 where it is clearly worse, else 0.
        signed: the numbers may lie below 0 and are shown with their sign.
    """

    name: str
    old: float | None
    new: float | None
    better: int
    signed: bool = False

    def words(self, value: float | None) -> str:
        """A number of this line as people read it."""
        if value is None:
            return "-"
        return f"{value:+.2f}" if self.signed else f"{value:.2f}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """A judgement that can be shown."""

    judged: Judged

    @property
    def control(self) -> Comparison:
        """Mean over the four dimensions of how well the music obeys."""
        judged = self.judged
        return _higher("Obeys the sliders", _mean(judged.old_control), _mean(judged.new_control))

    @property
    def dimensions(self) -> tuple[Comparison, ...]:
        """How well each slider is obeyed."""
        judged = self.judged
        return tuple(
            _higher(each.name, judged.old_control[each.name], judged.new_control[each.name])
            for each in DIMENSIONS
            if each.name in judged.old_control and each.name in judged.new_control
        )

    @property
    def loss(self) -> Comparison:
        """Nats a note on the held-out pieces of the data."""
        judged = self.judged
        return _lower("Held-out loss", judged.old_loss, judged.new_loss, LOSS_MARGIN)

    @property
    def distance(self) -> Comparison:
        """How far from the data the music lies that is composed with all sliders at rest."""
        judged = self.judged
        return _lower("Distance from your files", judged.old_distance, judged.new_distance, 0.0)

    @property
    def keep_old(self) -> bool:
        """The new model is worse: it obeys less, or guesses held-out music less well."""
        return self.control.better < 0 or self.loss.better < 0

    @property
    def headline(self) -> str:
        """What to do."""
        judged = self.judged
        if self.keep_old:
            return f"Keep the old one: {judged.old}"
        return f"Use the new one: {judged.new}"

    @property
    def reason(self) -> str:
        """Why, in a sentence."""
        worse = [
            words
            for line, words in (
                (self.control, "obeys the sliders less"),
                (self.loss, "knows your held-out music less well"),
            )
            if line.better < 0
        ]
        if worse:
            return f"The new one {' and '.join(worse)}."
        gains = [
            words
            for line, words in (
                (self.control, "obeys the sliders better"),
                (self.loss, "knows your held-out music better"),
                (self.distance, "writes nearer to your files"),
            )
            if line.better > 0
        ]
        obeys = [] if self.control.better > 0 else ["obeys the sliders as well as the old one"]
        return f"The new one {_listed([*obeys, *gains])}."

    def lines(self) -> tuple[str, ...]:
        """The verdict as text, old beside new."""
        rows = [self.control, *self.dimensions, self.loss, self.distance]
        judged = self.judged
        return (
            f"Old model {judged.old}, new model {judged.new} (step {judged.checkpoint}), "
            f"{judged.clips} clips each:",
            *(f"  {row.name:<26}{row.words(row.old):>8}{row.words(row.new):>8}" for row in rows),
            f"{self.headline}. {self.reason}",
        )


def _mean(control: dict[str, float]) -> float | None:
    values = [value for value in control.values() if value is not None]
    return sum(values) / len(values) if values else None


def _higher(name: str, old: float | None, new: float | None) -> Comparison:
    return Comparison(name, old, new, _sign(old, new, CONTROL_MARGIN), signed=True)


def _lower(name: str, old: float | None, new: float | None, margin: float) -> Comparison:
    return Comparison(name, old, new, -_sign(old, new, margin))


def _sign(old: float | None, new: float | None, margin: float) -> int:
    if old is None or new is None or abs(new - old) <= margin:
        return 0
    return 1 if new > old else -1


def _listed(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
