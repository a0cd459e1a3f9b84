"""One p for several groups, against R 4.2.2 (kruskal.test, aov, chisq.test), and every p that rounding allows."""

from __future__ import annotations

import itertools

import pytest

from msc_evidence.statistics.interval import Interval
from msc_evidence.statistics.several_arms import (
    anova,
    anova_interval,
    kruskal_wallis,
    likelihood_ratio,
    pearson,
)


@pytest.mark.parametrize(
    ("groups", "p"),
    [
        ([[3, 2, 1], [1, 2, 3], [0, 2, 4]], 0.103657128612),
        ([[4, 2, 1, 1], [3, 3, 4, 2], [0, 1, 1, 3]], 0.068642473512),
        ([[5, 0], [7, 0]], 1.0),
    ],
)
def test_kruskal_and_wallis(groups: list[list[int]], p: float) -> None:
    assert kruskal_wallis(groups) == pytest.approx(p, rel=1e-10)


@pytest.mark.parametrize(
    ("means", "sds", "sizes", "p"),
    [
        ([5.032, 4.661, 5.526], [0.5831, 0.7937, 0.4426], [10, 10, 10], 0.015913476256),
        ([12.1, 14.8, 13.2, 15.5], [3.2, 4.1, 2.9, 3.8], [14, 9, 21, 11], 0.064989125442),
    ],
)
def test_analysis_of_variance(means: list[float], sds: list[float], sizes: list[int], p: float) -> None:
    assert anova(means, sds, sizes) == pytest.approx(p, rel=1e-10)


@pytest.mark.parametrize(
    ("test", "groups", "p"),
    [
        (pearson, [[36, 30], [20, 34]], 0.055800287898),
        (pearson, [[12, 8, 5], [9, 14, 7], [3, 6, 16]], 0.002670089537),
        (likelihood_ratio, [[12, 8, 5], [9, 14, 7], [3, 6, 16]], 0.003133186483),
        (likelihood_ratio, [[4, 0], [6, 0]], 1.0),
    ],
)
def test_chi_squared(test, groups, p):
    assert test(groups) == pytest.approx(p, rel=1e-9)


def test_every_p_within_rounding_lies_between_the_limits() -> None:
    """The limits are reached up to the grid: means of 12.1, 14.8 and 13.2 and SDs of 3.2, 4.1, 2.9, to one decimal."""
    sizes = [14, 9, 21]
    means = [Interval(m - 0.05, m + 0.05) for m in (12.1, 14.8, 13.2)]
    sds = [Interval(s - 0.05, s + 0.05) for s in (3.2, 4.1, 2.9)]
    grid = [(box.lo, (box.lo + box.hi) / 2, box.hi) for box in (*means, *sds)]
    ps = [anova(values[:3], values[3:], sizes) for values in itertools.product(*grid)]
    whole = anova_interval(means, sds, sizes)
    assert whole.lo == pytest.approx(min(ps), rel=1e-9)
    assert whole.lo <= min(ps) <= max(ps) <= whole.hi + 1e-12
    assert whole.hi == pytest.approx(max(ps), rel=1e-2)
