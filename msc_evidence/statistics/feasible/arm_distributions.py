"""Every way in which participants can lie over categories, as arrays, and what else was printed of an arm."""

from __future__ import annotations

import math
from functools import lru_cache
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from msc_evidence.statistics.feasible.question import Moments, Printed
from msc_evidence.statistics.interval import Interval

Array = NDArray[np.int64]
#: Means and SDs are sums of whole numbers of steps: only floating point lies between them and what was printed.
SLACK = 1e-9


def number_of_compositions(total: int, parts: int, *, positive: bool = False) -> int:
    """How many rows `compositions` has: C(n + k − 1, k − 1), or C(n − 1, k − 1) of positive counts."""
    return math.comb(total - 1 if positive else total + parts - 1, parts - 1)


@lru_cache(maxsize=8)  # every test of one question asks for the same
def compositions(total: int, parts: int, *, positive: bool = False) -> Array:
    """Every way to place the participants in so many categories, one a row; with at least one in each if `positive`.

    >>> compositions(2, 2).tolist(), compositions(3, 2, positive=True).tolist()
    ([[0, 2], [1, 1], [2, 0]], [[1, 2], [2, 1]])
    """
    if positive:
        return compositions(total - parts, parts) + 1 if total >= parts else np.zeros((0, parts), np.int64)
    rows, left = np.zeros((1, 0), np.int64), np.array([total])
    for _ in range(parts - 1):
        # Each row so far goes on with every number that it has left.
        before = np.repeat(np.arange(len(rows)), left + 1)
        first = np.cumsum(left + 1) - (left + 1)
        held = np.arange(len(before)) - first[before]
        rows, left = np.column_stack((rows[before], held)), left[before] - held
    return np.column_stack((rows, left))


def placings(occupied: int, categories: int, limit: int) -> Array:
    """Where on a scale so many occupied categories can stand, the worst first; on a long scale, on some of its points.

    No more than `limit` rows: where there are more, of evenly spaced points with both ends, and of fewer of them.
    """
    points = categories
    while points > occupied and math.comb(points, occupied) > limit:
        points -= 1
    grid = np.unique(np.linspace(0, categories - 1, points).round().astype(np.int64))
    return grid[np.array(list(combinations(range(len(grid)), occupied)), np.int64).reshape(-1, occupied)]


def arm_list(printed: Printed, arm: int, whole: int, sparse: int) -> tuple[Array, bool]:
    """The distributions of one arm that fit its cuts, mean, SD and median, and whether they are all that there are.

    All of them where there are at most `whole`, else about `sparse` with few occupied categories.
    """
    n = (printed.n1, printed.n2)[arm]
    if number_of_compositions(n, printed.categories) <= whole:
        rows, complete = compositions(n, printed.categories), True
    else:
        rows, complete = _sparse(n, printed.categories, sparse), False
    return rows[fits_print(printed, arm, rows)], complete


def _sparse(n: int, categories: int, limit: int) -> Array:
    """Distributions of few occupied categories."""
    parts = [np.eye(categories, dtype=np.int64) * n]
    left = limit - categories
    for occupied in range(2, min(n, categories) + 1):
        counts = number_of_compositions(n, occupied, positive=True)
        if counts * math.comb(min(categories, 3 * occupied), occupied) > left:
            break
        places = placings(occupied, categories, max(1, left // counts))
        values = compositions(n, occupied, positive=True)
        parts.append(_placed(values, places, categories))
        left -= len(parts[-1])
    return np.concatenate(parts)


def _placed(values: Array, places: Array, categories: int) -> Array:
    """Every row of values at every place."""
    rows = np.zeros((len(places), len(values), categories), np.int64)
    at = np.arange(len(places))[:, None]
    for column in range(values.shape[1]):
        rows[at, np.arange(len(values))[None, :], places[:, column, None]] = values[None, :, column]
    return rows.reshape(-1, categories)


def fits_print(printed: Printed, arm: int, rows: Array) -> NDArray[np.bool_]:
    """Which distributions of an arm have the cuts, mean, SD and median that are printed of it."""
    fits = np.ones(len(rows), np.bool_)
    for cut in printed.cuts:
        events = cut.counts[arm]
        if events is not None:
            fits &= rows[:, cut.category :].sum(axis=1) == events
    moments = printed.moments[arm]
    if moments == Moments():
        return fits
    if printed.step is None:
        raise ValueError("a mean, an SD and a median need the step of the scale")
    return fits & _fits_moments(moments, rows, printed.step)


def _fits_moments(moments: Moments, rows: Array, step: float) -> NDArray[np.bool_]:
    n = rows[0].sum() if len(rows) else 1
    points = np.arange(rows.shape[1]) * step
    mean = rows @ points / n
    fits = np.ones(len(rows), np.bool_)
    if moments.mean:
        fits &= _within(mean, moments.mean)
    if moments.sd:
        spread = np.maximum(rows @ points**2 - n * mean**2, 0)
        fits &= _within(np.sqrt(spread / max(n - 1, 1)), moments.sd)
    if moments.median:
        lower = (np.cumsum(rows, axis=1) < (n + 1) // 2).sum(axis=1)
        upper = (np.cumsum(rows, axis=1) < n // 2 + 1).sum(axis=1)
        fits &= _within((points[lower] + points[upper]) / 2, moments.median)
    return fits


def _within(values: NDArray[np.float64], printed: Interval) -> NDArray[np.bool_]:
    slack = SLACK * max(1.0, abs(printed.lo), abs(printed.hi))
    return (values >= printed.lo - slack) & (values <= printed.hi + slack)
