"""Tests of a two-by-two table: the tables that give a p."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

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
