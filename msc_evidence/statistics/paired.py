"""Paired comparisons from summary data: the paired t test and the SD of a change."""

from __future__ import annotations

import math

from msc_evidence.statistics.distributions import p_from_t
from msc_evidence.statistics.two_arms.means import TTest


def paired_t(mean_difference: float, sd_difference: float, n: int) -> TTest:
    """Paired t test from the mean and SD of the differences: t = d̄√n/s on n − 1 degrees of freedom (Student 1908).

    Raises ValueError for n below 2 or a negative SD.

    >>> test = paired_t(-1.58, 1.229995, 10)
    >>> round(test.t, 4), round(test.p, 6)
    (-4.0621, 0.002833)
    """
    if n < 2 or sd_difference < 0:
        raise ValueError("a paired t test needs two participants and no negative standard deviation")
    if sd_difference == 0:
        return (
            TTest(math.copysign(math.inf, mean_difference), n - 1, 0.0)
            if mean_difference
            else TTest(0.0, n - 1, 1.0)
        )
    t = mean_difference * math.sqrt(n) / sd_difference
    return TTest(t, n - 1, p_from_t(t, n - 1))


def sd_of_change(sd_before: float, sd_after: float, correlation: float) -> float:
    """SD of the change between two measurements: √(s₁² + s₂² − 2r·s₁s₂) (Cochrane Handbook 6.5.2.8).

    Raises ValueError for a negative SD or a correlation outside [−1, 1].

    >>> round(sd_of_change(6.4, 7.1, 0.78), 2)
    4.53
    """
    if min(sd_before, sd_after) < 0 or not -1 <= correlation <= 1:
        raise ValueError("SDs of 0 or more and a correlation from -1 to 1 are needed")
    square = sd_before**2 + sd_after**2 - 2 * correlation * sd_before * sd_after
    return math.sqrt(max(0.0, square))


def correlation_of_change(sd_before: float, sd_after: float, sd_change: float) -> float:
    """The correlation of two measurements that gives their change this SD: (s₁² + s₂² − s_d²)/(2s₁s₂).

    Cochrane Handbook 6.5.2.8. Raises ValueError for an SD not above 0, or where no correlation gives that SD.

    >>> round(correlation_of_change(6.4, 7.1, 4.5), 2), round(correlation_of_change(7.0, 6.9, 4.2), 2)
    (0.78, 0.82)
    """
    if min(sd_before, sd_after) <= 0 or sd_change < 0:
        raise ValueError("a correlation needs SDs above 0")
    correlation = (sd_before**2 + sd_after**2 - sd_change**2) / (2 * sd_before * sd_after)
    if not -1 <= correlation <= 1:
        raise ValueError(
            f"no correlation gives SDs of {sd_before:g} and {sd_after:g} a change with SD {sd_change:g}"
        )
    return correlation
