"""Tests of a whole baseline table that experts may ask for: terminal digits, and how far apart the arms are."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from msc_evidence.statistics.distributions import normal_quantile, normal_sf

_ROOT_2PI = math.sqrt(2 * math.pi)
#: p is kept this far from 0 and 1, where its normal quantile is infinite.
_EDGE = 1e-12


def multiple_share(n: int, share: float, multiple: int) -> float:
    """P that a binomial count is a multiple of `multiple`, 0 among them.

    >>> round(multiple_share(12, 0.2, 5), 7), round(multiple_share(50, 0.1, 5), 4)
    (0.121874, 0.2053)
    """
    if share in (0.0, 1.0):
        return 1.0 if share == 0.0 or n % multiple == 0 else 0.0
    log_odds = math.log(share) - math.log1p(-share)
    zero = math.lgamma(n + 1) + n * math.log1p(-share)
    return math.fsum(
        math.exp(zero - math.lgamma(k + 1) - math.lgamma(n - k + 1) + k * log_odds)
        for k in range(0, n + 1, multiple)
    )


def rounded_row_p(steps: int, sigma: float, step: float) -> float:
    """Mid-p of two means that print `steps` units apart where their difference is N(0, σ).

    The printed difference is k units with P(k) = [H((k + 1)h) − 2H(kh) + H((k − 1)h)]/h,
    H(x) = σφ(x/σ) + xΦ(x/σ); p = P(|K| > j) + ½P(|K| = j). Without rounding it is the usual two-sided p.

    >>> round(rounded_row_p(0, 8.4 * math.sqrt(2 / 30), 1.0), 4)
    0.9096
    """

    def integral(x: float) -> float:
        return sigma * math.exp(-((x / sigma) ** 2) / 2) / _ROOT_2PI + x * (1 - normal_sf(x / sigma))

    def up_to(k: int) -> float:
        """P(K ≤ k), which telescopes."""
        return (integral((k + 1) * step) - integral(k * step)) / step

    j = abs(steps)
    inside = up_to(j - 1) - up_to(-j) if j else 0.0
    edges = up_to(j) - up_to(j - 1) + (up_to(-j) - up_to(-j - 1) if j else 0.0)
    return min(1.0, max(0.0, 1 - inside - edges / 2))


@dataclass(frozen=True, slots=True)
class Dispersion:
    """How alike the arms of a table are, by its rows' p: z, and both tails."""

    z: float
    too_alike: float
    too_different: float


def combined_rows(p_values: Sequence[float]) -> Dispersion:
    """Stouffer's z = Σ Φ⁻¹(p)/√k of rows taken as independent; a large z is of arms too alike.

    >>> rows = combined_rows([.95, .97, .99, .91, .98, .93, .96, .99])
    >>> round(rows.z, 5), round(rows.too_alike, 10)
    (5.23235, 8.37e-08)
    """
    quantiles = (normal_quantile(min(1 - _EDGE, max(_EDGE, p))) for p in p_values)
    z = math.fsum(quantiles) / math.sqrt(len(p_values))
    return Dispersion(z, normal_sf(z), normal_sf(-z))
