"""The common odds ratio of two ordinal distributions by maximum likelihood, its tests and its assumption."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from msc_evidence.statistics.distributions import ChiSquare, normal_quantile

Vector = NDArray[np.float64]

#: Newton's steps stop with the first that changes no threshold or log odds ratio by more: what it leaves is of the
#: order of its square, while smaller steps are rounding once the log-likelihood reaches 10⁵.
STEP = 1e-9
#: No table needed more than 30 steps; beyond this many the likelihood has no maximum.
STEPS = 200


@dataclass(frozen=True, slots=True)
class OddsFit:
    """The fitted model: log common odds ratio, its standard error, thresholds and log-likelihood."""

    log_or: float
    se: float
    thresholds: tuple[float, ...]
    log_likelihood: float


def fit(counts1: Sequence[int], counts2: Sequence[int]) -> OddsFit:
    """Proportional odds: logit P(Y ≤ j) = θⱼ − β in arm 1 and θⱼ in arm 2, by maximum likelihood (McCullagh 1980).

    e^β is the odds of arm 1 to stand higher on the scale, over those of arm 2. Newton's steps on the observed
    information, which also gives the SE; a category empty in both arms has no threshold. Raises ValueError where the
    likelihood has no maximum: all in one category, or arms that share one category at most.

    >>> model = fit([5, 9, 20, 15, 31, 18, 6], [3, 8, 12, 17, 39, 20, 3])
    >>> round(model.log_or, 6), round(model.se, 6)
    (-0.222971, 0.248864)
    """
    table = _table(counts1, counts2)
    _require_overlap(table)
    start = np.append(_logits(table.sum(axis=0)), 0.0)
    parameters, information = _maximum(lambda x: _derivatives(table, x[:-1], x[-1]), start)
    se = math.sqrt(float(np.linalg.inv(information)[-1, -1]))
    log_likelihood = _log_likelihood(table, parameters[:-1], parameters[-1])
    return OddsFit(float(parameters[-1]), se, tuple(map(float, parameters[:-1])), log_likelihood)


def profile_interval(
    counts1: Sequence[int], counts2: Sequence[int], level: float = 0.95
) -> tuple[float, float]:
    """Limits of the log common odds ratio at which twice the loss of profile log-likelihood is χ²₁'s quantile.

    Venzon & Moolgavkar 1988. Raises ValueError as `fit` does.

    >>> [round(limit, 6) for limit in profile_interval([5, 9, 20, 15, 31, 18, 6], [3, 8, 12, 17, 39, 20, 3])]
    [-0.712224, 0.264344]
    """
    table, model = _table(counts1, counts2), fit(counts1, counts2)
    z = normal_quantile((1 + level) / 2)
    return _profile_limit(table, model, -z), _profile_limit(table, model, z)


def likelihood_ratio_test(counts1: Sequence[int], counts2: Sequence[int]) -> ChiSquare:
    """Test of no effect: twice the log-likelihood gained by β, χ² on 1 degree of freedom.

    Raises ValueError as `fit` does.

    >>> test = likelihood_ratio_test([5, 9, 20, 15, 31, 18, 6], [3, 8, 12, 17, 39, 20, 3])
    >>> round(test.statistic, 6), round(test.p, 6)
    (0.803841, 0.369947)
    """
    table = _table(counts1, counts2)
    null = _log_likelihood(table, _logits(table.sum(axis=0)), 0.0)
    return ChiSquare.of(2 * (fit(counts1, counts2).log_likelihood - null), 1)


def proportional_odds_test(counts1: Sequence[int], counts2: Sequence[int]) -> ChiSquare:
    """Whether one odds ratio serves every cut of the scale: likelihood ratio against a ratio for each cut.

    χ² on J − 2 degrees of freedom for J categories in use, as ordinal's nominal_test. p is 1 for two categories, which
    leave nothing to test. Raises ValueError as `fit` does.

    >>> test = proportional_odds_test([5, 9, 20, 15, 31, 18, 6], [3, 8, 12, 17, 39, 20, 3])
    >>> round(test.statistic, 4), test.df
    (3.9284, 5)
    """
    table = _table(counts1, counts2)
    shares = table / table.sum(axis=1, keepdims=True)
    saturated = float((table[table > 0] * np.log(shares[table > 0])).sum())
    df = table.shape[1] - 2
    loss = max(0.0, 2 * (saturated - fit(counts1, counts2).log_likelihood))
    return ChiSquare.of(loss, df) if df else ChiSquare(0.0, 0, 1.0)


def _table(counts1: Sequence[int], counts2: Sequence[int]) -> Vector:
    """Both arms as rows, the categories that hold anyone as columns."""
    if len(counts1) != len(counts2) or min((*counts1, *counts2), default=-1) < 0:
        raise ValueError("two ordinal distributions need the same categories and no negative counts")
    if not (any(counts1) and any(counts2)):
        raise ValueError("a common odds ratio needs participants in each arm")
    table = np.array([counts1, counts2], dtype=np.float64)
    used: Vector = table[:, table.sum(axis=0) > 0]
    return used


def _require_overlap(table: Vector) -> None:
    first, second = np.flatnonzero(table[0]), np.flatnonzero(table[1])
    if table.shape[1] < 2:
        raise ValueError("all participants are in one category: there is no odds ratio to estimate")
    if first[0] >= second[-1] or second[0] >= first[-1]:
        raise ValueError("the arms share one category at most: their common odds ratio is infinite")


def _logits(counts: Vector) -> Vector:
    below = np.cumsum(counts)[:-1]
    logits: Vector = np.log(below / (counts.sum() - below))
    return logits


def _expit(x: Vector) -> Vector:
    return np.asarray(0.5 * (1 + np.tanh(x / 2)))


def _probabilities(eta: Vector) -> Vector:
    """Category probabilities from cumulative logits; from the nearer tail, where differences lose fewer digits."""
    edges = np.concatenate(([-np.inf], eta, [np.inf]))
    lower, upper = edges[:-1], edges[1:]
    nearer: Vector = np.where(lower > 0, _expit(-lower) - _expit(-upper), _expit(upper) - _expit(lower))
    return nearer


def _log_likelihood(table: Vector, thresholds: Vector, beta: float) -> float:
    if np.any(np.diff(thresholds) <= 0):
        return -math.inf
    pi = np.array([_probabilities(thresholds - beta), _probabilities(thresholds)])
    used = table > 0
    with np.errstate(divide="ignore"):
        return float((table[used] * np.log(pi[used])).sum())


def _derivatives(table: Vector, thresholds: Vector, beta: float) -> tuple[float, Vector, Vector]:
    """Log-likelihood, gradient and observed information in (θ, β)."""
    size = len(thresholds)
    gradient, information = np.zeros(size + 1), np.zeros((size + 1, size + 1))
    value = _log_likelihood(table, thresholds, beta)
    if value == -math.inf:
        return value, gradient, information
    for counts, slope in ((table[0], -1.0), (table[1], 0.0)):
        design = np.column_stack((np.eye(size), np.full(size, slope)))
        first, second = _arm_derivatives(counts, thresholds + slope * beta)
        gradient += design.T @ first
        information -= design.T @ second @ design
    return value, gradient, information


def _arm_derivatives(counts: Vector, eta: Vector) -> tuple[Vector, Vector]:
    """First and second derivatives of one arm's log-likelihood in its cumulative logits."""
    below, pi = _expit(eta), _probabilities(eta)
    density = below * _expit(-eta)
    # A category that holds nobody pulls nowhere, however small its probability.
    ratio = np.divide(counts, pi, out=np.zeros_like(pi), where=counts > 0)
    curvature = np.divide(ratio, pi, out=np.zeros_like(pi), where=counts > 0)
    pull = ratio[:-1] - ratio[1:]
    second = np.diag(density * (1 - 2 * below) * pull - density**2 * (curvature[:-1] + curvature[1:]))
    beside = density[:-1] * density[1:] * curvature[1:-1]
    return density * pull, second + np.diag(beside, 1) + np.diag(beside, -1)


def _maximum(
    derivatives: Callable[[Vector], tuple[float, Vector, Vector]], start: Vector
) -> tuple[Vector, Vector]:
    """Where a concave log-likelihood is greatest, and the information there: Newton's steps, halved when too long."""
    x = start
    value, gradient, information = derivatives(x)
    for _ in range(STEPS):
        step = np.linalg.solve(information, gradient)
        if np.abs(step).max() <= STEP * max(1.0, np.abs(x).max()):
            return x + step, information
        length = 1.0
        while (ahead := derivatives(x + length * step))[0] < value - 1e-10 * abs(value) and length > 1e-10:
            length /= 2
        x, (value, gradient, information) = x + length * step, ahead
    raise ValueError("no maximum of the likelihood of the common odds ratio was found")


def _profile_limit(table: Vector, model: OddsFit, z: float) -> float:
    """The β on the side of `z` whose signed root of twice the loss is `z`: Newton's steps on that root."""
    thresholds, beta = np.array(model.thresholds), model.log_or + z * model.se
    for _ in range(STEPS):
        thresholds, slope = _profile(table, thresholds, beta)
        loss = 2 * (model.log_likelihood - _log_likelihood(table, thresholds, beta))
        root = math.copysign(math.sqrt(max(loss, 0.0)), z)
        step = (z - root) * root / -slope
        beta += step
        if abs(step) <= STEP * max(1.0, abs(beta)):
            return beta
    raise ValueError("the profile likelihood of the common odds ratio has no limit")


def _profile(table: Vector, thresholds: Vector, beta: float) -> tuple[Vector, float]:
    """The best thresholds at a given β, and the derivative of the log-likelihood in β there."""

    def held(theta: Vector) -> tuple[float, Vector, Vector]:
        value, gradient, information = _derivatives(table, theta, beta)
        return value, gradient[:-1], information[:-1, :-1]

    best, _ = _maximum(held, thresholds)
    return best, float(_derivatives(table, best, beta)[1][-1])
