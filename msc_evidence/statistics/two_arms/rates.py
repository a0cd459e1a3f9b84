"""Events over a time at risk in two arms: the rate ratio and its tests."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from msc_evidence.statistics.binomial import exact_binomial
from msc_evidence.statistics.distributions import p_from_z


def rate_ratio(events1: int, time1: float, events2: int, time2: float) -> float:
    """Incidence rate ratio (e₁/t₁)/(e₂/t₂) (Cochrane Handbook 6.7.1); infinite without events in the second arm.

    >>> round(rate_ratio(41, 28010, 15, 19017), 3)  # Rothman 2008, breast cancer after fluoroscopy
    1.856
    """
    return events1 * time2 / (time1 * events2) if events2 else math.inf


def wald(events1: int, time1: float, events2: int, time2: float) -> float:
    """p of ln(rate ratio)/√(1/e₁ + 1/e₂); 1 where an arm has no events, whose logarithm says nothing.

    >>> round(wald(41, 28010, 15, 19017), 4)
    0.0405
    """
    if not events1 or not events2:
        return 1.0
    log_ratio = math.log(rate_ratio(events1, time1, events2, time2))
    return p_from_z(log_ratio / math.sqrt(1 / events1 + 1 / events2))


def score(events1: int, time1: float, events2: int, time2: float) -> float:
    """p of e₁ against its expectation, given all events, by the normal approximation of the binomial.

    >>> round(score(41, 28010, 15, 19017), 4)
    0.0374
    """
    total, share = events1 + events2, time1 / (time1 + time2)
    if not total:
        return 1.0
    return p_from_z((events1 - total * share) / math.sqrt(total * share * (1 - share)))


def conditional(events1: int, time1: float, events2: int, time2: float) -> float:
    """p of the exact test given all events: e₁ of e₁ + e₂ with probability t₁/(t₁ + t₂).

    Przyborowski & Wilenski 1940, 10.1093/biomet/31.3-4.313.

    >>> round(conditional(41, 28010, 15, 19017), 4)  # R 4.2, poisson.test
    0.0409
    """
    total = events1 + events2
    return exact_binomial(events1, total, time1 / (time1 + time2)) if total else 1.0


#: Every test of two rates, by the name that verdicts print.
METHODS: Mapping[str, Callable[[int, float, int, float], float]] = {
    "exact conditional": conditional,
    "score of rates": score,
    "Wald (log rate ratio)": wald,
}
