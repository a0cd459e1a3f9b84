"""The restricted likelihood of τ of thousands of studies, as a polynomial where it is not negligible."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.polynomial import chebyshev
from numpy.typing import NDArray

Array = NDArray[np.float64]

#: From so many studies on the likelihood is smooth enough, and one look at all of them dear enough.
MANY = 2_000
#: Studies that are looked at together, so that they fit a processor's cache with all τ.
_BLOCK = 512
#: Points of a search, and of the polynomial.
_GRID, _POINTS = 17, 64
#: What lies so far below the highest log density holds nothing; more than the quadrature asks for.
_NEGLIGIBLE_LOG = 60.0
#: A polynomial farther than this from the log-likelihood is not used.
_CLOSE = 1e-8


@dataclass(frozen=True, slots=True)
class SmoothLikelihood:
    """log-likelihood, the mean effect and the log of its precision at any u between `low` and `high`."""

    low: float
    high: float
    coefficients: Array

    def of(self, u: Array) -> Array:
        """The three at each u, a row each."""
        inner = (2 * np.asarray(u) - self.low - self.high) / (self.high - self.low)
        return np.asarray(chebyshev.chebval(inner, self.coefficients), dtype=np.float64)


def smooth_likelihood(
    yi: Array,
    vi: Array,
    tau_at: Callable[[Array], Array],
    log_prior: Callable[[Array], Array],
    longest: float,
) -> SmoothLikelihood | None:
    """The likelihood between 0 and `longest`, where with the prior it is not negligible; None where it is not smooth.

    Interpolated at Chebyshev's points and compared between them.
    """
    centre = float(yi.mean())

    def exact(u: Array) -> Array:
        centred: Array = _exact(yi - centre, vi, tau_at(u) ** 2) + np.array([[0.0], [centre], [0.0]])
        return centred

    low, high = 0.0, longest
    for _ in range(12):
        grid = np.linspace(low, high, _GRID)
        logs = exact(grid)[0] + log_prior(grid)
        (near,) = np.nonzero(logs >= logs.max() - _NEGLIGIBLE_LOG)
        first, last = max(near[0] - 1, 0), min(near[-1] + 1, _GRID - 1)
        low, high = float(grid[first]), float(grid[last])
        if last - first > _GRID // 2:
            break
    points = np.cos(np.pi * (np.arange(_POINTS) + 0.5) / _POINTS)
    values = exact((low + high + (high - low) * points) / 2)
    turns = np.cos(np.outer(np.arange(_POINTS), np.arccos(points)))
    coefficients = 2 / _POINTS * turns @ values.T
    coefficients[0] /= 2
    found = SmoothLikelihood(low, high, coefficients)
    between = low + (high - low) * np.array([0.013, 0.21, 0.48, 0.77, 0.991])
    return found if np.all(abs(found.of(between) - exact(between)) <= _CLOSE) else None


def _exact(yi: Array, vi: Array, tau2: Array) -> Array:
    """Restricted log-likelihood (Viechtbauer 2005, equation 11), Σwy/Σw and ln Σw at each τ², by blocks of studies."""
    sums = np.zeros((4, len(tau2)))
    for start in range(0, len(yi), _BLOCK):
        y, v = yi[start : start + _BLOCK, None], vi[start : start + _BLOCK]
        total = v[:, None] + tau2
        wi = np.reciprocal(total)
        weighted = wi * y
        sums[0] -= np.log(total).sum(axis=0)
        sums[1] += wi.sum(axis=0)
        sums[2] += weighted.sum(axis=0)
        sums[3] += (weighted * y).sum(axis=0)
    logs, total, linear, squares = sums
    mean = linear / total
    return np.array([(logs - squares + linear * mean - np.log(total)) / 2, mean, np.log(total)])
