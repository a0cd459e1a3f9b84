"""τ² by maximum and restricted maximum likelihood, at the highest of all maxima."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

#: Newton's error is the square of its last step: this leaves less than the rounding of the sums.
NEWTON_STEP = 1e-10
#: A τ² below this share of the smallest sampling variance is rounding, not heterogeneity.
NEGLIGIBLE = 1e-9
_sum = np.add.reduce


def maximum_likelihood(yi: Array, vi: Array) -> Array:
    """The τ² ≥ 0 that maximises −½Σ ln(v + τ²) − ½Σ w(y − ȳ_w)² (Hardy & Thompson 1996)."""
    return _maximum(yi, vi, restricted=False)


def restricted_maximum_likelihood(yi: Array, vi: Array) -> Array:
    """The τ² ≥ 0 that maximises the restricted likelihood, which subtracts ½ ln Σw (Viechtbauer 2005).

    Studies along the first axis. The likelihood can have several maxima: it is searched from 0 to the squared
    range of the effects, beyond which it only falls, in steps that double the total variance at most.

    >>> round(float(restricted_maximum_likelihood(np.array([0.1, 0.9]), np.array([0.05, 0.07]))), 12)
    0.26
    """
    return _maximum(yi, vi, restricted=True)


def log_likelihood(yi: Array, vi: Array, tau2: Array, *, restricted: bool) -> Array:
    """The profile log-likelihood of τ² at its best μ, without constants (Viechtbauer 2005, equations 7, 11)."""
    wi = 1 / (vi + tau2)
    total = _sum(wi)
    residuals = yi - _sum(wi * yi) / total
    value = _sum(np.log(wi)) - _sum(wi * residuals * residuals)
    return np.asarray((value - np.log(total) if restricted else value) / 2)


def _maximum(yi: Array, vi: Array, *, restricted: bool) -> Array:
    smallest = np.min(vi, axis=0)
    growth = np.ptp(yi, axis=0) ** 2 / smallest + 1
    cells = max(1, math.ceil(math.log2(np.max(growth))))
    best = log_likelihood(yi, vi, np.zeros(yi.shape[1:]), restricted=restricted)
    at = np.zeros(yi.shape[1:])
    for cell in range(1, cells + 1):
        value = log_likelihood(yi, vi, smallest * (growth ** (cell / cells) - 1), restricted=restricted)
        at = np.where(value > best, cell, at)
        best = np.maximum(best, value)
    below, start, above = (
        smallest * (growth ** (np.clip(at + shift, 0, cells) / cells) - 1) for shift in (-1, 0, 1)
    )
    tau2 = _stationary(yi, vi, below, start, above, restricted=restricted)
    return np.where(tau2 > NEGLIGIBLE * smallest, tau2, 0.0)


def _stationary(yi: Array, vi: Array, below: Array, start: Array, above: Array, *, restricted: bool) -> Array:
    """The zero of the score between `below` and `above`, by Newton's steps that bisect where they leave."""
    tau2, smallest = start, np.min(vi, axis=0)
    for _ in range(200):
        score, slope = _score(yi, vi, tau2, restricted=restricted)
        rising = score > 0
        below, above = np.where(rising, tau2, below), np.where(rising, above, tau2)
        newton = tau2 - score / np.where(slope < 0, slope, np.inf)
        inside = (slope < 0) & (newton >= below) & (newton <= above)
        following = np.where(inside, newton, (below + above) / 2)
        settled = np.abs(following - tau2) <= NEWTON_STEP * (following + smallest)
        tau2 = following
        if np.all(settled):
            break
    return tau2


def _score(yi: Array, vi: Array, tau2: Array, *, restricted: bool) -> tuple[Array, Array]:
    """Twice the first and second derivative of the log-likelihood."""
    wi = 1 / (vi + tau2)
    squared = wi * wi
    total, of_squares = _sum(wi), _sum(squared)
    scaled = wi * (yi - _sum(wi * yi) / total)
    twice = wi * scaled
    score = _sum(scaled * scaled) - total
    slope = of_squares - 2 * (_sum(twice * scaled) - _sum(twice) ** 2 / total)
    if restricted:
        ratio = of_squares / total
        score, slope = score + ratio, slope + ratio * ratio - 2 * _sum(squared * wi) / total
    return score, slope
