"""The common odds ratio of many pairs of distributions at once, by Newton's steps on all of them together."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from msc_evidence.statistics.feasible.arm_distributions import Array

Floats = NDArray[np.float64]

#: Newton's steps on a concave likelihood end long before; steps in ln OR smaller than this change no printed digit.
STEPS, STEP = 100, 1e-9
#: Probabilities are kept away from 0, where the logarithm of an interim step would be lost.
SMALLEST = 1e-300


def common_odds_ratios(first: Array, second: Array) -> Floats:
    """Maximum-likelihood common odds ratio of a better category, arm 1 against arm 2, of each row.

    Every category is occupied. Infinite, or 0, where the lowest category of one arm is not below the highest of the
    other; not a number where both are so. McCullagh 1980, as `proportional_odds.fit`.

    >>> bang = np.array([[0, 0, 2, 2, 1]]), np.array([[3, 6, 9, 7, 0]])
    >>> f"{common_odds_ratios(*bang)[0]:.3f}"
    '6.687'
    """
    last = first.shape[1] - 1
    lowest = [(arm > 0).argmax(axis=1) for arm in (first, second)]
    highest = [last - (arm[:, ::-1] > 0).argmax(axis=1) for arm in (first, second)]
    above, below = lowest[0] >= highest[1], lowest[1] >= highest[0]
    ratios = np.where(above, np.inf, 0.0)
    ratios[above & below] = np.nan
    finite = ~above & ~below
    if finite.any():
        ratios[finite] = np.exp(_log_odds_ratios(first[finite].astype(float), second[finite].astype(float)))
    return ratios


def _log_odds_ratios(first: Floats, second: Floats) -> Floats:
    """ln OR of tables whose likelihood has a maximum."""
    total = first + second
    share = np.cumsum(total, axis=1)[:, :-1] / total.sum(axis=1)[:, None]
    thresholds, beta = np.log(share / (1 - share)), np.zeros(len(first))
    value = _log_likelihood(first, second, thresholds, beta)
    live = np.arange(len(first))
    for _ in range(STEPS):
        a, b, theta, effect = first[live], second[live], thresholds[live], beta[live]
        step, slope = _newton_step(a, b, theta, effect)
        length = 3.0 / np.maximum(3.0, np.maximum(np.abs(slope), np.abs(step).max(axis=1)))
        for _ in range(40):
            ahead_theta, ahead = theta + length[:, None] * step, effect + length * slope
            likelihood = _log_likelihood(a, b, ahead_theta, ahead)
            worse = ~(likelihood >= value[live] - 1e-10 * np.abs(value[live]))
            if not worse.any():
                break
            length = np.where(worse, length / 2, length)
        thresholds[live], beta[live], value[live] = ahead_theta, ahead, likelihood
        live = live[np.abs(slope) > STEP * np.maximum(1.0, np.abs(effect))]
        if not len(live):
            break
    return beta


def _cumulative(eta: Floats) -> Floats:
    return np.asarray(0.5 * (1 + np.tanh(eta / 2)))


def _cells(cumulative: Floats) -> Floats:
    """Probabilities of the categories."""
    ends = np.zeros((len(cumulative), 1))
    return np.diff(np.concatenate((ends, cumulative, ends + 1), axis=1), axis=1)


def _log_likelihood(first: Floats, second: Floats, thresholds: Floats, beta: Floats) -> Floats:
    value = np.zeros(len(first))
    for counts, eta in ((first, thresholds - beta[:, None]), (second, thresholds)):
        pi = _cells(_cumulative(eta))
        value += (counts * np.log(np.maximum(pi, SMALLEST))).sum(axis=1)
    ordered = (np.diff(thresholds, axis=1) > 0).all(axis=1)
    return np.where(ordered, value, -np.inf)


def _newton_step(first: Floats, second: Floats, thresholds: Floats, beta: Floats) -> tuple[Floats, Floats]:
    """Newton's step in the thresholds and in ln OR: a tridiagonal system with one border."""
    pulls, diagonals, besides = zip(
        *(
            _derivatives(counts, eta)
            for counts, eta in ((first, thresholds - beta[:, None]), (second, thresholds))
        ),
        strict=True,
    )
    diagonal, beside = diagonals[0] + diagonals[1], besides[0] + besides[1]
    # The information of β with each threshold is that of arm 1 with its sign turned, summed over its row.
    border = -diagonals[0].copy()
    border[:, :-1] -= besides[0]
    border[:, 1:] -= besides[0]
    corner = -border.sum(axis=1)
    gradient = pulls[0] + pulls[1]
    along, across = _tridiagonal(diagonal, beside, gradient, border)
    slope = (-pulls[0].sum(axis=1) - (border * along).sum(axis=1)) / (corner - (border * across).sum(axis=1))
    return along - across * slope[:, None], slope


def _derivatives(counts: Floats, eta: Floats) -> tuple[Floats, Floats, Floats]:
    """Gradient, and diagonal and neighbours of the information, of an arm in its cumulative logits."""
    cumulative = _cumulative(eta)
    pi = np.maximum(_cells(cumulative), SMALLEST)
    density = cumulative * (1 - cumulative)
    ratio = counts / pi
    curvature = ratio / pi
    pull = ratio[:, :-1] - ratio[:, 1:]
    diagonal = density**2 * (curvature[:, :-1] + curvature[:, 1:]) - density * (1 - 2 * cumulative) * pull
    beside = -density[:, :-1] * density[:, 1:] * curvature[:, 1:-1]
    return density * pull, diagonal, beside


def _tridiagonal(diagonal: Floats, beside: Floats, *right: Floats) -> tuple[Floats, ...]:
    """Solutions of many symmetric tridiagonal systems for several right sides, by elimination."""
    size = diagonal.shape[1]
    pivots, sides = diagonal.copy(), [side.copy() for side in right]
    for row in range(1, size):
        factor = beside[:, row - 1] / pivots[:, row - 1]
        pivots[:, row] -= factor * beside[:, row - 1]
        for side in sides:
            side[:, row] -= factor * side[:, row - 1]
    for side in sides:
        side[:, -1] /= pivots[:, -1]
        for row in range(size - 2, -1, -1):
            side[:, row] = (side[:, row] - beside[:, row] * side[:, row + 1]) / pivots[:, row]
    return tuple(sides)
