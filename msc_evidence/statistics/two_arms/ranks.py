"""Rank-sum tests of two ordinal distributions, exact with ties and normal, and the smallest p possible."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache, partial
from itertools import accumulate

from msc_evidence.statistics.distributions import p_from_z

#: A category: how many participants it holds in both arms, and twice its midrank less N + 1.
Category = tuple[int, int]

#: Partial sums that half the categories may have for integers to count them as fast as numpy is imported.
COUNTED_IN_INTEGERS = 30_000
#: Participants whose numbers of arrangements are quick to multiply.
SMALL_TRIAL = 1_000


def smallest_rank_sum_p(n1: int, n2: int) -> float:
    """The smallest two-sided p of an exact rank-sum test: all of one arm above all of the other, 2/C(N, n₁).

    >>> round(smallest_rank_sum_p(8, 8), 7), f"{smallest_rank_sum_p(5, 25):.3e}"
    (0.0001554, '1.403e-05')
    """
    total, smaller = n1 + n2, min(n1, n2)
    log_arrangements = math.lgamma(total + 1) - math.lgamma(smaller + 1) - math.lgamma(total - smaller + 1)
    if log_arrangements > 700:  # more arrangements than a float can count, and long to count exactly
        return 0.0
    return min(1.0, 2 / math.comb(total, smaller))


def exact_rank_sum(counts1: Sequence[int], counts2: Sequence[int]) -> float:
    """Two-sided p of the rank sum over every allocation of the observed values, ties as midranks.

    p = P(|W − E W| ≥ |w − E W|): the sums of either half of the categories are counted, then joined (Streitberg &
    Röhmel 1986), exactly in integers, of many participants on arrays to 1e-13 of p. `counts1` and `counts2` hold the
    participants of each arm per category, in the order of the scale. Raises ValueError for a table too large.

    >>> round(exact_rank_sum([0, 0, 0, 3], [3, 0, 0, 0]), 4)
    0.1
    """
    return _exact_rank_sum(tuple(counts1), tuple(counts2))


@lru_cache(maxsize=256)  # the same table is asked for by every outcome's pool, and takes a while
def _exact_rank_sum(counts1: tuple[int, ...], counts2: tuple[int, ...]) -> float:
    doubled, categories = _scored(counts1, counts2)
    if doubled == 0:
        return 1.0
    drawn = min(sum(counts1), sum(counts2))
    half, work = _halfway(categories, drawn)
    if work > COUNTED_IN_INTEGERS or sum(counts1) + sum(counts2) > SMALL_TRIAL:
        from msc_evidence.statistics.two_arms.rank_sum_arrays import tails

        return tails(categories, drawn, abs(doubled), asymptotic_rank_sum(counts1, counts2, continuity=False))
    left, right = _sums(categories[:half], drawn), _sums(categories[half:], drawn)
    extreme = sum(_beyond(abs(doubled), sums, right.get(drawn - k, {})) for k, sums in left.items())
    return extreme / math.comb(sum(counts1) + sum(counts2), drawn)


def asymptotic_rank_sum(counts1: Sequence[int], counts2: Sequence[int], *, continuity: bool) -> float:
    """Two-sided p of the rank sum by its normal approximation with the variance corrected for ties.

    Var W = n₁n₂/12 · (N + 1 − Σ(t³ − t)/(N(N − 1))); `continuity` takes ½ from |W − E W| (Lehmann 1975,
    as R's wilcox.test). 1 where all values are alike. The example is no trial's data.

    >>> round(asymptotic_rank_sum([2, 13, 10, 0, 12, 2], [0, 5, 4, 1, 4, 1], continuity=False), 5)
    0.73208
    """
    doubled, categories = _scored(counts1, counts2)
    if doubled == 0:
        return 1.0
    n1, n2 = sum(counts1), sum(counts2)
    total = n1 + n2
    ties = sum(t**3 - t for t, _ in categories) / (total * (total - 1))
    distance = abs(doubled) / 2 - (0.5 if continuity else 0.0)
    return p_from_z(distance / math.sqrt(n1 * n2 / 12 * (total + 1 - ties)))


#: Every rank-sum test of two ordinal distributions, by the name findings give it.
METHODS: Mapping[str, Callable[[Sequence[int], Sequence[int]], float]] = {
    "rank-sum, exact": exact_rank_sum,
    "rank-sum, normal": partial(asymptotic_rank_sum, continuity=False),
    "rank-sum, normal with continuity correction": partial(asymptotic_rank_sum, continuity=True),
}


def probability_of_superiority(counts1: Sequence[int], counts2: Sequence[int]) -> float:
    """P(X₁ > X₂) + ½ P(X₁ = X₂): the chance that one of arm 1 stands higher on the scale than one of arm 2.

    >>> probability_of_superiority([0, 0, 5], [20, 5, 0])
    1.0
    """
    doubled, _ = _scored(counts1, counts2)
    return 0.5 + doubled / (2 * sum(counts1) * sum(counts2))


def _scored(counts1: Sequence[int], counts2: Sequence[int]) -> tuple[int, list[Category]]:
    """Twice W − E W, and the categories that hold anyone."""
    if len(counts1) != len(counts2) or min((*counts1, *counts2), default=-1) < 0:
        raise ValueError("two ordinal distributions need the same categories and no negative counts")
    if not (any(counts1) and any(counts2)):
        raise ValueError("a rank-sum test needs participants in each arm")
    totals = [a + b for a, b in zip(counts1, counts2, strict=True)]
    below = [0, *accumulate(totals)]
    scores = [2 * low + t - below[-1] for low, t in zip(below[:-1], totals, strict=True)]
    doubled = sum(count * score for count, score in zip(counts1, scores, strict=True))
    return doubled, [(t, score) for t, score in zip(totals, scores, strict=True) if t]


def _halfway(categories: list[Category], drawn: int) -> tuple[int, int]:
    """Where to part the categories so that the larger half has the fewest sums, and how many."""

    def work(half: int) -> int:
        return max(_size(categories[:half], drawn), _size(categories[half:], drawn))

    half = min(range(len(categories) + 1), key=work)
    return half, work(half)


def _size(categories: list[Category], drawn: int) -> int:
    """Upper bound on the number of different (participants, sum) pairs."""
    if not categories:
        return 1
    held = sum(t for t, _ in categories)
    span = min(held, drawn) * (categories[-1][1] - categories[0][1])
    return min(math.prod(t + 1 for t, _ in categories), (min(held, drawn) + 1) * (span + 1))


def _sums(categories: list[Category], drawn: int) -> dict[int, dict[int, int]]:
    """In how many ways k participants of these categories give each sum of scores: k → sum → ways."""
    states: dict[int, dict[int, int]] = {0: {0: 1}}
    for t, score in categories:
        following: dict[int, dict[int, int]] = {}
        for k, sums in states.items():
            for taken in range(min(t, drawn - k) + 1):
                ways = math.comb(t, taken)
                target = following.setdefault(k + taken, {})
                for total, count in sums.items():
                    shifted = total + taken * score
                    target[shifted] = target.get(shifted, 0) + count * ways
        states = following
    return states


def _beyond(distance: int, left: dict[int, int], right: dict[int, int]) -> int:
    """Ways in which a sum of `left` and one of `right` together lie `distance` or more from 0."""
    ordered = sorted(right)
    below = [0, *accumulate(right[total] for total in ordered)]
    ways = 0
    for total, count in left.items():
        lower = below[bisect_right(ordered, -distance - total)]
        upper = below[-1] - below[bisect_left(ordered, distance - total)]
        ways += count * (lower + upper)
    return ways
