"""Distribution functions of arrays: of a few numbers on `math`, of many by scipy.special.

Importing scipy.special takes longer than everything else that a pool of some trials does.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from msc_evidence.statistics.distributions import chi2_sf, normal_quantile, p_from_t, p_from_z

Array = NDArray[np.float64]

#: Numbers, or degrees of freedom, that `math` is quick with.
FEW = 100


def normal_p(z: Array) -> Array:
    """Two-sided p of each z, nan where z is."""
    if np.size(z) <= FEW:
        return _each(p_from_z, z)
    from scipy.special import ndtr

    return np.asarray(2 * ndtr(-np.abs(z)))


def t_p(t: Array, df: int) -> Array:
    """Two-sided p of each t on `df` degrees of freedom."""
    if np.size(t) <= FEW:
        return _each(lambda value: p_from_t(value, df) if math.isfinite(value) else 0.0, t)
    from scipy.special import stdtr

    return np.asarray(2 * stdtr(df, -np.abs(t)))


def chi2_p(q: Array, df: int) -> Array:
    """Upper tail of χ² at each q."""
    if np.size(q) <= FEW and df <= FEW:
        return _each(lambda value: chi2_sf(value, df), q)
    from scipy.special import chdtrc

    return np.asarray(chdtrc(df, q))


@lru_cache(maxsize=4096)
def chi2_quantile(df: int, upper: float) -> float:
    """The χ² that this upper tail begins at, by Newton's steps within a bracket.

    >>> round(chi2_quantile(1, 0.05), 6)
    3.841459
    """
    if df > FEW:
        from scipy.special import chdtri

        return float(chdtri(df, upper))
    low, high = 0.0, float(df)
    while chi2_sf(high, df) > upper:
        low, high = high, 2 * high
    x = (low + high) / 2
    for _ in range(200):
        excess = chi2_sf(x, df) - upper
        low, high = (x, high) if excess > 0 else (low, x)
        density = math.exp((df / 2 - 1) * math.log(x / 2) - x / 2 - math.lgamma(df / 2)) / 2
        newton = x + excess / density if density > 0 else low
        following = newton if low < newton < high else (low + high) / 2
        if abs(following - x) <= 4e-16 * x:
            break
        x = following
    return x


def normal_quantiles(p: Array) -> Array:
    """The standard normal quantile of each p, −∞ and ∞ at 0 and 1, nan beyond."""
    if np.size(p) <= FEW:
        return _each(_quantile, p)
    from scipy.special import ndtri

    return np.asarray(ndtri(p))


def log_gamma(x: Array) -> Array:
    """ln Γ of each x above 0, ∞ at 0, nan where x is."""
    if np.size(x) <= FEW:
        return _each(lambda value: math.lgamma(value) if value else math.inf, x)
    from scipy.special import gammaln

    return np.asarray(gammaln(x))


def _quantile(p: float) -> float:
    if 0 < p < 1:
        return normal_quantile(p)
    return {0.0: -math.inf, 1.0: math.inf}.get(p, math.nan)


def _each(function: Callable[[float], float], values: Any) -> Array:
    """The function of each number, in the shape that they are in; nan of nan."""
    array = np.asarray(values, dtype=float)
    found = [math.nan if math.isnan(value) else function(value) for value in array.ravel().tolist()]
    return np.array(found, dtype=float).reshape(array.shape)
