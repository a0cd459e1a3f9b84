"""Tests of a two-by-two table: the tables that give a p, and the distributions behind a table at any cut."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import numpy as np

from msc_evidence.statistics.feasible.arm_distributions import Array
from msc_evidence.statistics.feasible.question import Printed
from msc_evidence.statistics.interval import Interval
from msc_evidence.statistics.two_arms import counts

#: Relative distance below which a computed p stands at the end of the interval that its printing allows.
SLACK = 1e-9
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
    for events1 in range(n1 + 1):
        for events2 in range(n2 + 1):
            if p.lo * (1 - SLACK) <= p_of(events1, n1, events2, n2) <= p.hi * (1 + SLACK):
                yield events1, events2


def dichotomy_sets(printed: Printed, test: str) -> tuple[Array, Array]:
    """For every table that gives the p and every cut of the scale, the data sets at which arm 1 does worst and best.

    With one arm in the worst category of either side of the cut and the other in the best, PS, the mean difference and
    the risk difference at every cut have their extremes.
    """
    first, second = [], []
    last = printed.categories - 1
    for better1, better2 in tables_giving(printed.p, printed.n1, printed.n2, test):
        excess = better1 * printed.n2 - better2 * printed.n1
        if printed.direction and printed.direction * excess <= 0:
            continue
        for cut in range(1, printed.categories):
            for one, other in (((0, cut), (cut - 1, last)), ((cut - 1, last), (0, cut))):
                first.append(_two_points(printed.categories, one, (printed.n1 - better1, better1)))
                second.append(_two_points(printed.categories, other, (printed.n2 - better2, better2)))
    shape = (-1, printed.categories)
    return np.array(first, np.int64).reshape(shape), np.array(second, np.int64).reshape(shape)


def _two_points(categories: int, places: tuple[int, int], held: tuple[int, int]) -> list[int]:
    row = [0] * categories
    for place, count in zip(places, held, strict=True):
        row[place] += count
    return row
