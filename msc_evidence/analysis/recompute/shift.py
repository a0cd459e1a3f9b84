"""The tests of a shift between two ordinal distributions: of ranks, of proportional odds, of mean scores."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from msc_evidence.analysis.recompute.verdict import RecomputedValue
from msc_evidence.statistics.distributions import p_from_z
from msc_evidence.statistics.interval import Interval
from msc_evidence.statistics.two_arms import ranks

Counts = Sequence[int]

PROPORTIONAL_ODDS = "proportional odds"
CMH = "Cochran–Mantel–Haenszel"


@dataclass(frozen=True, slots=True)
class Association:
    """A test of any difference between two distributions, which has no direction."""

    method: str
    p: float


def shift_tests(first: Counts, second: Counts) -> Iterator[RecomputedValue]:
    """p of every test in closed form: exact rank-sum and its approximations, score of proportional odds, mean score.

    The exact test is left out where there are too many arrangements.
    """
    for name, test in ranks.METHODS.items():
        try:
            yield _recomputed_exactly(name, test(first, second))
        except ValueError:
            continue
    yield _recomputed_exactly(f"{PROPORTIONAL_ODDS}, score", score_p(first, second))
    yield _recomputed_exactly(f"{CMH}, mean score", mean_score_p(first, second))


def model_tests(first: Counts, second: Counts) -> Iterator[RecomputedValue]:
    """Wald's and the likelihood ratio p of the proportional odds model; none where it has no maximum."""
    from msc_evidence.statistics.two_arms import proportional_odds

    try:
        model = proportional_odds.fit(first, second)
        ratio = proportional_odds.likelihood_ratio_test(first, second)
    except ValueError:
        return
    yield _recomputed_exactly(f"{PROPORTIONAL_ODDS}, Wald", p_from_z(model.log_or / model.se))
    yield _recomputed_exactly(f"{PROPORTIONAL_ODDS}, likelihood ratio", ratio.p)


def any_difference(first: Counts, second: Counts) -> Association | None:
    """Cochran–Mantel–Haenszel's general association, in which the order of the categories has no part."""
    from msc_evidence.statistics.two_arms.stratified import general_association  # numpy

    try:
        test = general_association([(first, second)])
    except ValueError:  # everyone in one category
        return None
    return Association(f"{CMH}, general association on {test.df} df", test.p)


def score_p(first: Counts, second: Counts) -> float:
    """Two-sided p of the score test of proportional odds (McCullagh 1980), which takes no fitting.

    Z²/V = 12 n₁n₂(PS − ½)² N²/(N³ − Σt³): the rank-sum test with N for N − 1. 1 where all values are alike.

    >>> round(score_p([5, 9, 20, 15, 31, 18, 6], [3, 8, 12, 17, 39, 20, 3]), 6)
    0.370826
    """
    n1, n2 = sum(first), sum(second)
    total = n1 + n2
    untied = total**3 - sum((a + b) ** 3 for a, b in zip(first, second, strict=True))
    if untied == 0:
        return 1.0
    distance = ranks.probability_of_superiority(first, second) - 0.5
    return p_from_z(distance * total * math.sqrt(12 * n1 * n2 / untied))


def mean_score_p(first: Counts, second: Counts) -> float:
    """Two-sided p of row mean scores, the categories' places as scores: (N − 1) r² on 1 df (Mantel 1963).

    Linear-by-linear association, Cochran–Mantel–Haenszel's test in one stratum. 1 where all values are alike.

    >>> round(mean_score_p([5, 9, 20, 15, 31, 18, 6], [3, 8, 12, 17, 39, 20, 3]), 6)
    0.347068
    """
    n1, n2 = sum(first), sum(second)
    total = n1 + n2
    sums = [sum(place * count for place, count in enumerate(counts)) for counts in (first, second)]
    squares = sum(place * place * (a + b) for place, (a, b) in enumerate(zip(first, second, strict=True)))
    # Whole numbers to the last step: N·Σx² − (Σx)² is N times the sum of squares about the mean.
    spread = total * squares - sum(sums) ** 2
    if spread == 0:
        return 1.0
    distance = sums[0] * n2 - sums[1] * n1
    return p_from_z(distance * math.sqrt((total - 1) / (n1 * n2 * spread)))


def _recomputed_exactly(method: str, p: float) -> RecomputedValue:
    return RecomputedValue(method, p, Interval.point(p))
