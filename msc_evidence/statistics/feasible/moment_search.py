"""A data set with the means and SDs that both arms print and the rank-sum p beside them, where one is found."""

from __future__ import annotations

import math
import random
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

from msc_evidence.statistics.feasible.rank_sum_bands import Band
from msc_evidence.statistics.interval import Interval

#: Moves that are tried before nothing is said: none is a proof.
MOVES = 20_000


@dataclass(frozen=True, slots=True)
class PrintedArm:
    """An arm's size, and its mean and SD with what their rounding allows."""

    n: int
    mean: Interval
    sd: Interval


def data_set_with(
    arms: tuple[PrintedArm, PrintedArm],
    ends: tuple[float, float],
    step: float,
    p: Interval,
    direction: int,
    test: str,
) -> tuple[list[float], list[float]] | None:
    """Values on a scale with both means, both SDs and the p of an approximate rank-sum test; None where none was found.

    From normal quantiles, pairs of values are moved against each other, which keeps the mean, as long as what was
    printed comes nearer; seeded, so that the same numbers give the same answer. A data set found proves that all are
    possible together; that none was found proves nothing.

    >>> leg = PrintedArm(39, Interval(14.75, 14.85), Interval(23.75, 23.85))
    >>> control = PrintedArm(15, Interval(2.55, 2.65), Interval(12.95, 13.05))
    >>> found = data_set_with((leg, control), (-100, 100), 1, Interval(0.0225, 0.0235), 1, "rank-sum normal")
    >>> found is not None and round(sum(found[0]) / 39, 1)
    14.8
    """
    rng = random.Random(1)
    low, high = round(ends[0] / step), round(ends[1] / step)
    values = [_start(arm, low, high, step) for arm in arms]
    band = Band(test, arms[0].n, arms[1].n, p)
    distance = _distance(values, arms, step, band, direction)
    for at in range(MOVES):
        if distance == 0:
            first, second = ([value * step for value in arm] for arm in values)
            return first, second
        arm = rng.randrange(2)
        moved = _moved(values[arm], rng, low, high)
        if moved is None:
            continue
        tried = [moved, values[1]] if arm == 0 else [values[0], moved]
        after = _distance(tried, arms, step, band, direction)
        if after <= distance or rng.random() < math.exp((distance - after) / _warmth(at)):
            values, distance = tried, after
    return None


def _warmth(at: int) -> float:
    """How far a move may lead away, less and less (simulated annealing)."""
    return 0.01 * (1 - at / MOVES) ** 3 + 1e-6


def _start(arm: PrintedArm, low: int, high: int, step: float) -> list[int]:
    normal = NormalDist(arm.mean.middle / step, max(arm.sd.middle / step, 1e-9))
    values = [round(normal.inv_cdf((at + 0.5) / arm.n)) for at in range(arm.n)]
    return [min(high, max(low, value)) for value in values]


def _moved(values: Sequence[int], rng: random.Random, low: int, high: int) -> list[int] | None:
    """One value moved, mostly with another moved against it; None where one would leave the scale."""
    moved, by = list(values), rng.choice((1, 1, 2, 3, 5, 10)) * rng.choice((-1, 1))
    at, against = rng.randrange(len(moved)), rng.randrange(len(moved))
    moved[at] += by
    if rng.random() < 0.8:
        moved[against] -= by
    return moved if min(moved) >= low and max(moved) <= high else None


def _distance(
    values: Sequence[Sequence[int]],
    arms: tuple[PrintedArm, PrintedArm],
    step: float,
    band: Band,
    direction: int,
) -> float:
    """How far means, SDs and wins less losses lie from what was printed; 0 where all fit."""
    total = 0.0
    for arm, own in zip(arms, values, strict=True):
        mean = sum(own) / arm.n
        sd = math.sqrt(sum((value - mean) ** 2 for value in own) / max(arm.n - 1, 1))
        total += _outside(mean * step, arm.mean) / max(arm.sd.middle, step)
        total += _outside(sd * step, arm.sd) / max(arm.sd.middle, step)
    ordered = sorted(values[1])
    difference = sum(
        bisect_left(ordered, value) + bisect_right(ordered, value) - len(ordered) for value in values[0]
    )
    size = len(values[0]) + len(values[1])
    ties = Counter((*values[0], *values[1])).values()
    least, greatest = band.allowed(size**3 - sum(t**3 for t in ties))
    favoured = abs(difference) if direction == 0 else direction * difference
    if least > greatest:  # no whole number of wins has this p at these ties
        return total + 1 / (len(values[0]) * len(values[1])) + abs(favoured - least) / 100
    return total + _outside(favoured, Interval(least, greatest)) / 100


def _outside(value: float, printed: Interval) -> float:
    slack = 1e-9 * max(1.0, abs(value))
    return max(printed.lo - slack - value, value - printed.hi - slack, 0.0)
