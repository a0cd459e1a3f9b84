"""Tests of a two-by-two table: the tables that give a p."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from itertools import accumulate, product

from msc_evidence.statistics.interval import Interval
from msc_evidence.statistics.two_arms import counts

#: Relative distance below which a computed p stands at the end of the interval that its printing allows.
SLACK = 1e-9
#: How far p by another sum may lie from it.
NEAR = 1e-7
#: Tables of two arms beyond which they are not gone through.
MOST_TABLES = 250_000

#: Every test of two categories, by the name it is asked for.
TABLE_TESTS: Mapping[str, Callable[[int, int, int, int], float]] = {
    "Fisher": counts.fisher,
    "mid-p": counts.mid_p,
    "chi2": counts.pearson,
    "Yates": counts.yates,
    "N-1": counts.n_minus_1,
}


def tables_giving(p: Interval, n1: int, n2: int, test: str) -> Iterator[tuple[int, int]]:
    """Events in either arm of every table of these sizes whose p, two-sided, is as printed.

    Raises ValueError where there are too many tables to go through.

    >>> list(tables_giving(Interval(0.2855, 0.2865), 5, 25, "Fisher"))
    [(0, 9), (5, 16)]
    >>> [list(tables_giving(Interval(0.0755, 0.0765), 5, 25, test)) for test in TABLE_TESTS]
    [[], [], [], [], []]
    """
    if (n1 + 1) * (n2 + 1) > MOST_TABLES:
        raise ValueError(f"there are too many tables of {n1} and {n2} to go through")
    p_of = TABLE_TESTS[test]
    tables = (
        _near_by_margin(p, n1, n2, test)
        if test in ("Fisher", "mid-p")
        else product(range(n1 + 1), range(n2 + 1))
    )
    for events1, events2 in tables:
        if p.lo * (1 - SLACK) <= p_of(events1, n1, events2, n2) <= p.hi * (1 + SLACK):
            yield events1, events2


def _near_by_margin(p: Interval, n1: int, n2: int, test: str) -> list[tuple[int, int]]:
    """Tables whose exact p is about as printed: those of one number of events share a null distribution."""
    near = []
    for events in range(n1 + n2 + 1):
        possible = range(max(0, events - n2), min(n1, events) + 1)
        logs = [_log_choose(n1, k) + _log_choose(n2, events - k) for k in possible]
        weights = [math.exp(log - max(logs)) for log in logs]
        ordered = sorted(weights)
        summed = [0.0, *accumulate(ordered)]
        for events1, weight in zip(possible, weights, strict=True):
            upper = summed[bisect_right(ordered, weight * counts.TIE_SLACK)]
            lower = summed[bisect_left(ordered, weight / counts.TIE_SLACK)]
            exact = (upper if test == "Fisher" else (upper + lower) / 2) / summed[-1]
            if p.lo * (1 - NEAR) - NEAR <= exact <= p.hi * (1 + NEAR) + NEAR:
                near.append((events1, events - events1))
    return sorted(near)


def _log_choose(n: int, k: int) -> float:
    return _log_factorial(n) - _log_factorial(k) - _log_factorial(n - k)


@cache
def _log_factorial(n: int) -> float:
    return math.lgamma(n + 1)
