"""Two ordinal distributions compared without a model: superiority, win odds, net benefit, utilities.

Arm 1 is superior where it stands higher on the scale; for a scale on which lower is better, exchange the arms.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from msc_evidence.statistics.distributions import normal_quantile
from msc_evidence.statistics.two_arms.ranks import probability_of_superiority

#: Utilities of modified Rankin grades 0 to 6 (Chaisinanunkul 2015, 10.1161/STROKEAHA.114.008547).
MRS_UTILITIES = (1.0, 0.91, 0.76, 0.65, 0.33, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class OrdinalEffect:
    """An effect with its interval, and `yi` with its sampling variance `vi` on the analysis scale (log for odds)."""

    measure: str
    method: str
    estimate: float
    ci_lb: float
    ci_ub: float
    yi: float
    vi: float


def delong_variance(counts1: Sequence[int], counts2: Sequence[int]) -> float:
    """Variance of the probability of superiority from its placements: S₁₀/n₁ + S₀₁/n₂ (DeLong 1988).

    S₁₀ is the sample variance, over arm 1, of the share of arm 2 that each of its participants surpasses, ties counted
    half. 0 where the arms do not overlap. Raises ValueError for an arm of fewer than two.

    >>> f"{delong_variance([5, 9, 20, 15, 31, 18, 6], [3, 8, 12, 17, 39, 20, 3]):.6f}"
    '0.001548'
    """
    n1, n2 = sum(counts1), sum(counts2)
    probability_of_superiority(counts1, counts2)  # refuses what is not two distributions of one scale
    if min(n1, n2) < 2:
        raise ValueError("DeLong's variance needs two participants in each arm")
    return _placement_variance(counts1, counts2) / n1 + _placement_variance(counts2, counts1) / n2


def newcombe_variance(ps: float, n1: int, n2: int) -> float:
    """Variance of a probability of superiority from its size alone (Newcombe 2006, 10.1002/sim.2324, methods 4 and 5).

    θ(1 − θ)[1 + N*(1 − θ)/(2 − θ) + N*θ/(1 + θ)]/(n₁n₂) with N* = (n₁ + n₂)/2 − 1: that of Hanley & McNeil 1982 for
    two exponential distributions, with both sizes replaced by their mean.

    >>> f"{newcombe_variance(0.5, 104, 102):.6f}"
    '0.001626'
    """
    star = (n1 + n2) / 2 - 1
    return ps * (1 - ps) * (1 + star * (1 - ps) / (2 - ps) + star * ps / (1 + ps)) / (n1 * n2)


def delong_interval(
    counts1: Sequence[int], counts2: Sequence[int], level: float = 0.95
) -> tuple[float, float]:
    """Wald interval of the probability of superiority with DeLong's variance, cut at 0 and 1.

    No width where the arms do not overlap; raises ValueError for an arm of fewer than two.
    """
    ps = probability_of_superiority(counts1, counts2)
    half = _critical(level) * math.sqrt(delong_variance(counts1, counts2))
    return max(0.0, ps - half), min(1.0, ps + half)


def newcombe_interval(
    counts1: Sequence[int], counts2: Sequence[int], level: float = 0.95
) -> tuple[float, float]:
    """Score interval of the probability of superiority: the θ with |θ − PS| ≤ z√V(θ) (Newcombe 2006, method 5).

    V is `newcombe_variance`. Stands for small arms, arms of one, and arms that do not overlap.

    >>> [round(limit, 4) for limit in newcombe_interval([0, 0, 5], [20, 5, 0])]
    [0.7702, 1.0]
    """
    ps = probability_of_superiority(counts1, counts2)
    n1, n2, z = sum(counts1), sum(counts2), _critical(level)

    def outside(theta: float) -> bool:
        return abs(theta - ps) > z * math.sqrt(newcombe_variance(theta, n1, n2))

    return _limit(outside, ps, 0.0), _limit(outside, ps, 1.0)


#: Every interval of the probability of superiority, by the name reports give it.
INTERVALS: Mapping[str, Callable[[Sequence[int], Sequence[int], float], tuple[float, float]]] = {
    "Newcombe": newcombe_interval,
    "DeLong": delong_interval,
}


def superiority(
    counts1: Sequence[int], counts2: Sequence[int], *, method: str = "Newcombe", level: float = 0.95
) -> OrdinalEffect:
    """Probability of superiority with ties split, its interval and variance by a method of `INTERVALS`.

    >>> ps = superiority([5, 9, 20, 15, 31, 18, 6], [3, 8, 12, 17, 39, 20, 3])
    >>> round(ps.estimate, 4), round(ps.ci_lb, 4), round(ps.ci_ub, 4)
    (0.465, 0.3884, 0.5436)
    """
    ps = probability_of_superiority(counts1, counts2)
    interval = INTERVALS[method](counts1, counts2, level)
    return OrdinalEffect("PS", method, ps, *interval, ps, _variance(method, ps, counts1, counts2))


def generalised_odds(
    counts1: Sequence[int], counts2: Sequence[int], *, method: str = "Newcombe", level: float = 0.95
) -> OrdinalEffect:
    """Generalised (Wilcoxon–Mann–Whitney) odds PS/(1 − PS), the limits those of PS (Churilov 2014).

    Estimate and upper limit are infinite where arm 1 lies wholly above arm 2; the variance of the logarithm is then
    infinite as well.

    >>> odds = generalised_odds([5, 9, 20, 15, 31, 18, 6], [3, 8, 12, 17, 39, 20, 3])
    >>> round(odds.estimate, 4), round(odds.ci_lb, 4), round(odds.ci_ub, 4)
    (0.8691, 0.635, 1.1913)
    """
    ps = superiority(counts1, counts2, method=method, level=level)
    limits = (_odds(ps.estimate), _odds(ps.ci_lb), _odds(ps.ci_ub))
    return OrdinalEffect("generalised odds", method, *limits, _log(limits[0]), _log_odds_variance(ps))


def win_odds(counts1: Sequence[int], counts2: Sequence[int], *, level: float = 0.95) -> OrdinalEffect:
    """Win odds, (wins + ½ ties)/(losses + ½ ties), with the interval of its logarithm (Brunner 2021, 10.1002/sim.8967).

    ln WO ± z·SE/(PS(1 − PS)) with DeLong's SE: the same estimate as the generalised odds, another interval. Raises
    ValueError for an arm of fewer than two or arms that do not overlap.
    """
    ps = superiority(counts1, counts2, method="DeLong", level=level)
    if ps.vi == 0:
        raise ValueError("arms that do not overlap have no finite win odds; take Newcombe's generalised odds")
    yi, vi = _log(_odds(ps.estimate)), _log_odds_variance(ps)
    half = _critical(level) * math.sqrt(vi)
    limits = (math.exp(yi), math.exp(yi - half), math.exp(yi + half))
    return OrdinalEffect("win odds", "DeLong", *limits, yi, vi)


def net_benefit(
    counts1: Sequence[int], counts2: Sequence[int], *, method: str = "Newcombe", level: float = 0.95
) -> OrdinalEffect:
    """Net benefit P(X₁ > X₂) − P(X₁ < X₂) = 2PS − 1, the limits those of PS (Buyse 2010).

    >>> round(net_benefit([5, 9, 20, 15, 31, 18, 6], [3, 8, 12, 17, 39, 20, 3]).estimate, 4)
    -0.07
    """
    ps = superiority(counts1, counts2, method=method, level=level)
    limits = (2 * ps.estimate - 1, 2 * ps.ci_lb - 1, 2 * ps.ci_ub - 1)
    return OrdinalEffect("net benefit", method, *limits, limits[0], 4 * ps.vi)


def number_needed_to_treat(benefit: float) -> float:
    """Number to treat for one more net win, 1/(2PS − 1) (Kraemer & Kupfer 2006); negative where it is a net loss.

    Infinite at a net benefit of 0. An interval of the net benefit that holds 0 runs through infinity (Altman 1998).

    >>> number_needed_to_treat(0.125)
    8.0
    """
    return 1 / benefit if benefit else math.inf


def utility_difference(
    counts1: Sequence[int],
    counts2: Sequence[int],
    *,
    utilities: Sequence[float] = MRS_UTILITIES,
    level: float = 0.95,
) -> OrdinalEffect:
    """Difference of mean utilities, variance s₁²/n₁ + s₂²/n₂: the utility-weighted mRS unless `utilities` are given.

    Raises ValueError where the categories do not match the utilities, or for an arm of fewer than two.

    >>> effect = utility_difference([5, 9, 20, 15, 31, 18, 6], [3, 8, 12, 17, 39, 20, 3])
    >>> round(effect.estimate, 4), round(effect.ci_lb, 4), round(effect.ci_ub, 4)
    (0.0404, -0.0468, 0.1276)
    """
    probability_of_superiority(counts1, counts2)
    if min(sum(counts1), sum(counts2)) < 2:
        raise ValueError("a difference of mean utilities needs two participants in each arm")
    (mean1, square1), (mean2, square2) = _moments(counts1, utilities), _moments(counts2, utilities)
    difference, variance = mean1 - mean2, square1 / sum(counts1) + square2 / sum(counts2)
    half = _critical(level) * math.sqrt(variance)
    return OrdinalEffect(
        "MD", "utilities", difference, difference - half, difference + half, difference, variance
    )


def _placement_variance(counts: Sequence[int], others: Sequence[int]) -> float:
    below = [0, *accumulate(others)]
    placements = [low + other / 2 for low, other in zip(below, others, strict=False)]
    return _moments(counts, [placement / below[-1] for placement in placements])[1]


def _moments(counts: Sequence[int], scores: Sequence[float]) -> tuple[float, float]:
    """Mean and sample variance of the scores of a distribution."""
    if len(counts) != len(scores):
        raise ValueError(f"{len(counts)} categories need as many scores, not {len(scores)}")
    n = sum(counts)
    mean = math.fsum(count * score for count, score in zip(counts, scores, strict=True)) / n
    squares = math.fsum(count * (score - mean) ** 2 for count, score in zip(counts, scores, strict=True))
    # All in one category: rounding of the mean would otherwise leave a variance that is not there.
    return mean, squares / (n - 1) if sum(count > 0 for count in counts) > 1 else 0.0


def _variance(method: str, ps: float, counts1: Sequence[int], counts2: Sequence[int]) -> float:
    if method == "DeLong":
        return delong_variance(counts1, counts2)
    return newcombe_variance(ps, sum(counts1), sum(counts2))


def _limit(outside: Callable[[float], bool], within: float, edge: float) -> float:
    """Where the interval around `within` ends towards `edge`, by bisection down to neighbouring floats."""
    if within == edge:
        return edge
    inner, outer = within, edge
    while (middle := (inner + outer) / 2) not in (inner, outer):
        inner, outer = (inner, middle) if outside(middle) else (middle, outer)
    return inner


def _odds(ps: float) -> float:
    return ps / (1 - ps) if ps < 1 else math.inf


def _log(odds: float) -> float:
    return math.log(odds) if odds > 0 else -math.inf


def _log_odds_variance(ps: OrdinalEffect) -> float:
    slope = ps.estimate * (1 - ps.estimate)
    return ps.vi / slope**2 if slope > 0 else math.inf


def _critical(level: float) -> float:
    return normal_quantile((1 + level) / 2)
