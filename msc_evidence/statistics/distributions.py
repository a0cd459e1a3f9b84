"""Tail areas and quantiles of the normal, t, F and χ² distributions.

Written on `math` alone: importing scipy.special costs more than everything else `summarize` and `check` do.
The tests hold each of these to scipy's values.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist

_NORMAL = NormalDist()
_EPSILON = 1e-16
_TINY = 1e-300
#: From here on four terms of Stirling's series are exact to the last digit.
_STIRLING_FROM = 30.0


def normal_sf(z: float) -> float:
    """Upper tail P(Z > z) of the standard normal.

    >>> round(normal_sf(1.959964), 6)
    0.025
    """
    return 0.5 * math.erfc(z / math.sqrt(2))


def normal_quantile(probability: float) -> float:
    """The z with P(Z ≤ z) = `probability`, in (0, 1) (Wichura 1988, AS 241)."""
    return _NORMAL.inv_cdf(probability)


def p_from_z(z: float) -> float:
    """Two-sided p of a standard normal statistic.

    >>> round(p_from_z(2.20), 5)
    0.02781
    """
    return math.erfc(abs(z) / math.sqrt(2))


def z_from_p(p: float) -> float:
    """The |z| whose two-sided p is `p`, for 0 < p ≤ 1; infinite at p = 0."""
    return -_NORMAL.inv_cdf(p / 2) if p > 0 else math.inf


def beta_cdf(x: float, a: float, b: float) -> float:
    """Regularised incomplete beta function I_x(a, b), by its continued fraction (DLMF 8.17.22, Lentz).

    >>> round(beta_cdf(0.5, 2, 3), 4)
    0.6875
    """
    return _beta_cdf(x, 1 - x, a, b)


def _beta_cdf(x: float, y: float, a: float, b: float) -> float:
    # y = 1 − x comes from the caller: near x = 1 the subtraction would lose every digit of a small t.
    if x <= 0 or y <= 0:
        return 0.0 if x <= 0 else 1.0
    if x > (a + 1) / (a + b + 2):
        return 1 - _beta_cdf(y, x, b, a)
    front = a * _log(x, y) + b * _log(y, x) - _log_beta(a, b)
    return math.exp(front) / (a * _beta_continued_fraction(x, a, b))


def _log(x: float, y: float) -> float:
    return math.log1p(-y) if y < 0.5 else math.log(x)


def _log_beta(a: float, b: float) -> float:
    small, large = sorted((a, b))
    if large < _STIRLING_FROM:
        return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)
    # lgamma of 10⁶ has lost ten decimals, the difference of two has not: Stirling's series for both.
    growth = (large - 0.5) * math.log1p(small / large) + small * (math.log(large + small) - 1)
    return math.lgamma(small) - growth - _stirling(large + small) + _stirling(large)


def _stirling(x: float) -> float:
    """What ln Γ(x) adds to (x − ½) ln x − x + ½ ln 2π, for x ≥ 30 (DLMF 5.11.1)."""
    return (1 / 12 - (1 / 360 - (1 / 1260 - 1 / (1680 * x * x)) / (x * x)) / (x * x)) / x


def _beta_continued_fraction(x: float, a: float, b: float) -> float:
    fraction = numerator = 1.0
    denominator = 0.0
    total = a + b
    for step in range(1, 20_000):
        m = step // 2
        place = a + step
        if step % 2:
            term = -(a + m) * (total + m) * x / ((place - 1) * place)
        else:
            term = m * (b - m) * x / ((place - 1) * place)
        # Written out, for calls of `_away_from_zero` would take half the time.
        below, above = 1 + term * denominator, 1 + term / numerator
        denominator = 1 / (below if below > _TINY or below < -_TINY else _TINY)
        numerator = above if above > _TINY or above < -_TINY else _TINY
        change = numerator * denominator
        fraction *= change
        if -_EPSILON < change - 1 < _EPSILON:
            break
    return fraction


def _away_from_zero(value: float) -> float:
    return value if abs(value) > _TINY else _TINY


def p_from_t(t: float, df: float) -> float:
    """Two-sided p of Student's t on `df` degrees of freedom, fractional ones included.

    p = I_x(ν/2, ½) with x = ν/(ν + t²) (DLMF 8.17; Abramowitz & Stegun 26.7.1).

    >>> round(p_from_t(2.20, 28), 6)
    0.036225
    """
    square = t * t
    return _beta_cdf(df / (df + square), square / (df + square), df / 2, 0.5)


@lru_cache(maxsize=4096)
def t_from_p(p: float, df: float) -> float:
    """The |t| on `df` degrees of freedom whose two-sided p is `p`, for 0 < p ≤ 1; infinite at p = 0.

    Found by Newton's steps within a bracket; the density is Student's.

    >>> round(t_from_p(0.011, 28), 5)
    2.72337
    """
    if p <= 0:
        return math.inf
    low, high = 0.0, 2.0
    while p_from_t(high, df) > p:
        low, high = high, 2 * high
    t = (low + high) / 2
    for _ in range(200):
        excess = p_from_t(t, df) - p
        low, high = (t, high) if excess > 0 else (low, t)
        density = t_density(t, df)
        step = t + excess / (2 * density) if density else low  # which bisects
        following = step if low < step < high else (low + high) / 2
        if abs(following - t) <= 1e-15 * max(1.0, t):
            return following
        t = following
    return t


def t_density(t: float, df: float) -> float:
    """Density of Student's t on `df` degrees of freedom at `t`."""
    log_constant = math.lgamma((df + 1) / 2) - math.lgamma(df / 2) - math.log(df * math.pi) / 2
    return math.exp(log_constant - (df + 1) / 2 * math.log1p(t * t / df))


def f_sf(f: float, df1: float, df2: float) -> float:
    """Upper tail of F on (`df1`, `df2`) degrees of freedom (Abramowitz & Stegun 26.6.2).

    >>> round(f_sf(2.20, 2, 28), 5)
    0.12959
    """
    scaled = df1 * f
    return _beta_cdf(df2 / (df2 + scaled), scaled / (df2 + scaled), df2 / 2, df1 / 2)


def chi2_sf(chi2: float, df: float) -> float:
    """Upper tail of χ² on `df` degrees of freedom, Q(df/2, χ²/2) (Abramowitz & Stegun 26.4.19).

    >>> round(chi2_sf(22.20, 28), 5)
    0.77195
    """
    if chi2 <= 0:
        return 1.0
    if df == 1:
        return p_from_z(math.sqrt(chi2))
    a, x = df / 2, chi2 / 2
    front = math.exp(_log_gamma_density(x, a))
    return 1 - front * _gamma_series(x, a) if x < a + 1 else front * _gamma_fraction(x, a)


@dataclass(frozen=True, slots=True)
class ChiSquare:
    """A χ² statistic, its degrees of freedom and its p."""

    statistic: float
    df: int
    p: float

    @classmethod
    def of(cls, statistic: float, df: int) -> ChiSquare:
        """The statistic with its upper tail.

        >>> round(ChiSquare.of(3.841459, 1).p, 4)
        0.05
        """
        return cls(statistic, df, chi2_sf(statistic, df))


def _log_gamma_density(x: float, a: float) -> float:
    """The logarithm of xᵃ e⁻ˣ / Γ(a)."""
    if a < _STIRLING_FROM:
        return a * math.log(x) - x - math.lgamma(a)
    # log1p alone would leave two terms of size a to cancel; their difference is taken at once.
    excess = (x - a) / a
    return a * _log1p_minus(excess) + 0.5 * math.log(a / math.tau) - _stirling(a)


def _log1p_minus(u: float) -> float:
    """ln(1 + u) − u, by its power series near 0, where the difference would cancel."""
    if abs(u) > 0.1:
        return math.log1p(u) - u
    return -math.fsum((-u) ** k / k for k in range(2, 20))


def _gamma_series(x: float, a: float) -> float:
    """P(a, x) divided by xᵃ e⁻ˣ / Γ(a) (DLMF 8.7.1)."""
    term = total = 1 / a
    while term > total * _EPSILON:
        a += 1
        term *= x / a
        total += term
    return total


def _gamma_fraction(x: float, a: float) -> float:
    """Q(a, x) divided by xᵃ e⁻ˣ / Γ(a) (DLMF 8.9.2, Lentz)."""
    shift = x + 1 - a
    denominator = fraction = 1 / _away_from_zero(shift)
    numerator = 1 / _TINY
    for k in range(1, 20_000):
        term = -k * (k - a)
        shift += 2
        denominator = 1 / _away_from_zero(term * denominator + shift)
        numerator = _away_from_zero(shift + term / numerator)
        fraction *= numerator * denominator
        if abs(numerator * denominator - 1) < _EPSILON:
            break
    return fraction
