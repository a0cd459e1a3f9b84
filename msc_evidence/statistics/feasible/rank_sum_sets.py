"""Data sets with a rank-sum p as printed: patterns of ties first, then the splits of each that the p allows."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from msc_evidence.statistics.feasible.arm_distributions import (
    Array,
    compositions,
    number_of_compositions,
)
from msc_evidence.statistics.feasible.question import Printed
from msc_evidence.statistics.feasible.rank_sum_bands import APPROXIMATIONS, SLACK, Approximation, Band

#: Splits of tie patterns that are looked at together, in numbers.
CHUNK = 500_000

#: Both arms' counts in the occupied categories, a data set a row.
Sets = tuple[Array, Array]


def approximate_sets(printed: Printed, test: str, occupied: int) -> Iterator[Sets]:
    """Every data set of so many occupied categories whose normal approximation gives the p, in the given direction.

    At a pattern of ties p allows a few whole D, mostly none, and D is linear in an arm's counts: one product of
    matrices gives all splits of many patterns.
    """
    patterns, low, high = _possible_patterns(printed, test, occupied)
    drawn = compositions(min(printed.n1, printed.n2), occupied)
    for direction in (printed.direction,) if printed.direction else (1, -1):
        for rows in _chunks(len(patterns), len(drawn)):
            differences = _differences(patterns[rows], drawn, printed, direction, low[rows])
            at, split = _within(differences, (high - low)[rows])
            if direction < 0 and printed.direction == 0:  # D = 0 is found once
                other = np.rint(differences[at, split]) + low[rows][at] != 0
                at, split = at[other], split[other]
            yield _pairs(patterns[rows][at], drawn[split], printed)


def work_to_do(printed: Printed, test: str, occupied: int) -> int:
    """Splits of the patterns that p allows any D at."""
    smaller = min(printed.n1, printed.n2)
    return len(_possible_patterns(printed, test, occupied)[0]) * number_of_compositions(smaller, occupied)


@lru_cache(maxsize=1)  # how much work they are is asked before they are looked at
def _possible_patterns(printed: Printed, test: str, occupied: int) -> tuple[Array, Array, Array]:
    """Patterns of ties at which p allows a whole |D|, with the least and the greatest."""
    patterns = compositions(printed.total, occupied, positive=True)
    low, high = _bands(Band(test, printed.n1, printed.n2, printed.p), APPROXIMATIONS[test], patterns)
    low = np.maximum(low, 0 if printed.direction == 0 else 1)
    possible = low <= high
    return patterns[possible], low[possible], high[possible]


def _within(differences: NDArray[np.float32], width: Array) -> tuple[Array, Array]:
    """Where D less its least value lies between 0 and the width of its row."""
    if not width.any():
        inside = differences == 0
    else:
        inside = (differences >= 0) & (differences <= width[:, None].astype(np.float32))
    flat = np.flatnonzero(inside)
    return np.divmod(flat, differences.shape[1])


def joined_splits(
    printed: Printed, patterns: Array, drawn: Array, direction: int, first: int, allowed: NDArray[np.bool_]
) -> Iterator[Sets]:
    """Splits of the patterns at a D that is allowed: a column for each from `first` on, the last for all beyond."""
    some = allowed.any(axis=1)
    patterns, allowed, width = patterns[some], allowed[some], allowed.shape[1]
    low = allowed.argmax(axis=1)
    high = width - 1 - allowed[:, ::-1].argmax(axis=1)
    whole = np.where(high == width - 1, printed.n1 * printed.n2, high) - low
    for rows in _chunks(len(patterns), len(drawn)):
        differences = _differences(patterns[rows], drawn, printed, direction, (low + first)[rows])
        at, split = _within(differences, whole[rows])
        column = np.minimum(low[rows][at] + np.rint(differences[at, split]).astype(np.int64), width - 1)
        kept = allowed[rows][at, column]
        yield _pairs(patterns[rows][at[kept]], drawn[split[kept]], printed)


def _chunks(patterns: int, splits: int) -> Iterator[slice]:
    size = max(1, CHUNK // max(1, splits))
    for start in range(0, patterns, size):
        yield slice(start, start + size)


def _bands(band: Band, approximation: Approximation, patterns: Array) -> tuple[Array, Array]:
    """`Band.allowed` of many patterns."""
    total = band.n1 + band.n2
    untied = (
        total**3 - (patterns**3).sum(axis=1)
        if approximation.ties
        else np.full(len(patterns), total**3 - total)
    )
    unit = np.sqrt(band.n1 * band.n2 * untied / (3 * total * (total - approximation.less)))
    least, greatest = band.limits
    low = np.maximum(1, least * unit + approximation.correction) if least else np.zeros(len(patterns))
    high = (
        np.full(len(patterns), math.inf)
        if math.isinf(greatest)
        else greatest * unit + approximation.correction
    )
    high = np.where(untied > 0, np.minimum(high, band.n1 * band.n2), 0)
    return np.ceil(low - SLACK).astype(np.int64), np.floor(high + SLACK).astype(np.int64)


def _differences(
    patterns: Array, drawn: Array, printed: Printed, direction: int, less: Array
) -> NDArray[np.float32]:
    """D of the favoured arm less a number of each pattern, for every allocation of the smaller arm to every pattern.

    Whole numbers, exact in single precision.
    """
    below = np.cumsum(patterns, axis=1) - patterns
    scores = (2 * below + patterns - printed.total) * (direction if printed.n1 <= printed.n2 else -direction)
    left = np.column_stack((scores, np.broadcast_to(-less, (len(scores),))))
    right = np.column_stack((drawn, np.ones(len(drawn), np.int64)))
    return np.asarray(left.astype(np.float32) @ right.T.astype(np.float32), np.float32)


def _pairs(patterns: Array, smaller: Array, printed: Printed) -> Sets:
    possible = (smaller <= patterns).all(axis=1)
    smaller, larger = smaller[possible], (patterns - smaller)[possible]
    return (smaller, larger) if printed.n1 <= printed.n2 else (larger, smaller)
