"""Closed intervals: what a printed number can stand for, and what a recomputation can then give."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import product

#: Endpoints come from decimal halves and floating-point formulas; a shared endpoint must still meet.
RELATIVE_SLACK = 1e-9


@dataclass(frozen=True, slots=True)
class Interval:
    """All values from `lo` to `hi`, both included.

    >>> Interval(0.0105, 0.0115).meets(Interval(0.0115, 0.02))
    True
    """

    lo: float
    hi: float

    def __post_init__(self) -> None:
        if not self.lo <= self.hi:
            raise ValueError(f"interval from {self.lo} to {self.hi} is empty")

    @classmethod
    def point(cls, value: float) -> Interval:
        """The interval that holds one value."""
        return cls(value, value)

    @classmethod
    def rounded(cls, value: float, decimals: int) -> Interval:
        """Every number that a figure printed with `decimals` decimals can stand for: x ± ½·10⁻ᵈ.

        >>> Interval.rounded(0.011, 3)
        Interval(lo=0.0105, hi=0.0115)
        """
        half = 0.5 * 10.0**-decimals
        return cls(round(value - half, decimals + 2), round(value + half, decimals + 2))

    @property
    def width(self) -> float:
        """Length, hi − lo."""
        return self.hi - self.lo

    @property
    def middle(self) -> float:
        """Midpoint, (lo + hi)/2."""
        return self.lo + self.width / 2

    def __contains__(self, value: float) -> bool:
        return self.meets(Interval(value, value))

    def meets(self, other: Interval) -> bool:
        """Whether the two share a value, to within floating-point slack."""
        slack = RELATIVE_SLACK * max(abs(self.lo), abs(self.hi), abs(other.lo), abs(other.hi))
        if math.isinf(slack) or math.isnan(slack):
            slack = 0.0
        return self.lo <= other.hi + slack and other.lo <= self.hi + slack

    def below(self, value: float) -> bool:
        """Whether every member is smaller than `value`."""
        return self.hi < value

    def clipped(self, lo: float, hi: float) -> Interval:
        """The part within [lo, hi]; raises ValueError where there is none."""
        return Interval(max(self.lo, lo), min(self.hi, hi))

    def hull(self, other: Interval) -> Interval:
        """The smallest interval that holds both."""
        return Interval(min(self.lo, other.lo), max(self.hi, other.hi))


def hull(intervals: Iterable[Interval]) -> Interval:
    """The smallest interval that holds all of them; raises ValueError when there are none."""
    listed = list(intervals)
    return Interval(min(i.lo for i in listed), max(i.hi for i in listed))


def image(
    function: Callable[..., float], *box: Interval, interior: Iterable[tuple[float, ...]] = ()
) -> Interval:
    """The values a function takes over a box of intervals.

    Evaluates every corner, plus the `interior` points at which the function has an extremum that no
    corner shows (a test statistic that is 0 inside the box, say). Right for functions that are monotone
    in each argument between those points.

    >>> image(lambda a, b: a - b, Interval(1, 2), Interval(0, 1))
    Interval(lo=0, hi=2)
    """
    corners = product(*({edge.lo, edge.hi} for edge in box))
    values = [function(*point) for point in (*corners, *interior)]
    return Interval(min(values), max(values))
