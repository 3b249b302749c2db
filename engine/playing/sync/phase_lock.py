"""A line laid through the moments of a steady pulse: its phase, its period, and no jitter.

The first pulses are weighed as a straight line through all of them; later ones only nudge it,
with a bandwidth that follows a ritardando. It knows nothing of music, only seconds.
"""

from __future__ import annotations

import math

SETTLED = 8
_BANDWIDTH = 2.0
_SWIFTEST = 0.5
_GATE = 0.004
_SPREADS = 3.0
_MEMORY = 0.05
_UNEVEN = 0.04
_EVENNESS = 0.02


class PhaseLock:
    """A second-order loop with growing memory.

    Args:
        period: seconds from pulse to pulse, as far as one can guess before the second pulse.
        shortest, longest: between them a period is believed.
    """

    def __init__(self, period: float, shortest: float, longest: float) -> None:
        self._bounds = shortest, longest
        self.period = self._believed(period)
        self._even = self.period
        self.moment = -math.inf
        self.heard = -math.inf
        self.age = 0
        self._spread = 0.0
        self._strays = 0
        self._seen = 1

    @property
    def gate(self) -> float:
        """Seconds within which a pulse counts as jitter."""
        return max(_GATE, _SPREADS * self._spread)

    @property
    def settled(self) -> bool:
        return self.age >= SETTLED

    @property
    def even_period(self) -> float:
        """The period of the last seconds, calmer than `period` while the tempo holds still."""
        if not self.settled or abs(self._even - self.period) > _UNEVEN * self.period:
            return self.period
        return self._even

    def late(self, moment: float) -> float:
        """Seconds that a moment lies after the next expected pulse."""
        return moment - self.moment - self.period

    def restart(self, moment: float, period: float | None = None) -> None:
        """Begin anew with a pulse at `moment`; a period that is given counts as a measured one."""
        self.moment = self.heard = moment
        self.age = 1
        self._strays = 0
        if period is not None:
            self.period, self.age = self._believed(period), 2

    def pulse(self, moment: float, steps: int = 1) -> None:
        """Take in a pulse, `steps` periods after the last."""
        gap = (moment - self.heard) / steps
        if self.age == 0:
            self.restart(moment)
            return
        if self.age == 1:
            self.restart(moment, gap)
            return
        self.heard = moment
        expected = self.moment + steps * self.period
        error = moment - expected
        self._spread += max(_MEMORY, 1 / self._seen) * (abs(error) - self._spread)
        self._seen += 1
        if self.settled and abs(error) > self.gate:
            side = 1 if error > 0 else -1
            self._strays = self._strays + side if self._strays * side > 0 else side
            if abs(self._strays) > 1:
                self.restart(moment, gap)
                return
            error = math.copysign(self.gate, error)
        else:
            self._strays = 0
        self.age += 1
        phase_gain, period_gain = self._gains()
        self.moment = expected + phase_gain * error
        self.period = self._believed(self.period + period_gain * error / steps)
        changed = abs(self._even - self.period) > _UNEVEN * self.period
        self._even = self.period if changed else self._even + _EVENNESS * (self.period - self._even)

    def _gains(self) -> tuple[float, float]:
        """Those of the straight line through all pulses, and later no less than the steady ones."""
        swiftness = min(2 * math.pi * _BANDWIDTH * self.period, _SWIFTEST)
        pairs = self.age * (self.age + 1)
        return (
            max(2 * (2 * self.age - 1) / pairs, math.sqrt(2) * swiftness),
            max(6 / pairs, swiftness**2),
        )

    def _believed(self, period: float) -> float:
        return min(max(period, self._bounds[0]), self._bounds[1])
