"""The exact temperature schedule, as a number with its summands and as a curve over a cue.

`t = base + 0.5*entropy - 0.3*trauma + (0.1 if rsi.imag > 0.5 else 0)`, clamped to [0.4, 1.5].
The step at 0.5 is a step, and 0.5 itself is below it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from engine.profile import Profile


@dataclass(frozen=True, slots=True)
class TemperatureSettings:
    """The weights of the schedule; names are those of the configuration keys."""

    base_temperature: float = 0.7
    entropy_weight: float = 0.5
    trauma_weight: float = 0.3
    rsi_imaginary_threshold: float = 0.5
    rsi_imaginary_boost: float = 0.1
    minimum: float = 0.4
    maximum: float = 1.5


@dataclass(frozen=True, slots=True)
class Temperature:
    """A temperature and the four summands it was made of.

    `value` is clamped; `unclamped` is the plain sum.
    """

    base: float
    entropy: float
    trauma: float
    rsi: float
    value: float

    @property
    def unclamped(self) -> float:
        return self.base + self.entropy + self.trauma + self.rsi


def temperature(
    profile: Profile, settings: TemperatureSettings = TemperatureSettings()
) -> Temperature:
    """The sampling temperature of a profile, with its four summands."""
    base = settings.base_temperature
    entropy = settings.entropy_weight * profile.entropy
    trauma = -settings.trauma_weight * profile.trauma
    above = profile.rsi.imag > settings.rsi_imaginary_threshold
    rsi = settings.rsi_imaginary_boost if above else 0.0
    # The sum runs in the order of the published formula, so that equal inputs give equal floats.
    total = base + settings.entropy_weight * profile.entropy
    total = total - settings.trauma_weight * profile.trauma + rsi
    return Temperature(
        base, entropy, trauma, rsi, min(max(total, settings.minimum), settings.maximum)
    )


def temperature_curve(
    profiles: Iterable[Profile], settings: TemperatureSettings = TemperatureSettings()
) -> tuple[float, ...]:
    """The temperature of each profile, for example one a bar."""
    return tuple(temperature(profile, settings).value for profile in profiles)
