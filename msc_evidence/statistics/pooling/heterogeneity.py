"""Between-study variance τ² by eight estimators, Cochran's Q and the Q-profile interval.

Every function takes `yi` and `vi` with studies along the first axis: k values for one meta-analysis, k × m for
m meta-analyses of k studies at once. Likelihood estimates are taken at the highest of all maxima.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from msc_evidence.statistics.pooling.array_functions import chi2_quantile

Array = NDArray[np.float64]

#: Newton's error is the square of its last step: this leaves less than the rounding of the sums.
LIKELIHOOD_STEP = 1e-10
#: A τ² below this share of the smallest sampling variance is rounding, not heterogeneity.
NEGLIGIBLE = 1e-9
_sum = np.add.reduce


#: From here on BLAS starts threads, which on a busy machine wait for each other longer than they work.
_THREADED_FROM = 10_000


def dot(one: Array, other: Array) -> Array:
    """Σ of the products over studies, for one meta-analysis by BLAS, which takes a third of the time."""
    if one.ndim == 1 and len(one) < _THREADED_FROM:
        products: Array = one.dot(other)
        return products
    return np.asarray(np.einsum("i,i->" if one.ndim == 1 else "ij,ij->j", one, other))


def maximum_likelihood(yi: Array, vi: Array) -> Array:
    """The τ² ≥ 0 that maximises −½Σ ln(v + τ²) − ½Σ w(y − ȳ_w)² (Hardy & Thompson 1996)."""
    return _likelihood_maximum(yi, vi, restricted=False)


def restricted_maximum_likelihood(yi: Array, vi: Array) -> Array:
    """The τ² ≥ 0 that maximises the restricted likelihood, which subtracts ½ ln Σw (Viechtbauer 2005).

    Studies along the first axis. The likelihood can have several maxima: it is searched from 0 to where it only
    falls, in steps that double the total variance at most.

    >>> round(float(restricted_maximum_likelihood(np.array([0.1, 0.9]), np.array([0.05, 0.07]))), 12)
    0.26
    """
    return _likelihood_maximum(yi, vi, restricted=True)


def log_likelihood(yi: Array, vi: Array, tau2: Array, *, restricted: bool) -> Array:
    """The profile log-likelihood of τ² at its best μ, without constants (Viechtbauer 2005, equations 7, 11)."""
    wi = np.reciprocal(vi + tau2)
    total: Array = _sum(wi)
    residuals = yi - dot(wi, yi) / total
    value: Array = _sum(np.log(wi)) - dot(wi * residuals, residuals)
    return (value - np.log(total) if restricted else value) / 2


def _likelihood_maximum(yi: Array, vi: Array, *, restricted: bool) -> Array:
    """The highest of 0 and the maxima: each stands between two steps where the score turns from above 0 to below."""
    smallest: Array = np.asarray(np.minimum.reduce(vi))
    growth: Array = _tau2_bound(yi, vi) / smallest + 1
    cells = max(1, math.ceil(math.log2(np.max(growth))))
    step = growth ** (1 / cells)
    lower, variance = np.zeros(np.shape(smallest)), smallest
    rising = _score(yi, vi, lower, restricted=restricted)[0] > 0
    best, highest = lower.copy(), np.array(log_likelihood(yi, vi, lower, restricted=restricted))
    for _ in range(cells):
        variance = variance * step
        upper = variance - smallest
        rises_on = _score(yi, vi, upper, restricted=restricted)[0] > 0
        turns = rising & ~rises_on
        if np.count_nonzero(turns):
            # Of many meta-analyses those alone that turn here.
            at, studies = (turns, (slice(None), turns)) if yi.ndim > 1 else ((), ())
            peak = _stationary(yi[studies], vi[studies], lower[at], upper[at], restricted=restricted)
            height = log_likelihood(yi[studies], vi[studies], peak, restricted=restricted)
            higher = (height > highest[at]) & (peak > NEGLIGIBLE * smallest[at])
            best[at] = np.where(higher, peak, best[at])
            highest[at] = np.where(higher, height, highest[at])
        lower, rising = upper, rises_on
    return best


def _tau2_bound(yi: Array, vi: Array) -> Array:
    """s² + √(s²vₖ), s² the variance of the effects and vₖ the largest sampling variance.

    From there on either likelihood only falls: its score is at most (k − 1)(s²/(v₁ + τ²)² − 1/(vₖ + τ²)).
    """
    residuals = yi - _sum(yi) / len(yi)
    spread: Array = dot(residuals, residuals) / (len(yi) - 1)
    root: Array = np.sqrt(spread * np.maximum.reduce(vi))
    return spread + root


def _stationary(yi: Array, vi: Array, below: Array, above: Array, *, restricted: bool) -> Array:
    """The zero of the score between `below` and `above`, by Newton's steps that bisect where they leave."""
    tau2, smallest = (below + above) / 2, np.minimum.reduce(vi)
    for _ in range(200):
        score, slope = _score(yi, vi, tau2, restricted=restricted)
        rising = score > 0
        below, above = np.where(rising, tau2, below), np.where(rising, above, tau2)
        newton = tau2 - score / np.where(slope < 0, slope, np.inf)
        inside = (slope < 0) & (newton >= below) & (newton <= above)
        following = np.where(inside, newton, (below + above) / 2)
        moving = abs(following - tau2) > LIKELIHOOD_STEP * (following + smallest)
        tau2 = following
        if not np.count_nonzero(moving):
            break
    return tau2


def _score(yi: Array, vi: Array, tau2: Array, *, restricted: bool) -> tuple[Array, Array]:
    """Twice the first and second derivative of the log-likelihood."""
    wi = np.reciprocal(vi + tau2)
    squared = wi * wi
    total, of_squares = _sum(wi), _sum(squared)
    scaled = wi * (yi - dot(wi, yi) / total)
    twice = wi * scaled
    score = dot(scaled, scaled) - total
    slope = of_squares - 2 * (dot(twice, scaled) - _sum(twice) ** 2 / total)
    if restricted:
        ratio = of_squares / total
        score, slope = score + ratio, slope + ratio * ratio - 2 * dot(squared, wi) / total
    return score, slope


Estimator = Callable[[Array, Array], Array]

#: A step this small, relative to τ² plus the smallest variance, ends Newton's method: the error is below its square.
NEWTON_STEP = 1e-6
#: Added to what may be 0 in a denominator, where the numerator is 0 too.
TINY = 1e-300


def cochran_q(yi: Array, vi: Array, tau2: Any = 0.0) -> Array:
    """Q = Σ w(y − ȳ_w)² with w = 1/(v + τ²) (Cochran 1954; generalised Q where τ² > 0)."""
    return _q(yi, np.reciprocal(vi + tau2))[0]


def moments(yi: Array, vi: Array) -> tuple[Array, Array]:
    """Q, and C = Σw − Σw²/Σw: the expectation of Q is k − 1 + Cτ² (DerSimonian & Laird 1986)."""
    wi = np.reciprocal(vi)
    q, total = _q(yi, wi)
    return q, total - dot(wi, wi) / total


def _q(yi: Array, wi: Array) -> tuple[Array, Array]:
    total: Array = _sum(wi)
    residuals = yi - dot(wi, yi) / total
    return dot(wi * residuals, residuals), total


def dersimonian_laird(yi: Array, vi: Array) -> Array:
    """τ² = max(0, (Q − (k − 1))/(Σw − Σw²/Σw)) (DerSimonian & Laird 1986).

    For two studies it is ((y₁ − y₂)² − v₁ − v₂)/2, as REML, PM and HE are:

    >>> round(float(dersimonian_laird(np.array([0.1, 0.9]), np.array([0.05, 0.07]))), 12)
    0.26
    """
    q, rise = moments(yi, vi)
    return at_least_0((q - (len(yi) - 1)) / rise)


def hunter_schmidt(yi: Array, vi: Array) -> Array:
    """τ² = max(0, (Q − k)/Σw) (Hunter & Schmidt 1990; Viechtbauer 2005)."""
    return at_least_0((cochran_q(yi, vi) - len(yi)) / _sum(1 / vi))


def hedges(yi: Array, vi: Array) -> Array:
    """τ² = max(0, s²_y − v̄), from unweighted moments (Hedges 1983; Hedges & Olkin 1985)."""
    return at_least_0(np.var(yi, axis=0, ddof=1) - np.mean(vi, axis=0))


def sidik_jonkman(yi: Array, vi: Array) -> Array:
    """τ² = τ₀² Q(τ₀²)/(k − 1) from the start τ₀² = Σ(y − ȳ)²/k (Sidik & Jonkman 2005)."""
    crude: Array = np.var(yi, axis=0)
    return crude * cochran_q(yi, vi, crude) / (len(yi) - 1)


def paule_mandel(yi: Array, vi: Array) -> Array:
    """The τ² at which Q(τ²) = k − 1, 0 where there is none above 0 (Paule & Mandel 1982)."""
    return tau2_at_q(yi, vi, len(yi) - 1.0)


def empirical_bayes(yi: Array, vi: Array) -> Array:
    """Morris's estimator (1983); it solves Paule and Mandel's equation (Viechtbauer et al. 2015)."""
    return paule_mandel(yi, vi)


def tau2_at_q(yi: Array, vi: Array, target: float, start: Any = 0.0) -> Array:
    """The τ² ≥ 0 at which Q(τ²) is `target`, and 0 where Q is below it at 0 already.

    Newton's method on 1/Q. Q is a sum of terms c/(λ + τ²), so 1/Q is concave and close to a line in τ²: from any
    start the first step ends left of the root, and the steps from there never pass it.
    """
    smallest = np.minimum.reduce(vi)
    tau2: Array = start + 0.0 * smallest
    for _ in range(200):
        following = _newton(tau2, *_q_and_slope(yi, vi, tau2), target)
        moving = abs(following - tau2) > NEWTON_STEP * (following + smallest)
        tau2 = following
        if not np.count_nonzero(moving):
            break
    return tau2


def _q_and_slope(yi: Array, vi: Array, tau2: Array) -> tuple[Array, Array]:
    """Q(τ²) and −dQ/dτ² = Σ w²(y − ȳ_w)²."""
    wi = np.reciprocal(vi + tau2)
    residuals = yi - dot(wi, yi) / _sum(wi)
    scaled = wi * residuals
    return dot(scaled, residuals), dot(scaled, scaled)


def _newton(tau2: Array, q: Array, slope: Array, target: float) -> Array:
    """Where the tangent of 1/Q at τ² meets 1/target, at least 0."""
    return at_least_0(tau2 + (q / target - 1) * q / (slope + TINY))


def at_least_0(value: Array) -> Array:
    """The value where it is above 0, else 0 (not −0): on a single number four times as fast as `np.maximum`."""
    return value * (value > 0) + 0.0


def q_profile(yi: Array, vi: Array, level: float = 0.95, near: Any = 0.0) -> tuple[Array, Array]:
    """Confidence limits of τ²: where Q(τ²) meets the quantiles of χ² on k − 1 df (Viechtbauer 2007).

    Both are 0 where Q lies below the lower quantile at τ² = 0. `near`, an estimate of τ², saves steps. Raises
    ValueError for a single study.

    For equal variances v they are s²(k − 1)/χ² − v:

    >>> lower, upper = q_profile(np.array([0.0, 1.0, 2.0]), np.full(3, 0.1))
    >>> round(float(lower), 6), round(float(upper), 6)
    (0.171085, 39.39789)
    """
    df = len(yi) - 1
    if df < 1:
        raise ValueError("an interval for the between-study variance needs two studies")
    start = near + np.zeros(yi.shape[1:])
    tangent = start, *_q_and_slope(yi, vi, start)
    lower, upper = (
        tau2_at_q(yi, vi, quantile, _newton(*tangent, quantile)) for quantile in _chi2_quantiles(df, level)
    )
    return lower, upper


def _chi2_quantiles(df: int, level: float) -> tuple[float, float]:
    """The χ² that the upper and the lower tail of a two-sided interval begin at."""
    return chi2_quantile(df, (1 - level) / 2), chi2_quantile(df, (1 + level) / 2)


#: Estimators of τ² by metafor's names.
TAU2: Mapping[str, Estimator] = {
    "DL": dersimonian_laird,
    "PM": paule_mandel,
    "REML": restricted_maximum_likelihood,
    "ML": maximum_likelihood,
    "EB": empirical_bayes,
    "SJ": sidik_jonkman,
    "HE": hedges,
    "HS": hunter_schmidt,
}
