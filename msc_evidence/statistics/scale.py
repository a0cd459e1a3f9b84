"""The scale on which the effects of a measure are analysed, and the way from the numbers people read and back."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from msc_evidence.statistics.two_arms.effects import RATIO_MEASURES

#: e to a power of this size is still a float.
LARGEST_EXPONENT = 700.0


@dataclass(frozen=True, slots=True)
class Scale:
    """How the effects of a measure are analysed; whatever the measure, no difference is 0 there."""

    #: What is analysed of them.
    name: str
    #: From the number that people read to the one analysed; raises ValueError for what the measure cannot be.
    onto: Callable[[float], float]
    #: And back, infinite beyond what a float holds.
    back: Callable[[float], float]
    #: The ends of the scale, beyond which no limit of an interval can lie.
    lowest: float = -math.inf
    highest: float = math.inf

    def within(self, value: float) -> float:
        """The value no further than the scale goes: a limit beyond its end says what the end says.

        >>> scale_of("RD").within(1.3), scale_of("MD").within(1.3)
        (1.0, 1.3)
        """
        return value if math.isnan(value) else min(max(value, self.lowest), self.highest)


def exponential(value: float) -> float:
    """e to the value, infinite beyond what a float holds."""
    return math.exp(value) if value < LARGEST_EXPONENT else math.inf


def from_log_odds(value: float) -> float:
    """The probability whose log odds these are.

    >>> from_log_odds(0.0), round(from_log_odds(1.0986), 4), from_log_odds(-2000.0)
    (0.5, 0.75, 0.0)
    """
    odds = exponential(-abs(value))
    return odds / (1 + odds) if value < 0 else 1 / (1 + odds)


def _log_odds(probability: float) -> float:
    return math.log(probability) - math.log1p(-probability)


def _of_risks(difference: float) -> float:
    if not -1 <= difference <= 1:
        raise ValueError("a difference of risks lies between -1 and 1")
    return difference


_AS_IT_IS = Scale("effect", float, float)
_LOGARITHM = Scale("log ratio", math.log, exponential)
_SCALES = {
    # The odds of superiority are the win odds.
    "PS": Scale("log win odds", _log_odds, from_log_odds),
    "RD": Scale("effect", _of_risks, float, -1.0, 1.0),
}


def scale_of(measure: str | None) -> Scale:
    """The scale of an effect measure; that of the numbers as they are for one that is not known.

    >>> [(each, scale_of(each).name, scale_of(each).back(0.0)) for each in ("OR", "PS", "MD")]
    [('OR', 'log ratio', 1.0), ('PS', 'log win odds', 0.5), ('MD', 'effect', 0.0)]
    """
    return _LOGARITHM if measure in RATIO_MEASURES else _SCALES.get(measure or "", _AS_IT_IS)
