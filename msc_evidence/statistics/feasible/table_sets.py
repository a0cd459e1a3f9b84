"""The distributions behind a two-by-two table at any cut of a scale."""

from __future__ import annotations

import numpy as np

from msc_evidence.statistics.feasible.arm_distributions import Array
from msc_evidence.statistics.feasible.dichotomies import tables_giving
from msc_evidence.statistics.feasible.question import Printed


def table_sets(printed: Printed, test: str) -> tuple[Array, Array]:
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
