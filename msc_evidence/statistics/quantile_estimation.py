"""Mean and SD by the distribution whose quantiles lie nearest to those that were printed (McGrath 2020)."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from msc_evidence.statistics.conversion import Quantiles

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Family:
    """Distributions of a shape and a scale: quantiles, mean and SD at a scale of 1, and where the shape is sought."""

    name: str
    quantiles: Callable[[Array, float], Array]
    moments: Callable[[float], tuple[float, float]]
    #: Of the logarithm of the shape.
    bounds: tuple[float, float]


def _lognormal(sigma: float) -> tuple[float, float]:
    mean = math.exp(sigma**2 / 2)
    return mean, mean * math.sqrt(math.expm1(sigma**2))


def _weibull(shape: float) -> tuple[float, float]:
    mean, square = math.gamma(1 + 1 / shape), math.gamma(1 + 2 / shape)
    return mean, math.sqrt(square - mean**2)


_FAMILIES = (
    _Family("log-normal", lambda p, sigma: np.exp(sigma * special.ndtri(p)), _lognormal, (-9.0, 1.6)),
    _Family(
        "gamma",
        lambda p, shape: np.asarray(special.gammaincinv(shape, p), dtype=float),
        lambda shape: (shape, math.sqrt(shape)),
        (-3.0, 14.0),
    ),
    _Family(
        "Weibull",
        lambda p, shape: (-np.log1p(-p)) ** (1 / shape),
        _weibull,
        (-1.6, 9.0),
    ),
)


@dataclass(frozen=True, slots=True)
class FittedMeanSD:
    """Mean and SD of a fitted distribution, its name, and the sum of squares between its quantiles and the printed."""

    mean: float
    sd: float
    family: str
    distance: float


def fitted_mean_sd(quantiles: Quantiles) -> FittedMeanSD:
    """Mean and SD of the normal, log-normal, gamma or Weibull distribution nearest to the quantiles.

    Nearest is the least Σ(q − Q(p))², with p of .25, .5 and .75 for quartiles and median and 1/n and 1 − 1/n for the
    extremes (McGrath 2020, 10.1177/0962280219889080; its beta distribution, of shares, is left out). Below
    0 only the normal is tried, which goes before another that is as near.

    >>> found = fitted_mean_sd(Quantiles(20, 40, q1=10, q3=60))
    >>> found.family, round(found.mean, 2), round(found.sd, 2)
    ('log-normal', 67.34, 199.0)
    """
    p, q = _quantile_points(quantiles)
    fits = [_normal(p, q)]
    if q.min() >= 0:
        fits += [_least_squares_fit(family, p, q) for family in _FAMILIES]
    nearest = min(candidate.distance for candidate in fits)
    slack = 1e-12 * float((q**2).sum())
    return next(candidate for candidate in fits if candidate.distance <= nearest + slack)


def _quantile_points(quantiles: Quantiles) -> tuple[Array, Array]:
    """The shares below the numbers printed, and the numbers."""
    pairs = [(0.5, quantiles.median)]
    if quantiles.quartiles:
        pairs += zip((0.25, 0.75), quantiles.quartiles, strict=True)
    if quantiles.extremes:
        pairs += zip((1 / quantiles.n, 1 - 1 / quantiles.n), quantiles.extremes, strict=True)
    p, q = zip(*sorted(pairs), strict=True)
    return np.array(p), np.array(q)


def _normal(p: Array, q: Array) -> FittedMeanSD:
    """By least squares of the numbers on the normal's quantiles, which have the mean 0."""
    z = special.ndtri(p)
    mean, sd = float(q.mean()), float((z * q).sum() / (z * z).sum())
    return FittedMeanSD(mean, sd, "normal", float(((q - mean - sd * z) ** 2).sum()))


def _least_squares_fit(family: _Family, p: Array, q: Array) -> FittedMeanSD:
    """The scale at each shape by least squares; the shape on a grid, then by Brent's method around its best."""
    from scipy import optimize  # costs more than all that a pool without medians computes

    def scaled(log_shape: float) -> tuple[float, float]:
        base = family.quantiles(p, math.exp(log_shape))
        scale = float((q * base).sum() / (base * base).sum())
        return float(((q - scale * base) ** 2).sum()), scale

    grid = np.linspace(*family.bounds, 200)
    best = int(np.argmin([scaled(float(at))[0] for at in grid]))
    around = float(grid[max(best - 1, 0)]), float(grid[min(best + 1, len(grid) - 1)])
    at = optimize.minimize_scalar(
        lambda x: scaled(x)[0], bounds=around, method="bounded", options={"xatol": 1e-12}
    ).x
    distance, scale = scaled(float(at))
    mean, sd = family.moments(math.exp(float(at)))
    return FittedMeanSD(scale * mean, scale * sd, family.name, distance)
