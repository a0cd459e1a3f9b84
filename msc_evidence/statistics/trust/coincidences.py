"""How often randomised arms print the same mean, SD or count, and how often so many rows of a table do."""

from __future__ import annotations

import math
from collections.abc import Sequence

from msc_evidence.statistics.distributions import normal_sf

_ROOT_2PI = math.sqrt(2 * math.pi)


def same_print(sigma: float, step: float) -> float:
    """P that two values print alike to `step` where their difference is N(0, σ).

    Averaged over where the grid of rounding lies: ∫ (1 − |d|/h) φ_σ(d) dd over |d| < h, which is
    2Φ(h/σ) − 1 − 2(σ/h)(φ(0) − φ(h/σ)), and close to h/(σ√2π) for small h.

    >>> round(same_print(8.43 * math.sqrt(2 / 50), 0.01), 7)
    0.0023662
    """
    if sigma <= 0:
        return 1.0
    x = step / sigma
    if x < 1e-4:
        return x / _ROOT_2PI  # the difference of the two terms would lose every digit
    return 1 - 2 * normal_sf(x) + 2 * math.expm1(-x * x / 2) / (x * _ROOT_2PI)


def same_mean(sd: float, n1: int, n2: int, step: float) -> float:
    """P that the means of two random samples of one population print alike: σ = SD·√(1/n₁ + 1/n₂).

    >>> round(same_mean(11.5, 5, 25, 0.1), 6)
    0.007081
    """
    return same_print(sd * math.sqrt(1 / n1 + 1 / n2), step)


def same_sd(sd: float, n1: int, n2: int, step: float) -> float:
    """P that their SDs print alike: σ = SD·√(1/2(n₁ − 1) + 1/2(n₂ − 1)), as of normal data.

    >>> round(same_sd(8.43, 50, 50, 0.01), 7)
    0.0033127
    """
    return same_print(sd * math.sqrt(1 / (2 * (n1 - 1)) + 1 / (2 * (n2 - 1))), step)


def same_count(total: int, n1: int, n2: int) -> float:
    """P of the same count in both arms given their sum, hypergeometric; 0 where the sum is odd.

    >>> round(same_count(50, 50, 50), 6), same_count(51, 50, 50)
    (0.158385, 0.0)
    """
    half, odd = divmod(total, 2)
    if odd or half > min(n1, n2):
        return 0.0
    return math.comb(n1, half) * math.comb(n2, half) / math.comb(n1 + n2, total)


def at_least(probabilities: Sequence[float], seen: int) -> float:
    """P of at least `seen` of independent events: the Poisson-binomial tail, by convolution.

    >>> at_least([0.5, 0.5], 1)
    0.75
    """
    counts = [1.0]
    for p in probabilities:
        counts = [
            (counts[k] * (1 - p) if k < len(counts) else 0.0) + (counts[k - 1] * p if k else 0.0)
            for k in range(len(counts) + 1)
        ]
    return math.fsum(counts[seen:])
