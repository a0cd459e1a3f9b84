"""The distributions behind a two-by-two table at any cut of a scale."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from msc_evidence.statistics.feasible.arm_distributions import Array
from msc_evidence.statistics.feasible.dichotomies import tables_giving
from msc_evidence.statistics.feasible.question import Printed

#: Better-off participants of either arm.
Table = tuple[int, int]
#: Numbers in the data sets of all tables and cuts beyond which only the outermost tables are placed, and of those
#: beyond which none are; and in the data sets that are handed on together.
MOST_NUMBERS, CHUNK = 40_000_000, 8_000_000


def table_sets(printed: Printed, test: str) -> Iterator[tuple[Array, Array]]:
    """For every table that gives the p and every cut of the scale, the data sets at which arm 1 does worst and best.

    With one arm in the worst category of either side of the cut and the other in the best, PS, the mean difference and
    the risk difference at every cut have their extremes. All three rise with the better-off of arm 1 and fall with
    those of arm 2, so that of very many tables the outermost have them. Without distances on the scale all cuts but
    those at its ends give the same ranks. Raises ValueError where there are too many tables even so.
    """
    tables = [
        (better1, better2)
        for better1, better2 in tables_giving(printed.p, printed.n1, printed.n2, test)
        if not printed.direction or printed.direction * (better1 * printed.n2 - better2 * printed.n1) > 0
    ]
    last = printed.categories - 1
    cuts = [cut for cut in range(1, last + 1) if printed.step is not None or cut in (1, 2, last)]
    each = 4 * len(cuts) * printed.categories
    if len(tables) * each > MOST_NUMBERS:
        tables = _outermost(tables)
    if len(tables) * each > MOST_NUMBERS:
        raise ValueError(f"there are too many tables of {printed.n1} and {printed.n2} to place on this scale")
    together = max(1, CHUNK // each)
    for start in range(0, len(tables), together):
        yield _placed_tables(printed, tables[start : start + together], cuts)


def _outermost(tables: Sequence[Table]) -> list[Table]:
    """The tables that no other one passes in both arms, upwards or downwards.

    >>> _outermost([(0, 1), (0, 3), (1, 1), (1, 2), (2, 2), (2, 3)])
    [(0, 3), (1, 1), (2, 2)]
    """
    kept: set[Table] = set()
    for sign in (1, -1):
        least_other = float("inf")
        for better1, better2 in sorted(tables, key=lambda table: (-sign * table[0], sign * table[1])):
            if sign * better2 < least_other:
                kept.add((better1, better2))
                least_other = sign * better2
    return sorted(kept)


def _placed_tables(printed: Printed, tables: Sequence[Table], cuts: Sequence[int]) -> tuple[Array, Array]:
    """Four data sets of each table and cut: which ends of either side of the cut the arms stand at."""
    last = printed.categories - 1
    places = np.array(
        [pair for cut in cuts for pair in (((0, cut), (cut - 1, last)), ((cut - 1, last), (0, cut)))],
        np.int64,
    )
    better = np.array(tables, np.int64).reshape(-1, 2)
    arms = []
    for arm, n in enumerate((printed.n1, printed.n2)):
        rows = np.zeros((len(better), len(places), printed.categories), np.int64)
        at = np.arange(len(places))
        rows[:, at, places[:, arm, 0]] += (n - better[:, arm])[:, None]
        rows[:, at, places[:, arm, 1]] += better[:, arm][:, None]
        arms.append(rows.reshape(-1, printed.categories))
    return arms[0], arms[1]
