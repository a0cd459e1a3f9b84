"""One-sided p-values combined over trials, and contours of an albatross plot."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

from msc_evidence.statistics.distributions import (
    beta_cdf,
    chi2_sf,
    normal_quantile,
    normal_sf,
    p_from_t,
    p_from_z,
    z_from_p,
)
from msc_evidence.statistics.interval import Interval


def one_sided(p: float, *, favours: bool) -> float:
    """One-sided p in a stated direction from a two-sided one: p/2 if the result `favours` it, else 1 − p/2.

    Cochrane Handbook 12.2.1.2. Raises ValueError for a p outside [0, 1].

    >>> one_sided(0.076, favours=True), one_sided(0.732, favours=False)
    (0.038, 0.634)
    """
    if not 0 <= p <= 1:
        raise ValueError(f"p of {p:g} is not between 0 and 1")
    return p / 2 if favours else 1 - p / 2


def one_sided_interval(p: Interval, *, favours: bool) -> Interval:
    """Every one-sided p that a two-sided p within an interval can give; the part beyond [0, 1] is left out."""
    within = p.clipped(0.0, 1.0)
    ends = (one_sided(within.lo, favours=favours), one_sided(within.hi, favours=favours))
    return Interval(min(ends), max(ends))


def stouffer(p_values: Sequence[float], weights: Sequence[float] | None = None) -> float:
    """Combined p by the sum of z: z = Σ wᵢzᵢ/√Σ wᵢ², wᵢ = 1 unless given, √N by custom (Stouffer 1949, Lipták 1958).

    Raises ValueError where a p of 0 meets one of 1, or weights are not one above 0 per p.

    >>> round(stouffer([0.038, 0.366]), 4), round(stouffer([0.038, 0.366], [30**0.5, 54**0.5]), 4)
    (0.0672, 0.0909)
    """
    _require(p_values)
    used = [1.0] * len(p_values) if weights is None else list(weights)
    if len(used) != len(p_values) or min(used) <= 0:
        raise ValueError("each p-value needs a weight above 0")
    total = sum(weight * _normal(p) for weight, p in zip(used, p_values, strict=True))
    return normal_sf(_certain(total) / math.sqrt(math.fsum(weight * weight for weight in used)))


def fisher(p_values: Sequence[float]) -> float:
    """Combined p by the product of p: −2Σ ln pᵢ is χ² on 2k degrees of freedom (Fisher 1932).

    >>> round(fisher([0.038, 0.366]), 4), round(fisher([0.038, 0.634]), 4)
    (0.0734, 0.1139)
    """
    _require(p_values)
    half = math.fsum(-math.log(p) if p > 0 else math.inf for p in p_values)
    return 0.0 if math.isinf(half) else chi2_sf(2 * half, 2 * len(p_values))


def pearson(p_values: Sequence[float]) -> float:
    """Combined p by the product of 1 − p: P(χ² ≤ −2Σ ln(1 − pᵢ)) on 2k degrees of freedom (Pearson 1934).

    >>> round(pearson([0.016, 0.067, 0.25, 0.405, 0.871]), 6)
    0.174807
    """
    _require(p_values)
    half = math.fsum(-math.log1p(-p) if p < 1 else math.inf for p in p_values)
    return _erlang_cdf(half, len(p_values))


def edgington(p_values: Sequence[float]) -> float:
    """Combined p by the sum S of p: Σⱼ (−1)ʲ C(k, j)(S − j)ᵏ/k! over j ≤ S (Edgington 1972).

    In exact fractions: the terms of alternating sign lose every digit in floating point beyond k of 20.

    >>> round(edgington([0.016, 0.067, 0.25, 0.405, 0.871]), 6)
    0.086376
    """
    _require(p_values)
    k, total = len(p_values), sum((Fraction(p) for p in p_values), Fraction(0))
    volume = sum((-1) ** j * math.comb(k, j) * (total - j) ** k for j in range(math.floor(total) + 1))
    return float(volume / math.factorial(k))


def tippett(p_values: Sequence[float]) -> float:
    """Combined p by the smallest: 1 − (1 − min p)ᵏ (Tippett 1931).

    >>> round(tippett([0.016, 0.067, 0.25, 0.405, 0.871]), 6)
    0.077481
    """
    _require(p_values)
    least = min(p_values)
    return -math.expm1(len(p_values) * math.log1p(-least)) if least < 1 else 1.0


def wilkinson(p_values: Sequence[float], rank: int | None = None) -> float:
    """Combined p by the r-th smallest, the largest unless `rank` is given: I_p(r, k − r + 1) (Wilkinson 1951).

    Raises ValueError for a rank outside 1 to k.

    >>> round(wilkinson([0.016, 0.067, 0.25, 0.405, 0.871], 2), 6)
    0.039172
    """
    _require(p_values)
    k = len(p_values)
    chosen = k if rank is None else rank
    if not 1 <= chosen <= k:
        raise ValueError(f"rank {rank} is not between 1 and {k}")
    return beta_cdf(sorted(p_values)[chosen - 1], chosen, k - chosen + 1)


def logit(p_values: Sequence[float]) -> float:
    """Combined p by the sum of logits: t = −Σ ln(p/(1−p))·√(3(5k+4)/(kπ²(5k+2))) on 5k + 4 degrees of freedom.

    Mudholkar & George 1979. Raises ValueError where a p of 0 meets one of 1.

    >>> round(logit([0.016, 0.067, 0.25, 0.405, 0.871]), 6)
    0.058403
    """
    _require(p_values)
    k = len(p_values)
    total = _certain(sum(_log_odds(p) for p in p_values))  # fsum refuses both infinities at once
    if math.isinf(total):
        return 0.0 if total < 0 else 1.0
    t = -total * math.sqrt(3 * (5 * k + 4) / (k * math.pi**2 * (5 * k + 2)))
    tail = p_from_t(t, 5 * k + 4) / 2
    return tail if t > 0 else 1 - tail


#: Every way to combine one-sided p-values, by the name reports give it.
METHODS: Mapping[str, Callable[[Sequence[float]], float]] = {
    "Stouffer": stouffer,
    "Fisher": fisher,
    "Edgington": edgington,
    "Pearson": pearson,
    "Tippett": tippett,
    "Wilkinson": wilkinson,
    "logit": logit,
}


def combined_interval(method: Callable[[Sequence[float]], float], p_values: Sequence[Interval]) -> Interval:
    """Every combined p that one-sided p-values within their intervals can give: each method rises in each p.

    >>> p = combined_interval(fisher, [Interval(0.03775, 0.03825), Interval(0.36575, 0.36625)])
    >>> round(p.lo, 4), round(p.hi, 4)
    (0.0729, 0.0738)
    """
    within = [p.clipped(0.0, 1.0) for p in p_values]
    return Interval(method([p.lo for p in within]), method([p.hi for p in within]))


def _require(p_values: Sequence[float]) -> None:
    if not p_values or not all(0 <= p <= 1 for p in p_values):
        raise ValueError("combining needs one or more p-values between 0 and 1")


def _normal(p: float) -> float:
    return -normal_quantile(p) if 0 < p < 1 else math.copysign(math.inf, 0.5 - p)


def _log_odds(p: float) -> float:
    return math.log(p) - math.log1p(-p) if 0 < p < 1 else math.copysign(math.inf, p - 0.5)


def _certain(total: float) -> float:
    if math.isnan(total):
        raise ValueError("a p of 0 and a p of 1 in one direction contradict each other")
    return total


def _erlang_cdf(x: float, k: int) -> float:
    """P(X ≤ x) of the sum of k standard exponentials, without cancellation where it is small (DLMF 8.7.1)."""
    if x > k + 1:
        return 1 - (0.0 if math.isinf(x) else chi2_sf(2 * x, 2 * k))
    term = total = 1.0
    step = k
    while term > total * 1e-17:
        step += 1
        term *= x / step
        total += term
    return math.exp(k * math.log(x) - x - math.lgamma(k + 1)) * total if x > 0 else 0.0


def balanced_size(n1: int, n2: int) -> float:
    """The participants who, in two equal arms, would tell as much as arms of n₁ and n₂: 4n₁n₂/(n₁ + n₂).

    Raises ValueError for an empty arm.

    >>> balanced_size(20, 20), round(balanced_size(5, 25), 2)
    (40.0, 16.67)
    """
    if n1 < 1 or n2 < 1:
        raise ValueError(f"groups of {n1} and {n2} are not both occupied")
    return 4 * n1 * n2 / (n1 + n2)


def contour_size(effect: float, p: float) -> float:
    """The participants in two equal arms of whom a standardised mean difference has the two-sided p.

    N = 4z²/d² with z = Φ⁻¹(1 − p/2), from the standard error 2/√N of d (Harrison et al. 2017,
    doi:10.1002/jrsm.1239). 0 at p = 1. Raises ValueError for an effect of 0, which has no contour.

    >>> round(contour_size(0.5, 0.05), 2)
    61.46
    """
    if not effect:
        raise ValueError("an effect of 0 has p 1 whatever the number of participants")
    return float(4 * z_from_p(p) ** 2 / effect**2)


def contour_p(effect: float, size: float) -> float:
    """The two-sided p of a standardised mean difference among `size` participants in two equal arms.

    2Φ(−|d|√N/2), the inverse of `contour_size` (Harrison et al. 2017).

    >>> round(contour_p(0.5, 61.46), 4)
    0.05
    """
    return float(p_from_z(effect * math.sqrt(size) / 2))
