"""What a probability of superiority allows of other measures, whatever the two distributions: closed formulas."""

from __future__ import annotations

import math

from msc_evidence.statistics.interval import Interval


def risk_difference_bound(ps: Interval) -> Interval:
    """The difference of shares at or beyond any cut: PS − 1 ≤ RD ≤ PS.

    With shares 1 − α and 1 − β beyond the cut PS ≥ (1 − α)β ≥ β − α, and likewise 1 − PS. The interval has width 1 and
    holds 0: no PS fixes the sign of one cut.

    >>> risk_difference_bound(Interval(0.75, 0.75))
    Interval(lo=-0.25, hi=0.75)
    """
    return Interval(ps.lo - 1, ps.hi)


def mean_difference_bound(ps: Interval, categories: int, step: float = 1.0) -> Interval:
    """The difference of means in points: −M(1 − PS) to M(PS) on a scale of L = categories − 1 steps.

    With v = L(1 − PS), M is L·PS − 1 for v ≥ 2, L + 1 − 2√(2v) for ½ ≤ v ≤ 2, L(2PS − 1) for v ≤ ½: the largest
    of all pairs of two-point distributions, which are enough as PS and MD are linear in either.

    >>> bound = mean_difference_bound(Interval(0.704, 0.752), 7)
    >>> round(bound.lo, 2), round(bound.hi, 2)
    (-0.78, 3.55)
    """
    length = categories - 1
    return Interval(-step * _largest_mean(1 - ps.lo, length), step * _largest_mean(ps.hi, length))


def _largest_mean(ps: float, length: int) -> float:
    v = length * (1 - ps)
    if length < 2 or v <= 0.5:
        return length * (2 * ps - 1)
    return length * ps - 1 if v >= 2 else length + 1 - 2 * math.sqrt(2 * v)
