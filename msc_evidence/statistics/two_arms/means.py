"""Student's and Welch's t tests from means, SDs and group sizes, with what rounding leaves open."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from msc_evidence.statistics.distributions import p_from_t
from msc_evidence.statistics.interval import Interval

_GOLDEN = (math.sqrt(5) - 1) / 2


@dataclass(frozen=True, slots=True)
class TTest:
    """A t statistic, its degrees of freedom and its two-sided p."""

    t: float
    df: float
    p: float


def student(m1: float, sd1: float, n1: int, m2: float, sd2: float, n2: int) -> TTest:
    """Student's t test: equal variances, n₁ + n₂ − 2 degrees of freedom (Student 1908).

    A single participant counts with any SD; raises ValueError where no arm has two.

    >>> test = student(15.0, 87.5**0.5, 13, 12.0, 39**0.5, 11)
    >>> round(test.t, 5), round(test.p, 5)
    (0.90514, 0.3752)
    """
    _validate(sd1, n1, sd2, n2)
    df = n1 + n2 - 2
    if df < 1:
        raise ValueError("Student's test needs two participants in an arm")
    pooled = ((n1 - 1) * sd1 * sd1 + (n2 - 1) * sd2 * sd2) / df
    return _t_test(m1 - m2, pooled * (1 / n1 + 1 / n2), df)


def welch(m1: float, sd1: float, n1: int, m2: float, sd2: float, n2: int) -> TTest:
    """Welch's t test: unequal variances, Satterthwaite's degrees of freedom (Welch 1947).

    Raises ValueError where an arm has fewer than two participants.

    >>> round(welch(10.30, 3.12, 50, 8.71, 2.80, 48).p, 7)
    0.0092325
    """
    _validate(sd1, n1, sd2, n2)
    if min(n1, n2) < 2:
        raise ValueError("Welch's test needs two participants in each arm")
    v1, v2 = sd1 * sd1 / n1, sd2 * sd2 / n2
    share = v1 / (v1 + v2) if v1 + v2 > 0 else 0.5
    df = 1 / (share * share / (n1 - 1) + (1 - share) ** 2 / (n2 - 1))
    return _t_test(m1 - m2, v1 + v2, df)


#: Every test of two means, by the name findings give it.
METHODS: Mapping[str, Callable[[float, float, int, float, float, int], TTest]] = {
    "Student": student,
    "Welch": welch,
}


def p_interval(
    method: str, mean1: Interval, sd1: Interval, n1: int, mean2: Interval, sd2: Interval, n2: int
) -> Interval:
    """Every p that means and SDs within these intervals can give under a method of `METHODS`.

    p falls as the difference grows. In each SD it first falls (Welch only: degrees of freedom are
    gained) and then rises, so the largest p is at a corner and the smallest on an edge where one SD is
    at its least. The part of an SD interval below 0 is left out.

    >>> box = [Interval.rounded(x, 1) for x in (-1.2, 0.9, -0.5, 1.1)]
    >>> p = p_interval("Student", box[0], box[1], 16, box[2], box[3], 36)
    >>> round(p.lo, 4), round(p.hi, 4)
    (0.01, 0.0739)
    """
    test, s1, s2 = METHODS[method], sd1.clipped(0, math.inf), sd2.clipped(0, math.inf)
    least, greatest = _distances(mean1, mean2)

    def p(difference: float, first: float, second: float) -> float:
        return test(difference, first, n1, 0.0, second, n2).p

    lo = min(
        _minimum(lambda first: p(greatest, first, s2.lo), s1),
        _minimum(lambda second: p(greatest, s1.lo, second), s2),
    )
    return Interval(lo, max(p(least, first, second) for first in (s1.lo, s1.hi) for second in (s2.lo, s2.hi)))


def _validate(sd1: float, n1: int, sd2: float, n2: int) -> None:
    if min(n1, n2) < 1 or min(sd1, sd2) < 0:
        raise ValueError("a t test needs participants in each arm and no negative standard deviation")


def _t_test(difference: float, variance: float, df: float) -> TTest:
    if variance == 0:  # identical values within each arm: either no difference at all or a certain one
        return TTest(math.copysign(math.inf, difference), df, 0.0) if difference else TTest(0.0, df, 1.0)
    t = difference / math.sqrt(variance)
    return TTest(t, df, p_from_t(t, df))


def _distances(mean1: Interval, mean2: Interval) -> tuple[float, float]:
    """The least and the greatest absolute difference of two means."""
    below, above = mean1.lo - mean2.hi, mean1.hi - mean2.lo
    least = 0.0 if below <= 0 <= above else min(abs(below), abs(above))
    return least, max(abs(below), abs(above))


def _minimum(function: Callable[[float], float], edge: Interval) -> float:
    """Smallest value over an edge on which the function falls, then rises (golden section, Kiefer 1953)."""
    lo, hi = edge.lo, edge.hi
    values = [function(lo), function(hi)]
    if (
        function(lo + 1e-6 * (hi - lo)) >= values[0]
    ):  # rising from the start: the usual case, and always Student's
        return min(values)
    for _ in range(40):  # 0.618⁴⁰ of the edge is below 10⁻⁸ of it, and p is flat at its minimum
        left, right = hi - _GOLDEN * (hi - lo), lo + _GOLDEN * (hi - lo)
        at_left, at_right = function(left), function(right)
        values += (at_left, at_right)
        lo, hi = (lo, right) if at_left <= at_right else (left, hi)
    return min(values)
