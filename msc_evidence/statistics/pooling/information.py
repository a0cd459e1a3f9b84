"""How much evidence there is: information size, sequential boundaries, and what a new trial would change."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from msc_evidence.statistics.distributions import normal_quantile, normal_sf, z_from_p
from msc_evidence.statistics.interval import Interval

Vector = NDArray[np.float64]

#: Beyond this many standard deviations a normal tail is 0 in floating point; a look at 2% of the size lies at 16.
FARTHEST = 38.0
#: A size this close above a whole number is that number: products of decimals miss it by rounding.
ROUNDING = 1e-12
#: Gauss–Legendre nodes on each stretch of two standard deviations of an increment: boundaries then hold to 1e-10.
NODES = 14


def size_for_means(
    difference: float,
    sd: float,
    *,
    alpha: float = 0.05,
    power: float = 0.8,
    ratio: float = 1.0,
    heterogeneity: float = 0.0,
) -> int:
    """Optimal information size of a difference of means: participants of both arms.

    N = (1 + r)²/r · (z₁₋α⸝₂ + z_power)² sd²/difference², over 1 − `heterogeneity` (I² or `diversity`, as a share) so
    that a random-effects pooling has the power (Pogue & Yusuf 1997; Wetterslev 2009, 10.1186/1471-2288-9-86). Raises
    ValueError for a difference of 0, an SD or ratio not above 0, heterogeneity outside [0, 1), or power not between α
    and 1.

    >>> size_for_means(0.5, 1), size_for_means(0.5, 1, heterogeneity=0.5)
    (126, 252)
    """
    if difference == 0 or sd <= 0:
        raise ValueError("an information size needs a difference and an SD above 0")
    return _information_size((sd / difference) ** 2, alpha, power, ratio, heterogeneity)


def size_for_risks(
    risk1: float,
    risk2: float,
    *,
    alpha: float = 0.05,
    power: float = 0.8,
    ratio: float = 1.0,
    heterogeneity: float = 0.0,
) -> int:
    """Optimal information size of two risks: participants of both arms.

    As `size_for_means` with p̄(1 − p̄) for sd², p̄ the mean of both risks (Wetterslev 2009). Raises
    ValueError for equal risks or a risk outside [0, 1].

    >>> size_for_risks(0.08, 0.10)
    6429
    """
    if not (0 <= risk1 <= 1 and 0 <= risk2 <= 1) or risk1 == risk2:
        raise ValueError(f"no information size tells risks of {risk1:g} and {risk2:g} apart")
    mean = (risk1 + risk2) / 2
    return _information_size(mean * (1 - mean) / (risk1 - risk2) ** 2, alpha, power, ratio, heterogeneity)


def information_for(
    effect: float, *, alpha: float = 0.05, power: float = 0.8, heterogeneity: float = 0.0
) -> float:
    """Information Σ1/v that detects an effect of any scale: (z₁₋α⸝₂ + z_power)²/effect², over 1 − `heterogeneity`.

    The ground of both sizes above (Jennison & Turnbull 2000, chapter 3). Raises ValueError as they do.

    >>> round(information_for(0.5), 2)
    31.4
    """
    if effect == 0:
        raise ValueError("no information tells an effect of 0 from none")
    return _squared_quantile_sum(alpha, power, heterogeneity) / effect**2


def diversity(v_common: float, v_random: float) -> float:
    """D² = 1 − v_common/v_random, the variances of both pooled effects, at least 0 (Wetterslev 2009).

    >>> round(diversity(0.02, 0.05), 6)
    0.6
    """
    if min(v_common, v_random) <= 0:
        raise ValueError("diversity needs variances above 0")
    return max(0.0, 1 - v_common / v_random)


def spent(fraction: float, alpha: float = 0.05) -> float:
    """One-sided α of an O'Brien–Fleming-type boundary spent at an information fraction (Lan & DeMets 1983).

    2 − 2Φ(z₁₋α⸝₂/√t), 0 at 0 and α from 1 on. Raises ValueError for a negative fraction.

    >>> f"{spent(0.2, 0.025):.3e}", round(spent(1, 0.025), 6)
    ('5.389e-07', 0.025)
    """
    if fraction < 0:
        raise ValueError("an information fraction is not negative")
    if fraction == 0:
        return 0.0
    return 2 * normal_sf(z_from_p(alpha) / math.sqrt(min(1.0, fraction)))


def boundaries(fractions: Sequence[float], alpha: float = 0.05) -> list[float]:
    """Two-sided O'Brien–Fleming-type boundaries |z| at increasing information fractions, for trial sequential analysis.

    Each side spends α/2 by `spent`; the probability of crossing at each look is that of a path that has crossed at none
    before, by recursive integration (Armitage, McPherson & Rowe 1969; Lan & DeMets 1983). Raises ValueError for
    fractions that do not rise within (0, 1] or α outside (0, 1).

    >>> [round(z, 4) for z in boundaries([0.2, 0.4, 0.6, 0.8, 1])]
    [4.8769, 3.357, 2.6803, 2.2898, 2.031]
    """
    if not fractions or not all(a < b for a, b in zip((0, *fractions), fractions, strict=False)):
        raise ValueError("information fractions must rise from above 0")
    if fractions[-1] > 1 or not 0 < alpha < 1:
        raise ValueError("information fractions end at 1, and alpha lies between 0 and 1")
    limits: list[float] = []
    steps = [math.sqrt(b - a) for a, b in zip((0, *fractions), fractions, strict=False)]
    x, mass, used = np.zeros(1), np.ones(1), 0.0
    for step, following, fraction in zip(steps, [*steps[1:], steps[-1]], fractions, strict=True):
        total = spent(fraction, alpha / 2)
        limit = _crossed_with(x, mass, step, total - used)
        limits.append(limit / math.sqrt(fraction))
        ahead, weights = _quadrature_nodes(min(limit, FARTHEST * math.sqrt(fraction)), min(step, following))
        density = np.exp(-(((ahead[:, None] - x[None, :]) / step) ** 2) / 2) / (step * math.sqrt(math.tau))
        x, mass, used = ahead, weights * (density @ mass), total
    return limits


def critical(alpha: float = 0.05) -> float:
    """The |z| that a two-sided test at α takes.

    >>> round(critical(), 4)
    1.96
    """
    return z_from_p(alpha)


def weight_to_move(estimate: float, se: float, new_effect: float, *, alpha: float = 0.05) -> float | None:
    """The least weight 1/SE² of a new trial with this effect that moves a common-effect conclusion at two-sided α.

    The pooled z is (Wθ + wy)/√(W + w) with W = 1/`se`²; the w at which it is ±z₁₋α⸝₂ are roots of
    y²w² + (2Wθy − z²)w + W²θ² − z²W. A significant result moves when it stops being so, another one when it becomes so.
    None where no size does. Raises ValueError for an SE not above 0.

    >>> round(weight_to_move(0.31, 0.30, 0.31), 1)
    28.9
    """
    if se <= 0:
        raise ValueError("a standard error is above 0")
    weight, square = 1 / se**2, critical(alpha) ** 2
    middle, last = 2 * weight * estimate * new_effect - square, (weight * estimate) ** 2 - square * weight
    if new_effect == 0:
        return last / square if last > 0 else None
    root = middle**2 - 4 * new_effect**2 * last
    if root < 0:
        return None
    # Of the two forms of each root, the one without a difference of near-equal numbers.
    half = -(middle + math.copysign(math.sqrt(root), middle)) / 2
    roots = [half / new_effect**2, *([last / half] if half else [])]
    return min((w for w in roots if w > 0), default=None)


def effects_leaving_doubt(estimate: float, se: float, new_se: float, *, alpha: float = 0.05) -> Interval:
    """The effects of a new trial of standard error `new_se` after which the pooled result is not significant.

    (±z₁₋α⸝₂√(W + w) − Wθ)/w for weights W = 1/`se`² and w = 1/`new_se`². Raises ValueError for an SE not above 0.

    >>> doubt = effects_leaving_doubt(0.31, 0.30, 0.20)
    >>> round(doubt.lo, 3), round(doubt.hi, 3)
    (-0.609, 0.333)
    """
    if min(se, new_se) <= 0:
        raise ValueError("a standard error is above 0")
    weight, new_weight = 1 / se**2, 1 / new_se**2
    margin = critical(alpha) * math.sqrt(weight + new_weight)
    return Interval((-margin - weight * estimate) / new_weight, (margin - weight * estimate) / new_weight)


def participants_for_weight(weight: float, d: float, ratio: float = 1.0) -> int:
    """Participants whose standardised difference `d` has this weight: w[(1 + r)²/r + d²/2], for 1/v = w.

    v = (1 + r)²/(rN) + d²/(2N), as for Hedges' g. Raises ValueError for a weight or ratio not above 0.

    >>> participants_for_weight(weight_to_move(0.31, 0.30, 0.31), 0.31)
    117
    """
    if weight <= 0 or ratio <= 0:
        raise ValueError("a trial's weight and its allocation ratio are above 0")
    return math.ceil(weight * ((1 + ratio) ** 2 / ratio + d * d / 2) * (1 - ROUNDING))


def _information_size(spread: float, alpha: float, power: float, ratio: float, heterogeneity: float) -> int:
    if ratio <= 0:
        raise ValueError("an information size needs a ratio above 0")
    return math.ceil((1 + ratio) ** 2 / ratio * _squared_quantile_sum(alpha, power, heterogeneity) * spread)


def _squared_quantile_sum(alpha: float, power: float, heterogeneity: float) -> float:
    if not 0 < alpha < power < 1:
        raise ValueError(f"power of {power:g} is not between alpha ({alpha:g}) and 1")
    if not 0 <= heterogeneity < 1:
        raise ValueError("an information size needs heterogeneity from 0 to below 1")
    return (critical(alpha) + normal_quantile(power)) ** 2 / (1 - heterogeneity)


def _crossed_with(x: Vector, mass: Vector, step: float, probability: float) -> float:
    """The limit that paths from `x` exceed with this probability after an increment of SD `step`, by bisection."""
    from scipy.special import ndtr

    low, high = 0.0, float(x[-1]) + 40 * step
    while low < (limit := (low + high) / 2) < high:
        crossing = float(mass @ ndtr((x - limit) / step))
        low, high = (limit, high) if crossing > probability else (low, limit)
    return high


def _quadrature_nodes(limit: float, scale: float) -> tuple[Vector, Vector]:
    """Gauss–Legendre nodes within ±limit, dense enough for increments of SD `scale`, and their weights."""
    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    stretches = math.ceil(limit / scale)
    half = limit / stretches
    centres = half * (2 * np.arange(stretches) + 1) - limit
    return (centres[:, None] + half * nodes).ravel(), np.tile(half * weights, stretches)
