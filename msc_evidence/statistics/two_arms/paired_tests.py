"""Tests of participants who are their own controls: McNemar's of paired events, the t test of differences."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from msc_evidence.statistics.distributions import chi2_sf, p_from_t
from msc_evidence.statistics.interval import Interval


def mcnemar(first_only: int, second_only: int) -> float:
    """p of McNemar's test, χ² = (b − c)²/(b + c) on one degree of freedom (McNemar 1947, 10.1007/BF02295996).

    1 where no pair is discordant; the concordant pairs say nothing.

    >>> round(mcnemar(1, 7), 4)  # Fagerland 2013, 10.1186/1471-2288-13-91, table 4
    0.0339
    """
    return _from_difference(first_only, second_only, 0.0)


def mcnemar_corrected(first_only: int, second_only: int) -> float:
    """p of McNemar's test with Edwards's continuity correction, χ² = (|b − c| − 1)²/(b + c).

    >>> round(mcnemar_corrected(1, 7), 4)  # Fagerland 2013
    0.0771
    """
    return _from_difference(first_only, second_only, 1.0)


def mcnemar_exact(first_only: int, second_only: int) -> float:
    """Two-sided p of the exact conditional test: b of b + c discordant pairs under a probability of ½.

    >>> round(mcnemar_exact(1, 7), 4)  # Fagerland 2013
    0.0703
    """
    return min(1.0, 2 * _lower_tail(first_only, second_only))


def mcnemar_mid_p(first_only: int, second_only: int) -> float:
    """The exact test's p less the probability of the observed pairs, which Fagerland 2013 recommends.

    >>> round(mcnemar_mid_p(1, 7), 4)  # Fagerland 2013
    0.0391
    """
    discordant = first_only + second_only
    orders: int = 2**discordant
    observed = math.comb(discordant, first_only) / orders
    if first_only == second_only:
        return 1.0 - observed if discordant else 1.0
    return 2 * _lower_tail(first_only, second_only) - observed


def _from_difference(first_only: int, second_only: int, correction: float) -> float:
    discordant = first_only + second_only
    if not discordant:
        return 1.0
    apart = max(0.0, abs(first_only - second_only) - correction)
    return chi2_sf(apart * apart / discordant, 1)


def _lower_tail(first_only: int, second_only: int) -> float:
    """P(X ≤ min(b, c)) of X binomial with b + c trials and probability ½."""
    discordant, least = first_only + second_only, min(first_only, second_only)
    orders: int = 2**discordant
    return sum(math.comb(discordant, k) for k in range(least + 1)) / orders


#: Every test of a paired 2×2 table, by the name that verdicts print.
METHODS: Mapping[str, Callable[[int, int], float]] = {
    "McNemar": mcnemar,
    "McNemar with continuity correction": mcnemar_corrected,
    "McNemar exact": mcnemar_exact,
    "McNemar mid-p": mcnemar_mid_p,
}


def paired_t(mean: float, standard_error: float, n: int) -> float:
    """Two-sided p of the mean of `n` differences, t = d̄/SE on n − 1 degrees of freedom (Student 1908).

    Raises ValueError for fewer than two differences and where they have no spread.

    >>> round(paired_t(1.58, 0.389, 10), 4)  # Student's own sleep data: t = 4.06 on 9
    0.0028
    """
    if n < 2 or standard_error <= 0:
        raise ValueError(f"no t follows from {n} differences with standard error {standard_error}")
    return p_from_t(mean / standard_error, n - 1)


def paired_t_interval(mean: Interval, standard_error: Interval, n: int) -> Interval:
    """Every p that a mean difference and a standard error within these intervals give."""
    nearest = 0.0 if 0.0 in mean else min(abs(mean.lo), abs(mean.hi))
    farthest = max(abs(mean.lo), abs(mean.hi))
    least = paired_t(farthest, standard_error.lo, n) if standard_error.lo > 0 else 0.0
    return Interval(least, paired_t(nearest, standard_error.hi, n))
