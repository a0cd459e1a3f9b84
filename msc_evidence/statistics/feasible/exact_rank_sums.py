"""Data sets with an exact rank-sum p as printed: null distributions of all patterns of ties, from halves of the scale.

Below a place of the scale a pattern's scores depend on what lies below it, above it on what lies above. So the null
distribution of a pattern is that of a lower half joined with that of an upper one, and one product of matrices has the
tails of all pairs of halves at once.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from msc_evidence.statistics.distributions import z_from_p
from msc_evidence.statistics.feasible.arm_distributions import Array, compositions, number_of_compositions
from msc_evidence.statistics.feasible.question import Printed
from msc_evidence.statistics.feasible.rank_sum_sets import Sets, joined_splits

#: Exact tests by whether p doubles the smaller tail, or counts every D as far from 0.
EXACT = {"rank-sum exact": False, "rank-sum exact doubled": True}
#: Two p-values this close, relatively, are one.
TIE = 1e-9
#: Whole numbers below this are exact in single precision, whose products take half the time.
EXACT_IN_SINGLE = 2**24
#: Data sets that are handed on together.
TOGETHER = 100_000
#: Values of D that are looked at together.
WIDTH = 16

Floats = NDArray[np.floating]
Allowed = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Half:
    """Patterns of one half, from the end of the scale inwards, and for each number drawn the ways to each sum.

    The sum is that of 2·(participants nearer the end) + t over those drawn.
    """

    patterns: Array
    ways: tuple[Floats, ...]

    def summed(self) -> tuple[tuple[Floats, ...], tuple[Floats, ...]]:
        """For each number drawn the ways to a sum up to each, and the ways to a sum from each on."""
        return (
            tuple(np.cumsum(ways, axis=1) for ways in self.ways),
            tuple(np.cumsum(ways[:, ::-1], axis=1)[:, ::-1] for ways in self.ways),
        )


@dataclass(frozen=True, slots=True)
class _Tails:
    """The null distributions of every pair of a lower and an upper half; D is that of the smaller arm."""

    lower: _Half
    upper: _Half
    #: Of the upper half: up to each sum, and from each on.
    summed: tuple[tuple[Floats, ...], tuple[Floats, ...]]
    drawn: int
    total: int

    def at_least(self, first: int, last: int, sign: int) -> Floats:
        """P(sign·D ≥ d) for each pair of halves and each d from `first` to `last`: lower × upper × d."""
        return (
            self._tail(first, last, upwards=True)
            if sign > 0
            else self._tail(-last, -first, upwards=False)[..., ::-1]
        )

    def at_most(self, first: int, last: int, sign: int) -> Floats:
        """P(sign·D ≤ d), likewise."""
        return (
            self._tail(first, last, upwards=False)
            if sign > 0
            else self._tail(-last, -first, upwards=True)[..., ::-1]
        )

    def _tail(self, first: int, last: int, *, upwards: bool) -> Floats:
        parts = np.zeros((len(self.lower.patterns), len(self.upper.patterns), last - first + 1))
        for k, below in enumerate(self.lower.ways):
            # D = v − u + N(drawn − 2k): the sums u of the upper half that leave D far enough.
            tails = self.summed[0 if upwards else 1][self.drawn - k]
            if not below.size or not tails.size:
                continue
            shift = self.total * (self.drawn - 2 * k)
            parts += _joined(below, tails, shift - last, shift - first, upwards=upwards)
        return parts / math.comb(self.total, self.drawn)


def _joined(below: Floats, tails: Floats, least: int, most: int, *, upwards: bool) -> Floats:
    """Σ ways(v)·tail(v + shift) over the sums v of the lower half, for all pairs of halves, by falling shift."""
    sums, last = np.flatnonzero(below.any(axis=0)), tails.shape[1] - 1
    at = np.arange(most, least - 1, -1)[:, None] + sums
    # No u is below 0 or above the last: there a tail is empty on one side, and whole on the other.
    held = tails[:, np.clip(at, 0, last)] * (at >= 0 if upwards else at <= last)
    joined = below[:, sums] @ held.reshape(-1, len(sums)).T
    return np.asarray(joined.reshape(len(below), len(tails), most - least + 1))


def exact_work(printed: Printed, occupied: int) -> int:
    """Products that the tails of all patterns of so many categories take for one D, about."""
    drawn = min(printed.n1, printed.n2)
    sums = drawn * (drawn + 1) // 2 * printed.total
    return number_of_compositions(printed.total, occupied, positive=True) * sums


def exact_sets(printed: Printed, test: str, occupied: int) -> Iterator[Sets]:
    """Every data set of so many occupied categories whose exact p, over all allocations of the ties, is as printed.

    Null distribution: Streitberg & Röhmel 1986, for all patterns of ties at once. Raises KeyError for another test.

    >>> from msc_evidence.statistics.interval import Interval
    >>> [sets] = exact_sets(Printed(3, 3, 7, Interval(0.0995, 0.1005), 1), "rank-sum exact", 2)
    >>> sets[0].tolist(), sets[1].tolist()
    ([[0, 3]], [[3, 0]])
    """
    found: list[Sets] = []
    for sets in _found_sets(printed, test, occupied):
        found.append(sets)
        if sum(len(first) for first, _ in found) > TOGETHER:
            yield _together(found)
            found = []
    if found:
        yield _together(found)


def _together(found: list[Sets]) -> Sets:
    return np.concatenate([first for first, _ in found]), np.concatenate([second for _, second in found])


def _found_sets(printed: Printed, test: str, occupied: int) -> Iterator[Sets]:
    drawn = compositions(min(printed.n1, printed.n2), occupied)
    for tails in _halved_patterns(printed, occupied):
        low, up = tails.lower.patterns, tails.upper.patterns[:, ::-1]
        patterns = np.column_stack((np.repeat(low, len(up), axis=0), np.tile(up, (len(low), 1))))
        for direction in (printed.direction,) if printed.direction else (1, -1):
            first, allowed = _allowed(printed, tails, direction, doubled=EXACT[test])
            if direction < 0 and printed.direction == 0 and first == 0:  # D = 0 is found once
                first, allowed = 1, allowed[:, 1:]
            yield from joined_splits(printed, patterns, drawn, direction, first, allowed)


def _halved_patterns(printed: Printed, occupied: int) -> Iterator[_Tails]:
    drawn, total, half = min(printed.n1, printed.n2), printed.total, occupied // 2
    for held in range(half, total - (occupied - half) + 1) if half else [0]:
        lower = _half(held, half, drawn, total)
        upper = _half(total - held, occupied - half, drawn, total)
        yield _Tails(lower, upper, upper.summed(), drawn, total)


def _half(held: int, categories: int, drawn: int, total: int) -> _Half:
    patterns = compositions(held, categories, positive=True) if categories else np.zeros((1, 0), np.int64)
    scores = 2 * np.cumsum(patterns, axis=1) - patterns
    kind = np.float32 if math.comb(total, drawn) < EXACT_IN_SINGLE else np.float64
    choose = np.array([[math.comb(t, a) for a in range(drawn + 1)] for t in range(held + 1)], np.float64)
    ways = []
    for k in range(drawn + 1):
        if k > held:
            ways.append(np.zeros((len(patterns), 0), kind))
            continue
        splits = compositions(k, categories) if categories else np.zeros((1, 0), np.int64)
        number = np.ones((len(patterns), len(splits)))
        for place in range(categories):
            number *= choose[patterns[:, place, None], splits[None, :, place]]
        sums, width = scores @ splits.T, 2 * k * held + 1
        flat = (np.arange(len(patterns))[:, None] * width + sums).ravel()
        counts = np.bincount(flat, number.ravel(), len(patterns) * width)
        ways.append(counts.reshape(len(patterns), width).astype(kind))
    return _Half(patterns, tuple(ways))


def _allowed(printed: Printed, tails: _Tails, direction: int, *, doubled: bool) -> tuple[int, Allowed]:
    """At which D of the favoured arm each pattern has the p: the first D looked at, and a column for each from it on.

    p falls with |D|, so that nothing before the first has it and all beyond the last column are as that one. Doubled,
    it falls from where the tail that D lies in is the smaller one.
    """
    least, most = (0 if printed.direction == 0 else 1), printed.n1 * printed.n2
    sign = direction if printed.n1 <= printed.n2 else -direction
    low, high = printed.p.lo * (1 - TIE), printed.p.hi * (1 + TIE)
    first, last = _first_guess(printed, tails, least, most)
    if doubled and (2 * tails.at_most(least, least, sign) <= high).any():
        first = least
    blocks = [_p_values(tails, first, last, sign, doubled=doubled)]
    while first > least and not _all_above(tails, first, sign, high, doubled=doubled):
        before, first = first, max(least, first - WIDTH)
        blocks.insert(0, _p_values(tails, first, before - 1, sign, doubled=doubled))
    while last < most and not _all_past(blocks[-1][..., -1], low, high):
        after, last = last + 1, min(most, last + WIDTH)
        blocks.append(_p_values(tails, after, last, sign, doubled=doubled))
    p = np.concatenate(blocks, axis=2)
    return first, ((p >= low) & (p <= high)).reshape(-1, p.shape[2])


def _first_guess(printed: Printed, tails: _Tails, least: int, most: int) -> tuple[int, int]:
    """Where the normal approximation has the p, at the patterns with the most and with the fewest ties."""
    n1, n2, total = printed.n1, printed.n2, printed.total
    cubes = [(half.patterns**3).sum(axis=1) for half in (tails.lower, tails.upper)]
    untied = [total**3 - sum(int(pick(each)) for each in cubes) for pick in (np.max, np.min)]
    units = [math.sqrt(n1 * n2 * q / (3 * total * (total - 1))) for q in untied]
    first = math.floor(z_from_p(min(1.0, printed.p.hi)) * units[0])
    greatest = z_from_p(printed.p.lo)
    last = most if math.isinf(greatest) else math.ceil(greatest * units[1])
    first = min(max(least, first), most)
    return first, max(first, min(last, most, first + 2 * WIDTH))


def _p_values(tails: _Tails, first: int, last: int, sign: int, *, doubled: bool) -> Floats:
    """Two-sided p of each D of the favoured arm: as far from 0 or farther, or twice the smaller tail."""
    beyond = tails.at_least(first, last, sign)
    if doubled:
        return np.asarray(np.minimum(1.0, 2 * np.minimum(beyond, tails.at_most(first, last, sign))))
    return np.asarray(np.minimum(1.0, beyond + tails.at_least(first, last, -sign)))


def _all_above(tails: _Tails, first: int, sign: int, high: float, *, doubled: bool) -> bool:
    """Whether p is above its greatest value in all patterns from here inwards."""
    p = (
        2 * tails.at_least(first, first, sign)
        if doubled
        else _p_values(tails, first, first, sign, doubled=False)
    )
    return bool((p > high).all())


def _all_past(p: Floats, low: float, high: float) -> bool:
    """Whether p is below its least value in all patterns, from here outwards; without one, within from here on."""
    return bool((p < low).all() or (low <= 0 and (p <= high).all()))
