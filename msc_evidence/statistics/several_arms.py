"""One p for three groups or more: χ² of counts, one-way analysis of variance, Kruskal and Wallis's ranks."""

from __future__ import annotations

import math
from collections.abc import Sequence

from msc_evidence.statistics.distributions import chi2_sf, f_sf
from msc_evidence.statistics.interval import Interval

#: Halvings of the bracket around the common mean that brings group means closest together.
_STEPS = 80


def pearson(groups: Sequence[Sequence[int]]) -> float:
    """p of Pearson's Σ(O − E)²/E of groups by categories, on (groups − 1)(categories − 1) degrees of freedom.

    Empty groups and categories count for nothing; 1 where fewer than two of either remain.

    >>> round(pearson([[36, 30], [20, 34]]), 4)
    0.0558
    """
    cells, df = _cells(groups)
    return chi2_sf(math.fsum((o - e) ** 2 / e for o, e in cells), df) if df else 1.0


def likelihood_ratio(groups: Sequence[Sequence[int]]) -> float:
    """p of G = 2 Σ O ln(O/E), with the degrees of freedom of `pearson` (Wilks 1938)."""
    cells, df = _cells(groups)
    return chi2_sf(max(0.0, 2 * math.fsum(o * math.log(o / e) for o, e in cells if o)), df) if df else 1.0


def _cells(groups: Sequence[Sequence[int]]) -> tuple[list[tuple[int, float]], int]:
    """Observed and expected count of every cell, and the degrees of freedom."""
    rows = [row for row in groups if sum(row)]
    columns = [column for column in zip(*rows, strict=True) if sum(column)]
    df = (len(rows) - 1) * (len(columns) - 1)
    if df <= 0:
        return [], 0
    total = sum(map(sum, rows))
    sizes = [sum(row) for row in rows]
    cells = [
        (count, sum(column) * n / total) for column in columns for count, n in zip(column, sizes, strict=True)
    ]
    return cells, df


def kruskal_wallis(distributions: Sequence[Sequence[int]]) -> float:
    """p of Kruskal and Wallis's H over ordered categories, corrected for ties, on groups − 1 degrees of freedom.

    1 where everyone is in one category. Source: Kruskal & Wallis 1952, 10.1080/01621459.1952.10483441.

    >>> round(kruskal_wallis([[3, 2, 1], [1, 2, 3], [0, 2, 4]]), 4)  # R 4.2, kruskal.test
    0.1037
    """
    totals = [sum(column) for column in zip(*distributions, strict=True)]
    n, sizes = sum(totals), [sum(group) for group in distributions]
    ties = 1 - sum(t**3 - t for t in totals) / (n**3 - n)
    if ties <= 0 or not all(sizes):
        return 1.0
    below = [sum(totals[:at]) for at in range(len(totals))]
    ranks = [start + (t + 1) / 2 for start, t in zip(below, totals, strict=True)]
    rank_sums = [math.fsum(c * r for c, r in zip(group, ranks, strict=True)) for group in distributions]
    h = 12 / (n * (n + 1)) * math.fsum(s * s / k for s, k in zip(rank_sums, sizes, strict=True)) - 3 * (n + 1)
    return chi2_sf(max(0.0, h) / ties, len(sizes) - 1)


def anova(means: Sequence[float], sds: Sequence[float], sizes: Sequence[int]) -> float:
    """p of the one-way analysis of variance from each group's mean, SD and size (Fisher 1925).

    Raises ValueError for fewer than two participants in a group and where no group has any spread.

    >>> round(anova([5.032, 4.661, 5.526], [0.5831, 0.7937, 0.4426], [10, 10, 10]), 4)  # R's PlantGrowth
    0.0159
    """
    return _anova_p(_between_sum_of_squares(means, sizes), sds, sizes)


def anova_interval(means: Sequence[Interval], sds: Sequence[Interval], sizes: Sequence[int]) -> Interval:
    """Every p of `anova` with means and SDs within these intervals."""
    farthest = max(
        _between_sum_of_squares([box.hi if at >> i & 1 else box.lo for i, box in enumerate(means)], sizes)
        for at in range(2 ** len(means))
    )
    least = _anova_p(farthest, [sd.lo for sd in sds], sizes) if any(sd.lo > 0 for sd in sds) else 0.0
    return Interval(least, _anova_p(_least_between(means, sizes), [sd.hi for sd in sds], sizes))


def _between_sum_of_squares(means: Sequence[float], sizes: Sequence[int]) -> float:
    """Σ n(m − m̄)²."""
    grand = math.fsum(n * m for m, n in zip(means, sizes, strict=True)) / sum(sizes)
    return math.fsum(n * (m - grand) ** 2 for m, n in zip(means, sizes, strict=True))


def _least_between(means: Sequence[Interval], sizes: Sequence[int]) -> float:
    """The least Σ n(m − c)² over means within their intervals and any c: convex in c, so found by thirds."""

    def around(c: float) -> float:
        return math.fsum(
            n * (min(max(c, box.lo), box.hi) - c) ** 2 for box, n in zip(means, sizes, strict=True)
        )

    low, high = min(box.lo for box in means), max(box.hi for box in means)
    for _ in range(_STEPS):
        third = (high - low) / 3
        low, high = (low, high - third) if around(low + third) < around(high - third) else (low + third, high)
    return around((low + high) / 2)


def _anova_p(between: float, sds: Sequence[float], sizes: Sequence[int]) -> float:
    within = math.fsum((n - 1) * sd * sd for sd, n in zip(sds, sizes, strict=True))
    groups, total = len(sizes), sum(sizes)
    if min(sizes) < 2 or within <= 0:
        raise ValueError("an analysis of variance takes two participants a group and some spread")
    return f_sf(between / (groups - 1) / (within / (total - groups)), groups - 1, total - groups)
