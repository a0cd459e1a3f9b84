"""A data set with the means and SDs that both arms print and the rank-sum p beside them, where one is found."""

from __future__ import annotations

import math
import random
from bisect import bisect_left, bisect_right, insort
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from statistics import NormalDist
from typing import NamedTuple

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
    printed = _Printed(arms, step, cache(Band(test, arms[0].n, arms[1].n, p).allowed), direction)
    data = _Data([_start(arm, low, high, step) for arm in arms])
    sums = data.sums()
    distance = printed.distance(sums)
    for at in range(MOVES):
        if distance == 0:
            first, second = ([value * step for value in arm] for arm in data.values)
            return first, second
        arm = rng.randrange(2)
        moves = _moves(data.values[arm], rng, low, high)
        if moves is None:
            continue
        tried = data.sums_after(sums, arm, moves)
        after = printed.distance(tried)
        if after <= distance or rng.random() < math.exp((distance - after) / _warmth(at)):
            data.move(arm, moves)
            sums, distance = tried, after
    return None


def _warmth(at: int) -> float:
    """How far a move may lead away, less and less (simulated annealing)."""
    return 0.01 * (1 - at / MOVES) ** 3 + 1e-6


def _start(arm: PrintedArm, low: int, high: int, step: float) -> list[int]:
    normal = NormalDist(arm.mean.middle / step, max(arm.sd.middle / step, 1e-9))
    values = [round(normal.inv_cdf((at + 0.5) / arm.n)) for at in range(arm.n)]
    return [min(high, max(low, value)) for value in values]


def _moves(values: Sequence[int], rng: random.Random, low: int, high: int) -> dict[int, int] | None:
    """One value moved, mostly with another moved against it, by index; None where one would leave the scale."""
    by = rng.choice((1, 1, 2, 3, 5, 10)) * rng.choice((-1, 1))
    at, against = rng.randrange(len(values)), rng.randrange(len(values))
    moves = {at: values[at] + by}
    if rng.random() < 0.8:
        moves[against] = moves.get(against, values[against]) - by
    return moves if all(low <= value <= high for value in moves.values()) else None


class _Sums(NamedTuple):
    """What the distance depends on: sum and sum of squares of both arms, wins less losses, Σt³ of the ties."""

    arms: tuple[tuple[int, int], tuple[int, int]]
    difference: int
    cubes: int


class _Data:
    """Values of both arms, and what a move changes without another look at all of them."""

    def __init__(self, values: list[list[int]]):
        self.values = values
        self._ordered = [sorted(arm) for arm in values]
        self._counts = Counter(value for arm in values for value in arm)

    def sums(self) -> _Sums:
        """What the distance depends on."""
        first, second = ((sum(arm), sum(value * value for value in arm)) for arm in self.values)
        above = sum(self._rank(1, value) - len(self.values[1]) for value in self.values[0])
        return _Sums((first, second), above, sum(count**3 for count in self._counts.values()))

    def sums_after(self, before: _Sums, arm: int, moves: Mapping[int, int]) -> _Sums:
        """The same after these moves of one arm."""
        values, (total, squares) = self.values[arm], before.arms[arm]
        difference, cubes, changed = before.difference, before.cubes, dict[int, int]()
        for at, new in moves.items():
            old = values[at]
            total, squares = total + new - old, squares + new * new - old * old
            ahead = self._rank(1 - arm, new) - self._rank(1 - arm, old)
            difference += ahead if arm == 0 else -ahead
            for value, by in ((old, -1), (new, 1)):
                count = self._counts.get(value, 0) + changed.get(value, 0)
                changed[value] = changed.get(value, 0) + by
                cubes += by * (3 * count * count + 3 * by * count + 1)
        own, other = (total, squares), before.arms[1 - arm]
        return _Sums((own, other) if arm == 0 else (other, own), difference, cubes)

    def move(self, arm: int, moves: Mapping[int, int]) -> None:
        """Makes the moves."""
        values, ordered = self.values[arm], self._ordered[arm]
        for at, new in moves.items():
            old = values[at]
            del ordered[bisect_left(ordered, old)]
            insort(ordered, new)
            self._counts[old] -= 1
            self._counts[new] += 1
            values[at] = new

    def _rank(self, arm: int, value: int) -> int:
        """How many of an arm are below a value, twice, and how many equal it."""
        ordered = self._ordered[arm]
        return bisect_left(ordered, value) + bisect_right(ordered, value)


@dataclass(frozen=True, slots=True)
class _Printed:
    """What was printed of both arms and of their difference."""

    arms: tuple[PrintedArm, PrintedArm]
    step: float
    #: The least and the greatest wins less losses that the p allows, by N³ − Σt³.
    allowed: Callable[[int], tuple[int, int]]
    direction: int

    def distance(self, sums: _Sums) -> float:
        """How far means, SDs and wins less losses lie from what was printed; 0 where all fit."""
        total, (first, second), step = 0.0, self.arms, self.step
        for arm, (own, squares) in zip(self.arms, sums.arms, strict=True):
            sd = math.sqrt((squares * arm.n - own * own) / (arm.n * max(arm.n - 1, 1)))
            scale = max(arm.sd.middle, step)
            total += _outside(own / arm.n * step, arm.mean) / scale
            total += _outside(sd * step, arm.sd) / scale
        least, greatest = self.allowed((first.n + second.n) ** 3 - sums.cubes)
        favoured = abs(sums.difference) if self.direction == 0 else self.direction * sums.difference
        if least > greatest:  # no whole number of wins has this p at these ties
            return total + 1 / (first.n * second.n) + abs(favoured - least) / 100
        return total + max(least - favoured, favoured - greatest, 0) / 100


def _outside(value: float, printed: Interval) -> float:
    slack = 1e-9 * max(1.0, abs(value))
    return max(printed.lo - slack - value, value - printed.hi - slack, 0.0)
