"""Data sets with a t test's p as printed: the test sees only each arm's sum and sum of squares."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from msc_evidence.statistics.distributions import t_from_p
from msc_evidence.statistics.feasible.arm_distributions import Array, arm_list
from msc_evidence.statistics.feasible.question import Printed

T_TESTS = ("Student", "Welch")
#: Distributions of an arm that are listed one by one; of larger arms only those with few occupied categories.
WHOLE_LIST, SPARSE_LIST = 1_000_000, 30_000
#: Pairs of distributions that are put together, times categories; beyond it a few of each sum and sum of squares
#: stand for the rest.
MOST_PLACES = 2_400_000
#: Pairs of (sum, sum of squares) of the two arms that a test may look at.
MOST_CELLS = 15_000_000
#: Pairs of (sum, sum of squares) that are looked at together.
CHUNK = 1_000_000
SLACK = 1e-9

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Cells:
    """An arm's distributions sorted by their mean and variance, which many share."""

    rows: Array
    mean: Floats
    variance: Floats
    start: Array
    size: Array


def t_test_sets(printed: Printed, test: str) -> tuple[Iterator[tuple[Array, Array]], bool]:
    """Data sets whose Student's or Welch's test gives the p, in the given direction, and whether these are all.

    Raises ValueError for arms of one and for a scale without distances.
    """
    if printed.step is None:
        raise ValueError("a t test needs the step of the scale")
    if min(printed.n1, printed.n2) < 2:
        raise ValueError("a t test needs two participants in each arm")
    first, whole1 = _cells(printed, 0)
    second, whole2 = _cells(printed, 1)
    first, all1 = _thinned(first, MOST_CELLS // max(1, len(second.mean)))
    second, all2 = _thinned(second, MOST_CELLS // max(1, len(first.mean)))
    pairs = list(_allowed_pairs(printed, test, first, second))
    at1 = np.concatenate([pair[0] for pair in pairs]) if pairs else np.zeros(0, np.int64)
    at2 = np.concatenate([pair[1] for pair in pairs]) if pairs else np.zeros(0, np.int64)
    most = MOST_PLACES // printed.categories
    most1, most2 = _members(first.size[at1], second.size[at2], most)
    stride = max(1, len(at1) // most)  # there may be more pairs of cells than data sets to look at
    whole = (
        stride == 1
        and whole1
        and whole2
        and all1
        and all2
        and bool((most1 == first.size[at1]).all() and (most2 == second.size[at2]).all())
    )
    some = slice(None, None, stride)
    return _expanded(first, second, at1[some], at2[some], most1[some], most2[some]), whole


def _cells(printed: Printed, arm: int) -> tuple[_Cells, bool]:
    rows, whole = arm_list(printed, arm, WHOLE_LIST, SPARSE_LIST)
    points = np.arange(printed.categories)
    sums, squares = rows @ points, rows @ points**2
    code = sums * (int(squares.max(initial=0)) + 1) + squares
    order = np.argsort(code, kind="stable")
    rows, sums, squares, code = rows[order], sums[order], squares[order], code[order]
    _, start, size = np.unique(code, return_index=True, return_counts=True)
    n = (printed.n1, printed.n2)[arm]
    variance = (n * squares[start] - sums[start] ** 2) / (n * (n - 1))
    return _Cells(rows, sums[start] / n, variance, start, size), whole


def _thinned(cells: _Cells, most: int) -> tuple[_Cells, bool]:
    """Evenly spaced cells where there are more than can be paired."""
    if len(cells.mean) <= max(most, 1000):
        return cells, True
    keep = np.unique(np.linspace(0, len(cells.mean) - 1, max(most, 1000)).round().astype(np.int64))
    return _Cells(
        cells.rows, cells.mean[keep], cells.variance[keep], cells.start[keep], cells.size[keep]
    ), False


def _allowed_pairs(
    printed: Printed, test: str, first: _Cells, second: _Cells
) -> Iterator[tuple[Array, Array]]:
    """Pairs of the arms' cells whose t has the p and the direction."""
    size = max(1, CHUNK // max(1, len(second.mean)))
    for begin in range(0, len(first.mean), size):
        some = slice(begin, begin + size)
        difference = first.mean[some, None] - second.mean[None, :]
        spread = first.variance[some, None] / printed.n1, second.variance[None, :] / printed.n2
        allowed = (_student if test == "Student" else _welch)(printed, difference, *spread)
        if printed.direction:
            allowed &= printed.direction * difference > SLACK
        at1, at2 = np.nonzero(allowed)
        yield at1 + begin, at2


def _student(printed: Printed, difference: Floats, spread1: Floats, spread2: Floats) -> NDArray[np.bool_]:
    n1, n2, df = printed.n1, printed.n2, printed.total - 2
    pooled = ((n1 - 1) * n1 * spread1 + (n2 - 1) * n2 * spread2) / df * (1 / n1 + 1 / n2)
    # Without any spread t is infinite or nothing, and no program prints a p.
    low, high = _t_limits(printed, df, df)
    squared = difference**2
    return np.asarray(
        (pooled > SLACK**2) & (squared >= low**2 * pooled * (1 - SLACK)) & (squared <= _at_most(high, pooled))
    )


def _welch(printed: Printed, difference: Floats, spread1: Floats, spread2: Floats) -> NDArray[np.bool_]:
    from scipy.special import stdtr

    n1, n2, total = printed.n1, printed.n2, spread1 + spread2
    low, high = _t_limits(printed, printed.total - 2, min(n1, n2) - 1)
    squared = difference**2
    allowed = (total > SLACK**2) & (squared >= low**2 * total * (1 - SLACK))
    allowed &= squared <= _at_most(high, total)
    at = np.nonzero(allowed)
    one = np.broadcast_to(spread1, total.shape)[at]
    other = np.broadcast_to(spread2, total.shape)[at]
    df = (one + other) ** 2 / (one**2 / (n1 - 1) + other**2 / (n2 - 1))
    p = 2 * stdtr(df, -np.sqrt(squared[at] / (one + other)))
    allowed[at] = (p >= printed.p.lo * (1 - SLACK)) & (p <= printed.p.hi * (1 + SLACK))
    return allowed


def _at_most(t: float, spread: Floats) -> Floats | float:
    """The largest squared difference with this t, none where t has no limit."""
    return math.inf if math.isinf(t) else t**2 * spread * (1 + SLACK)


def _t_limits(printed: Printed, most_df: float, least_df: float) -> tuple[float, float]:
    """The least and the greatest |t| with a p in its interval, over the degrees of freedom that are possible."""
    least = t_from_p(min(1.0, printed.p.hi), most_df) if printed.p.hi < 1 else 0.0
    return least, t_from_p(printed.p.lo, least_df) if printed.p.lo > 0 else np.inf


def _members(size1: Array, size2: Array, sets: int) -> tuple[Array, Array]:
    """How many of each cell's distributions to put together: all, or as many as keep the number of pairs bounded."""
    most = int(max(size1.max(initial=1), size2.max(initial=1)))
    while most > 1 and (np.minimum(size1, most) * np.minimum(size2, most)).sum() > sets:
        most = min(most * 2 // 3, round(sets**0.5))
    return np.minimum(size1, most), np.minimum(size2, most)


def _expanded(
    first: _Cells, second: _Cells, at1: Array, at2: Array, most1: Array, most2: Array
) -> Iterator[tuple[Array, Array]]:
    """Every pair of distributions of the allowed cells, evenly spaced ones where not all are taken."""
    number = most1 * most2
    ends = np.cumsum(number)
    begin = 0
    while begin < len(at1):
        done = int(ends[begin - 1]) if begin else 0
        end = max(begin + 1, int(np.searchsorted(ends, done + CHUNK // 4)))
        some = slice(begin, end)
        pair = np.repeat(np.arange(len(at1))[some], number[some])
        within = np.arange(len(pair)) - np.repeat(ends[some] - number[some] - done, number[some])
        place1, place2 = np.divmod(within, most2[pair])
        row1 = first.start[at1[pair]] + place1 * first.size[at1[pair]] // most1[pair]
        row2 = second.start[at2[pair]] + place2 * second.size[at2[pair]] // most2[pair]
        yield first.rows[row1], second.rows[row2]
        begin = end
