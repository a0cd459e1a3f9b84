"""Bounds of a pooled log win odds over what its studies could have been: each free in its own feasible set."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from msc_evidence.statistics.distributions import z_from_p
from msc_evidence.statistics.interval import Interval
from msc_evidence.statistics.two_arms.ordinal import newcombe_variance

#: What a study can be: effect and variance on the scale that is pooled.
Member = tuple[float, float]
#: Between-study variances that are looked at beside 0, times the square of the largest difference of two effects.
_SCAN = tuple(10.0 ** (exponent / 10) for exponent in range(-40, 41))
#: Estimates that differ by less are the same.
_SETTLED = 1e-13


@dataclass(frozen=True, slots=True)
class PooledEnd:
    """One end of the bound of the common effect, with its own confidence interval."""

    estimate: float
    ci: Interval


@dataclass(frozen=True, slots=True)
class PooledBound:
    """The least and the greatest estimate; the intervals at the ends are of each end alone and never added."""

    low: PooledEnd
    high: PooledEnd
    #: The estimate of random effects, whatever the variance between the studies.
    random_effects: Interval


def win_odds_members(wins: Iterable[int], n1: int, n2: int) -> list[Member]:
    """ln(PS/(1 − PS)) with the variance that PS alone determines, for every wins less losses that is possible.

    Variance: Newcombe's (2006, method 5) by the delta method. Raises ValueError where the arms need not overlap.

    >>> [round(value, 3) for value in win_odds_members([51], 5, 25)[0]]
    [0.866, 0.383]
    """
    members = []
    for difference in wins:
        ps = 0.5 + difference / (2 * n1 * n2)
        if not 0 < ps < 1:
            raise ValueError("arms that need not overlap have no win odds")
        members.append((math.log(ps / (1 - ps)), newcombe_variance(ps, n1, n2) / (ps * (1 - ps)) ** 2))
    return members


def pooled_bound(studies: Sequence[Sequence[Member]], level: float = 0.95) -> PooledBound:
    """Bounds of the inverse-variance estimate when each study is any of its members.

    max μ is the root in λ of Σᵢ max wᵢ(yᵢ − λ), w = 1/v, as the studies are free of each other (Dinkelbach 1967); for
    random effects v + τ² stands for v, over every τ², which holds whatever a method estimates. `level` is that of
    each end's own confidence interval. Raises ValueError without a study.

    >>> bang = win_odds_members(range(51, 64), 5, 25)
    >>> chung = win_odds_members(range(23, 36), 39, 15)
    >>> bound = pooled_bound([bang, chung])
    >>> round(bound.low.estimate, 3), round(bound.high.estimate, 3)
    (0.273, 0.348)
    """
    if not studies or not all(studies):
        raise ValueError("a pool needs studies, and each a possible data set")
    z = z_from_p(1 - level)
    low, high = (_end(studies, sign, 0.0, z) for sign in (-1, 1))
    effects = [y for members in studies for y, _ in members]
    span = max(max(effects) - min(effects), 1e-6) ** 2
    scanned = [
        _end(studies, sign, tau2, z).estimate
        for tau2 in (0.0, *(span * x for x in _SCAN))
        for sign in (-1, 1)
    ]
    return PooledBound(low, high, Interval(min(scanned), max(scanned)))


def _end(studies: Sequence[Sequence[Member]], sign: int, tau2: float, z: float) -> PooledEnd:
    """The least (−1) or the greatest (+1) estimate at a between-study variance, by Dinkelbach's iteration.

    Each round pools the members that are best against the last estimate; it ends when no other pool is better, after
    a handful of rounds.
    """
    estimate, _ = _pooled([members[0] for members in studies], tau2)
    while True:
        chosen = [_best(members, sign, tau2, estimate) for members in studies]
        last, (estimate, weight) = estimate, _pooled(chosen, tau2)
        if sign * (estimate - last) <= _SETTLED:
            break
    half = z / math.sqrt(weight)
    return PooledEnd(estimate, Interval(estimate - half, estimate + half))


def _best(members: Sequence[Member], sign: int, tau2: float, estimate: float) -> Member:
    """The member that draws the pool furthest from an estimate."""
    if len(members) == 1:
        return members[0]
    return max(members, key=lambda member: sign * (member[0] - estimate) / (member[1] + tau2))


def _pooled(chosen: Sequence[Member], tau2: float) -> tuple[float, float]:
    """The inverse-variance estimate and its weight."""
    weights = [1 / (v + tau2) for _, v in chosen]
    weight = math.fsum(weights)
    return math.fsum(w * y for w, (y, _) in zip(weights, chosen, strict=True)) / weight, weight
