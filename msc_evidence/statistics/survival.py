"""Hazard ratios and their variances from a confidence interval, a log-rank p, observed and expected events."""

from __future__ import annotations

import math
from dataclasses import dataclass

from msc_evidence.statistics.distributions import normal_quantile, z_from_p


@dataclass(frozen=True, slots=True)
class HazardRatio:
    """The log hazard ratio of arm 1 to arm 2 and its sampling variance."""

    log_hr: float
    variance: float

    @property
    def hr(self) -> float:
        """The hazard ratio; below 1 where arm 1 has fewer events than expected."""
        return math.exp(self.log_hr)

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """Confidence limits of the hazard ratio: exp(ln HR ± z·SE)."""
        half = normal_quantile((1 + level) / 2) * math.sqrt(self.variance)
        return math.exp(self.log_hr - half), math.exp(self.log_hr + half)


def from_ci(hr: float, ci_lb: float, ci_ub: float, *, level: float = 0.95) -> HazardRatio:
    """From a hazard ratio with its interval: variance ((ln upper − ln lower)/(2z))² (Parmar 1998).

    Raises ValueError unless 0 < lower ≤ HR ≤ upper and the limits differ.

    >>> round(from_ci(0.72, 0.55, 0.94).variance, 5)
    0.01869
    """
    if not (0 < ci_lb <= hr <= ci_ub and ci_lb < ci_ub):
        raise ValueError(f"no variance follows from a hazard ratio of {hr:g} ({ci_lb:g} to {ci_ub:g})")
    width = math.log(ci_ub / ci_lb)
    return HazardRatio(math.log(hr), (width / (2 * normal_quantile((1 + level) / 2))) ** 2)


def v_from_allocation(events: float, n1: int, n2: int) -> float:
    """Variance of O − E from all events and the arms' sizes: O·n₁n₂/(n₁ + n₂)² (Tierney 2007, 10.1186/1745-6215-8-16).

    A quarter of the events where arms are equal. Raises ValueError for no events or an empty group.

    >>> v_from_allocation(40, 50, 50)
    10.0
    """
    if events <= 0 or min(n1, n2) < 1:
        raise ValueError(f"no variance follows from {events:g} events in groups of {n1} and {n2}")
    return events * n1 * n2 / (n1 + n2) ** 2


def v_from_events(events1: float, events2: float) -> float:
    """Variance of O − E from the events of each arm: O₁O₂/(O₁ + O₂) (Tierney 2007).

    Raises ValueError where either is 0.

    >>> v_from_events(4, 21)
    3.36
    """
    if min(events1, events2) <= 0:
        raise ValueError("each arm needs an event")
    return events1 * events2 / (events1 + events2)


def from_log_rank_p(p: float, v: float, *, favours1: bool) -> HazardRatio:
    """From a two-sided log-rank p and the variance V of O − E: ln HR = ∓z/√V (Parmar 1998; Tierney 2007).

    `favours1` says that arm 1 does better, which a p does not. Raises ValueError for a p not above 0 and at most 1 or a
    variance not above 0.

    >>> found = from_log_rank_p(0.058, v_from_events(4, 21), favours1=True)
    >>> round(found.hr, 3), [round(limit, 3) for limit in found.interval()]
    (0.356, [0.122, 1.036])
    """
    if not 0 < p <= 1:
        raise ValueError(f"no hazard ratio follows from a p of {p:g}")
    deviation = z_from_p(p) * math.sqrt(max(v, 0.0))
    return from_log_rank(-deviation if favours1 else deviation, v)


def from_log_rank(observed_minus_expected: float, v: float) -> HazardRatio:
    """Peto's estimate from the log-rank O − E of arm 1 and its variance V: ln HR = (O − E)/V (Yusuf 1985).

    Its variance is 1/V. Raises ValueError for a V not above 0.

    >>> round(from_log_rank(7 - 5.233531, 2.936196).hr, 4)
    1.8251
    """
    if v <= 0:
        raise ValueError(f"no hazard ratio follows from a variance of {v:g}")
    return HazardRatio(observed_minus_expected / v, 1 / v)


def from_observed_expected(
    observed1: float, expected1: float, observed2: float, expected2: float
) -> HazardRatio:
    """From observed and expected events: HR = (O₁/E₁)/(O₂/E₂), variance of ln HR 1/E₁ + 1/E₂ (Parmar 1998).

    Raises ValueError unless all four are above 0.

    >>> round(from_observed_expected(7, 5.233531, 5, 6.766469).hr, 3)
    1.81
    """
    if min(observed1, expected1, observed2, expected2) <= 0:
        raise ValueError("each arm needs an observed and an expected event")
    ratio = observed1 / expected1 * expected2 / observed2
    return HazardRatio(math.log(ratio), 1 / expected1 + 1 / expected2)
